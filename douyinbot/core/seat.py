"""A plugin's seat at the bot: its lane, its runner, its logger, and everything that must go when it goes."""

import asyncio
import inspect
import logging
from collections.abc import Callable, Sequence
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from douyinbot.config import Timer
from douyinbot.core.context import Context
from douyinbot.core.dispatch.gathering import Gatherings
from douyinbot.core.dispatch.job import Job, Target
from douyinbot.core.dispatch.lane import Lane
from douyinbot.core.dispatch.runners import Runner
from douyinbot.core.journal import HISTORY
from douyinbot.core.liveroom import LiveRoom
from douyinbot.core.memory import SeatMemory
from douyinbot.core.origins import Origin
from douyinbot.core.plugins.host import Hook, Plugin
from douyinbot.core.plugins.registry import Registry
from douyinbot.errors import ConfigError, PluginError
from douyinbot.events import Event, RawData
from douyinbot.schedule import Job as TimerJob

if TYPE_CHECKING:
    from douyinbot.core.engine import Engine

__all__ = ["Seat", "only_live"]

NOTHING = object()
"""What a command has answered that returned nothing."""
QUIET = "quiet", "it ran, and had nothing to say"
"""The cause of that, in one word and in many."""


class Seat:
    """One loaded plugin at work."""

    def __init__(self, engine: "Engine", plugin: Plugin, runner: Runner, lane: Lane) -> None:
        self.engine = engine
        self.plugin = plugin
        self.runner = runner
        self.lane = lane
        self.registry = Registry(plugin.name, engine.extensions)
        self.log = logging.getLogger(f"douyinbot.plugin.{plugin.name}")
        self.offer: Any = None
        """What other plugins get from `ctx.use`."""
        self._rehearsal = 0
        self._rehearsed_offer: Any = None
        self._timers: list[TimerJob] = []
        self._memory = SeatMemory()
        self._gatherings: dict[tuple[str, bool], Gatherings] = {}

    def works_in(self, room: str) -> bool:
        """Tell whether the plugin is at work in a room: bot.toml says so, and nobody has switched it off."""
        switches = self.engine.switches
        return self.plugin.scope.covers(room) and not switches.is_off(room, "plugin", self.plugin.name)

    def state_of(self, room: str, *, rehearsed: bool = False) -> dict[str, Any]:
        """Return what the plugin remembers about a room; in a rehearsal a copy of that."""
        if rehearsed:
            return self._memory.rehearsed(room, self.engine.rehearsals.number)
        return self._memory.of(room)

    def gatherings_of(self, room: LiveRoom, *, rehearsed: bool = False) -> Gatherings:
        """Return what the plugin gathers in a room; made-up things are not gathered with real ones."""
        gatherings = self._gatherings.get((room.id, rehearsed))
        if gatherings is None:
            later = partial(self.later, room, rehearsed=rehearsed)
            gatherings = Gatherings(later, self.engine.clock.monotonic)
            self._gatherings[room.id, rehearsed] = gatherings
        return gatherings

    # ---- calls --------------------------------------------------------------------------------------

    def target(self, hook: Hook, room: LiveRoom, *, answered: bool) -> Target:
        """Return an event hook as a function of (event, command); its answers are said, or are not."""
        function, names, blocking = hook.function, hook.arguments, not hook.is_async

        def both(event: Event, command: str) -> Any:
            return function(Context(self, room, event, blocking, command), event)

        def any_subset(event: Event, command: str) -> Any:
            values: dict[str, Any] = {"ctx": Context(self, room, event, blocking, command), "event": event}
            if isinstance(event, RawData):
                values |= {"method": event.method, "payload": event.payload}
            return function(**{name: values[name] for name in names})

        call = both if names == ("ctx", "event") else any_subset

        def reply(texts: Any, called_with: tuple[Any, ...]) -> None:
            if answered:
                self.say_all(room.id, texts, Origin(hook.name, called_with[0]))
            else:
                self.engine.journal.silent(called_with[0], self.plugin.name, hook.name, *HISTORY)

        return Target(hook.name, call, hook.is_async, reply)

    def call(
        self,
        label: str,
        function: Callable[..., Any],
        room: LiveRoom | None,
        *,
        event: Event | None = None,
        args: Sequence[Any] = (),
        named: dict[str, Any] | None = None,
        wants_ctx: bool = True,
        command: str = "",
        rehearsed: bool = False,
    ) -> None:
        """Queue the call of a command or job; they matter as much as chat."""
        is_async = inspect.iscoroutinefunction(function)
        ctx = Context(self, room, event, not is_async, command, rehearsed)

        def reply(texts: Any, _: tuple[Any, ...]) -> None:
            if texts is NOTHING:
                if not ctx._said:
                    self.engine.journal.silent(event, self.plugin.name, label, *QUIET)
            elif room is not None:
                self.say_all(room.id, texts, Origin(label, event, rehearsed))

        if command:
            function = _or_nothing(function)
        target = Target(label, partial(function, **(named or {})), is_async, reply)
        self.lane.put(Job("chat", target, (ctx, *args) if wants_ctx else tuple(args)))

    async def call_now(self, hook: Hook) -> None:
        """Call `setup` or `teardown` and wait for it; errors are raised.

        Raises:
            PluginError: it raised, or called sys.exit.
            ConfigError: it found its settings wrong.
        """
        ctx = Context(self, None, _waits=not hook.is_async)
        call = partial(hook.function, **dict.fromkeys(hook.arguments, ctx))
        failure: BaseException | None = None

        def guarded() -> None:
            nonlocal failure
            try:
                call()
            except (Exception, SystemExit) as error:
                failure = error

        if hook.is_async:
            try:
                await call()
            except (Exception, SystemExit) as error:
                failure = error
            except asyncio.CancelledError as error:
                if (task := asyncio.current_task()) is not None and task.cancelling():
                    raise  # it took too long, or the bot stops
                failure = error
        else:
            await self.runner.run([guarded])
        if failure is not None:
            self.log.debug("%s failed", hook.name, exc_info=failure)
            if isinstance(
                failure, PluginError | ConfigError
            ):  # it says itself, in plain words, what is wrong
                places = f"plugin {self.plugin.name}", f"{self.engine.config.source.name}:"
                told = str(failure).startswith(places)
                raise failure if told else PluginError(f"plugin {self.plugin}: {failure}") from failure
            raise PluginError(
                f"plugin {self.plugin}: {hook.name} failed: {type(failure).__name__}: {failure}"
            ) from failure

    def provide(self, hook: Hook, *, rehearsed: bool = False) -> Any:
        """Return what the plugin offers to others. Whatever of `ctx` it keeps is awaited: others call it."""
        ctx = Context(self, None, _rehearsed=rehearsed)
        return hook.function(**dict.fromkeys(hook.arguments, ctx))

    def offered(self, *, rehearsed: bool) -> Any:
        """Return what others get: in a rehearsal one of its own, whose changes are forgotten with it."""
        hook, number = self.plugin.hooks.get("provide"), self.engine.rehearsals.number
        if not rehearsed or hook is None:
            return self.offer
        if self._rehearsal != number:
            self._rehearsal = number
            try:
                self._rehearsed_offer = self.provide(hook, rehearsed=True)
            except (Exception, SystemExit) as error:
                self._rehearsed_offer = None
                self.lane.failed("provide", error)
        return self._rehearsed_offer

    def say_all(self, room: str, texts: Any, origin: Origin) -> None:
        """Say what a handler returned."""
        for text in texts if isinstance(texts, list | tuple) else [texts]:
            if not isinstance(text, str):
                raise PluginError(f"it returned {type(text).__name__}; text or a list of texts is expected")
            self.engine.say(text, room=room, plugin=self.plugin.name, origin=origin)

    # ---- timers -------------------------------------------------------------------------------------

    def every(
        self,
        room: LiveRoom | None,
        seconds: float,
        function: Callable[..., Any],
        *,
        jitter: float = 0.0,
        rehearsed: bool = False,
    ) -> TimerJob:
        due = self._due(room, function, rehearsed)
        return self._keep(self.engine.schedule.every(seconds, due, jitter=jitter, name=self.plugin.name))

    def cron(
        self, room: LiveRoom | None, expression: str, function: Callable[..., Any], *, rehearsed: bool = False
    ) -> TimerJob:
        due = self._due(room, function, rehearsed)
        return self._keep(self.engine.schedule.cron(expression, due, name=self.plugin.name))

    def later(
        self, room: LiveRoom | None, seconds: float, function: Callable[..., Any], *, rehearsed: bool = False
    ) -> TimerJob:
        due = self._due(room, function, rehearsed)
        return self._keep(self.engine.schedule.later(seconds, due, name=self.plugin.name))

    def add_timer(self, timer: Timer) -> None:
        self.engine.timers.add(timer, plugin=self.plugin.name, scope=self.plugin.scope)

    def dispose(self) -> None:
        """Cancel what the plugin has running and waiting."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        self.registry.withdraw()
        self.engine.timers.remove_plugin(self.plugin.name)
        self.lane.close()
        self.runner.close()

    def _due(
        self, room: LiveRoom | None, function: Callable[..., Any], rehearsed: bool
    ) -> Callable[[], None]:
        """Return what queues a job's call, but never a second one while the first still waits or runs."""
        label = getattr(function, "__name__", "timer")
        under_way: Callable[[], bool] = bool

        def due() -> None:
            nonlocal under_way
            if room is not None and not self.works_in(room.id):
                return
            if under_way():
                self.log.warning("%s was left out once: its last call is still running", label)
                return
            under_way = self._queue(label, function, room, rehearsed)

        return due

    def _queue(
        self, label: str, function: Callable[..., Any], room: LiveRoom | None, rehearsed: bool
    ) -> Callable[[], bool]:
        """Queue a job's call and return what says whether it is still to be done."""
        over, dropped = False, self.lane.mailbox.dropped.total()

        def done() -> None:
            nonlocal over
            over = True

        self.call(label, _and_then(function, done), room, rehearsed=rehearsed)
        # What a mailbox dropped may have been this call, which then never ends.
        return lambda: not over and self.lane.mailbox.dropped.total() == dropped

    def _keep(self, timer: TimerJob) -> TimerJob:
        # `later` jobs are done once they ran: forget them, or a busy plugin would collect them for ever.
        self._timers = [kept for kept in self._timers if not kept.done]
        self._timers.append(timer)
        return timer


