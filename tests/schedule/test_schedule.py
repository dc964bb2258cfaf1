import asyncio
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import mean
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import given

from douyinbot.schedule import Schedule
from douyinbot.testing.loop import START, VirtualLoop

ZONE = ZoneInfo("Asia/Shanghai")  # START is 20:00 there


class Stepped:
    """A schedule on a loop that is moved by hand, with a wall clock that can be set, and what it called."""

    def __init__(self, seed: int = 0) -> None:
        self.loop = VirtualLoop()
        self.offset = 0.0
        self.called: list[str] = []
        self.times: list[float] = []
        self.schedule = Schedule(ZONE, self.wall, random.Random(seed))
        self.do(self.schedule.start)

    def wall(self) -> datetime:
        return START + timedelta(seconds=self.loop.time() + self.offset)

    def do(self, function, *args, **named):
        async def call():
            return function(*args, **named)

        return self.loop.run_until_complete(call())

    def note(self, text: str):
        def call() -> None:
            self.called.append(text)
            self.times.append(self.loop.time())

        return call

    def set_clock(self, **time: float) -> None:
        self.offset += timedelta(**time).total_seconds()

    def wait(self, **time: float) -> list[str]:
        before, target = len(self.called), self.loop.time() + timedelta(**time).total_seconds()
        while (due := self.loop.next_timer()) is not None and due <= target:
            self.loop.move_to(due)
            self.do(lambda: None)
            self.do(lambda: None)
        self.loop.move_to(target)
        return self.called[before:]

    def sleep(self, **time: float) -> list[str]:
        """The machine sleeps: nothing wakes up in between."""
        before = len(self.called)
        self.loop.move_to(self.loop.time() + timedelta(**time).total_seconds())
        self.do(lambda: None)
        return [*self.called[before:], *self.wait(seconds=0)]


@pytest.fixture
def stepped() -> Iterator[Stepped]:
    one = Stepped()
    yield one
    one.loop.close()


# ---- what is due when -----------------------------------------------------------------------------


def test_every(stepped):
    stepped.do(stepped.schedule.every, 10, stepped.note("tick"))
    assert stepped.wait(seconds=9) == []
    assert stepped.wait(seconds=25) == ["tick"] * 3
    assert stepped.times == [10, 20, 30]


def test_the_first_time_can_be_another(stepped):
    stepped.do(stepped.schedule.every, 10, stepped.note("tick"), first=3)
    stepped.wait(seconds=25)
    assert stepped.times == [3, 13, 23]


def test_later_is_once(stepped):
    job = stepped.do(stepped.schedule.later, 10, stepped.note("once"))
    assert not job.done
    assert stepped.wait(minutes=5) == ["once"]
    assert job.done
    assert not len(stepped.schedule)


def test_cron_and_at_go_by_the_zone(stepped):
    stepped.do(stepped.schedule.cron, "30 20 * * *", stepped.note("cron"))
    stepped.do(stepped.schedule.at, ["20:15", "20:45"], stepped.note("at"))
    assert stepped.wait(hours=1) == ["at", "cron", "at"]
    assert stepped.wait(days=1) == ["at", "cron", "at"]


@pytest.mark.parametrize("add", [lambda s: s.cron("nonsense", print), lambda s: s.at(["25:00"], print)])
def test_what_cannot_be_read_is_not_added(stepped, add):
    with pytest.raises(ValueError, match="is not"):
        stepped.do(add, stepped.schedule)
    assert not len(stepped.schedule)


def test_what_can_never_come_is_never_called(stepped):
    stepped.do(stepped.schedule.cron, "0 0 30 2 *", stepped.note("never"))
    assert stepped.wait(minutes=10) == []


def test_jobs_run_in_the_order_of_their_times(stepped):
    stepped.do(stepped.schedule.every, 3, stepped.note("3"))
    stepped.do(stepped.schedule.every, 2, stepped.note("2"))
    assert stepped.wait(seconds=5) == ["2", "3", "2"]


