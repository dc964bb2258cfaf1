"""The bot's share of a room: how many of the lines of the last five minutes are its own."""

import math
from collections import deque

__all__ = ["Share"]

SPAN = 300.0
# Others' lines are counted in slots: a busy room has tens of thousands of them in five minutes.
SLOT = 5.0


class Share:
    """Tells whether the bot may speak without having more than its part of a room's lines.

    One line in five minutes is always allowed; a bot in a silent room could otherwise never say anything.
    """

    def __init__(self, limit: float) -> None:
        """Remember the limit, a part of 1; 0 means that there is none."""
        self._limit = limit
        # Bounded: at most SPAN / SLOT + 1 slots, and as many own lines as the pace allows in SPAN.
        self._others: deque[tuple[float, int]] = deque()
        self._own: deque[float] = deque()

    def heard(self, now: float) -> None:
        """Count a line of somebody else."""
        if not self._limit:
            return
        slot = now - now % SLOT
        if self._others and self._others[-1][0] == slot:
            self._others[-1] = (slot, self._others[-1][1] + 1)
        else:
            self._others.append((slot, 1))
            self._forget(now)

    def said(self, now: float) -> None:
        """Count a line of the bot."""
        if self._limit:
            self._own.append(now)
            self._forget(now)

    def allows(self, lines: int, now: float) -> bool:
        """Tell whether the bot may say so many lines."""
        if not self._limit:
            return True
        self._forget(now)
        if not self._own:
            return True
        own = len(self._own) + lines
        return own <= self._limit * (own + sum(count for _, count in self._others))

    def free_at(self) -> float:
        """Return the moment at which an own line is forgotten; others' lines may come first."""
        return self._own[0] + SPAN if self._own else math.inf

    def _forget(self, now: float) -> None:
        while self._own and self._own[0] + SPAN <= now:
            self._own.popleft()
        while self._others and self._others[0][0] + SPAN <= now:
            self._others.popleft()
