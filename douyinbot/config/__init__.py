"""bot.toml: what may stand in it, and how it is read."""

from douyinbot.config.load import load_config, parse_config
from douyinbot.config.model import (
    BotSection,
    Config,
    PluginsSection,
    Room,
    Scope,
    Send,
    TextCommand,
    Timer,
    Web,
)
from douyinbot.config.source import Keys, Source, nearest
from douyinbot.config.values import Duration, Rate, Secret, is_loopback

__all__ = [
    "BotSection",
    "Config",
    "Duration",
    "Keys",
    "PluginsSection",
    "Rate",
    "Room",
    "Scope",
    "Secret",
    "Send",
    "Source",
    "TextCommand",
    "Timer",
    "Web",
    "is_loopback",
    "load_config",
    "nearest",
    "parse_config",
]
