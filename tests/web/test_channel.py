"""`/ws`: what happens, as it comes."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from douyinbot.web import channel as module
from douyinbot.web import feed as feed_module


async def read(socket: aiohttp.ClientWebSocketResponse, count: int = 1) -> list[dict[str, Any]]:
    return [json.loads((await socket.receive()).data) for _ in range(count)]


async def test_events_and_lines_come_as_jsonl_prints_them(house: Callable[..., Any]) -> None:
    async with house() as home, home.watch("kinds=chat,send") as socket:
        id = home.emit("chat", comment="晚上好")
        (event,) = await read(socket)
        assert (event["kind"], event["id"], event["room"], event["comment"]) == ("chat", id, "main", "晚上好")
        assert event["user"]["nickname"] == "小明"
        home.say("你好")
        states = [line["state"] for line in await read(socket, 4) if line["kind"] == "send"]
        assert states == ["queued", "sent", "seen"]


async def test_one_may_ask_for_rooms_and_kinds(house: Callable[..., Any]) -> None:
    async with house() as home, home.watch("rooms=asks&kinds=gift,chat") as socket:
        home.emit("chat", comment="elsewhere")
        home.emit("like", room="asks", like_count=1)
        home.emit("chat", room="asks", comment="here")
        assert [event["comment"] for event in await read(socket)] == ["here"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("rooms=mian", 'rooms: there is no "mian" - did you mean "main"?'),
        ("kinds=chats", 'kinds: there is no "chats" - did you mean "chat"?'),
    ],
)
async def test_what_does_not_exist_is_said(house: Callable[..., Any], query: str, said: str) -> None:
    async with house() as home:
        status, value = await home.ask("GET", f"/ws?{query}")
        assert (status, value["error"]) == (400, {"type": "bad_request", "message": said})
        assert home.server.feed.watchers == set()


async def test_half_a_character_is_no_problem(house: Callable[..., Any]) -> None:
    async with house() as home, home.watch("kinds=chat") as socket:
        home.emit("chat", user="\ud800", comment="a\ud800b")
        assert (await read(socket))[0]["comment"] == "a\ud800b"


async def test_what_a_watcher_says_is_not_heard(house: Callable[..., Any]) -> None:
    async with house() as home, home.watch("kinds=chat") as socket:
        await socket.send_str('{"order": "stop"}')
        home.emit("chat", comment="hi")
        assert len(await read(socket)) == 1
        await socket.send_str("x" * (module.LONGEST + 1))
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


async def test_there_is_an_end_to_how_many_may_watch(
    house: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "MOST", 1)
    async with house() as home:
        async with home.watch():
            status, value = await home.ask("GET", "/ws")
            assert (status, value["error"]["type"]) == (503, "full")
        await home.until(lambda: not home.server.feed.watchers)
        async with home.watch() as socket:
            assert not socket.closed


async def test_who_goes_is_forgotten(house: Callable[..., Any]) -> None:
    async with house() as home:
        async with home.watch():
            assert len(home.server.feed.watchers) == 1
        await home.until(lambda: not home.server.feed.watchers)
        assert home.server.feed.counts == {}


async def test_at_the_end_everybody_gets_what_waits_and_a_goodbye(house: Callable[..., Any]) -> None:
    async with house() as home:
        socket = await home.watch("kinds=chat")
        home.emit("chat", comment="last")
        await home.until(lambda: home.rooms["main"]._batches.empty())
        await asyncio.sleep(0)
        home.server.feed.close()
        assert (await read(socket))[0]["comment"] == "last"
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        await socket.close()


async def test_it_wants_a_websocket(house: Callable[..., Any]) -> None:
    async with house() as home:
        assert (await home.ask("GET", "/ws"))[0] == 400
        assert home.server.feed.watchers == set()
