"""Read bot.toml: TOML to typed values, or one clear error."""

from pathlib import Path
from typing import Any

import tomli

from douyinbot.config.fullwidth import find_slip
from douyinbot.config.model import (
    BotSection,
    Config,
    PluginsSection,
    Room,
    Scope,
    Send,
    TextCommand,
    Timer,
    TimerGroup,
    Web,
)
from douyinbot.config.source import Source, nearest
from douyinbot.errors import ConfigError

__all__ = ["load_config", "parse_config"]

_TABLES = ("bot", "rooms", "send", "plugins", "commands", "timers", "timer_groups", "web")
_PLUGIN_KEYS = ("dirs", "enable")


def load_config(path: Path) -> Config:
    """Read and check a configuration file.

    Raises:
        ConfigError: the file cannot be read or is wrong; the text says where and what to do.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(
            f"{path}: there is no such file. Start from bot.example.toml, or name another file."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: the file is not UTF-8 text; save it as UTF-8.") from error
    except OSError as error:
        raise ConfigError(f"{path}: the file cannot be read: {error.strerror}.") from error
    return parse_config(text, name=str(path), folder=path.resolve().parent, file=path)


def parse_config(
    text: str, *, name: str = "bot.toml", folder: Path = Path(), file: Path | None = None
) -> Config:
    """Check a configuration given as text.

    Raises:
        ConfigError: as load_config.
    """
    source = Source(name, text, folder, file)
    try:
        tables = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        if (slip := find_slip(text)) is not None:
            raise ConfigError(f"{name}:{slip.line}:{slip.column}: {slip.told}.") from error
        raise ConfigError(f"{name}:{error.lineno}: this is not valid TOML: {error.msg}.") from error
    for key in tables:
        if key not in _TABLES:
            raise source.error((key,), f"unknown key{nearest(key, _TABLES)}")
    config = Config(
        source=source,
        bot=source.convert(tables.get("bot", {}), BotSection, ("bot",)),
        rooms=source.convert(tables.get("rooms", []), list[Room], ("rooms",)),
        send=source.convert(tables.get("send", {}), Send, ("send",)),
        plugins=_plugins(source, tables.get("plugins", {})),
        commands=_commands(source, tables.get("commands", {})),
        timers=source.convert(tables.get("timers", []), list[Timer], ("timers",)),
        timer_groups=source.convert(tables.get("timer_groups", {}), dict[str, TimerGroup], ("timer_groups",)),
        web=source.convert(tables["web"], Web, ("web",)) if "web" in tables else None,
    )
    _check_names(config)
    return config


def _plugins(source: Source, table: Any) -> PluginsSection:
    """Tell `[plugins]` itself from the settings of each plugin, `[plugins.NAME]`."""
    if not isinstance(table, dict):
        raise source.error(("plugins",), "expected a table")
    settings = {
        key: value for key, value in table.items() if isinstance(value, dict) and key not in _PLUGIN_KEYS
    }
    own = {key: value for key, value in table.items() if key not in settings}
    for key in own:
        if key not in _PLUGIN_KEYS:
            raise source.error(("plugins", key), f"unknown key{nearest(key, _PLUGIN_KEYS)}")
    section = source.convert(own, PluginsSection, ("plugins",))
    return PluginsSection(dirs=section.dirs, enable=section.enable, settings=settings)


def _commands(source: Source, table: Any) -> dict[str, TextCommand]:
    if not isinstance(table, dict):
        raise source.error(("commands",), "expected a table")
    return {
        name: source.convert(
            {"say": value} if isinstance(value, str | list) else value, TextCommand, ("commands", name)
        )
        for name, value in table.items()
    }


def _check_names(config: Config) -> None:
    """Check what spans several tables: rooms exist, names are unique."""
    source, rooms = config.source, [room.id for room in config.rooms]
    if not rooms:
        raise source.error((), "there is no room; add a [[rooms]] table (see bot.example.toml)")
    for index, room in enumerate(rooms):
        if room in rooms[:index]:
            raise source.error(("rooms", index, "id"), f'the room id "{room}" is used twice')
    timers = [timer.name for timer in config.timers]
    for index, timer in enumerate(config.timers):
        if timer.name in timers[:index]:
            raise source.error(("timers", index, "name"), f'the timer name "{timer.name}" is used twice')
        groups = list(config.timer_groups)
        if timer.group is not None and timer.group not in groups:
            raise source.error(
                ("timers", index, "group"),
                f"there is no [timer_groups.{timer.group}]{nearest(timer.group, groups)}",
            )
        _check_rooms(source, ("timers", index), _scope(timer), rooms)
    for name, command in config.commands.items():
        _check_rooms(source, ("commands", name), _scope(command), rooms)
    for name, settings in config.plugins.settings.items():
        scope = {key: settings[key] for key in Scope.__struct_fields__ if key in settings}
        source.convert(scope, Scope, ("plugins", name))
        _check_rooms(source, ("plugins", name), scope, rooms)


def _scope(entry: Scope) -> dict[str, Any]:
    return {"rooms": entry.rooms, "except_rooms": entry.except_rooms}


def _check_rooms(
    source: Source, keys: tuple[str | int, ...], table: dict[str, Any], known: list[str]
) -> None:
    for key in ("rooms", "except_rooms"):
        for room in table.get(key) or []:
            if room not in known:
                raise source.error((*keys, key), f'there is no room "{room}"{nearest(str(room), known)}')
