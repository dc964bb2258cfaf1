"""A bad network between the connector and the room: nothing is lost, nothing comes twice, nothing crashes."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from douyinbot.connectors import socket
from douyinbot.connectors.live import LiveConnector
from douyinbot.connectors.simulator import Limits, Simulator
from douyinbot.events import Chat, Connected, Disconnected, Failure, Reconnecting
from douyinbot.webcast import session
from tests.connectors.chaos import ChaosProxy
from tests.connectors.rooms import Listener, connector, listening, simulator, texts_of


@asynccontextmanager
async def bad_network(
    **options: Any,
) -> AsyncIterator[tuple[Simulator, ChaosProxy, LiveConnector, Listener]]:
    """Connect through a proxy that is still harmless."""
    async with simulator() as server, ChaosProxy(server.push_address) as network:
        to = connector(server, push_hosts=[network.push_host], **options)
        async with listening(to) as room:
            await room.until(Connected)
            yield server, network, to, room


async def say(server: Simulator, text: str) -> None:
    await server.say("abc", "小明", text)


async def hear(room: Listener, text: str) -> None:
    await room.until(Chat, lambda chat: chat.comment == text)


async def test_resets_in_mid_frame_lose_no_line_and_bring_none_twice() -> None:
    rng, count = random.Random(5), 60
    async with bad_network() as (server, network, to, room):
        for number in range(count):
            network.reset_in = rng.randrange(1, 600)
            await say(server, f"line {number}")
            await hear(room, f"line {number}")
    assert texts_of(room.events) == [f"line {number}" for number in range(count)]
    lost = room.kinds.count("disconnected")
    assert lost > count / 2
    assert room.kinds.count("connected") in (lost, lost + 1)
    assert "failure" not in room.kinds
    assert to.counts["bad_frames"] == 0
    assert server.report.violations == []


async def test_connections_that_end_quietly_in_mid_frame_are_no_different() -> None:
    async with bad_network() as (server, network, to, room):
        for number in range(10):
            network.cut_in = 40 + 20 * number
            await say(server, f"line {number}")
            await hear(room, f"line {number}")
    assert texts_of(room.events) == [f"line {number}" for number in range(10)]
    assert to.counts["bad_frames"] == 0


async def test_a_reset_while_nothing_happens_is_noticed_at_once() -> None:
    async with bad_network() as (_, network, _, room):
        network.reset()
        gone = await room.until(Disconnected)
        again = await room.until(Connected)
    assert gone.code == 1006
    assert again.reconnected


async def test_a_black_hole_is_noticed_and_left_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert socket.CLOSE_TIMEOUT == 1.0
    monkeypatch.setattr(socket, "CLOSE_TIMEOUT", 0.05)
    async with bad_network(stale_after="100ms") as (server, network, _, room):
        await say(server, "still here")
        await hear(room, "still here")
        network.freeze()
        await say(server, "into the void")
        gone = await room.until(Disconnected)
        await room.until(Reconnecting)
        network.thaw()
        await hear(room, "into the void")
    assert gone.reason == "nothing came for too long"
    assert gone.code is None
    assert room.kinds.count("disconnected") == 1
    assert room.kinds.count("connected") == 2


async def test_leaving_a_dead_line_takes_no_longer_than_a_goodbye_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "CLOSE_TIMEOUT", 0.05)
    now = asyncio.get_running_loop().time
    async with bad_network() as (_, network, _, _):
        network.freeze()
        began = now()
    assert now() - began < 1.0


async def test_waiting_for_the_next_try_can_be_cancelled_at_once() -> None:
    async with bad_network(reconnect={"min": "60s", "max": "60s"}) as (_, network, _, room):
        network.reset()
        waiting = await room.until(Reconnecting)
        reading = asyncio.create_task(room.next())
        await asyncio.sleep(0.01)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
    assert waiting.delay >= 30


async def test_a_handshake_into_a_black_hole_ends_and_is_tried_again() -> None:
    options = {"websocket_options": {"timeout": "60ms"}, "refusals_before_polling": 9}
    async with bad_network(**options) as (server, network, _, room):
        network.freeze()
        network.reset()
        failure = await room.until(Failure)
        network.thaw()
        await room.until(Connected)
        await say(server, "back")
        await hear(room, "back")
    assert "did not open a socket within 0.06s" in str(failure.exception)
    assert "Upgrade to websocket failed." in failure.info


async def test_single_bytes_make_the_same_events_without_a_false_alarm() -> None:
    async with bad_network(stale_after="300ms") as (server, network, to, room):
        network.piece = 1
        for number in range(20):
            await say(server, f"line {number}")
        await hear(room, "line 19")
    assert texts_of(room.events) == [f"line {number}" for number in range(20)]
    assert "disconnected" not in room.kinds
    assert to.counts["bad_frames"] == 0


async def test_a_slow_line_is_not_a_dead_one() -> None:
    async with bad_network(stale_after="250ms") as (server, network, _, room):
        network.latency = 0.05
        for number in range(4):
            await say(server, f"line {number}")
            await hear(room, f"line {number}")
    assert "disconnected" not in room.kinds


async def test_flipped_bits_never_do_more_than_lose_a_frame() -> None:
    """A bit can hit the gzip, the envelope or the socket's own framing: each ends in a known way."""
    rng = random.Random(11)
    async with bad_network() as (server, network, _, room):
        for number in range(60):
            network.flip_in = rng.randrange(0, 500)
            await say(server, f"line {number}")
            await asyncio.sleep(0.002)
        network.flip_in = None
        await say(server, "the end")
        await hear(room, "the end")
    texts = texts_of(room.events)
    assert set(room.kinds) <= {
        "websocket_connected",
        "connected",
        "disconnected",
        "reconnecting",
        "failure",
        "chat",
    }
    assert len(texts) == len(set(texts))
    assert len(texts) > 30
    assert set(texts) <= {"the end", *(f"line {number}" for number in range(60))}  # no half of a line


