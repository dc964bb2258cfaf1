"""Announcements, as a third party would test them."""

import pytest

from douyinbot import ConfigError


async def test_texts_take_turns(bot):
    await bot.load("announce", every="60s", say=["一", "二"])
    assert [await bot.advance("60s") for _ in range(3)] == [["一"], ["二"], ["一"]]


async def test_it_waits_for_other_peoples_lines_and_speaks_on_the_one_that_completes_them(bot):
    await bot.load("announce", every="60s", say="一", min_lines=2)
    assert await bot.advance("90s") == []
    assert await bot.chat("a") == []
    assert await bot.chat("b") == ["一"]


async def test_nothing_is_announced_while_nobody_is_live(bot):
    await bot.load("announce", every="60s", say="一")
    await bot.emit("stream_paused")
    assert await bot.advance("130s") == []
    await bot.emit("stream_resumed")
    assert await bot.advance("60s") == ["一"]


async def test_silence_can_be_broken_once(bot):
    await bot.load("announce", idle="30s", say="有人吗")
    await bot.chat("hi")
    assert await bot.advance("40s") == ["有人吗"]
    assert await bot.advance("60s") == []
    await bot.chat("hi")
    assert await bot.advance("40s") == ["有人吗"]


async def test_fixed_times_are_in_the_bots_time_zone(bot):
    await bot.load("announce", at=["20:01"], say="八点")  # tests begin at 20:00 in Shanghai
    assert await bot.advance("59s") == []
    assert await bot.advance("2s") == ["八点"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"say": "x"}, "exactly one of"),
        ({"every": "60s"}, "the key `say` is missing"),
        ({"every": "1s", "say": "x"}, "at least 5s"),
        ({"every": "60s", "say": "x", "oder": "rotate"}, 'did you mean "order"'),
    ],
)
async def test_wrong_settings_are_named(bot, settings, words):
    with pytest.raises(ConfigError, match=words):
        await bot.load("announce", **settings)
