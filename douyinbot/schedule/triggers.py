"""When something is due: APScheduler triggers with its traps taken out."""

import random
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

__all__ = ["Every", "cron_trigger", "times_trigger"]

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Every(BaseTrigger):  # type: ignore[misc]  # APScheduler 3 has no types
    """Again and again, `jitter` seconds around the even beat.

    APScheduler's own jitter only ever delays and is carried over: 600 s with 120 s of it come to 660 s on
    average. Here the beat stays even and the noise is drawn from a generator that tests can seed.
    """

    def __init__(self, seconds: float, *, jitter: float, start: datetime, rng: random.Random) -> None:
        self._period = timedelta(seconds=seconds)
        self._jitter = min(jitter, seconds)
        self._beat = start
        self._rng = rng

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        self._beat += self._period
        if now - self._beat > self._period:
            self._beat = now  # the machine slept: go on from here instead of catching up
        noise = self._rng.uniform(-self._jitter / 2, self._jitter / 2) if self._jitter else 0.0
        return max(self._beat + timedelta(seconds=noise), now)


def cron_trigger(expression: str, zone: ZoneInfo) -> Any:
    """Return the trigger for a five-field crontab line, with weekdays as Unix counts them (0 and 7 = Sunday).

    Raises:
        ValueError: it is not one; the text says what is wrong.
    """
    fields = expression.split()
    if len(fields) != 5:
        raise ValueError(
            f'"{expression}" is not a crontab line: it needs five fields (minute hour day month weekday)'
        )
    fields[4] = _named_days(fields[4])
    try:
        return CronTrigger.from_crontab(" ".join(fields), timezone=zone)
    except ValueError as error:
        raise ValueError(f'"{expression}" is not a crontab line: {error}') from error


def times_trigger(times: list[str], zone: ZoneInfo) -> Any:
    """Return the trigger for fixed times of day, each "HH:MM".

    Raises:
        ValueError: one of them is none.
    """
    triggers = []
    for text in times:
        try:
            time = datetime.strptime(text, "%H:%M")  # noqa: DTZ007 - a time of day has no zone of its own
        except ValueError:
            raise ValueError(f'"{text}" is not a time of day; write it as "20:00"') from None
        triggers.append(CronTrigger(hour=time.hour, minute=time.minute, timezone=zone))
    if not triggers:
        raise ValueError("at least one time of day is needed")
    return OrTrigger(triggers)


def _named_days(field: str) -> str:
    """APScheduler counts from Monday and knows no 7, so numbers become names: `1-5` is `mon-fri`."""
    parts = []
    for part in field.lower().split(","):
        days, slash, step = part.partition("/")
        first, dash, last = days.partition("-")
        if first.isdecimal() and int(first) <= 7 and dash and last.isdecimal() and int(last) <= 7:
            parts.append(_day_range(int(first), int(last), int(step) if slash else 1))
        elif days.isdecimal() and int(days) <= 7:
            parts.append(_DAYS[int(days)])
        else:
            parts.append(part)
    return ",".join(parts)


def _day_range(first: int, last: int, step: int) -> str:
    """Spell a range out: `5-7` runs over the end of APScheduler's week."""
    return ",".join(_DAYS[day] for day in range(first, last + 1, max(step, 1)))
