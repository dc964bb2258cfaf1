"""Thanks for gifts, as a third party would test it."""

import pytest

from douyinbot import ConfigError, PluginError, User


async def test_a_streak_is_thanked_once_with_its_total(bot):
    await bot.load("gift_thanks")
    await bot.gift("小红", "玫瑰", combo=[1, 2, 5, 5])
    assert await bot.advance("10s") == ["谢谢 小红 的 玫瑰x5"]
    assert await bot.advance("60s") == []


async def test_a_lost_end_mark_changes_nothing(bot):
    await bot.load("gift_thanks")
    await bot.gift("小红", "玫瑰", combo=[1, 2, 3], end=False)
    assert await bot.advance("10s") == ["谢谢 小红 的 玫瑰x3"]


async def test_the_thanks_wait_for_more_gifts_but_not_for_ever(bot):
    await bot.load("gift_thanks", window="3s", longest="7s")
    said = []
    for _ in range(4):
        await bot.gift("小红", "玫瑰")
        said.append(await bot.advance("2s"))
    assert said == [[], [], [], ["谢谢 小红 的 玫瑰x4"]]


async def test_several_givers_are_thanked_in_one_line_the_most_generous_first(bot):
    await bot.load("gift_thanks", max_names=2)
    await bot.gift("小红", "玫瑰")
    await bot.gift("小刚", "跑车")
    await bot.gift("小明", "棒棒糖")
    assert await bot.advance("10s") == ["谢谢 小刚、小明 等3位 的礼物"]


async def test_small_gifts_can_be_left_out(bot):
    await bot.load("gift_thanks", min_value=10)
    await bot.gift("小红", "玫瑰", combo=[9])
    await bot.gift("小明", "玫瑰", combo=[10])
    assert await bot.advance("10s") == ["谢谢 小明 的 玫瑰x10"]


async def test_masked_viewers_are_not_one_person(bot):
    await bot.load("gift_thanks")
    for name in ("吴***", "李***"):
        await bot.gift(User(id="111111", nickname=name, is_anonymous=True), "玫瑰")
    assert await bot.advance("10s") == ["谢谢 吴***、李*** 的礼物"]


async def test_a_name_cannot_smuggle_in_a_variable(bot):
    await bot.load("gift_thanks")
    await bot.gift("$(value){a/b}", "玫瑰")
    assert await bot.advance("10s") == ["谢谢 $(value… 的 玫瑰x1"]


async def test_dear_gifts_go_first(bot):
    await bot.load("gift_thanks", high_value=1000)
    await bot.gift("小刚", "跑车")
    await bot.advance("10s")
    assert bot.receipts[-1].text == "谢谢 小刚 的 跑车x1"


async def test_history_is_not_thanked(bot):
    await bot.load("gift_thanks")
    await bot.emit("gift", user="小红", gift_name="玫瑰", total=1, diamond_count=1, history=True)
    assert await bot.advance("10s") == []


async def test_wrong_settings_are_named(bot):
    with pytest.raises(ConfigError, match=r"plugins\.gift_thanks\.windw: unknown key"):
        await bot.load("gift_thanks", windw="3s")
    with pytest.raises(PluginError, match=r"unknown variable \$\(usr\)"):
        await bot.load("gift_thanks", text="谢谢 $(usr)")
