"""The report of a stream, as a third party would test it."""


async def happen(bot):
    for name in ("小红", "小明", "小红"):
        await bot.chat("你好", user=name)
    await bot.chat("旧的", history=True)
    await bot.gift("小红", "棒棒糖", combo=[1, 3])
    await bot.gift("小明", "跑车")
    await bot.advance("10s")
    await bot.emit("follow", user="小刚")
    for viewers in (10, 300, 20):
        await bot.emit("room_user", viewer_count=viewers)


async def test_it_counts_what_happens(bot):
    await bot.load("douyinbot_stats")
    await happen(bot)
    assert await bot.chat("!统计", user="房管", role="admin") == [
        "本场 弹幕 3 条/2 人，礼物 1227 钻，新关注 1，最高 300 人，最豪 小明 1200钻"
    ]


async def test_the_end_of_the_stream_keeps_a_report_and_begins_anew(bot):
    await bot.load("douyinbot_stats")
    await happen(bot)
    await bot.emit("stream_end")
    (key,) = await bot.store("stats").keys("report:")
    assert key.startswith("report:main:2026-01-01T20:0")
    assert await bot.store("stats").get(key) == {
        "lines": 3,
        "writers": 2,
        "diamonds": 1227,
        "givers": 2,
        "followers": 1,
        "most_viewers": 300,
        "most_generous": "小明 1200钻",
    }
    (line,) = await bot.chat("!stats", user="房管", role="admin")
    assert line == "本场 弹幕 0 条/0 人，礼物 0 钻，新关注 0，最高 0 人"


async def test_viewers_are_not_told(bot):
    await bot.load("douyinbot_stats")
    assert await bot.chat("!统计") == []
