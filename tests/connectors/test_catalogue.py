"""The connectors by the name that bot.toml gives them."""

from pathlib import Path

import pytest

from douyinbot.config import Source
from douyinbot.connectors.base import Connector
from douyinbot.connectors.catalogue import CONNECTORS, LIVE_PLATFORMS, platform_of
from douyinbot.connectors.live import LiveConnector
from douyinbot.connectors.replay import ReplayConnector
from douyinbot.connectors.simulated import SimulatedConnector
from douyinbot.errors import ConfigError
from tests.connectors.rooms import setup_for


@pytest.mark.parametrize(
    ("name", "url", "kind"),
    [
        ("douyin", "https://live.douyin.com/123456", LiveConnector),
        ("tiktok", "https://www.tiktok.com/@gisela/live", LiveConnector),
        ("simulator", "", SimulatedConnector),
        ("replay", "a.dyrec", ReplayConnector),
    ],
)
def test_each_name_builds_its_connector(name: str, url: str, kind: type) -> None:
    made = CONNECTORS[name](setup_for(url, connector=name))
    assert type(made) is kind
    assert isinstance(made, Connector)


@pytest.mark.parametrize("name", list(CONNECTORS))
def test_each_of_them_is_strict_about_its_options(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"bot\.toml: rooms\[0\]\.options\.nonsense: unknown key"):
        CONNECTORS[name](
            setup_for("123456", connector=name, source=Source("bot.toml", "", tmp_path), nonsense=1)
        )


def test_building_one_touches_neither_network_nor_disk(tmp_path: Path) -> None:
    """Whether a configuration is right is checked by building every connector once, without a loop."""
    for name, factory in CONNECTORS.items():
        factory(
            setup_for("no.such_file", connector=name, source=Source("bot.toml", "", tmp_path / "nowhere"))
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "platform"),
    [
        ("https://www.tiktok.com/@gisela/live", "tiktok"),
        ("@gisela", "tiktok"),
        ("http://127.0.0.1:8000/@gisela", "tiktok"),
        ("http://127.0.0.1:8000/516466932480", "douyin"),
        ("516466932480", "douyin"),
    ],
)
def test_an_address_tells_its_platform(url: str, platform: str) -> None:
    assert platform_of(url) == platform
    LIVE_PLATFORMS[platform](setup_for(url, connector=platform), "")


@pytest.mark.parametrize(
    ("name", "url", "told"),
    [
        ("douyin", "https://www.tiktok.com/@a/live", 'another platform; write connector = "tiktok" for it'),
        ("tiktok", "https://live.douyin.com/123456", 'another platform; write connector = "douyin" for it'),
        ("douyin", " ", "the key is missing: the address of the room"),
        ("tiktok", "", "the key is missing: the address of the room"),
    ],
)
def test_a_wrong_platform_or_no_address_is_told_in_plain_words(name: str, url: str, told: str) -> None:
    with pytest.raises(ConfigError, match=rf"rooms\[0\]\.url: .*{told}"):
        CONNECTORS[name](setup_for(url, connector=name))
