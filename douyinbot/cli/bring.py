"""`douyinbot NAME ...`: the commands that the plugin NAME brings. Only that one plugin is loaded."""

from pathlib import Path

import click

from douyinbot.config import Config, load_config
from douyinbot.core.plugins.commandline import CommandLine, cli_of, load_for_cli
from douyinbot.core.plugins.discovery import Candidate, find_candidates
from douyinbot.errors import ConfigError, PluginError

__all__ = ["DEFAULT", "brought"]

DEFAULT = Path("bot.toml")


def brought(name: str, file: Path | None) -> click.Command | None:
    """Return the commands of a plugin as one command of its name, None if there is no such plugin.

    Args:
        file: the bot.toml that says where plugins are; by default that of this folder, if there is one.

    Raises:
        click.UsageError: the bot does not enable it, or it brings no commands.
        PluginError, ConfigError: it cannot be loaded.
    """
    bot = _bot(name, file)
    candidate = _candidates(bot).get(name)
    if candidate is None:
        return None
    if bot is not None and name not in bot.plugins.enable:
        raise click.UsageError(f'the plugin "{name}" is not in `enable` of [plugins] in {bot.source.name}')
    plugin = load_for_cli(candidate, bot)
    commands = cli_of(plugin)
    if wrong := [one for one in commands if not isinstance(one, click.Command)]:
        raise PluginError(
            f"plugin {plugin}: registry.cli takes click commands, not {type(wrong[0]).__name__}"
        )
    if not commands:
        raise click.UsageError(f'the plugin "{name}" brings no commands for the command line')
    found = commands[0] if len(commands) == 1 else click.Group(commands=commands)
    found.name = name
    found.context_settings = {**found.context_settings, "obj": CommandLine(plugin, bot)}
    return found


def _bot(name: str, file: Path | None) -> Config | None:
    if file is not None:
        return load_config(file)
    if not DEFAULT.is_file():
        return None
    try:
        return load_config(DEFAULT)
    except ConfigError:
        if name in find_candidates():
            raise
        return None  # a mistyped command is no reason to speak of a configuration


def _candidates(bot: Config | None) -> dict[str, Candidate]:
    folders = [bot.folder / folder for folder in bot.plugins.dirs] if bot is not None else []
    return find_candidates(folders)
