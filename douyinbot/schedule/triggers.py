"""When something is due: APScheduler triggers with its traps taken out."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

__all__ = ["Once", "cron_trigger", "times_trigger"]

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


class Once(BaseTrigger):  # type: ignore[misc]  # APScheduler 3 has no types
    """The times of another trigger, but the hour that comes twice when summer time ends counts once.

    A time that is jumped over when it begins comes an hour later on the clock: APScheduler sees to that.
    """

    def __init__(self, trigger: BaseTrigger) -> None:
        self._trigger = trigger

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        due: datetime | None = self._trigger.get_next_fire_time(previous, now)
        while due is not None and due.fold:
            due = self._trigger.get_next_fire_time(due, due)
        return due


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
    try:
        fields[4] = _named_days(fields[4])
        trigger = _either([CronTrigger.from_crontab(line, timezone=zone) for line in _lines(fields)])
    except ValueError as error:
        raise ValueError(f'"{expression}" is not a crontab line: {error}') from error
    # What happens in every hour happens in both of the two.
    return trigger if fields[1].startswith("*") else Once(trigger)


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
    return Once(_either(triggers))


def _lines(fields: list[str]) -> list[str]:
    """Unix takes a day of the month *or* a weekday where a line has both; APScheduler takes both at once."""
    minute, hour, day, month, weekday = fields
    if day.startswith("*") or weekday.startswith("*"):
        return [" ".join(fields)]
    return [f"{minute} {hour} {day} {month} *", f"{minute} {hour} * {month} {weekday}"]


def _either(triggers: list[CronTrigger]) -> BaseTrigger:
    return triggers[0] if len(triggers) == 1 else OrTrigger(triggers)


def _named_days(field: str) -> str:
    """APScheduler counts from Monday and knows no 7, so numbers become names: `1-3` is `mon,tue,wed`."""
    return ",".join(_days(part) for part in field.lower().split(","))


def _days(part: str) -> str:
    """Spell out one part of the weekday field; a range may run over the end of the week."""
    span, slash, step = part.partition("/")
    first, dash, last = ("0", "-", "6") if span == "*" and slash else span.partition("-")
    low, high = _day_number(first), _day_number(last)
    if low is None or (dash and high is None) or (slash and not step.isdecimal()):
        return part  # no day: APScheduler reads it, or says what is wrong with it
    if slash and not dash:
        raise ValueError(f'a step needs a range, as in "{span}-6/{step}"')
    if high is None:
        return _DAYS[low % 7]
    days = range(low, (high if low <= high else high + 7) + 1, max(int(step or 1), 1))
    return ",".join(dict.fromkeys(_DAYS[day % 7] for day in days))


def _day_number(text: str) -> int | None:
    if text in _DAYS:
        return _DAYS.index(text)
    return int(text) if text.isdecimal() and int(text) <= 7 else None
