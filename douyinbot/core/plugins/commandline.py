"""Commands of the command line that plugins bring with `registry.cli(...)`: outside of a running bot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from douyinbot.config import Config
from douyinbot.core.plugins.discovery import Candidate
from douyinbot.core.plugins.host import Plugin, PluginHost
from douyinbot.core.plugins.registry import Extensions, Registry
from douyinbot.errors import ConfigError, PluginError
from douyinbot.store import Store, open_database

__all__ = ["CommandLine", "cli_of", "load_for_cli"]


class CommandLine:
    """What a plugin's commands of the command line get as click's `obj`.

    Args:
        bot: the configuration of the bot, None where there is none.
    """

    def __init__(self, plugin: Plugin, bot: Config | None) -> None:
        self.config: Any = plugin.config
        """The plugin's settings: an instance of its `Config`."""
        self.folder = bot.folder if bot is not None else Path.cwd()
        """Where relative paths start: the folder of bot.toml."""
        self._name = plugin.name
        self._bot = bot

    @asynccontextmanager
    async def store(self) -> AsyncIterator[Store]:
        """Open the plugin's own part of the bot's database: `async with line.store() as store`.

        The bot may be running meanwhile.

        Raises:
            ConfigError: there is no bot.toml, and so no database.
            StoreError: it cannot be opened.
        """
        if self._bot is None:
            raise ConfigError(
                "there is no bot.toml here, and so no database. Go to the bot's folder, or name the file: "
                f"douyinbot --bot FILE {self._name} ..."
            )
        database = await open_database(
            self._bot.bot.store, clock=lambda: datetime.now(UTC), base=self._bot.folder
        )
        async with database:
            yield database.namespace(self._name)


def load_for_cli(candidate: Candidate, bot: Config | None) -> Plugin:
    """Load a plugin with its settings, but set nothing up.

    Raises:
        PluginError, ConfigError: it cannot be loaded.
    """
    host = PluginHost(bot.source if bot is not None else None)
    settings = bot.plugins.settings.get(candidate.name) if bot is not None else None
    return host.load(candidate, settings)


def cli_of(plugin: Plugin) -> list[Any]:
    """Return what a plugin adds to the command line.

    Raises:
        PluginError: its `register` fails.
    """
    hook, extensions = plugin.hooks.get("register"), Extensions()
    if hook is None:
        return []
    try:
        hook.function(Registry(plugin.name, extensions))
    except PluginError:
        raise
    except (Exception, SystemExit) as error:
        raise PluginError(f"plugin {plugin}: register failed: {type(error).__name__}: {error}") from error
    return extensions.cli
