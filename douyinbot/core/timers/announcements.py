"""Texts that are announced by themselves: what `[[timers]]` means, for one room.

A pure policy: it is told what happens and asked whether and what to say; it knows no clock and no network.
"""

import random
from collections.abc import Sequence
from typing import Any

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
        self._texts: list[str] = []
        self._order: list[str] = []
        self._last: str | None = None

    def heard(self, *, live: bool) -> bool:
        """Somebody else wrote a line; say whether that makes it time to speak."""
        self._lines += 1
        return self.waiting and self._may(live)

    def due(self, *, live: bool) -> bool:
        """The time has come; say whether to speak now."""
        if self.timer.only_live and not live:
            return False
        self.waiting = not self._may(live)
        return not self.waiting

    def text(self, texts: Sequence[str]) -> str:
        """Return the text to say now, out of these: none before all others had their turn."""
        self.waiting, self._lines = False, 0
        distinct = list(dict.fromkeys(texts))
        if distinct != self._texts or not self._order:
            self._texts, self._order = distinct, self._round(distinct)
        self._last = self._order.pop(0)
        return self._last

    def state(self) -> dict[str, Any]:
        """Return what must outlive a restart."""
        return {"last": self._last, "waiting": self.waiting, "lines": self._lines}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where another run has stopped."""
        self._last = state.get("last")
        self.waiting = bool(state.get("waiting", False))
        self._lines += int(state.get("lines", 0))

    def _may(self, live: bool) -> bool:
        return self._lines >= self.timer.min_lines and (live or not self.timer.only_live)

    def _round(self, texts: list[str]) -> list[str]:
        """Every text once, going on behind the last one, or shuffled; never the same twice in a row."""
        if self.timer.order == "shuffle":
            order = self._rng.sample(texts, len(texts))
            return [*order[1:], order[0]] if order[0] == self._last else order
        start = texts.index(self._last) + 1 if self._last in texts else 0
        return texts[start:] + texts[:start]
