"""Plugins that others need: they take those along when they start again, go and come back."""

import pytest

from douyinbot.core.plugins.roster import Refused
from douyinbot.errors import PluginError
from douyinbot.testing import BotHarness

STORE = "sqlite:///bot.sqlite"

BANK = """
from dataclasses import dataclass
from douyinbot import command, hookimpl

@dataclass
class Config:
    currency: str = "gold"

@hookimpl
def setup(ctx):
    {setup}

@hookimpl
def provide(ctx):
    return "{version} " + ctx.config.currency

@command("money")
def money(ctx):
    return "{version}"
"""
SHOP = """
from douyinbot import command, hookimpl
requires = ("bank",)

@hookimpl
def setup(ctx):
    {setup}
    ctx.shared["bank"] = ctx.use("bank")

@hookimpl
def teardown(ctx):
    ctx.log.warning("shop closes")

@hookimpl
def provide(ctx):
    return "shop on " + ctx.shared["bank"]

@command("buy")
def buy(ctx):
    return ctx.shared["bank"]
"""
MALL = """
from douyinbot import command, hookimpl
requires = ("shop",)

@hookimpl
def setup(ctx):
    ctx.shared["shop"] = ctx.use("shop")

@command("mall")
def mall(ctx):
    return "mall: " + ctx.shared["shop"]
"""
TOML = """
    [plugins]
    dirs = ["{folder}"]
    enable = ["mall", "bank", "shop"]
"""


@pytest.fixture
def write(tmp_path):
    def one(version="v1", bank="pass", shop="pass"):
        (tmp_path / "bank.py").write_text(BANK.format(version=version, setup=bank), encoding="utf-8")
        (tmp_path / "shop.py").write_text(SHOP.format(setup=shop), encoding="utf-8")
        (tmp_path / "mall.py").write_text(MALL, encoding="utf-8")

    one()
    return one


@pytest.fixture
def bot(make_bot, tmp_path, write):
    return make_bot(TOML.format(folder=tmp_path), store=STORE, folder=tmp_path)


@pytest.fixture
def control(bot):
    class Control:
        def __getattr__(self, name):
            async def decide(*arguments):
                return await bot._finish(bot.loop.create_task(getattr(bot._bot.control, name)(*arguments)))

            return decide

        @property
        def states(self):
            return {state.name: (state.status, state.detail) for state in bot._bot.control.plugins()}

    return Control()


async def answers(bot):
    return [(await bot.chat(line) or [None])[0] for line in ("!money", "!buy", "!mall")]


OLD = ["v1", "v1 gold", "mall: shop on v1 gold"]


async def test_a_reload_starts_those_again_that_need_the_plugin(bot, control, write, caplog):
    assert await answers(bot) == OLD
    write("v2")
    await control.reload("bank")
    assert await answers(bot) == ["v2", "v2 gold", "mall: shop on v2 gold"]
    assert "shop closes" in caplog.text
    assert bot.problems == []
    assert [plugin.name for plugin in bot.engine.host][:3] == ["mall", "bank", "shop"]


async def test_when_the_new_code_fails_all_are_as_they_were(bot, control, write):
    write("v2", bank="raise ValueError('no')")
    with pytest.raises(PluginError, match="The former one goes on"):
        await control.reload("bank")
    assert await answers(bot) == OLD
    assert {status for status, _ in control.states.values()} == {"on"}


async def test_when_one_that_needs_it_fails_all_are_as_they_were_too(bot, control, write, tmp_path):
    write(shop='if ctx.use("bank").startswith("v2"): raise ValueError("not with that bank")')
    await control.reload("shop")
    write("v2", shop='if ctx.use("bank").startswith("v2"): raise ValueError("not with that bank")')
    with pytest.raises(PluginError, match=r"shop: setup failed: ValueError: not with that bank The former"):
        await control.reload("bank")
    assert await answers(bot) == OLD
    assert bot.engine.host.failed == {}


async def test_other_settings_start_those_again_too(bot, control):
    settings = bot.engine.config.plugins.settings
    settings["bank"] = {"currency": "silver"}
    await bot._finish(bot.loop.create_task(bot._bot.control.roster.restart("bank")))
    assert await answers(bot) == ["v1", "v1 silver", "mall: shop on v1 silver"]


async def test_who_needs_one_that_is_switched_off_goes_and_comes_back_with_it(bot, control):
    await control.disable("bank")
    assert await answers(bot) == [None, None, None]
    assert control.states == {
        "mall": ("off", "it needs shop, which is off; it comes back with it"),
        "bank": ("off", "somebody has switched it off"),
        "shop": ("off", "it needs bank, which is off; it comes back with it"),
    }
    assert await bot.chat("!why", role="owner") == ["!mall: 在这个直播间关着"]
    with pytest.raises(Refused, match="shop needs bank, which is switched off; switch that on first"):
        await control.enable("shop")
    await control.enable("bank")
    assert await answers(bot) == OLD
    assert {status for status, _ in control.states.values()} == {"on"}


async def test_who_was_switched_off_for_itself_stays_off(bot, control):
    await control.disable("shop")
    await control.disable("bank")
    await control.enable("bank")
    assert await answers(bot) == ["v1", None, None]
    await control.enable("shop")
    assert await answers(bot) == OLD


async def test_one_that_cannot_come_back_is_told_and_harms_nobody(bot, control, write):
    await control.disable("bank")
    write(shop="raise ValueError('closed')")
    await control.enable("bank")
    assert await answers(bot) == ["v1", None, None]
    (problem,) = bot.problems
    assert problem.endswith("setup failed: ValueError: closed It was to come back.")
    assert control.states["shop"][0] == "failed"
    assert control.states["mall"][0] == "off"


async def test_after_a_new_start_it_is_all_the_same(bot, control, tmp_path):
    await control.disable("bank")
    await bot.stop()
    again = BotHarness(TOML.format(folder=tmp_path), loop=bot.loop, store=STORE, folder=tmp_path)
    await again.start()
    states = {state.name: state.detail for state in again._bot.control.plugins()}
    assert states["mall"] == "it needs shop, which is off; it comes back with it"
    assert again.problems == []
    assert await answers(again) == [None, None, None]
    assert [entry.cause for entry in again.engine.journal.find()] == ["off", "off", "off"]
    await again._finish(again.loop.create_task(again._bot.control.enable("bank")))
    assert await answers(again) == OLD
    await again.stop()