async def test_chunks_that_come_twice_are_heard_once() -> None:
    async with bad_network() as (server, network, to, room):
        network.repeat = 10
        for number in range(10):
            await say(server, f"line {number}")
            await hear(room, f"line {number}")
        await say(server, "the end")
        await hear(room, "the end")
    assert texts_of(room.events) == [*(f"line {number}" for number in range(10)), "the end"]
    assert to.counts["duplicates"] >= 9


async def test_an_unacknowledged_frame_comes_again_and_is_heard_once() -> None:
    """The acknowledgement is lost on the way."""
    limits = Limits(resend_after=0.03, chat_gap=0.0, poll_gap=0.0)
    async with simulator(limits=limits) as server, ChaosProxy(server.push_address) as network:
        to = connector(server, push_hosts=[network.push_host])
        async with listening(to) as room:
            await room.until(Connected)
            await say(server, "one")
            network.upward_delay = 0.1
            await hear(room, "one")
            await say(server, "two")
            await hear(room, "two")
            await asyncio.sleep(0.08)
            await say(server, "three")
            await hear(room, "three")
        assert server.report.resent >= 1
    assert texts_of(room.events) == ["one", "two", "three"]
    assert to.counts["duplicates"] >= 1


async def test_pings_are_answered_while_nothing_else_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real server drops who does not answer; so does the simulator."""
    monkeypatch.setattr(session, "LONGEST_HEARTBEAT", 0.05)
    limits = Limits(silence=0.15, chat_gap=0.0, poll_gap=0.0)
    async with simulator(limits=limits) as server:
        to = connector(server, stale_after="10s")
        async with listening(to) as room:
            await room.until(Connected)
            reading = asyncio.create_task(room.until(Chat))
            await asyncio.sleep(0.3)
            await say(server, "still here")
            await reading
        assert server.report.dropped == 0
        assert server.report.violations == []
        assert len(server.report.heartbeat_gaps) >= 5
        assert max(server.report.heartbeat_gaps) < 0.15
    assert "disconnected" not in room.kinds


async def test_a_socket_that_closes_between_opening_and_connected_leaves_no_zombie() -> None:
    async with simulator() as server, ChaosProxy(server.push_address) as network:
        to = connector(server, push_hosts=[network.push_host])
        async with listening(to) as room:
            await room.next()  # WebsocketConnected
            network.reset()
            await asyncio.sleep(0.02)
            await room.until(Disconnected)
            await room.until(Connected)
    connected = room.kinds.count("connected")
    assert room.kinds.count("disconnected") == connected - 1
