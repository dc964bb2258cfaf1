"""Timers of the bot: APScheduler behind four plain verbs.

A call is a quick plain function that puts work somewhere; it never does the work itself. With
`virtual=True` nothing runs by itself: the testing kit asks for `next_time()` and calls `run_due(now)`.
"""

import itertools
import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from douyinbot.schedule.triggers import Every, cron_trigger, times_trigger

__all__ = ["Job", "Schedule"]

log = logging.getLogger(__name__)

GRACE = 60
"""Seconds that a job may be late and still run. APScheduler's own default of 1 loses jobs to any hiccup."""


class Job:
    """Something that is due again and again, or once."""

    def __init__(
        self, id: str, trigger: Any, call: Callable[[], None], cancel: Callable[["Job"], None]
    ) -> None:
        self.id = id
        self.trigger = trigger
        self.call = call
        self.next: datetime | None = None
        self.done = False
        self._cancel = cancel

    def cancel(self) -> None:
        """Never call again; cancelling twice does no harm."""
        if not self.done:
            self.done = True
            self._cancel(self)


class Schedule:
    """All timers of one bot."""

    def __init__(
        self, zone: ZoneInfo, now: Callable[[], datetime], rng: random.Random, *, virtual: bool = False
    ) -> None:
        self._zone = zone
        self._now = now
        self._rng = rng
        self._jobs: dict[str, Job] = {}
        self._numbers = itertools.count(1)
        self._scheduler: Any = None if virtual else _scheduler(zone)

    def start(self) -> None:
        """Begin; must be called on the running event loop."""
        if self._scheduler is not None:
            self._scheduler.start()

    def close(self) -> None:
        """Forget all jobs and stop."""
        self._jobs.clear()
        if self._scheduler is not None and self._scheduler.running:
            self._scheduler.remove_all_jobs()
            self._scheduler.shutdown(wait=False)

    def every(self, seconds: float, call: Callable[[], None], *, jitter: float = 0.0, name: str = "") -> Job:
        """Call again and again, the first time after one period."""
        return self._add(Every(seconds, jitter=jitter, start=self._now(), rng=self._rng), call, name)

    def cron(self, expression: str, call: Callable[[], None], *, name: str = "") -> Job:
        """Call at the times of a crontab line.

        Raises:
            ValueError: it is not one.
        """
        return self._add(cron_trigger(expression, self._zone), call, name)

    def at(self, times: list[str], call: Callable[[], None], *, name: str = "") -> Job:
        """Call at fixed times of day ("HH:MM").

        Raises:
            ValueError: one of them is none.
        """
        return self._add(times_trigger(times, self._zone), call, name)

    def later(self, seconds: float, call: Callable[[], None], *, name: str = "") -> Job:
        """Call once."""

        def once() -> None:
            job.cancel()
            call()

        job = self._add(DateTrigger(self._now() + timedelta(seconds=seconds)), once, name)
        return job

    def next_time(self) -> datetime | None:
        """Return when the next job is due, None if there is none."""
        return min((job.next for job in self._jobs.values() if job.next is not None), default=None)

    def run_due(self, now: datetime) -> None:
        """Call what is due by now, each once, however often it was missed (only for `virtual`)."""
        for job in [job for job in self._jobs.values() if job.next is not None and job.next <= now]:
            while job.next is not None and job.next <= now:
                job.next = job.trigger.get_next_fire_time(job.next, now)
            if not job.done:
                job.call()

    def _add(self, trigger: Any, call: Callable[[], None], name: str) -> Job:
        job = Job(f"{name or 'job'}#{next(self._numbers)}", trigger, call, self._remove)
        self._jobs[job.id] = job
        if self._scheduler is None:
            job.next = trigger.get_next_fire_time(None, self._now())
        else:

            async def run() -> None:  # plain functions would be sent to a thread
                call()

            self._scheduler.add_job(run, trigger, id=job.id, name=job.id)
        return job

    def _remove(self, job: Job) -> None:
        self._jobs.pop(job.id, None)
        if self._scheduler is not None and self._scheduler.get_job(job.id) is not None:
            self._scheduler.remove_job(job.id)


def _scheduler(zone: ZoneInfo) -> Any:
    scheduler = AsyncIOScheduler(
        timezone=zone,
        job_defaults={"misfire_grace_time": GRACE, "coalesce": True, "max_instances": 1},
    )
    scheduler.add_listener(_log, EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES | EVENT_JOB_ERROR)
    return scheduler


def _log(event: Any) -> None:
    if event.code == EVENT_JOB_ERROR:
        log.error("timer %s failed", event.job_id, exc_info=event.exception)
    else:
        log.warning("timer %s was left out once: it was more than %d s late", event.job_id, GRACE)
