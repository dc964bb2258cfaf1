"""Made-up viewers in real rooms: what answers them must never be sent."""

import math
from collections.abc import Callable

from douyinbot.core.liveroom import LiveRoom
from douyinbot.core.origins import Origin

__all__ = ["AFTERMATH", "Rehearsals"]

AFTERMATH = 600.0
"""Seconds after a made-up event during which nothing is sent that no event of the room has caused."""


class Rehearsals:
    """Decides which lines are only rehearsed.

    An answer to a made-up event is. What no event has caused (timers, what a plugin does later) may still be
    about one: for ten minutes after a made-up event such lines are rehearsed, too.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._last: dict[str, float] = {}

    def note(self, room: LiveRoom) -> None:
        """Note a made-up event in a real room."""
        self._last[room.id] = self._monotonic()

    def covers(self, room: LiveRoom, origin: Origin) -> bool:
        """Tell whether a line of this origin must not be sent in this room."""
        if room.simulated:
            return False
        if origin.event is not None:
            return origin.event.simulated
        return self._monotonic() < self._last.get(room.id, -math.inf) + AFTERMATH
