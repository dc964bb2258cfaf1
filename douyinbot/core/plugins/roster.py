"""Which plugins are at work, and how one comes, goes, and starts again while the bot runs."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from douyinbot.config import Config, nearest
from douyinbot.core.commands.textcommands import OWN
from douyinbot.core.plugins.discovery import Candidate
from douyinbot.core.plugins.host import Plugin, PluginHost
from douyinbot.core.plugins.reloading import afresh, modules_of, put_back
from douyinbot.errors import ConfigError, DouyinbotError, PluginError

if TYPE_CHECKING:
    from douyinbot.core.engine import Engine

__all__ = ["PluginState", "Refused", "Roster"]

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
        # One change at a time: two people may type at once.
        self._changing = asyncio.Lock()

    async def wanted(self) -> list[Candidate]:
        """Return the plugins to load: all but those that somebody has switched off."""
        self._off = {key.removeprefix(_OFF) for key in await self._store.keys(_OFF)} & set(self._known)
        return [candidate for candidate in self._known.values() if candidate.name not in self._off]

    def states(self) -> list[PluginState]:
        """Return how each plugin is doing, in the order of the configuration."""
        return [self._state(candidate) for candidate in self._known.values()]

    async def enable(self, name: str) -> None:
        """Switch a plugin on, for good: also after the bot has been started again.

        Raises:
            Refused: the configuration does not name it.
            PluginError, ConfigError: it cannot be loaded; it stays as it was.
        """
        candidate = self._candidate(name)
        async with self._changing:
            if name not in self._engine.seats:
                with afresh(candidate.module):
                    await self._engine.load(candidate, self._settings().get(name))
                self._put_in_order()
            self._off.discard(name)
            await self._store.delete(_OFF + name)

    async def disable(self, name: str) -> None:
        """Switch a plugin off, until somebody switches it on.

        Raises:
            Refused: the configuration does not name it, or another plugin needs it.
        """
        self._candidate(name)
        needed = [seat.plugin.name for seat in self._engine.seats.values() if name in seat.plugin.requires]
        if needed:
            raise Refused(f"{', '.join(needed)} cannot do without {name}; switch that off first")
        async with self._changing:
            await self._store.set(_OFF + name, True)
            self._off.add(name)
            if name in self._engine.seats:
                await self._engine.unload(name)

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
        engine = self._engine
        await engine.unload(old.name)
        try:
            engine.host.adopt(new)
            await engine.seat(new)
        except (PluginError, ConfigError) as error:
            go_back()
            try:
                engine.host.adopt(old)
                await engine.seat(old)
            except (PluginError, ConfigError) as again:
                raise PluginError(f"{error} The former one does not start again, either: {again}") from error
            raise PluginError(f"{error} The former one goes on.") from error
        finally:
            self._put_in_order()

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
        if seat is None:
            reason = self._engine.host.failed.get(name, "it could not be loaded")
            return PluginState(name, "failed", version, reason)
        if not seat.lane.resting:
            return PluginState(name, "on", version)
        left = seat.lane.resting_until - self._engine.clock.monotonic()
        until = (self._engine.clock.now() + timedelta(seconds=left)).astimezone(self._engine.config.bot.zone)
        author = f"; tell {candidate.author}" if candidate.author else ""
        return PluginState(
            name, "resting", version, f"failed too often, rests until {until:%H:%M:%S}{author}"
        )
