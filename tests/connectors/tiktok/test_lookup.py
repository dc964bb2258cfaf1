"""Finding a TikTok room: which way is tried when, and what is said of those that were refused."""

import asyncio
from typing import Any

import pytest

from douyinbot.config import Duration
from douyinbot.connectors.simulator import RoomSpec, Scenario, Step, Times
from douyinbot.connectors.tiktok import connect_tiktok, lookup
from douyinbot.errors import (
    BlockedError,
    ConnectError,
    InvalidUniqueIdError,
    LoginRequiredError,
    RateLimitedError,
    RoomNotFoundError,
    UserOfflineError,
    VerificationRequiredError,
)
from douyinbot.events import Chat, Connected
from douyinbot.webcast.tiktok import query
from tests.connectors.rooms import listening, setup_for, simulator
from tests.connectors.servers import closed_port
from tests.connectors.tiktok.rooms import platform, troubled


async def test_api_live_tells_the_room_and_room_info_the_rest() -> None:
    async with simulator(Scenario(room=RoomSpec(title="唱歌", owner="主播小鹿", viewers=12))) as server:
        ours = platform(server.address)
        state = await ours.enter()
        assert (state.room_id, state.web_rid, state.title) == (server.room_id("@abc"), "abc", "唱歌")
        assert (state.owner_name, state.viewers, state.is_live) == ("主播小鹿", "12", True)
        assert state.owner_id
        paths = [asked.path for asked in server.report.requests]
        assert paths == ["/", query.API_LIVE, f"/webcast.tiktok.com{query.ROOM_INFO}"]
        await ours.close()


@pytest.mark.parametrize("enter", ["empty", "garbage", "html", "blocked"])
async def test_the_page_is_read_where_api_live_is_refused(enter: str) -> None:
    async with troubled(enter=enter) as server:
        ours = platform(server.address)
        assert (await ours.enter()).room_id == server.room_id("@abc")
        assert server.report.pages == 1
        await ours.close()


@pytest.mark.parametrize(
    ("trouble", "kind", "words"),
    [
        ({"enter": "error"}, RoomNotFoundError, "no such user"),
        ({"enter": "empty", "page": "not_found"}, RoomNotFoundError, 'no user "abc"'),
        ({"enter": "empty", "page": "offline"}, UserOfflineError, "offline"),
        ({"enter": "throttled"}, RateLimitedError, "HTTP 429"),
        ({"enter": "login"}, LoginRequiredError, "age restricted"),
        ({"enter": "empty", "page": "verification"}, VerificationRequiredError, "api-live: .*room page: "),
        ({"enter": "empty", "page": "empty"}, BlockedError, "api-live: .*room page: .*country"),
    ],
)
async def test_refusals_are_told_apart_and_named_together(
    trouble: dict[str, Any], kind: type[ConnectError], words: str
) -> None:
    async with troubled(**trouble) as server:
        ours = platform(server.address)
        with pytest.raises(kind, match=words) as caught:
            await ours.enter()
        assert type(caught.value) is kind
        await ours.close()


async def test_a_throttled_lookup_asks_no_further() -> None:
    async with troubled(enter="throttled", retry_after=Duration(9)) as server:
        ours = platform(server.address)
        with pytest.raises(RateLimitedError) as caught:
            await ours.enter()
        assert (caught.value.retry_after, server.report.pages) == (9, 0)
        await ours.close()


async def test_without_any_network_every_way_is_named() -> None:
    ours = platform(f"http://127.0.0.1:{closed_port()}")
    with pytest.raises(ConnectError, match=r"front page: .*api-live: .*room page: "):
        await ours.enter()
    await ours.close()


async def test_a_restricted_room_opens_to_a_login() -> None:
    async with troubled(enter="login") as server:
        ours = platform(server.address, "sessionid=simulated")
        assert (await ours.enter()).is_live
        await ours.close()


@pytest.fixture
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "SECOND_LOOK", 0.0)