def test_a_job_knows_what_it_is_due_for(stepped):
    seen = []
    every = stepped.do(stepped.schedule.every, 600, lambda: seen.append(every.due), jitter=120)
    at = stepped.do(stepped.schedule.at, ["20:15"], lambda: seen.append(at.due))
    assert stepped.do(lambda: every.due) == START + timedelta(minutes=10)
    assert stepped.do(lambda: at.due) == START + timedelta(minutes=15)
    stepped.wait(minutes=18)
    assert seen == [START + timedelta(minutes=10), START + timedelta(minutes=15)]
    assert stepped.do(lambda: every.due) == START + timedelta(minutes=20)
    assert stepped.do(lambda: at.due) == START + timedelta(days=1, minutes=15)


def test_jobs_that_were_added_before_the_start_count_from_it():
    loop, called = VirtualLoop(), []

    async def scenario() -> None:
        schedule = Schedule(ZONE, lambda: START, random.Random(0))
        job = schedule.every(5, lambda: called.append("tick"))
        assert job.due == START + timedelta(seconds=5)
        schedule.later(0, lambda: called.append("later")).cancel()
        await asyncio.sleep(0)
        assert loop.next_timer() is None
        schedule.start()
        assert loop.next_timer() == 5
        schedule.close()

    loop.run_until_complete(scenario())
    loop.close()
    assert called == []


# ---- jitter ---------------------------------------------------------------------------------------


def ticks(period: float, jitter: float, count: int, seed: int = 0) -> list[float]:
    one = Stepped(seed)
    one.do(one.schedule.every, period, one.note("tick"), jitter=jitter)
    one.wait(seconds=period * (count + 0.5))
    one.loop.close()
    return one.times


def test_jitter_keeps_the_mean_and_stays_in_its_bounds():
    times = ticks(600, 120, 500)
    assert mean(after - before for before, after in pairwise(times)) == pytest.approx(600, rel=0.001)
    offsets = [time - 600 * (number + 1) for number, time in enumerate(times)]
    assert -60 <= min(offsets) < -50
    assert 50 < max(offsets) <= 60


def test_jitter_is_seeded():
    assert ticks(60, 30, 5, seed=1) == ticks(60, 30, 5, seed=1)
    assert ticks(60, 30, 5, seed=1) != ticks(60, 30, 5, seed=2)


@given(st.floats(1, 86_400), st.floats(0, 200_000), st.integers(0, 2**32))
def test_time_never_runs_backwards_however_large_the_jitter(period, jitter, seed):
    times = ticks(period, jitter, 10, seed)
    assert times[0] >= 0
    assert times == sorted(times)
    assert len(times) in (9, 10, 11)


# ---- clocks that jump, machines that sleep --------------------------------------------------------


def test_a_late_firing_does_not_shift_the_beat(stepped):
    stepped.do(stepped.schedule.every, 10, stepped.note("tick"))
    assert stepped.sleep(seconds=19) == ["tick"]
    assert stepped.wait(seconds=11) == ["tick", "tick"]
    assert stepped.times == [19, 20, 30]


def test_after_a_long_sleep_one_firing_makes_up_for_all_that_were_missed(stepped):
    stepped.do(stepped.schedule.every, 10, stepped.note("tick"))
    assert stepped.sleep(seconds=1005) == ["tick"]
    assert stepped.wait(seconds=15) == ["tick", "tick"]


@pytest.mark.parametrize("jump", [{"hours": -1}, {"days": 1}, {"hours": 3}, {"seconds": -5}])
def test_an_interval_does_not_care_for_the_wall_clock(stepped, jump):
    stepped.do(stepped.schedule.every, 600, stepped.note("tick"))
    stepped.wait(minutes=5)
    stepped.set_clock(**jump)
    assert stepped.wait(minutes=15) == ["tick", "tick"]
    assert stepped.times == [600, 1200]


