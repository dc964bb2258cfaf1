"""The order of events of a connection: what comes before Connected, and what after the end."""

import pytest

from douyinbot.connectors.simulator import RoomSpec, Scenario, Step, Trouble
from douyinbot.errors import UserOfflineError
from douyinbot.events import Chat, Connected, Disconnected, RawData, StreamEnd, WebsocketConnected
from tests.connectors.rooms import connector, kinds_of, listening, simulator, texts_of

THREE_OLD_LINES = Scenario(room=RoomSpec(history=3, title="唱歌", owner="小鹿"))


async def test_a_first_connection_tells_its_story_in_order() -> None:
    async with simulator(THREE_OLD_LINES) as server:
        async with listening(connector(server)) as room:
            connected = await room.until(Connected)
            await server.say("abc", "小明", "你好")
            await room.until(Chat, lambda chat: chat.comment == "你好")

        first, *history, last, live = room.events
        assert isinstance(first, WebsocketConnected)
        assert first.host == server.push_address.removeprefix("ws://")
        assert len(history) == 3
        assert all(event.history for event in history)
        assert last is connected
        assert not live.history
        assert (connected.room_id, connected.title, connected.owner) == (
            server.room_id("abc"),
            "唱歌",
            "小鹿",
        )
        assert connected.websocket
        assert not connected.reconnected
        assert server.report.violations == []


async def test_every_event_names_its_room_and_platform() -> None:
    async with simulator(THREE_OLD_LINES) as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
        assert {(event.room, event.platform, event.simulated) for event in room.events} == {
            ("main", "douyin", False)
        }


async def test_without_initial_data_an_end_in_there_is_dropped_too() -> None:
    async with simulator() as server:
        await server.do("abc", Step(do="control", code=3))
        async with listening(connector(server, process_initial_data=False)) as room:
            await room.until(Connected)
            await server.say("abc", "小明", "你好")
            await room.until(Chat)
        assert room.kinds == ["websocket_connected", "connected", "chat"]
        async with listening(connector(server)) as room:
            with pytest.raises(UserOfflineError, match="just ended"):
                await room.rest()
        assert room.kinds == []


async def test_without_initial_data_the_past_is_dropped_and_its_raw_data_too() -> None:
    async with simulator(THREE_OLD_LINES) as server:
        async with listening(connector(server, process_initial_data=False, raw=True)) as room:
            await room.until(Connected)
            await server.say("abc", "小明", "你好")
            await room.until(Chat)
        assert room.kinds == ["websocket_connected", "connected", "raw_data", "chat"]


async def test_raw_data_of_a_batch_comes_before_its_first_event() -> None:
    async with simulator(THREE_OLD_LINES) as server:
        async with listening(connector(server, raw=True)) as room:
            await room.until(Connected)
            await server.say("abc", "小明", "一")
            await server.say("abc", "小明", "二")
            await room.until(Chat, lambda chat: chat.comment == "二")
        raw = [event for event in room.events if isinstance(event, RawData)]
        assert room.kinds[1:4] == ["raw_data"] * 3
        assert room.kinds[-4:] == ["raw_data", "raw_data", "chat", "chat"]
        assert {event.method for event in raw[3:]} == {"WebcastChatMessage"}
        assert [event.id for event in raw[3:]] == [event.id for event in room.events[-2:]]
        assert all(event.payload for event in raw)


async def test_only_the_wanted_kinds_are_decoded_but_the_end_is_always_seen() -> None:
    async with simulator() as server:
        to = connector(server, kinds=frozenset({"gift"}))
        async with listening(to) as room:
            await room.until(Connected)
            await server.say("abc", "小明", "不要")
            await server.gift("abc", "小明", "小心心", [1])
            await server.do("abc", Step(do="end"))
            await room.rest()
        assert room.kinds == [
            "websocket_connected",
            "connected",
            "gift",
            "gift",
            "stream_end",
            "disconnected",
        ]
        assert to.counts["unwanted"] == 1


