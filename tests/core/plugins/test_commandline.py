"""What a plugin's commands of the command line are given."""

import asyncio
from pathlib import Path

import pytest

from douyinbot import hookimpl
from douyinbot.config import parse_config
from douyinbot.core.plugins.commandline import CommandLine, cli_of, load_for_cli
from douyinbot.core.plugins.discovery import Candidate
from douyinbot.core.plugins.host import Plugin
from douyinbot.errors import ConfigError

TOML = """
    [bot]
    store = "sqlite:///bot.sqlite"
    [[rooms]]
    id = "main"
    connector = "simulator"
    [plugins.toy]
    size = 3
"""


class Toy:
    class Config:
        pass


def test_a_store_is_the_plugins_own_and_stays(tmp_path):
    line = CommandLine(Plugin("toy", module=None), parse_config(TOML, folder=tmp_path))

    async def count():
        async with line.store() as store:
            return store.name, await store.incr("x")

    assert asyncio.run(count()) == ("toy", 1)
    assert asyncio.run(count()) == ("toy", 2)
    assert line.folder == tmp_path


def test_without_a_bot_there_is_no_store():
    line = CommandLine(Plugin("toy", module=None), None)

    async def use():
        async with line.store():
            pass

    with pytest.raises(ConfigError, match="douyinbot --bot FILE toy"):
        asyncio.run(use())
    assert line.folder == Path.cwd()


def test_a_plugin_is_loaded_with_its_settings_and_not_set_up(plugin, tmp_path):
    from dataclasses import dataclass

    @dataclass
    class Config:
        size: int = 1

    @hookimpl
    def setup(ctx):
        raise AssertionError("nothing is set up")

    module = plugin(setup, Config=Config)
    candidate = Candidate("toy", "test", lambda: module)
    assert load_for_cli(candidate, parse_config(TOML, folder=tmp_path)).config.size == 3
    alone = load_for_cli(candidate, None)
    assert alone.config.size == 1
    assert cli_of(alone) == []
