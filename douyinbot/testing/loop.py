"""An event loop whose time stands still until it is moved."""

import asyncio
import math
from datetime import UTC, datetime, timedelta

__all__ = ["START", "VirtualClock", "VirtualLoop"]

START = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
"""When every test begins (20:00 in Shanghai)."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop with a clock of its own: every sleep, timeout and timer goes by it."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self.move_to(0.0)

    def time(self) -> float:
        return self._now

    def move_to(self, time: float) -> None:
        """Set the clock; what has become due runs at the next turn."""
        self._now = max(self._now, time)
        # A real loop may wake a timer a tick early; whoever then asks the clock waits a little more, and here
        # the clock would never get there.
        self._clock_resolution = math.ulp(self._now)

    def next_timer(self) -> float | None:
        """Return when the next timer is due."""
        # The heap of timers is a private of asyncio that has not changed since 3.4; there is no other way
        # to know how far time may move.
        timers = self._scheduled  # type: ignore[attr-defined]
        if timers and not timers[0].cancelled():
            return float(timers[0].when())
        return min((timer.when() for timer in timers if not timer.cancelled()), default=None)

    def wait_for_threads(self) -> None:
        """Let other threads work: until one of them has something for the loop, but no longer than a moment.

        The database works on a thread of its own, and virtual time must not pass meanwhile.
        """
        if not self.has_ready():
            self._selector.select(0.002)  # type: ignore[attr-defined]  # what has come stays there for the loop

    def has_ready(self) -> bool:
        """Say whether something is waiting for its turn right now."""
        return bool(self._ready)  # type: ignore[attr-defined]


class VirtualClock:
    """The bot's clock on a virtual loop."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self._origin = START

    def set(self, now: datetime) -> None:
        """Set the wall clock, as somebody may do on a real machine; the time that passes stays as it is."""
        self._origin = now - timedelta(seconds=self._loop.time())

    def now(self) -> datetime:
        return self._origin + timedelta(seconds=self._loop.time())

    def monotonic(self) -> float:
        return self._loop.time()
