"""The signing service over real HTTP: what it is told, what it may answer, and how it fails."""

import asyncio
import json
import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from douyinbot.config import Duration, Secret
from douyinbot.connectors.options import SignerOptions
from douyinbot.connectors.sign_service import LONGEST_PARAM, MAX_ANSWER, MOST_PARAMS, SignService
from douyinbot.connectors.signer import Signed, ToSign
from douyinbot.errors import ConfigError, RateLimitedError, SignatureError
from tests.connectors.proxies import HttpProxy, Proxy, Socks5Proxy
from tests.connectors.servers import closed_port, self_signed, serving

NOW = datetime(2026, 10, 1, tzinfo=UTC)
SECRET = "-".join(("the", "canary"))
PATH = f"/v1/{SECRET}-path"
SOCKET = ToSign(
    kind="socket",
    url=f"wss://push.test/im/?room_id=1&internal_ext={SECRET}-query",
    user_agent="Mozilla/5.0 me",
    fields={"room_id": "1", "aid": "6383", "ac": ""},
    count=3,
)
HTTP = ToSign(kind="http", url="https://live.test/enter/?web_rid=abc", user_agent="Mozilla/5.0 me")
GOOD = {"signature": "abc"}


def service(
    address: str, *, proxy: str = "", timeout: float = 5.0, token: Secret | None = None
) -> SignService:
    options = SignerOptions(url=f"{address}{PATH}", token=token, timeout=Duration(timeout))
    return SignService(options, proxy=proxy, clock=lambda: NOW)


class Desk:
    """A signing service that answers everybody the same."""

    def __init__(self, body: Any = GOOD, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.answer = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status, self.answer_headers = status, headers or {}
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []

    async def serve(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.asked.append((request.method, request.path, headers, await request.json()))
        return web.Response(body=self.answer, status=self.status, headers=self.answer_headers)


@asynccontextmanager
async def asking(desk: Any, **keys: Any) -> AsyncIterator[SignService]:
    async with serving(desk.serve if isinstance(desk, Desk) else desk) as address:
        client = service(address, **keys)
        try:
            yield client
        finally:
            await client.close()


async def answered(body: Any, request: ToSign = SOCKET) -> Signed:
    async with asking(Desk(body)) as client:
        return await client.sign(request)


async def refused(desk: Any, request: ToSign = SOCKET, **keys: Any) -> Exception:
    """Ask, and return the error; it names the host and gives nothing away."""
    async with asking(desk, **keys) as client:
        with pytest.raises((SignatureError, RateLimitedError)) as caught:
            await client.sign(request)
    told = "".join(traceback.format_exception(caught.value))
    assert SECRET not in told
    assert PATH not in told
    return caught.value


# ---- what it is told ----------------------------------------------------------------------------------


async def test_it_is_told_all_that_counts_and_no_cookie(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNER_TOKEN", f"{SECRET}-token")
    desk = Desk(GOOD, headers={"Set-Cookie": "track=me"})
    async with asking(desk, token=Secret.parse("env:SIGNER_TOKEN")) as client:
        for _ in range(2):
            await client.sign(SOCKET)
    method, path, headers, question = desk.asked[0]
    assert (method, path) == ("POST", PATH)
    assert headers["authorization"] == f"Bearer {SECRET}-token"
    assert headers["content-type"] == "application/json"
    assert question == {
        "kind": "socket",
        "url": SOCKET.url,
        "user_agent": "Mozilla/5.0 me",
        "fields": {"room_id": "1", "aid": "6383", "ac": ""},
        "count": 3,
    }
    assert list(question["fields"]) == ["room_id", "aid", "ac"]  # the order counts
    assert all("cookie" not in headers for _, _, headers, _ in desk.asked)


async def test_without_a_token_nobody_is_named() -> None:
    desk = Desk()
    async with asking(desk) as client:
        await client.sign(SOCKET)
    assert "authorization" not in desk.asked[0][2]


@pytest.mark.parametrize("name", ["sessionid", "SESSIONID", "sid_tt", "sid_guard", "session%69d"])
async def test_a_login_that_got_into_the_query_goes_to_nobody(name: str) -> None:
    desk = Desk()
    request = ToSign(kind="http", url=f"https://live.test/?a=1&{name}={SECRET}", user_agent="")
    error = await refused(desk, request)
    assert "`client_params` has a login in it" in str(error)
    assert desk.asked == []


def test_a_token_that_is_not_there_is_told_at_once() -> None:
    with pytest.raises(ConfigError, match="DOUYINBOT_NO_SUCH_TOKEN is not set"):
        service("https://signer.test", token=Secret.parse("env:DOUYINBOT_NO_SUCH_TOKEN"))


# ---- what it may answer -------------------------------------------------------------------------------


async def test_a_sockets_signature_may_be_named_shortly() -> None:
    assert (await answered({"signature": "abc", "other": 1})).params == [("signature", "abc")]


async def test_values_keep_their_order_and_may_bring_a_user_agent() -> None:
    signed = await answered(
        {"params": {"msToken": "m", "a_bogus": "x+/="}, "user_agent": "Mozilla/5.0 it"}, HTTP
    )
    assert signed == Signed(params=[("msToken", "m"), ("a_bogus", "x+/=")], user_agent="Mozilla/5.0 it")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"<html>",
        b"[" * 20_000,
        [],
        {},
        {"signature": ""},
        {"signature": 5},
        {"params": {}},
        {"params": {"a": 1}},
        {"params": {"": "x"}},
        {"params": {"a": "x\r\ny"}},
        {"params": {"a": "你"}},
        {"params": {"a": "x" * (LONGEST_PARAM + 1)}},
        {"params": {f"a{number}": "x" for number in range(MOST_PARAMS + 1)}},
        {"signature": "abc", "user_agent": "me\r\nCookie: x"},
    ],
    ids=lambda body: repr(body)[:30],
)
async def test_what_is_no_signature_is_refused(body: Any) -> None:
    error = await refused(Desk(body))
    assert isinstance(error, SignatureError)
    assert "answered with what is no signature" in str(error)


async def test_an_http_request_needs_named_values() -> None:
    assert "no signature" in str(await refused(Desk({"signature": "abc"}), HTTP))


async def test_an_answer_without_end_is_cut_off() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * 16_384)

    assert f"sends more than {MAX_ANSWER} bytes" in str(await refused(endless))


