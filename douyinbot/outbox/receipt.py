"""Receipts: what became of what a plugin said. May be awaited, asked from any thread, or just forgotten."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Generator
from contextlib import suppress
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Self

from douyinbot.outbox.lines import BETTERED, FINAL, Cause, State

__all__ = ["BLOCKS_BY", "Receipt"]

Changed = Callable[["Receipt", State, Cause | None], None]

BLOCKS_BY: ContextVar[Callable[[Coroutine[Any, Any, bool]], bool] | None] = ContextVar(
    "BLOCKS_BY", default=None
)
"""How code on the event loop's own thread may block all the same; set where plain functions run on it."""

# Of the parts of a text, the one that is least far, or came to the worst end, tells how the text is doing.
_ON_THE_WAY = (State.AWAITING_APPROVAL, State.QUEUED, State.SENT)
_AT_THE_END = (State.FAILED, State.DROPPED, State.UNKNOWN, State.UNSEEN, State.DRY, State.SEEN)


class Receipt:
    """What became of a line.

    `await receipt` returns the receipt itself as soon as nothing more is going to happen to it. A text that
    was too long for one line has `parts`, each a receipt of its own; the worst of their states is its state.
    """

    def __init__(
        self,
        id: str,
        text: str,
        *,
        room: str,
        plugin: str,
        clock: Callable[[], datetime],
        changed: Changed | None = None,
        left_out: str = "",
    ) -> None:
        self.id = id
        self.text = text
        self.room = room
        self.plugin = plugin
        """Who said it."""
        self.state = State.QUEUED
        self.reason = ""
        """Why the line is in this state, in plain words; "" where that goes without saying."""
        self.cause: Cause | None = None
        """Why it was dropped, in one word."""
        self.history: list[tuple[State, datetime, str]] = []
        """All states so far, with the wall-clock time and the reason of each."""
        self.left_out = left_out
        """The end of the text if it did not fit into as many lines as allowed."""
        self.parts: tuple[Receipt, ...] = ()
        self._whole: Receipt | None = None
        self._clock = clock
        self._changed = changed
        # Called once, at the end. One entry for each caller that waits.
        self._waiting: list[Callable[[], None]] = []

    @property
    def done(self) -> bool:
        """Whether the line has come to its end. (A late echo may still turn `unseen` into `seen`.)"""
        return self.state in FINAL

    def __await__(self) -> Generator[Any, None, Self]:
        if not self.done:
            loop = asyncio.get_running_loop()
            future: asyncio.Future[None] = loop.create_future()

            def finish() -> None:
                with suppress(RuntimeError):  # the loop has gone, and with it whoever waited
                    loop.call_soon_threadsafe(_finish, future)

            self._when_done(finish)
            yield from future
        return self

    def wait(self, timeout: float | None = None) -> bool:
        """Block until the line has come to its end, and tell whether it has; for threads.

        Raises:
            RuntimeError: called on the event loop, which would stand still, and the line with it.
        """
        if self.done:
            return True
        if _on_a_loop():
            if (block := BLOCKS_BY.get()) is not None:
                return block(self._done_within(timeout))
            raise RuntimeError("receipt.wait() would block the event loop: write `await receipt` here")
        event = threading.Event()
        self._when_done(event.set)
        event.wait(timeout)
        return self.done

    def divide(self, parts: tuple["Receipt", ...]) -> None:
        """Make this the receipt of a text that goes out in several lines."""
        self.parts = parts
        for part in parts:
            part._whole = self

    def record(self, state: State, reason: str = "", cause: Cause | None = None) -> None:
        """Note a new state; for the outbox, which alone knows. An end is not followed by another state."""
        before = self.state
        if self.done and not _better(before, state):
            return
        self.reason = reason = reason or self._note
        self.state, self.cause = state, cause
        self.history.append((state, self._clock(), reason))
        if self._whole is not None:
            self._whole._follow()
        if self._changed is not None:
            self._changed(self, before, cause)
        if self.done:
            waiting, self._waiting = self._waiting, []
            for call in waiting:
                call()

    def to_dict(self) -> dict[str, Any]:
        """Return the receipt as JSON-ready values."""
        return {
            "kind": "send",
            "id": self.id,
            "room": self.room,
            "plugin": self.plugin,
            "text": self.text,
            "state": str(self.state),
            "reason": self.reason,
            "time": self.history[-1][1].isoformat() if self.history else None,
        }

    def __repr__(self) -> str:
        return f"<Receipt {self.id} {self.state} {self.text!r}>"

    def _follow(self) -> None:
        running = [part for part in self.parts if not part.done]
        order = _ON_THE_WAY if running else _AT_THE_END
        slowest = min(running or self.parts, key=lambda part: order.index(part.state))
        reason = slowest.reason or self._note
        if (slowest.state, reason) != (self.state, self.reason) or not self.history:
            self.record(slowest.state, reason, slowest.cause)

    async def _done_within(self, timeout: float | None) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self
        return self.done

    @property
    def _note(self) -> str:
        return "the text was too long: its end was left out" if self.left_out else ""

    def _when_done(self, call: Callable[[], None]) -> None:
        self._waiting.append(call)
        # It may have come to its end, on another thread, just before the line above. Twice does no harm.
        if self.done:
            call()


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():  # nobody has given up waiting
        future.set_result(None)


def _better(before: State, after: State) -> bool:
    return before in BETTERED and after in FINAL and _AT_THE_END.index(after) > _AT_THE_END.index(before)


def _on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
