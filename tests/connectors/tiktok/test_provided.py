"""A TikTok room whose way in a provider has signed: over loopback HTTP and sockets, from the options on."""

import logging
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import msgspec
import pytest
from aiohttp import web

from douyinbot.connectors.simulator import RoomSpec, Scenario, Simulator, Step, Trouble
from douyinbot.connectors.tiktok import connect_tiktok, platform
from douyinbot.errors import (
    BlockedError,
    ConfigError,
    ConnectError,
    InvalidSessionError,
    ProviderError,
    RateLimitedError,
    SendError,
    TooFastError,
    UserOfflineError,
)
from douyinbot.events import Chat, Connected, Disconnected, Failure, Reconnecting, StreamEnd
from douyinbot.webcast.tiktok import query
from tests import canaries
from tests.connectors.rooms import QUICK, listening, setup_for, simulator
from tests.connectors.servers import serving
from tests.connectors.tiktok.rooms import connector, provided

QUIET = Scenario(room=RoomSpec(history=0))
LOGIN = "sessionid=simulated; tt-target-idc=useast1a"
UseKey = Callable[[str], None]


@pytest.fixture(autouse=True)
def use_key(monkeypatch: pytest.MonkeyPatch) -> UseKey:
    """The key goes from the environment to the provider; which it is decides how the simulator answers."""

    def use(key: str) -> None:
        monkeypatch.setenv("PROVIDER_KEY", key)

    use(Simulator.PROVIDER_KEY)
    return use


def host_of(server: Simulator) -> str:
    return urlsplit(server.provider).netloc


# ---- the way in -----------------------------------------------------------------------------------


async def test_the_room_is_entered_by_a_ticket_and_every_socket_has_its_own() -> None:
    async with simulator(QUIET) as server:
        async with listening(connector(server, provider=provided(server))) as room:
            assert (await room.until(Connected)).websocket
            await server.say("@abc", "小明", "1")
            await room.until(Chat)
            await server.do("@abc", Step(do="drop"))
            await server.say("@abc", "小明", "2")
            await room.until(Connected)
            assert (await room.until(Chat)).comment == "2"
        assert (server.report.tickets, server.report.handshakes) == (2, 2)
        assert (server.report.fetches, server.report.refusals) == (0, [])
        assert server.report.violations == []


async def test_what_was_said_before_comes_with_the_ticket_as_history() -> None:
    async with simulator(Scenario(room=RoomSpec(history=3))) as server:
        async with listening(connector(server, provider=provided(server))) as room:
            await room.until(Connected)
            await server.say("@abc", "小明", "now")
            await room.until(Chat, lambda chat: chat.comment == "now")
        told = [event for event in room.events if event.kind not in ("connected", "websocket_connected")]
        assert [event.history for event in told] == [True] * (len(told) - 1) + [False]
        assert len(told) > 1


async def test_the_socket_has_the_ticket_s_cookies_cursor_and_route() -> None:
    async with simulator(QUIET) as server:
        ours = connector(server, "ttwid=mine; sessionid=S; tt-target-idc=x", provider=provided(server))
        await ours.platform.enter()
        session = ours.session
        body = await ours.platform.ticket(session)
        assert body is not None
        session.receive_response(body, ours._setup.clock())
        session.route_params = {"imprp": "IMPRP", "aid": "other", "empty": ""}
        request = await ours.platform.socket_request(session, ours.platform.push_hosts(session)[0])
        pairs = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
        assert [value for name, value in pairs if name == "version_code"] == ["180800", "270000"]
        assert [value for name, value in pairs if name == "aid"] == ["1988"]
        asked = dict(pairs)
        assert (asked["cursor"], asked["internal_ext"]) == (session.cursor, session.internal_ext)
        assert session.cursor
        assert (asked["imprp"], asked["heartbeat_duration"], "empty" in asked) == ("IMPRP", "0", False)
        # The ticket is a guest's: the login, which the provider has not seen, does not go with it.
        assert request.headers["Cookie"].startswith("ttwid=1%7C")
        assert "sessionid" not in request.headers["Cookie"]
        await ours.platform.close()


async def test_a_ticket_for_the_login_goes_with_the_login() -> None:
    async with simulator(QUIET) as server:
        allowed = provided(server, session_host=host_of(server))
        ours = connector(server, LOGIN, provider=allowed)
        await ours.platform.enter()
        await ours.platform.ticket(ours.session)
        request = await ours.platform.socket_request(ours.session, server.push_address)
        assert "sessionid=simulated" in request.headers["Cookie"]
        await ours.platform.close()
        assert server.report.violations == []


