"""The beginning and the end of a plugin: setup, teardown, and what it registered."""

import asyncio

import pytest

from douyinbot import PluginError, command, hookimpl


def hook(name: str, action, *, is_async: bool):
    def plain(ctx):
        action()

    async def coroutine(ctx):
        await asyncio.sleep(0)
        action()

    function = coroutine if is_async else plain
    function.__name__ = name
    return hookimpl(function)


@pytest.mark.parametrize("is_async", [True, False], ids=["async", "plain"])
class TestLife:
    async def test_setup_comes_before_and_teardown_after_all_else(self, bot, plugin, is_async):
        happened = []

        @hookimpl
        def on_chat(ctx, event):
            happened.append("chat")

        begin = hook("setup", lambda: happened.append("setup"), is_async=is_async)
        end = hook("teardown", lambda: happened.append("teardown"), is_async=is_async)
        await bot.load(plugin(begin, on_chat, end))
        await bot.chat("hi")
        await bot.engine.unload("toy")
        await bot.chat("hi")
        assert happened == ["setup", "chat", "teardown"]

    @pytest.mark.parametrize("error", [KeyError("x"), SystemExit(3)], ids=lambda error: type(error).__name__)
    async def test_a_setup_that_fails_takes_the_plugin_out(self, bot, plugin, is_async, error):
        def fail():
            raise error

        @command("dice")
        def dice(ctx):
            return "4"

        with pytest.raises(
            PluginError, match=rf"plugin toy: setup failed: {type(error).__name__}"
        ) as failure:
            await bot.load(plugin(hook("setup", fail, is_async=is_async), dice))
        assert bot.engine.host.failed == {"toy": str(failure.value)}
        assert await bot.chat("!dice") == []
        await bot.load(plugin(dice))
        assert await bot.chat("!dice") == ["4"]

    @pytest.mark.parametrize("error", [KeyError("x"), SystemExit(3)], ids=lambda error: type(error).__name__)
    async def test_a_teardown_that_fails_is_told_and_the_plugin_goes(self, bot, plugin, is_async, error):
        def fail():
            raise error

        await bot.load(plugin(hook("teardown", fail, is_async=is_async)))
        await bot.engine.unload("toy")
        assert "toy" not in bot.engine.seats
        assert [(n.level, n.plugin) for n in bot.notices] == [("warning", "toy")]
        assert bot.notices[0].text.startswith(f"plugin toy: teardown failed: {type(error).__name__}")


async def test_a_setup_that_was_cancelled_from_inside_is_the_plugins_failure(bot, plugin):
    @hookimpl
    async def setup(ctx):
        task = asyncio.create_task(asyncio.sleep(1))
        task.cancel()
        await task

    with pytest.raises(PluginError, match="plugin toy: setup failed: CancelledError"):
        await bot.load(plugin(setup))
    assert await bot.chat("still here") == []


async def test_a_setup_that_never_ends_is_given_up_after_half_a_minute(bot, plugin):
    @hookimpl
    async def setup(ctx):
        await asyncio.Event().wait()

    with pytest.raises(PluginError, match="plugin toy: setup failed: TimeoutError"):
        await bot.load(plugin(setup))
    assert bot.loop.time() == 30


async def test_a_teardown_that_never_ends_is_given_up_after_two_seconds(bot, plugin):
    @hookimpl
    async def teardown(ctx):
        await asyncio.Event().wait()

    await bot.load(plugin(teardown))
    unloading = asyncio.create_task(bot.engine.unload("toy"))
    await bot.advance("1s")
    assert not unloading.done()
    assert bot.engine.leaving == "toy"
    await bot.advance("1s")
    await unloading
    assert [notice.text for notice in bot.notices] == [
        "plugin toy: teardown took longer than 2s and was given up"
    ]
    assert bot.engine.leaving == ""


async def test_what_a_plugin_registered_goes_with_it(bot, plugin):
    @hookimpl
    def register(registry):
        registry.variable("song", lambda ctx: "稻香")

    await bot.load(plugin(register))
    assert "song" in bot.engine.extensions.variables
    await bot.engine.unload("toy")
    assert bot.engine.extensions.variables == {}


async def test_what_a_plugin_registered_goes_when_its_setup_fails(bot, plugin):
    @hookimpl
    def register(registry):
        registry.variable("song", lambda ctx: "稻香")

    for _ in range(2):
        with pytest.raises(PluginError, match="setup failed"):
            await bot.load(plugin(register, hook("setup", lambda: 1 / 0, is_async=False)))
    assert bot.engine.extensions.variables == {}
