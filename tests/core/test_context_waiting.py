"""What waits in ctx: it blocks in a plain function, and is awaited in a coroutine."""

import asyncio

import pytest

from douyinbot import command, hookimpl
from douyinbot.core.dispatch.blocking import BlockingHttp, BlockingStore
from douyinbot.store import Store

BOTH = pytest.mark.parametrize("kind", ["plain", "async"])


async def test_the_store_blocks_in_a_plain_function(bot, plugin):
    @command("points")
    def points(ctx, by: int):
        assert isinstance(ctx.store, BlockingStore)
        with ctx.store.transaction() as store:
            store.incr("total", by)
        return str(ctx.store.get("total"))

    await bot.load(plugin(points))
    assert await bot.chat("!points 5") == ["5"]
    assert await bot.chat("!points 2") == ["7"]
    assert await bot.store("toy").get("total") == 7


async def test_the_store_is_awaited_in_a_coroutine(bot, plugin):
    @command("points")
    async def points(ctx, by: int):
        assert isinstance(ctx.store, Store)
        async with ctx.store.transaction() as store:
            await store.incr("total", by)
        return str(await ctx.store.get("total"))

    await bot.load(plugin(points))
    assert await bot.chat("!points 5") == ["5"]
    assert await bot.store("toy").get("total") == 5


async def test_plugins_do_not_see_each_others_keys(bot, plugin):
    for name in ("one", "two"):

        @hookimpl
        async def on_chat(ctx, event):
            await ctx.store.incr("lines")

        await bot.load(plugin(on_chat, name=name))
    await bot.chat("hi")
    assert [await bot.store(name).get("lines") for name in ("one", "two", "three")] == [1, 1, None]


async def test_there_is_one_http_client_and_the_bot_closes_it(bot, plugin):
    seen = []

    @hookimpl
    async def on_chat(ctx, event):
        seen.append(ctx.http)

    await bot.load(plugin(on_chat))
    await bot.chat("hi")
    await bot.chat("hi")
    assert seen[0] is seen[1]
    assert seen[0].timeout.total == 15
    await bot.engine.close()
    assert seen[0].closed


async def test_the_http_client_blocks_in_a_plain_function(bot, plugin):
    @hookimpl
    def on_chat(ctx, event):
        return type(ctx.http).__name__

    await bot.load(plugin(on_chat))
    assert await bot.chat("hi") == [BlockingHttp.__name__]


@BOTH
async def test_wait_for_gives_the_next_fitting_event(bot, plugin, kind):
    @command("quiz")
    def plain(ctx):
        answer = ctx.wait_for("chat", lambda event: event.comment == "42")
        return f"{answer.user.nickname}!"

    @command("quiz")
    async def coroutine(ctx):
        answer = await ctx.wait_for("chat", lambda event: event.comment == "42")
        return f"{answer.user.nickname}!"

    await bot.load(plugin(plain if kind == "plain" else coroutine))
    assert await bot.chat("!quiz") == []
    assert await bot.chat("41", "小红") == []
    assert await bot.chat("42", "小绿") == ["小绿!"]


@BOTH
@pytest.mark.parametrize("timeout", [10, "10s"])
async def test_wait_for_gives_none_when_the_time_is_over(bot, plugin, kind, timeout):
    @command("quiz")
    def plain(ctx):
        return repr(ctx.wait_for("like", timeout=timeout))

    @command("quiz")
    async def coroutine(ctx):
        return repr(await ctx.wait_for("like", timeout=timeout))

    await bot.load(plugin(plain if kind == "plain" else coroutine))
    await bot.chat("!quiz")
    assert await bot.advance("9s") == []
    assert await bot.advance("1s") == ["None"]


async def test_raw_messages_can_be_waited_for_only_where_they_are_made(bot, plugin):
    @command("next")
    async def following(ctx):
        return (await ctx.wait_for("raw_data")).method

    @hookimpl
    def on_raw(ctx, method): ...

    await bot.load(plugin(following))
    await bot.chat("!next")
    assert '"raw_data" comes only where some plugin has the hook on_raw' in bot.problems[0]
    await bot.load(plugin(on_raw, name="raw"))
    await bot.chat("!next")
    assert await bot.emit("raw_data", method="WebcastNew", payload=b"") == ["WebcastNew"]


async def test_waiting_for_an_unknown_kind_is_the_plugins_error(bot, plugin):
    @command("quiz")
    async def quiz(ctx):
        await ctx.wait_for("caht")

    await bot.load(plugin(quiz))
    await bot.chat("!quiz")
    assert 'there is no event of the kind "caht"' in bot.problems[0]


@BOTH
async def test_a_blocking_function_runs_aside(bot, plugin, kind):
    @command("x")
    def plain(ctx):
        return str(ctx.run_sync(pow, 2, 5))

    @command("x")
    async def coroutine(ctx):
        return str(await ctx.run_sync(pow, 2, 5))

    await bot.load(plugin(plain if kind == "plain" else coroutine))
    assert await bot.chat("!x") == ["32"]


async def test_a_coroutine_may_go_on_in_the_background(bot, plugin):
    tasks = []

    @command("x")
    async def x(ctx):
        async def later():
            await asyncio.sleep(10)
            ctx.say("later")

        tasks.append(asyncio.create_task(later()))

    await bot.load(plugin(x))
    await bot.chat("!x")
    assert await bot.advance("10s") == ["later"]
