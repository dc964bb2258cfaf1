"""A room is found from whatever the user wrote, by the ways that are left, and refusals are told apart."""

import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from douyinbot.connectors.douyin import lookup as lookup_module
from douyinbot.connectors.douyin import parse_address
from douyinbot.connectors.douyin.platform import DouyinPlatform
from douyinbot.connectors.http import Http
from douyinbot.connectors.options import NetworkOptions
from douyinbot.connectors.simulator import RoomSpec, Scenario, Simulator, Step, Times, Trouble, pages
from douyinbot.errors import (
    BlockedError,
    ConnectError,
    InvalidUniqueIdError,
    LoginRequiredError,
    RateLimitedError,
    RoomNotFoundError,
    VerificationRequiredError,
)
from douyinbot.webcast.douyin.query import USER_AGENT
from tests.connectors.rooms import simulator
from tests.connectors.servers import closed_port, serving

NOW = datetime(2026, 10, 1, tzinfo=UTC)
SEC_UID = pages.sec_uid_of("abc")
FORMS = {
    "number": "abc",
    "address": "https://live.douyin.com/abc?from=x",
    "followed": "https://www.douyin.com/follow/live/abc",
    "short link": "https://v.douyin.com/abc/",
    "shared text": "【主播小鹿】正在直播，打开【抖音】直接观看！ https://v.douyin.com/abc/ 0@3.com :2pm",
    "shared profile": "https://v.douyin.com/profile-abc/",
    "profile": f"https://www.douyin.com/user/{SEC_UID}",
    "phone's profile": f"https://www.iesdouyin.com/share/user/1?sec_uid={SEC_UID}",
    "stream": "{room_id}",
    "phone's stream": f"https://webcast.amemv.com/douyin/webcast/reflow/{{room_id}}?sec_user_id={SEC_UID}",
}


@asynccontextmanager
async def room_at(
    server: Simulator | str, text: str = "abc", cookies: dict[str, str] | None = None
) -> AsyncIterator[DouyinPlatform]:
    """Give the room that a text names; the server stands in for all of Douyin's hosts."""
    endpoint = server if isinstance(server, str) else server.address
    made = DouyinPlatform(
        parse_address(text),
        NetworkOptions(endpoint=endpoint),
        Http(user_agent=USER_AGENT, cookies=cookies, timeout=5.0),
        rng=random.Random(3),
        clock=lambda: NOW,
    )
    try:
        yield made
    finally:
        await made.close()


def troubled(*, times: Times | None = None, **trouble: Any) -> Simulator:
    return simulator(Scenario(trouble=Trouble(times=times or Times(), **trouble)))


async def refusal(
    server: Simulator, text: str = "abc", cookies: dict[str, str] | None = None
) -> ConnectError:
    async with server, room_at(server, text, cookies) as room:
        with pytest.raises(ConnectError) as caught:
            await room.enter()
    assert server.report.violations == []
    return caught.value


# ---- every form ---------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
async def test_every_form_finds_the_room_its_state_and_the_visitor(form: str) -> None:
    async with simulator(Scenario(room=RoomSpec(title="唱歌"))) as server:
        room_id = server.room_id("abc")
        async with room_at(server, FORMS[form].format(room_id=room_id)) as room:
            state = await room.enter()
            assert (state.room_id, state.title, state.is_live) == (room_id, "唱歌", True)
            assert (room.visit.web_rid, room.visit.room_id) == ("abc", room_id)
            assert state.visitor_id == room.visit.visitor_id != ""
            assert (await room.room_info())["title"] == "唱歌"
        assert server.report.violations == []


@pytest.mark.parametrize("form", FORMS)
async def test_every_form_tells_that_nobody_is_live(form: str) -> None:
    async with simulator(Scenario(room=RoomSpec(status="ended"))) as server:
        async with room_at(server, FORMS[form].format(room_id=server.room_id("abc"))) as room:
            assert not (await room.enter()).is_live


@pytest.mark.parametrize("form", [form for form in FORMS if "stream" in form or "link" in form])
async def test_the_id_of_an_older_stream_finds_the_room_all_the_same(form: str) -> None:
    async with simulator() as server:
        text = FORMS[form].format(room_id=server.room_id("abc"))
        await server.do("abc", Step(do="end"))
        await server.do("abc", Step(do="start"))
        async with room_at(server, text) as room:
            state = await room.enter()
        assert (state.room_id, state.is_live) == (server.room_id("abc"), True)


async def test_what_a_link_stands_for_is_asked_once_in_a_connectors_life() -> None:
    async with simulator() as server, room_at(server, FORMS["short link"]) as room:
        for _ in range(3):
            await room.enter()
        await room.room_info()
        assert (server.report.links, server.report.reflows, server.report.pages) == (1, 1, 3)


