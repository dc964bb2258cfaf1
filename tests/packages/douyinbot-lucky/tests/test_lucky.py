import re


async def test_the_number_stays_all_day(bot):
    await bot.load("lucky")
    (first,) = await bot.chat("!lucky", user="小红")
    await bot.advance("2m")
    (second,) = await bot.chat("！幸运", user="小红")
    assert first == second
    assert re.search(r"的幸运数字是 \d+$", first)


async def test_the_highest_number_is_a_setting(bot):
    await bot.load("lucky", highest=1)
    assert await bot.chat("!lucky", user="小明") == ["小明 的幸运数字是 1"]
