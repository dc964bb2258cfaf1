"""What a plugin is given: one small object for each plugin, room and event."""

import logging
import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

import msgspec

from douyinbot.config import Duration, Timer
from douyinbot.core.clock import Clock
from douyinbot.core.commands.marks import CommandOptions, command_mark
from douyinbot.core.commands.table import Command, CommandInfo
from douyinbot.core.dispatch.blocking import BlockingHttp, BlockingStore
from douyinbot.core.liveroom import LiveRoom
from douyinbot.core.origins import Origin
from douyinbot.core.texts.templates import Template, TemplateError
from douyinbot.errors import PluginError
from douyinbot.events import ROLES, Event, Role, User
from douyinbot.outbox import Receipt
from douyinbot.schedule import Job as TimerJob

if TYPE_CHECKING:
    from douyinbot.core.engine import Engine
    from douyinbot.core.seat import Seat

__all__ = ["Context"]

T = TypeVar("T")


class Context(msgspec.Struct, eq=False):
    """The means of a plugin while it handles one event.

    Inside `async def`, what waits (`store`, `http`, `wait_for`) is awaited; inside a plain `def` the same
    names block and return the value. A struct, because one is made for each plugin and event.
    """

    _seat: "Seat"
    _live_room: LiveRoom | None
    event: Event | None = None
    _waits: bool = False
    command: str = ""
    """The name of the command that this line called, "" if it called none."""
    _rehearsed: bool = False
    _said: int = 0
    """How many lines were said with it."""

    def __repr__(self) -> str:
        return f"<Context of {self._seat.plugin.name}>"

    # ---- what is known ------------------------------------------------------------------------------

    @property
    def room(self) -> LiveRoom:
        """The room this is about.

        Raises:
            PluginError: there is none, as in setup and teardown; `rooms` has them all.
        """
        if self._live_room is None:
            raise PluginError(f"plugin {self._seat.plugin.name}: there is no room here; use ctx.rooms")
        return self._live_room

    @property
    def rooms(self) -> list[LiveRoom]:
        """All rooms this plugin works in."""
        return [room for room in self._engine.rooms.values() if self._seat.works_in(room.id)]

    @property
    def user(self) -> User | None:
        """Who caused the event."""
        return self.event.user if self.event is not None else None

    @property
    def config(self) -> Any:
        """The plugin's settings: an instance of its `Config`."""
        return self._seat.plugin.config

    @property
    def simulated(self) -> bool:
        """Whether this comes from the simulator or a test."""
        return self.event.simulated if self.event is not None else False

    @property
    def rehearsed(self) -> bool:
        """Whether somebody made up in a real room is behind it: then nothing is sent, and nothing is kept."""
        event, room = self.event, self._live_room
        return self._rehearsed or (event is not None and room is not None and room.made_up(event))

    @property
    def state(self) -> dict[str, Any]:
        """A dict for what the plugin must remember about this room while it is loaded."""
        return self._seat.state_of(self.room.id, rehearsed=self.rehearsed)

    @property
    def folder(self) -> Path:
        """The folder of bot.toml: where relative paths in settings begin."""
        return self._engine.config.folder

    @property
    def shared(self) -> dict[str, Any]:
        """A dict for what the plugin must remember across all its rooms while it is loaded."""
        return self._seat.state_of("", rehearsed=self.rehearsed)

    @property
    def log(self) -> logging.Logger:
        """The plugin's own logger."""
        return self._seat.log

    @property
    def clock(self) -> Clock:
        """`clock.now()` is the time; never ask the machine's clock, tests have their own."""
        return self._engine.clock

    @property
    def now(self) -> datetime:
        """The wall time where the streamer is: aware, in the time zone of `[bot] timezone`."""
        return self._engine.clock.now().astimezone(self._engine.config.bot.zone)

    @property
    def rng(self) -> random.Random:
        """Randomness that tests can seed."""
        return self._engine.rng

    def has_role(self, role: Role) -> bool:
        """Say whether who caused the event has at least this role."""
        return self.user is not None and ROLES.index(self.user.role) >= ROLES.index(role)

    @property
    def commands(self) -> list[CommandInfo]:
        """The commands that who caused the event may use in this room; hidden ones are left out."""
        return self._engine.desk.infos(self.room, self.user)

    def add_command(
        self, name: str, function: Callable[..., Any], **options: Unpack[CommandOptions]
    ) -> Callable[[], None]:
        """Add a command while the bot runs; return what takes it away again. It goes with the plugin, too.

        Args:
            name: as for `@command`, whose other arguments may follow; `help` too.

        Raises:
            PluginError: the name is taken, or an argument of the function cannot be typed in a chat line.
        """
        made = Command(command_mark(name, **options).of(function), function, self._seat.plugin.name)
        table = self._engine.commands

        def add() -> Callable[[], None]:
            table.add(made)
            return lambda: self._on_loop(lambda: table.remove(made))

        return self._on_loop(add)

    def use(self, plugin: str) -> Any:
        """Return what another plugin offers with its hook `provide`, None if it is not loaded.

        A plugin named in `requires = ("NAME",)` of yours is loaded, or yours is not.
        """
        seat = self._engine.seats.get(plugin)
        return seat.offered(rehearsed=self.rehearsed) if seat is not None else None

    # ---- what waits ---------------------------------------------------------------------------------

    @property
    def store(self) -> Any:
        """The plugin's own part of the database: get, set, incr, delete, expire, top, keys, transaction."""
        store = self._engine.store_of(self._seat.plugin.name, rehearsed=self.rehearsed)
        return BlockingStore(store, self._seat.runner) if self._waits else store

    @property
    def http(self) -> Any:
        """The bot's HTTP client: aiohttp's session, or its blocking form."""
        if not self._waits:
            return self._engine.http()
        return BlockingHttp(self._on_loop(self._engine.http), self._seat.runner)

    def wait_for(
        self, kind: str, where: Callable[[Any], bool] | None = None, timeout: float | str = 30.0
    ) -> Any:
        """Wait for the next event of a kind in this room; None if none came in time (seconds, or "30s").

        `raw_data` comes only where some plugin has the hook on_raw.
        """
        seconds = Duration.parse(timeout) if isinstance(timeout, str) else timeout
        room, rehearsed = self.room, self.rehearsed
        anybody = self.event is None and not rehearsed

        def fits(event: Event) -> bool:
            # Made-up viewers and real ones do not take part in each other's games.
            alike = anybody or room.made_up(event) == rehearsed
            return alike and (where is None or bool(where(event)))

        waiting = self._seat.lane.patiently(self._engine.wait_for(room.id, kind, fits, seconds))
        return self._seat.runner.wait(waiting) if self._waits else waiting

    def run_sync(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run a blocking function away from the event loop: `await ctx.run_sync(fn)`."""
        return function(*args) if self._waits else self._seat.runner.aside(function, *args)

    # ---- speaking -----------------------------------------------------------------------------------

    def say(
        self,
        text: str,
        *,
        priority: str = "normal",
        ttl: float | str | None = None,
        key: str | None = None,
        room: str | None = None,
    ) -> Receipt:
        """Queue a line for the room at once and return its receipt, which may be awaited.

        Args:
            priority: low, normal or high.
            ttl: how long it is worth saying (seconds, or "20s").
            key: a newer line with the same key replaces one that still waits.
            room: another room's id.
        """
        seconds = Duration.parse(ttl) if isinstance(ttl, str) else ttl
        where = room or self.room.id
        name = self._seat.plugin.name
        origin = Origin(self._seat.lane.busy_with, self.event, self.rehearsed)
        self._said += 1

        def queue() -> Receipt:
            return self._engine.say(
                text, room=where, plugin=name, priority=priority, ttl=seconds, key=key, origin=origin
            )

        return self._on_loop(queue)

    def reply(self, text: str) -> Receipt:
        """Say something to who caused the event, by name: `@name text`."""
        name = f"@{self.user.short_name} " if self.user is not None else ""
        return self.say(name + text)

    def render(self, template: str, **variables: Any) -> str:
        """Fill in a text with variables; `variables` come on top of those of the event and the room.

        Raises:
            ConfigError: as `check_template`.
            PluginError: the same, or `$(count NAME)`, which only commands and timers have.
        """
        parsed = self.check_template(template, *variables)
        if parsed.counters:
            raise PluginError(f"plugin {self._seat.plugin.name}: $(count NAME) cannot be used in ctx.render")
        return self._engine.texts.render(self, parsed, variables)

    async def fill(self, template: Template, arguments: tuple[str, ...] = ()) -> str:
        """Render a checked text, counting its `$(count NAME)` up first."""
        return await self._engine.texts.fill(self, template, arguments)

    def check_template(self, template: str, *variables: str) -> Template:
        """Check a text in `setup`, so that a mistake is found before the stream.

        Raises:
            ConfigError: a text from the plugin's settings has an unknown variable.
            PluginError: any other text has one.
        """
        plugin, source = self._seat.plugin, self._engine.config.source
        try:
            return self._engine.texts.template(template, variables)
        except TemplateError as error:
            if (keys := plugin.place_of(template)) is not None:
                raise source.error(keys, str(error)) from error
            raise PluginError(f"plugin {plugin.name}: {error}") from error

    # ---- later --------------------------------------------------------------------------------------

    def every(
        self, period: float | str, function: Callable[..., Any], *, jitter: float | str = 0.0
    ) -> TimerJob:
        """Call `function(ctx)` again and again until the plugin goes; returns a job with `cancel()`."""
        seat, room, seconds, spread = self._seat, self._live_room, _seconds(period), _seconds(jitter)
        aside = self.rehearsed
        return self._on_loop(lambda: seat.every(room, seconds, function, jitter=spread, rehearsed=aside))

    def cron(self, expression: str, function: Callable[..., Any]) -> TimerJob:
        """Call `function(ctx)` at fixed times until the plugin goes; returns a job with `cancel()`."""
        seat, room, aside = self._seat, self._live_room, self.rehearsed
        return self._on_loop(lambda: seat.cron(room, expression, function, rehearsed=aside))

    def later(self, delay: float | str, function: Callable[..., Any]) -> TimerJob:
        """Call `function(ctx)` once, after a while; returns a job with `cancel()`."""
        seat, room, seconds, aside = self._seat, self._live_room, _seconds(delay), self.rehearsed
        return self._on_loop(lambda: seat.later(room, seconds, function, rehearsed=aside))

    def collect(
        self,
        name: str,
        item: Any,
        function: Callable[..., Any],
        *,
        window: float | str = 3.0,
        longest: float | str = 12.0,
    ) -> None:
        """Gather what comes close together in this room, and call `function(ctx, items)` once for all of it.

        Args:
            name: of the gathering; the function of the last item is the one that is called.
            window: the call waits until so long nothing more came.
            longest: but not longer than this after the first item.
        """
        gatherings = self._seat.gatherings_of(self.room, rehearsed=self.rehearsed)
        quiet, most = _seconds(window), _seconds(longest)
        self._on_loop(lambda: gatherings.add(name, item, function, window=quiet, longest=most))

    def add_timer(self, timer: Timer) -> None:
        """Announce texts as `[[timers]]` does.

        Raises:
            ConfigError: of the plugin's own `config`, where that is the timer: the crontab line or a time of
                day is wrong, or a text has an unknown variable.
            ValueError: the same of any other timer.
        """
        try:
            self._on_loop(lambda: self._seat.add_timer(timer))
        except ValueError as error:
            if timer is not self.config:
                raise
            raise self._engine.config.source.error(("plugins", self._seat.plugin.name), str(error)) from error

    @property
    def _engine(self) -> "Engine":
        return self._seat.engine

    def _on_loop(self, function: Callable[[], T]) -> T:
        """Do something that belongs to the event loop, from wherever we are."""
        return self._seat.runner.call(function) if self._waits else function()


def _seconds(time: float | str) -> float:
    return Duration.parse(time) if isinstance(time, str) else float(time)