async def test_a_provider_cannot_send_the_cookies_to_a_host_of_its_own() -> None:
    scenario = Scenario(room=RoomSpec(history=0, push_server="wss://evil.example/webcast/im/"))
    async with simulator(scenario) as server:
        async with listening(connector(server, provider=provided(server))) as room:
            await room.until(Connected)
        assert server.report.handshakes == 1


async def test_a_stream_that_ends_in_the_first_ticket_is_not_entered() -> None:
    async with simulator(QUIET) as server:
        ours = connector(server, provider=provided(server), fetch_room_info_on_connect=False)
        async with listening(ours) as room:
            ours.platform.know_room(server.room_id("@abc"))
            await server.say("@abc", "小明", "so long")
            await server.do("@abc", Step(do="end"))
            with pytest.raises(UserOfflineError, match="The stream has just ended"):
                await room.rest()
        assert server.report.handshakes == 0


async def test_a_stream_that_ends_in_a_later_ticket_ends_after_its_last_words() -> None:
    async with simulator(QUIET) as server:
        async with listening(connector(server, provider=provided(server))) as room:
            await room.until(Connected)
            await server.do("@abc", Step(do="drop"))
            await room.until(Reconnecting)
            await server.say("@abc", "小明", "so long")
            await server.do("@abc", Step(do="end"))
            await room.rest()
        kinds = [event.kind for event in room.events if event.kind not in ("room_user", "failure")]
        assert kinds[-4:] == ["connected", "chat", "stream_end", "disconnected"]
        assert isinstance(room.events[-2], StreamEnd)
        assert server.report.handshakes == 1


async def test_a_ticket_that_was_kept_too_long_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("douyinbot.connectors.live_socket.TICKET_LASTS", -1.0)
    async with simulator(QUIET) as server:
        async with listening(connector(server, provider=provided(server))) as room:
            await room.until(Connected)
        assert (server.report.tickets, server.report.handshakes) == (2, 1)


# ---- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "kind", "words"),
    [
        ("wrong", ProviderError, "does not accept our key"),
        ("unpaid", ProviderError, 'wants another plan .* It says: "This needs a premium plan."'),
        ("forbidden", ProviderError, "does not allow this to our key"),
        ("busy", RateLimitedError, r"too often \(HTTP 429, limit minute\)\. It asks to wait 2s"),
        ("broken", ProviderError, "answered with HTTP 502"),
        ("detected", BlockedError, "TikTok has detected its request"),
        ("garbage", ProviderError, "none of TikTok's answers"),
    ],
)
async def test_a_provider_that_refuses_is_named_and_no_other_way_is_taken(
    use_key: UseKey, key: str, kind: type[ConnectError], words: str
) -> None:
    use_key(key)
    async with simulator(QUIET) as server:
        async with listening(connector(server, provider=provided(server))) as room:
            with pytest.raises(kind, match=words) as caught:
                await room.rest()
        assert type(caught.value) is kind
        assert f"the sign provider {host_of(server)}, asked for the socket of room " in str(caught.value)
        assert (server.report.tickets, server.report.handshakes, server.report.fetches) == (1, 0, 0)


