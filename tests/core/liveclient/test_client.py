"""LiveClient on the simulator, by the seed's contract: order, states, errors."""

import asyncio
from typing import Any

import pytest

from douyinbot import (
    AlreadyConnectedError,
    AlreadyConnectingError,
    ConfigError,
    ConnectAborted,
    InvalidSessionError,
    InvalidUniqueIdError,
    LiveClient,
    RoomNotFoundError,
    State,
    UserOfflineError,
)
from douyinbot.connectors.simulator import RoomSpec, Scenario, Simulator, Step, Trouble
from douyinbot.webcast import composing
from douyinbot.webcast.douyin import compose
from tests.core.scenes import play, until

# ---- making one -----------------------------------------------------------------------------------


@pytest.mark.parametrize("room", ["", "  ", None, 5, "https://example.com/x", "us er"])
def test_what_is_no_room_is_refused_at_once(room: Any) -> None:
    with pytest.raises(InvalidUniqueIdError):
        LiveClient(room)
    with pytest.raises(ValueError):
        LiveClient(room)


def test_unknown_options_and_platforms_are_refused() -> None:
    with pytest.raises(ConfigError, match='did you mean "proxy"'):
        LiveClient("123", proxi="x")
    with pytest.raises(InvalidUniqueIdError, match="no platform"):
        LiveClient("123", platform="bilibili")


# ---- connecting -----------------------------------------------------------------------------------


def test_connecting_emits_in_the_contracts_order_and_returns_the_state() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        state = await client.connect()
        assert kinds[0] == "websocket_connected"
        assert kinds[-1] == "connected"
        assert len(kinds) == 5
        assert (state.is_connected, state.upgraded_to_websocket) == (True, True)
        assert state.room_id.startswith("7")
        assert state.room_info is not None
        assert state is client.state

    play(scene)


def test_history_can_be_left_out() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        await client.connect()
        assert kinds == ["websocket_connected", "connected"]

    play(scene, process_initial_data=False)


def test_without_the_socket_it_polls() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        state = await client.connect()
        assert "websocket_connected" not in kinds
        assert not state.upgraded_to_websocket
        await simulator.say("abc", "小明", "hi")
        await until(lambda: kinds[-1] == "chat")

    play(scene, enable_websocket_upgrade=False, request_polling_interval_ms=950)


def test_connecting_twice_is_refused_without_an_error_event() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        first = asyncio.create_task(client.connect())
        await asyncio.sleep(0)
        with pytest.raises(AlreadyConnectingError):
            await client.connect()
        await first
        with pytest.raises(AlreadyConnectedError):
            await client.connect()
        assert "failure" not in kinds

    play(scene)


def test_disconnecting_while_connecting_aborts_it_and_the_client_can_be_used_again() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        connecting = asyncio.create_task(client.connect())
        await asyncio.sleep(0)
        await client.disconnect()
        with pytest.raises(ConnectAborted):
            await connecting
        assert kinds == []
        assert (await client.connect()).is_connected

    play(scene)


def test_disconnecting_emits_once_keeps_the_room_id_and_twice_does_no_harm() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        room_id = (await client.connect()).room_id
        await client.disconnect()
        await client.disconnect()
        assert kinds.count("disconnected") == 1
        assert (client.state.is_connected, client.state.room_id) == (False, room_id)
        assert client.state.room_info is None
        await simulator.say("abc", "小明", "too late")
        await asyncio.sleep(0.05)
        assert kinds[-1] == "disconnected"

    play(scene)


@pytest.mark.parametrize(
    ("scenario", "error"),
    [
        (Scenario(trouble=Trouble(page="not_found")), RoomNotFoundError),
        (Scenario(room=RoomSpec(status="ended")), UserOfflineError),
    ],
)
def test_a_failed_connect_raises_and_emits_a_failure_and_nothing_else(
    scenario: Scenario, error: type
) -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        with pytest.raises(error):
            await client.connect()
        assert kinds == ["failure"]
        assert not client.state.is_connected

    play(scene, scenario)


