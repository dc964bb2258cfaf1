"""Which plugins are at work, and how one comes, goes, and starts again while the bot runs."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from douyinbot.config import Config, nearest
from douyinbot.core.commands.marks import CommandMark
from douyinbot.core.commands.table import Command
from douyinbot.core.commands.textcommands import OWN
from douyinbot.core.notices import Notice
from douyinbot.core.plugins.discovery import Candidate
from douyinbot.core.plugins.host import Plugin, PluginHost
from douyinbot.core.plugins.reloading import afresh, modules_of, put_back
from douyinbot.errors import ConfigError, DouyinbotError, PluginError
from douyinbot.store import Store

if TYPE_CHECKING:
    from douyinbot.core.engine import Engine

__all__ = ["PluginState", "Refused", "Roster", "switched_off_everywhere"]

_OFF = "off:"


class Refused(DouyinbotError):  # noqa: N818 - it is an answer, not a failure
    """What was asked for cannot be done; the text says why, and what can."""


@dataclass(frozen=True, slots=True)
class PluginState:
    """How a plugin is doing."""

    name: str
    status: Literal["on", "off", "resting", "failed"]
    version: str = ""
    detail: str = ""
    """Why it is not at work, until when, and whom to tell."""


class Roster:
    """The plugins of the configuration. The bot's own commands are none of them: nobody can switch them off.

    Args:
        candidates: the plugins that the configuration names; no other can be switched on.
        settings: the settings of each, as they are in bot.toml.
    """

    def __init__(
        self,
        engine: "Engine",
        candidates: Sequence[Candidate],
        settings: Callable[[], Mapping[str, dict[str, Any]]],
    ) -> None:
        self._engine = engine
        self._known = {candidate.name: candidate for candidate in candidates}
        self._settings = settings
        self._store = engine.store_of(OWN)
        self._off: set[str] = set()
        self._waiting: dict[str, str] = {}
        """Plugins that are not at work because one that they need is switched off: by name, which one."""
        # One change at a time: two people may type at once.
        self._changing = asyncio.Lock()

    async def wanted(self) -> list[Candidate]:
        """Return the plugins to load: all but those that somebody has switched off."""
        self._off = await switched_off_everywhere(self._store) & set(self._known)
        for name in self._off:
            commands = await self._store.get(_OFF + name)
            self._miss(name, commands if isinstance(commands, list) else [])
        return [candidate for candidate in self._known.values() if candidate.name not in self._off]

    def set_aside(self, plugin: Plugin) -> bool:
        """Take a loaded plugin out again that needs one which is switched off; tell whether it does."""
        needed = next((name for name in plugin.requires if name in self._off or name in self._waiting), None)
        if needed is None:
            return False
        self._waiting[plugin.name] = needed
        self._miss(plugin.name, _names(plugin))
        self._engine.host.unload(plugin)
        return True

    def states(self) -> list[PluginState]:
        """Return how each plugin is doing, in the order of the configuration."""
        return [self._state(candidate) for candidate in self._known.values()]

    async def enable(self, name: str, room: str = "") -> None:
        """Switch a plugin on, for good: also after the bot has been started again.

        Those that need it and went with it come back. With a room, it is on again there.

        Raises:
            Refused: the configuration does not name it, or it needs one that is switched off.
            PluginError, ConfigError: it cannot be loaded; it stays as it was.
        """
        candidate = self._candidate(name)
        async with self._changing:
            if room:
                if name not in self._engine.seats:
                    raise Refused(f"{name} is at work in no room; switch it on everywhere first")
                await self._engine.switches.switch(room, "plugin", name, on=True)
                return
            if name not in self._engine.seats:
                try:
                    with afresh(candidate.module):
                        await self._begin(candidate)
                except Refused:
                    if name in self._off:  # it does not come back by itself: nobody has switched it on
                        self._waiting.pop(name, None)
                    raise
            self._off.discard(name)
            await self._store.delete(_OFF + name)
            await self._bring_back()

    async def disable(self, name: str, room: str = "") -> None:
        """Switch a plugin off, until somebody switches it on; those that need it go, and come back, with it.

        With a room, it is off only there, and stays loaded.

        Raises:
            Refused: the configuration does not name it.
        """
        self._candidate(name)
        async with self._changing:
            if room:
                await self._engine.switches.switch(room, "plugin", name, on=False)
                return
            seat = self._engine.seats.get(name)
            await self._store.set(_OFF + name, _names(seat.plugin) if seat is not None else [])
            self._off.add(name)
            self._waiting.pop(name, None)
            going = [*([seat.plugin] if seat is not None else []), *self._needing(name)]
            for plugin in reversed(going):
                self._miss(plugin.name, _names(plugin))
                await self._engine.unload(plugin.name)
            gone = {plugin.name for plugin in going}
            for plugin in going[1:]:
                self._waiting[plugin.name] = next(one for one in plugin.requires if one in gone)

    async def reload(self, name: str) -> None:
        """Read a plugin's code anew and start it again, with its settings; if that fails the old one goes on.

        Raises:
            Refused: the configuration does not name it, or it is switched off.
            PluginError, ConfigError: the new code or settings cannot be used.
        """
        candidate = self._candidate(name)
        if name in self._off:
            raise Refused(f"{name} is switched off; switch it on, and its code is read anew")
        if name not in self._engine.seats:
            await self.enable(name)
            return
        async with self._changing:
            module = candidate.module
            before = modules_of(module)
            with afresh(module):
                new = self._read(candidate, self._engine.config)
            await self._exchange(self._engine.seats[name].plugin, new, lambda: put_back(module, before))

    def changed(self, before: Mapping[str, dict[str, Any]], config: Config) -> list[str]:
        """Return the plugins at work whose settings are others in a new configuration.

        Raises:
            PluginError, ConfigError: the new settings of one cannot be used.
        """
        after = config.plugins.settings
        names = [
            name for name in self._known if before.get(name) != after.get(name) and name not in self._off
        ]
        for name in names:
            self._read(self._known[name], config)
        return names

    async def restart(self, name: str) -> None:
        """Start a plugin again, with its settings as they are now; if that fails the old one goes on.

        Raises:
            PluginError, ConfigError: it does not start with them.
        """
        candidate = self._candidate(name)
        if name not in self._engine.seats:
            await self.enable(name)
            return
        async with self._changing:
            new = self._read(candidate, self._engine.config)
            await self._exchange(self._engine.seats[name].plugin, new, lambda: None)

    def _read(self, candidate: Candidate, config: Config) -> Plugin:
        """Load a plugin on a host of its own: nothing happens to the one at work until this is found good."""
        return PluginHost(config.source).load(candidate, config.plugins.settings.get(candidate.name))

    async def _exchange(self, old: Plugin, new: Plugin, go_back: Callable[[], None]) -> None:
        """Put a plugin in another's place; those that need it start again with it, or go back with it."""
        needing = self._needing(old.name)
        for plugin in (*reversed(needing), old):
            await self._engine.unload(plugin.name)
        try:
            await self._seat(new, *needing)
        except (PluginError, ConfigError) as error:
            go_back()
            try:
                await self._seat(old, *needing)
            except (PluginError, ConfigError) as again:
                raise PluginError(f"{error} The former one does not start again, either: {again}") from error
            raise PluginError(f"{error} The former one goes on.") from error
        finally:
            self._put_in_order()

    async def _seat(self, *plugins: Plugin) -> None:
        """Have plugins at work, one after the other: all, or none of them.

        Raises:
            PluginError, ConfigError: one does not start.
        """
        seated: list[Plugin] = []
        try:
            for plugin in plugins:
                self._engine.host.adopt(plugin)
                await self._engine.seat(plugin)
                seated.append(plugin)
        except (PluginError, ConfigError):
            for plugin in reversed(seated):
                await self._engine.unload(plugin.name)
            raise

    def _needing(self, name: str) -> list[Plugin]:
        """Return the plugins at work that need this one, or need one that does, in the order of starting."""
        found: dict[str, Plugin] = {}
        for seat in self._engine.seats.values():  # whoever is needed has been seated before
            if any(one == name or one in found for one in seat.plugin.requires):
                found[seat.plugin.name] = seat.plugin
        return list(found.values())

    async def _begin(self, candidate: Candidate) -> None:
        """Load a plugin that is not there.

        Raises:
            Refused: it needs one that is switched off.
            PluginError, ConfigError: it cannot be loaded.
        """
        engine, name = self._engine, candidate.name
        plugin = engine.host.load(candidate, self._settings().get(name))
        if self.set_aside(plugin):
            raise Refused(f"{name} needs {self._waiting[name]}, which is switched off; switch that on first")
        await engine.seat(plugin)
        engine.desk.absent.remove_plugin(name)

    async def _bring_back(self) -> None:
        """Load those that were waiting for plugins which are back; one that cannot be loaded is told."""
        seats = self._engine.seats
        while back := [name for name in self._known if self._waiting.get(name) in seats]:
            del self._waiting[back[0]]
            try:
                await self._begin(self._known[back[0]])
            except Refused:
                continue  # it waits for another one now
            except (PluginError, ConfigError) as error:
                self._engine.notify(Notice("error", f"{error} It was to come back.", plugin=back[0]))
        self._put_in_order()

    def _miss(self, plugin: str, commands: list[str]) -> None:
        """Remember the commands of a plugin that is not there, for whoever wonders why they are silent."""
        absent = self._engine.desk.absent
        absent.remove_plugin(plugin)
        for name in commands:
            if absent.named(name) is None:
                absent.add(Command(CommandMark(name), _absent, plugin))

    def _put_in_order(self) -> None:
        self._engine.host.reorder(list(self._known))
        self._engine.forget_plans()

    def _candidate(self, name: str) -> Candidate:
        if name not in self._known:
            raise Refused(
                f'there is no plugin "{name}" in `enable` of [plugins]{nearest(name, list(self._known))}'
            )
        return self._known[name]

    def _state(self, candidate: Candidate) -> PluginState:
        name, version = candidate.name, candidate.version
        seat = self._engine.seats.get(name)
        if name in self._off:
            return PluginState(name, "off", version, "somebody has switched it off")
        if name in self._waiting:
            needed = self._waiting[name]
            return PluginState(
                name, "off", version, f"it needs {needed}, which is off; it comes back with it"
            )
        if seat is None:
            reason = self._engine.host.failed.get(name, "it could not be loaded")
            return PluginState(name, "failed", version, reason)
        if not seat.lane.resting:
            rooms = self._engine.switches.rooms_without("plugin", name)
            return PluginState(name, "on", version, f"switched off in {', '.join(rooms)}" if rooms else "")
        left = seat.lane.resting_until - self._engine.clock.monotonic()
        until = (self._engine.clock.now() + timedelta(seconds=left)).astimezone(self._engine.config.bot.zone)
        author = f"; tell {candidate.author}" if candidate.author else ""
        return PluginState(
            name, "resting", version, f"failed too often, rests until {until:%H:%M:%S}{author}"
        )


async def switched_off_everywhere(store: Store) -> set[str]:
    """Read which plugins somebody has switched off, also such as the configuration does not name any more."""
    return {key.removeprefix(_OFF) for key in await store.keys(_OFF)}


def _absent() -> None:
    """Stand for a command whose plugin is not loaded; nobody calls it."""


def _names(plugin: Plugin) -> list[str]:
    return [name for command in plugin.commands for name in command.names]
