"""Short links of any platform over hops that mean harm: refused before anybody is asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from douyinbot.connectors.http import Http
from douyinbot.connectors.short_links import MOST_HOPS, ShortLinks
from douyinbot.connectors.tiktok.address import TRAIL, site_url
from douyinbot.errors import ConnectError, InvalidUniqueIdError, RateLimitedError, RoomNotFoundError
from tests.connectors.servers import Handler, serving

NOW = datetime(2026, 10, 1, tzinfo=UTC)
LINK = "https://vm.tiktok.com/ZMabc/"
HOME = "https://www.tiktok.com/@gisela/live"


@asynccontextmanager
async def links(handler: Handler) -> AsyncIterator[ShortLinks[str]]:
    async with serving(handler) as endpoint:
        visit = Http(user_agent="me", cookies={"sessionid": "CANARY", "ttwid": "CANARY"})
        stranger = visit.stranger("Mozilla/5.0 me")
        yield ShortLinks(TRAIL, stranger, partial(site_url, endpoint), lambda: NOW)
        await stranger.close()


class Hops:
    """A server in place of all hosts: each path leads to the next place, and what was asked is kept."""

    def __init__(self, *locations: str, status: int = 302) -> None:
        self.locations = list(locations)
        self.status = status
        self.asked: list[web.Request] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        if not self.locations:
            return web.Response(
                status=200 if self.status == 302 else self.status, headers={"Retry-After": "7"}
            )
        headers = {"Location": self.locations.pop(0), "Set-Cookie": "tracking=1"}
        return web.Response(status=self.status, headers=headers)

    @property
    def paths(self) -> list[str]:
        return [request.raw_path for request in self.asked]


async def test_a_link_leads_to_a_user_over_the_platforms_own_hosts_without_a_cookie() -> None:
    hops = Hops("https://vt.tiktok.com/next/?a=1#top", f"{HOME}?_t=1")
    async with links(hops.answer) as made:
        assert await made.follow(LINK) == "gisela"
    assert hops.paths == ["/vm.tiktok.com/ZMabc/", "/vt.tiktok.com/next/?a=1"]
    for request in hops.asked:
        assert "Cookie" not in request.headers
        assert "CANARY" not in str(request.headers)


@pytest.mark.parametrize("status", [301, 303, 307, 308])
async def test_every_redirect_is_one(status: int) -> None:
    async with links(Hops(HOME, status=status).answer) as made:
        assert await made.follow(LINK) == "gisela"


STRANGERS = [
    "http://www.tiktok.com/@gisela/live",
    "https://evil.test/@gisela/live",
    "//evil.test/@gisela/live",
    "https://www.tiktok.com@evil.test/@gisela/live",
    "https://evil.test@www.tiktok.com/@gisela/live",
    "https://www.tiktok.com:8443/@gisela/live",
    "https://www.tiktok.com.evil.test/@gisela/live",
    "https://webcast.tiktok.com/@gisela/live",
    "https://live.douyin.com/123456",
    "https://127.0.0.1/@gisela/live",
    "https://[::1]/@gisela/live",
    "https://169.254.169.254/latest/meta-data/",
    "https://www.tiktok.com\\@evil.test/",
    "/\\evil.test/@gisela/live",
    "snssdk1180://live?room_id=1",
    "file:///etc/passwd",
]


@pytest.mark.parametrize("location", STRANGERS)
async def test_a_stranger_is_not_asked_anything(location: str) -> None:
    hops = Hops(location)
    async with links(hops.answer) as made:
        with pytest.raises(ConnectError, match=r"not one of TikTok's own pages; it is not followed\. Write"):
            await made.follow(LINK)
    assert hops.paths == ["/vm.tiktok.com/ZMabc/"]


async def test_a_stranger_behind_a_friend_is_not_asked_either() -> None:
    hops = Hops("https://m.tiktok.com/somewhere?token=CANARY", "https://evil.test/@gisela/live?token=CANARY")
    async with links(hops.answer) as made:
        with pytest.raises(
            ConnectError, match=r"https://m\.tiktok\.com/somewhere leads to https://evil"
        ) as e:
            await made.follow(LINK)
    assert "CANARY" not in str(e.value)
    assert len(hops.asked) == 2


@given(
    st.text(max_size=60)
    | st.from_regex(r"(https?:)?[/\\]{0,3}[\w.@:%\[\]-]{0,30}(/.{0,20})?", fullmatch=True)
)
def test_wherever_a_redirect_leads_it_is_one_of_the_trails_hosts_or_an_error(location: str) -> None:
    try:
        link = TRAIL.next_hop(LINK, location)
    except ConnectError:
        return
    parts = urlsplit(link)
    assert link.isascii()
    assert link.startswith("https://")
    assert parts.netloc in TRAIL.hosts


async def test_a_chain_without_end_is_left() -> None:
    hops = Hops(*[LINK] * 20)
    async with links(hops.answer) as made:
        with pytest.raises(ConnectError, match=r"leads on and on \(5 times\)"):
            await made.follow(LINK)
    assert len(hops.asked) == MOST_HOPS == 5


@pytest.mark.parametrize(
    ("hops", "kind"),
    [
        (Hops("https://www.tiktok.com/@gisela/video/7"), InvalidUniqueIdError),
        (Hops(), InvalidUniqueIdError),
        (Hops(status=404), RoomNotFoundError),
        (Hops(status=410), RoomNotFoundError),
        (Hops(status=429), RateLimitedError),
        (Hops(status=500), ConnectError),
    ],
)
async def test_links_that_lead_to_no_room(hops: Hops, kind: type[ConnectError]) -> None:
    async with links(hops.answer) as made:
        with pytest.raises(kind):
            await made.follow(LINK)
