"""LiveClient over its life: used again after anything, ended at any moment, and never left half connected."""

import asyncio
from typing import Any

import pytest

from douyinbot import (
    AlreadyConnectingError,
    BlockedError,
    ConnectError,
    LiveClient,
    RoomNotFoundError,
    UserOfflineError,
    VerificationRequiredError,
)
from douyinbot.connectors.live_presence import Presence
from douyinbot.connectors.simulator import RoomSpec, Scenario, Simulator, Step, Times, Trouble
from tests.core.scenes import play, until

SILENT = Scenario(room=RoomSpec(history=0))
REFUSED = Trouble(handshake="refuse")


# ---- after a failure ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (Trouble(page="not_found"), RoomNotFoundError),
        (Trouble(page="offline"), UserOfflineError),
        (Trouble(page="verification", enter="html"), VerificationRequiredError),
        (Trouble(page="throttled"), ConnectError),
        (REFUSED, BlockedError),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_after_any_failure_the_client_can_be_used_again(trouble: Trouble, error: type) -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        for _ in range(2):
            with pytest.raises(error):
                await client.connect()
        assert kinds == ["failure", "failure"]
        await simulator.do("abc", Step(do="trouble", trouble=Trouble()))
        assert (await client.connect()).is_connected
        assert kinds[2:] == ["websocket_connected", "connected"]

    play(scene, Scenario(room=RoomSpec(history=0), trouble=trouble), reconnect=False)


def test_a_defect_while_connecting_is_an_error_and_not_a_connect_that_never_returns(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(client._connector.platform, "enter", None)
            with pytest.raises(TypeError):
                await client.connect()
        assert kinds == ["failure"]
        assert "which is a defect" in caplog.text
        assert (await client.connect()).is_connected

    play(scene, SILENT)


def test_the_same_visitor_connects_again() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        for _ in range(2):
            await client.connect()
            await client.disconnect()
        # Only the very first request comes without the cookie that the front page gives.
        assert [request.path for request in simulator.report.requests if not request.cookies] == ["/"]

    play(scene, SILENT)


# ---- ended at any moment --------------------------------------------------------------------------


def test_a_connect_that_is_cancelled_leaves_nothing_behind() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        connecting = asyncio.create_task(client.connect())
        for _ in range(3):
            await asyncio.sleep(0)
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting
        assert [task.get_name() for task in asyncio.all_tasks() if task.get_name() == "LiveClient"] == []
        assert kinds == []
        assert (await client.connect()).is_connected

    play(scene, SILENT)


def test_while_a_lost_connection_is_mended_no_second_one_is_made() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        await client.connect()
        await simulator.do("abc", Step(do="drop"))
        await until(lambda: "reconnecting" in kinds)
        assert not client.state.is_connected
        with pytest.raises(AlreadyConnectingError):
            await client.connect()
        await client.disconnect()
        assert kinds.count("disconnected") == 1
        assert (await client.connect()).is_connected

    play(scene, SILENT, reconnect={"min": "60s"})


def test_a_connection_that_fails_with_its_socket_open_does_not_look_upgraded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise ConnectError("gone at once")

    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        monkeypatch.setattr(Presence, "arrive", fail)
        with pytest.raises(ConnectError, match="gone at once"):
            await client.connect()
        assert kinds == ["websocket_connected", "failure"]
        assert not client.state.upgraded_to_websocket

    play(scene, SILENT, reconnect=False)


def test_disconnecting_inside_a_handler_ends_it_at_once() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        @client.on("chat")
        async def enough(event: Any) -> None:
            await client.disconnect()

        await client.connect()
        await simulator.say("abc", "小明", "one")
        await until(lambda: "disconnected" in kinds)
        await simulator.say("abc", "小明", "two")
        await asyncio.sleep(0.05)
        assert kinds[2:] == ["chat", "disconnected"]

    play(scene, SILENT)


def test_a_handler_may_connect_again_after_the_connection_is_gone() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        @client.on("disconnected")
        async def again(event: Any) -> None:
            if kinds.count("connected") < 2:
                await client.connect()

        await client.connect()
        await simulator.do("abc", Step(do="drop"))
        await until(lambda: kinds.count("connected") == 2)
        assert "failure" not in kinds

    play(scene, SILENT, reconnect=False)


def test_a_handler_may_close_the_client() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        closed = asyncio.Event()

        @client.on("stream_end")
        async def end(event: Any) -> None:
            await client.close()
            closed.set()

        await client.connect()
        await simulator.do("abc", Step(do="end"))
        await closed.wait()
        assert kinds[-2:] == ["stream_end", "disconnected"]

    play(scene, SILENT)


def test_as_a_context_it_connects_and_disconnects() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        async with client as same:
            assert same is client
            assert client.state.is_connected
        assert kinds == ["websocket_connected", "connected", "disconnected"]

    play(scene, SILENT)


# ---- the state ------------------------------------------------------------------------------------


def test_without_room_info_an_ended_room_connects_and_the_state_has_none() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        state = await client.connect()
        assert state.is_connected
        assert state.room_info is None

    play(scene, Scenario(room=RoomSpec(status="ended", history=0)), fetch_room_info_on_connect=False)


def test_the_gift_list_survives_a_disconnect_and_gifts_keep_their_description() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        gifts: list[Any] = []
        client.on("gift", gifts.append)
        rows = await client.get_available_gifts()
        await client.connect()
        await client.disconnect()
        assert client.state.available_gifts == rows
        await client.connect()
        await simulator.gift("abc", "小明", "小心心", [1])
        await until(lambda: gifts)
        assert gifts[0].extended_gift_info["name"] == "小心心"
        assert simulator.report.gift_lists == 1

    play(scene, SILENT)


def test_raw_data_is_only_made_while_somebody_listens() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        raw: list[Any] = []
        listener = client.on("rawData", raw.append)
        client.off("raw_data", listener)
        await client.connect()
        await simulator.say("abc", "小明", "hi")
        await until(lambda: "chat" in kinds)
        assert "raw_data" not in kinds

    play(scene, SILENT)


# ---- waiting for a stream -------------------------------------------------------------------------


def test_who_connected_with_a_streams_id_still_learns_that_it_is_over() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        await client.connect(str(simulator.room_id("abc")))
        await simulator.do("abc", Step(do="end"))
        await until(lambda: "disconnected" in kinds)
        assert not await client.is_live()

    play(scene, SILENT)


def test_waiting_survives_looks_that_fail() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        await client.wait_until_live(0.001)
        assert simulator.report.pages == 3
        assert kinds == []

    trouble = Trouble(page="verification", enter="html", times=Times(page=2))
    play(scene, Scenario(trouble=trouble))


def test_waiting_for_a_room_that_does_not_exist_ends() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        with pytest.raises(RoomNotFoundError):
            await client.wait_until_live(0.001)

    play(scene, Scenario(trouble=Trouble(page="not_found")))
