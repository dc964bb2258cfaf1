"""Parts of a recording: from when to when, and what was going on where it begins."""

import re
from datetime import datetime, time, timedelta

from douyinbot.config import Duration
from douyinbot.events import Event, Gift

__all__ = ["RunningStreaks", "check_moment", "moment"]

FORGOTTEN_AFTER = timedelta(seconds=60)
"""A streak without a message for so long is over, whether its end mark came or not."""
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


def moment(text: str, began: datetime) -> datetime:
    """Return a moment of a recording that began then.

    Args:
        text: an offset from its beginning (`10m`), a time of day on this machine's clock (`20:15`, the first
            one that is not before the beginning), or a whole date and time (`2026-10-01T20:15:00+08:00`).

    Raises:
        ValueError: it is none of these.
    """
    if (clock := _CLOCK.fullmatch(text.strip())) is not None:
        hour, minute, second = (int(part or 0) for part in clock.groups())
        local = began.astimezone()
        found = datetime.combine(local.date(), time(hour, minute, second)).astimezone()
        if found < local.replace(microsecond=0):
            found = datetime.combine(
                local.date() + timedelta(days=1), time(hour, minute, second)
            ).astimezone()
        return found
    try:
        return datetime.fromisoformat(text.strip()).astimezone()
    except ValueError:
        pass
    try:
        return began + timedelta(seconds=Duration.parse(text))
    except (ValueError, OverflowError):
        raise ValueError(
            f'"{text}" is no moment of a recording; write for instance "10m" (after its beginning), "20:15", '
            'or "2026-10-01T20:15:00+08:00"'
        ) from None


def check_moment(text: str) -> None:
    """Raise ValueError for what can be no moment of any recording."""
    if text:
        moment(text, datetime(2026, 1, 1).astimezone())


class RunningStreaks:
    """The gift streaks that run where a part begins: without them its first counts would seem all new."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, ...], Gift] = {}

    def note(self, events: list[Event]) -> None:
        """Take the events of what is passed over."""
        for event in events:
            if not isinstance(event, Gift) or not event.group_id:
                continue
            giver = event.user.key if event.user is not None else ""
            key = (giver, event.receiver_user_id, event.gift_id, event.group_id)
            self._last.pop(key, None)
            if event.combo and not event.repeat_end:
                self._last[key] = event

    def at(self, now: datetime) -> list[Event]:
        """Return the last message of each, as history: it counts, but nobody is thanked for it."""
        return [
            gift.replace(history=True)
            for gift in self._last.values()
            if now - gift.received <= FORGOTTEN_AFTER
        ]
