"""Run a bot from the command line: event loop, signals, exit code."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext, suppress
from functools import partial
from typing import Any

from douyinbot.core.bot import Bot

__all__ = ["INTERRUPTED", "drive", "run_until_signal"]

log = logging.getLogger(__name__)

INTERRUPTED = 130
STOP_TIME = 4.5
"""Seconds that an orderly stop may take before it is cut short."""


def drive(
    bot: Bot,
    beside: Callable[[], Coroutine[Any, Any, None]] | None = None,
    *,
    within: AbstractAsyncContextManager[Any] | None = None,
) -> int:
    """Run a bot until it is over or interrupted; return the exit code.

    Args:
        beside: what else is done while it runs. It is cancelled at the end.
        within: what is open while it runs: opened before, closed after it.

    Raises:
        DouyinbotError: no room could be had, the first one's reason; or `within` could not be opened.
    """

    async def work() -> None:
        async with within or nullcontext():
            await _run_beside(bot, beside)

    code = run_until_signal(work, bot.stop, partial(_held_up, bot))
    if code == 0 and bot.failures and len(bot.failures) == len(bot.rooms):
        raise bot.failures[0]
    return 1 if code == 0 and bot.failures else code


def _held_up(bot: Bot) -> str:
    name = bot.engine.leaving if bot.engine is not None else ""
    return f": plugin {name} is still in its teardown" if name else ""


async def _run_beside(bot: Bot, beside: Callable[[], Coroutine[Any, Any, None]] | None) -> None:
    other = asyncio.create_task(beside(), name="console") if beside is not None else None
    try:
        await bot.run()
    finally:
        if other is not None:
            other.cancel()
            (outcome,) = await asyncio.gather(other, return_exceptions=True)
            if isinstance(outcome, Exception):
                log.error("the console has failed", exc_info=outcome)


def run_until_signal(
    work: Callable[[], Coroutine[Any, Any, None]],
    stop: Callable[[], None],
    holds_up: Callable[[], str] = str,
) -> int:
    """Run something; the first Ctrl-C or SIGTERM calls `stop`, the second one ends the program at once.

    Args:
        holds_up: says what the orderly stop is busy with, for the end of a sentence; "" if nobody knows.

    Whatever holds up the orderly stop, it is over after STOP_TIME: a plugin may block the event loop itself,
    so that neither the handlers nor the deadline can be the loop's own.
    """
    interrupted = False
    deadline = threading.Timer(STOP_TIME, _cut_short, (holds_up,))
    deadline.daemon = True

    def on_signal(*_: object) -> None:
        nonlocal interrupted
        if interrupted:
            os._exit(INTERRUPTED)
        interrupted = True
        deadline.start()
        with suppress(RuntimeError):  # the loop is closed: it is over
            loop.call_soon_threadsafe(stop)

    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            loop = runner.get_loop()
            with _signals_to(on_signal, loop):
                runner.run(work())
                runner.close()
    finally:
        deadline.cancel()
    return INTERRUPTED if interrupted else 0


def _cut_short(holds_up: Callable[[], str]) -> None:
    with suppress(OSError):  # nobody is there to read it
        os.write(2, f"douyinbot: the stop was cut short after {STOP_TIME:g} s{holds_up()}\n".encode())
    os._exit(INTERRUPTED)


@contextmanager
def _signals_to(handler: Callable[..., None], loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Have signals call a function between two instructions of the main thread, even if the loop sleeps."""
    former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in former:
        with suppress(NotImplementedError):  # Windows, where a sleeping loop wakes up by itself
            # A signal may come to any thread: only a handler of the loop's own wakes it from its sleep.
            loop.add_signal_handler(number, lambda: None)
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, before in former.items():
            signal.signal(number, before)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Use uvloop where it is installed (the `speed` extra): it also saves 230 KiB a TLS connection."""
    try:
        import uvloop
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