async def test_a_link_is_not_asked_again_while_what_it_stands_for_is_refused() -> None:
    async with troubled(reflow="empty", times=Times(reflow=1)) as server:
        async with room_at(server, FORMS["short link"]) as room:
            with pytest.raises(BlockedError, match="reflow/info gave an empty answer"):
                await room.enter()
            assert (await room.enter()).is_live
        assert server.report.links == 1


async def test_a_streamer_who_goes_live_is_found_then() -> None:
    async with simulator(Scenario(room=RoomSpec(status="ended"))) as server:
        async with room_at(server, FORMS["profile"]) as room:
            assert not (await room.enter()).is_live
            await server.do("abc", Step(do="start"))
            assert (await room.enter()).room_id == server.room_id("abc")


async def test_a_profile_names_the_number_and_is_asked_once() -> None:
    async with simulator() as server:
        async with room_at(server, f"https://www.douyin.com/user/{pages.sec_uid_of('5164')}") as room:
            assert (await room.enter()).room_id == (await room.enter()).room_id == server.room_id("5164")
            assert room.visit.web_rid == "5164"
        assert (server.report.profiles, server.report.reflows, server.report.pages) == (1, 0, 2)


async def test_a_profile_that_is_refused_leaves_reflow() -> None:
    async with troubled(profile="verification") as server, room_at(server, FORMS["profile"]) as room:
        assert (await room.enter()).is_live
        assert (server.report.profiles, server.report.reflows) == (1, 1)


# ---- cookies ------------------------------------------------------------------------------------


async def test_every_room_has_a_ttwid_of_its_own() -> None:
    async with simulator() as server:
        async with room_at(server) as one, room_at(server) as other:
            await one.enter()
            await other.enter()
            assert ttwid_of(one) != ttwid_of(other) != ""


async def test_where_the_site_gives_no_ttwid_one_is_registered() -> None:
    async with troubled(cookie="missing") as server, room_at(server) as room:
        assert (await room.enter()).is_live
        await room.enter()
        assert ttwid_of(room).startswith("1%7C")
        assert server.report.registrations == 1
        assert server.report.violations == []


async def test_a_login_is_not_mixed_with_a_registered_ttwid() -> None:
    async with troubled(cookie="missing") as server:
        for cookies in ({"sessionid": "simulated"}, {"UIFID": "of a browser"}):
            async with room_at(server, cookies=cookies) as room:
                await room.enter()
                assert ttwid_of(room) == ""
        async with room_at(server) as room:
            room.log_in("simulated")
            await room.enter()
        assert server.report.registrations == 0


async def test_the_ttwid_of_the_users_browser_is_kept() -> None:
    async with simulator() as server, room_at(server, cookies={"ttwid": "1%7Cown", "sessionid": "x"}) as room:
        await room.enter()
        assert ttwid_of(room) == "1%7Cown"


def ttwid_of(room: DouyinPlatform) -> str:
    return room._requests.http.cookies.get("ttwid", "")


# ---- fallbacks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["verification", "empty", "blocked", "444"])
async def test_a_page_that_is_refused_leaves_enter(page: Any) -> None:
    async with troubled(page=page) as server, room_at(server) as room:
        assert (await room.enter()).is_live
        assert (server.report.pages, server.report.enters, server.report.reflows) == (1, 1, 0)


@pytest.mark.parametrize(
    "enter", ["empty", "html", "garbage", "error", "blocked", "444", "login", "signature"]
)
async def test_where_enter_is_refused_too_reflow_is_left(enter: Any) -> None:
    async with troubled(page="verification", enter=enter) as server:
        async with room_at(server, FORMS["short link"]) as room:
            state = await room.enter()
            assert (state.room_id, state.is_live) == (server.room_id("abc"), True)
            assert (await room.room_info())["id_str"] == server.room_id("abc")
        assert server.report.pages == 1
        assert server.report.enters in (2, 3)  # a signature may have been tried, once
        assert server.report.violations == []


async def test_reflow_is_left_once_the_room_was_seen() -> None:
    async with simulator() as server, room_at(server) as room:
        await room.enter()
        await server.do("abc", Step(do="trouble", trouble=Trouble(page="empty", enter="empty")))
        assert (await room.enter()).is_live


async def test_the_page_of_before_autumn_2023_is_read() -> None:
    async with troubled(page="old") as server, room_at(server) as room:
        assert (await room.enter()).room_id == server.room_id("abc")
        assert server.report.enters == 0


