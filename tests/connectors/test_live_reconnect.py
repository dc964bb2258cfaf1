"""A lost connection is mended: what is told, what is kept, and how long is waited."""

from typing import Any

import pytest

from douyinbot.connectors import backoff
from douyinbot.connectors.backoff import STABLE_AFTER
from douyinbot.connectors.simulator import Scenario, Simulator, Step, Times, Trouble
from douyinbot.errors import ConnectError
from douyinbot.events import Chat, Connected, Disconnected, Event, Reconnecting, WebsocketConnected
from tests.connectors.rooms import Listener, connector, listening, simulator, texts_of


async def lose(server: Simulator, room: Listener, step: Step) -> Disconnected:
    """Let a step end the connection, and read on to its Disconnected."""
    await server.do("abc", step)
    return await room.until(Disconnected)


def story(events: list[Event]) -> list[str]:
    control = ("connected", "disconnected", "reconnecting", "websocket_connected", "stream_end", "failure")
    return [event.kind for event in events if event.kind in control]


async def test_a_cut_connection_is_mended_and_says_so() -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            gone = await lose(server, room, Step(do="drop"))
            again = await room.until(Connected)
        assert story(room.events) == [
            "websocket_connected",
            "connected",
            "disconnected",
            "reconnecting",
            "websocket_connected",
            "connected",
        ]
        waiting = next(event for event in room.events if isinstance(event, Reconnecting))
        assert gone.code == 1006
        assert (waiting.attempt, waiting.reason) == (1, gone.reason)
        assert again.reconnected
        assert again.websocket
        assert server.report.violations == []


async def test_what_was_said_meanwhile_comes_once_and_in_order() -> None:
    async with simulator() as server:
        to = connector(server)
        async with listening(to) as room:
            await room.until(Connected)
            for number in range(6):
                await server.say("abc", "小明", f"before {number}")
            await room.until(Chat, lambda chat: chat.comment == "before 5")
            await lose(server, room, Step(do="drop"))
            for number in range(3):
                await server.say("abc", "小明", f"meanwhile {number}")
            await room.until(Connected)
            await server.say("abc", "小明", "after")
            await room.until(Chat, lambda chat: chat.comment == "after")
        assert texts_of(room.events) == [
            *(f"before {n}" for n in range(6)),
            *(f"meanwhile {n}" for n in range(3)),
            "after",
        ]
        assert to.counts["duplicates"] == 3  # the server repeats a little, and nobody notices
        assert server.report.fetches == 1  # the cursor was enough


@pytest.mark.parametrize("step", [Step(do="close"), Step(do="hangup", code=1000)], ids=["frame", "code"])
async def test_a_server_that_says_goodbye_while_the_room_is_live_is_called_again(step: Step) -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            gone = await lose(server, room, step)
            await room.until(Connected)
        assert story(room.events)[2:] == ["disconnected", "reconnecting", "websocket_connected", "connected"]
        assert server.report.pages == 2  # one reading that says "live" is enough
        assert gone.code == (1000 if step.do == "hangup" else None)


async def test_a_reconnect_frame_needs_no_look_at_the_room() -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            gone = await lose(server, room, Step(do="reconnect"))
            again = await room.until(Connected)
        assert gone.reason == "the server asked to reconnect"
        assert again.reconnected
        assert server.report.pages == 1


async def test_silence_counts_as_a_lost_connection() -> None:
    async with simulator() as server:
        async with listening(connector(server, stale_after="80ms")) as room:
            await room.until(Connected)
            await server.say("abc", "小明", "你好")
            await room.until(Chat)
            gone = await lose(server, room, Step(do="stall"))
            again = await room.until(Connected)
        assert gone.reason == "nothing came for too long"
        assert again.reconnected


@pytest.mark.parametrize(("code", "seconds"), [(1001, 2.0), (1012, 3.0), (1013, 5.0)])
async def test_close_codes_that_ask_for_patience_get_it(code: int, seconds: float) -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            gone = await lose(server, room, Step(do="hangup", code=code))
            waiting = await room.until(Reconnecting)
        assert gone.code == code
        assert waiting.delay == pytest.approx(seconds)


async def test_a_policy_of_its_own_bounds_the_waiting() -> None:
    async with simulator() as server:
        async with listening(connector(server, reconnect={"min": "4ms", "max": "16ms"})) as room:
            delays = []
            for _ in range(5):
                await room.until(Connected)
                await lose(server, room, Step(do="drop"))
                delays.append((await room.until(Reconnecting)).delay * 1000)
        for delay, longest in zip(delays, (4, 8, 16, 16, 16), strict=True):
            assert longest / 2 <= delay <= longest


