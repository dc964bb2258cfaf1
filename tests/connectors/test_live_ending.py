"""When a stream counts as over, and when it does not."""

from typing import Any

import pytest

from douyinbot.connectors.douyin import lookup
from douyinbot.connectors.simulator import Simulator, Step, Times, Trouble
from douyinbot.events import Chat, Connected, Disconnected, Reconnecting, StreamEnd
from douyinbot.webcast.douyin.query import FETCH
from tests.connectors.chaos import ChaosProxy
from tests.connectors.rooms import Listener, connector, listening, simulator, texts_of


@pytest.fixture(autouse=True)
def _quick_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lookup.SECOND_LOOK == 3
    monkeypatch.setattr(lookup, "SECOND_LOOK", 0.001)


async def go_wrong(server: Simulator, **trouble: Any) -> None:
    await server.do("abc", Step(do="trouble", trouble=Trouble(**trouble)))


async def off_air(server: Simulator) -> None:
    """The stream is over, but nobody on the sockets is told."""
    await go_wrong(server, page="offline", enter="offline")


async def heard_nothing_after_the_end(room: Listener) -> None:
    events = await room.rest()
    assert room.kinds[-2:] == ["stream_end", "disconnected"]
    connected = sum(isinstance(event, Connected) for event in events)
    assert connected == sum(isinstance(event, Disconnected) for event in events)


@pytest.mark.parametrize("step", [Step(do="close"), Step(do="hangup", code=1000)], ids=["frame", "code"])
async def test_a_goodbye_from_a_room_that_has_ended_is_the_end_after_two_readings(step: Step) -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            await off_air(server)
            await server.do("abc", step)
            await heard_nothing_after_the_end(room)
        end = room.events[-2]
        assert isinstance(end, StreamEnd)
        assert end.action == 0  # found out from the room's status
        assert server.report.pages == 1 + 2


async def test_one_odd_reading_is_no_end() -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            await go_wrong(server, page="offline", times=Times(page=1))
            await server.do("abc", Step(do="close"))
            again = await room.until(Connected)
        assert again.reconnected
        assert "stream_end" not in room.kinds


@pytest.mark.parametrize("page", ["throttled", "503"])
async def test_a_state_that_cannot_be_read_counts_as_live(page: str) -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            await go_wrong(server, page=page, times=Times(page=1))
            await server.do("abc", Step(do="close"))
            again = await room.until(Connected)
        assert again.reconnected


async def test_a_room_that_was_taken_away_has_ended() -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            await go_wrong(server, page="not_found")
            await server.do("abc", Step(do="close"))
            await heard_nothing_after_the_end(room)
        assert server.report.handshakes == 1


async def test_behind_a_verification_page_the_end_is_still_found() -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            await go_wrong(server, page="verification", enter="offline")
            await server.do("abc", Step(do="close"))
            await heard_nothing_after_the_end(room)
        assert server.report.enters == 2


async def test_the_last_words_are_heard_although_the_server_hangs_up_at_once() -> None:
    """The socket is gone before the acknowledgement can be written."""
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            for number in range(60):  # more than one frame
                await server.say("abc", "小明", str(number))
            await server.do("abc", Step(do="end"))
            await server.do("abc", Step(do="hangup", code=1001))
            await heard_nothing_after_the_end(room)
        assert "reconnecting" not in room.kinds
        assert texts_of(room.events) == [str(number) for number in range(60)]
        end = room.events[-2]
        assert isinstance(end, StreamEnd)
        assert end.action == 3


async def test_an_end_that_came_while_we_were_away_is_found_with_the_last_words() -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            await go_wrong(server, handshake="refuse")
            await server.do("abc", Step(do="drop"))
            await room.until(Disconnected)
            await server.say("abc", "小明", "再见")
            await server.do("abc", Step(do="end"))
            room_state = server._room("abc")
            room_state.status = 2  # the page is a little behind
            await heard_nothing_after_the_end(room)
        back = [event for event in room.events if isinstance(event, Connected)][-1]
        assert back.reconnected
        assert not back.websocket
        assert texts_of(room.events) == ["再见"]


async def test_the_last_words_are_heard_too_when_the_page_has_said_ended_before() -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            await go_wrong(server, handshake="refuse")
            await server.do("abc", Step(do="drop"))
            await room.until(Disconnected)
            await server.say("abc", "小明", "再见")
            await server.do("abc", Step(do="end"))
            await heard_nothing_after_the_end(room)
        end = room.events[-2]
        assert isinstance(end, StreamEnd)
        assert end.action == 3
        assert texts_of(room.events) == ["再见"]


async def test_a_page_that_says_ended_while_we_are_away_is_the_end() -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            await go_wrong(server, handshake="refuse", page="offline", enter="offline")
            await server.do("abc", Step(do="drop"))
            await room.rest()
        assert room.kinds.count("disconnected") == 1
        assert room.kinds[-1] == "stream_end"
        attempts = [event.attempt for event in room.events if isinstance(event, Reconnecting)]
        assert attempts == [1, 2, 3]


async def test_a_room_that_was_taken_away_while_we_were_away_has_ended() -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            await go_wrong(server, handshake="refuse", page="not_found")
            await server.do("abc", Step(do="drop"))
            await room.rest()
        assert room.kinds[-1] == "stream_end"
        assert room.kinds.count("disconnected") == 1


async def test_a_streamer_who_begins_anew_is_followed_into_the_new_room() -> None:
    async with simulator() as server, ChaosProxy(server.address) as tap:
        async with listening(connector(server, stale_after="50ms", endpoint=tap.address)) as room:
            first = await room.until(Connected)
            await server.do("abc", Step(do="start"))
            again = await room.until(Connected, lambda event: event.room_id != first.room_id)
            await server.say("abc", "小明", "新的一场")
            await room.until(Chat)
        assert again.reconnected
        assert again.room_id == server.room_id("abc")
        assert texts_of(room.events) == ["新的一场"]
        fetches = [request.query for request in tap.requests if request.path == FETCH]
        assert fetches[-1]["room_id"] == again.room_id
        assert fetches[-1]["cursor"] == ""  # the old one means nothing there
