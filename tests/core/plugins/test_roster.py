"""Plugins come, go and start again while the bot runs."""

import pytest

from douyinbot.core.plugins.discovery import Candidate
from douyinbot.core.plugins.roster import Refused, Roster
from douyinbot.errors import PluginError

GREETER = """
from douyinbot import command, hookimpl
from dataclasses import dataclass

@dataclass
class Config:
    text: str = "hello"

@hookimpl
def setup(ctx):
    {setup}

@command("greet")
def greet(ctx):
    return f"{version} {{ctx.config.text}}"

@hookimpl
def filter_message(message):
    return message.text + " [greeter]"
"""
LATER = """
from douyinbot import hookimpl

@hookimpl
def filter_message(message):
    return message.text + " [later]"
"""
TOML = """
    [plugins]
    dirs = ["{folder}"]
    enable = ["greeter", "later"]
    [plugins.greeter]
    text = "hi"
"""


@pytest.fixture
def write(tmp_path):
    """Write a version of the plugin `greeter`."""

    def one(version, setup="pass"):
        text = GREETER.format(version=version, setup=setup)
        (tmp_path / "greeter.py").write_text(text, encoding="utf-8")

    one("v1")
    (tmp_path / "later.py").write_text(LATER, encoding="utf-8")
    return one


@pytest.fixture
def bot(make_bot, tmp_path, write):
    return make_bot(TOML.format(folder=tmp_path))


@pytest.fixture
def control(bot):
    """What people decide with, each decision waited for."""

    class Control:
        def __getattr__(self, name):
            async def decide(*arguments):
                return await bot._finish(bot.loop.create_task(getattr(bot._bot.control, name)(*arguments)))

            return decide

        @property
        def states(self):
            return {state.name: state.status for state in bot._bot.control.plugins()}

    return Control()


async def greeting(bot):
    said = await bot.chat("!greet")
    return said[0] if said else None


async def test_code_is_read_anew_and_the_order_of_filters_stays(bot, control, write):
    assert await greeting(bot) == "v1 hi [greeter] [later]"
    write("v2")
    assert await greeting(bot) == "v1 hi [greeter] [later]"
    await control.reload("greeter")
    assert await greeting(bot) == "v2 hi [greeter] [later]"
    assert control.states == {"greeter": "on", "later": "on"}
    assert bot.problems == []


@pytest.mark.parametrize(
    ("version", "setup", "words"),
    [
        ("{", "pass", "does not import"),
        ("v2", "raise ValueError('no')", "setup failed: ValueError: no The former one goes on."),
        ("v2", "import sys; sys.exit(3)", "SystemExit"),
    ],
)
async def test_new_code_that_cannot_be_used_is_refused(bot, control, write, version, setup, words):
    write(version, setup)
    with pytest.raises(PluginError) as refused:
        await control.reload("greeter")
    assert words in str(refused.value)
    assert await greeting(bot) == "v1 hi [greeter] [later]"
    assert control.states["greeter"] == "on"
    assert "greeter" not in bot.engine.host.failed


async def test_a_plugin_is_switched_off_and_on_in_the_chat(bot, control):
    assert await bot.chat("!plugin greeter off", role="admin") == []
    assert await bot.chat("!plugin greeter off", role="owner") == ["greeter 关了 [later]"]
    assert await greeting(bot) is None
    assert await bot.chat("!插件", role="owner") == ["greeter:关 later:开 [later]"]
    assert await bot.chat("!plugin greeter reload", role="owner") == [
        "greeter 没有重新加载了，原因见终端 [later]"
    ]
    assert await bot.chat("!plugin greeter on", role="owner") == ["greeter 开了 [greeter] [later]"]
    assert await greeting(bot) == "v1 hi [greeter] [later]"
    assert bot.problems == []


async def test_what_is_switched_off_stays_so_after_a_new_start(bot, control):
    await control.disable("greeter")
    known = [Candidate(name, "test", dict) for name in ("greeter", "later", "new")]
    after = Roster(bot.engine, known, dict)
    assert [candidate.name for candidate in await after.wanted()] == ["later", "new"]
    await control.enable("greeter")
    assert await after.wanted() == known


async def test_nobody_locks_themselves_out(bot, control):
    for name in ("bot.control", "bot.toml", "nobody"):
        with pytest.raises(Refused, match="there is no plugin"):
            await control.disable(name)
    await control.disable("greeter")
    await control.disable("later")
    assert await bot.chat("!plugin later on", role="owner") == ["later 开了 [later]"]


async def test_only_what_the_configuration_names_can_be_switched_on(bot, control):
    with pytest.raises(Refused, match='no plugin "dice" in `enable`'):
        await control.enable("dice")


async def test_a_plugin_is_switched_off_in_one_room(bot, control):
    assert await bot.chat("!plugin greeter off here", role="owner") == ["greeter 关了 [later]"]
    assert await greeting(bot) is None
    (state, _) = bot._bot.control.plugins()
    assert (state.status, state.detail) == ("on", "switched off in main")
    assert await bot.chat("!插件 greeter on 本房", role="owner") == ["greeter 开了 [greeter] [later]"]
    assert await greeting(bot) == "v1 hi [greeter] [later]"
    await control.disable("greeter")
    with pytest.raises(Refused, match="greeter is at work in no room"):
        await control.enable("greeter", "main")
    with pytest.raises(Refused, match='there is no room "mian" - did you mean "main"'):
        await control.disable("greeter", "mian")


async def test_a_broken_plugin_can_be_mended_and_switched_on(bot, control, write):
    await control.disable("greeter")
    write("v2", "raise ValueError('no')")
    with pytest.raises(PluginError):
        await control.enable("greeter")
    assert control.states["greeter"] == "off"
    write("v3")
    await control.enable("greeter")
    assert await greeting(bot) == "v3 hi [greeter] [later]"


async def test_a_resting_plugin_says_until_when(bot):
    lane = bot.engine.seats["greeter"].lane
    for _ in range(5):
        lane.failed("on_chat", ValueError("x"))
    (state, _) = bot._bot.control.plugins()
    assert (state.status, state.detail) == ("resting", "failed too often, rests until 20:05:00")


async def test_whom_to_tell_of_a_plugin_that_rests(bot):
    for _ in range(5):
        bot.engine.seats["greeter"].lane.failed("on_chat", ValueError("x"))
    roster = Roster(bot.engine, [Candidate("greeter", "test", dict, author="Ada <ada@example.org>")], dict)
    (state,) = roster.states()
    assert state.detail.endswith("rests until 20:05:00; tell Ada <ada@example.org>")
