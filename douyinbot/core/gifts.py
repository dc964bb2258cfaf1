"""Gift streaks: what is new in each message, and when a streak is over.

The platform's counts are cumulative inside a streak (a group of clicks on one gift). Messages skip counts,
repeat them, overtake each other, come twice, and the closing one is lost at times. The rule that holds for
all reports: take the highest count seen for (giver, receiver, gift, group), and count only what it grows by.
Time comes in as an argument (monotonic seconds).
"""

from collections import OrderedDict
from dataclasses import dataclass

from douyinbot.events import Gift

__all__ = ["GiftTracker", "together"]

QUIET = 6.0
"""Seconds of silence that close a streak whose end mark was lost."""
KEPT = 60.0
"""Seconds that a closed streak is remembered, for messages that come late."""
MOST_STREAKS = 10_000
MOST_IDS = 2_000

Key = tuple[str, str, str, str]


@dataclass(slots=True)
class _Streak:
    last: Gift
    seen_at: float
    highest: int = 0
    finished: int = 0
    """Units that were already handed out as finished."""
    is_open: bool = True


def together(older: Gift, newer: Gift) -> Gift:
    """Return one event for two of one giver, of the same gift, that come to the same handler in this order.

    New units add up. For messages of one streak that makes the total that of the newer one, for finished
    streaks their sum; where two streaks meet, `total` is at least what is new.
    """
    delta = older.delta + newer.delta
    total = max(newer.total, delta)
    return newer.replace(delta=delta, total=total, value=total * newer.diamond_count)


class GiftTracker:
    """The streaks of one room."""

    def __init__(self, quiet: float = QUIET) -> None:
        self.quiet = quiet
        # Each in the order in which they were seen last: only the oldest has to be looked at.
        self._open: OrderedDict[Key, _Streak] = OrderedDict()
        self._closed: OrderedDict[Key, _Streak] = OrderedDict()
        self._counted_ids: dict[str, None] = {}

    def add(self, gift: Gift, now: float) -> tuple[Gift, Gift | None]:
        """Take one gift message, whose `total` is the platform's count for it.

        Returns:
            The message with `delta`, `total`, `value` and `streak_id` filled in, and the finished streak if
            this message finished one.
        """
        if not gift.group_id:
            return self._single(gift)
        key = (gift.user.key if gift.user else "", gift.receiver_user_id, gift.gift_id, gift.group_id)
        streak = self._open.pop(key, None) or self._closed.pop(key, None) or _Streak(gift, now)
        delta = max(0, gift.total - streak.highest)
        streak.highest += delta
        update = gift.replace(
            delta=delta,
            total=streak.highest,
            value=streak.highest * gift.diamond_count,
            streak_id="-".join((gift.gift_id, gift.group_id, *key[:2])),
        )
        streak.is_open = streak.is_open or delta > 0
        streak.seen_at = now
        streak.last = update
        closes = gift.repeat_end or not gift.combo
        finished = self._finish(streak, now) if closes else None
        (self._open if streak.is_open else self._closed)[key] = streak
        self._bound()
        return update, finished

    def expire(self, now: float) -> list[Gift]:
        """Return the streaks that silence has finished by now, oldest first."""
        while self._closed and now - _oldest(self._closed).seen_at >= KEPT:
            self._closed.popitem(last=False)
        finished = []
        while self._open and now >= _oldest(self._open).seen_at + self.quiet:  # as `deadline` adds it up
            finished.append(self._close_oldest(now))
        return [gift for gift in finished if gift is not None]

    def close_all(self, now: float) -> list[Gift]:
        """Finish every open streak: the stream is over, or the bot stops."""
        finished = [self._close_oldest(now) for _ in range(len(self._open))]
        return [gift for gift in finished if gift is not None]

    @property
    def deadline(self) -> float | None:
        """When `expire` has something to do next; None while no streak is open."""
        return _oldest(self._open).seen_at + self.quiet if self._open else None

    def _single(self, gift: Gift) -> tuple[Gift, Gift | None]:
        """A gift without a group counts by itself, once for each message id (such packets come twice)."""
        if gift.id:
            if gift.id in self._counted_ids:
                return gift.replace(delta=0, streak_id=""), None
            self._counted_ids[gift.id] = None
            if len(self._counted_ids) > MOST_IDS:
                del self._counted_ids[next(iter(self._counted_ids))]
        update = gift.replace(delta=gift.total, value=gift.total * gift.diamond_count, streak_id="")
        return update, update.replace(repeat_end=True)

    def _finish(self, streak: _Streak, now: float) -> Gift | None:
        """Close a streak; what was handed out at an earlier, premature end is not handed out again."""
        streak.is_open, streak.seen_at = False, now
        units = streak.highest - streak.finished
        if units <= 0:
            return None
        streak.finished = streak.highest
        last = streak.last
        return last.replace(delta=units, total=units, value=units * last.diamond_count, repeat_end=True)

    def _close_oldest(self, now: float) -> Gift | None:
        key, streak = self._open.popitem(last=False)
        self._closed[key] = streak
        return self._finish(streak, now)

    def _bound(self) -> None:
        if len(self._open) + len(self._closed) > MOST_STREAKS:
            (self._closed or self._open).popitem(last=False)


def _oldest(streaks: OrderedDict[Key, _Streak]) -> _Streak:
    return next(iter(streaks.values()))
