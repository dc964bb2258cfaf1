"""Greetings, as a third party would test them."""

import pytest

from douyinbot import ConfigError


async def come(bot, name, **fields):
    return await bot.emit("member", user=bot.user(name, **fields), action=1)


async def test_a_viewer_is_greeted_by_the_time_of_day(bot):
    await bot.load("douyinbot_welcome")
    await come(bot, "小红")
    assert await bot.advance("5s") == ["晚上好，欢迎 小红 来到直播间"]  # tests begin at 20:00


@pytest.mark.parametrize(
    ("hours", "greeting"), [(5, "夜深了"), (10, "早上好"), (16, "中午好"), (18, "下午好")]
)
async def test_every_time_of_day_has_its_greeting(bot, hours, greeting):
    await bot.load("douyinbot_welcome", text="$(greet)")
    await bot.advance(f"{hours}h")
    await come(bot, "小红")
    assert await bot.advance("5s") == [greeting]


async def test_a_crowd_is_greeted_in_one_line(bot):
    await bot.load("douyinbot_welcome", max_names=2)
    for name in ("小红", "小明", "小刚", "阿花"):
        await come(bot, name)
    assert await bot.advance("5s") == ["晚上好，欢迎 小红、小明 等4位 来到直播间"]


async def test_who_comes_twice_is_greeted_once_a_day(bot):
    await bot.load("douyinbot_welcome")
    for hours, greeted in ((0, 1), (1, 0), (4, 1)):  # 20:00, 21:00, and the next day
        await bot.advance(f"{hours}h")
        await come(bot, "小红")
        await come(bot, "小红")
        assert len(await bot.advance("5s")) == greeted


async def test_a_stream_of_viewers_is_not_waited_for_for_ever(bot):
    await bot.load("douyinbot_welcome", window="4s", longest="6s")
    said = []
    for name in "甲乙丙丁":
        await come(bot, name)
        said += await bot.advance("2s")
    assert said == ["晚上好，欢迎 甲、乙、丙 来到直播间"]


async def test_only_those_who_come_in_are_greeted(bot):
    await bot.load("douyinbot_welcome")
    await bot.emit("member", user="小红", action=3)  # muted
    await bot.emit("member", user="小明", action=1, history=True)
    await bot.emit("member", user=None, action=1)
    assert await bot.advance("5s") == []


async def test_level_and_role_can_be_asked_for(bot):
    await bot.load("douyinbot_welcome", min_level=10, min_role="fans")
    await come(bot, "小红", level=9, role="fans")
    await come(bot, "小明", level=10, role="viewer")
    await come(bot, "小刚", level=10, role="fans")
    assert await bot.advance("5s") == ["晚上好，欢迎 小刚 来到直播间"]


async def test_nobody_is_greeted_in_a_pause(bot):
    await bot.load("douyinbot_welcome")
    await bot.emit("stream_paused")
    await come(bot, "小红")
    assert await bot.advance("5s") == []


async def test_a_wrong_text_is_found_at_once(bot):
    with pytest.raises(ConfigError, match=r"plugins\.welcome\.text: unknown variable \$\(usr\)"):
        await bot.load("douyinbot_welcome", text="欢迎 $(usr)")
