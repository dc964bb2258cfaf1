"""The bot: builds everything from one configuration, starts it in order, and stops it in order."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

from douyinbot.config import Config, nearest
from douyinbot.connectors.base import Factory
from douyinbot.connectors.browser import Browsers
from douyinbot.connectors.catalogue import CONNECTORS
from douyinbot.core.adjusting import Adjuster
from douyinbot.core.clock import Clock, SystemClock
from douyinbot.core.commands.orders import orders
from douyinbot.core.commands.switching import CommandSwitches
from douyinbot.core.commands.textcommands import text_commands
from douyinbot.core.control import Control
from douyinbot.core.dispatch.runners import Runner, ThreadRunner
from douyinbot.core.dispatch.watchdog import Watchdog
from douyinbot.core.engine import Engine
from douyinbot.core.notices import Notice, Observer, sentences
from douyinbot.core.plugins.discovery import Candidate, find_candidates
from douyinbot.core.plugins.host import required_first
from douyinbot.core.plugins.lockfile import changed
from douyinbot.core.plugins.roster import Roster
from douyinbot.core.puppets import Puppets
from douyinbot.core.room import RoomRunner
from douyinbot.core.rooms import Rooms
from douyinbot.core.secrets import known_secrets
from douyinbot.core.upkeep import look_after
from douyinbot.errors import ConfigError, DouyinbotError, PluginError, StoreError
from douyinbot.events.redaction import redact
from douyinbot.outbox import Receipt
from douyinbot.schedule import Schedule
from douyinbot.store import Database, check_address, open_database

__all__ = ["Bot"]

log = logging.getLogger(__name__)

SETTLE_TIME, CLOSE_TIME, LOOK_EVERY = 30.0, 1.0, 0.01
"""Seconds to finish in: plugins and outbox after a recording has ended, plugins when the bot stops."""


class Bot:
    """One bot, in as many rooms as its configuration has.

    Args:
        config: a checked bot.toml.
        observers: who watches: a view, a log, a test.
        safe: load no plugins but bundled ones.
        dry: say nothing anywhere, whatever the rooms' `send` is.
        patient: wait for a stream that has not begun, and try again after errors; else give the room up.
        aside: keep nothing: the database is read, and what is written is gone at the end.
        record: a file to record into; with several rooms, one for each, named after it.
        plugins: candidates to load besides those that `enable` names.
        connectors: further connectors by name.
        clock, rng, runner: the testing kit's own time, randomness and runner.
    """

    def __init__(
        self,
        config: Config,
        *,
        observers: Sequence[Observer] = (),
        dry: bool = False,
        safe: bool = False,
        patient: bool = True,
        aside: bool = False,
        record: Path | None = None,
        plugins: Sequence[Candidate] = (),
        connectors: Mapping[str, Factory] | None = None,
        clock: Clock | None = None,
        rng: random.Random | None = None,
        runner: Callable[[str], Runner] = ThreadRunner,
    ) -> None:
        self.config = config
        self.observers = list(observers)
        self.engine: Engine | None = None
        self.failures: list[DouyinbotError] = []
        """Why rooms were given up."""
        self.control: Control
        """What people may decide, once it has started."""
        self.puppets: Puppets
        """Viewers that somebody at the keyboard plays, once it has started."""
        self.shed: Counter[str] = Counter()
        """What plugins did not get, because they could not keep up or had to rest, by kind and plugin."""
        self.started = asyncio.Event()
        self._secrets = known_secrets(config)
        self._safe = safe
        self._aside = aside
        self._plugins = plugins
        self._clock = clock or SystemClock()
        self._rng = rng or random.Random()  # noqa: S311 - dice, not keys
        self._runner = runner
        self.schedule = Schedule(config.bot.zone, self._clock.now, self._rng)
        self._rooms = Rooms(
            config,
            {**CONNECTORS, **(connectors or {})},
            self.observers,
            clock=self._clock,
            rng=self._rng,
            dry=dry,
            patient=patient,
            record=record,
            on_line=self._on_line,
            notify=self.notify,
        )
        self.rooms: list[RoomRunner] = self._rooms.runners
        self._stop = asyncio.Event()
        self._database: Database | None = None

    def stop(self) -> None:
        """Ask the bot to stop; `run` returns soon after."""
        self._stop.set()

    async def run(self) -> None:
        """Run until stopped, or until no room is left.

        Raises:
            ConfigError: the configuration names something that does not exist. Nothing was started then.
            StoreError: the database cannot be opened.
        """
        async with self._built(self.config.bot.store) as engine:
            self.schedule.start()
            await self._work(engine)

    async def check(self) -> list[str]:
        """Build everything, set the plugins up on an empty database, connect nowhere; return what is wrong.

        Raises:
            ConfigError: the configuration itself is wrong.
        """
        async with self._built("sqlite://") as engine:
            failed = engine.host.failed
            in_order = dict.fromkeys((*self.config.plugins.enable, *failed))
            return [failed[name] for name in in_order if name in failed]

    @asynccontextmanager
    async def _built(self, store: str) -> AsyncIterator[Engine]:
        candidates = self._candidates()
        try:
            check_address(self.config.bot.store)
        except StoreError as error:
            raise self.config.source.error(("bot", "store"), str(error)) from error
        async with AsyncExitStack() as stack:
            database = await stack.enter_async_context(
                await open_database(store, clock=self._clock.now, base=self.config.folder, aside=self._aside)
            )
            self._database = database
            self.engine = engine = Engine(
                self.config,
                clock=self._clock,
                rng=self._rng,
                schedule=self.schedule,
                database=database,
                runner=self._runner,
                notify=self.notify,
                secrets=self._secrets,
            )
            self.shed = engine.missed.total
            self.control = Control(
                engine.outboxes,
                engine.journal,
                Roster(engine, candidates, lambda: engine.config.plugins.settings),
                CommandSwitches(engine.commands, engine.switches),
            )
            stack.callback(self.schedule.close)
            browsers = await stack.enter_async_context(Browsers())
            stack.push_async_callback(self._close, engine)
            self._rooms.make(engine, browsers)
            self.puppets = Puppets(self.rooms, self._clock)
            for difference in changed(self.config.folder, candidates):
                self.notify(Notice("error", difference))
            await self._load_plugins(engine)
            self._rooms.check(engine)
            self._rooms.take_senders(engine)
            yield engine

    async def _work(self, engine: Engine) -> None:
        """Run rooms, outboxes and the watchdog side by side until it is time to stop."""
        watchdog = Watchdog(engine.seats, engine.missed, self._clock, self.notify, engine.at_work)
        async with asyncio.TaskGroup() as group:
            rooms = [group.create_task(room.run(), name=f"room {room.live_room.id}") for room in self.rooms]
            others = [
                group.create_task(self._look_after_database(), name="upkeep"),
                group.create_task(engine.journal.run(), name="journal"),
                group.create_task(
                    Adjuster(engine, self.control.roster, self.notify).watch(), name="bot.toml"
                ),
                *(group.create_task(outbox.run(), name="outbox") for outbox in self._rooms.outboxes.values()),
                group.create_task(watchdog.run(), name="watchdog"),
            ]
            self.started.set()
            over = group.create_task(self._all_over(rooms), name="all rooms")
            stop = group.create_task(self._stop.wait(), name="stop")
            await asyncio.wait([over, stop], return_when=asyncio.FIRST_COMPLETED)
            if not self._stop.is_set():
                await self._settle(engine)
            for task in (*rooms, *others, over, stop):
                task.cancel()
        self.failures = [room.failure for room in self.rooms if room.failure is not None]

    async def _look_after_database(self) -> None:
        if self._database is not None:
            await look_after(self._database, self._clock.now, self.config.bot.zone, self.notify)

    async def _all_over(self, rooms: Sequence[asyncio.Task[None]]) -> None:
        if rooms:
            await asyncio.wait(rooms)

    async def _settle(self, engine: Engine) -> None:
        """The rooms are over by themselves (a recording): let plugins and outbox finish what they have."""
        for room in self.rooms:
            room.close()
        for _ in range(round(SETTLE_TIME / LOOK_EVERY)):
            unsaid = any(box.pending for box in self._rooms.outboxes.values())
            if self._stop.is_set() or not (engine.busy or unsaid):
                return
            await asyncio.sleep(LOOK_EVERY)

    async def _close(self, engine: Engine) -> None:
        for room in self.rooms:
            room.close()
        for _ in range(round(CLOSE_TIME / LOOK_EVERY)):
            if not engine.busy:  # the streaks that were just finished have been counted
                break
            await asyncio.sleep(LOOK_EVERY)
        for outbox in self._rooms.outboxes.values():
            await outbox.close()
        await engine.close()
        self._rooms.close()

    # ---- building -----------------------------------------------------------------------------------

    def _candidates(self) -> list[Candidate]:
        """Return the plugins to load, in the order of `enable`.

        Raises:
            ConfigError: `enable` or `[plugins.NAME]` names one that does not exist.
        """
        source, section = self.config.source, self.config.plugins
        # Without any plugin named, nobody has to look for them: that takes a while, and others' may clash.
        asked = section.enable or section.settings or section.dirs
        known = find_candidates([self.config.folder / folder for folder in section.dirs]) if asked else {}
        names = [*known, *(candidate.name for candidate in self._plugins)]
        for index, name in enumerate(section.enable):
            if name not in names:
                raise source.error(
                    ("plugins", "enable", index), f'there is no plugin "{name}"{nearest(name, names)}'
                )
        for name in section.settings:
            if name not in names:
                raise source.error(("plugins", name), f'there is no plugin "{name}"{nearest(name, names)}')
        enabled = [known[name] for name in dict.fromkeys(section.enable) if name in known]
        if self._safe:
            left_out = [candidate.name for candidate in enabled if not candidate.bundled]
            if left_out:
                self.notify(Notice("warning", f"safe mode: left out {', '.join(left_out)}"))
            enabled = [candidate for candidate in enabled if candidate.bundled]
        return [*enabled, *self._plugins]

    @contextmanager
    def _going_on_without(self, plugin: str) -> Iterator[None]:
        try:
            yield
        except (PluginError, ConfigError) as error:
            self.notify(Notice("error", sentences(error, "The bot goes on without it."), plugin=plugin))

    async def _load_plugins(self, engine: Engine) -> None:
        # Before the plugins: none of them can take the streamer's own commands away.
        await engine.seat(orders(self.control))
        await engine.switches.load(engine.rooms)
        for candidate in await self.control.roster.wanted():
            with self._going_on_without(candidate.name):
                engine.host.load(candidate, self.config.plugins.settings.get(candidate.name))
        for plugin in required_first(engine.host):
            if self.control.roster.set_aside(plugin):
                continue
            with self._going_on_without(plugin.name):
                await engine.seat(plugin)
        try:  # after the plugins, which may have brought variables
            await engine.seat(text_commands(self.config, engine.texts.template))
        except PluginError as error:  # a name is taken
            raise self.config.source.error(("commands",), str(error)) from error
        for index, timer in enumerate(self.config.timers):
            try:
                engine.timers.add(timer)
            except ValueError as error:
                raise self.config.source.error(("timers", index), str(error)) from error

    # ---- telling ------------------------------------------------------------------------------------

    def notify(self, notice: Notice) -> None:
        """Tell everybody who watches; a plugin's error may hold a secret, and nobody is told that."""
        notice = replace(notice, text=redact(notice.text, self._secrets))
        for observer in self.observers:
            observer.notice(notice)

    def _on_line(self, receipt: Receipt) -> None:
        if self.engine is not None:
            self.engine.journal.changed(receipt)
        for observer in self.observers:
            observer.line(receipt)
