"""`im/fetch`, asked by a client written by hand."""

from typing import Any

from douyinbot.connectors.simulator import RoomSpec, Scenario

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
