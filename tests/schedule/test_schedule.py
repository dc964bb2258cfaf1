import asyncio
import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from apscheduler.events import EVENT_JOB_MISSED, JobExecutionEvent

from douyinbot.schedule import Schedule
from douyinbot.schedule.schedule import GRACE

START = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)  # 20:00 in Shanghai
ZONE = ZoneInfo("Asia/Shanghai")


class Stepped:
    """A schedule on a clock that is moved by hand, and what it called."""

    def __init__(self) -> None:
        self.now = START
        self.called: list[str] = []
        self.schedule = Schedule(ZONE, lambda: self.now, random.Random(0), virtual=True)
        self.schedule.start()

    def note(self, text: str):
        return lambda: self.called.append(text)

    def pass_to(self, time: datetime) -> None:
        while (due := self.schedule.next_time()) is not None and due <= time:
            self.now = max(self.now, due)
            self.schedule.run_due(self.now)
        self.now = time

    def wait(self, **time: float) -> list[str]:
        before = len(self.called)
        self.pass_to(self.now + timedelta(**time))
        return self.called[before:]


@pytest.fixture
def stepped() -> Stepped:
    return Stepped()


def test_without_jobs_nothing_is_due(stepped):
    assert stepped.schedule.next_time() is None


def test_every(stepped):
    stepped.schedule.every(10, stepped.note("tick"))
    assert stepped.schedule.next_time() == START + timedelta(seconds=10)
    assert stepped.wait(seconds=9) == []
    assert stepped.wait(seconds=25) == ["tick"] * 3


def test_later_is_once(stepped):
    job = stepped.schedule.later(10, stepped.note("once"))
    assert not job.done
    assert stepped.wait(minutes=5) == ["once"]
    assert job.done
    assert stepped.schedule.next_time() is None


def test_later_at_once(stepped):
    stepped.schedule.later(0, stepped.note("now"))
    assert stepped.wait(seconds=0) == ["now"]


def test_cron_and_at_go_by_the_zone(stepped):
    stepped.schedule.cron("30 20 * * *", stepped.note("cron"))
    stepped.schedule.at(["20:15", "20:45"], stepped.note("at"))
    assert stepped.wait(hours=1) == ["at", "cron", "at"]
    assert stepped.wait(days=1) == ["at", "cron", "at"]


@pytest.mark.parametrize("add", [lambda s: s.cron("nonsense", print), lambda s: s.at(["25:00"], print)])
def test_what_cannot_be_read_is_not_added(stepped, add):
    with pytest.raises(ValueError, match="is not"):
        add(stepped.schedule)
    assert stepped.schedule.next_time() is None


def test_jobs_run_in_the_order_of_their_times(stepped):
    stepped.schedule.every(3, stepped.note("3"))
    stepped.schedule.every(2, stepped.note("2"))
    assert stepped.wait(seconds=5) == ["2", "3", "2"]


def test_a_cancelled_job_is_never_called_again(stepped):
    job = stepped.schedule.every(10, stepped.note("tick"))
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

    one = stepped.schedule.every(10, first)
    two = stepped.schedule.every(15, stepped.note("second"))
    assert stepped.wait(minutes=1) == ["first", "third"]


def test_closing_forgets_all(stepped):
    stepped.schedule.every(10, stepped.note("tick"))
    stepped.schedule.close()
    assert stepped.wait(minutes=1) == []


def test_after_a_jump_of_the_clock_each_is_called_once(stepped):
    stepped.schedule.every(10, stepped.note("tick"))
    stepped.now += timedelta(hours=1)
    stepped.schedule.run_due(stepped.now)
    assert stepped.called == ["tick"]
    assert stepped.wait(seconds=15) == ["tick"]


# ---- the real scheduler ---------------------------------------------------------------------------


def on_the_real_loop(scenario) -> None:
    """Run a scenario with the scheduler and the time of this machine: nobody waits longer than it must."""

    async def main() -> None:
        schedule = Schedule(ZONE, lambda: datetime.now(UTC), random.Random(0))
        try:
            await asyncio.wait_for(scenario(schedule), 10)
        finally:
            schedule.close()

    asyncio.run(main())


def test_the_real_scheduler_keeps_the_beat():
    async def scenario(schedule: Schedule) -> None:
        loop, enough, times = asyncio.get_running_loop(), asyncio.Event(), []
        begin = loop.time()

        def tick() -> None:
            times.append(loop.time() - begin)
            if len(times) == 5:
                enough.set()

        schedule.every(0.01, tick)
        schedule.start()
        await enough.wait()
        assert times[-1] >= 0.045
        # Ten milliseconds each and not twenty; how late this machine is must not matter, so much is left.
        job = next(iter(schedule._scheduler.get_jobs()))
        assert (job.next_run_time - datetime.now(UTC)).total_seconds() <= 0.0101

    on_the_real_loop(scenario)


def test_the_real_scheduler_calls_on_the_event_loop_and_can_be_told_to_stop():
    async def scenario(schedule: Schedule) -> None:
        happened: asyncio.Queue[str] = asyncio.Queue()

        def note(text: str):
            return lambda: happened.put_nowait(f"{text} {asyncio.get_running_loop() is here}")

        here = asyncio.get_running_loop()
        schedule.start()
        late = schedule.later(3600, note("late"))
        once = schedule.later(0.001, note("once"))
        assert await happened.get() == "once True"
        assert once.done
        late.cancel()
        assert schedule._scheduler.get_jobs() == []

    on_the_real_loop(scenario)


def test_a_job_that_fails_is_named_in_the_log_and_comes_again(caplog):
    async def scenario(schedule: Schedule) -> None:
        twice = asyncio.Semaphore(0)

        def fail() -> None:
            twice.release()
            raise KeyError("x")

        schedule.every(0.005, fail, name="timer rules")
        schedule.start()
        await twice.acquire()
        await twice.acquire()
        await asyncio.sleep(0)

    on_the_real_loop(scenario)
    assert "timer timer rules#1 failed" in caplog.text
    assert "KeyError" in caplog.text


def test_jobs_that_are_late_still_run_and_only_once():
    async def scenario(schedule: Schedule) -> None:
        defaults = schedule._scheduler._job_defaults
        assert defaults == {"misfire_grace_time": GRACE, "coalesce": True, "max_instances": 1}

    on_the_real_loop(scenario)


def test_a_firing_that_was_left_out_is_told(caplog):
    async def scenario(schedule: Schedule) -> None:
        event = JobExecutionEvent(EVENT_JOB_MISSED, "timer rules#1", "default", START)
        schedule._scheduler._dispatch_event(event)

    on_the_real_loop(scenario)
    assert "timer timer rules#1 was left out once: it was more than 60 s late" in caplog.text


def test_closing_a_schedule_that_never_began_is_fine():
    async def scenario(schedule: Schedule) -> None:
        schedule.every(1, print)

    on_the_real_loop(scenario)
