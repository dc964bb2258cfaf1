"""Configurations that the command line makes up itself, for one room without plugins."""

from collections import Counter
from pathlib import Path
from typing import Any

from douyinbot.config import BotSection, Config, PluginsSection, Room, Secret, Send, Source
from douyinbot.core.bot import Bot

__all__ = ["lost_on_the_way", "one_room"]


def one_room(
    connector: str, url: str, *, cookies: Secret | None = None, options: dict[str, Any] | None = None
) -> Config:
    """Return the configuration of one room that is only watched."""
    room = Room(
        id="main",
        connector=connector,
        url=url,
        cookies=cookies,
        sender="none",
        after_end="stop",
        options=options or {},
    )
    return Config(
        source=Source("command line", folder=Path.cwd()),
        bot=BotSection(store="sqlite://"),
        rooms=[room],
        send=Send(),
        plugins=PluginsSection(),
        commands={},
        timers=[],
    )


def lost_on_the_way(bot: Bot) -> Counter[str]:
    """Add up what the bot's connectors counted, and what its plugins could not keep up with."""
    total: Counter[str] = Counter()
    for room in bot.rooms:
        total.update(room.counts)
    total.update(bot.shed)
    return total
