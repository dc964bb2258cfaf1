"""Made-up viewers in real rooms: what answers them is never sent, and what they change is never kept."""

import math
from collections.abc import Callable

from douyinbot.core.liveroom import LiveRoom
from douyinbot.core.origins import Origin
from douyinbot.store import Store
from douyinbot.store.scratch import Scratch

__all__ = ["AFTERMATH", "Rehearsals"]

AFTERMATH = 600.0
"""Seconds after a made-up event during which nothing is sent that no event of the room has caused."""


class Rehearsals:
    """Decides which lines are only rehearsed, and has the memory of plugins meanwhile.

    An answer to a made-up event is. What no event has caused (timers, what a plugin does later) may still be
    about one: for ten minutes after a made-up event such lines are rehearsed, too.

    A rehearsal is over when nothing was made up anywhere for those ten minutes. The next one begins with what
    plugins really remember.
    """

    def __init__(self, monotonic: Callable[[], float], scratch: Scratch) -> None:
        self.number = 0
        """The rehearsal that is going on, or was the last."""
        self._monotonic = monotonic
        self._scratch = scratch
        self._last: dict[str, float] = {}

    def note(self, room: LiveRoom) -> None:
        """Note a made-up event in a real room."""
        now = self._monotonic()
        if now >= max(self._last.values(), default=-math.inf) + AFTERMATH:
            self.number += 1
            self._scratch.forget()
        self._last[room.id] = now

    def store_of(self, plugin: str) -> Store:
        """Return a plugin's part of the database, as the rehearsal has it."""
        return self._scratch.namespace(plugin)

    def covers(self, room: LiveRoom, origin: Origin) -> bool:
        """Tell whether a line of this origin must not be sent in this room."""
        if room.simulated:
            return False
        if origin.rehearsed:
            return True
        if origin.event is not None:
            return origin.event.simulated
        return self._monotonic() < self._last.get(room.id, -math.inf) + AFTERMATH
