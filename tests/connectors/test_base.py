"""What a connector is built from."""

import random
from datetime import UTC

import msgspec
import pytest

from douyinbot.config import Room, Source
from douyinbot.connectors.base import Capabilities, Connector, Setup
from douyinbot.errors import ConfigError

TOML = '[[rooms]]\nid = "a"\nurl = "x"\n\n[[rooms]]\nid = "b"\nurl = "y"\n\n[rooms.options]\nspeed = "fast"\n'


class Options(msgspec.Struct, forbid_unknown_fields=True):
    speed: float = 1.0


def setup(**options: object) -> Setup:
    room = Room(id="b", connector="x", url="y", options=dict(options))
    return Setup(room=room, source=Source("bot.toml", TOML), keys=("rooms", 1))


def test_options_become_typed_values() -> None:
    assert setup().options(Options).speed == 1.0
    assert setup(speed=2.5).options(Options).speed == 2.5


def test_a_wrong_option_is_named_with_file_line_and_key() -> None:
    with pytest.raises(ConfigError, match=r"^bot\.toml:10: rooms\[1\]\.options\.speed: expected a number"):
        setup(speed="fast").options(Options)


def test_anything_else_that_is_wrong_with_the_room_is_named_so_too() -> None:
    error = setup().wrong("url", "there is no such place")
    assert isinstance(error, ConfigError)
    assert str(error) == "bot.toml:7: rooms[1].url: there is no such place"


def test_every_setup_has_means_of_its_own() -> None:
    one, two = setup(), setup()
    assert one.pace is not two.pace
    assert one.rng is not two.rng
    assert isinstance(one.rng, random.Random)
    assert one.clock().tzinfo is UTC
    assert (one.kinds, one.raw, one.recorder) == (None, False, None)


def test_capabilities_are_modest_unless_said_otherwise() -> None:
    usual = Capabilities()
    assert (usual.send_chat, usual.gifts, usual.room_info, usual.gift_list, usual.live) == (
        False,
        True,
        False,
        False,
        True,
    )


def test_what_is_no_connector_is_told_apart() -> None:
    assert not isinstance(object(), Connector)
