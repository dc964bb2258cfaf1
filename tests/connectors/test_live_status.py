"""A stream that ends without a word is noticed; a status that cannot be read is no end."""

import asyncio

import pytest

from douyinbot.connectors import live_status
from douyinbot.connectors.douyin import lookup
from douyinbot.connectors.live_status import StatusWatch
from douyinbot.connectors.simulator import Step, Times, Trouble
from douyinbot.errors import BlockedError
from douyinbot.events import Chat, Connected, StreamEnd
from douyinbot.webcast import session as session_module
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.douyin import TABLE
from douyinbot.webcast.session import Ending, Session
from tests.connectors.rooms import come_true, connector, listening, simulator

OFF_AIR = Trouble(page="offline", enter="offline")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (live_status.QUIET, live_status.QUIETEST, lookup.SECOND_LOOK) == (60, 300, 3)
    monkeypatch.setattr(live_status, "QUIET", 0.02)
    monkeypatch.setattr(lookup, "SECOND_LOOK", 0.001)
    monkeypatch.setattr(session_module, "LONGEST_HEARTBEAT", 0.02)


class Told:
    """Says in turn what it was given; the last one for ever."""

    def __init__(self, *answers: bool | Exception) -> None:
        self.answers = list(answers)
        self.asked_at: list[float] = []

    async def is_over(self) -> bool:
        self.asked_at.append(asyncio.get_running_loop().time())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def new_session() -> Session:
    return Session(Decoder(TABLE, room="main"))


async def test_a_platform_that_does_not_answer_counts_as_live() -> None:
    platform = Told(BlockedError("no."), False, True)
    watch = StatusWatch(platform)  # type: ignore[arg-type]
    assert [await watch.is_over() for _ in range(3)] == [False, False, True]


async def test_whoever_is_quiet_is_asked_about_ever_more_seldom() -> None:
    session, platform = new_session(), Told(False, False, False, True)
    async with StatusWatch(platform).watching(session):  # type: ignore[arg-type]
        began = asyncio.get_running_loop().time()
        await come_true(lambda: session.ending)
    assert session.ending is Ending.FOUND_OVER
    for asked, at_least in zip(platform.asked_at, (0.02, 0.06, 0.14, 0.30), strict=True):
        assert asked - began >= at_least - 0.001


async def test_as_long_as_something_is_said_nobody_is_asked() -> None:
    session, platform = new_session(), Told(True)
    async with StatusWatch(platform).watching(session):  # type: ignore[arg-type]
        for _ in range(100):
            session.decoder.counts["messages"] += 1
            await asyncio.sleep(0.001)
    assert (session.ending, platform.asked_at) == (None, [])


async def test_a_word_that_comes_while_the_page_is_read_is_believed_more() -> None:
    session = new_session()

    class Late(Told):
        async def is_over(self) -> bool:
            session.decoder.counts["messages"] += len(self.asked_at) == 0
            return await super().is_over()

    platform = Late(True)
    async with StatusWatch(platform).watching(session):  # type: ignore[arg-type]
        await come_true(lambda: session.ending)
    assert len(platform.asked_at) == 2


async def test_a_platform_that_is_broken_is_logged_and_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    session, platform = new_session(), Told(RuntimeError("a bug"))
    async with StatusWatch(platform).watching(session):  # type: ignore[arg-type]
        await come_true(lambda: platform.asked_at)
        await asyncio.sleep(0)
    assert "asking for the room's status failed" in caplog.text


@pytest.mark.parametrize("upgrade", [True, False], ids=["socket", "polling"])
async def test_a_connection_that_only_idles_ends_with_its_stream(upgrade: bool) -> None:
    async with simulator() as server:
        async with listening(connector(server, enable_websocket_upgrade=upgrade)) as room:
            await room.until(Connected)
            await server.do("abc", Step(do="trouble", trouble=OFF_AIR))
            await room.rest()
        end = room.events[-2]
        assert isinstance(end, StreamEnd)
        assert end.action == 0  # nobody said so
        assert room.kinds == [*["websocket_connected"] * upgrade, "connected", "stream_end", "disconnected"]
        assert server.report.violations == []


async def test_one_odd_page_does_not_end_a_quiet_stream() -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            odd = Trouble(page="offline", times=Times(page=1))
            pages = server.report.pages
            await server.do("abc", Step(do="trouble", trouble=odd))
            reading = asyncio.create_task(room.until(Chat))
            await come_true(lambda: server.report.pages >= pages + 3)
            await server.say("abc", "小明", "还在")
            await reading
        assert room.kinds == ["websocket_connected", "connected", "chat"]