async def test_a_flapping_server_is_met_with_ever_more_patience() -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            attempts = []
            for _ in range(7):
                await room.until(Connected)
                await lose(server, room, Step(do="drop"))
                attempts.append((await room.until(Reconnecting)).attempt)
        assert attempts == [1, 2, 3, 4, 5, 6, 7]


async def test_after_a_stable_connection_the_patience_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    assert STABLE_AFTER == 60
    monkeypatch.setattr(backoff, "STABLE_AFTER", 0.0)
    async with simulator() as server:
        async with listening(connector(server)) as room:
            for _ in range(3):
                await room.until(Connected)
                await lose(server, room, Step(do="drop"))
                assert (await room.until(Reconnecting)).attempt == 1


async def test_without_reconnecting_a_lost_connection_is_the_end() -> None:
    async with simulator() as server:
        async with listening(connector(server, reconnect=False)) as room:
            await room.until(Connected)
            await lose(server, room, Step(do="drop"))
            await room.rest()
        assert story(room.events) == ["websocket_connected", "connected", "disconnected"]


@pytest.mark.parametrize("handshake", ["refuse", "http_502"])
async def test_without_reconnecting_a_refused_first_socket_is_an_error(handshake: str) -> None:
    async with simulator(Scenario(trouble=Trouble(handshake=handshake))) as server:
        async with listening(connector(server, reconnect=False)) as room:
            with pytest.raises(ConnectError):
                await room.rest()
        assert room.events == []
        assert len(server.report.refusals) == 1


async def test_an_old_goodbye_is_not_taken_for_a_new_one() -> None:
    """Nobody looks at the room again only because the way back is refused."""
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            refuse = Trouble(handshake="refuse", times=Times(handshake=2))
            await server.do("abc", Step(do="trouble", trouble=refuse))
            await lose(server, room, Step(do="close"))
            while room.kinds.count("failure") < 2:
                await room.next()
        assert server.report.pages == 2


async def test_a_refused_return_keeps_trying_and_says_why() -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            refuse = Trouble(handshake="refuse", times=Times(handshake=2))
            await server.do("abc", Step(do="trouble", trouble=refuse))
            await lose(server, room, Step(do="drop"))
            await room.until(Connected)
        assert story(room.events)[2:] == [
            "disconnected",
            "reconnecting",
            "failure",
            "reconnecting",
            "failure",
            "reconnecting",
            "websocket_connected",
            "connected",
        ]
        reasons = [event.reason for event in room.events if isinstance(event, Reconnecting)]
        assert all("DEVICE_BLOCKED (415)" in reason for reason in reasons[1:])


async def test_a_server_that_is_too_busy_says_when_to_come_again() -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            busy = Trouble(handshake="http_429")
            await server.do("abc", Step(do="trouble", trouble=busy))
            await lose(server, room, Step(do="drop"))
            await room.until(Reconnecting)
            second = await room.until(Reconnecting)
        assert second.delay == pytest.approx(5.0)


async def test_nothing_of_the_room_is_told_while_it_is_not_connected() -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            for number in range(5):
                await room.until(Connected)
                await server.say("abc", "小明", str(number))
                await server.do("abc", Step(do="drop"))
            await room.until(Chat, lambda chat: chat.comment == "4")
        connected = False
        for event in room.events:
            if isinstance(event, Chat):
                assert connected
            if isinstance(event, Connected):
                assert not connected
            if isinstance(event, Connected | Disconnected):
                connected = isinstance(event, Connected)
        assert texts_of(room.events) == ["0", "1", "2", "3", "4"]


async def test_the_host_that_took_us_in_is_called_again() -> None:
    async with simulator() as server:
        dead = "ws://127.0.0.1:1"
        options: dict[str, Any] = {"push_hosts": [dead, server.push_address]}
        async with listening(connector(server, **options)) as room:
            await room.until(Connected)
            await lose(server, room, Step(do="drop"))
            await room.until(Connected)
        assert story(room.events) == [
            "failure",
            "reconnecting",
            "websocket_connected",
            "connected",
            "disconnected",
            "reconnecting",
            "websocket_connected",
            "connected",
        ]
        hosts = {event.host for event in room.events if isinstance(event, WebsocketConnected)}
        assert hosts == {server.push_address.removeprefix("ws://")}
