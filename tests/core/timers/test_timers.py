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


# ---- groups ---------------------------------------------------------------------------------------

GROUP = '[timer_groups.news]\ngap = "3m"\n'


def spoken(bot) -> list[tuple[float, str]]:
    return [((line.history[0][1] - START).total_seconds(), line.text) for line in bot.receipts]


@pytest.mark.parametrize(
    "bot",
    [
        GROUP
        + toml(name='"a"', every='"10m"', say='"A"', group='"news"')
        + "\n"
        + toml(name='"b"', every='"10m"', say='"B"', group='"news"')
        + "\n"
        + toml(name='"c"', every='"10m"', say='"C"')
    ],
    indirect=True,
    ids=["group"],
)
async def test_timers_of_a_group_have_a_gap_between_them(bot):
    await bot.advance("25m")
    assert spoken(bot) == [(600, "A"), (620, "C"), (780, "B"), (1200, "A"), (1220, "C"), (1380, "B")]


@pytest.mark.parametrize(
    "bot",
    [
        GROUP
        + toml(name='"a"', every='"10m"', say='"A"', group='"news"')
        + "\n"
        + toml(name='"b"', every='"10m"', say='"B"', group='"news"', min_lines="1")
    ],
    indirect=True,
    ids=["group"],
)
async def test_who_waits_for_lines_and_for_its_group_speaks_when_both_are_there(bot):
    await bot.advance("11m")
    assert await bot.chat("hi") == []
    assert await bot.advance("119s") == []
    assert await bot.advance("1s") == ["B"]
    await bot.emit("stream_paused")
    assert await bot.advance("20m") == []


def test_a_group_that_is_not_there(make_bot):
    with pytest.raises(ConfigError, match=r'there is no \[timer_groups.nesw\] - did you mean "news"'):
        make_bot(GROUP + toml(every='"10m"', group='"nesw"'))


# ---- files ----------------------------------------------------------------------------------------


def test_texts_of_a_file_are_read_again_when_it_changes(make_bot, tmp_path, caplog):
    file = tmp_path / "rules.txt"
    file.write_text("\ufeff一\n\n 二 $(time)\n", encoding="utf-8")
    bot = make_bot(
        toml(every='"10m"', say='""', file='"rules.txt"').replace('say = ""\n', ""), folder=tmp_path
    )

    def advance() -> list[str]:
        return bot.loop.run_until_complete(bot.advance("10m"))

    assert [advance(), advance(), advance()] == [["一"], ["二 20:20"], ["一"]]
    file.write_text("三\n一\n四\n", encoding="utf-8")
    assert [advance(), advance()] == [["四"], ["三"]]
    file.write_text("好\n$(usr)\n", encoding="utf-8")
    assert advance() == ["一"]
    assert 'rules.txt:2: unknown variable $(usr) - did you mean "user"? Its earlier texts stay' in caplog.text
    file.unlink()
    assert [advance(), advance()] == [["四"], ["三"]]
    assert caplog.text.count("cannot be read") == 1
    file.write_text("新", encoding="utf-8")
    assert advance() == ["新"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read: No such file"),
        (b"", "has no text in it"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"ok\n$(usr)", r"rules.txt:2: unknown variable"),
        (b"x" * 1_100_000, "is larger than 1024 KiB"),
    ],
    ids=["none", "empty", "not UTF-8", "unknown variable", "large"],
)
def test_a_file_that_cannot_be_used_stops_the_start(make_bot, tmp_path, content, problem):
    if content is not None:
        (tmp_path / "rules.txt").write_bytes(content)
    with pytest.raises(ConfigError, match=problem):
        make_bot('[[timers]]\nname = "r"\nevery = "10m"\nfile = "rules.txt"\n', folder=tmp_path)


# ---- the start, and restarts ----------------------------------------------------------------------


class Lives:
    """A bot that is stopped and started again on one database, while time goes on."""

    def __init__(self, make_bot, folder, config: str) -> None:
        self._make, self._config, self._store = make_bot, config, f"sqlite:///{folder / 'bot.sqlite'}"
        self.bot = make_bot(config, store=self._store)

    def advance(self, time: str) -> list[str]:
        return self.bot.loop.run_until_complete(self.bot.advance(time))

    def restart(self, down: float = 0.0) -> None:
        loop = self.bot.loop
        loop.run_until_complete(self.bot.stop())
        loop.move_to(loop.time() + down)
        self.bot = self._make(self._config, store=self._store)


