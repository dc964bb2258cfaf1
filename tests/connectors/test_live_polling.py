"""Without a socket: polling im/fetch, and the way back to the socket."""

import asyncio
from typing import Any

import pytest

from douyinbot.connectors import live_polling, live_status
from douyinbot.connectors.douyin import lookup
from douyinbot.connectors.simulator import RoomSpec, Scenario, Simulator, Step, Times, Trouble
from douyinbot.errors import BlockedError, ConnectError, NoWSUpgradeError, RateLimitedError
from douyinbot.events import Chat, Connected, Disconnected, Failure, WebsocketConnected
from tests.connectors.chaos import ChaosProxy
from tests.connectors.rooms import Listener, come_true, connector, listening, simulator, texts_of


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert live_polling.SOCKET_RETRY == 60
    monkeypatch.setattr(lookup, "SECOND_LOOK", 0.001)


async def fail_fetching(server: Simulator, kind: str, times: int | None = None) -> None:
    await server.do("abc", Step(do="trouble", trouble=Trouble(fetch=kind, times=Times(fetch=times))))


async def test_polling_brings_each_message_once_and_never_opens_a_socket(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live_polling, "SOCKET_RETRY", 0.0)
    async with simulator() as server:
        async with listening(connector(server, enable_websocket_upgrade=False)) as room:
            connected = await room.until(Connected)
            for number in range(5):
                await server.say("abc", "小明", str(number))
                await room.until(Chat)
            await server.do("abc", Step(do="end"))
            await room.rest()
        assert not connected.websocket
        assert texts_of(room.events) == ["0", "1", "2", "3", "4"]
        assert room.kinds[-2:] == ["stream_end", "disconnected"]
        assert server.report.handshakes == 0
        assert server.report.violations == []


async def test_the_first_poll_comes_at_once() -> None:
    async with simulator() as server:
        options = {"enable_websocket_upgrade": False, "request_polling_interval_ms": 60_000}
        async with listening(connector(server, **options)) as room:
            await room.until(Connected)
            assert server.report.fetches == 1  # the first look, which shows that polling works
            await server.say("abc", "小明", "你好")
            await room.until(Chat)
        assert server.report.fetches == 2  # and the first poll


async def test_a_first_poll_that_fails_does_not_undo_the_connection() -> None:
    async with simulator() as server:
        async with listening(connector(server, enable_websocket_upgrade=False, signer="none")) as room:
            await room.until(Connected)
            await server.do("abc", Step(do="trouble", trouble=Trouble(fetch="garbage", times=Times(fetch=1))))
            await room.until(Failure)
            await server.say("abc", "小明", "你好")
            await room.until(Chat)
        assert room.kinds == ["connected", "failure", "chat"]


async def test_going_over_to_polling_is_no_reconnecting_and_needs_none() -> None:
    async with simulator(Scenario(trouble=Trouble(handshake="refuse"))) as server:
        options = {"reconnect": False, "refusals_before_polling": 1, "process_initial_data": False}
        async with listening(connector(server, **options)) as room:
            await room.until(Connected)
        assert room.kinds == ["failure", "connected"]


async def test_history_comes_before_connected_when_polling_too() -> None:
    async with simulator(Scenario()) as server:
        async with listening(connector(server, enable_websocket_upgrade=False)) as room:
            await room.until(Connected)
        *history, _ = room.events
        assert len(history) == 8
        assert all(event.history for event in history)


async def test_three_refused_sockets_lead_to_polling() -> None:
    async with simulator(Scenario(trouble=Trouble(handshake="refuse"))) as server:
        async with listening(connector(server)) as room:
            connected = await room.until(Connected)
            await server.say("abc", "小明", "你好")
            await room.until(Chat, lambda chat: chat.comment == "你好")
        failures = [event for event in room.events if isinstance(event, Failure)]
        assert [event.info for event in failures] == [
            "Upgrade to websocket failed.",
            "Upgrade to websocket failed.",
            "Upgrade to websocket failed. Using request polling...",
        ]
        assert all(isinstance(event.exception, BlockedError) for event in failures)
        assert not connected.websocket
        assert not connected.reconnected
        assert "disconnected" not in room.kinds
        assert len(server.report.refusals) == 3


