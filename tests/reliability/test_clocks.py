"""Cases 40 to 42: clocks that jump, times that are skipped or shown twice, starting again at the due time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from douyinbot.schedule import cron_trigger
from douyinbot.testing.loop import START, VirtualClock

TIMERS = """
[commands]
"hi" = { say = "hello", cooldown = "30s" }
[[timers]]
name = "rules"
every = "10m"
say = "interval"
[[timers]]
name = "nine"
at = ["21:00"]
say = "nine"
[[timers]]
name = "hour"
cron = "30 * * * *"
say = "half past"
"""
"""A test begins at 20:00."""
MINUTE, HOUR, DAY = 60, 3600, 86_400


class Wall:
    """The wall clock, which somebody may set; what waits does not go by it."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.slew = 0.0
        """So much of a second it gains in each."""

    def read(self, clock: VirtualClock) -> datetime:
        passed = clock.monotonic()
        return START + timedelta(seconds=passed * (1 + self.slew)) + self.ahead


@pytest.fixture
def wall(monkeypatch) -> Wall:
    wall = Wall()
    monkeypatch.setattr(VirtualClock, "now", lambda clock: wall.read(clock))
    return wall


@pytest.fixture
def bot(wall, make_bot):
    return make_bot(TIMERS)


async def said_in(bot, minutes: int) -> list[tuple[int, str]]:
    """Let time pass, and return what was said in which minute from now."""
    return [(minute, text) for minute in range(1, minutes + 1) for text in await bot.advance(MINUTE)]


def only(said: list[tuple[int, str]], text: str) -> list[int]:
    return [minute for minute, other in said if other == text]


@pytest.mark.parametrize("jump", [-HOUR, DAY, -DAY, 90], ids=["-1h", "+1d", "-1d", "+90s"])
async def test_case_40_an_interval_does_not_care_what_the_clock_shows(wall, bot, jump):
    assert only(await said_in(bot, 15), "interval") == [10]
    wall.ahead += timedelta(seconds=jump)
    assert only(await said_in(bot, 60), "interval") == [5, 15, 25, 35, 45, 55]


async def test_case_40_a_clock_that_is_set_back_brings_each_time_when_it_shows_it_and_none_twice(wall, bot):
    assert only(await said_in(bot, 50), "half past") == [30]
    wall.ahead -= timedelta(hours=1)  # it shows 19:50 now
    said = await said_in(bot, 2 * 60)
    assert only(said, "nine") == [70]
    assert only(said, "half past") in ([100], [40, 100])  # 20:30 has been, and 21:30 comes


async def test_case_40_a_clock_that_is_set_forward_a_day_brings_no_burst(wall, bot):
    await said_in(bot, 10)
    wall.ahead += timedelta(days=1)  # 24 half hours and one nine o'clock are over
    said = await said_in(bot, 60)
    assert only(said, "half past") == [20]
    assert only(said, "nine") == [50]
    assert len(said) == 6 + 2


async def test_case_40_a_clock_that_is_slewed_makes_no_difference(wall, bot):
    wall.slew = 0.0005  # as fast as ntpd corrects
    said = await said_in(bot, 61)
    assert only(said, "interval") == [10, 20, 30, 40, 50, 60]
    assert (len(only(said, "nine")), len(only(said, "half past"))) == (1, 1)


async def test_case_40_a_command_rests_by_the_time_that_passes(wall, bot):
    assert await bot.chat("!hi") == ["hello"]
    wall.ahead -= timedelta(hours=1)
    assert await bot.chat("!hi") == []
    await bot.advance("30s")
    assert await bot.chat("!hi") == ["hello"]


async def test_case_40_a_machine_that_slept_says_one_announcement_and_no_burst(bot):
    bot.loop.move_to(DAY)
    assert sorted(await bot.advance(0)) in (["interval"], ["interval", "nine"])
    assert await bot.advance("9m") == []


def test_case_41_a_time_that_the_clock_skips_or_shows_twice_comes_once():
    helsinki = ZoneInfo("Europe/Helsinki")
    trigger = cron_trigger("30 3 * * *", helsinki)
    for begin in (datetime(2026, 3, 29, tzinfo=helsinki), datetime(2026, 10, 25, tzinfo=helsinki)):
        due = trigger.get_next_fire_time(None, begin)
        following = trigger.get_next_fire_time(due, due)
        assert due.date() == begin.date()
        assert following.astimezone(UTC).date() > due.astimezone(UTC).date()


@pytest.mark.parametrize("early", [-0.05, 0.0, 0.05], ids=["50 ms before", "at", "50 ms after"])
def test_case_42_a_restart_at_the_due_time_says_it_once(make_bot, tmp_path, early):
    timer = '[[timers]]\nname = "rules"\nevery = "10m"\nsay = "interval"\n'
    store = f"sqlite:///{tmp_path / 'bot.sqlite'}"
    first = make_bot(timer, store=store)
    loop = first.loop
    said = loop.run_until_complete(first.advance(600 + early))
    loop.run_until_complete(first.stop())
    second = make_bot(timer, store=store)
    said += loop.run_until_complete(second.advance("5m"))
    assert said == ["interval"]


@pytest.mark.parametrize("when", ['every = "10m"', 'at = ["20:10"]', 'cron = "*/10 * * * *"'])
def test_case_42_two_schedulers_on_one_database_say_it_once(make_bot, tmp_path, when):
    timer = f'[[timers]]\nname = "rules"\n{when}\nsay = "now"\n'
    store = f"sqlite:///{tmp_path / 'bot.sqlite'}"
    one, other = make_bot(timer, store=store), make_bot(timer, store=store)
    one.loop.run_until_complete(one.advance("610s"))
    one.loop.run_until_complete(other.advance("5s"))
    assert one.sent + other.sent == ["now"]
