"""docs/configuration.md against the code: every key with its type and default, and what errors really say."""

import asyncio
import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import tomli
from msgspec import inspect as msgspec_inspect

import douyinbot
from douyinbot.config import Config, Duration, Rate, Secret, Timer, parse_config
from douyinbot.config.model import BotSection, PluginsSection, Room, Scope, Send, TextCommand, TimerGroup, Web
from douyinbot.connectors import options
from douyinbot.connectors.catalogue import CONNECTORS
from douyinbot.connectors.options import (
    NetworkOptions,
    Reconnect,
    RequestOptions,
    SignerOptions,
    WebsocketOptions,
)
from douyinbot.connectors.replay import ReplayOptions
from douyinbot.connectors.simulated import SimulatorOptions
from douyinbot.connectors.tiktok.options import ProviderOptions, TikTokOptions
from douyinbot.core.adjusting import LOOK_EVERY
from douyinbot.core.bot import Bot
from douyinbot.errors import ConfigError
from douyinbot.web.guard import SHORTEST

ROOT = Path(__file__).parents[2]
Keys = Callable[[Any], list[Any]]
SECTIONS: dict[str, type[msgspec.Struct]] = {
    "`[bot]`": BotSection,
    "`[[rooms]]`": Room,
    "`[rooms.options]` of `douyin`": NetworkOptions,
    "`request_options`": RequestOptions,
    "`websocket_options`": WebsocketOptions,
    "`reconnect`": Reconnect,
    "`signer`": SignerOptions,
    "`provider`": ProviderOptions,
    "`[rooms.options]` of `simulator`": SimulatorOptions,
    "`[rooms.options]` of `replay`": ReplayOptions,
    "`[send]`": Send,
    "`[commands]`": TextCommand,
    "`[[timers]]`": Timer,
    "`[timer_groups]`": TimerGroup,
    "`[web]`": Web,
}
PLUGINS = sorted(path.name for path in (ROOT / "plugins").iterdir() if (path / "__init__.py").is_file())


@pytest.mark.parametrize(("title", "kind"), SECTIONS.items(), ids=SECTIONS)
def test_every_key_is_there(
    configuration_md: Any, code_keys: Keys, told_keys: Keys, title: str, kind: type[msgspec.Struct]
) -> None:
    assert told_keys(configuration_md.section(title)) == code_keys(kind)


def test_keys_of_plugins(configuration_md: Any, code_keys: Keys) -> None:
    own, for_all = (
        [(row.code("key")[0], row["type"], row["default"]) for row in table]
        for table in configuration_md.section("`[plugins]`").tables[:2]
    )
    expected = [*code_keys(PluginsSection), *code_keys(Scope)]
    assert [*own, *for_all] == [
        (key.name, key.type, key.default) for key in expected if key.name != "settings"
    ]


def test_no_table_is_forgotten() -> None:
    found: set[type] = set()
    pending: list[Any] = [msgspec_inspect.type_info(Config), msgspec_inspect.type_info(TikTokOptions)]
    while pending:
        one = pending.pop()
        if isinstance(one, msgspec_inspect.StructType) and one.cls not in found:
            found.add(one.cls)
            pending += [field.type for field in one.fields]
        pending += [getattr(one, name) for name in ("item_type", "value_type") if hasattr(one, name)]
        pending += getattr(one, "types", ())
    elsewhere = {SimulatorOptions, ReplayOptions, NetworkOptions}  # TikTok's are Douyin's, and `provider`
    assert found - {TikTokOptions} == {Config, PluginsSection, *SECTIONS.values()} - elsewhere
    assert set(TikTokOptions.__struct_fields__) - set(NetworkOptions.__struct_fields__) == {"provider"}
    public = [getattr(options, name) for name in options.__all__]
    tables = {one for one in public if isinstance(one, type) and issubclass(one, msgspec.Struct)}
    assert tables <= found | {NetworkOptions}
    assert set(CONNECTORS) == {"douyin", "tiktok", "simulator", "replay"}


@pytest.mark.parametrize("package", PLUGINS)
def test_settings_of_bundled_plugins_are_there(
    configuration_md: Any, code_keys: Keys, told_keys: Keys, package: str
) -> None:
    module = importlib.import_module(package)
    section = configuration_md.section(f"`[plugins.{package.removeprefix('douyinbot_')}]`")
    kind = getattr(module, "Config", None)
    if kind is None or kind is douyinbot.Config:
        assert "It has no settings." in section.text
    elif issubclass(kind, Timer):
        assert "`[[timers]]`" in section.text
        changed = [key for key in code_keys(kind) if key not in code_keys(Timer)]
        assert all(f"`{key.name}`" in section.text and key.default in section.text for key in changed)
    else:
        assert told_keys(section) == code_keys(kind)


def test_every_key_has_a_meaning(configuration_md: Any) -> None:
    for row in configuration_md.table("key"):
        assert row["meaning"].endswith((".", ")")), row


def test_addresses_of_rooms_are_taken(configuration_md: Any) -> None:
    from douyinbot.connectors.douyin import parse_address

    rows = configuration_md.table("`url` of a `douyin` room")
    assert len(rows) == 11
    for row in rows:
        assert parse_address(row.code(next(iter(row)))[0]).name


def test_examples_of_values_are_taken(configuration_md: Any) -> None:
    readers = {"duration": Duration.parse, "rate": Rate.parse, "secret": Secret.parse}
    for row in configuration_md.section("Rules").table("type"):
        for code in row.code("how it is written"):
            assert readers[row.first](code.strip('"'))


def test_examples_of_stores_are_taken(configuration_md: Any, tmp_path: Path) -> None:
    from douyinbot.store.address import read_address

    addresses = {row.code("store")[0]: row for row in configuration_md.table("store")}
    labels = {address: read_address(address, tmp_path).label for address in addresses}
    assert labels["sqlite:///data/bot.sqlite"] == str(tmp_path / "data" / "bot.sqlite")
    assert labels["sqlite:////var/lib/bot.sqlite"] == "/var/lib/bot.sqlite"
    assert labels["sqlite://"] == "in memory"
    assert len(labels) == 4


def test_how_long_a_token_is_at_least(configuration_md: Any) -> None:
    assert f"at least {SHORTEST} characters" in configuration_md.section("`[web]`").text


def test_how_often_the_file_is_looked_at(configuration_md: Any) -> None:
    assert f"every {LOOK_EVERY:g} seconds" in configuration_md.section("Changes while the bot runs").text


def error_examples() -> list[tuple[str, str]]:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    return re.findall(r"^```toml error\n(.*?)^```\n+^```text\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("toml", "said"), error_examples(), ids=lambda text: text.split("\n")[0])
def test_errors_really_say_that(toml: str, said: str) -> None:
    tomli.loads(toml)
    try:
        problems = asyncio.run(Bot(parse_config(toml)).check())
    except ConfigError as error:
        problems = [str(error)]
    assert problems == [said]


def test_there_are_error_examples(configuration_md: Any) -> None:
    assert len(error_examples()) == len(configuration_md.blocks("toml error")) > 10


def test_all_other_examples_are_taken(configuration_md: Any) -> None:
    """The TOML examples are right as they stand, once they have a room."""
    for block in configuration_md.blocks("toml"):
        if block.info == "toml":
            room = "" if "[[rooms]]" in block.text else '\n[[rooms]]\nid = "x"\nconnector = "simulator"\n'
            config = parse_config(block.text + room)
            if config.rooms[0].connector == "douyin":
                config.source.convert(config.rooms[0].options, NetworkOptions, ("rooms", 0, "options"))