async def test_so_many_refusals_as_the_user_wants_lead_to_polling() -> None:
    async with simulator(Scenario(trouble=Trouble(handshake="refuse"))) as server:
        async with listening(connector(server, refusals_before_polling=1)) as room:
            await room.until(Connected)
        assert "reconnecting" not in room.kinds
        assert len(server.report.refusals) == 1


@pytest.mark.parametrize(
    ("scenario", "options", "refusals"),
    [
        (Scenario(), {"enable_websocket_upgrade": False}, 0),
        (Scenario(room=RoomSpec(polling=True)), {}, 0),
        (Scenario(trouble=Trouble(handshake="refuse")), {}, 3),
        (
            Scenario(trouble=Trouble(handshake="refuse")),
            {"reconnect": False, "refusals_before_polling": 1},
            1,
        ),
    ],
    ids=["switched off", "not offered", "refused", "refused once"],
)
async def test_without_a_socket_and_without_polling_there_is_no_way_in(
    scenario: Scenario, options: dict[str, Any], refusals: int
) -> None:
    async with simulator(scenario) as server:
        async with listening(connector(server, enable_request_polling=False, **options)) as room:
            with pytest.raises(NoWSUpgradeError, match="enable_request_polling"):
                await room.rest()
        assert "connected" not in room.kinds
        assert len(server.report.refusals) == refusals


async def test_without_polling_a_lost_socket_is_tried_on_and_on() -> None:
    async with simulator() as server:
        async with listening(connector(server, enable_request_polling=False)) as room:
            await room.until(Connected)
            trouble = Trouble(handshake="refuse", times=Times(handshake=5))
            await server.do("abc", Step(do="trouble", trouble=trouble))
            await server.do("abc", Step(do="drop"))
            assert (await room.until(Connected)).websocket
        assert len(server.report.refusals) == 5


async def test_after_a_while_the_socket_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_polling, "SOCKET_RETRY", 0.02)
    scenario = Scenario(trouble=Trouble(handshake="refuse", times=Times(handshake=5)))
    async with simulator(scenario) as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            await room.until(WebsocketConnected)
            await server.say("abc", "小明", "走长连接")
            await room.until(Chat, lambda chat: chat.comment == "走长连接")
        # The connection was up all the time: nobody hears of two refusals in between, or a new beginning.
        assert room.kinds.count("connected") == 1
        assert room.kinds.count("failure") == 3
        assert len(server.report.refusals) == 5
        assert server.report.violations == []


async def test_a_lost_socket_that_followed_polling_is_mended_as_a_socket(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live_polling, "SOCKET_RETRY", 0.02)
    scenario = Scenario(trouble=Trouble(handshake="refuse", times=Times(handshake=3)))
    async with simulator(scenario) as server:
        async with listening(connector(server)) as room:
            await room.until(WebsocketConnected)
            await server.do("abc", Step(do="drop"))
            again = await room.until(Connected, lambda event: event.reconnected)
        assert again.websocket
        assert room.kinds.count("disconnected") == 1


async def test_a_refused_poll_before_anything_worked_is_an_error() -> None:
    async with simulator(Scenario(trouble=Trouble(fetch="empty"))) as server:
        async with listening(connector(server, enable_websocket_upgrade=False)) as room:
            with pytest.raises(BlockedError, match="empty answer"):
                await room.rest()
        assert room.events == []


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("empty", "empty answer of im/fetch"),
        ("json", "answered with text"),
        ("garbage", "not an answer of the push service"),
    ],
)
async def test_a_bad_poll_in_between_is_told_and_survived(kind: str, words: str) -> None:
    async with simulator() as server:
        async with listening(connector(server, enable_websocket_upgrade=False, signer="none")) as room:
            await room.until(Connected)
            await fail_fetching(server, kind, times=2)
            first = await room.until(Failure)
            await server.say("abc", "小明", "还在")
            await room.until(Chat)
        assert first.info == "Error while fetching webcast data via request polling"
        assert words in str(first.exception)
        assert room.kinds.count("failure") == 2
        assert "disconnected" not in room.kinds
        assert texts_of(room.events) == ["还在"]


