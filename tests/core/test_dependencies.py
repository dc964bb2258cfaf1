"""Plugins that stand on others: order, what is missing, and what is offered."""

import pytest

from douyinbot import PluginError, hookimpl
from douyinbot.core.plugins.host import Plugin, required_first


def named(name: str, *requires: str) -> Plugin:
    return Plugin(name, module=None, requires=requires)


@pytest.mark.parametrize(
    ("plugins", "order"),
    [
        ([named("a"), named("b")], "ab"),
        ([named("a", "b"), named("b")], "ba"),
        ([named("a", "c"), named("b", "a"), named("c")], "cab"),
        ([named("a", "gone"), named("b")], "ab"),
        ([named("a", "b"), named("b", "a")], "ba"),
        ([named("a", "a")], "a"),
    ],
    ids=["free", "one", "chain", "missing", "circle", "itself"],
)
def test_what_is_required_comes_first(plugins, order):
    assert "".join(plugin.name for plugin in required_first(plugins)) == order


class Bank:
    name = "bank"

    @hookimpl
    def provide(self, ctx):
        return {"money": 7, "config": ctx.config}

    @hookimpl
    def on_like(self, ctx, event):
        return None


class Shop:
    name = "shop"
    requires = ("bank",)

    @hookimpl
    def on_chat(self, ctx, event):
        return str(ctx.use("bank")["money"])


async def test_what_is_offered_can_be_used(bot):
    await bot.load(Bank())
    await bot.load(Shop())
    assert await bot.chat("hi") == ["7"]


async def test_a_plugin_without_what_it_requires_is_not_loaded(bot):
    with pytest.raises(PluginError, match=r'plugin shop: it needs the plugin bank.*Add "bank" to `enable`'):
        await bot.load(Shop())
    assert "bank" in bot.engine.host.failed["shop"]
    assert await bot.chat("hi") == []


async def test_what_is_not_there_is_none(bot):
    class Careful:
        name = "careful"

        @hookimpl
        def on_chat(self, ctx, event):
            return f"{ctx.use('bank')} {ctx.use('careful')}"

    await bot.load(Careful())
    assert await bot.chat("hi") == ["None None"]


async def test_a_provide_that_fails_takes_the_plugin_out(bot):
    class Broken:
        name = "bank"

        @hookimpl
        def provide(self, ctx):
            raise KeyError("x")

    with pytest.raises(PluginError, match="KeyError"):
        await bot.load(Broken())
    assert "bank" not in bot.engine.seats


@pytest.mark.parametrize("requires", ["bank", 3, [3]], ids=repr)
async def test_requires_is_a_list_of_names(bot, requires):
    wrong = type("Wrong", (), {"name": "wrong", "requires": requires, "on_chat": Shop.on_chat})
    with pytest.raises(PluginError, match="`requires` must be a list of plugin names"):
        await bot.load(wrong())
