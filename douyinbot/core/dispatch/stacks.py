"""Where something that hangs stands right now: what the watchdog writes down of it."""

import inspect
import logging
import sys
import traceback
from collections.abc import Iterator
from types import FrameType
from typing import Any

__all__ = ["stack_of_coroutine", "stack_of_thread", "tell"]

INNERMOST = 8
"""Calls that are shown, of those that wait for each other."""


def stack_of_thread(ident: int | None) -> str:
    """Return where a thread stands, as in a traceback; "" if it is not there."""
    frame = sys._current_frames().get(ident) if ident is not None else None
    return "" if frame is None else "".join(traceback.format_stack(frame)[-INNERMOST:])


def stack_of_coroutine(coroutine: Any) -> str:
    """Return where a coroutine waits, as in a traceback, with those that it waits for; "" if it is over."""
    places = [(frame, frame.f_lineno) for frame in _frames(coroutine)]
    return "".join(traceback.StackSummary.extract(iter(places)).format()[-INNERMOST:])


def _frames(waiting: Any) -> Iterator[FrameType]:
    """Yield the frames of a chain of coroutines; it ends where only the event loop itself is waited for."""
    while inspect.iscoroutine(waiting) and waiting.cr_frame is not None:
        yield waiting.cr_frame
        waiting = waiting.cr_await


def tell(log: logging.Logger, level: int, stack: str, text: str, *args: object) -> None:
    """Log a text with a stack below it, which is not the caller's own."""
    if log.isEnabledFor(level):
        log.handle(log.makeRecord(log.name, level, __file__, 0, text, args, None, sinfo=stack.rstrip()))
