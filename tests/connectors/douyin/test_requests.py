"""Requests of one visit: when they are signed, what is remembered of it, and who fails to sign."""

import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp import web

from douyinbot.connectors.douyin.address import Address
from douyinbot.connectors.douyin.requests import Requests
from douyinbot.connectors.http import Http
from douyinbot.connectors.options import NetworkOptions, SignerOptions
from douyinbot.errors import (
    BlockedError,
    RateLimitedError,
    SendError,
    SignatureError,
    TooFastError,
    UnconfirmedError,
)
from douyinbot.webcast.douyin import a_bogus, query, signature
from douyinbot.webcast.pairs import encode
from tests.connectors.servers import closed_port, serving

NOW = datetime(2026, 10, 1, tzinfo=UTC)
PAIRS = [("aid", "6383"), ("content", "你 好")]
PATHS = [query.ENTER, query.FETCH, query.GIFT_LIST]
Answering = Callable[[web.Request, bool], Awaitable[web.Response]]


class Site:
    """Answers by whether a request is signed, and keeps what was asked."""

    def __init__(self, *, unsigned: str = "", signed: str = '{"status_code": 0}', status: int = 200) -> None:
        self.unsigned, self.signed, self.status = unsigned, signed, status
        self.signed_status = 200
        self.queries: list[str] = []
        self.agents: list[str] = []

    async def serve(self, request: web.Request) -> web.Response:
        raw = request.raw_path.partition("?")[2]
        self.queries.append(raw)
        self.agents.append(request.headers["User-Agent"])
        if "a_bogus" in request.query:
            return web.Response(text=self.signed, status=self.signed_status)
        return web.Response(text=self.unsigned, status=self.status)

    @property
    def pattern(self) -> str:
        """Return an S for each signed request, a u for each other."""
        return "".join("S" if "a_bogus=" in raw else "u" for raw in self.queries)


@asynccontextmanager
async def asking(site: Any, **options: Any) -> AsyncIterator[Requests]:
    async with serving(site.serve) as address:
        made = Requests(
            Address("abc", address),
            NetworkOptions(**options),
            Http(user_agent=query.USER_AGENT),
            rng=random.Random(3),
            clock=lambda: NOW,
        )
        try:
            yield made
        finally:
            await made.close()


# ---- signed after a refusal ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
async def test_what_is_answered_unsigned_stays_unsigned(path: str) -> None:
    site = Site(unsigned="ok" if path == query.FETCH else '{"status_code": 0}')
    async with asking(site) as requests:
        for _ in range(3):
            await requests.get(path, PAIRS)
    assert site.pattern == "uuu"


@pytest.mark.parametrize("status", [200, 403, 444])
async def test_a_refusal_is_asked_once_more_signed_and_remembered_for_its_path(status: int) -> None:
    site = Site(status=status)
    async with asking(site) as requests:
        answers = [await requests.get(query.ENTER, PAIRS) for _ in range(3)]
        assert site.pattern == "uSSS"
        assert {answer.text for answer in answers} == {site.signed}
        await requests.get(query.GIFT_LIST, PAIRS)
    assert site.pattern == "uSSSuS"


async def test_a_signed_request_carries_token_and_signature_last_over_the_query_as_sent() -> None:
    site = Site()
    async with asking(site, client_params={"extra": "甲 乙&丙", "aid": "1"}) as requests:
        await requests.get(query.ENTER, PAIRS)
    unsigned, signed = site.queries
    assert signed.startswith(f"{unsigned}&msToken=")
    assert dict(parse_qsl(unsigned)) == {"aid": "1", "content": "你 好", "extra": "甲 乙&丙"}
    covered, _, value = signed.rpartition("&a_bogus=")
    opened = dict(parse_qsl(f"a_bogus={value}"))["a_bogus"]
    assert a_bogus.verify(opened, covered, user_agent=site.agents[1]) == []


async def test_the_users_own_token_is_kept() -> None:
    site = Site()
    async with asking(site, client_params={"msToken": "mine"}) as requests:
        await requests.get(query.ENTER, PAIRS)
    assert [dict(parse_qsl(raw))["msToken"] for raw in site.queries] == ["mine", "mine"]


async def test_where_a_signature_does_not_help_none_is_sent_until_the_room_is_looked_up_afresh() -> None:
    site = Site(signed="")
    async with asking(site) as requests:
        for _ in range(3):
            assert (await requests.get(query.FETCH, PAIRS)).body == b""
        assert site.pattern == "uSuu"
        requests.retry_signing()
        site.signed = "protobuf"
        for _ in range(2):
            assert (await requests.get(query.FETCH, PAIRS)).text == "protobuf"
        requests.retry_signing()
        await requests.get(query.FETCH, PAIRS)
    assert site.pattern == "uSuuuSSS"


async def test_a_site_that_is_busy_says_nothing_about_the_signature() -> None:
    site = Site()
    site.signed_status = 503
    async with asking(site) as requests:
        with pytest.raises(RateLimitedError):
            await requests.get(query.ENTER, PAIRS)
        site.signed_status = 200
        for _ in range(2):
            await requests.get(query.ENTER, PAIRS)
    assert site.pattern == "uSuSS"