@pytest.mark.parametrize("key", ["wrong", "busy", "detected"])
async def test_with_fallback_the_socket_is_opened_without_the_provider(
    use_key: UseKey, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    use_key(key)
    async with simulator(QUIET) as server:
        async with listening(connector(server, provider=provided(server, fallback=True))) as room:
            await room.until(Connected)
            await server.say("@abc", "小明", "hi")
            await room.until(Chat)
        assert server.report.handshakes == 1
        assert server.report.violations == []
    assert f"opening the socket without the sign provider: the sign provider {host_of(server)}" in caplog.text


async def test_a_reconnect_waits_for_as_long_as_the_provider_says() -> None:
    refuses = False

    async def provider(request: web.Request) -> web.Response:
        if refuses:
            return web.json_response({"message": "Slow down."}, status=429, headers={"Retry-After": "77"})
        body = await server_answer(request)
        return web.Response(body=body)

    async def server_answer(request: web.Request) -> bytes:
        async with aiohttp.ClientSession() as http:
            url = f"{server.provider}/webcast/fetch?{request.query_string}"
            async with http.get(url, headers={"x-api-key": Simulator.PROVIDER_KEY}) as response:
                return await response.read()

    async with simulator(QUIET) as server, serving(provider) as url:
        ours = connector(server, provider=provided(server, url=url))
        async with listening(ours) as room:
            await room.until(Connected)
            refuses = True
            await server.do("@abc", Step(do="drop"))
            await room.until(Disconnected)
            failure = await room.until(Failure)
            assert isinstance(failure.exception, RateLimitedError)
            assert "It asks to wait 77s" in str(failure.exception)
            waiting = await room.until(Reconnecting)
            assert waiting.delay >= 77
            assert ours._socket.refusals == 0  # the socket itself has refused nothing


async def test_rooms_of_one_process_share_what_a_provider_tells_one_of_them(use_key: UseKey) -> None:
    use_key("busy")
    async with simulator(QUIET) as server:
        first = connector(server, provider=provided(server))
        second = connector(server, provider=provided(server), connect_pace=first._setup.pace)
        alone = f"the sign provider {host_of(server)} was not asked: it wants to be left alone for another"
        for each, words in ((first, "HTTP 429"), (second, alone)):
            async with listening(each) as room:
                with pytest.raises(RateLimitedError, match=words):
                    await room.rest()
        assert server.report.tickets == 1


async def test_neither_way_open_gives_the_socket_its_turn_again() -> None:
    """Three refused sockets lead to polling, which TikTok mostly refuses: that must not be the end."""
    scenario = Scenario(room=RoomSpec(history=0), trouble=Trouble(fetch="empty"))
    async with simulator(scenario) as server:
        ours = connector(server, refusals_before_polling=1)
        async with listening(ours) as room:
            await room.until(Connected)
            ours._socket.refusals = 1
            await server.do("@abc", Step(do="drop"))
            await room.until(Disconnected)
            ours._socket.refusals = 1
            assert (await room.until(Connected)).websocket


# ---- the room of a user ---------------------------------------------------------------------------


async def test_the_provider_is_asked_for_the_room_last() -> None:
    scenario = Scenario(room=RoomSpec(history=0), trouble=Trouble(enter="empty", page="empty"))
    async with simulator(scenario) as server:
        ours = connector(server, provider=provided(server))
        state = await ours.platform.enter()
        assert (state.room_id, state.is_live) == (server.room_id("@abc"), True)
        paths = [asked.path for asked in server.report.requests]
        assert paths[1:4] == [query.API_LIVE, "/@abc/live", "/provider/webcast/anchors/abc/room_id"]
        await ours.platform.close()


async def test_it_is_not_asked_where_tiktok_tells() -> None:
    async with simulator(QUIET) as server:
        ours = connector(server, provider=provided(server))
        await ours.platform.enter()
        assert not [asked for asked in server.report.requests if "anchors" in asked.path]
        await ours.platform.close()


async def test_where_all_ways_are_refused_one_error_names_each(use_key: UseKey) -> None:
    use_key("wrong")
    scenario = Scenario(room=RoomSpec(history=0), trouble=Trouble(enter="empty", page="empty"))
    async with simulator(scenario) as server:
        ours = connector(server, provider=provided(server))
        words = "api-live: .*; room page: .*; sign provider: .*does not accept our key"
        with pytest.raises(BlockedError, match=words) as caught:
            await ours.platform.enter()
        assert isinstance(caught.value.__cause__, ExceptionGroup)
        assert len(caught.value.__cause__.exceptions) == 3
        await ours.platform.close()


# ---- signatures -----------------------------------------------------------------------------------


async def test_it_signs_what_tiktok_refuses_unsigned_if_the_user_wants_it() -> None:
    scenario = Scenario(room=RoomSpec(history=0), trouble=Trouble(gift_list="unsigned", fetch="unsigned"))
    async with simulator(scenario) as server:
        for sign in (False, True):
            ours = connector(server, LOGIN, provider=provided(server, sign=sign))
            await ours.platform.enter()
            if sign:
                assert await ours.platform.gift_list()
                assert await ours.platform.fetch(ours.session)
                await ours.send("hi")
            else:
                with pytest.raises(ConnectError):
                    await ours.platform.gift_list()
            await ours.platform.close()
        assert [line.text for line in server.report.chat_lines] == ["hi"]
        assert server.report.violations == []


async def test_a_line_that_the_provider_does_not_sign_is_not_sent(use_key: UseKey) -> None:
    use_key("unpaid")
    async with simulator(QUIET) as server:
        ours = connector(server, LOGIN, provider=provided(server, sign=True))
        await ours.platform.enter()
        with pytest.raises(SendError, match=r"The line was not sent: .*wants another plan"):
            await ours.send("hi")
        await ours.platform.close()
        assert server.report.chat_lines == []


# ---- speaking -------------------------------------------------------------------------------------


def speaking(server: Simulator, cookies: str = "", **given: Any) -> Any:
    """Return a connector whose lines go through the provider."""
    setup = setup_for(
        f"{server.address}/@abc", connector="tiktok", reconnect=QUICK, provider=provided(server, **given)
    )
    setup.room = msgspec.structs.replace(setup.room, sender="provider")
    return connect_tiktok(setup, cookies)


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PROVIDER_TOKEN", "somebody")
    return "env:PROVIDER_TOKEN"


async def test_a_line_goes_through_the_provider_and_comes_back(token: str) -> None:
    async with simulator(QUIET) as server:
        for ours in (
            speaking(server, LOGIN, session_host=host_of(server)),
            speaking(server, oauth_token=token),
        ):
            async with listening(ours) as room:
                await room.until(Connected)
                accepted = await ours.send("大家好")
                assert accepted.message_id == ""  # the provider does not tell
                await room.until(Chat, lambda chat: chat.comment == "大家好")
        assert [line.answer for line in server.report.chat_lines] == ["ok", "ok"]
        assert len({line.account_id for line in server.report.chat_lines}) == 2
        assert not [asked for asked in server.report.requests if asked.path.endswith(query.CHAT)]
        assert server.report.violations == []


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("wrong", InvalidSessionError),
        ("unpaid", InvalidSessionError),
        ("forbidden", InvalidSessionError),
        ("busy", TooFastError),
        ("broken", SendError),
    ],
)
async def test_a_refused_line_is_no_line(
    use_key: UseKey, token: str, key: str, kind: type[SendError]
) -> None:
    use_key(key)
    async with simulator(QUIET) as server:
        ours = speaking(server, oauth_token=token)
        await ours.platform.enter()
        with pytest.raises(kind):
            await ours.send("大家好")
        await ours.platform.close()
        assert server.report.chat_lines == []