def _or_nothing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Have a command's silence be told, too: what it returns is never None."""
    if asyncio.iscoroutinefunction(function):

        @wraps(function)
        async def later(*args: Any, **named: Any) -> Any:
            value = await function(*args, **named)
            return NOTHING if value is None else value

        return later

    @wraps(function)
    def now(*args: Any, **named: Any) -> Any:
        value = function(*args, **named)
        return NOTHING if value is None else value

    return now


def _and_then(function: Callable[..., Any], done: Callable[[], None]) -> Callable[..., Any]:
    """Tell when a job has ended, however it did."""
    if asyncio.iscoroutinefunction(function):

        @wraps(function)
        async def later(ctx: Context) -> Any:
            try:
                return await function(ctx)
            finally:
                done()

        return later

    @wraps(function)
    def now(ctx: Context) -> Any:
        try:
            return function(ctx)
        finally:
            done()

    return now


def only_live(function: Callable[..., Any]) -> Callable[..., Any]:
    """Leave a job out while nobody is live in its room."""
    if asyncio.iscoroutinefunction(function):

        async def later(ctx: Context) -> Any:
            return await function(ctx) if ctx.room.live else None

        later.__name__ = function.__name__
        return later

    def now(ctx: Context) -> Any:
        return function(ctx) if ctx.room.live else None

    now.__name__ = function.__name__
    return now