def test_the_end_of_the_stream_is_followed_by_one_disconnected_and_nothing_more() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        await client.connect()
        await simulator.do("abc", Step(do="end"))
        await until(lambda: "disconnected" in kinds)
        assert kinds[-2:] == ["stream_end", "disconnected"]
        assert kinds.count("disconnected") == 1
        assert not client.state.is_connected

    play(scene)


def test_with_a_known_room_id_the_page_is_not_asked() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        await client.connect(str(simulator.room_id("abc")))
        assert simulator.report.pages == 0
        assert kinds[-1] == "connected"

    play(scene)


def test_raw_data_comes_for_every_message_before_it_is_decoded() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        methods: list[str] = []
        client.on("rawData", lambda event: methods.append(event.method))
        await client.connect()
        await simulator.say("abc", "小明", "hi")
        await until(lambda: kinds[-1] == "chat")
        assert kinds[-2:] == ["raw_data", "chat"]
        assert methods[-1] == "WebcastChatMessage"

    play(scene)


# ---- asking ---------------------------------------------------------------------------------------


def test_gifts_carry_what_the_list_tells_once_it_was_asked_for() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        gifts: list[Any] = []
        client.on("gift", gifts.append)
        await client.connect()
        await simulator.gift("abc", "小明", "小心心", [1])
        await until(lambda: len(gifts) == 2)
        assert gifts[0].extended_gift_info is None
        rows = await client.get_available_gifts()
        assert client.state.available_gifts == rows
        await simulator.gift("abc", "小红", "小心心", [1])
        await until(lambda: len(gifts) == 4)
        assert gifts[-1].extended_gift_info["name"] == "小心心"

    play(scene)


def test_it_tells_whether_somebody_is_live_and_about_the_room_without_connecting() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        assert await client.is_live()
        await client.wait_until_live()
        assert (await client.get_room_info())["status"] == 2
        assert kinds == []

    play(scene)


# ---- speaking -------------------------------------------------------------------------------------


def test_a_line_is_sent_with_the_users_login_and_seen() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        await client.connect()
        receipt = await client.send_message("大家好")
        assert receipt.state is State.SEEN
        assert [line.text for line in simulator.report.chat_lines] == ["大家好"]

    play(scene, cookies=Simulator.LOGIN)


def test_a_session_id_is_remembered_and_none_is_an_error() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        await client.connect()
        with pytest.raises(InvalidSessionError, match="Missing SessionId"):
            await client.send_message("hi")
        assert (await client.send_message("one", "simulated")).state is State.SEEN
        await asyncio.sleep(0.6)
        assert (await client.send_message("two")).state is State.SEEN

    play(scene)


def test_an_expired_session_is_the_platforms_own_error() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        await client.connect()
        with pytest.raises(InvalidSessionError, match="not logged in"):
            await client.send_message("hi")

    play(scene, session_id="expired")


# ---- handlers and decoding ------------------------------------------------------------------------


def test_a_handler_that_raises_is_a_failure_and_the_stream_goes_on() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        failures: list[Any] = []
        client.on("error", failures.append)

        @client.on("chat")
        async def boom(event: Any) -> None:
            raise ValueError("boom")

        await client.connect()
        await simulator.say("abc", "小明", "hi")
        await until(lambda: failures)
        assert "boom of chat" in failures[-1].info
        assert str(failures[-1].exception) == "boom"
        assert client.state.is_connected

    play(scene, process_initial_data=False)


def test_decoding_a_payload_hands_it_to_the_handlers() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        method, payload = compose.chat(1, 2, 1_790_000_000_000, composing.Person(5, "小明"), "hi")
        (event,) = client.decode_message(method, payload)
        assert (event.kind, event.user.nickname, event.comment) == ("chat", "小明", "hi")
        (unknown,) = client.decode_message("WebcastNothingMessage", b"")
        assert (unknown.kind, unknown.method) == ("unknown", "WebcastNothingMessage")
        assert client.decode_message(method, b"\xff") == []
        assert kinds == ["chat", "unknown"]

    play(scene)