@pytest.mark.usefixtures("_no_pause")
async def test_whether_a_stream_is_over() -> None:
    async with simulator(Scenario(room=RoomSpec(history=0))) as server:
        ours = platform(server.address)
        await ours.enter()
        assert not await ours.is_over()
        await server.do("@abc", Step(do="end"))
        assert await ours.is_over()
        await ours.close()


@pytest.mark.usefixtures("_no_pause")
async def test_a_stream_is_over_when_another_has_begun() -> None:
    async with simulator(Scenario(room=RoomSpec(history=0))) as server:
        ours = platform(server.address)
        await ours.enter()
        await server.do("@abc", Step(do="start"))
        assert await ours.is_over()
        assert (await ours.enter()).room_id == server.room_id("@abc")
        assert not await ours.is_over()
        await ours.close()


@pytest.mark.usefixtures("_no_pause")
@pytest.mark.parametrize(
    ("answer", "over"), [({}, False), ({"enter": "offline"}, True), ({"enter": "error"}, True)]
)
async def test_without_a_known_room_its_state_tells(answer: dict[str, Any], over: bool) -> None:
    async with troubled(**answer) as server:
        ours = platform(server.address)
        assert await ours.is_over() is over
        await ours.close()


async def test_room_info_finds_the_room_by_itself() -> None:
    async with simulator(Scenario(room=RoomSpec(history=0))) as server:
        ours = platform(server.address)
        info = await ours.room_info()
        assert (info["id_str"], info["owner"]["display_id"]) == (server.room_id("@abc"), "abc")
        await ours.close()


async def test_after_a_connection_room_info_is_that_of_the_next_stream() -> None:
    async with simulator(Scenario(room=RoomSpec(history=0))) as server:
        ours = platform(server.address)
        first = (await ours.room_info())["id_str"]
        await ours.close()
        await server.do("@abc", Step(do="start"))
        assert (await ours.room_info())["id_str"] == server.room_id("@abc") != first
        await ours.close()


async def test_room_info_of_nobody_live_says_so() -> None:
    async with troubled(enter="offline", times=Times(enter=5)) as server:
        ours = platform(server.address)
        with pytest.raises(UserOfflineError, match="not live"):
            await asyncio.wait_for(ours.room_info(), 10)
        await ours.close()


# ---- short links ----------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["vm.tiktok.com", "vt.tiktok.com"])
async def test_a_short_link_is_followed_once_without_cookies(host: str) -> None:
    async with simulator() as server:
        setup = setup_for(f"{server.address}/{host}/gisela", connector="tiktok")
        ours = connect_tiktok(setup, "sessionid=simulated; ttwid=mine")
        for _ in range(2):
            state = await ours.platform.enter()
            assert (state.room_id, state.web_rid) == (server.room_id("@gisela"), "gisela")
        await ours.platform.close()
        (asked,) = [asked for asked in server.report.requests if host in asked.path]
        assert asked.cookies == ()
        assert server.report.links == 1
        assert server.report.violations == []


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("not_found", RoomNotFoundError),
        ("throttled", RateLimitedError),
        ("stranger", ConnectError),
        ("insecure", ConnectError),
        ("loop", ConnectError),
        ("no_room", InvalidUniqueIdError),
        ("huge", ConnectError),
    ],
)
async def test_short_links_that_lead_nowhere(link: str, kind: type[ConnectError]) -> None:
    async with troubled(link=link) as server:
        setup = setup_for(f"{server.address}/vm.tiktok.com/abc", connector="tiktok")
        ours = connect_tiktok(setup)
        with pytest.raises(kind) as caught:
            await ours.platform.enter()
        assert type(caught.value) is kind
        await ours.platform.close()
        assert server.report.violations == []
        assert server.report.enters == 0


async def test_a_room_is_watched_by_its_short_link() -> None:
    async with simulator() as server:
        setup = setup_for(f"{server.address}/vm.tiktok.com/abc", connector="tiktok")
        async with listening(connect_tiktok(setup)) as room:
            await room.until(Connected)
            await server.say("@abc", "小明", "hi")
            assert (await room.until(Chat)).comment == "hi"
