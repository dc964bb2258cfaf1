"""Lines from the keyboard, or from whatever stdin is, without holding up the event loop."""

import asyncio
import codecs
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

__all__ = ["INTERRUPT", "lines"]

INTERRUPT = "\x03"
"""What is given where somebody presses Ctrl-C at a prompt."""
PROMPT = "> "
INSTALL = "pip install 'douyinbot[console]', or pip install prompt_toolkit"
WAITING = 1000
"""Lines that may wait; a longer file on stdin is read as fast as it is worked off."""


def lines(tell: Callable[[str], Any]) -> AsyncIterator[str]:
    """Give the lines that are typed, or that stdin has; a terminal gets a prompt that output does not garble.

    The prompt needs prompt_toolkit (the extra `console`); without it a terminal is read line by line, too.

    Args:
        tell: told what a terminal lacks for a prompt.
    """
    if sys.stdin is not None and sys.stdin.isatty():
        try:
            from prompt_toolkit import PromptSession
            from prompt_toolkit.patch_stdout import patch_stdout
        except ImportError:
            tell(f"console: what you type may be torn by what is shown; a prompt prevents that: {INSTALL}")
        else:
            return _prompted(PromptSession(PROMPT), patch_stdout)
    return _plain(sys.stdin.fileno() if sys.stdin is not None else -1)


async def _prompted(session: Any, patch_stdout: Any) -> AsyncIterator[str]:
    with patch_stdout(raw=True), _logs_follow_stderr():
        while True:
            try:
                yield await session.prompt_async(handle_sigint=False)
            except EOFError:
                return
            except KeyboardInterrupt:
                yield INTERRUPT


@contextmanager
def _logs_follow_stderr() -> Iterator[None]:
    """Let the log go through the patched stderr, or it would be written over the prompt."""
    handlers = [one for one in logging.getLogger().handlers if isinstance(one, logging.StreamHandler)]
    before = [handler.setStream(sys.stderr) for handler in handlers]
    try:
        yield
    finally:
        for handler, stream in zip(handlers, before, strict=True):
            if stream is not None:
                handler.setStream(stream)


async def _plain(descriptor: int) -> AsyncIterator[str]:
    """Read on a thread of its own: it is a daemon, since nothing can wake it from a read.

    It reads the descriptor, not `sys.stdin`, whose lock it would still hold when the interpreter ends.
    """
    loop = asyncio.get_running_loop()
    room = threading.Semaphore(WAITING)
    found: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        with suppress(RuntimeError, OSError):  # the loop is closed: the bot has stopped; or stdin is
            for line in _split(descriptor):
                room.acquire()
                loop.call_soon_threadsafe(found.put_nowait, line)
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(found.put_nowait, None)

    threading.Thread(target=read, name="keyboard", daemon=True).start()
    while (line := await found.get()) is not None:
        room.release()
        yield line


def _split(descriptor: int) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    while block := os.read(descriptor, 65536):
        *whole, rest = (rest + decoder.decode(block)).split("\n")
        yield from (line.removesuffix("\r") for line in whole)
    if rest:
        yield rest
