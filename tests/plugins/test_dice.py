"""The dice, as a third party would test it."""

import re

import pytest


async def test_dice(bot):
    await bot.load("douyinbot_dice")
    assert (await bot.chat("！dice 6"))[0].startswith("🎲")


@pytest.mark.parametrize("line", ["!dice", "！ＤＩＣＥ ６", "!骰子", "! dice 6", '!dice "6"'])
async def test_it_is_thrown_however_it_is_typed(bot, line):
    await bot.load("douyinbot_dice")
    (answer,) = await bot.chat(line)
    assert re.fullmatch(r"🎲 [1-6]", answer)


@pytest.mark.parametrize("sides", ["0", "-1", "1001", "999999999"])
async def test_impossible_dice_are_refused(bot, sides):
    await bot.load("douyinbot_dice")
    assert await bot.chat(f"!dice {sides}") == ["骰子要有 1 到 1000 面"]


@pytest.mark.parametrize("sides", ["abc", "1e308", "9" * 5000, "1.5", "6 6"])
async def test_what_is_no_number_gets_the_usage(bot, sides):
    await bot.load("douyinbot_dice")
    (answer,) = await bot.chat(f"!dice {sides}")
    assert "用法: !dice [sides]" in answer


async def test_each_viewer_has_to_wait(bot):
    await bot.load("douyinbot_dice")
    assert await bot.chat("!dice", user="小明")
    assert await bot.chat("!dice", user="小明") == []
    assert await bot.chat("!dice", user="小红")
    await bot.advance("3s")
    assert await bot.chat("!dice", user="小明")


async def test_the_examples_are_true(bot):
    module = await bot.load("douyinbot_dice")
    ((mark,),) = [module.dice.__douyinbot_commands__]
    for number, (line, pattern) in enumerate(mark.examples.items()):
        (answer,) = await bot.chat(line, user=f"viewer{number}")
        assert re.search(pattern, answer)
