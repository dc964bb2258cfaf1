"""A room's HTTP client: cookies, redirects, bounded answers, statuses as errors."""

import gzip
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp import web
from multidict import CIMultiDict

from douyinbot.connectors import http as http_module
from douyinbot.connectors.http import Answer, Http, check
from douyinbot.errors import BlockedError, ConnectError, HttpError, RateLimitedError
from tests.connectors.servers import Handler, serving

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)


@asynccontextmanager
async def asking(
    handler: Handler, cookies: Mapping[str, str] | None = None
) -> AsyncIterator[tuple[Http, str]]:
    """Give a client and the address of a server with this handler."""
    async with serving(handler) as address:
        client = Http(user_agent="test", cookies=cookies, timeout=5.0)
        try:
            yield client, address
        finally:
            await client.close()


# ---- cookies ------------------------------------------------------------------------------------------


async def echo_cookies(request: web.Request) -> web.Response:
    response = web.Response(text=request.headers.get("Cookie", ""))
    for name, value in request.query.items():
        response.headers.add("Set-Cookie", f"{name}={value}; Path=/; HttpOnly; Max-Age=31536000")
    return response


async def test_cookies_are_kept_and_sent_from_then_on() -> None:
    async with asking(echo_cookies, {"sessionid": "s"}) as (client, address):
        assert (await client.get(f"{address}/?ttwid=1%257Cabc&b=2")).text == "sessionid=s"
        assert (await client.get(address)).text == "sessionid=s; ttwid=1%7Cabc; b=2"
        assert client.cookie_header == "sessionid=s; ttwid=1%7Cabc; b=2"


async def test_a_newer_cookie_replaces_the_older() -> None:
    async with asking(echo_cookies) as (client, address):
        for value in ("1", "2"):
            await client.get(f"{address}/?a={value}")
        assert client.cookies == {"a": "2"}


async def test_without_cookies_none_are_sent() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text=str("Cookie" in request.headers))

    async with asking(handler) as (client, address):
        assert (await client.get(address)).text == "False"


async def test_a_broken_cookie_does_not_spoil_the_others() -> None:
    async def handler(_: web.Request) -> web.Response:
        response = web.Response()
        for line in (
            "good=1",
            "b\x80d name=2; Path",
            "=",
            ";;;",
            "a@b=4",
            "empty=",
            "other=3; Expires=nonsense",
        ):
            response.headers.add("Set-Cookie", line)
        return response

    async with asking(handler) as (client, address):
        await client.get(address)
        assert client.cookies["good"] == "1"
        assert client.cookies["other"] == "3"
        assert "empty" not in client.cookies


# ---- redirects ----------------------------------------------------------------------------------------


async def test_a_redirect_within_the_host_is_followed_and_its_cookies_are_kept() -> None:
    async def handler(request: web.Request) -> web.Response:
        if request.path == "/end":
            return web.Response(text=f"{request.raw_path} {request.headers['Cookie']}")
        further = str(request.url.with_path("/end", keep_query=True))
        location = {"/": "/two?b=%E4%B8%80", "/two": further}[request.path]
        headers = {"Location": location, "Set-Cookie": f"c{len(request.path)}=1"}
        return web.Response(status=302 if request.path == "/" else 307, headers=headers)

    async with asking(handler) as (client, address):
        answer = await client.get(f"{address}/?a=1")
        assert (answer.status, answer.text) == (200, "/end?b=%E4%B8%80 c1=1; c4=1")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_without_end_is_an_error(status: int) -> None:
    asked = []

    async def handler(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=status, headers={"Location": f"/{len(asked)}"})

    async with asking(handler) as (client, address):
        with pytest.raises(ConnectError, match="redirects without end"):
            await client.get(address)
    assert len(asked) == 6


async def test_another_host_is_not_followed_and_never_sees_the_cookies() -> None:
    strangers_visitors = []

    async def stranger(request: web.Request) -> web.Response:
        strangers_visitors.append(request)
        return web.Response()

    async with serving(stranger) as elsewhere:
        target = elsewhere.replace("127.0.0.1", "localhost")

        async def handler(_: web.Request) -> web.Response:
            return web.Response(status=302, headers={"Location": f"{target}/?token=CANARY"})

        async with asking(handler, {"sessionid": "CANARY"}) as (client, address):
            with pytest.raises(ConnectError, match="sends us on to http://localhost, which is not") as caught:
                await client.get(address)
    assert strangers_visitors == []
    assert "CANARY" not in str(caught.value)


def test_a_secure_address_does_not_lead_to_an_insecure_one() -> None:
    with pytest.raises(ConnectError, match=r"http://live\.test, which is not followed"):
        http_module._next_url("https://live.test/a", "http://live.test/b")
    assert http_module._next_url("http://live.test/a", "https://live.test/b") == "https://live.test/b"
    assert http_module._next_url("https://live.test/a?x=%2F", "?y=1") == "https://live.test/a?y=1"


