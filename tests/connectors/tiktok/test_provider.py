"""The client of a sign provider over real HTTP: what it asks, what it shows of the user, how it fails."""

import json
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from douyinbot.config import Duration, Rate, Secret
from douyinbot.connectors.pace import ConnectPace
from douyinbot.connectors.tiktok.options import ProviderOptions
from douyinbot.connectors.tiktok.provider import Provider
from douyinbot.errors import (
    BlockedError,
    ConfigError,
    ConnectError,
    InvalidSessionError,
    MutedError,
    ProviderError,
    RateLimitedError,
    SendError,
    TooFastError,
    UnconfirmedError,
)
from douyinbot.webcast import composing
from douyinbot.webcast.room_state import ENDED, LIVE
from douyinbot.webcast.tiktok import parse_fetch_result
from tests import canaries
from tests.connectors.proxies import HttpProxy
from tests.connectors.servers import Silent, closed_port, self_signed, serving

NOW = datetime(2026, 10, 1, tzinfo=UTC)
ROOM = "7137682087200557829"
AGENT = "Mozilla/5.0 (me)"
KEY = f"{canaries.MARK}-key"
TOKEN = f"{canaries.MARK}-oauth"
LOGIN = {"sessionid": canaries.SESSION_ID, "tt-target-idc": "useast1a", "ttwid": canaries.TTWID}
ANSWER = composing.response([], cursor="c1", internal_ext="x1", push_server="wss://webcast-ws.tiktok.com/p/")
OFTEN = Rate(1000, Duration(1))


