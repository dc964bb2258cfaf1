"""Breaking the silence, as a third party would test it."""

import pytest

from douyinbot import ConfigError


async def test_silence_is_broken_once(bot):
    await bot.load("douyinbot_idle", idle="30s", say="有人吗")
    await bot.chat("hi")
    assert await bot.advance("29s") == []
    assert await bot.advance("2s") == ["有人吗"]
    assert await bot.advance("10m") == []


async def test_it_has_texts_of_its_own(bot):
    await bot.load("douyinbot_idle")
    await bot.chat("hi")
    (said,) = await bot.advance("2m1s")
    assert said


async def test_two_ways_of_timing_are_too_many(bot):
    with pytest.raises(ConfigError, match="exactly one of"):
        await bot.load("douyinbot_idle", every="10m")
