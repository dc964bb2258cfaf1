"""The dice, as a third party would test it."""

import re


async def test_dice(bot):
    await bot.load("douyinbot_dice")
    assert (await bot.chat("！dice 6"))[0].startswith("🎲")


async def test_it_is_thrown_however_it_is_typed(bot):
    await bot.load("douyinbot_dice")
    for number, line in enumerate(["!dice", "！ＤＩＣＥ ６", "!骰子", "! dice 6", '!dice "6"']):
        (answer,) = await bot.chat(line, user=f"viewer{number}")
        assert re.fullmatch(rf"🎲 viewer{number} 掷出 [1-6]", answer), line


async def test_all_sides_come_up(bot):
    await bot.load("douyinbot_dice")
    thrown = []
    for _ in range(8):
        await bot.advance("1m")  # the same line five times within a minute would be taken for a loop
        thrown += await bot.chat("!dice 2", user="小明")
    assert set(thrown) == {"🎲 小明 掷出 1", "🎲 小明 掷出 2"}


async def test_every_viewer_is_answered_although_all_throw_the_same(bot):
    await bot.load("douyinbot_dice")
    for name in ("小明", "小红", "阿花", "风清扬", "老铁", "糖糖"):
        assert await bot.chat("!dice 1", user=name) == [f"🎲 {name} 掷出 1"]
        await bot.advance("8s")


async def test_impossible_dice_are_refused(bot):
    await bot.load("douyinbot_dice")
    for number, sides in enumerate(["0", "-1", "1001", "999999999"]):
        answer = await bot.chat(f"!dice {sides}", user=f"viewer{number}")
        assert answer == ["骰子要有 1 到 1000 面"], sides


async def test_what_is_no_number_gets_the_usage(bot):
    await bot.load("douyinbot_dice")
    for sides in ("abc", "1e308", "9" * 5000, "1.5", "6 6"):
        await bot.advance("1m")
        (answer,) = await bot.chat(f"!dice {sides}")
        assert "用法: !dice [面数]" in answer, sides


async def test_each_viewer_has_to_wait(bot):
    await bot.load("douyinbot_dice")
    assert await bot.chat("!dice", user="小明")
    assert await bot.chat("!dice", user="小明") == []
    assert await bot.chat("!dice", user="小红")
    await bot.advance("3s")
    assert await bot.chat("!dice", user="小明")
