"""Which push host is called: the announced one if it can be trusted, the user's own, the next one."""

from typing import Any

import pytest

from douyinbot.connectors import live_socket
from douyinbot.connectors.simulator import Scenario, Simulator, Step, Times, Trouble
from douyinbot.errors import BlockedError
from douyinbot.events import Chat, Connected, Disconnected, Failure, WebsocketConnected
from tests.connectors.chaos import ChaosProxy
from tests.connectors.rooms import connector, listening, simulator
from tests.connectors.servers import closed_port


def announce(server: Simulator, address: str) -> None:
    server._channel.push_address = address


async def test_the_announced_host_is_called() -> None:
    async with simulator() as server, ChaosProxy(server.push_address) as announced:
        announce(server, announced.push_host)
        async with listening(connector(server)) as room:
            opened = await room.until(WebsocketConnected)
        assert opened.host == announced.authority
        assert announced.accepted == 1


async def test_a_stranger_that_is_announced_never_hears_from_us() -> None:
    async with simulator() as server, ChaosProxy(server.push_address) as stranger:
        announce(server, stranger.push_host.replace("127.0.0.1", "localhost"))
        async with listening(connector(server, cookies=Simulator.LOGIN)) as room:
            opened = await room.until(WebsocketConnected)
            await room.until(Connected)
            await server.say("abc", "小明", "你好")
            await room.until(Chat)
        assert stranger.accepted == 0
        assert opened.host == server.push_address.removeprefix("ws://")


@pytest.mark.parametrize("announced", ["", "wss://[", "\N{SNOWMAN}", "wss://evil.test"])
async def test_with_a_useless_announcement_the_endpoint_itself_is_called(announced: str) -> None:
    async with simulator() as server:
        announce(server, announced)
        async with listening(connector(server)) as room:
            opened = await room.until(WebsocketConnected)
        assert opened.host == server.push_address.removeprefix("ws://")


async def test_the_users_hosts_replace_the_announced_one() -> None:
    async with simulator() as server:
        async with ChaosProxy(server.push_address) as announced, ChaosProxy(server.push_address) as own:
            announce(server, announced.push_host)
            async with listening(connector(server, push_hosts=[own.push_host])) as room:
                await room.until(Connected)
            assert (announced.accepted, own.accepted) == (0, 1)


async def test_hosts_are_tried_in_turn_and_the_one_that_works_is_kept() -> None:
    async with simulator() as server, ChaosProxy(server.push_address) as good:
        dead = [f"ws://127.0.0.1:{closed_port()}" for _ in range(2)]
        async with listening(connector(server, push_hosts=[*dead, good.push_host])) as room:
            await room.until(Connected)
            failures = [str(event.exception) for event in room.events if isinstance(event, Failure)]
            for _ in range(2):
                await server.do("abc", Step(do="drop"))
                await room.until(Connected)
        assert [words.split()[0] for words in failures] == [host.removeprefix("ws://") for host in dead]
        assert room.kinds.count("failure") == 2
        assert good.accepted == 3


async def test_a_host_that_dies_is_left_for_the_next_one() -> None:
    async with simulator() as server, ChaosProxy(server.push_address) as first:
        async with ChaosProxy(server.push_address) as second:
            async with listening(connector(server, push_hosts=[first.push_host, second.push_host])) as room:
                await room.until(Connected)
                await first.stop()
                again = await room.until(Connected)
            assert again.reconnected
            assert second.accepted == 1


# ---- sockets that are opened and yet are refusals -----------------------------------------------------


async def first_failure(server: Simulator, **options: Any) -> Failure:
    async with listening(connector(server, **options)) as room:
        failure = await room.until(Failure)
    assert isinstance(failure.exception, BlockedError)
    assert failure.info == "Upgrade to websocket failed."
    assert str(failure.exception).endswith("or look for a newer version.")
    return failure


async def test_a_socket_on_which_not_one_frame_comes_is_a_refusal() -> None:
    async with simulator(Scenario(trouble=Trouble(handshake="silent"))) as server:
        failure = await first_failure(server, stale_after="60ms")
    assert "opened the socket, but sent nothing for 0." in str(failure.exception)


async def test_a_socket_that_is_dropped_after_long_silence_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert live_socket.SUSPICIOUS == 5
    monkeypatch.setattr(live_socket, "SUSPICIOUS", 0.0)
    async with simulator(Scenario(trouble=Trouble(handshake="dropped"))) as server:
        failure = await first_failure(server)
    assert "opened the socket, sent nothing, and dropped it after" in str(failure.exception)


async def test_a_socket_that_is_dropped_at_once_was_lost_by_the_network() -> None:
    dropped = Scenario(trouble=Trouble(handshake="dropped", times=Times(handshake=4)))
    async with simulator(dropped) as server:
        async with listening(connector(server)) as room:
            while room.kinds.count("connected") < 5:
                await room.next()
    assert "failure" not in room.kinds


@pytest.mark.parametrize("code", [1007, 1008])
async def test_a_close_code_that_refuses_is_a_refusal_even_after_frames(code: int) -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            await server.say("abc", "小明", "你好")
            await room.until(Chat)
            await server.do("abc", Step(do="hangup", code=code))
            failure = await room.until(Failure)
            gone = await room.until(Disconnected)
    assert f"closed the socket with code {code}: it does not accept what we sent" in str(failure.exception)
    assert gone.code == code


async def test_three_sockets_that_bring_nothing_lead_to_polling() -> None:
    silent = Scenario(trouble=Trouble(handshake="silent"))
    async with simulator(silent) as server:
        async with listening(connector(server, stale_after="40ms")) as room:
            connected = await room.until(Connected, lambda event: not event.websocket)
            await server.say("abc", "小明", "你好")
            await room.until(Chat)
    assert connected.reconnected
    assert room.kinds.count("failure") == 3
    assert [event.info for event in room.events if isinstance(event, Failure)][-1].endswith("polling...")


async def test_a_host_that_refuses_is_left_although_it_was_announced() -> None:
    async with simulator() as server, ChaosProxy(server.push_address) as good:
        announce(server, f"ws://127.0.0.1:{closed_port()}")
        async with listening(connector(server)) as room:
            await room.until(Connected)
            await server.do("abc", Step(do="drop"))
            announce(server, good.push_host)  # only told once the room is looked up afresh
            await room.until(Connected)
    hosts = {event.host for event in room.events if isinstance(event, WebsocketConnected)}
    assert hosts == {server.push_address.removeprefix("ws://")}
    assert room.kinds.count("failure") == 1


async def test_once_all_hosts_have_refused_the_first_choice_is_tried_again() -> None:
    async with simulator() as server, ChaosProxy(server.push_address) as first:
        hosts = [first.push_host, f"ws://127.0.0.1:{closed_port()}"]
        await server.do(
            "abc", Step(do="trouble", trouble=Trouble(handshake="http_502", times=Times(handshake=1)))
        )
        async with listening(connector(server, push_hosts=hosts)) as room:
            opened = await room.until(WebsocketConnected)
    assert room.kinds.count("failure") == 2
    assert (opened.host, first.accepted) == (first.authority, 2)
