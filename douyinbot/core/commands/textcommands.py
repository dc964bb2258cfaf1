"""`[commands]`: commands that only say a text."""

from collections.abc import Callable
from typing import Any

from douyinbot.config import Config, TextCommand
from douyinbot.core.commands.marks import CommandMark, Cooldown
from douyinbot.core.commands.table import Command
from douyinbot.core.context import Context
from douyinbot.core.plugins.host import Plugin
from douyinbot.core.texts.templates import Template, TemplateError

__all__ = ["OWN", "text_commands"]

OWN = "bot.toml"
"""The name under which the configuration's own texts speak and keep their counters."""

Reader = Callable[[str], Template]


def text_commands(config: Config, read: Reader) -> Plugin:
    """Return a plugin with the text commands of bot.toml.

    Raises:
        ConfigError: a text has an unknown variable.
    """
    plugin = Plugin(OWN, module=None, origin=config.source.name)
    for name, entry in config.commands.items():
        texts = [entry.say] if isinstance(entry.say, str) else entry.say
        try:
            templates = [read(text) for text in texts]
        except TemplateError as error:
            raise config.source.error(("commands", name), str(error)) from error
        if not templates:
            raise config.source.error(("commands", name), "`say` needs at least one text")
        plugin.commands.append(Command(_mark(name, entry), _speaker(templates), OWN, scope=entry))
    return plugin


def _mark(name: str, entry: TextCommand) -> CommandMark:
    return CommandMark(
        name=name,
        aliases=tuple(entry.aliases),
        cooldown=Cooldown(room=entry.cooldown or 0.0),
        role=entry.role,
        hidden=entry.hidden,
    )


def _speaker(templates: list[Template]) -> Callable[..., Any]:
    async def speak(ctx: Context, *words: str) -> str:
        template = ctx.rng.choice(templates)
        return await ctx.fill(template, words)

    return speak
