"""Plugins at work: the way of an event to them, and the way of a text out of them."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence, Set
from typing import Any

import aiohttp

from douyinbot.config import Config
from douyinbot.core.clock import Clock
from douyinbot.core.commands.desk import CommandDesk
from douyinbot.core.commands.switching import ORDERS
from douyinbot.core.commands.table import Command, CommandTable
from douyinbot.core.commands.textcommands import OWN
from douyinbot.core.dispatch.decisions import Decisions
from douyinbot.core.dispatch.filters import Message
from douyinbot.core.dispatch.job import Job
from douyinbot.core.dispatch.lane import Lane
from douyinbot.core.dispatch.missed import Missed
from douyinbot.core.dispatch.plans import FINISHED, Plans
from douyinbot.core.dispatch.rests import Rests
from douyinbot.core.dispatch.runners import Runner
from douyinbot.core.dispatch.troubles import Troubles
from douyinbot.core.dispatch.waiters import Waiters
from douyinbot.core.journal import HISTORY, JOURNAL, OWN_LINE, Journal
from douyinbot.core.liveroom import LiveRoom
from douyinbot.core.notices import Notice
from douyinbot.core.origins import NOWHERE, Origin
from douyinbot.core.plugins.discovery import Candidate
from douyinbot.core.plugins.host import Plugin, PluginHost
from douyinbot.core.plugins.registry import Extensions
from douyinbot.core.rehearsals import Rehearsals
from douyinbot.core.seat import Seat, only_live
from douyinbot.core.switches import Switches
from douyinbot.core.texts.filling import Texts
from douyinbot.core.timers.timers import Timers
from douyinbot.errors import ConfigError, PluginError
from douyinbot.events import Chat, Event, Gift, RawData
from douyinbot.hookspecs import EVENT_HOOKS
from douyinbot.outbox import Outbox, Receipt
from douyinbot.schedule import Schedule
from douyinbot.store import Database, Store

__all__ = ["Engine"]

SETUP_TIME, TEARDOWN_TIME = 30.0, 2.0
ALWAYS_NEEDED = frozenset(
    {
        *("chat", "connected", "disconnected", "reconnecting", "stream_paused", "stream_resumed"),
        *("stream_end", "websocket_connected", "failure", "room_user"),
    }
)


class Engine:
    """All loaded plugins of one bot, and what they share."""

    def __init__(
        self,
        config: Config,
        *,
        clock: Clock,
        rng: random.Random,
        schedule: Schedule,
        database: Database,
        runner: Callable[[str], Runner],
        notify: Callable[[Notice], None],
        secrets: Sequence[str] = (),
    ) -> None:
        self.config = config
        self._database = database
        self.clock = clock
        self.rng = rng
        self.schedule = schedule
        self.rooms: dict[str, LiveRoom] = {}
        self.outboxes: dict[str, Outbox] = {}
        """The outbox that speaks in each room."""
        self.leaving = ""
        """The plugin that is in its teardown at this moment."""
        self.host = PluginHost(config.source)
        self.extensions = Extensions()
        self.seats: dict[str, Seat] = {}
        self._plans = Plans(self.host, self.seats)
        self.texts = Texts(
            self.extensions.variables,
            clock=clock,
            rng=rng,
            zone=config.bot.zone,
            counters=lambda rehearsed: self.store_of(OWN, rehearsed=rehearsed),
        )
        self.timers = Timers(self)
        self.counts: Counter[str] = Counter()
        """Events that were filtered out and errors of plugins, by cause."""
        self.at_work = asyncio.Event()
        """Set whenever a plugin begins to work."""
        self._runner = runner
        self.rehearsals = Rehearsals(clock.monotonic, database.scratch())
        self.journal = Journal(database.namespace(JOURNAL), clock.now)
        self.switches = Switches(database.namespace(OWN), self.forget_plans)
        self.desk = CommandDesk(
            config.bot.prefix, self.seats, self.switches, self.counts, self.journal.silent
        )
        self.decisions = Decisions(self._plans.having, self.counts, self.journal)
        self._rests = Rests(database.namespace(OWN))
        self.notify = notify
        self._troubles = Troubles(self.counts, self._rests, self.journal, notify, clock.now, secrets)
        self._kinds: set[str] = set()
        self._waiters = Waiters(self._kinds)
        self.missed = Missed(self.journal, notify, clock)
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._http: aiohttp.ClientSession | None = None

    # ---- plugins ------------------------------------------------------------------------------------

    async def load(self, candidate: Candidate, settings: dict[str, Any] | None = None) -> Seat:
        """Load a plugin and set it up; on any error it is out again, and the error is raised.

        Raises:
            PluginError: it does not import, is not a plugin, or its setup failed.
            ConfigError: its settings are wrong.
        """
        return await self.seat(self.host.load(candidate, settings))

    async def seat(self, plugin: Plugin) -> Seat:
        """Give a plugin its lane, set it up, and make its commands and jobs known; on any error it is out.

        Raises:
            PluginError: its setup failed, or a plugin that it requires is not there.
            ConfigError: its setup found its settings wrong.
        """
        try:
            return await self._seat(plugin)
        except (PluginError, ConfigError) as error:
            self.host.unload(plugin, str(error))
            raise

    async def _seat(self, plugin: Plugin) -> Seat:
        if missing := [name for name in plugin.requires if name not in self.seats]:
            raise PluginError(
                f"plugin {plugin}: it needs the plugin {missing[0]}, which is not loaded. Add "
                f'"{missing[0]}" to `enable` in [plugins], or see why it could not be loaded.'
            )
        seat = self._take_seat(plugin)
        try:
            if (register := plugin.hooks.get("register")) is not None:
                register.function(seat.registry)
            if (setup := plugin.hooks.get("setup")) is not None:
                async with asyncio.timeout(SETUP_TIME):
                    await seat.call_now(setup)
            if (provide := plugin.hooks.get("provide")) is not None:
                seat.offer = seat.provide(provide)
            for command in plugin.commands:
                self.commands.add(command)
            self._start_jobs(seat)
        except (Exception, SystemExit) as error:
            await self._leave(seat)
            if isinstance(error, PluginError | ConfigError):
                raise
            raise PluginError(f"plugin {plugin}: setup failed: {type(error).__name__}: {error}") from error
        return seat

    async def unload(self, name: str) -> None:
        """Say goodbye to a plugin: teardown, then everything it has running goes."""
        seat = self.seats[name]
        if (teardown := seat.plugin.hooks.get("teardown")) is not None:
            self.leaving = name
            try:
                async with asyncio.timeout(TEARDOWN_TIME):
                    await seat.call_now(teardown)
            except TimeoutError:
                self.notify(
                    Notice(
                        "warning",
                        f"plugin {name}: teardown took longer than {TEARDOWN_TIME:g}s and was given up",
                        "",
                        name,
                    )
                )
            except (PluginError, ConfigError) as error:
                self.notify(Notice("warning", str(error), "", name))
            finally:
                self.leaving = ""
        await self._leave(seat)
        self.host.unload(seat.plugin)

    def _take_seat(self, plugin: Plugin) -> Seat:
        runner = self._runner(plugin.name)
        told, work = self._troubles, self.at_work
        lane = Lane(plugin, runner, self.clock, on_failure=told.failed, on_rest=told.rests, on_work=work.set)
        seat = self.seats[plugin.name] = Seat(self, plugin, runner, lane)
        self.forget_plans()
        self._workers[plugin.name] = asyncio.create_task(lane.run(), name=f"plugin {plugin.name}")
        return seat

    async def _leave(self, seat: Seat) -> None:
        name = seat.plugin.name
        self.seats.pop(name, None)
        self.forget_plans()
        self.commands.remove_plugin(name)
        seat.dispose()
        self.missed.gone(seat.lane)
        worker = self._workers.pop(name, None)
        if worker is not None:
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)

    def forget_plans(self) -> None:
        """Look anew who listens to what: plugins have come, gone, or changed places."""
        self._plans.forget()

    def _start_jobs(self, seat: Seat) -> None:
        for mark, function in seat.plugin.jobs:
            for room in self.rooms.values():
                if not seat.plugin.scope.covers(room.id):
                    continue
                job = only_live(function) if mark.only_live else function
                if mark.cron:
                    seat.cron(room, mark.cron, job)
                else:
                    seat.every(room, mark.every, job, jitter=mark.jitter)

    async def close(self) -> None:
        """Unload every plugin."""
        for name in reversed(list(self.seats)):
            await self.unload(name)
        await self._rests.settle()
        await self.timers.settle()
        await self.journal.close()
        session, self._http = self._http, None
        if session is not None:
            await session.close()

    # ---- events in ----------------------------------------------------------------------------------

    def kinds(self) -> Set[str] | None:
        """Return the kinds that plugins listen to, which grow as they wait for more; None for all of them."""
        if self._plans.having("on_event") or self._plans.having("filter_event"):
            return None
        having = self._plans.having
        gifts = {"gift"} if having("on_gift") or having("on_gift_update") else set()
        self._kinds |= ALWAYS_NEEDED | gifts | {kind for kind, hook in EVENT_HOOKS.items() if having(hook)}
        return self._kinds

    @property
    def commands(self) -> CommandTable:
        return self.desk.table

    @property
    def wants_raw(self) -> bool:
        """Whether a plugin wants every message as it came."""
        return bool(self._plans.having("on_raw"))

    def dispatch(self, room: LiveRoom, event: Event) -> None:
        """Make ready the calls of every plugin that listens to an event; `deliver` follows."""
        self._waiters.offer(room.id, event)
        command = ""
        if isinstance(event, Chat):
            command = self._route(room, event)
            if not event.history and not room.made_up(event):
                self.timers.heard(room)
        self._call(event.kind, room, event, command)

    def gift_finished(self, room: LiveRoom, gift: Gift) -> None:
        """The same for a finished streak, if the filters let it pass; history gets no thanks."""
        if gift.history:
            if self._plans.having("on_gift", room.id):
                self.journal.silent(gift, "", "on_gift", *HISTORY)
            return
        kept = self.decisions.on_event(room, gift)
        if isinstance(kept, Gift):
            self._call(FINISHED, room, kept)

    def deliver(self) -> None:
        """Hand the calls that are ready to the plugins: those of one frame together."""
        for seat in self.seats.values():
            if seat.lane.parcel:
                seat.lane.hand_over()

    def _route(self, room: LiveRoom, event: Chat) -> str:
        def complain(command: Command, problem: str, text: str) -> None:
            note = f"wrong arguments, so it did not run: {problem}"
            origin = Origin(f"!{command.mark.name}", event, note=note)
            self.say(text, room=room.id, plugin=command.plugin, origin=origin)

        return self.desk.route(room, event, self.clock.monotonic(), complain)

    def ignore_own(self, event: Chat) -> None:
        """The bot's own line has come back, and nobody answers it, not even if it calls a command."""
        self.desk.ignore(event, *OWN_LINE)

    def _call(self, occasion: str, room: LiveRoom, event: Event, command: str = "") -> None:
        args = (event, command)
        for add, target in self._plans.calls(occasion, room, history=event.history):
            add(Job(event.kind, target, args))

    # ---- texts out ----------------------------------------------------------------------------------

    def say(
        self,
        text: str,
        *,
        room: str,
        plugin: str = "",
        priority: str = "normal",
        ttl: float | None = None,
        key: str | None = None,
        origin: Origin = NOWHERE,
    ) -> Receipt:
        """Pass a text through the plugins' filters and queue it.

        Raises:
            PluginError: there is no such room.
        """
        outbox, live = self.outboxes.get(room), self.rooms.get(room)
        if outbox is None or live is None:
            raise PluginError(f'there is no room "{room}"')
        verdict = self.decisions.on_message(live, Message(text, room, plugin, priority))
        dropped = bool(verdict.dropped_by)
        receipt = outbox.say(
            text if dropped else verdict.value.text,
            room=room,
            plugin=plugin,
            priority=priority,
            ttl=ttl,
            key=key,
            refused=(verdict.reason or "it gave no reason") if dropped else "",
            approved=plugin == ORDERS,
            dry=self.rehearsals.covers(live, origin),
        )
        self.journal.line(
            receipt, origin, before=text, changed_by=verdict.changed_by, dropped_by=verdict.dropped_by
        )
        return receipt

    # ---- means --------------------------------------------------------------------------------------

    def store_of(self, plugin: str, *, rehearsed: bool = False) -> Store:
        """Return a plugin's part of the database; in a rehearsal one whose changes are forgotten."""
        return self.rehearsals.store_of(plugin) if rehearsed else self._database.namespace(plugin)

    @property
    def busy(self) -> bool:
        """Whether a plugin has something left to do."""
        return any(not seat.lane.idle for seat in self.seats.values())

    @property
    def store_busy(self) -> bool:
        """Whether the database is doing something right now."""
        return self._database.pending > 0

    def http(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15))
        return self._http

    async def wait_for(
        self, room: str, kind: str, where: Callable[[Any], bool] | None, timeout: float
    ) -> Event | None:
        if kind == RawData.kind and not self.wants_raw:
            raise ValueError(f'"{kind}" comes only where some plugin has the hook on_raw')
        return await self._waiters.wait(room, kind, where, timeout)
