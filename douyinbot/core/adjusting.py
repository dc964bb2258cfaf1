"""bot.toml changes while the bot runs: texts and settings are taken over, the rest needs a new start."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from douyinbot.config import Config, load_config
from douyinbot.core.commands.textcommands import OWN, text_commands
from douyinbot.core.notices import Notice, sentences
from douyinbot.core.plugins.roster import Roster
from douyinbot.errors import DouyinbotError, PluginError

if TYPE_CHECKING:
    from douyinbot.core.engine import Engine

__all__ = ["LOOK_EVERY", "Adjuster"]

LOOK_EVERY = 3.0
"""Seconds between two looks at the file."""


class Adjuster:
    """Takes over settings of plugins, `[commands]` and `[[timers]]`; what is wrong changes nothing."""

    def __init__(self, engine: "Engine", roster: Roster, notify: Callable[[Notice], None]) -> None:
        self._engine = engine
        self._roster = roster
        self._notify = notify

    async def watch(self) -> None:
        """Look at the configuration's file for ever; one that came from no file is left alone."""
        file = self._engine.config.source.file
        if file is None:
            return
        seen = _state_of(file)
        while True:
            await asyncio.sleep(LOOK_EVERY)
            now = _state_of(file)
            if now in (None, seen):  # an editor may be putting a new file in the place of the old
                continue
            seen = now
            await self.read(file)

    async def read(self, file: Path) -> None:
        """Take over what has changed in the file, and tell about it."""
        try:
            new = load_config(file)
            done = await self.apply(new)
        except DouyinbotError as error:
            self._notify(Notice("error", sentences(error, "The bot goes on with what it had before.")))
            return
        if done:
            self._notify(Notice("info", f"{file.name} has changed: {', '.join(done)}"))

    async def apply(self, new: Config) -> list[str]:
        """Take over a checked configuration, and return what was done.

        Raises:
            ConfigError: it is wrong; nothing was changed.
            PluginError: a plugin or a command could not be exchanged; the former one goes on.
        """
        old = self._engine.config
        commands = text_commands(new, self._engine.texts.template)
        settings = self._roster.changed(old.plugins.settings, new)
        try:
            self._engine.timers.replace(new.timers)
        except ValueError as error:
            raise new.source.error(("timers",), str(error)) from error
        plugins = msgspec.structs.replace(old.plugins, settings=new.plugins.settings)
        self._engine.config = msgspec.structs.replace(
            old, source=new.source, plugins=plugins, commands=new.commands, timers=new.timers
        )
        done = [] if new.timers == old.timers else ["[[timers]]"]
        if new.commands != old.commands:
            former = self._engine.seats[OWN].plugin
            await self._engine.unload(OWN)
            try:
                await self._engine.seat(commands)
            except PluginError:
                await self._engine.seat(former)
                raise
            done.append("[commands]")
        for name in settings:
            await self._roster.restart(name)
            done.append(f"[plugins.{name}], which has started again")
        return done + [f"{section} needs a restart" for section in _others(old, new)]


def _others(old: Config, new: Config) -> list[str]:
    """Return the tables that have changed and cannot be taken over."""
    tables = ("bot", "rooms", "send", "timer_groups", "web")
    found = [f"[{name}]" for name in tables if getattr(old, name) != getattr(new, name)]
    before, after = old.plugins, new.plugins
    return found + ["[plugins]"] * ((before.dirs, before.enable) != (after.dirs, after.enable))


def _state_of(file: Path) -> tuple[int, int] | None:
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
