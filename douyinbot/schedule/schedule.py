"""When the bot's timers are due: intervals by the event loop's own time, times of day by the wall clock.

A call is a quick plain function that puts work somewhere; it never does the work itself. An interval
does not care what happens to the wall clock. A time of day does: the clock is looked at again every half
minute, so that one that is set forward or back, or a machine that slept, neither loses the next time nor
brings a burst of those that are over. APScheduler says when a crontab line is due; its scheduler is not
used, because it counts intervals by the wall clock too.
"""

import asyncio
import itertools
import logging
import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from douyinbot.schedule.triggers import cron_trigger, times_trigger

__all__ = ["GRACE", "Job", "Schedule"]

log = logging.getLogger(__name__)

GRACE = 60.0
"""Seconds that a time of day may be over and still count, and that a clock may go wrong unnoticed."""
LOOK_EVERY = 30.0
"""Seconds after which the wall clock is looked at again."""

Call = Callable[[], None]


class Job(ABC):
    """Something that is due again and again, or once."""

    def __init__(self, schedule: "Schedule", id: str, call: Call) -> None:
        self.id = id
        self.done = False
        self._schedule = schedule
        self._call = call
        self._handle: asyncio.TimerHandle | None = None

    def cancel(self) -> None:
        """Never call again; cancelling twice does no harm."""
        self.done = True
        if self._handle is not None:
            self._handle.cancel()
        self._schedule.forget(self)

    def arm(self) -> None:
        """Set the alarm for the next time."""
        when = self._next(asyncio.get_running_loop().time())
        self._handle = asyncio.get_running_loop().call_at(when, self._wake)

    @property
    @abstractmethod
    def due(self) -> datetime:
        """The wall time of the firing that is under way or else comes next, without jitter."""

    @abstractmethod
    def _next(self, now: float) -> float:
        """Return the loop time of the next alarm."""

    @abstractmethod
    def _is_due(self) -> bool:
        """Say whether the alarm that has just gone off means a call."""

    def _wake(self) -> None:
        if self._is_due():
            try:
                self._call()
            except Exception:
                log.exception("timer %s failed", self.id)
        if not self.done:
            self.arm()


class _Interval(Job):
    """An even beat of the loop's time, `jitter` seconds around it; a beat that was missed is over."""

    def __init__(
        self, schedule: "Schedule", id: str, call: Call, period: float, jitter: float, first: float | None
    ) -> None:
        super().__init__(schedule, id, call)
        self._period = period
        self._jitter = min(jitter, period)
        self._lead = (period if first is None else first) - period
        self._start: float | None = None
        self._number = 0

    @property
    def due(self) -> datetime:
        if self._start is None:
            ahead = self._lead + self._period
        else:
            ahead = self._start + self._number * self._period - asyncio.get_running_loop().time()
        return self._schedule.now() + timedelta(seconds=ahead)

    def _next(self, now: float) -> float:
        if self._start is None:
            self._start = now + self._lead
        self._number = max(self._number, int((now - self._start) // self._period)) + 1
        noise = self._schedule.rng.uniform(-0.5, 0.5) * self._jitter if self._jitter else 0.0
        return max(self._start + self._number * self._period + noise, now)

    def _is_due(self) -> bool:
        return True


class _Once(Job):
    """One call, some time from now."""

    def __init__(self, schedule: "Schedule", id: str, call: Call, seconds: float) -> None:
        super().__init__(schedule, id, call)
        self._seconds = seconds

    @property
    def due(self) -> datetime:
        return self._schedule.now()

    def _next(self, now: float) -> float:
        return now + self._seconds

    def _is_due(self) -> bool:
        self.cancel()
        return True


class _WallTimes(Job):
    """The times of a trigger, on a wall clock that may be set."""

    def __init__(self, schedule: "Schedule", id: str, call: Call, trigger: Any) -> None:
        super().__init__(schedule, id, call)
        self._trigger = trigger
        self._due: datetime | None = None
        self._looked = schedule.now()
        self._called: datetime | None = None

    @property
    def due(self) -> datetime:
        now = self._schedule.now()
        return self._due or self._after(now) or now

    def _next(self, now: float) -> float:
        wall = self._schedule.now()
        if self._due is None:
            self._due = self._after(wall)
        self._looked = wall
        wait = LOOK_EVERY if self._due is None else (self._due - wall).total_seconds()
        return now + min(max(wait, 0.0), LOOK_EVERY)

    def _is_due(self) -> bool:
        due, wall = self._due, self._schedule.now()
        if due is None or (self._looked - wall).total_seconds() > GRACE:
            self._due = None  # the clock was set back: what comes next must be found out again
            return False
        late = (wall - due).total_seconds()
        if late < 0:
            return False
        if late > GRACE:
            self._due = None
            log.warning("timer %s was left out once: it would have been %d s late", self.id, late)
            return False
        self._called = due
        return True

    def arm(self) -> None:
        if self._called is not None and self._due == self._called:
            self._due = self._after(max(self._called, self._schedule.now()))
        super().arm()

    def _after(self, wall: datetime) -> datetime | None:
        """Return the next time after `wall`, never the one that was called last: a clock can go back."""
        due = wall
        while True:
            found = self._trigger.get_next_fire_time(None, due + timedelta(microseconds=1))
            if found is None:
                return None
            due = cast("datetime", found).astimezone(UTC)
            if due != self._called:
                return due


class Schedule:
    """All timers of one bot. Jobs may be added before it starts; time counts from the start.

    Args:
        zone: in which crontab lines and times of day are meant.
        now: the wall clock, aware.
    """

    def __init__(self, zone: ZoneInfo, now: Callable[[], datetime], rng: random.Random) -> None:
        self.now = now
        self.rng = rng
        self._zone = zone
        self._jobs: set[Job] = set()
        self._numbers = itertools.count(1)
        self._runs = False

    def __len__(self) -> int:
        return len(self._jobs)

    def start(self) -> None:
        """Begin; must be called on the running event loop."""
        self._runs = True
        for job in sorted(self._jobs, key=lambda job: int(job.id.rpartition("#")[2])):
            job.arm()

    def close(self) -> None:
        """Forget all jobs."""
        for job in list(self._jobs):
            job.cancel()

    def every(
        self, seconds: float, call: Call, *, jitter: float = 0.0, first: float | None = None, name: str = ""
    ) -> Job:
        """Call again and again, the first time after `first` seconds or else one period.

        `jitter` seconds lie around the even beat, half of them before and half behind: the mean stays.
        """
        return self._add(_Interval(self, self._id(name), call, seconds, jitter, first))

    def cron(self, expression: str, call: Call, *, name: str = "") -> Job:
        """Call at the times of a crontab line.

        Raises:
            ValueError: it is not one.
        """
        return self._add(_WallTimes(self, self._id(name), call, cron_trigger(expression, self._zone)))

    def at(self, times: list[str], call: Call, *, name: str = "") -> Job:
        """Call at fixed times of day ("HH:MM").

        Raises:
            ValueError: one of them is none.
        """
        return self._add(_WallTimes(self, self._id(name), call, times_trigger(times, self._zone)))

    def later(self, seconds: float, call: Call, *, name: str = "") -> Job:
        """Call once."""
        return self._add(_Once(self, self._id(name), call, seconds))

    def forget(self, job: Job) -> None:
        """A job is over."""
        self._jobs.discard(job)

    def _id(self, name: str) -> str:
        return f"{name or 'job'}#{next(self._numbers)}"

    def _add(self, job: Job) -> Job:
        self._jobs.add(job)
        if self._runs:
            job.arm()
        return job
