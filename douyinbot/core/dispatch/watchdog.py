"""Looks whether a plugin at work hangs, and from a thread of its own whether it holds up everybody."""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping

from douyinbot.core.clock import Clock
from douyinbot.core.dispatch.missed import Missed
from douyinbot.core.dispatch.stacks import stack_of_thread, tell
from douyinbot.core.notices import Notice
from douyinbot.core.seat import Seat

__all__ = ["Watchdog"]

log = logging.getLogger(__name__)

LOOK_EVERY, BUSY, GIVE_UP = 1.0, 5.0, 30.0
"""Seconds between two looks while some plugin works (while none does, nobody looks), until a busy plugin is
named, and until its coroutine is cancelled."""


class Watchdog:
    """Watches the lanes of all plugins, and the event loop itself.

    Args:
        at_work: set by the lanes when there is something to look at.
    """

    def __init__(
        self,
        seats: Mapping[str, Seat],
        missed: Missed,
        clock: Clock,
        notify: Callable[[Notice], None],
        at_work: asyncio.Event,
    ) -> None:
        self._seats = seats
        self._missed = missed
        self._clock = clock
        self._notify = notify
        self._at_work = at_work
        self._named: dict[str, float] = {}
        self._resting: set[str] = set()
        self._beat = threading.Event()
        self._over = threading.Event()

    async def run(self) -> None:
        """Watch for ever."""
        thread = threading.Thread(
            target=self._watch_loop,
            args=(asyncio.get_running_loop(), threading.get_ident()),
            name="watchdog",
            daemon=True,
        )
        thread.start()
        try:
            while True:
                await self._at_work.wait()
                self._at_work.clear()
                await asyncio.sleep(LOOK_EVERY)
                self.look()
                if any(self._is_unfinished(name, seat) for name, seat in self._seats.items()):
                    self._at_work.set()
        finally:
            self._over.set()

    def look(self) -> None:
        """Look at every plugin once."""
        now = self._clock.monotonic()
        for name, seat in list(self._seats.items()):
            self._missed.look(seat.lane)
            self._look_at_rest(name, seat)
            since, doing = seat.lane.busy_since, seat.lane.busy_with
            if since is None or seat.lane.waiting or now - since < BUSY:
                continue
            if self._named.get(name) != since:
                self._named[name] = since
                text = (
                    f"plugin {seat.plugin}: {doing} has been busy for {now - since:.0f}s; only it has to wait"
                )
                self._notify(Notice("warning", text, plugin=name))
                if stack := seat.lane.stack():
                    tell(log, logging.WARNING, stack, "plugin %s: %s stands here:", name, seat.lane.busy_with)
            if now - since >= GIVE_UP and seat.lane.give_up():
                text = f"plugin {seat.plugin}: {doing} was given up after {now - since:.0f}s"
                self._notify(Notice("error", text, plugin=name))

    def _is_unfinished(self, name: str, seat: Seat) -> bool:
        """Say whether there is more to see of a plugin even if it begins nothing new."""
        lane = seat.lane
        return lane.busy_since is not None or name in self._resting or self._missed.is_untold(lane)

    def _look_at_rest(self, name: str, seat: Seat) -> None:
        """Tell when a plugin's rest is over. One that was loaded anew has not rested, and that was told."""
        if seat.lane.resting:
            self._resting.add(name)
        elif name in self._resting:
            self._resting.discard(name)
            if seat.lane.resting_until:
                self._notify(
                    Notice("info", f"plugin {seat.plugin} has rested and is called again", plugin=name)
                )

    def _watch_loop(self, loop: asyncio.AbstractEventLoop, ident: int) -> None:
        """Log where the event loop hangs: only an `async def` that blocks can do that."""
        while not self._over.is_set():
            self._beat.clear()
            try:
                loop.call_soon_threadsafe(self._beat.set)
            except RuntimeError:
                return  # the loop is closed
            if self._over.wait(BUSY) or self._beat.is_set():
                continue
            if stack := stack_of_thread(ident):
                busy = [name for name, seat in list(self._seats.items()) if seat.lane.busy_since is not None]
                tell(
                    log,
                    logging.ERROR,
                    stack,
                    "the event loop has been blocked for more than %g s by plugin %s; a blocking function "
                    "belongs into a plain `def` or ctx.run_sync. It stands here:",
                    BUSY,
                    ", ".join(busy) or "(none)",
                )