@pytest.mark.parametrize("location", ["http://[", "//[/x", "http://x:99999/"])
def test_a_redirect_to_nonsense_is_an_error(location: str) -> None:
    with pytest.raises(ConnectError):
        http_module._next_url("http://live.test/a", location)


async def test_a_redirect_without_a_target_is_an_answer_like_any_other() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=302)

    async with asking(handler) as (client, address):
        answer = await client.get(address)
        with pytest.raises(HttpError, match="answered with HTTP 302") as caught:
            check(answer, address, NOW)
    assert caught.value.status == 302


# ---- what goes out and what comes back ----------------------------------------------------------------


async def test_a_query_goes_over_the_wire_letter_for_letter() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text=request.raw_path)

    raw = "/a?x=%2B%2f%20+&y=%E4%B8%80&z="
    async with asking(handler) as (client, address):
        assert (await client.get(address + raw)).text == raw


async def test_headers_of_a_request_replace_the_usual_ones_whatever_their_case() -> None:
    async def handler(request: web.Request) -> web.Response:
        names = ("User-Agent", "Accept-Language", "X-A")
        return web.Response(text="|".join(",".join(request.headers.getall(name, [])) for name in names))

    async with asking(handler) as (client, address):
        assert (await client.get(address)).text == "test|zh-CN,zh;q=0.9|"
        answer = await client.get(address, {"user-agent": "mine", "x-a": "1"})
        assert answer.text == "mine|zh-CN,zh;q=0.9|1"


async def test_text_that_is_not_utf8_is_read_all_the_same() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=b"\xff\xfe ok")

    async with asking(handler) as (client, address):
        assert (await client.get(address)).text.endswith(" ok")


@pytest.mark.parametrize(("size", "fits"), [(1000, True), (1001, False)])
async def test_a_body_is_taken_up_to_the_limit(
    monkeypatch: pytest.MonkeyPatch, size: int, fits: bool
) -> None:
    assert http_module.MAX_BODY == 16 * 1024 * 1024
    monkeypatch.setattr(http_module, "MAX_BODY", 1000)

    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=bytes(size))

    async with asking(handler) as (client, address):
        if fits:
            assert len((await client.get(address)).body) == size
        else:
            with pytest.raises(ConnectError, match="sends more than 1000 bytes; refused"):
                await client.get(address)


async def test_a_compressed_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "MAX_BODY", 1024 * 1024)
    packed = gzip.compress(bytes(64 * 1024 * 1024), 9)

    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=packed, headers={"Content-Encoding": "gzip"})

    async with asking(handler) as (client, address):
        with pytest.raises(ConnectError, match="refused"):
            await client.get(address)


async def test_a_closed_client_can_be_used_again() -> None:
    async with asking(echo_cookies) as (client, address):
        await client.get(f"{address}/?a=1")
        await client.close()
        await client.close()
        assert (await client.get(address)).text == "a=1"


# ---- statuses -----------------------------------------------------------------------------------------


def answer_with(status: int, **headers: str) -> Answer:
    return Answer(status, CIMultiDict({k.replace("_", "-"): v for k, v in headers.items()}), b"")


def test_a_200_passes_through_the_check() -> None:
    answer = answer_with(200)
    assert check(answer, "http://x.test/a", NOW) is answer


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (403, BlockedError, "refuses this address or device (HTTP 403). Try another network"),
        (444, BlockedError, "refuses this address or device (HTTP 444). Try another network"),
        (429, RateLimitedError, "says that we ask too often (HTTP 429)."),
        (503, RateLimitedError, "says that we ask too often (HTTP 503)."),
        (407, HttpError, "the proxy lets nothing through (HTTP 407). Check `proxy`"),
        (404, HttpError, "answered with HTTP 404."),
        (500, HttpError, "answered with HTTP 500."),
        (502, HttpError, "answered with HTTP 502."),
        (204, HttpError, "answered with HTTP 204."),
    ],
)
def test_each_status_is_an_error_of_its_own(status: int, kind: type[ConnectError], words: str) -> None:
    with pytest.raises(kind) as caught:
        check(answer_with(status), "http://me:CANARY@x.test/a?signature=CANARY", NOW)
    assert words in str(caught.value)
    assert str(caught.value).startswith("http://x.test/a")
    assert "CANARY" not in str(caught.value)


def test_a_throttling_server_is_quoted_with_its_figure() -> None:
    with pytest.raises(RateLimitedError, match="asks to wait 30s") as caught:
        check(answer_with(429, Retry_After="30"), "http://x.test/", NOW)
    assert caught.value.retry_after == 30.0
