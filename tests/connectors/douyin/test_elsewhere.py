"""Short links over hostile hops, and what goes to Douyin's other hosts: never a cookie too many."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from douyinbot.connectors import short_links
from douyinbot.connectors.douyin.address import Address, Kind
from douyinbot.connectors.douyin.elsewhere import TRAIL, Elsewhere
from douyinbot.connectors.douyin.requests import Requests
from douyinbot.connectors.http import Http
from douyinbot.connectors.options import NetworkOptions
from douyinbot.connectors.short_links import MOST_BYTES, MOST_HOPS
from douyinbot.connectors.simulator import Scenario, Trouble, pages
from douyinbot.errors import (
    BlockedError,
    ConnectError,
    InvalidUniqueIdError,
    RateLimitedError,
    RoomNotFoundError,
)
from douyinbot.webcast.douyin.query import MOBILE_USER_AGENT, USER_AGENT
from tests.connectors.rooms import simulator
from tests.connectors.servers import Handler, serving

NOW = datetime(2026, 10, 1, tzinfo=UTC)
STREAM = "7630361251285076745"
REFLOW = f"https://webcast.amemv.com/douyin/webcast/reflow/{STREAM}"
COOKIES = {"sessionid": "CANARY", "ttwid": "CANARY"}


@asynccontextmanager
async def visiting(endpoint: str, cookies: dict[str, str] | None = None) -> AsyncIterator[Elsewhere]:
    http = Http(user_agent=USER_AGENT, cookies=COOKIES if cookies is None else cookies, timeout=5.0)
    options = NetworkOptions(endpoint=endpoint)
    made = Elsewhere(
        Requests(Address("code", kind=Kind.SHORT), options, http, rng=random.Random(3), clock=lambda: NOW)
    )
    try:
        yield made
    finally:
        await made.close()
        await http.close()


class Hops:
    """A server in place of all hosts: each path leads to the next place, and what was asked is kept."""

    def __init__(self, *locations: str, body: str = "") -> None:
        self.locations = list(locations)
        self.body = body
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.raw_path)
        self.headers.append(dict(request.headers))
        if not self.locations:
            return web.Response(text=self.body)
        given = {"Location": self.locations.pop(0), "Set-Cookie": "tracking=1"}
        return web.Response(status=302, headers=given, text=self.body)


async def followed(handler: Handler, code: str = "abc") -> Address:
    async with serving(handler) as address:
        async with visiting(address) as made:
            return await made.follow(code)


# ---- where links lead ---------------------------------------------------------------------------


async def test_a_link_is_followed_until_it_names_a_room_and_no_further() -> None:
    hops = Hops("https://v.douyin.com/next/?a=%E4%BD%A0&b=1#top", f"{REFLOW}?sec_user_id=x&share=1")
    assert await followed(hops.answer) == Address(STREAM, kind=Kind.STREAM)
    assert hops.asked == ["/v.douyin.com/abc/", "/v.douyin.com/next/?a=%E4%BD%A0&b=1"]


@pytest.mark.parametrize(
    ("location", "name", "kind"),
    [
        (REFLOW, STREAM, Kind.STREAM),
        ("https://live.douyin.com/123456?from=share", "123456", Kind.ROOM),
        ("https://LIVE.douyin.com/123456", "123456", Kind.ROOM),
        ("//live.douyin.com/123456", "123456", Kind.ROOM),
        (
            "https://www.iesdouyin.com/share/user/1?sec_uid=MS4wLjABAAAAabcdefgh",
            "MS4wLjABAAAAabcdefgh",
            Kind.USER,
        ),
    ],
)
async def test_a_link_may_lead_to_a_stream_a_room_or_a_streamer(location: str, name: str, kind: Kind) -> None:
    hops = Hops(location)
    assert await followed(hops.answer) == Address(name, kind=kind)
    assert len(hops.asked) == 1


async def test_neither_cookies_nor_a_desktop_are_shown_to_a_link_and_none_are_kept() -> None:
    hops = Hops("https://v.douyin.com/next/", "/other/", REFLOW)
    await followed(hops.answer)
    assert len(hops.headers) == 3
    for headers in hops.headers:
        assert headers["User-Agent"] == MOBILE_USER_AGENT
        assert "Cookie" not in headers
        assert "CANARY" not in str(headers)


# ---- hostile links ------------------------------------------------------------------------------

STRANGERS = [
    "http://webcast.amemv.com/douyin/webcast/reflow/7630361251285076745",
    "https://evil.test/",
    "//evil.test/douyin/webcast/reflow/7630361251285076745",
    "https://v.douyin.com@evil.test/",
    "https://evil.test@v.douyin.com/",
    "https://user:pass@v.douyin.com/",
    "https://v.douyin.com:8443/",
    "https://v.douyin.com:443/",
    "https://v.douyin.com./",
    "https://v.douyin.com.evil.test/",
    "https://evilv.douyin.com/",
    "https://x.v.douyin.com/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://0x7f.1/",
    "https://localhost/",
    "https://169.254.169.254/latest/meta-data/",
    "https://v.douy\u0456n.com/",
    "https://v.douyin\u3002com/",
    "https://\uff56.douyin.com/",
    "https://xn--v-9sb.douyin.com/",
    "https://v.douyin.com\\@evil.test/",
    "https:\\\\evil.test/",
    "/\\evil.test/",
    "https:evil.test",
    "https:///evil.test/",
    "https://v.douyin.com%2f@evil.test/",
    "https://v.douyin.com%00.evil.test/",
    "https://v.douyin.com\t.evil.test/",
    " https://evil.test/",
    "https://[v.douyin.com/",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "data:text/html,x",
    "snssdk1128://live?room_id=7630361251285076745",
    "ftp://v.douyin.com/",
    "wss://live.douyin.com/",
]


@pytest.mark.parametrize("location", STRANGERS)
def test_a_redirect_to_anybody_else_is_refused(location: str) -> None:
    with pytest.raises(ConnectError, match=r"it is not followed\. Use the number") as caught:
        TRAIL.next_hop("https://v.douyin.com/abc/", location)
    assert str(caught.value).isascii()


@pytest.mark.parametrize("location", STRANGERS[:6])
async def test_a_stranger_is_not_asked_anything(location: str) -> None:
    asked = Hops(location)
    with pytest.raises(ConnectError, match="not one of Douyin's own pages"):
        await followed(asked.answer)
    assert asked.asked == ["/v.douyin.com/abc/"]


async def test_a_stranger_behind_a_friend_is_not_asked_either() -> None:
    hops = Hops("https://www.iesdouyin.com/somewhere", "https://evil.test/")
    with pytest.raises(
        ConnectError, match=r"link https://www\.iesdouyin\.com/somewhere leads to https://evil"
    ):
        await followed(hops.answer)
    assert hops.asked == ["/v.douyin.com/abc/", "/www.iesdouyin.com/somewhere"]


@given(
    st.text(max_size=60)
    | st.from_regex(r"(https?:)?[/\\]{0,3}[\w.@:%\[\]-]{0,30}(/.{0,20})?", fullmatch=True)
)
def test_wherever_a_redirect_leads_it_is_one_of_ours_over_https_or_an_error(location: str) -> None:
    try:
        link = TRAIL.next_hop("https://v.douyin.com/abc/", location)
    except ConnectError:
        return
    parts = urlsplit(link)
    assert link.isascii()
    assert link.startswith("https://")
    assert parts.netloc in TRAIL.hosts
    assert (parts.username, parts.port) == (None, None)


async def test_a_chain_without_end_is_left() -> None:
    async def handler(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": f"https://v.douyin.com/n{len(asked)}/"})

    asked: list[str] = []
    with pytest.raises(ConnectError, match=r"leads on and on \(5 times\)"):
        await followed(handler)
    assert len(asked) == MOST_HOPS == 5


@pytest.mark.parametrize("size", [MOST_BYTES, MOST_BYTES + 1])
async def test_a_hop_may_say_64_kib_and_no_more(size: int) -> None:
    hops = Hops(REFLOW, body="x" * size)
    if size == MOST_BYTES == 65536:
        assert (await followed(hops.answer)).name == STREAM
    else:
        with pytest.raises(ConnectError, match="sends more than 65536 bytes; refused"):
            await followed(hops.answer)


async def test_a_hop_that_drips_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(short_links, "MOST_SECONDS", 0.2)

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=302, headers={"Location": REFLOW})
        await response.prepare(request)
        while request.transport is not None:
            await response.write(b"x")
            await asyncio.sleep(0.02)
        return response

    with pytest.raises(ConnectError, match=r"did not tell its room within 0\.2s"):
        await followed(handler)


async def test_all_hops_together_have_one_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(short_links, "MOST_SECONDS", 0.3)
    monkeypatch.setattr(short_links, "MOST_HOPS", 1000)

    async def handler(request: web.Request) -> web.Response:
        await asyncio.sleep(0.02)
        return web.Response(status=302, headers={"Location": f"https://v.douyin.com/n{request.path[-2]}/"})

    with pytest.raises(ConnectError, match="did not tell its room"):
        await followed(handler)


@pytest.mark.parametrize("status", [404, 410])
async def test_a_link_that_is_gone(status: int) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status)

    with pytest.raises(RoomNotFoundError, match=r"https://v\.douyin\.com/abc/ does not exist any more"):
        await followed(handler)


@pytest.mark.parametrize(
    ("status", "kind"), [(429, RateLimitedError), (403, BlockedError), (444, BlockedError)]
)
async def test_a_link_that_is_refused(status: int, kind: type[ConnectError]) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Retry-After": "7"})

    with pytest.raises(kind) as caught:
        await followed(handler)
    assert getattr(caught.value, "retry_after", 7.0) == 7.0


async def test_a_link_to_something_else_than_a_room() -> None:
    hops = Hops("https://www.iesdouyin.com/share/video/7300000000000000001/?token=CANARY")
    with pytest.raises(
        InvalidUniqueIdError, match=r"leads to https://www\.iesdouyin\.com/share/video/\d+/, which"
    ) as e:
        await followed(hops.answer)
    assert "CANARY" not in str(e.value)


# ---- the simulator's hosts ----------------------------------------------------------------------


async def test_the_simulators_links_lead_to_a_stream_and_to_a_streamer() -> None:
    async with simulator() as server, visiting(server.address) as made:
        sec_uid = pages.sec_uid_of("abc")
        assert await made.follow("abc") == Address(server.room_id("abc"), kind=Kind.STREAM, sec_uid=sec_uid)
        assert await made.follow("profile-abc") == Address(sec_uid, kind=Kind.USER)
        assert server.report.links == 2
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
async def test_the_simulators_bad_links(link: str, kind: type[ConnectError]) -> None:
    async with simulator(Scenario(trouble=Trouble(link=link))) as server:  # type: ignore[arg-type]
        async with visiting(server.address) as made:
            with pytest.raises(kind):
                await made.follow("abc")
        assert server.report.violations == []


async def test_reflow_is_asked_as_a_phone_without_cookies() -> None:
    hops = Hops(body="{}")
    async with serving(hops.answer) as address, visiting(address) as made:
        await made.reflow("", "MS4wLjABAAAAabcdefgh")
    assert hops.asked[0].startswith(
        "/webcast.amemv.com/webcast/room/reflow/info/?type_id=0&live_id=1&room_id=2&"
    )
    assert "sec_user_id=MS4wLjABAAAAabcdefgh&version_code=99.99.99&app_id=1128" in hops.asked[0]
    assert hops.headers[0]["User-Agent"] == MOBILE_USER_AGENT
    assert "Cookie" not in hops.headers[0]


async def test_the_profile_is_asked_with_the_visits_own_cookies() -> None:
    hops = Hops(body="<html>")
    async with serving(hops.answer) as address, visiting(address) as made:
        await made.profile("MS4wLjABAAAAabcdefgh")
    assert hops.asked == ["/www.douyin.com/user/MS4wLjABAAAAabcdefgh"]
    assert hops.headers[0]["Cookie"] == "sessionid=CANARY; ttwid=CANARY"
    assert hops.headers[0]["User-Agent"] == USER_AGENT


async def test_a_ttwid_is_registered_without_cookies() -> None:
    async with simulator() as server, visiting(server.address) as made:
        first, second = await made.register(), await made.register()
        assert first.startswith("1%7C")
        assert first != second
        assert server.report.registrations == 2
        assert server.report.violations == []