def test_a_room_that_speaks_through_a_provider_needs_one_and_somebody_to_speak_as() -> None:
    server = Simulator()
    server.address = "http://127.0.0.1:9000"
    with pytest.raises(
        ConfigError, match=r"rooms\[0\]\.sender: the sign provider 127\.0\.0\.1:9000 has nobody"
    ):
        speaking(server, LOGIN)
    setup = setup_for("@abc", connector="tiktok")
    setup.room = msgspec.structs.replace(setup.room, sender="provider")
    with pytest.raises(ConfigError, match=r"rooms\[0\]\.sender: there is no sign provider to speak through"):
        connect_tiktok(setup)


@pytest.mark.parametrize(
    ("cookies", "missing"),
    [("", "sessionid and tt-target-idc"), ("sessionid=s", "tt-target-idc"), ("tt-target-idc=x", "sessionid")],
)
def test_a_session_that_may_be_shown_must_be_there(cookies: str, missing: str) -> None:
    provider = {"url": "https://sign.example", "session_host": "sign.example"}
    setup = setup_for("@abc", connector="tiktok", provider=provider)
    with pytest.raises(
        ConfigError, match=rf"options\.provider\.session_host: .* cookies of the room have no {missing}\."
    ):
        connect_tiktok(setup, cookies)


def test_a_key_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROVIDER_KEY")
    setup = setup_for(
        "@abc", connector="tiktok", provider={"url": "https://s.example", "key": "env:PROVIDER_KEY"}
    )
    with pytest.raises(ConfigError, match=r"rooms\[0\]\.options\.provider: .*PROVIDER_KEY is not set"):
        connect_tiktok(setup)


# ---- secrets --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 401, 429, 502])
async def test_a_login_is_shown_to_nobody_and_a_key_to_no_log(
    use_key: UseKey, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    use_key(f"{canaries.MARK}-key")
    seen: list[str] = []

    async def provider(request: web.Request) -> web.Response:
        seen.append(f"{request.raw_path} {sorted(request.headers.items())} {await request.text()}")
        return web.json_response({"message": f"{canaries.MARK}-key"}, status=status)

    async with simulator(QUIET) as server, serving(provider) as url:
        ours = connector(server, canaries.COOKIES, provider=provided(server, url=url))
        async with listening(ours) as room:
            with pytest.raises(ConnectError) as caught:
                await room.rest()
    assert len(seen) == 1
    for secret in (canaries.SESSION_ID, canaries.TTWID, canaries.CSRF, canaries.ODIN):
        assert secret not in seen[0]
    assert canaries.MARK not in "".join(traceback.format_exception(caught.value))
    assert canaries.MARK not in caplog.text
    assert canaries.MARK not in repr(ours.options) + repr(ours) + repr(platform)