async def test_after_the_stream_end_in_mid_batch_only_disconnected_follows() -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            await server.say("abc", "小明", "再见")
            await server.do("abc", Step(do="end", text="下播啦"))
            await server.say("abc", "小明", "太晚了")
            await room.rest()
        assert room.kinds[-3:] == ["chat", "stream_end", "disconnected"]
        end, gone = room.events[-2:]
        assert isinstance(end, StreamEnd)
        assert isinstance(gone, Disconnected)
        assert (end.action, end.tips) == (3, "下播啦")
        assert gone.code is None
        assert texts_of(room.events) == ["再见"]
        assert server.report.pages == 1  # nobody has to be asked


async def test_a_stream_that_ends_in_the_first_answer_never_connects() -> None:
    async with simulator() as server:
        await server.do("abc", Step(do="end"))
        async with listening(connector(server, fetch_room_info_on_connect=False)) as room:
            with pytest.raises(UserOfflineError, match="just ended"):
                await room.rest()
        assert room.events == []
        assert server.report.handshakes == 0


async def test_a_room_that_is_not_live_is_named_and_not_entered() -> None:
    async with simulator(Scenario(room=RoomSpec(status="ended", owner="小鹿"))) as server:
        async with listening(connector(server)) as room:
            with pytest.raises(UserOfflineError, match="小鹿 is not live now"):
                await room.rest()
        assert (room.events, server.report.fetches, server.report.handshakes) == ([], 0, 0)


async def test_without_room_info_a_room_that_is_not_live_is_entered_happily() -> None:
    scenario = Scenario(room=RoomSpec(status="ended", history=0))
    async with simulator(scenario) as server:
        async with listening(connector(server, fetch_room_info_on_connect=False)) as room:
            await room.until(Connected)
        assert room.kinds == ["websocket_connected", "connected"]


async def test_a_paused_stream_counts_as_live() -> None:
    async with simulator(Scenario(room=RoomSpec(status="paused", history=0))) as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
        assert kinds_of(room.events) == ["websocket_connected", "connected"]


async def test_pauses_and_what_nobody_knows_are_told_in_order() -> None:
    async with simulator() as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            for step in (Step(do="pause"), Step(do="unknown"), Step(do="resume"), Step(do="end")):
                await server.do("abc", step)
            await room.rest()
        assert room.kinds[2:] == [
            "stream_paused",
            "unknown",
            "stream_resumed",
            "stream_end",
            "disconnected",
        ]


async def test_what_was_found_but_not_told_before_is_told_as_past_the_next_time() -> None:
    async with simulator() as server:
        to = connector(server, refusals_before_polling=99)
        async with listening(to) as room:
            await room.until(Connected)
            refuse = Trouble(handshake="refuse")
            await server.do("abc", Step(do="trouble", trouble=refuse))
            await server.do("abc", Step(do="drop"))
            await room.until(Disconnected)
            await server.say("abc", "小明", "meanwhile")
            while room.kinds.count("reconnecting") < 5:  # the room was looked up afresh on the way here
                await room.next()
        await server.do("abc", Step(do="trouble", trouble=Trouble()))
        async with listening(to) as room:
            await room.until(Connected)
        (chat,) = [event for event in room.events if isinstance(event, Chat)]
        assert (chat.comment, chat.history) == ("meanwhile", True)


async def test_one_connector_can_be_used_again_as_if_it_were_new() -> None:
    async with simulator() as server:
        to = connector(server)
        async with listening(to) as room:
            await room.until(Connected)
            await server.say("abc", "小明", "一")
            await room.until(Chat)
        async with listening(to) as room:
            connected = await room.until(Connected)
            await server.say("abc", "小明", "二")
            await room.until(Chat, lambda chat: chat.comment == "二")
        assert not connected.reconnected
        assert kinds_of(room.events).count("connected") == 1
        assert texts_of(room.events) == ["一", "二"]
        assert [event.history for event in room.events if isinstance(event, Chat)] == [True, False]
        assert to.counts["messages"] == 3
        assert server.report.violations == []