async def test_bad_polls_only_count_in_a_row() -> None:
    async with simulator() as server:
        async with listening(connector(server, enable_websocket_upgrade=False, signer="none")) as room:
            await room.until(Connected)
            for text in ("一", "二", "三"):
                await fail_fetching(server, "json", times=3)
                for _ in range(3):
                    await room.until(Failure)
                await server.say("abc", "小明", text)
                await room.until(Chat)
        assert "disconnected" not in room.kinds
        assert texts_of(room.events) == ["一", "二", "三"]


async def lost_by_polling(server: Simulator, room: Listener) -> Disconnected:
    await room.until(Connected)
    await fail_fetching(server, "json")
    return await room.until(Disconnected)


async def test_five_bad_polls_in_a_row_are_a_lost_connection() -> None:
    async with simulator() as server:
        async with listening(connector(server, enable_websocket_upgrade=False)) as room:
            gone = await lost_by_polling(server, room)
            await fail_fetching(server, "none")
            again = await room.until(Connected)
        failures = [event for event in room.events if isinstance(event, Failure)]
        assert len(failures) == 5
        assert {event.info for event in failures} == {"Error while fetching webcast data via request polling"}
        assert "answered with text" in gone.reason
        assert again.reconnected
        assert not again.websocket


async def test_polling_without_reconnecting_ends_with_the_connection() -> None:
    async with simulator() as server:
        options = {"enable_websocket_upgrade": False, "reconnect": False}
        async with listening(connector(server, **options)) as room:
            await lost_by_polling(server, room)
            await room.rest()
        assert room.kinds[-1] == "disconnected"


async def test_a_throttled_poll_waits_as_long_as_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    async with simulator() as server:
        async with listening(connector(server, enable_websocket_upgrade=False)) as room:
            await room.until(Connected)
            await fail_fetching(server, "throttled", times=1)
            told = await room.until(Failure)
            real_sleep = live_polling.asyncio.sleep

            async def sleep(seconds: float) -> None:
                waits.append(seconds)
                await real_sleep(0)

            monkeypatch.setattr(live_polling.asyncio, "sleep", sleep)
            await server.say("abc", "小明", "回来了")
            await room.until(Chat)
        assert isinstance(told.exception, RateLimitedError)
        assert told.exception.retry_after == 5
        assert waits[0] == 5


async def test_a_quiet_room_is_asked_whether_it_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_status, "QUIET", 0.02)
    async with simulator() as server:
        async with listening(connector(server, enable_websocket_upgrade=False)) as room:
            await room.until(Connected)
            gone = Trouble(page="offline", enter="offline")
            await server.do("abc", Step(do="trouble", trouble=gone))
            await room.rest()
        assert room.kinds == ["connected", "stream_end", "disconnected"]


async def test_a_quiet_room_that_is_still_live_is_polled_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_status, "QUIET", 0.01)
    async with simulator() as server:
        async with listening(connector(server, enable_websocket_upgrade=False)) as room:
            await room.until(Connected)
            reading = asyncio.create_task(room.until(Chat))
            await asyncio.sleep(0.05)
            await server.say("abc", "小明", "你好")
            await reading
        assert room.kinds == ["connected", "chat"]
        assert server.report.pages >= 2


async def test_a_room_that_announces_no_socket_is_heard_all_the_same() -> None:
    async with simulator(Scenario(room=RoomSpec(history=0, polling=True))) as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            await server.say("abc", "小明", "你好")
            await room.until(Chat)
        assert server.report.violations == []


async def test_a_goodbye_in_the_polled_answers_is_no_special_case() -> None:
    """What the server wants of sockets does not touch polling."""
    async with simulator() as server:
        async with listening(connector(server, enable_websocket_upgrade=False)) as room:
            await room.until(Connected)
            for what in ("close", "reconnect", "drop"):
                await server.do("abc", Step(do=what))
            await server.say("abc", "小明", "你好")
            await room.until(Chat)
        assert room.kinds == ["connected", "chat"]


