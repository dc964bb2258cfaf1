"""What every connector promises, one test for all: Douyin's, TikTok's, the simulator's, recordings."""

import asyncio
import inspect
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from pathlib import Path
from typing import cast

import msgspec
import pytest

from douyinbot.config import Source
from douyinbot.connectors.base import Accepted, Capabilities, Connector
from douyinbot.connectors.replay import ReplayConnector
from douyinbot.connectors.simulated import SimulatedConnector
from douyinbot.connectors.simulator import Simulator, Step, parse_scenario
from douyinbot.connectors.tiktok import connect_tiktok
from douyinbot.errors import SendError
from douyinbot.events import Chat, Connected, Event
from douyinbot.webcast import composing
from douyinbot.webcast.dyrec import MAGIC, Kind, pack
from tests.connectors.rooms import QUICK, connector, kinds_of, listening, setup_for, simulator
from tests.connectors.test_replay import TIME, chat, end, frame

SCENARIO = '[room]\nhistory = 2\n\n[[steps]]\ndo = "chat"\ntext = "hello"\nevery = "100ms"\n'
ROOM = "abc"
TIKTOK_ROOM = "ab"  # its two old messages are lines, too


class Case:
    """One connector, and how its stream is made to end."""

    def __init__(
        self,
        connector: Connector,
        server: Callable[[], Simulator] | None = None,
        room: str = ROOM,
        platform: str = "douyin",
        *,
        tells_ids: bool = True,
    ) -> None:
        self.tells_ids = tells_ids  # of the line that was said, and of who said it
        self.connector = connector
        self.room = room
        self.platform = platform
        self._server = server

    async def end(self) -> None:
        if self._server is not None:
            await self._server().do(self.room, Step(do="end"))

    @property
    def open_sockets(self) -> int:
        return self._server().report.connections if self._server is not None else 0


Making = Callable[[Path], AbstractAsyncContextManager[Case]]


@asynccontextmanager
async def douyin(_: Path) -> AsyncIterator[Case]:
    async with simulator(parse_scenario(SCENARIO), pace=10.0) as server:
        yield Case(connector(server, ROOM, cookies=Simulator.LOGIN), lambda: server)


@asynccontextmanager
async def simulated(folder: Path) -> AsyncIterator[Case]:
    (folder / "room.toml").write_text(SCENARIO, encoding="utf-8")
    source = Source("bot.toml", "", folder)
    options = {"room": ROOM, "scenario": "room.toml", "pace": 10.0}
    made = SimulatedConnector(setup_for("", connector="simulator", source=source, **options))
    yield Case(made, lambda: made.simulator)


@asynccontextmanager
async def replay(folder: Path) -> AsyncIterator[Case]:
    path = folder / "a.dyrec"
    history = composing.response([chat(1), chat(2)], cursor="c")
    bodies = [(Kind.HISTORY, history), *((Kind.FRAME, frame(chat(n))) for n in range(3, 9))]
    bodies += [(Kind.FRAME, frame(end(9))), (Kind.LOST, b"the stream has ended")]
    path.write_bytes(MAGIC + b"".join(pack(kind, TIME, body) for kind, body in bodies))
    yield Case(cast("Connector", ReplayConnector(setup_for(str(path), connector="replay"))))


@asynccontextmanager
async def tiktok(_: Path) -> AsyncIterator[Case]:
    async with simulator(parse_scenario(SCENARIO), pace=10.0) as server:
        setup = setup_for(f"{server.address}/@{TIKTOK_ROOM}", connector="tiktok", reconnect=QUICK)
        made = connect_tiktok(setup, Simulator.LOGIN)
        yield Case(made, lambda: server, f"@{TIKTOK_ROOM}", "tiktok")


@asynccontextmanager
async def provided(_: Path) -> AsyncIterator[Case]:
    """A TikTok room whose way in a provider signs, and in which it speaks."""
    async with simulator(parse_scenario(SCENARIO), pace=10.0) as server:
        os.environ["DOUYINBOT_TEST_KEY"] = Simulator.PROVIDER_KEY
        host = server.provider.split("/")[2]
        provider = {"url": server.provider, "key": "env:DOUYINBOT_TEST_KEY", "session_host": host}
        url = f"{server.address}/@{TIKTOK_ROOM}"
        setup = setup_for(url, connector="tiktok", reconnect=QUICK, provider=provider)
        setup.room = msgspec.structs.replace(setup.room, sender="provider")
        try:
            made = connect_tiktok(setup, f"{Simulator.LOGIN}; tt-target-idc=useast1a")
        finally:
            del os.environ["DOUYINBOT_TEST_KEY"]
        yield Case(made, lambda: server, f"@{TIKTOK_ROOM}", "tiktok", tells_ids=False)


every_connector = pytest.mark.parametrize("making", [douyin, tiktok, provided, simulated, replay])


@every_connector
async def test_it_has_everything_that_a_connector_has(making: Making, tmp_path: Path) -> None:
    async with making(tmp_path) as case:
        assert isinstance(case.connector, Connector)
        assert isinstance(case.connector.capabilities, Capabilities)
        assert isinstance(case.connector.counts, Mapping)
        assert case.connector.account_id == ""  # nothing is known before anybody connected