# ---- how it fails -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "does not know our token. Check `token`"),
        (402, "wants to be paid"),
        (403, "refuses our token. Check `token`"),
        (404, "answered with HTTP 404."),
        (500, "answered with HTTP 500."),
        (204, "answered with HTTP 204."),
    ],
)
async def test_a_refusal_says_what_to_do(status: int, words: str) -> None:
    desk = Desk(GOOD, status)
    error = await refused(desk)
    assert isinstance(error, SignatureError)
    assert str(error).startswith("the signing service 127.0.0.1:")
    assert words in str(error)
    assert len(desk.asked) == 1


@pytest.mark.parametrize(
    ("status", "header", "wait"),
    [
        (429, "30", 30.0),
        (503, "Thu, 01 Oct 2026 00:01:00 GMT", 60.0),
        (429, "soon", None),
    ],
)
async def test_a_service_that_is_asked_too_often_is_given_time(
    status: int, header: str, wait: float | None
) -> None:
    error = await refused(Desk(GOOD, status, {"Retry-After": header}))
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == wait
    assert ("It asks to wait" in str(error)) == (wait is not None)


async def test_a_redirect_is_not_followed_with_our_token() -> None:
    desk = Desk(GOOD, 307, {"Location": "/elsewhere"})
    assert "answered with HTTP 307." in str(await refused(desk))
    assert len(desk.asked) == 1


async def test_a_service_that_does_not_answer_in_time() -> None:
    gone = asyncio.Event()

    async def never(_: web.Request) -> web.Response:
        await gone.wait()
        return web.Response()

    try:
        assert "did not answer within 0.05s." in str(await refused(never, timeout=0.05))
    finally:
        gone.set()


async def test_a_service_that_breaks_off() -> None:
    async def cut(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    assert "broke off: " in str(await refused(cut))


async def test_a_service_that_is_not_there() -> None:
    client = service(f"http://127.0.0.1:{closed_port()}")
    with pytest.raises(SignatureError, match=r"service 127\.0\.0\.1:\d+ cannot be reached"):
        await client.sign(SOCKET)
    await client.close()


async def test_a_certificate_that_nobody_knows_is_not_trusted(tmp_path: Path) -> None:
    desk = Desk()
    async with serving(desk.serve, self_signed(tmp_path)) as address:
        client = service(address)
        with pytest.raises(SignatureError, match="shows a certificate that is not trusted"):
            await client.sign(SOCKET)
        await client.close()
    assert desk.asked == []


async def test_it_can_be_used_again_after_closing() -> None:
    async with asking(Desk()) as client:
        await client.sign(SOCKET)
        await client.close()
        assert (await client.sign(SOCKET)).params == [("signature", "abc")]


# ---- proxies ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [HttpProxy, Socks5Proxy])
async def test_it_is_asked_through_the_proxy(kind: type[Proxy]) -> None:
    async with kind("me", f"{SECRET}-password") as proxy, asking(Desk(), proxy=proxy.address) as client:
        await client.sign(SOCKET)
        assert len(proxy.targets) == 1


@pytest.mark.parametrize("kind", [HttpProxy, Socks5Proxy])
async def test_a_proxy_that_is_gone_or_refuses_is_named_without_its_password(kind: type[Proxy]) -> None:
    desk = Desk()
    async with kind("me", "right") as proxy:
        address = proxy.address.replace("right", f"{SECRET}-wrong")
        error = await refused(desk, proxy=address)
        assert isinstance(error, SignatureError)
    assert isinstance(await refused(desk, proxy=address), SignatureError)
    assert desk.asked == []


async def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await refused(Desk(GOOD, 500))
    await answered(GOOD)
    assert SECRET not in caplog.text
