"""Rooms and their shows: when one begins, when it begins anew, and that rooms do not disturb each other."""

import asyncio
from typing import Any

import pytest

from douyinbot.config import Duration
from douyinbot.connectors.simulator import Chatter, Limits, RoomSpec, Scenario, Simulator, Step, house
from douyinbot.connectors.simulator.audience import lively
from douyinbot.webcast import frames

FAST = 50
HI = Step(do="chat", text="hi", at=Duration(1))


async def texts(me: Any, count: int) -> list[str]:
    async with me.socket() as socket:
        return [event.comment for event in await socket.events(count)]


def test_a_show_waits_for_its_first_visitor(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()  # a look at the page is not a visit yet
        await asyncio.sleep(0.1)
        assert await texts(me, 1) == ["hi"]

    play(scene, scenario=Scenario(steps=[HI]), pace=FAST)


def test_a_poller_is_a_visitor(play: Any, events: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        batch = await me.batch()
        await asyncio.sleep(0.1)
        assert [event.comment for event in events((await me.batch(batch.cursor)).messages)] == ["hi"]

    play(scene, scenario=Scenario(steps=[HI]), pace=FAST)


def test_a_streak_takes_its_time(play: Any) -> None:
    step = Step(do="gift", gift="玫瑰", counts=[1, 2], gap=Duration(5))

    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        async with me.socket() as socket:
            found = [(await socket.batch())[1] for _ in range(3)]
        assert [len(batch.messages) for batch in found] == [1, 1, 1]
        assert 150 < found[2].now_ms - found[0].now_ms < 1000

    play(scene, scenario=Scenario(steps=[step]), pace=FAST)


def test_a_show_that_restarts_begins_anew_in_an_empty_room(play: Any) -> None:
    scenario = Scenario(steps=[HI, Step(do="end", at=Duration(2))], restart=True)

    async def scene(simulator: Simulator, guest: Any) -> None:
        for _ in range(2):
            me = guest()
            assert (await me.open()).status == 2
            async with me.socket() as socket:
                assert [event.kind for event in await socket.events(2)] == ["chat", "stream_end"]
            assert (await guest().open()).status == 4  # not at once
            await asyncio.sleep(0.2)
            assert (await me.open()).status == 4  # and not for one who was there
        await asyncio.sleep(0.3)
        assert (await me.open()).status == 2

    play(scene, scenario=scenario, pace=FAST, limits=Limits(empty=0.15, gone=0.4))


def test_other_shows_are_given_once(play: Any) -> None:
    scenario = Scenario(steps=[HI, Step(do="end", at=Duration(2))])

    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        async with me.socket() as socket:
            await socket.events(2)
        await asyncio.sleep(0.1)
        assert (await guest().open()).status == 4

    play(scene, scenario=scenario, pace=FAST, limits=Limits(empty=0.05))


def test_a_pause_between_two_visits_is_an_outage_for_the_same_visitor(play: Any) -> None:
    scenario = Scenario(steps=[HI], restart=True, room=RoomSpec(history=0))

    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        assert (await texts(me, 1)) == ["hi"]
        await asyncio.sleep(0.1)
        await me.open()
        assert len((await me.batch()).messages) == 1  # the log is still there

    play(scene, scenario=scenario, pace=FAST, limits=Limits(empty=0.05))


def test_a_room_is_not_empty_while_somebody_polls_it(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        cursor = (await me.batch()).cursor
        await me.batch(cursor)
        await asyncio.sleep(0.1)
        await guest().open()
        assert [message[0] for message in (await me.batch(cursor)).messages] == ["WebcastChatMessage"]

    play(scene, scenario=Scenario(steps=[HI], restart=True), pace=FAST, limits=Limits(empty=0.05))


def test_an_outage_does_not_restart_a_show(play: Any) -> None:
    steps = [Step(do="chat", text=str(number), at=Duration(3 * number)) for number in range(8)]
    scenario = Scenario(room=RoomSpec(history=0), steps=steps, restart=True)

    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        async with me.socket() as socket:
            batch = (await socket.batch())[1]
        await asyncio.sleep(0.15)
        await me.open()
        async with me.socket(batch.cursor) as socket:
            found = [event.comment for event in await socket.events(6)]
        assert found == [str(number) for number in range(int(found[0]), int(found[0]) + 6)]

    play(scene, scenario=scenario, pace=FAST, limits=Limits(empty=0.05))


def test_a_forgotten_show_is_stopped_and_can_begin_again(play: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "IDLE", 0.1)
    scenario = Scenario(
        steps=[HI], chatter=Chatter(rate=1, start=Duration(2), lines=["chatter"]), restart=True
    )

    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        assert (await texts(me, 1)) == ["hi"]
        await asyncio.sleep(0.4)
        assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("simulated room")]
        assert (await texts(me, 1)) == ["hi"]  # even without a look at the page

    play(scene, scenario=scenario, pace=FAST)


def test_the_same_seed_gives_the_same_show_whatever_happens_elsewhere(play: Any) -> None:
    shows: list[list[tuple[str, str]]] = []

    def scene(rooms: tuple[str, ...]) -> Any:
        async def run(simulator: Simulator, guest: Any) -> None:
            for room in rooms:
                me = guest()
                await me.open(room)
                async with me.socket() as socket:
                    events = await socket.events(30)
            shows.append([(event.kind, event.user.nickname if event.user else "") for event in events])

        return run

    play(scene(("abc",)), scenario=lively(), pace=400, seed=5)
    play(scene(("other", "abc")), scenario=lively(), pace=400, seed=5)
    play(scene(("abc",)), scenario=lively(), pace=400, seed=6)
    assert shows[0] == shows[1] != shows[2]


def test_a_failing_show_is_logged(play: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        async with me.socket() as socket:
            await asyncio.sleep(0.1)
            await simulator.say("abc", "小明", "still here")
            assert [event.comment for event in await socket.events(1)] == ["still here"]

    # What msgspec would refuse in a file, Python lets through: text that cannot be encoded.
    play(scene, scenario=Scenario(steps=[Step(do="chat", text="\ud800")]), pace=FAST)
    assert "simulated room abc failed" in caplog.text


def test_only_so_many_rooms_are_opened(play: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "MOST_ROOMS", 2)

    async def scene(simulator: Simulator, guest: Any) -> None:
        assert [(await guest().get(f"/r{number}")).status for number in range(3)] == [200, 200, 404]
        assert (await guest().get("/r0")).status == 200

    play(scene)


def test_pace_does_not_change_the_limits(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        async with me.socket() as socket:
            await asyncio.sleep(0.1)
            await socket.connection.send(frames.HEARTBEAT)
            assert (await socket.frame()).payload_type == "hb"

    play(scene, pace=1000)
