"""Texts that are announced by themselves: what `[[timers]]` means, for one room.

A pure policy: it is told what happens and asked what to say; it knows no clock and no network.
"""

import random

from douyinbot.config import Timer

__all__ = ["Announcement"]


class Announcement:
    """One timer in one room.

    When the time has come but too few people have spoken since the last announcement, it waits, and is made
    on the line that completes the number. Nothing is announced while nobody is live (unless the timer says
    so); a time that comes then is simply over.
    """

    def __init__(self, timer: Timer, rng: random.Random) -> None:
        self.timer = timer
        self.waiting = False
        self._lines = 0
        self._rng = rng
        self._order: list[int] = []
        self._last: int | None = None

    def heard(self, *, live: bool) -> str | None:
        """Somebody else wrote a line; return what is to be said now, if anything."""
        self._lines += 1
        return self._speak() if self.waiting and self._may(live) else None

    def due(self, *, live: bool) -> str | None:
        """The time has come; return what is to be said now, if anything."""
        if self.timer.only_live and not live:
            return None
        if not self._may(live):
            self.waiting = True
            return None
        return self._speak()

    def _may(self, live: bool) -> bool:
        return self._lines >= self.timer.min_lines and (live or not self.timer.only_live)

    def _speak(self) -> str:
        self.waiting, self._lines = False, 0
        texts = self.timer.lines
        if not self._order:
            self._order = self._next_round(len(texts))
        self._last = self._order.pop(0)
        return texts[self._last]

    def _next_round(self, count: int) -> list[int]:
        """Every text once, in the order of the file or shuffled; never the same one twice in a row."""
        order = list(range(count))
        if self.timer.order == "shuffle" and count > 1:
            self._rng.shuffle(order)
            if order[0] == self._last:
                order.append(order.pop(0))
        return order
