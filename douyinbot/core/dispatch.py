"""Calling plugins: each has a lane of its own, so that a slow or broken one harms nobody else.

A lane is a mailbox and a worker. Calls of one plugin run one at a time, in order; plugins do not wait for
each other. `async def` functions run here on the event loop, plain ones on the plugin's runner, in batches.
"""

import asyncio
import inspect
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from douyinbot.core.clock import Clock
from douyinbot.core.mailbox import Mailbox
from douyinbot.core.plugins import Plugin
from douyinbot.core.runners import Runner

__all__ = ["FAILURES", "REST", "WINDOW", "Job", "Lane"]

log = logging.getLogger(__name__)

FAILURES, WINDOW, REST = 5, 60.0, 300.0
"""So many errors within so many seconds put a plugin to rest for so many seconds."""


@dataclass(slots=True)
class Job:
    """One call of one function of a plugin."""

    label: str
    """What is called, for messages: `on_chat`, `!dice`."""
    function: Callable[..., Any]
    is_async: bool
    args: Sequence[Any] = ()
    named: dict[str, Any] = field(default_factory=dict)
    reply: Callable[[Any], None] | None = None
    """Takes what the function returned, if that is not None; called on the event loop."""


class Lane:
    """The way to one plugin.

    Args:
        on_failure: told about each error: (plugin, label, error).
        on_rest: told when the plugin is put to rest, with the seconds.
    """

    def __init__(
        self,
        plugin: Plugin,
        runner: Runner,
        clock: Clock,
        *,
        size: int = 1000,
        on_failure: Callable[[Plugin, str, BaseException], None],
        on_rest: Callable[[Plugin, float], None],
    ) -> None:
        self.plugin = plugin
        self.runner = runner
        self.mailbox: Mailbox[Job] = Mailbox(size)
        self.busy_since: float | None = None
        self.busy_with = ""
        self.resting_until = 0.0
        self.calls = 0
        self.failures = 0
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._recent_failures: deque[float] = deque(maxlen=FAILURES)
        self._on_failure = on_failure
        self._on_rest = on_rest
        self._worker: asyncio.Task[Any] | None = None
        self._in_coroutine = self._giving_up = False

    def put(self, kind: str, job: Job) -> None:
        """Queue a call. While the plugin rests, calls are dropped and counted."""
        if self.resting:
            self.mailbox.dropped[kind] += 1
        else:
            self.mailbox.put(kind, job)

    @property
    def resting(self) -> bool:
        """Whether the plugin was put to rest after repeated errors."""
        return self.resting_until > self._clock.monotonic()

    @property
    def idle(self) -> bool:
        return not len(self.mailbox) and self.busy_since is None

    async def run(self) -> None:
        """Work for ever."""
        self._worker = asyncio.current_task()
        while True:
            jobs = await self.mailbox.take()
            start = 0
            while start < len(jobs):
                if jobs[start].is_async:
                    await self._run_async(jobs[start])
                    start += 1
                    continue
                end = start
                while end < len(jobs) and not jobs[end].is_async:
                    end += 1
                await self._run_plain(jobs[start:end])
                start = end
            await asyncio.sleep(0)  # a lane that is never empty must not keep the others waiting

    def give_up(self) -> bool:
        """Cancel the coroutine that is running now; False if it is a thread, which cannot be stopped."""
        if self._worker is None or not self._in_coroutine or self._giving_up:
            return False
        self._giving_up = True
        return self._worker.cancel()

    def failed(self, label: str, error: BaseException) -> None:
        """Count an error of the plugin; after several in a short time it is put to rest."""
        now = self._clock.monotonic()
        self.failures += 1
        self._recent_failures.append(now)
        self._on_failure(self.plugin, label, error)
        if len(self._recent_failures) == FAILURES and now - self._recent_failures[0] <= WINDOW:
            self._recent_failures.clear()
            self.resting_until = now + REST
            self.mailbox.clear()
            self._on_rest(self.plugin, REST)

    # ---- inside -------------------------------------------------------------------------------------

    async def _run_async(self, job: Job) -> None:
        self._begin(job)
        self._in_coroutine = True
        try:
            value = job.function(*job.args, **job.named)
            if inspect.isawaitable(value):
                value = await value
            self._done(job, value)
        except asyncio.CancelledError as error:
            if self._is_cancelled():
                raise  # it is the lane that is cancelled, not something inside the plugin
            self._failed(job, TimeoutError("it took too long and was given up") if self._giving_up else error)
        except (Exception, SystemExit) as error:
            self._failed(job, error)
        finally:
            self._in_coroutine, self.busy_since = False, None
            if self._giving_up and self._worker is not None:
                self._giving_up = False
                self._worker.uncancel()

    def _is_cancelled(self) -> bool:
        return self._worker is not None and self._worker.cancelling() > int(self._giving_up)

    async def _run_plain(self, jobs: list[Job]) -> None:
        self._begin(jobs[0])
        try:
            await self.runner.run([self._guarded(job) for job in jobs])
        finally:
            self.busy_since = None

    def _guarded(self, job: Job) -> Callable[[], None]:
        """Wrap a plain call: it runs anywhere, its outcome comes back to the event loop."""

        def call() -> None:
            self.busy_since, self.busy_with = self._loop.time(), job.label
            self.calls += 1
            try:
                value = job.function(*job.args, **job.named)
            except (Exception, SystemExit) as error:
                self._back(self._failed, job, error)
            else:
                if value is not None:
                    self._back(self._done, job, value)

        return call

    def _back(self, function: Callable[..., None], *args: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *args)
        except RuntimeError:
            log.debug("plugin %s finished after the bot had stopped", self.plugin.name)

    def _begin(self, job: Job) -> None:
        self.busy_since, self.busy_with = self._loop.time(), job.label
        self.calls += job.is_async

    def _done(self, job: Job, value: Any) -> None:
        if value is None or job.reply is None:
            return
        try:
            job.reply(value)
        except (Exception, SystemExit) as error:
            self._failed(job, error)

    def _failed(self, job: Job, error: BaseException) -> None:
        self.failed(job.label, error)
