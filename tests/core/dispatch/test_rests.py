"""Plugins that rest are written down, and the note goes with the rest."""

from douyinbot.core.dispatch.rests import Rests, resting


async def test_a_rest_is_written_down_until_it_is_over(bot):
    store = bot.store("somebody")
    rests = Rests(store)
    rests.note("dice", 300, bot.clock.now())
    await rests.settle()
    assert await resting(store) == {"dice": "2026-01-01T12:05:00+00:00"}
    await bot.advance("301s")
    assert await resting(store) == {}


async def test_a_plugin_that_fails_too_often_is_found_there(bot, plugin):
    from douyinbot import hookimpl

    @hookimpl
    async def on_chat(event):
        raise KeyError("x")

    await bot.load(plugin(on_chat))
    for number in range(5):
        await bot.chat(f"line {number}")
    assert list(await resting(bot.store("bot.toml"))) == ["toy"]
