"""`[[timers]]` at work in a whole bot. What is said in which order: test_announcements.py."""

from datetime import timedelta

import pytest

from douyinbot import ConfigError, Timer
from douyinbot.testing.loop import START


def toml(**settings: str) -> str:
    lines = {"name": '"rules"', "say": '"公告"', **settings}
    return "[[timers]]\n" + "\n".join(f"{key} = {value}" for key, value in lines.items())


def with_timer(**settings: str):
    return pytest.mark.parametrize("bot", [toml(**settings)], indirect=True, ids=["timer"])


@with_timer(every='"10m"')
async def test_every(bot):
    assert await bot.advance("9m") == []
    assert await bot.advance("1m") == ["公告"]
    assert await bot.advance("20m") == ["公告", "公告"]


@with_timer(every='"1m"', jitter='"20s"')
async def test_jitter_lies_around_the_beat(bot):
    await bot.advance("10m30s")
    times = [(receipt.history[0][1] - START).total_seconds() for receipt in bot.receipts]
    offsets = [time - 60 * (number + 1) for number, time in enumerate(times)]
    assert len(offsets) == len(set(offsets)) == 10
    assert -10 <= min(offsets) < 0 < max(offsets) <= 10


@with_timer(cron='"30 20 * * *"')
async def test_cron_goes_by_the_bots_zone(bot):
    assert await bot.advance("29m") == []
    assert await bot.advance("1m") == ["公告"]
    assert await bot.advance("15m") == []


@with_timer(at='["20:15", "21:00"]', say='["一", "二"]')
async def test_at(bot):
    assert await bot.advance("15m") == ["一"]
    assert await bot.advance("45m") == ["二"]


@with_timer(every='"10m"', say='["一", "二", "三"]')
async def test_texts_take_turns(bot):
    assert await bot.advance("40m") == ["一", "二", "三", "一"]


@with_timer(every='"10m"', say='"{好/好} $(time) $(viewers) $(count 次)"')
async def test_a_text_has_variables_and_counters(bot):
    await bot.emit("room_user", viewer_count=88)
    assert await bot.advance("20m") == ["好 20:10 88 1", "好 20:20 88 2"]


# ---- lines of others ------------------------------------------------------------------------------


@with_timer(every='"10m"', min_lines="3")
async def test_with_too_few_lines_it_comes_on_the_one_that_completes_them(bot):
    await bot.chat("一")
    assert await bot.advance("10m") == []
    assert await bot.chat("二") == []
    assert await bot.chat("三") == ["公告"]
    assert await bot.advance("10m") == []


@with_timer(every='"10m"', min_lines="1")
async def test_history_and_the_bots_own_lines_are_no_lines_of_others(bot):
    await bot.chat("old", history=True)
    bot.engine.say("by hand", room="main")
    await bot.settle()
    assert await bot.advance("10m") == []
    assert await bot.chat("new") == ["公告"]


# ---- only live ------------------------------------------------------------------------------------


@with_timer(every='"10m"')
async def test_nothing_is_announced_while_nobody_is_live(bot):
    await bot.emit("stream_paused")
    assert await bot.advance("15m") == []
    await bot.emit("stream_resumed")
    assert await bot.advance("4m") == []
    assert await bot.advance("1m") == ["公告"]
    await bot.emit("stream_end")
    assert await bot.advance("15m") == []


@with_timer(every='"10m"', only_live="false")
async def test_a_timer_may_speak_while_nobody_is_live(bot):
    await bot.emit("stream_paused")
    assert await bot.advance("10m") == ["公告"]


# ---- silence --------------------------------------------------------------------------------------


@with_timer(idle='"90s"')
async def test_silence_is_broken_once(bot):
    assert await bot.advance("80s") == []
    await bot.chat("hi")
    assert await bot.advance("89s") == []
    assert await bot.advance("2s") == ["公告"]
    assert await bot.advance("15m") == []


@with_timer(idle='"90s"')
async def test_the_next_line_begins_the_next_silence(bot):
    await bot.advance("95s")
    await bot.chat("hi")
    assert await bot.advance("95s") == ["公告"]


@with_timer(idle='"90s"')
async def test_the_echo_of_its_own_line_is_no_new_silence(bot):
    """The platform shows the bot's line a moment after it was said."""
    room = bot.rooms["main"]
    put = room.put

    def put_later(*events):
        bot.loop.call_later(1.0, lambda: put(*(event.replace(received=bot.clock.now()) for event in events)))

    room.put = put_later
    assert await bot.advance("10m") == ["公告"]
    assert bot.receipts[0].state == "seen"


@with_timer(idle='"90s"')
async def test_the_silence_of_a_new_stream_begins_with_it(bot):
    await bot.chat("hi")
    await bot.emit("stream_end")
    await bot.advance("15m")
    await bot.emit("connected")
    assert await bot.advance("89s") == []
    assert await bot.advance("2s") == ["公告"]


# ---- rooms and plugins ----------------------------------------------------------------------------

ROOMS = '[[rooms]]\nid = "other"\nconnector = "air"\nsend = "live"\n'


@pytest.mark.parametrize(
    ("bot", "rooms"),
    [
        (ROOMS + toml(every='"10m"'), ["main", "other"]),
        (ROOMS + toml(every='"10m"', rooms='["other"]'), ["other"]),
        (ROOMS + toml(every='"10m"', except_rooms='["other"]'), ["main"]),
    ],
    indirect=["bot"],
    ids=["everywhere", "rooms", "except_rooms"],
)
async def test_a_timer_works_in_its_rooms(bot, rooms):
    await bot.advance("10m")
    assert sorted(receipt.room for receipt in bot.receipts) == rooms


@pytest.mark.parametrize(
    "bot", [ROOMS + toml(every='"10m"', min_lines="1")], indirect=True, ids=["two rooms"]
)
async def test_each_room_counts_its_own_lines(bot):
    await bot.chat("hi", room="other")
    await bot.advance("10m")
    assert [receipt.room for receipt in bot.receipts] == ["other"]
    await bot.chat("hi")
    assert [receipt.room for receipt in bot.receipts] == ["other", "main"]


@with_timer(every='"10m"', priority='"high"')
async def test_a_plugins_timer_goes_with_the_plugin(bot, plugin):
    from douyinbot import Duration, hookimpl

    @hookimpl
    def setup(ctx):
        ctx.add_timer(Timer(name="mine", every=Duration(60), say="我的"))

    await bot.load(plugin(setup))
    assert await bot.advance("1m") == ["我的"]
    assert bot.receipts[-1].plugin == "toy"
    await bot.engine.unload("toy")
    assert await bot.advance("10m") == ["公告"]
    assert bot.receipts[-1].plugin == "timers"


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (
            {"cron": '"0 20 * * funday"'},
            r'test\.toml:\d+: timers\[0\]: "0 20 \* \* funday" is not a crontab line',
        ),
        ({"at": '["25:00"]'}, r'timers\[0\]: "25:00" is not a time of day'),
        ({"every": '"10m"', "say": '"$(usr)"'}, r"timers\[0\]: unknown variable \$\(usr\)"),
    ],
)
def test_a_wrong_timer_stops_the_start_with_its_place(make_bot, settings, problem):
    with pytest.raises(ConfigError, match=problem):
        make_bot(toml(**settings))


@with_timer(every='"1h"')
async def test_a_clock_that_jumps_ahead_brings_one_announcement(bot):
    bot.loop.move_to(timedelta(hours=10).total_seconds())
    assert await bot.advance(0) == ["公告"]
