"""The loop breaker: a text said five times within a minute is muted for ten, as two bots may be talking."""

from collections import deque

__all__ = ["LoopBreaker"]

TIMES = 5
WINDOW = 60.0
MUTE = 600.0


class LoopBreaker:
    """Remembers what was said in a room during the last minute, and what is muted there.

    Bounded by the pace: only what has been said is remembered.
    """

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], deque[float]] = {}
        self._muted: dict[tuple[str, str], float] = {}

    def said(self, room: str, text: str, now: float) -> None:
        """Count a text; the fifth time mutes it."""
        self._forget(now)
        # Taken out and put in again, so that the dict stays in the order of the last time.
        times = self._said.pop((room, text), None) or deque(maxlen=TIMES)
        times.append(now)
        self._said[room, text] = times
        if len(times) == TIMES and times[0] + WINDOW > now:
            self._muted[room, text] = now + MUTE

    def stops(self, room: str, text: str, waiting: int, now: float) -> bool:
        """Tell whether a text may not be said once more, with so many of it waiting to be said."""
        self._forget(now)
        if (room, text) in self._muted:
            return True
        recent = sum(time + WINDOW > now for time in self._said.get((room, text), ()))
        return recent + waiting >= TIMES

    def _forget(self, now: float) -> None:
        while self._said and next(iter(self._said.values()))[-1] + WINDOW <= now:
            del self._said[next(iter(self._said))]
        while self._muted and next(iter(self._muted.values())) <= now:
            del self._muted[next(iter(self._muted))]