# ---- refusals, told apart -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "kind", "words"),
    [
        (
            {"page": "verification", "enter": "html", "reflow": "html"},
            VerificationRequiredError,
            "pass the check",
        ),
        ({"page": "verification", "enter": "empty", "reflow": "empty"}, VerificationRequiredError, "cookies"),
        ({"page": "verification", "enter": "login", "reflow": "html"}, LoginRequiredError, "Log in with"),
        ({"page": "empty", "enter": "hidden", "reflow": "error"}, LoginRequiredError, "可见范围"),
        ({"page": "blocked", "enter": "empty", "reflow": "error"}, BlockedError, "try another network"),
        ({"page": "444", "enter": "444", "reflow": "444"}, BlockedError, "HTTP 444"),
    ],
)
async def test_where_all_ways_are_refused_the_error_names_each(
    trouble: dict[str, Any], kind: type[ConnectError], words: str
) -> None:
    async with simulator() as server, room_at(server) as room:
        await room.enter()  # what reflow/info needs is known from here on
        await server.do("abc", Step(do="trouble", trouble=Trouble(**trouble)))
        with pytest.raises(ConnectError, match=words) as caught:
            await room.enter()
    assert type(caught.value) is kind
    for step in ("room page: ", "room/web/enter: ", "reflow/info: "):
        assert step in str(caught.value)
    assert isinstance(caught.value.__cause__, ExceptionGroup)
    assert len(caught.value.__cause__.exceptions) == 3


async def test_reflow_without_anything_to_ask_for_says_so() -> None:
    error = await refusal(troubled(page="verification", enter="html"))
    assert "reflow/info: it needs the id of the stream or the sec_uid of the streamer)" in str(error)


@pytest.mark.parametrize(
    ("trouble", "text"),
    [
        ({"page": "throttled"}, "abc"),
        ({"page": "verification", "enter": "throttled"}, "abc"),
        ({"page": "empty", "enter": "503"}, "abc"),
        ({"link": "throttled"}, FORMS["short link"]),
        ({"reflow": "throttled"}, FORMS["short link"]),
        ({"profile": "throttled"}, FORMS["profile"]),
        ({"profile": "empty", "reflow": "503"}, FORMS["profile"]),
    ],
)
async def test_throttled_anywhere_nothing_more_is_asked(trouble: dict[str, Any], text: str) -> None:
    error = await refusal(troubled(**trouble), text)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == 5.0


@pytest.mark.parametrize(
    ("trouble", "text", "kind"),
    [
        ({"page": "not_found"}, "abc", RoomNotFoundError),
        ({"link": "not_found"}, FORMS["short link"], RoomNotFoundError),
        ({"profile": "not_found"}, FORMS["profile"], RoomNotFoundError),
        ({"link": "no_room"}, FORMS["short link"], InvalidUniqueIdError),
    ],
)
async def test_a_definite_answer_is_taken(
    trouble: dict[str, Any], text: str, kind: type[ConnectError]
) -> None:
    server = troubled(**trouble)
    assert type(await refusal(server, text)) is kind
    assert server.report.enters == 0


@pytest.mark.parametrize("status", [404, 410, 200])
async def test_only_404_and_410_of_the_page_mean_that_there_is_no_room(status: int) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=status if request.path == "/abc" else 404)

    async with serving(handler) as address, room_at(address) as room:
        with pytest.raises(ConnectError) as caught:
            await room.enter()
    assert isinstance(caught.value, RoomNotFoundError) is (status != 200)


async def test_an_unknown_stream_says_what_else_to_write() -> None:
    error = await refusal(simulator(), "7000000000000000001")
    assert isinstance(error, BlockedError)
    assert "reflow/info answered with code 4001038" in str(error)


async def test_without_a_network_no_way_but_the_first_is_tried() -> None:
    async with room_at(f"http://127.0.0.1:{closed_port()}") as room:
        with pytest.raises(ConnectError, match="cannot be reached") as caught:
            await room.enter()
    assert type(caught.value) is ConnectError


# ---- the end ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "over"),
    [("ended", "ended", True), ("ended", "live", False), ("live", "live", False)],
)
async def test_two_readings_are_needed_for_an_end(
    monkeypatch: pytest.MonkeyPatch, first: str, second: str, over: bool
) -> None:
    monkeypatch.setattr(lookup_module, "SECOND_LOOK", 0.0)
    answers = iter([first, second])

    async def handler(request: web.Request) -> web.Response:
        if request.path != "/abc":
            return web.Response()
        room = {"id_str": "73", "status": {"live": 2, "ended": 4}[next(answers)]}
        data = json.dumps({"roomInfo": {"room": room}}, separators=(",", ":"))
        return web.Response(text=f'<script id="RENDER_DATA">{data}</script>')

    async with serving(handler) as address, room_at(address) as room:
        assert await room.is_over() is over
