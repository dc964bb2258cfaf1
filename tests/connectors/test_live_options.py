"""The options of `[rooms.options]`, seen from the other end of the wire."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from douyinbot.connectors.simulator import Simulator, Step
from douyinbot.events import Chat, Connected, Gift
from douyinbot.webcast.douyin.query import CHAT, ENTER, FETCH, GIFT_LIST, PUSH, USER_AGENT
from tests.connectors.chaos import ChaosProxy, Request
from tests.connectors.rooms import Listener, connector, listening, simulator


@asynccontextmanager
async def overheard(**options: Any) -> AsyncIterator[tuple[Simulator, ChaosProxy, Listener]]:
    """Connect with these options, everything going through a proxy that listens."""
    async with simulator() as server, ChaosProxy(server.address) as tap:
        given = {"endpoint": tap.address, "push_hosts": [tap.push_host], **options}
        async with listening(connector(server, **given)) as room:
            yield server, tap, room


async def first_requests(**options: Any) -> dict[str, Request]:
    """Connect, and return what was asked for, by path."""
    async with overheard(**options) as (server, tap, room):
        await room.until(Connected)
        await server.say("abc", "小明", "你好")
        await room.until(Chat)
    assert server.report.violations == []
    return {request.path: request for request in tap.requests}


async def test_a_plain_visit_looks_like_a_browser() -> None:
    asked = await first_requests()
    assert list(asked) == ["/", "/abc", FETCH, PUSH]
    for request in asked.values():
        assert request.headers["user-agent"] == USER_AGENT
    for path in ("/abc", FETCH):
        assert asked[path].headers["referer"].startswith("https://live.douyin.com/")
        assert asked[path].headers["accept-language"] == "zh-CN,zh;q=0.9"
    assert asked[PUSH].headers["origin"] == "https://live.douyin.com"
    assert "cookie" not in asked["/"].headers
    assert asked["/abc"].headers["cookie"] == asked[PUSH].headers["cookie"]
    assert asked["/abc"].headers["cookie"].startswith("ttwid=")


async def test_client_params_go_with_every_query_but_never_the_cursor() -> None:
    own = {"app_name": "mine", "extra": "甲 乙&丙", "cursor": "CANARY", "internal_ext": "CANARY"}
    asked = await first_requests(client_params=own, enable_extended_gift_info=True)
    for path in (FETCH, PUSH, GIFT_LIST):
        assert asked[path].query["app_name"] == "mine"
        assert asked[path].query["extra"] == "甲 乙&丙"
        assert "CANARY" not in asked[path].query.values()
    assert asked[FETCH].query["cursor"] == ""
    assert asked[PUSH].query["cursor"].startswith("t-")


async def test_request_headers_go_over_http_only_and_replace_the_usual_ones() -> None:
    asked = await first_requests(request_headers={"X-Own": "一".encode().hex(), "referer": "https://x.test/"})
    for path in ("/", "/abc", FETCH):
        assert asked[path].headers["x-own"] == "e4b880"
        assert asked[path].headers["referer"] == "https://x.test/"
    assert "x-own" not in asked[PUSH].headers
    assert "referer" not in asked[PUSH].headers


async def test_a_cookie_among_the_request_headers_is_added_to_the_others() -> None:
    asked = await first_requests(request_headers={"cookie": "odin_tt=abc; passport=1"})
    for path in ("/abc", FETCH, PUSH):
        cookies = asked[path].headers["cookie"].split("; ")
        assert {"odin_tt=abc", "passport=1"} < set(cookies)
        assert any(cookie.startswith("ttwid=") for cookie in cookies)


async def test_websocket_headers_go_over_the_socket_only_and_replace_the_usual_ones() -> None:
    async with overheard(websocket_headers={"X-Own": "1", "origin": "https://x.test"}) as (_, tap, room):
        await room.until(Connected)
    asked = {request.path: request for request in tap.requests}
    assert asked[PUSH].headers["x-own"] == "1"
    assert asked[PUSH].headers["origin"] == "https://x.test"
    assert not {"x-own", "origin"} & set(asked[FETCH].headers)


async def test_a_cookie_among_the_websocket_headers_replaces_the_others() -> None:
    async with overheard(websocket_headers={"cookie": "ttwid=own"}) as (_, tap, room):
        await room.until(Connected)
    assert {request.path: request for request in tap.requests}[PUSH].headers["cookie"] == "ttwid=own"


async def test_headers_of_request_options_replace_all_but_the_user_agent() -> None:
    options = {"request_options": {"headers": {"X-Only": "1"}}, "request_headers": {"X-Own": "1"}}
    asked = await first_requests(**options)
    own = {"x-only", "user-agent", "cookie"}
    for path in ("/abc", FETCH):
        sent_by_aiohttp = {"host", "accept", "accept-encoding", ""}
        assert set(asked[path].headers) - sent_by_aiohttp == own


async def test_a_session_id_is_a_login_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_SESSION", "abc123")
    asked = await first_requests(session_id="env:TEST_SESSION")
    for request in asked.values():
        cookies = request.headers["cookie"]
        assert "sessionid=abc123; sessionid_ss=abc123; sid_tt=abc123" in cookies


async def test_without_the_option_nobody_asks_for_gifts() -> None:
    asked = await first_requests()
    assert not {GIFT_LIST, ENTER, CHAT} & set(asked)


async def test_extended_gift_info_comes_with_every_gift_that_is_listed() -> None:
    async with overheard(enable_extended_gift_info=True) as (server, tap, room):
        await room.until(Connected)
        await server.gift("abc", "小明", "玫瑰", [1])
        known = await room.until(Gift)
        await server.do("abc", Step(do="drop"))
        await room.until(Connected)
        await server.gift("abc", "小明", "跑车", [1])
        later = await room.until(Gift, lambda gift: gift.gift_name == "跑车")
    assert known.extended_gift_info is not None
    assert known.extended_gift_info["name"] == "玫瑰"
    assert known.extended_gift_info["id"] == int(known.gift_id)
    assert later.extended_gift_info is not None  # the list is kept over the reconnect
    assert [request.path for request in tap.requests].count(GIFT_LIST) == 1
    paths = [request.path for request in tap.requests if request.path != PUSH]
    assert paths.index("/abc") < paths.index(GIFT_LIST) < paths.index(FETCH)


async def test_a_gift_that_is_not_listed_has_no_extended_info() -> None:
    async with simulator() as server:
        to = connector(server)
        async with listening(to) as room:
            await room.until(Connected)
            to.gifts.know([{"id": 1}])
            await server.gift("abc", "小明", "玫瑰", [1])
            assert (await room.until(Gift)).extended_gift_info is None


async def test_the_cursor_of_a_reconnect_is_that_of_the_last_frame() -> None:
    async with overheard() as (server, tap, room):
        await room.until(Connected)
        await server.say("abc", "小明", "你好")
        chat = await room.until(Chat)
        await server.do("abc", Step(do="drop"))
        await room.until(Connected)
    first, second = (request.query for request in tap.requests if request.path == PUSH)
    assert f"r-{chat.id}_" in second["cursor"]
    assert first["cursor"] != second["cursor"]
    assert "wss_push_log_id" in second["internal_ext"]
    assert first["user_unique_id"] == second["user_unique_id"]
    assert first["signature"] != second["signature"]
