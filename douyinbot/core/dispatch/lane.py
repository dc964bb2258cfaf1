"""Calling plugins: each has a lane of its own, so that a slow or broken one harms nobody else.

A lane is a mailbox and a worker. Calls of one plugin run one at a time, in order; plugins do not wait for
each other. `async def` functions run here on the event loop, plain ones on the plugin's runner, in batches.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any, TypeVar

import msgspec

from douyinbot.core.clock import Clock
from douyinbot.core.dispatch.mailbox import Mailbox
from douyinbot.core.dispatch.runners import Runner
from douyinbot.core.dispatch.stacks import stack_of_coroutine
from douyinbot.core.plugins.host import Plugin

__all__ = ["FAILURES", "REST", "WINDOW", "Job", "Lane", "Target"]

log = logging.getLogger(__name__)

T = TypeVar("T")

FAILURES, WINDOW, REST = 5, 60.0, 300.0
"""So many errors within so many seconds put a plugin to rest for so many seconds."""


@dataclass(frozen=True, slots=True)
class Target:
    """A function of a plugin that is called, once or again and again.

    Args:
        label: what it is, for messages: `on_chat`, `!dice`.
        reply: takes what the function returned, if not None, and what it was called with; on the event loop.
    """

    label: str
    function: Callable[..., Any]
    is_async: bool
    reply: Callable[[Any, tuple[Any, ...]], None] | None = None


class Job(msgspec.Struct, frozen=True, gc=False):
    """One call that waits its turn."""

    kind: str
    """The kind of event it is about, for counting what was dropped."""
    target: Target
    args: tuple[Any, ...] = ()


class Lane:
    """The way to one plugin.

    Args:
        on_failure: told about each error: (plugin, label, error).
        on_rest: told when the plugin is put to rest, with the seconds.
        on_work: told whenever it begins to work, or loses a call.
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
        on_work: Callable[[], object] = bool,
    ) -> None:
        self.plugin = plugin
        self.runner = runner
        self.mailbox: Mailbox[Job] = Mailbox(size)
        self.busy_since: float | None = None
        self.busy_with = ""
        self.resting_until = 0.0
        self.waiting = 0
        """How many of its calls wait for an event, which may never come; that is not being stuck."""
        self.calls = 0
        self.failures = 0
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._recent_failures: deque[float] = deque(maxlen=FAILURES)
        self._on_failure = on_failure
        self._on_rest = on_rest
        self._on_work = on_work
        self._worker: asyncio.Task[Any] | None = None
        self._in_coroutine = self._giving_up = False

    def put(self, job: Job) -> None:
        """Queue a call. While the plugin rests, calls are dropped and counted."""
        if self.resting_until and self.resting:  # the clock is only asked of those who have failed
            self.mailbox.dropped[job.kind] += 1
            self._on_work()
        else:
            self.mailbox.put(job)

    @property
    def resting(self) -> bool:
        """Whether the plugin was put to rest after repeated errors."""
        return self.resting_until > self._clock.monotonic()

    @property
    def idle(self) -> bool:
        return not len(self.mailbox) and (self.busy_since is None or self.waiting > 0)

    def stack(self) -> str:
        """Return where the call that is running stands, as in a traceback; "" where that is not known."""
        if self._worker is not None and self._in_coroutine:
            return stack_of_coroutine(self._worker.get_coro())
        return self.runner.stack()

    async def run(self) -> None:
        """Work for ever."""
        self._worker = asyncio.current_task()
        while True:
            jobs = await self.mailbox.take()
            self._on_work()
            done = 0
            while done < len(jobs) and not (self.resting_until and self.resting):
                run = self._run_async if jobs[done].target.is_async else self._run_plain
                done += await run(islice(jobs, done, None))
            if done < len(jobs):
                self.mailbox.dropped.update(job.kind for job in jobs[done:])
            if len(self.mailbox):  # then it would not wait, and must not keep the others waiting
                await asyncio.sleep(0)

    async def patiently(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for something in the plugin's name; it is not busy meanwhile."""
        self.waiting += 1
        try:
            return await work
        finally:
            self.waiting -= 1
            if self.busy_since is not None:
                self.busy_since = self._loop.time()

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
        if self.resting:
            return  # the end of its last batch: it has been named often enough
        self._recent_failures.append(now)
        self._on_failure(self.plugin, label, error)
        if len(self._recent_failures) == FAILURES and now - self._recent_failures[0] <= WINDOW:
            self._recent_failures.clear()
            self.resting_until = now + REST
            self.mailbox.clear()
            self._on_rest(self.plugin, REST)

    # ---- inside -------------------------------------------------------------------------------------

    async def _run_async(self, jobs: Iterable[Job]) -> int:
        """Await the coroutines at the head, up to the first that fails, and return how many those were."""
        done, label, time = 0, "", self._loop.time
        self._in_coroutine = True
        try:
            for job in jobs:
                target = job.target
                if not target.is_async or (done and (self.resting_until or self._giving_up)):
                    break
                label = target.label
                self.busy_since, self.busy_with = time(), label
                done += 1
                value = await target.function(*job.args)
                if value is not None:
                    self._done(job, value)
        except asyncio.CancelledError as error:
            if self._is_cancelled():
                raise  # it is the lane that is cancelled, not something inside the plugin
            given_up = TimeoutError("it took too long and was given up")
            self.failed(label, given_up if self._giving_up else error)
        except (Exception, SystemExit) as error:
            self.failed(label, error)
        finally:
            self.calls += done
            self._in_coroutine, self.busy_since = False, None
            if self._giving_up and self._worker is not None:
                self._giving_up = False
                self._worker.uncancel()
        return done

    def _is_cancelled(self) -> bool:
        return self._worker is not None and self._worker.cancelling() > int(self._giving_up)

    async def _run_plain(self, jobs: Iterable[Job]) -> int:
        """Run the plain calls at the head in one go, up to the first that fails, and return their number."""
        head = list(takewhile(lambda job: not job.target.is_async, jobs))
        outcomes: list[bool] = []

        def guarded(job: Job) -> Callable[[], None]:
            def call() -> None:
                if False not in outcomes:
                    outcomes.append(self._call(job))

            return call

        self.busy_since, self.busy_with = self._loop.time(), head[0].target.label
        try:
            await self.runner.run([guarded(job) for job in head])
            await asyncio.sleep(0)  # only then their replies and errors have arrived
        finally:
            self.busy_since = None
        return len(outcomes)

    def _call(self, job: Job) -> bool:
        """Do a plain call: it runs anywhere, its outcome comes back to the event loop. False if it failed."""
        target = job.target
        self.busy_since, self.busy_with = self._loop.time(), target.label
        self.calls += 1
        try:
            value = target.function(*job.args)
        except (Exception, SystemExit, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and self._is_cancelled():
                raise
            self._back(self.failed, target.label, error)
            return False
        if value is not None:
            self._back(self._done, job, value)
        return True

    def _back(self, function: Callable[..., None], *args: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *args)
        except RuntimeError:
            log.debug("plugin %s finished after the bot had stopped", self.plugin.name)

    def _done(self, job: Job, value: Any) -> None:
        target = job.target
        if target.reply is None:
            return
        try:
            target.reply(value, job.args)
        except (Exception, SystemExit) as error:
            self.failed(target.label, error)