async def test_the_next_connection_begins_unsigned_again() -> None:
    site = Site()
    async with asking(site) as requests:
        await requests.get(query.ENTER, PAIRS)
        await requests.close()
        await requests.get(query.ENTER, PAIRS)
    assert site.pattern == "uSuS"


@pytest.mark.parametrize("status", [404, 429, 500, 503])
async def test_other_failures_are_not_asked_again(status: int) -> None:
    site = Site(status=status)
    async with asking(site) as requests:
        with pytest.raises(Exception, match=f"HTTP {status}"):
            await requests.get(query.ENTER, PAIRS)
    assert site.pattern == "u"


async def test_what_is_not_in_the_table_is_never_signed() -> None:
    site = Site(status=403)
    async with asking(site) as requests:
        with pytest.raises(BlockedError):
            await requests.get("/webcast/other/", PAIRS)
    assert site.pattern == "u"


async def test_nobody_signs_if_nobody_shall() -> None:
    site = Site(status=403)
    async with asking(site, signer="none") as requests:
        with pytest.raises(BlockedError):
            await requests.get(query.ENTER, PAIRS)
        await requests.get_once(query.CHAT, PAIRS)
        url, agent = await requests.sign_socket("ws://x/?room_id=1", [("room_id", "1")])
    assert site.pattern == "uu"
    assert (url, agent) == ("ws://x/?room_id=1", query.USER_AGENT)


async def test_the_log_tells_the_path_and_no_query(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "douyinbot")
    async with asking(Site()) as requests:
        await requests.get(query.ENTER, PAIRS)
    assert f"{query.ENTER} is refused without a signature" in caplog.text
    assert "msToken" not in caplog.text
    assert "a_bogus" not in caplog.text


# ---- counting -----------------------------------------------------------------------------------------


async def test_signatures_are_counted_for_each_kind_and_connection() -> None:
    async with asking(Site()) as requests:

        async def counter() -> int:
            url, _ = await requests.sign_socket("ws://x/?room_id=1", [("room_id", "1")])
            return signature.open_signature(dict(parse_qsl(url.partition("?")[2]))["signature"]).payload[0]

        assert [await counter() for _ in range(2)] == [1, 2]
        await requests.get(query.ENTER, PAIRS)
        assert await counter() == 3
        await requests.close()
        assert await counter() == 1


# ---- a service ----------------------------------------------------------------------------------------


class Service:
    """A signing service with one answer for everything."""

    def __init__(self, body: dict[str, Any], status: int = 200) -> None:
        self.body, self.status = body, status
        self.asked: list[dict[str, Any]] = []

    async def serve(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        return web.json_response(self.body, status=self.status, headers={"Retry-After": "7"})


async def test_a_service_may_choose_token_and_user_agent() -> None:
    site = Site()
    service = Service({"params": {"msToken": "its", "a_bogus": "x+y"}, "user_agent": "its own"})
    async with serving(service.serve) as where:
        async with asking(site, signer=SignerOptions(url=where)) as requests:
            await requests.get(query.ENTER, PAIRS)
            await requests.get_once(query.CHAT, PAIRS)
    assert site.queries[1:] == [f"{encode(PAIRS)}&msToken=its&a_bogus=x%2By"] * 2
    assert site.agents == [query.USER_AGENT, "its own", "its own"]
    assert [question["count"] for question in service.asked] == [1, 2]
    assert service.asked[0]["url"].partition("?")[2].startswith(f"{site.queries[0]}&msToken=")
    assert service.asked[0]["kind"] == "http"
    assert service.asked[0]["fields"] == {}


async def test_a_service_is_not_asked_as_long_as_nothing_is_refused() -> None:
    service = Service({}, 500)
    async with serving(service.serve) as where:
        async with asking(Site(unsigned="{}"), signer=SignerOptions(url=where)) as requests:
            await requests.get(query.ENTER, PAIRS)
    assert service.asked == []


@pytest.mark.parametrize(
    ("status", "reading", "sending"),
    [(402, SignatureError, SendError), (429, RateLimitedError, TooFastError)],
)
async def test_a_service_that_refuses_is_told_and_no_line_is_sent(
    status: int, reading: type[Exception], sending: type[Exception]
) -> None:
    site = Site()
    async with serving(Service({}, status).serve) as where:
        async with asking(site, signer=SignerOptions(url=where)) as requests:
            with pytest.raises(reading, match="the signing service 127"):
                await requests.get(query.ENTER, PAIRS)
            with pytest.raises(sending, match="The line was not sent: the signing service 127") as caught:
                await requests.get_once(query.CHAT, PAIRS)
    assert site.pattern == "u"
    assert getattr(caught.value, "retry_after", 7.0) == 7.0


async def test_a_lost_answer_is_no_missing_signature() -> None:
    async with asking(Site(), endpoint=f"http://127.0.0.1:{closed_port()}") as requests:
        with pytest.raises(UnconfirmedError):
            await requests.get_once(query.CHAT, PAIRS)
