"""How a test names the plugin that it loads, and what happens if that cannot be loaded."""

import asyncio
import sys
from dataclasses import dataclass
from types import ModuleType

import pytest

from douyinbot import ConfigError, PluginError, hookimpl
from douyinbot.core.plugins.discovery import Candidate

HOOK = "from douyinbot import hookimpl\n\n@hookimpl\ndef on_chat(ctx, event):\n    return 'local'\n"


@pytest.fixture
def local(tmp_path, monkeypatch):
    (tmp_path / "toy_local.py").write_text(HOOK)
    (tmp_path / "douyinbot_boxed").mkdir()
    (tmp_path / "douyinbot_boxed" / "__init__.py").write_text(HOOK)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in ("toy_local", "douyinbot_boxed"):
        sys.modules.pop(name, None)


def module() -> ModuleType:
    made = ModuleType("package.douyinbot_module")
    exec(HOOK, vars(made))
    return made


class Echo:
    @hookimpl
    def on_chat(self, ctx, event):
        return "local"


class Named:
    name = "my_name"

    @hookimpl
    def on_chat(self, ctx, event):
        return "local"


@pytest.mark.parametrize(
    ("plugin", "name"),
    [
        (lambda path: "dice", "dice"),
        (lambda path: "douyinbot_dice", "dice"),
        (lambda path: "toy_local", "toy_local"),
        (lambda path: "douyinbot_boxed", "boxed"),
        (lambda path: path / "toy_local.py", "toy_local"),
        (lambda path: str(path / "toy_local.py"), "toy_local"),
        (lambda path: path / "douyinbot_boxed", "boxed"),
        (lambda path: str(path / "douyinbot_boxed"), "boxed"),
        (lambda path: module(), "module"),
        (lambda path: Named(), "my_name"),
        (lambda path: Echo(), "echo"),
        (lambda path: Candidate("given", "test", Named), "given"),
    ],
    ids=[
        *("entry point", "module of an entry point", "module", "package", "path of a file", "file as text"),
        *(
            "path of a package",
            "package as text",
            "module object",
            "object with a name",
            "object",
            "candidate",
        ),
    ],
)
async def test_a_plugin_can_be_named_in_many_ways(bot, local, plugin, name):
    await bot.load(plugin(local))
    assert set(bot.engine.seats) == {"bot.control", "bot.toml", name}


async def test_a_relative_path_is_one_of_the_current_folder(bot, local, monkeypatch):
    monkeypatch.chdir(local)
    await bot.load("toy_local.py")
    assert await bot.chat("hi") == ["local"]


async def test_loading_returns_the_module(bot):
    assert (await bot.load("douyinbot_dice")).__name__ == "douyinbot_dice"


async def test_settings_are_those_of_bot_toml(bot):
    @dataclass
    class Config:
        text: str = "-"

    class Toy(Named):
        @hookimpl
        def on_chat(self, ctx, event):
            return ctx.config.text

    Toy.Config = Config
    await bot.load(Toy(), text="你好", rooms=["main"])
    assert await bot.chat("hi") == ["你好"]


@pytest.mark.parametrize(
    ("plugin", "settings", "error", "problem"),
    [
        ("dice", {"sides": 6}, ConfigError, r"plugins\.dice\.sides: this plugin has no settings"),
        ("gift_thanks", {"min_vlaue": 6}, ConfigError, 'did you mean "min_value"'),
        ("module_that_does_not_exist", {}, PluginError, "does not import: ModuleNotFoundError"),
        ("nowhere/dice.py", {}, (PluginError, ConfigError), "nowhere"),
        (object(), {}, PluginError, "has no hook, command or job"),
    ],
)
async def test_a_plugin_that_cannot_be_loaded_fails_the_test(bot, plugin, settings, error, problem):
    with pytest.raises(error, match=problem):
        await bot.load(plugin, **settings)
    assert set(bot.engine.seats) == {"bot.control", "bot.toml"}


async def test_a_file_that_is_not_there_is_not_taken_for_an_installed_plugin(bot, tmp_path):
    with pytest.raises(PluginError, match=r"dice\.py is no plugin file"):
        await bot.load(tmp_path / "dice.py")


async def test_a_setup_that_takes_its_time_gets_it(bot):
    class Slow(Named):
        @hookimpl
        async def setup(self, ctx):
            await asyncio.sleep(7)

    await bot.load(Slow())
    assert bot.loop.time() == 7
    assert await bot.chat("hi") == ["local"]
