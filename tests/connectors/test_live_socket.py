"""Which push host is called: the announced one if it can be trusted, the user's own, the next one."""

import pytest

from douyinbot.connectors.simulator import Simulator, Step
from douyinbot.events import Chat, Connected, Failure, WebsocketConnected
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