def test_a_timer_that_is_due_in_eight_minutes_is_still_due_then_after_a_restart(make_bot, tmp_path):
    lives = Lives(make_bot, tmp_path, toml(every='"10m"', say='["一", "二", "三"]'))
    assert lives.advance("12m") == ["一"]
    lives.restart(down=120)
    assert lives.advance("359s") == []
    assert lives.advance("2s") == ["二"]
    lives.restart()
    assert lives.advance("598s") == []
    assert lives.advance("2s") == ["三"]


@pytest.mark.parametrize("settings", [{"every": '"10m"'}, {"at": '["20:10"]'}, {"cron": '"*/10 * * * *"'}])
@pytest.mark.parametrize("early", [-0.05, 0.0, 0.05])
def test_a_restart_exactly_at_the_due_time_says_it_once(make_bot, tmp_path, settings, early):
    lives = Lives(make_bot, tmp_path, toml(**settings))
    before = lives.advance(str(600 + early) + "s") if early != 0 else lives.advance("599999ms")
    lives.restart(down=1.0)
    assert [*before, *lives.advance("29s")] == before  # nothing in the first half minute
    assert [*before, *lives.advance("30s")] == ["公告"]
    assert len(lives.advance("10m")) == (0 if "at" in settings else 1)


def test_what_was_missed_for_long_is_over(make_bot, tmp_path):
    lives = Lives(make_bot, tmp_path, toml(every='"10m"'))
    lives.restart(down=3600)
    assert lives.advance("599s") == []
    assert lives.advance("1s") == ["公告"]


def test_who_waits_for_lines_waits_on_after_a_restart(make_bot, tmp_path):
    lives = Lives(make_bot, tmp_path, toml(every='"10m"', min_lines="1"))
    assert lives.advance("11m") == []
    lives.restart()
    assert lives.bot.loop.run_until_complete(lives.bot.chat("hi")) == ["公告"]


def test_a_group_keeps_its_gap_over_a_restart(make_bot, tmp_path):
    both = [toml(name=f'"{name}"', at=f'["20:1{name}"]', group='"news"', say=f'"{name}"') for name in "12"]
    lives = Lives(make_bot, tmp_path, GROUP + "\n".join(both))
    assert lives.advance("11m") == ["1"]
    lives.restart()
    assert lives.advance("179s") == []
    assert lives.advance("1s") == ["2"]


def test_two_bots_on_one_database_say_each_time_once(make_bot, tmp_path):
    config = toml(every='"10m"') + "\n" + toml(name='"evening"', at='["20:15"]', say='"晚上好"')
    store = f"sqlite:///{tmp_path / 'bot.sqlite'}"
    one, two = (make_bot(config, store=store) for _ in range(2))

    async def both() -> None:
        target = one.loop.time() + 1900
        while (due := one.loop.next_timer()) is not None and due <= target:
            one.loop.move_to(due)
            for bot in (one, two, one, two):
                await bot.settle()

    one.loop.run_until_complete(both())
    assert sorted(one.sent + two.sent) == ["公告"] * 3 + ["晚上好"]


@with_timer(at='["20:00", "20:01"]', say='["一", "二"]')
async def test_nothing_is_said_in_the_first_half_minute(bot):
    assert await bot.advance("59s") == []
    assert await bot.advance("1s") == ["一"]


@with_timer(cron='"* * * * *"')
async def test_a_time_in_the_quiet_start_comes_behind_it(bot, make_bot):
    assert await bot.advance("60s") == ["公告"]


@with_timer(every='"8s"')
async def test_a_timer_whose_period_is_shorter_than_the_quiet_start_may_speak(bot):
    assert await bot.advance("8s") == ["公告"]


@pytest.mark.parametrize(
    "bot",
    ["\n".join(toml(name=f'"{n}"', every='"10m"', say=f'"{n}"') for n in "abc")],
    indirect=True,
    ids=[""],
)
async def test_first_firings_are_spread(bot):
    await bot.advance("21m")
    assert spoken(bot) == [(t + 10 * i, n) for t in (600, 1200) for i, n in enumerate("abc")]