@every_connector
async def test_it_can_be_entered_and_left_without_ever_connecting(making: Making, tmp_path: Path) -> None:
    async with making(tmp_path) as case:
        async with case.connector as entered:
            assert entered is case.connector
            assert case.open_sockets == 0


@every_connector
async def test_it_ends_after_the_streams_end(making: Making, tmp_path: Path) -> None:
    async with making(tmp_path) as case, listening(case.connector) as room:
        await room.until(Connected)
        await room.until(Chat)
        await case.end()
        events = await room.rest()
        kinds = kinds_of(events)
        assert kinds[-2:] == ["stream_end", "disconnected"]
        assert kinds.count("connected") == kinds.count("disconnected") == 1
        assert kinds[:2] == ["websocket_connected", "chat"] or kinds[:2] == ["chat", "chat"]
        assert [event.history for event in events if event.kind == "chat"][:3] == [True, True, False]
        assert {(event.room, event.platform) for event in events} == {("main", case.platform)}
        assert case.open_sockets == 0


@every_connector
async def test_batches_and_single_events_are_the_same_stream(making: Making, tmp_path: Path) -> None:
    async with making(tmp_path) as case, case.connector:
        stream = case.connector.batches()
        assert inspect.isasyncgen(stream)
        async with aclosing(stream):
            async for batch in stream:
                assert isinstance(batch, list)
                assert all(isinstance(event, Event) for event in batch)
                if any(isinstance(event, Connected) for event in batch):
                    break
        singly = []
        async with aclosing(cast("AsyncGenerator[Event]", aiter(case.connector))) as events:
            async for event in events:
                singly.append(event)
                if isinstance(event, Connected):
                    break
        assert {"chat", "connected", "websocket_connected"} == set(kinds_of(singly))


@every_connector
async def test_its_counts_grow_with_what_it_receives(making: Making, tmp_path: Path) -> None:
    async with making(tmp_path) as case, listening(case.connector) as room:
        await room.until(Connected)
        for _ in range(3):
            await room.until(Chat)
        counts = case.connector.counts
        assert counts["messages"] >= 5
        assert counts["frames"] >= 1
        assert counts["bytes"] > 50
        assert all(isinstance(number, int) for number in counts.values())


@every_connector
async def test_a_line_is_taken_or_refused_as_its_capabilities_say(making: Making, tmp_path: Path) -> None:
    async with making(tmp_path) as case, listening(case.connector) as room:
        await room.until(Connected)
        if case.connector.capabilities.send_chat:
            accepted = await case.connector.send("大家好")
            assert isinstance(accepted, Accepted)
            seen = await room.until(Chat, lambda chat: chat.comment == "大家好")
            ids = (seen.id, seen.user and seen.user.id) if case.tells_ids else ("", "")
            assert (accepted.message_id, case.connector.account_id) == ids
        else:
            with pytest.raises(SendError):
                await case.connector.send("大家好")


@every_connector
async def test_a_cancelled_listener_leaves_no_task_and_no_socket(making: Making, tmp_path: Path) -> None:
    """What is left over fails the test from outside: see conftest."""
    async with making(tmp_path) as case:
        connected = asyncio.Event()

        async def listen() -> None:
            async with listening(case.connector) as room:
                await room.until(Connected)
                connected.set()
                await room.until(Chat, lambda chat: chat.comment == "never said")

        task = asyncio.create_task(listen())
        if case.connector.capabilities.live:
            await connected.wait()
        else:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises((asyncio.CancelledError, StopAsyncIteration)):
            await task
        assert task.cancelled() or not case.connector.capabilities.live
        assert case.open_sockets == 0


@every_connector
@pytest.mark.parametrize("turns", range(0, 40, 3))
async def test_it_can_be_cancelled_at_any_moment(making: Making, tmp_path: Path, turns: int) -> None:
    async with making(tmp_path) as case:

        async def listen() -> None:
            async with listening(case.connector) as room:
                await room.rest()

        task = asyncio.create_task(listen())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled() or not case.connector.capabilities.live


@every_connector
async def test_leaving_a_loop_with_break_closes_the_connection(making: Making, tmp_path: Path) -> None:
    async with making(tmp_path) as case:
        async with case.connector:
            async for event in case.connector:
                if isinstance(event, Connected):
                    break
        for _ in range(50):
            if not case.open_sockets:
                break
            await asyncio.sleep(0.005)
        assert case.open_sockets == 0


@every_connector
async def test_it_can_be_listened_to_twice(making: Making, tmp_path: Path) -> None:
    async with making(tmp_path) as case, case.connector:
        for _ in range(2):
            async with aclosing(case.connector.batches()) as batches:
                seen: list[Event] = []
                async for batch in batches:
                    seen += batch
                    if kinds_of(seen)[-1] == "chat" and "connected" in kinds_of(seen):
                        break
            connected = [event for event in seen if isinstance(event, Connected)]
            assert [event.reconnected for event in connected] == [False]


async def test_the_simulators_connector_must_be_entered_first(tmp_path: Path) -> None:
    async with simulated(tmp_path) as case:
        with pytest.raises(RuntimeError, match="use it as `async with`"):
            case.connector.batches()
        with pytest.raises(RuntimeError, match="use it as `async with`"):
            await case.connector.send("too early")