async def test_nothing_works_any_more_and_the_reason_comes_out() -> None:
    trouble = Trouble(fetch="json", handshake="refuse")
    async with simulator(Scenario(trouble=trouble)) as server:
        async with listening(connector(server)) as room:
            with pytest.raises(ConnectError, match="im/fetch answered with text"):
                await room.rest()
        assert room.kinds == ["failure", "reconnecting"] * 2 + ["failure"]


# ---- what the server offers -----------------------------------------------------------------------------


def offering(fetch_type: int) -> Simulator:
    return simulator(Scenario(room=RoomSpec(history=0, fetch_type=fetch_type)))  # type: ignore[arg-type]


async def offer(server: Simulator, fetch_type: int) -> None:
    await server.do("abc", Step(do="offer", fetch_type=fetch_type))  # type: ignore[arg-type]


async def test_where_the_server_offers_no_socket_none_is_asked_for() -> None:
    async with offering(0) as server:
        async with listening(connector(server)) as room:
            connected = await room.until(Connected)
            for text in ("一", "二"):
                await server.say("abc", "小明", text)
                await room.until(Chat)
        assert not connected.websocket
        assert room.kinds == ["connected", "chat", "chat"]
        assert (server.report.handshakes, server.report.refusals) == (0, [])


@pytest.mark.parametrize("fetch_type", [1, 2])
async def test_a_socket_that_is_offered_later_is_taken_at_once(fetch_type: int) -> None:
    async with offering(0) as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            await offer(server, fetch_type)
            await room.until(WebsocketConnected)
            await server.say("abc", "小明", "走长连接")
            await room.until(Chat)
        assert room.kinds == ["connected", "websocket_connected", "chat"]
        assert server.report.violations == []


async def test_without_an_offer_the_socket_is_tried_every_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_polling, "SOCKET_RETRY", 0.02)
    async with offering(0) as server:
        async with listening(connector(server)) as room:
            await room.until(WebsocketConnected)
        assert room.kinds == ["connected", "websocket_connected"]


async def test_while_the_socket_is_being_opened_polling_brings_the_messages() -> None:
    async with offering(2) as server, ChaosProxy(server.push_address) as slow:
        slow.freeze()
        async with listening(connector(server, push_hosts=[slow.push_host])) as room:
            connected = await room.until(Connected)
            await server.say("abc", "小明", "甲")
            await room.until(Chat)
            assert "websocket_connected" not in room.kinds
            slow.thaw()
            await room.until(WebsocketConnected)
            await server.say("abc", "小明", "乙")
            await room.until(Chat, lambda chat: chat.comment == "乙")
        assert not connected.websocket
        assert texts_of(room.events) == ["甲", "乙"]
        assert (slow.accepted, room.kinds.count("connected")) == (1, 1)


async def test_a_socket_that_is_being_opened_is_given_up_with_the_connection() -> None:
    """That no task and no socket is left behind is checked after every test here."""
    async with offering(2) as server, ChaosProxy(server.push_address) as slow:
        slow.freeze()
        async with listening(connector(server, push_hosts=[slow.push_host])) as room:
            await room.until(Connected)
            while not slow.accepted:
                await asyncio.sleep(0.001)
                await server.say("abc", "小明", "甲")
                await room.until(Chat)
    assert "websocket_connected" not in room.kinds


async def test_after_a_goodbye_the_server_may_want_polling() -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            await offer(server, 0)
            await server.do("abc", Step(do="close"))
            again = await room.until(Connected)
            await server.say("abc", "小明", "你好")
            await room.until(Chat)
        assert (again.websocket, again.reconnected) == (False, True)
        assert server.report.handshakes == 1


async def test_a_poll_that_is_under_way_at_the_end_brings_nothing_any_more() -> None:
    async with simulator() as server:
        to = connector(server, enable_websocket_upgrade=False)
        async with listening(to) as room:
            await room.until(Connected)
            await fail_fetching(server, "timeout")
            fetches = server.report.fetches
            reading = asyncio.create_task(room.next())
            await come_true(lambda: server.report.fetches > fetches)
            await server.say("abc", "小明", "太晚了")
            reading.cancel()
            await asyncio.wait([reading])
        cursor = to.session.cursor
        await asyncio.sleep(0.01)
        assert room.kinds == ["connected"]
        assert (to.session.cursor, to.session.events_received()) == (cursor, [])
