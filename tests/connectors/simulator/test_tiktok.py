"""TikTok's side of the simulator: its answers, its refusals, and a socket that waits to be entered."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from douyinbot.connectors.simulator import RoomSpec, Scenario, Simulator, Step, Trouble
from douyinbot.errors import ConfigError
from douyinbot.webcast.frames import Frame, parse_frame
from douyinbot.webcast.pairs import Pairs, encode
from douyinbot.webcast.tiktok import modern, page, parse_fetch_result, query

QUIET = Scenario(room=RoomSpec(history=3))
BROWSER = {"User-Agent": query.USER_AGENT, "Origin": "https://www.tiktok.com"}
NAMED = {**BROWSER, "Referer": "https://www.tiktok.com/@abc/live"}


def visit(simulator: Simulator, room: str = "@abc") -> query.Visit:
    return query.Visit("abc", simulator.room_id(room))


async def get(guest: Any, path: str, pairs: Pairs, method: str = "GET") -> bytes:
    answer = await guest.get(f"/webcast.tiktok.com{path}", encode(pairs), method=method, headers=NAMED)
    assert answer.status == 200
    return bytes(answer.body)


def push(ours: query.Visit) -> str:
    return encode(ours.push("", "", random.Random(1)))


@asynccontextmanager
async def socket(simulator: Simulator, ours: query.Visit) -> AsyncIterator[ClientConnection]:
    headers = {**BROWSER, "Cookie": "ttwid=1"}
    url = f"{simulator.push_address}{query.PUSH}?{push(ours)}"
    async with connect(url, additional_headers=headers, user_agent_header=None) as opened:
        yield opened


async def frame(opened: ClientConnection) -> Frame:
    data = await opened.recv()
    assert isinstance(data, bytes)
    return parse_frame(data)


def test_the_page_and_api_live_tell_the_same_room(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        shown = page.parse_live_page((await me.get("/@abc/live")).body.decode())
        told = await me.get(query.API_LIVE, encode(query.Visit("abc").api_live()))
        assert page.parse_api_live(told.body) == shown
        assert (shown.room_id, shown.web_rid, shown.is_live) == (simulator.room_id("@abc"), "abc", True)
        assert (await me.get("/@a%20b/live")).status == 404
        assert (await me.get("/@abc")).status == 404  # a TikTok room has no page of Douyin's

    play(scene, rooms={"@abc": QUIET})


def test_room_info_gifts_and_whether_it_goes_on(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me, ours = guest(), visit(simulator)
        info = page.parse_room_info(await get(me, query.ROOM_INFO, ours.room_info()))
        assert info["id_str"] == ours.room_id
        broken = await get(me, query.ROOM_INFO, [*ours.room_info(), ("version_code", "1")])
        assert json.loads(broken)["status_code"] == 10011
        gifts = page.parse_gifts(await get(me, query.GIFT_LIST, ours.gift_list()))
        assert {"id", "name", "diamond_count", "type"} <= set(gifts[0])
        assert page.parse_alive(await get(me, query.ALIVE, ours.alive()))
        await simulator.do("@abc", Step(do="end"))
        assert not page.parse_alive(await get(me, query.ALIVE, ours.alive()))

    play(scene, rooms={"@abc": QUIET})


def test_im_fetch_needs_a_cookie_and_brings_tiktoks_messages(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        ours = visit(simulator)
        me = guest()
        assert json.loads(await get(me, query.FETCH, ours.fetch("", "")))["status_code"] == 10011
        me.cookies["ttwid"] = "1"
        batch = parse_fetch_result(await get(me, query.FETCH, ours.fetch("", "")))
        assert len(batch.messages) == 3
        assert batch.push_server == f"{simulator.push_address}{query.PUSH}"
        assert batch.cursor

    play(scene, rooms={"@abc": QUIET})


def test_what_needs_a_signature_is_empty_without(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me, ours = guest(), visit(simulator)
        me.cookies["ttwid"] = "1"
        for path, pairs in ((query.FETCH, ours.fetch("", "")), (query.GIFT_LIST, ours.gift_list())):
            assert await get(me, path, pairs) == b""
            assert await get(me, path, [*pairs, ("X-Bogus", "any")])

    trouble = Trouble(fetch="unsigned", gift_list="unsigned")
    play(scene, rooms={"@abc": Scenario(room=RoomSpec(history=1), trouble=trouble)})


@pytest.mark.parametrize(
    ("cookies", "headers", "changed", "why"),
    [
        ({}, BROWSER, {}, "ttwid"),
        ({"ttwid": "1"}, {**BROWSER, "User-Agent": "aiohttp"}, {}, "User-Agent"),
        ({"ttwid": "1"}, BROWSER, {"aid": "6383"}, "aid is 6383, not 1988"),
        ({"ttwid": "1"}, BROWSER, {"room_id": "5"}, "room_id 5"),
    ],
)
def test_a_socket_is_refused_as_tiktok_refuses_one(
    play: Any, cookies: dict[str, str], headers: dict[str, str], changed: dict[str, str], why: str
) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        me.cookies.update(cookies)
        pairs = [part.split("=", 1) for part in push(visit(simulator)).split("&")]
        asked = "&".join(f"{name}={changed.get(name, value)}" for name, value in pairs)
        answer = await me.get(query.PUSH, asked, headers=headers)
        assert (answer.status, answer.headers["Handshake-Msg"]) == (200, "DEVICE_BLOCKED")
        assert why in simulator.report.refusals[-1]

    play(scene, rooms={"@abc": QUIET})


def test_nothing_of_the_room_comes_before_it_is_entered(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        ours = visit(simulator)
        wrong, right = modern(7, 5), modern(int(ours.room_id), 5)
        async with socket(simulator, ours) as opened:
            await opened.send(right.heartbeat(1))
            assert (await frame(opened)).payload_type == "hb"
            await opened.send(wrong.opening("")[0])
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(opened.recv(), 0.05)
            assert "im_enter_room enters 7" in simulator.report.violations[-1]
            await opened.send(right.opening("")[0])
            came = {found.payload_type: found for found in [await frame(opened), await frame(opened)]}
            assert set(came) == {"im_enter_room_resp", "msg"}
            batch = parse_fetch_result(came["msg"].payload)
            assert len(batch.messages) == 3  # history_comment_count wants six, there are three
            assert batch.need_ack

    play(scene, rooms={"@abc": QUIET})


def test_a_step_that_only_douyin_has_is_refused(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        with pytest.raises(ConfigError, match='has no such "lucky_bag"'):
            await simulator.do("@abc", Step(do="lucky_bag"))

    play(scene, rooms={"@abc": QUIET})


def test_lines_are_refused_in_tiktoks_words(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        ours = visit(simulator)
        refused = await get(guest(), query.CHAT, ours.chat("hi"), "POST")
        assert json.loads(refused)["status_code"] == 20003
        taken = await get(guest("simulated"), query.CHAT, ours.chat("hi"), "POST")
        assert json.loads(taken)["status_code"] == 0
        assert [line.answer for line in simulator.report.chat_lines] == ["logged_out", "ok"]

    play(scene, rooms={"@abc": QUIET})
