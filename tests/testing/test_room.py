import pytest

from douyinbot.config import Room
from douyinbot.connectors.base import Connector, Setup
from douyinbot.events import Chat, Connected
from douyinbot.testing.loop import START
from douyinbot.testing.room import BOT, AirRoom


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def room(said) -> AirRoom:
    return AirRoom(Setup(room=Room(id="main", connector="air"), clock=lambda: START), said)


async def first(room: AirRoom, count: int) -> list:
    """The first events of a room that was entered."""
    events = []
    async with room:
        async for event in room:
            events.append(event)
            if len(events) == count:
                return events
    return events


def run(coroutine):
    import asyncio

    return asyncio.run(coroutine)


def test_it_is_a_connector(room):
    assert isinstance(room, Connector)
    assert room.capabilities.send_chat
    assert room.account_id == BOT.id


def test_whoever_enters_finds_it_connected(room):
    (event,) = run(first(room, 1))
    assert isinstance(event, Connected)
    assert (event.room, event.title, event.owner) == ("main", "测试直播间", "主播")


def test_what_is_put_in_comes_out_as_one_frame(room):
    lines = [Chat(time=START, received=START, comment=text) for text in "ab"]

    async def scenario():
        async with room:
            room.put(*lines)
            batches = room.batches()
            return [await anext(batches), await anext(batches)]

    connected, frame = run(scenario())
    assert [event.kind for event in connected] == ["connected"]
    assert frame == lines


def test_a_line_is_noted_and_comes_back_as_the_bots_own(room, said):
    async def scenario():
        accepted = await room.send("你好")
        return accepted, await first(room, 2)

    accepted, events = run(scenario())
    echo = next(event for event in events if isinstance(event, Chat))
    assert said == ["你好"]
    assert (echo.comment, echo.user, echo.id, echo.simulated) == ("你好", BOT, accepted.message_id, True)
    assert accepted.account_id == BOT.id


def test_no_two_messages_have_one_id(room):
    assert len({room.next_id() for _ in range(100)}) == 100
