"""TikTok's requests: what goes along, who signs, and how a guest is replaced."""

import json
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from douyinbot.connectors.http import Http
from douyinbot.connectors.options import SignerOptions
from douyinbot.connectors.tiktok.address import Address
from douyinbot.connectors.tiktok.options import TikTokOptions
from douyinbot.connectors.tiktok.requests import Requests
from douyinbot.errors import ConnectError, SendError, SignatureError, TooFastError, UnconfirmedError
from douyinbot.webcast.tiktok import query
from tests.connectors.servers import closed_port, serving

NOW = datetime(2026, 10, 1, tzinfo=UTC)
Seen = list[web.Request]


def requests(endpoint: str, cookies: dict[str, str] | None = None, **options: Any) -> Requests:
    return Requests(
        Address("abc", endpoint),
        TikTokOptions(**options),
        Http(user_agent=query.USER_AGENT, cookies=cookies),
        rng=random.Random(1),
        clock=lambda: NOW,
    )


def answering(seen: Seen, **ttwids: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A site that gives the next ttwid at each visit without one, and notes all that comes."""
    rest = list(ttwids.values())

    async def handler(request: web.Request) -> web.Response:
        seen.append(request)
        response = web.Response(text="{}")
        if "ttwid" not in request.cookies and rest:
            response.set_cookie("ttwid", rest.pop(0))
        return response

    return handler


async def test_the_other_host_is_a_folder_of_the_endpoint() -> None:
    seen: Seen = []
    async with serving(answering(seen)) as address:
        ours = requests(address)
        await ours.get(query.API_LIVE, ours.visit.api_live(), "www.tiktok.com")
        await ours.get(query.ROOM_INFO, ours.visit.room_info())
        await ours.close()
    assert [request.path for request in seen] == [query.API_LIVE, f"/webcast.tiktok.com{query.ROOM_INFO}"]
    for request in seen:
        assert request.headers["Referer"] == "https://www.tiktok.com/@abc/live"
        assert request.headers["User-Agent"] == query.USER_AGENT


async def test_parameters_of_the_user_replace_ours_but_for_the_cursor() -> None:
    ours = requests(
        "http://127.0.0.1:1", client_params={"app_language": "xx", "cursor": "mine", "extra": "1"}
    )
    pairs = dict(ours.options.merged(ours.visit.fetch("c", "")))
    assert (pairs["app_language"], pairs["cursor"], pairs["extra"]) == ("xx", "c", "1")


async def test_a_guests_ttwid_is_fetched_once() -> None:
    seen: Seen = []
    async with serving(answering(seen, first="t1", second="t2")) as address:
        ours = requests(address)
        for _ in range(2):
            await ours.get_visitor_cookie()
        assert (len(seen), ours.http.cookies["ttwid"]) == (1, "t1")
        await ours.close()


async def test_the_users_own_ttwid_is_never_replaced() -> None:
    ours = requests("http://127.0.0.1:1", cookies={"ttwid": "mine", "sessionid": "s"})
    await ours.get_visitor_cookie()
    assert ours.http.cookies["ttwid"] == "mine"


async def test_a_site_without_a_ttwid_is_named() -> None:
    async with serving(answering([])) as address:
        ours = requests(address)
        with pytest.raises(ConnectError, match="gives no ttwid cookie"):
            await ours.get_visitor_cookie()
        await ours.close()


async def test_only_a_service_of_the_user_signs_and_it_never_sees_a_cookie() -> None:
    asked: list[tuple[str, dict[str, Any]]] = []
    seen: Seen = []

    async def sign(request: web.Request) -> web.Response:
        asked.append((request.headers.get("Cookie", ""), await request.json()))
        return web.json_response(
            {"params": {"X-Bogus": "B", "msToken": "M"}, "user_agent": "Mozilla/5.0 (Its)"}
        )

    async with serving(sign) as service, serving(answering(seen)) as address:
        ours = requests(address, {"ttwid": "t", "sessionid": "S3CRET"}, signer=SignerOptions(url=service))
        await ours.get_signed(query.FETCH, ours.visit.fetch("c", ""))
        await ours.post_once(query.CHAT, ours.visit.chat("hi"))
        await ours.close()
    assert [request.method for request in seen] == ["GET", "POST"]
    for request in seen:
        assert (request.query["X-Bogus"], request.headers["User-Agent"]) == ("B", "Mozilla/5.0 (Its)")
        assert request.cookies["sessionid"] == "S3CRET"
    assert [cookie for cookie, _ in asked] == ["", ""]
    assert "S3CRET" not in json.dumps([question for _, question in asked])


@pytest.mark.parametrize(
    ("status", "fetched", "said"),
    [(401, SignatureError, SendError), (402, SignatureError, SendError), (403, SignatureError, SendError)],
)
async def test_a_service_that_refuses_is_named_and_nothing_is_sent(
    status: int, fetched: type[Exception], said: type[Exception]
) -> None:
    seen: Seen = []

    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=status)

    async with serving(refuse) as service, serving(answering(seen)) as address:
        ours = requests(address, signer=SignerOptions(url=service))
        with pytest.raises(fetched, match="signing service"):
            await ours.get_signed(query.FETCH, ours.visit.fetch("", ""))
        with pytest.raises(said, match="was not sent"):
            await ours.post_once(query.CHAT, ours.visit.chat("hi"))
        await ours.close()
    assert seen == []


async def test_a_service_that_is_overrun_says_when_to_come_again() -> None:
    async def throttle(_: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "7"})

    async with serving(throttle) as service:
        ours = requests("http://127.0.0.1:1", signer=SignerOptions(url=service))
        with pytest.raises(TooFastError) as caught:
            await ours.post_once(query.CHAT, ours.visit.chat("hi"))
        assert caught.value.retry_after == 7
        await ours.close()


async def test_a_lost_answer_is_never_asked_for_again() -> None:
    ours = requests(f"http://127.0.0.1:{closed_port()}")
    with pytest.raises(UnconfirmedError, match="is not repeated"):
        await ours.post_once(query.CHAT, ours.visit.chat("hi"))
    await ours.close()
