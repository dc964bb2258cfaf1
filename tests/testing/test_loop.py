import asyncio
import threading
from datetime import UTC, datetime

import pytest

from douyinbot.testing import VirtualClock, VirtualLoop
from douyinbot.testing.loop import START


@pytest.fixture
def loop():
    made = VirtualLoop()
    yield made
    made.close()


def turn(loop: VirtualLoop) -> None:
    """Let the loop do what it can do now."""
    loop.run_until_complete(asyncio.sleep(0))


def test_time_stands_still_until_it_is_moved(loop):
    assert loop.time() == 0
    turn(loop)
    assert loop.time() == 0
    loop.move_to(5)
    assert loop.time() == 5


def test_time_never_goes_back(loop):
    loop.move_to(5)
    loop.move_to(3)
    assert loop.time() == 5


def test_timers_run_when_their_time_has_come(loop):
    called = []
    loop.call_later(10, called.append, "ten")
    loop.call_later(20, called.append, "twenty")
    for time, expected in [(9.999, []), (10, ["ten"]), (15, ["ten"]), (30, ["ten", "twenty"])]:
        loop.move_to(time)
        turn(loop)
        turn(loop)
        assert called == expected


@pytest.mark.parametrize("base", [0.0, 0.1, 1e3, 1e6, 1e9])
def test_a_timer_is_never_a_tick_early(loop, base):
    loop.move_to(base)
    woken_at = []
    due = base + 6.0
    loop.call_at(due, lambda: woken_at.append(loop.time()))
    loop.move_to(due - 5e-10 if base < 1e6 else base)
    turn(loop)
    turn(loop)
    assert [time for time in woken_at if time < due] == []
    loop.move_to(due)
    turn(loop)
    turn(loop)
    assert woken_at == [due]


def test_the_next_timer_is_the_next_that_is_not_cancelled(loop):
    assert loop.next_timer() is None
    soon, late = loop.call_later(1, print), loop.call_later(5, print)
    assert loop.next_timer() == 1
    soon.cancel()
    assert loop.next_timer() == 5
    late.cancel()
    assert loop.next_timer() is None


def test_it_says_whether_something_is_waiting_for_its_turn(loop):
    turn(loop)
    assert not loop.has_ready()
    loop.call_soon(print)
    assert loop.has_ready()


def test_waiting_for_threads_ends_when_one_has_something(loop):
    gate, given = threading.Event(), []

    def work() -> None:
        gate.wait(10)
        loop.call_soon_threadsafe(given.append, "result")

    thread = threading.Thread(target=work)
    thread.start()
    loop.wait_for_threads()
    assert given == []
    gate.set()
    while not given:
        loop.wait_for_threads()
        turn(loop)
    thread.join()
    assert loop.time() == 0


def test_sleeps_and_timeouts_go_by_it(loop):
    async def scenario() -> str:
        sleeping = asyncio.create_task(asyncio.sleep(3600, "slept"))
        loop.call_soon(loop.move_to, 60)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 60)
        loop.move_to(3600)
        return await sleeping

    assert loop.run_until_complete(scenario()) == "slept"


def test_the_clock_is_the_loops_and_begins_at_eight_in_the_evening_in_shanghai(loop):
    clock = VirtualClock(loop)
    assert clock.now() == START == datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
    loop.move_to(90.5)
    assert (clock.now() - START).total_seconds() == clock.monotonic() == 90.5
