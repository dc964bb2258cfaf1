"""A lane that stops, and a call that takes too long."""

import asyncio


async def test_a_cancelled_lane_ends_in_the_middle_of_a_call(watched):
    async with watched() as one:
        one.put(asyncio.Event().wait)
        await asyncio.sleep(1)
        assert one.lane.busy_with == "on_chat"
    assert one.failures == []


async def test_a_cancelled_lane_ends_in_the_middle_of_a_plain_call_that_waits(watched):
    async with watched() as one:
        one.put(lambda: one.runner.wait(asyncio.Event().wait()))
        await asyncio.sleep(1)
        assert one.lane.busy_since is not None
    assert one.failures == []


async def test_a_stuck_coroutine_is_given_up_and_the_next_call_runs(watched):
    async with watched() as one:
        one.put(asyncio.Event().wait)
        one.put(lambda: "next")
        await asyncio.sleep(1)
        assert one.lane.give_up()
        await one.idle()
    assert [str(error) for _, _, error in one.failures] == ["it took too long and was given up"]
    assert one.replies == ["next"]


async def test_giving_up_twice_cancels_once(watched):
    async def stubborn():
        for _ in range(2):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                await asyncio.sleep(10)
        return "never"

    async with watched() as one:
        one.put(stubborn)
        await asyncio.sleep(1)
        assert one.lane.give_up()
        await asyncio.sleep(1)
        assert not one.lane.give_up()


async def test_a_coroutine_that_finishes_by_itself_just_then_has_finished(watched):
    """It catches the cancellation and returns: nothing of it may reach the next call."""

    async def quick():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return "done all the same"

    async def next_one():
        await asyncio.sleep(1)
        return "next"

    async with watched() as one:
        one.put(quick)
        one.put(next_one)
        await asyncio.sleep(1)
        assert one.lane.give_up()
        await asyncio.sleep(2)
        assert one.replies == ["done all the same", "next"]
        assert one.failures == []
        assert one.task.cancelling() == 0


async def test_what_is_given_up_in_the_very_turn_of_its_end_harms_nobody(watched):
    gate = asyncio.Event()

    async def ending():
        await gate.wait()
        return "ended"

    async with watched() as one:
        one.put(ending)
        await asyncio.sleep(1)
        gate.set()
        one.lane.give_up()
        one.put(lambda: "next")
        await one.idle()
        assert one.replies[-1] == "next"
        assert not one.task.done()
        assert one.task.cancelling() == 0


async def test_a_lane_that_is_given_up_on_can_still_be_cancelled(watched):
    async def stubborn():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(1000)

    async with watched() as one:
        one.put(stubborn)
        await asyncio.sleep(1)
        assert one.lane.give_up()
        await asyncio.sleep(1)
    assert one.failures == []


async def test_there_is_nothing_to_give_up_while_nothing_or_a_plain_call_runs(watched):
    async with watched() as one:
        await asyncio.sleep(0)
        assert not one.lane.give_up()
        one.put(lambda: one.runner.wait(asyncio.sleep(5)))
        await asyncio.sleep(1)
        assert not one.lane.give_up()
        await one.idle()
    assert one.failures == []
