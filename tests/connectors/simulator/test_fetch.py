"""`im/fetch`, asked by a client written by hand."""

from typing import Any

from douyinbot.config import Duration
from douyinbot.connectors.simulator import RoomSpec, Scenario, Step

HISTORY = Scenario(room=RoomSpec(history=5))


def test_the_first_answer_brings_history_and_tells_where_the_socket_is(play: Any) -> None:
    async def scene(simulator: Any, guest: Any) -> None:
        me = guest()
        await me.open()
        batch = await me.batch()
        assert len(batch.messages) == 5
        assert batch.push_server.startswith(simulator.push_address)
        assert (batch.fetch_type, bool(batch.cursor), bool(batch.internal_ext)) == (1, True, True)

    play(scene, scenario=HISTORY)


def test_with_a_cursor_only_what_is_new_comes(play: Any) -> None:
    async def scene(simulator: Any, guest: Any) -> None:
        me = guest()
        await me.open()
        cursor = (await me.batch()).cursor
        id = await simulator.say("abc", "小明", "新的一句")
        fresh = await me.batch(cursor)
        assert [number for _, number, _ in fresh.messages] == [int(id)]
        assert (await me.batch(fresh.cursor)).messages == []

    play(scene, scenario=HISTORY)


def test_a_room_without_a_socket_says_so(play: Any) -> None:
    async def scene(simulator: Any, guest: Any) -> None:
        me = guest()
        await me.open()
        batch = await me.batch()
        assert (batch.fetch_type, batch.push_server) == (0, "")

    play(scene, scenario=Scenario(room=RoomSpec(polling=True)))


def test_what_is_offered_can_change_while_the_show_goes_on(play: Any) -> None:
    async def scene(simulator: Any, guest: Any) -> None:
        me = guest()
        await me.open()
        for wanted in (2, 0, 1):
            await simulator.do("abc", Step(do="offer", fetch_type=wanted))
            batch = await me.batch()
            assert (batch.fetch_type, bool(batch.push_server)) == (wanted, wanted != 0)

    play(scene, scenario=HISTORY)


def test_another_host_and_another_interval_can_be_announced(play: Any) -> None:
    async def scene(simulator: Any, guest: Any) -> None:
        me = guest()
        await me.open()
        batch = await me.batch()
        assert (batch.push_server, batch.fetch_interval_ms) == ("wss://evil.test", 2500)

    room = RoomSpec(push_server="wss://evil.test", fetch_interval=Duration(2.5))
    play(scene, scenario=Scenario(room=room))
