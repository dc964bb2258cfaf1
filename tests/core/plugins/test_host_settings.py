"""`[plugins.NAME]`: a plugin's own settings, checked against its Config."""

from dataclasses import dataclass

import msgspec
import pytest

import douyinbot
from douyinbot import Duration, hookimpl
from douyinbot.config import Source
from douyinbot.core.plugins.discovery import Candidate
from douyinbot.core.plugins.host import PluginHost
from douyinbot.errors import ConfigError, PluginError

TOML = """\
[plugins]
enable = ["toy"]

[plugins.toy]
times = 3
tiems = 4
rooms = ["main"]
"""


@pytest.fixture
def host() -> PluginHost:
    return PluginHost(Source("bot.toml", TOML))


@hookimpl
def on_chat(ctx, event): ...


def candidate(module, name: str = "toy") -> Candidate:
    return Candidate(name, "somewhere", lambda: module)


@dataclass
class AsDataclass:
    times: int = 1
    pause: Duration = Duration(3)


class AsStruct(msgspec.Struct, forbid_unknown_fields=True):
    times: int = 1
    pause: Duration = Duration(3)


@pytest.mark.parametrize("kind", [AsDataclass, AsStruct])
def test_settings_become_the_plugins_config(host, plugin, kind):
    settings = {"times": 3, "pause": "10s", "rooms": ["main"], "except_rooms": ["other"]}
    loaded = host.load(candidate(plugin(on_chat, Config=kind)), settings)
    assert loaded.config == kind(3, Duration(10))
    assert (loaded.scope.rooms, loaded.scope.except_rooms) == (["main"], ["other"])
    assert "rooms" in settings


@pytest.mark.parametrize("kind", [AsDataclass, AsStruct])
@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"tiems": 3}, r'bot\.toml:6: plugins\.toy\.tiems: unknown key - did you mean "times"\?'),
        ({"times": "3"}, r"bot\.toml:5: plugins\.toy\.times: expected a whole number, got text"),
        ({"pause": "soon"}, r'plugins\.toy\.pause: "soon" is not a duration'),
        ({"rooms": "main"}, r"bot\.toml:7: plugins\.toy\.rooms: expected a list, got text"),
    ],
)
def test_wrong_settings_are_named_with_their_place(host, plugin, kind, settings, problem):
    with pytest.raises(ConfigError, match=problem):
        host.load(candidate(plugin(on_chat, Config=kind)), settings)
    assert "plugins.toy" in host.failed["toy"]
    assert host.implementing("on_chat") == []


def test_settings_have_defaults_only_if_the_plugin_says_so(host, plugin):
    @dataclass
    class Config:
        times: int

    assert host.load(candidate(plugin(on_chat, Config=AsDataclass))).config == AsDataclass()
    with pytest.raises(ConfigError, match=r"plugins\.other: the key `times` is missing"):
        host.load(candidate(plugin(on_chat, Config=Config), "other"))


def test_a_plugin_without_config_takes_no_settings_but_rooms(host, plugin):
    assert host.load(candidate(plugin(on_chat)), {"rooms": ["main"]}).config is None
    with pytest.raises(ConfigError, match=r"plugins\.other\.times: this plugin has no settings"):
        host.load(candidate(plugin(on_chat), "other"), {"times": 3})


def test_the_bots_own_config_is_not_the_plugins(host, plugin):
    assert host.load(candidate(plugin(on_chat, Config=douyinbot.Config))).config is None


@pytest.mark.parametrize(
    "kind", [3, object(), type("Config", (), {"x": 3}), "text"], ids=lambda kind: type(kind).__name__
)
def test_a_config_that_cannot_be_read_is_the_plugins_error(host, plugin, kind):
    with pytest.raises(PluginError, match="plugin toy"):
        host.load(candidate(plugin(on_chat, Config=kind)), {"x": 1})


def test_a_config_that_raises_is_the_plugins_error(host, plugin):
    @dataclass
    class Config:
        times: int = 1

        def __post_init__(self):
            raise KeyError(self.times)

    with pytest.raises((PluginError, ConfigError), match="toy"):
        host.load(candidate(plugin(on_chat, Config=Config)))
