"""One plugin's lane on a loop whose waiting costs no time. What it spares others: test_isolation.py."""

import asyncio
import threading

import pytest

from douyinbot.core.clock import SystemClock
from douyinbot.core.dispatch.job import Job, Target
from douyinbot.core.dispatch.lane import FAILURES, REST, WINDOW, Lane
from douyinbot.core.dispatch.runners import ThreadRunner
from douyinbot.core.plugins.host import Plugin


def plain_raise(error: BaseException = KeyError("x")):  # noqa: B008
    raise error


async def async_raise(error: BaseException = KeyError("x")):  # noqa: B008
    await asyncio.sleep(0)
    raise error


RAISERS = pytest.mark.parametrize("raiser", [plain_raise, async_raise])


# ---- order and replies ----------------------------------------------------------------------------


async def test_calls_run_one_at_a_time_in_order_plain_and_async_mixed(watched):
    happened: list[str] = []

    def plain(name):
        happened.append(name)

    async def slow(name):
        happened.append(f"{name} begins")
        await asyncio.sleep(5)
        happened.append(f"{name} ends")

    async with watched() as one:
        for name, function in [("a", plain), ("b", slow), ("c", plain), ("d", plain), ("e", slow)]:
            one.put(function, name)
        await one.idle()
    assert happened == ["a", "b begins", "b ends", "c", "d", "e begins", "e ends"]
    assert one.lane.calls == 5


async def test_plain_calls_that_wait_together_go_in_one_batch(watched):
    async with watched() as one:
        batches: list[int] = []
        run = one.runner.run

        async def counted(calls):
            before = one.lane.calls
            await run(calls)
            batches.append(one.lane.calls - before)

        one.runner.run = counted
        for number in range(5):
            one.put(str, number)
        one.put(async_raise)
        one.put(str, 6)
        await one.idle()
    assert batches == [5, 1]


async def test_what_a_call_returns_is_its_reply(watched):
    async def later():
        return "async"

    async with watched() as one:
        one.put(lambda: "plain")
        one.put(later)
        one.put(lambda: None)
        one.put(lambda: ["a", "b"])
        await one.idle()
    assert one.replies == ["plain", "async", ["a", "b"]]


@pytest.mark.parametrize("is_async", [False, True])
async def test_a_reply_that_nobody_can_use_is_the_plugins_failure(watched, is_async):
    def refuse(value):
        raise TypeError(value)

    async def later():
        return 5

    async with watched() as one:
        one.put(later if is_async else lambda: 5, reply=refuse)
        await one.idle()
    assert one.errors == ["TypeError"]


# ---- errors ---------------------------------------------------------------------------------------


@RAISERS
@pytest.mark.parametrize(
    "error",
    [KeyError("x"), SystemExit(3), asyncio.CancelledError(), TimeoutError()],
    ids=lambda e: type(e).__name__,
)
async def test_an_error_is_told_and_the_next_call_runs(watched, raiser, error):
    async with watched() as one:
        one.put(raiser, error)
        one.put(lambda: "still here")
        await one.idle()
    assert one.failures == [("toy", "on_chat", error)]
    assert one.replies == ["still here"]
    assert one.lane.failures == 1


@RAISERS
async def test_five_errors_in_a_minute_put_a_plugin_to_rest(watched, raiser):
    async with watched() as one:
        for number in range(FAILURES):
            assert not one.lane.resting
            one.put(raiser)
            await one.idle()
            await asyncio.sleep(WINDOW / FAILURES if number else 0)
        assert one.lane.resting
        assert one.rests == [("toy", REST)]


@RAISERS
async def test_slower_errors_do_not(watched, raiser):
    async with watched() as one:
        for _ in range(4 * FAILURES):
            one.put(raiser)
            await one.idle()
            await asyncio.sleep(WINDOW / (FAILURES - 1) + 0.1)
        assert one.rests == []
        assert one.lane.failures == 4 * FAILURES


@RAISERS
async def test_a_burst_is_cut_off_at_the_fifth_error(watched, raiser):
    async with watched() as one:
        for _ in range(100):
            one.put(raiser)
        await one.idle()
    assert (len(one.failures), len(one.rests)) == (FAILURES, 1)
    assert one.lane.mailbox.dropped == {"chat": 100 - FAILURES}


