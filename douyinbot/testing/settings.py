"""The configuration of a bot under test: bot.toml as the test writes it, without what would be in the way."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import tomli

from douyinbot.config import Config, Duration, Rate, Room, parse_config
from douyinbot.connectors.catalogue import CONNECTORS

__all__ = ["AIR", "ROOM", "settings_of"]

AIR = "air"
"""The connector of rooms without a network."""
ROOM = "main"
"""The room that is always there."""

_ROOM = f"""
[[rooms]]
id = "{ROOM}"
connector = "{AIR}"
send = "live"
owner = "owner"
"""
# Pace and repetition are tested with the outbox: who asks for nothing of them is not held up by them.
_UNHURRIED: Mapping[str, Any] = {
    "rate": Rate(1000, Duration(1)),
    "burst": 1000,
    "per_minute": 100_000,
    "dedupe": Duration(0),
}


def settings_of(toml: str, *, store: str, folder: Path) -> Config:
    """Read tables of bot.toml, or a whole one.

    There is always a room "main". Rooms of a network become rooms made of air, in which the bot speaks; the
    keys of `[send]` that are not given hold nothing up; `[bot] store` is always the test's own.

    Raises:
        ConfigError: the tables are wrong.
    """
    tables = _tables(toml)
    if _has_no_main_room(tables):
        toml += _ROOM
    config = parse_config(toml, name="test.toml", folder=folder)
    unhurried = {key: value for key, value in _UNHURRIED.items() if key not in tables.get("send", {})}
    return msgspec.structs.replace(
        config,
        bot=msgspec.structs.replace(config.bot, store=store),
        rooms=sorted(map(_without_network, config.rooms), key=lambda room: room.id != ROOM),
        send=msgspec.structs.replace(config.send, **unhurried),
    )


def _tables(toml: str) -> dict[str, Any]:
    """Return the tables as they stand there; what is no TOML is told by whoever reads the configuration."""
    try:
        return tomli.loads(toml)
    except tomli.TOMLDecodeError:
        return {}


def _has_no_main_room(tables: dict[str, Any]) -> bool:
    rooms = tables.get("rooms", [])
    right = isinstance(rooms, list) and all(isinstance(room, dict) for room in rooms)
    return right and all(room.get("id") != ROOM for room in rooms)


def _without_network(room: Room) -> Room:
    if room.connector not in CONNECTORS:
        return room
    return msgspec.structs.replace(
        room, connector=AIR, send="live", sender="http", url="", cookies=None, options={}
    )
