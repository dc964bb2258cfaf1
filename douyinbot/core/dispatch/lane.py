"""Calling plugins: each has a lane of its own, so that a slow or broken one harms nobody else.

A lane is a mailbox and a worker. Calls of one plugin run one at a time, in order; plugins do not wait for
each other. `async def` functions run here on the event loop, plain ones on the plugin's runner, in batches.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from douyinbot.core.clock import Clock
from douyinbot.core.dispatch.job import Job
from douyinbot.core.dispatch.mailbox import Mailbox, only_gifts
from douyinbot.core.dispatch.runners import Runner
from douyinbot.core.dispatch.stacks import stack_of_coroutine
from douyinbot.core.plugins.host import Plugin
from douyinbot.events import Event

__all__ = ["FAILURES", "REST", "WINDOW", "Lane"]

log = logging.getLogger(__name__)

T = TypeVar("T")

FAILURES, WINDOW, REST = 5, 60.0, 300.0
"""So many errors within so many seconds put a plugin to rest for so many seconds."""


class Lane:
    """The way to one plugin.

    Args:
        on_failure: told about each error: (plugin, label, error, event).
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
        on_failure: Callable[[Plugin, str, BaseException, Event | None], None],
        on_rest: Callable[[Plugin, float], None],
        on_work: Callable[[], object] = bool,
    ) -> None:
        self.plugin = plugin
        self.runner = runner
        self.parcel: list[Job] = []
        """Calls for the events of one frame; `hand_over` puts them into the mailbox together."""
        self.mailbox: Mailbox[Job] = Mailbox(size)
        self.busy_since: float | None = None
        self.busy_with = ""
        self.resting_until = 0.0
        self.waiting = 0
        """How many of its calls wait for an event, which may never come; that is not being stuck."""
        self.calls = 0
        self.failures = 0
        self._hand: deque[Job] = deque()
        """What was taken from the mailbox and has not begun; plain calls leave it on their thread."""
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._recent_failures: deque[float] = deque(maxlen=FAILURES)
        self._on_failure = on_failure
        self._on_rest = on_rest
        self._on_work = on_work
        self._worker: asyncio.Task[Any] | None = None
        self._in_coroutine = self._giving_up = False
        self._interrupted = False
        """Whether the calls at hand have to wait, although the last one was fine."""

    def put(self, job: Job) -> None:
        """Queue a call."""
        self.parcel.append(job)
        self.hand_over()

    def hand_over(self) -> None:
        """Queue what is in the parcel. While the plugin rests, gifts are kept, and all else is counted."""
        if self.resting_until and self.resting:  # the clock is only asked of those who have failed
            self.mailbox.put(only_gifts(self.parcel, self.mailbox.dropped))
            self._on_work()
        else:
            self.mailbox.put(self.parcel)
        self.parcel.clear()

    def close(self) -> None:
        """Drop what waits, counted: the plugin goes."""
        self.mailbox.put(self.parcel)
        self.mailbox.put(_emptied(self._hand))
        self.mailbox.clear()

    @property
    def resting(self) -> bool:
        """Whether the plugin was put to rest after repeated errors."""
        return self.resting_until > self._clock.monotonic()

    @property
    def idle(self) -> bool:
        """Whether it has nothing to do, or nothing that it could do now."""
        if self.waiting or self.resting:
            return self.resting or not len(self.mailbox)
        return self.busy_since is None and not self._hand and not len(self.mailbox)

    def stack(self) -> str:
        """Return where the call that is running stands, as in a traceback; "" where that is not known."""
        if self._worker is not None and self._in_coroutine:
            return stack_of_coroutine(self._worker.get_coro())
        return self.runner.stack()

    async def run(self) -> None:
        """Work for ever."""
        self._worker = asyncio.current_task()
        hand = self._hand
        while True:
            await self.mailbox.filled()
            hand.extend(self.mailbox.take())
            self._on_work()
            while hand:
                if self.resting_until and self.resting:
                    hand.extend(only_gifts(_emptied(hand), self.mailbox.dropped))
                    await asyncio.sleep(self.resting_until - self._clock.monotonic())
                elif hand[0].target.is_async:
                    await self._run_async()
                else:
                    await self._run_plain()
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
        self._giving_up = self._interrupted = True
        return self._worker.cancel()

    def failed(self, label: str, error: BaseException, event: Event | None = None) -> None:
        """Count an error of the plugin; after several in a short time it is put to rest."""
        now = self._clock.monotonic()
        self.failures += 1
        if self.resting:
            return  # the end of its last batch: it has been named often enough
        self._recent_failures.append(now)
        self._on_failure(self.plugin, label, error, event)
        if len(self._recent_failures) == FAILURES and now - self._recent_failures[0] <= WINDOW:
            self._recent_failures.clear()
            self.resting_until = now + REST
            self._interrupted = True
            self.mailbox.clear(spare_gifts=True)
            self._on_rest(self.plugin, REST)

    # ---- inside -------------------------------------------------------------------------------------

    async def _run_async(self) -> None:
        """Await the coroutines at hand, up to the first plain call, or the first that fails."""
        hand, done, time = self._hand, 0, self._loop.time
        self._in_coroutine, self._interrupted = True, False
        try:
            while hand:
                job = hand.popleft()
                target = job.target
                if self._interrupted or not target.is_async:
                    hand.appendleft(job)
                    break
                self.busy_since, self.busy_with = time(), target.label
                done += 1
                value = await target.function(*job.args)
                if value is not None:
                    self._done(job, value)
        except asyncio.CancelledError as error:
            if self._is_cancelled():
                raise  # it is the lane that is cancelled, not something inside the plugin
            given_up = TimeoutError("it took too long and was given up")
            self.failed(self.busy_with, given_up if self._giving_up else error, job.event)
        except (Exception, SystemExit) as error:
            self.failed(self.busy_with, error, job.event)
        finally:
            self.calls += done
            self._in_coroutine, self.busy_since = False, None
            if self._giving_up and self._worker is not None:
                self._giving_up = False
                self._worker.uncancel()

    def _is_cancelled(self) -> bool:
        return self._worker is not None and self._worker.cancelling() > int(self._giving_up)

    async def _run_plain(self) -> None:
        """Run the plain calls at hand in one go."""
        self.busy_since, self.busy_with = self._loop.time(), self._hand[0].target.label
        try:
            await self.runner.run([self._work_off])
            await asyncio.sleep(0)  # only then their replies and errors have arrived
        finally:
            self.busy_since = None

    def _work_off(self) -> None:
        """Do the plain calls at hand, on their thread, up to the first coroutine, or the first that fails."""
        hand, fine = self._hand, True
        with suppress(IndexError):  # nothing is left, or the lane was closed meanwhile
            while fine and not hand[0].target.is_async:
                fine = self._call(hand.popleft())

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
            self._back(self.failed, target.label, error, job.event)
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
            self.failed(target.label, error, job.event)


def _emptied(hand: deque[Job]) -> Sequence[Job]:
    """Take everything; a thread may be taking from it at the same time."""
    jobs = []
    with suppress(IndexError):
        while True:
            jobs.append(hand.popleft())
    return jobs