async def test_a_resting_plugin_gets_nothing_which_is_counted_and_its_gifts_wait(watched):
    async with watched() as one:
        for _ in range(FAILURES):
            one.put(plain_raise)
        one.put(lambda: "waited in its hand", kind="gift")
        one.put(lambda: "lost")
        await one.idle()
        for kind in ("gift", "like", "gift"):
            one.put(lambda kind=kind: kind, kind=kind)
        await one.idle()
        assert one.replies == []
        assert one.lane.mailbox.dropped == {"chat": 1, "like": 1}
        assert one.lane.resting
        await asyncio.sleep(REST)
        await one.idle()
        assert one.replies == ["waited in its hand", "gift", "gift"]


@RAISERS
async def test_what_waits_in_the_mailbox_when_the_rest_begins_is_spared_if_it_is_a_gift(watched, raiser):
    async with watched() as one:
        for number in range(200):
            one.put(raiser if number < FAILURES else str, kind="gift" if number % 10 == 9 else "chat")
        await one.idle()
        assert one.lane.mailbox.dropped == {"chat": 180 - FAILURES}
        await asyncio.sleep(REST)
        await one.idle()
        assert one.replies == [""] * 20


async def test_what_waits_when_a_lane_is_closed_is_counted_gifts_too(watched):
    async with watched() as one:
        one.put(asyncio.sleep, 9)
        await asyncio.sleep(1)
        for kind in ("like", "gift", "gift"):
            one.put(lambda: "never", kind=kind)
        one.lane.close()
        await asyncio.sleep(9)
        assert (one.replies, one.lane.mailbox.dropped) == ([], {"like": 1, "gift": 2})


def test_a_closed_lane_stops_its_thread_after_the_call_that_runs():
    """What was taken for the thread is counted as dropped, and not done all the same."""

    async def main() -> None:
        began, gate, done = threading.Event(), threading.Event(), []
        runner = ThreadRunner("toy")

        def block(name):
            began.set()
            gate.wait()
            done.append(name)

        lane = Lane(
            Plugin("toy", module=None),
            runner,
            SystemClock(),
            on_failure=lambda *_: None,
            on_rest=lambda *_: None,
        )
        working = asyncio.create_task(lane.run())
        for name in "abc":
            lane.parcel.append(Job("gift", Target("on_gift", block, False), (name,)))
        lane.hand_over()
        await asyncio.to_thread(began.wait)
        lane.close()
        gate.set()
        while lane.busy_since is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        runner.close()
        assert (done, lane.mailbox.dropped) == (["a"], {"gift": 2})

    asyncio.run(main())


async def test_after_its_rest_a_plugin_is_back(watched):
    async with watched() as one:
        for _ in range(FAILURES):
            one.put(plain_raise)
        await one.idle()
        await asyncio.sleep(REST - 1)
        one.put(lambda: "too early")
        await asyncio.sleep(1)
        one.put(lambda: "back")
        one.put(plain_raise)
        await one.idle()
        assert one.replies == ["back"]
        assert not one.lane.resting


# ---- what a lane says about itself ----------------------------------------------------------------


async def test_a_busy_lane_says_since_when_and_with_what(watched, clock):
    async with watched() as one:
        assert (one.lane.idle, one.lane.busy_since) == (True, None)
        await asyncio.sleep(3)
        one.put(asyncio.sleep, 5)
        assert not one.lane.idle
        await asyncio.sleep(1)
        assert (one.lane.busy_since, one.lane.busy_with) == (pytest.approx(3), "on_chat")
        await one.idle()
        assert one.lane.busy_since is None


async def test_each_call_of_a_batch_has_its_own_beginning(watched, clock):
    begins: list[float | None] = []

    def note():
        begins.append(one.lane.busy_since)
        one.runner.wait(asyncio.sleep(2))

    async with watched() as one:
        for _ in range(3):
            one.put(note)
        await one.idle()
    assert begins == [pytest.approx(0), pytest.approx(2), pytest.approx(4)]


async def test_waiting_patiently_is_not_being_busy(watched, clock):
    async def ask():
        await one.lane.patiently(asyncio.sleep(50))
        await asyncio.sleep(10)

    async with watched() as one:
        one.put(ask)
        await asyncio.sleep(20)
        assert (one.lane.waiting, one.lane.idle) == (1, True)
        await asyncio.sleep(35)
        assert (one.lane.waiting, one.lane.idle) == (0, False)
        assert one.lane.busy_since == pytest.approx(50)


async def test_a_full_lane_drops_as_its_mailbox_does(watched):
    async with watched(size=2) as one:
        for kind in ("like", "chat", "gift"):
            one.put(lambda: None, kind=kind)
        assert one.lane.mailbox.dropped == {"like": 1}