def test_a_clock_that_is_set_back_brings_the_time_when_it_shows_it_and_no_time_twice(stepped):
    stepped.do(stepped.schedule.at, ["20:30", "21:00"], stepped.note("at"))
    assert stepped.wait(minutes=35) == ["at"]
    stepped.set_clock(hours=-1)  # it is 19:35 again
    assert stepped.wait(minutes=84) == []
    assert stepped.wait(minutes=2) == ["at"]  # 21:00


def test_a_clock_that_is_set_back_a_day_does_not_silence_a_minutely_job(stepped):
    stepped.do(stepped.schedule.cron, "* * * * *", stepped.note("cron"))
    stepped.wait(minutes=2)
    stepped.set_clock(days=-1)
    assert 4 <= len(stepped.wait(minutes=5)) <= 5


def test_a_clock_that_is_set_forward_brings_no_burst_and_loses_nothing_to_come(stepped, caplog):
    stepped.do(stepped.schedule.at, ["20:30", "21:00"], stepped.note("at"))
    stepped.do(stepped.schedule.cron, "*/5 * * * *", stepped.note("cron"))
    stepped.wait(seconds=10)
    stepped.set_clock(minutes=58)
    assert sorted(stepped.wait(minutes=3)) == ["at", "cron"]  # both 21:00; 20:30 and the rest are over
    assert "timer job#1 was left out once: it would have been" in caplog.text


def test_a_clock_that_creeps_makes_no_difference(stepped):
    stepped.do(stepped.schedule.at, ["20:30"], stepped.note("at"))
    for _ in range(60):
        stepped.set_clock(seconds=0.5)
        stepped.wait(seconds=30)
    assert stepped.called == ["at"]


def test_a_time_that_is_a_little_over_still_counts(stepped):
    stepped.do(stepped.schedule.at, ["20:30"], stepped.note("at"))
    stepped.wait(minutes=29)
    assert stepped.sleep(seconds=110) == ["at"]


# ---- the life of a job ----------------------------------------------------------------------------


def test_a_cancelled_job_is_never_called_again(stepped):
    job = stepped.do(stepped.schedule.every, 10, stepped.note("tick"))
    stepped.wait(seconds=10)
    job.cancel()
    job.cancel()
    assert job.done
    assert stepped.wait(minutes=1) == []


def test_a_job_may_cancel_itself_and_another_and_add_more(stepped):
    def first():
        stepped.called.append("first")
        one.cancel()
        two.cancel()
        stepped.schedule.later(5, stepped.note("third"))

    one = stepped.do(stepped.schedule.every, 10, first)
    two = stepped.do(stepped.schedule.every, 15, stepped.note("second"))
    assert stepped.wait(minutes=1) == ["first", "third"]


def test_closing_forgets_all(stepped):
    stepped.do(stepped.schedule.every, 10, stepped.note("tick"))
    stepped.schedule.close()
    assert stepped.wait(minutes=1) == []


def test_a_job_that_fails_is_named_in_the_log_and_comes_again(stepped, caplog):
    def fail() -> None:
        stepped.called.append("tried")
        raise KeyError("x")

    stepped.do(stepped.schedule.every, 10, fail, name="rules")
    assert stepped.wait(seconds=25) == ["tried", "tried"]
    assert "timer rules#1 failed" in caplog.text
    assert "KeyError" in caplog.text


def test_on_a_real_loop():
    """The time of this machine; nobody waits longer than it must."""

    async def scenario() -> None:
        loop, enough, times = asyncio.get_running_loop(), asyncio.Event(), []
        begin = loop.time()

        def tick() -> None:
            times.append(loop.time() - begin)
            if len(times) == 5:
                enough.set()

        schedule = Schedule(ZONE, lambda: datetime.now(UTC), random.Random(0))
        schedule.every(0.01, tick)
        schedule.start()
        await asyncio.wait_for(enough.wait(), 10)
        schedule.close()
        assert times[-1] >= 0.045

    asyncio.run(scenario())