class Desk:
    """A provider that answers everybody the same, and keeps what it was asked."""

    def __init__(
        self, body: Any = ANSWER, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status, self.headers = status, headers or {}
        self.asked: list[web.Request] = []
        self.bodies: list[str] = []

    async def serve(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        self.bodies.append(await request.text())
        return web.Response(body=self.body, status=self.status, headers=self.headers)

    @property
    def everything(self) -> str:
        """All that came over the wire."""
        return str([(one.raw_path, sorted(one.headers.items())) for one in self.asked]) + str(self.bodies)


def client(url: str, *, proxy: str = "", pace: ConnectPace | None = None, **given: Any) -> Provider:
    options = ProviderOptions(**{"url": url, "rate": OFTEN, **given})
    return Provider(options, proxy=proxy, clock=lambda: NOW, pace=pace or ConnectPace())


@asynccontextmanager
async def asking(desk: Desk, **given: Any) -> AsyncIterator[Provider]:
    async with serving(desk.serve) as url:
        if given.pop("allowed", False):
            given["session_host"] = url.partition("://")[2]
        made = client(f"{url}/v1/", **given)
        try:
            yield made
        finally:
            await made.close()


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> Secret:
    monkeypatch.setenv("PROVIDER_KEY", KEY)
    return Secret("env:PROVIDER_KEY")


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> Secret:
    monkeypatch.setenv("PROVIDER_TOKEN", TOKEN)
    return Secret("env:PROVIDER_TOKEN")


async def refused(desk: Desk, **given: Any) -> ConnectError:
    """Ask for a ticket, and return the error; it names host and room, and tells no secret."""
    async with asking(desk, **given) as provider:
        with pytest.raises(ConnectError) as caught:
            await provider.ticket(ROOM, "", AGENT, LOGIN)
        assert f"the sign provider {provider.options.host}, asked for the socket of room {ROOM}," in str(
            caught.value
        )
    assert canaries.MARK not in "".join(traceback.format_exception(caught.value))
    return caught.value


# ---- a ticket -------------------------------------------------------------------------------------


async def test_a_ticket_is_asked_for_with_the_key_and_brings_cookies(key: Secret) -> None:
    cookie = {"X-Set-TT-Cookie": "ttwid=1%7Cabc; Path=/; HttpOnly", "X-Room-Id": ROOM}
    desk = Desk(headers=cookie)
    async with asking(desk, key=key) as provider:
        ticket = await provider.ticket(ROOM, "c0", AGENT, {})
    assert parse_fetch_result(ticket.body).cursor == "c1"
    assert (dict(ticket.cookies), ticket.has_session) == ({"ttwid": "1%7Cabc"}, False)
    (asked,) = desk.asked
    assert (asked.method, asked.path, asked.headers["x-api-key"]) == ("GET", "/v1/webcast/fetch", KEY)
    assert dict(asked.query) == {
        "client": "douyinbot",
        "room_id": ROOM,
        "cursor": "c0",
        "user_agent": AGENT,
        "client_enter": "true",
        "platform": "web",
    }


async def test_without_a_key_none_is_sent() -> None:
    desk = Desk()
    async with asking(desk) as provider:
        await provider.ticket(ROOM, "", AGENT, {})
    assert "x-api-key" not in desk.asked[0].headers


@pytest.mark.parametrize(
    "given", ['a="x\\073 y"', 'a="x\\015\\012Host: evil"', "=", "a=", 'a="\\000"', "\u00e9=1"]
)
async def test_a_cookie_that_would_break_the_header_is_none(given: str) -> None:
    async with asking(Desk(headers={"X-Set-TT-Cookie": given})) as provider:
        assert dict((await provider.ticket(ROOM, "", AGENT, {})).cookies) == {}


# ---- what it sees of the user ---------------------------------------------------------------------


async def test_no_login_goes_to_a_host_that_is_not_allowed(token: Secret) -> None:
    desk = Desk()
    async with asking(desk, oauth_token=token) as provider:
        ticket = await provider.ticket(ROOM, "", AGENT, LOGIN)
        desk.body = b'{"code": 200}'
        await provider.say(ROOM, "hi", LOGIN)
    assert not ticket.has_session
    assert canaries.SESSION_ID not in desk.everything
    assert canaries.TTWID not in desk.everything
    assert desk.asked[1].headers["x-oauth-token"] == TOKEN


async def test_an_allowed_host_gets_session_and_data_centre_and_no_other_cookie(token: Secret) -> None:
    desk = Desk()
    async with asking(desk, allowed=True, oauth_token=token) as provider:
        ticket = await provider.ticket(ROOM, "", AGENT, LOGIN)
        desk.body = b'{"code": 200}'
        await provider.say(ROOM, "hi", LOGIN)
    fetch, chat = desk.asked
    assert ticket.has_session
    assert (fetch.query["session_id"], fetch.query["tt_target_idc"]) == (canaries.SESSION_ID, "useast1a")
    assert chat.headers["x-cookie-header"] == f"sessionid={canaries.SESSION_ID}; tt-target-idc=useast1a"
    assert "x-oauth-token" not in chat.headers
    assert canaries.TTWID not in desk.everything


@pytest.mark.parametrize("missing", ["sessionid", "tt-target-idc"])
async def test_a_session_goes_with_its_data_centre_or_not_at_all(missing: str) -> None:
    desk = Desk()
    async with asking(desk, allowed=True) as provider:
        half = {**LOGIN, missing: ""}
        assert not (await provider.ticket(ROOM, "", AGENT, half)).has_session
        with pytest.raises(InvalidSessionError, match=r"there is no login that .* may see"):
            await provider.say(ROOM, "hi", half)
    assert canaries.SESSION_ID not in desk.everything
    assert len(desk.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_carries_nothing_to_another_host(status: int, key: Secret) -> None:
    stranger = Desk()
    async with serving(stranger.serve) as elsewhere:
        desk = Desk(b"", status, {"Location": f"{elsewhere}/webcast/fetch"})
        async with asking(desk, allowed=True, key=key) as provider:
            with pytest.raises(ProviderError, match=r"redirects, which is not followed\. Check `url`"):
                await provider.ticket(ROOM, "", AGENT, LOGIN)
            with pytest.raises(SendError, match="redirects, which is not followed"):
                await provider.say(ROOM, "hi", LOGIN)
    assert stranger.asked == []


# ---- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, r"does not accept our key\. Check `key` of `provider`"),
        (402, r"wants another plan for this than that of our key\. Look at your account there\."),
        (403, r"does not allow this to our key\. Look at your account there\."),
        (404, r"answered with HTTP 404\."),
        (502, r"answered with HTTP 502\."),
    ],
)
async def test_refusals_are_told_apart_and_say_what_to_do(status: int, words: str, key: Secret) -> None:
    body = {"code": status, "message": f"no\x1b[31m, {KEY} \u202eis wrong"}
    error = await refused(Desk(body, status), key=key)
    assert isinstance(error, ProviderError)
    assert error.status == status
    with pytest.raises(ProviderError, match=words):
        raise error
    assert 'It says: "no[31m, *** is wrong"' in str(error)


async def test_who_has_no_key_is_told_to_give_one() -> None:
    error = await refused(Desk({"message": "key?"}, 401))
    assert "wants a key. Give it as `key` of `provider` in bot.toml." in str(error)


async def test_a_session_that_is_repeated_is_not_told() -> None:
    body = {"message": f"bad session {canaries.SESSION_ID}", "code": "E1"}
    assert 'It says: "bad session ***"' in str(await refused(Desk(body, 400), allowed=True))


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": "Thu, 01 Oct 2026 00:00:30 GMT"}, 30.0),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 40)}, 40.0),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) - 40)}, 0.0),
        ({"X-RateLimit-Reset": "12"}, 12.0),
        ({"RateLimit-Reset": "9", "RateLimit-Remaining": "0"}, 9.0),
        ({"Retry-After": "3", "X-RateLimit-Reset": "99", "RateLimit-Reset": "99"}, 3.0),
        ({"Retry-After": "soon", "RateLimit-Reset": "9"}, 9.0),
        ({"Retry-After": "999999"}, 3600.0),
        ({}, None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_a_wish_to_wait_is_kept_whichever_header_has_it(
    status: int, headers: dict[str, str], wait: float | None
) -> None:
    error = await refused(Desk({"message": "Slow down.", "limit_label": "hour"}, status, headers))
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == wait
    assert f"says that we ask too often (HTTP {status}, limit hour)." in str(error)
    assert 'It says: "Slow down."' in str(error)
    assert (wait is not None) == ("It asks to wait" in str(error))


async def test_nothing_means_that_tiktok_has_detected_the_provider() -> None:
    error = await refused(Desk(b""))
    assert isinstance(error, BlockedError)
    assert "TikTok has detected its request" in str(error)


@pytest.mark.parametrize("body", [b"\xff\xfe no protobuf", b'{"code": 200}', b"<html>"])
async def test_what_is_no_answer_of_tiktok_is_none(body: bytes) -> None:
    error = await refused(Desk(body))
    assert isinstance(error, ProviderError)
    assert "none of TikTok's answers. Check `url`" in str(error)


async def test_an_answer_for_another_room_is_refused() -> None:
    assert "answered for another room" in str(await refused(Desk(headers={"X-Room-Id": "1"})))


async def unanswered(url: str, **given: Any) -> str:
    provider = client(url, **given)
    with pytest.raises(ProviderError, match=r"asked for the socket of room \d+, gave no answer\.") as caught:
        await provider.ticket(ROOM, "", AGENT, LOGIN)
    await provider.close()
    assert caught.value.status is None
    return str(caught.value)


async def test_a_provider_that_is_not_there() -> None:
    assert "cannot be reached" in await unanswered(f"http://127.0.0.1:{closed_port()}")


async def test_a_provider_that_is_silent() -> None:
    async with Silent() as server:
        told = await unanswered(f"http://{server.authority}", timeout=Duration(0.05))
    assert "did not answer within 0.05s" in told


async def test_a_provider_that_is_not_trusted(tmp_path: Path) -> None:
    async with serving(Desk().serve, self_signed(tmp_path)) as url:
        assert "shows a certificate that is not trusted" in await unanswered(url)


async def test_the_proxy_of_the_room_is_used() -> None:
    async with HttpProxy() as proxy, asking(Desk(), proxy=proxy.address) as provider:
        await provider.ticket(ROOM, "", AGENT, {})
        assert proxy.targets == [provider.options.host]


async def test_a_key_that_cannot_be_read() -> None:
    with pytest.raises(ConfigError, match="NO_SUCH_KEY is not set"):
        client("https://sign.example", key=Secret("env:NO_SUCH_KEY"))


# ---- several rooms --------------------------------------------------------------------------------


async def test_a_wish_to_wait_goes_for_all_rooms_at_this_provider(token: Secret) -> None:
    pace, desk = ConnectPace(), Desk({"message": "Slow down."}, 429, {"Retry-After": "30"})
    async with serving(desk.serve) as url, serving(desk.serve) as other_url:
        first, second, other = (client(one, pace=pace, oauth_token=token) for one in (url, url, other_url))
        for provider in (first, second, other):
            with pytest.raises(RateLimitedError) as caught:
                await provider.ticket(ROOM, "", AGENT, {})
            assert 25 < (caught.value.retry_after or 0) <= 30
        with pytest.raises(TooFastError, match="it wants to be left alone for another"):
            await first.say(ROOM, "hi", {})
        for provider in (first, second, other):
            await provider.close()
    assert len(desk.asked) == 2


# ---- the room of a user ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "room_id", "status"),
    [
        ({"ok": True, "code": 200, "is_live": True, "room_id": ROOM}, ROOM, LIVE),
        ({"ok": True, "is_live": False, "room_id": int(ROOM)}, ROOM, ENDED),
        ({"ok": False, "code": 404, "message": "no"}, "", None),
        ({"is_live": True, "room_id": "../x"}, "", LIVE),
    ],
)
async def test_it_tells_the_room_of_a_user(body: Any, room_id: str, status: int | None) -> None:
    desk = Desk(body)
    async with asking(desk, allowed=True) as provider:
        state = await provider.find_room("a.b_c")
    assert (state.room_id, state.status) == (room_id, status)
    assert desk.asked[0].path == "/v1/webcast/anchors/a.b_c/room_id"


async def test_what_is_no_room_is_an_error() -> None:
    async with asking(Desk(b"<html>")) as provider:
        with pytest.raises(ProviderError, match=r"asked for the room of @abc,"):
            await provider.find_room("abc")


# ---- speaking -------------------------------------------------------------------------------------


async def said(desk: Desk, text: str = "你好", **given: Any) -> None:
    async with asking(desk, allowed=True, **given) as provider:
        await provider.say(ROOM, text, LOGIN)


async def test_a_line_is_posted_once_as_json(key: Secret) -> None:
    desk = Desk({"code": 200, "message": "ok"})
    await said(desk, key=key)
    (asked,) = desk.asked
    assert (asked.method, asked.path) == ("POST", f"/v1/webcast/rooms/{ROOM}/chat")
    assert (asked.headers["x-api-key"], asked.content_type) == (KEY, "application/json")
    assert json.loads(desk.bodies[0]) == {"content": "你好"}


@pytest.mark.parametrize(
    ("desk", "kind", "words"),
    [
        (Desk({"message": "no"}, 401), InvalidSessionError, "wants a key"),
        (Desk({"message": "no"}, 402), InvalidSessionError, "wants another plan"),
        (Desk({"message": "no"}, 403), InvalidSessionError, 'does not allow this .* It says: "no"'),
        (Desk({}, 400), SendError, "answered with HTTP 400"),
        (Desk({}, 404), SendError, "answered with HTTP 404"),
        (Desk({}, 407), SendError, "proxy"),
        (Desk({}, 500), UnconfirmedError, "HTTP 500"),
        (Desk({}, 502), UnconfirmedError, "HTTP 502"),
        (Desk({}, 504), UnconfirmedError, "HTTP 504"),
        (Desk(b""), UnconfirmedError, "tells nothing"),
        (Desk(b"<html>"), UnconfirmedError, "tells nothing"),
        (Desk({"code": 1, "message": "You are muted"}), MutedError, "muted"),
        (Desk({"code": 1, "message": "odd"}), SendError, r'refused it \(code 1\) It says: "odd"'),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
async def test_what_is_not_said_is_never_called_said(desk: Desk, kind: type[SendError], words: str) -> None:
    with pytest.raises(SendError, match=words) as caught:
        await said(desk)
    assert type(caught.value) is kind
    assert len(desk.asked) == 1
    assert canaries.MARK not in "".join(traceback.format_exception(caught.value))


async def test_too_fast_has_the_time_to_wait() -> None:
    with pytest.raises(TooFastError) as caught:
        await said(Desk({}, 429, {"Retry-After": "5"}))
    assert caught.value.retry_after == 5


async def test_an_answer_that_is_lost_is_not_asked_for_again() -> None:
    asked = 0

    async def hang_up(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with serving(hang_up) as url:
        provider = client(url, session_host=url.partition("://")[2])
        with pytest.raises(UnconfirmedError, match="it is not repeated"):
            await provider.say(ROOM, "hi", LOGIN)
        await provider.close()
    assert asked == 1


async def test_without_a_room_nothing_is_sent() -> None:
    desk = Desk({"code": 200})
    async with asking(desk, allowed=True) as provider:
        with pytest.raises(SendError, match="number is not known yet: nothing was sent"):
            await provider.say("", "hi", LOGIN)
    assert desk.asked == []
