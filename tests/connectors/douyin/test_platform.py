"""Douyin's own part of a connection: where the room is, where the socket goes, how it is signed."""

import random
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from aiohttp import web

from douyinbot.connectors.douyin import Address
from douyinbot.connectors.douyin.address import SITE
from douyinbot.connectors.douyin.platform import DouyinPlatform
from douyinbot.connectors.http import Http
from douyinbot.connectors.options import NetworkOptions
from douyinbot.connectors.simulator import RoomSpec, Scenario, Simulator, Trouble
from douyinbot.errors import BlockedError, ConnectError, RoomNotFoundError, VerificationRequiredError
from douyinbot.webcast import frames
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.douyin import TABLE, signature
from douyinbot.webcast.douyin.query import PUSH, PUSH_HOSTS, USER_AGENT
from douyinbot.webcast.session import Session
from tests.connectors.rooms import simulator
from tests.connectors.servers import serving

NOW = datetime(2026, 10, 1, tzinfo=UTC)
OWN = "ws://127.0.0.1:9000"


def platform(address: Address | None = None, **options: Any) -> DouyinPlatform:
    return DouyinPlatform(
        address or Address("abc"),
        NetworkOptions(**options),
        Http(user_agent=USER_AGENT),
        rng=random.Random(3),
        clock=lambda: NOW,
    )


def at(server: Simulator, room: str = "abc") -> DouyinPlatform:
    return platform(Address(room, server.address))


def session(push_server: str = "") -> Session:
    made = Session(Decoder(TABLE, room="main"))
    made.push_server = push_server
    return made


# ---- where the socket goes ----------------------------------------------------------------------------


def test_without_an_announcement_the_known_hosts_are_tried_in_turn() -> None:
    assert tuple(platform().push_hosts(session())) == PUSH_HOSTS
    assert all(host.startswith("wss://webcast100-ws-web-") for host in PUSH_HOSTS)


@pytest.mark.parametrize(
    ("announced", "address"),
    [
        ("webcast200-ws-web-lq.douyin.com", "wss://webcast200-ws-web-lq.douyin.com"),
        ("wss://webcast200.douyin.com", "wss://webcast200.douyin.com"),
        ("wss://webcast200.douyin.com/other/path/", "wss://webcast200.douyin.com/other/path/"),
        ("wss://douyin.com:8443", "wss://douyin.com:8443"),
    ],
)
def test_a_host_of_the_platform_that_is_announced_comes_first(announced: str, address: str) -> None:
    assert tuple(platform().push_hosts(session(announced))) == (address, *PUSH_HOSTS)


def test_an_announced_host_that_is_known_is_not_named_twice() -> None:
    hosts = platform().push_hosts(session(PUSH_HOSTS[1]))
    assert list(hosts) == [PUSH_HOSTS[1], PUSH_HOSTS[0], PUSH_HOSTS[2]]


STRANGERS = [
    "evil.test",
    "wss://evil.test",
    "wss://evil.test/.douyin.com",
    "wss://douyin.com.evil.test",
    "wss://evildouyin.com",
    "wss://live.douyin.com@evil.test",
    "wss://evil.test#.douyin.com",
    "ws://webcast200.douyin.com",  # not secure
    "https://webcast200.douyin.com",
    "ws://127.0.0.1:9000",  # this machine, when the endpoint is not
    "wss://[",
    "wss://[::1",
    "wss://x.douyin.com:99999",
    "wss://x.douyin.com:0",
    "wss://someone@x.douyin.com",
    "wss://x.douyin.com\\@evil.test",
    "wss://evil.test\n.douyin.com.evil.test",
    "file://x.douyin.com/etc/passwd",
    "wss://",
    "://",
    "\0",
    "直播",
]


@pytest.mark.parametrize("announced", STRANGERS)
def test_a_stranger_that_is_announced_is_not_called(announced: str) -> None:
    """Cookies would go there."""
    assert tuple(platform().push_hosts(session(announced))) == PUSH_HOSTS


@pytest.mark.parametrize("announced", ["ws://127.0.0.1:9999", "127.0.0.1:9999"])
def test_an_endpoint_on_this_machine_may_announce_any_port_of_it(announced: str) -> None:
    at_home = Address("abc", "http://127.0.0.1:8000")
    assert platform(at_home).push_hosts(session(announced))[0] == "ws://127.0.0.1:9999"


def test_an_endpoint_on_this_machine_may_lead_to_the_platform_but_only_securely() -> None:
    at_home = Address("abc", "http://127.0.0.1:8000")
    assert platform(at_home).push_hosts(session("x.douyin.com"))[0] == "wss://x.douyin.com"
    assert platform(at_home).push_hosts(session("ws://x.douyin.com"))[0].startswith("ws://127.0.0.1:8000")


@pytest.mark.parametrize("announced", [*STRANGERS[:9], "ws://localhost:9000", "ws://10.0.0.1:9000"])
def test_an_endpoint_of_its_own_never_leads_to_the_real_site(announced: str) -> None:
    at_home = Address("abc", "http://127.0.0.1:8000")
    assert tuple(platform(at_home).push_hosts(session(announced))) == (f"ws://127.0.0.1:8000{PUSH}",)


def test_an_endpoint_elsewhere_may_announce_itself_only_securely() -> None:
    options = {"endpoint": "https://mirror.test/dy/"}
    assert platform(**options).push_hosts(session("wss://mirror.test:444"))[0] == "wss://mirror.test:444"
    own = (f"wss://mirror.test/dy{PUSH}",)
    assert tuple(platform(**options).push_hosts(session("ws://mirror.test"))) == own


def test_the_users_own_hosts_replace_all_others() -> None:
    hosts = platform(push_hosts=[OWN, "wss://own.test"]).push_hosts(session(PUSH_HOSTS[0]))
    assert list(hosts) == [OWN, "wss://own.test"]


# ---- the socket's request -----------------------------------------------------------------------------


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


async def test_the_sockets_request_is_signed_anew_each_time() -> None:
    async with simulator() as server:
        room = at(server)
        await room.enter()
        requests = [await room.socket_request(session(), OWN) for _ in range(3)]
        await room.close()
    queries = [query_of(request.url) for request in requests]
    assert len({query["signature"] for query in queries}) == 3
    assert [signature.open_signature(query["signature"]).payload[0] for query in queries] == [1, 2, 3]
    for query in queries:
        assert signature.verify(query["signature"], query) == []
    assert {request.host for request in requests} == {"127.0.0.1:9000"}


async def test_a_bare_host_gets_the_usual_path_and_a_full_address_keeps_its_own() -> None:
    for host, path in [
        ("wss://x.douyin.com/", PUSH),
        ("wss://x.douyin.com", PUSH),
        ("wss://x.test/p/", "/p/"),
    ]:
        request = await platform().socket_request(session(), host)
        assert urlsplit(request.url).path == path


async def test_the_sockets_request_carries_timeout_proxy_and_a_browsers_headers() -> None:
    request = await platform(proxy="http://127.0.0.1:1").socket_request(session(), OWN)
    assert request.proxy == "http://127.0.0.1:1"
    assert request.timeout == 10.0
    assert request.headers["User-Agent"] == USER_AGENT
    assert request.headers["Origin"] == "https://live.douyin.com"
    assert query_of(request.url)["browser_version"] == USER_AGENT.removeprefix("Mozilla/")


# ---- the room -----------------------------------------------------------------------------------------


async def test_entering_tells_the_rooms_state_and_keeps_the_visitor() -> None:
    async with simulator() as server:
        room = at(server)
        state = await room.enter()
        again = await room.enter()
        await room.close()
        assert state.room_id == again.room_id == room.visit.room_id == server.room_id("abc")
        assert state.is_live
        assert state.visitor_id == room.visit.visitor_id == again.visitor_id


async def test_a_page_that_wants_verification_is_got_round_by_web_enter() -> None:
    async with simulator(Scenario(trouble=Trouble(page="verification"))) as server:
        room = at(server)
        state = await room.enter()
        await room.close()
        assert state.is_live
        assert state.room_id == server.room_id("abc")
        made_up = int(room.visit.visitor_id)
        assert 7_300_000_000_000_000_000 <= made_up < 8_000_000_000_000_000_000
        assert (server.report.pages, server.report.enters) == (1, 1)


@pytest.mark.parametrize("enter", ["empty", "html", "garbage", "error"])
async def test_where_both_refuse_the_user_is_told_what_to_do(enter: Any) -> None:
    async with simulator(Scenario(trouble=Trouble(page="verification", enter=enter))) as server:
        room = at(server)
        with pytest.raises(VerificationRequiredError, match=r"give douyinbot .* cookies"):
            await room.enter()
        await room.close()


async def test_an_empty_page_is_no_verdict_on_the_room() -> None:
    async with simulator(Scenario(trouble=Trouble(page="empty"))) as server:
        room = at(server)
        assert (await room.enter()).is_live
        await room.close()


async def test_a_room_that_does_not_exist_is_named() -> None:
    async with simulator(Scenario(trouble=Trouble(page="not_found"))) as server:
        room = at(server)
        with pytest.raises(RoomNotFoundError, match=r'Douyin has no room "abc"\. Check the number'):
            await room.enter()
        await room.close()


async def test_a_room_whose_id_is_known_is_entered_without_a_look_at_its_page() -> None:
    async with simulator() as server:
        room = at(server)
        await room.enter()
        known = at(server)
        known.know_room(room.visit.room_id)
        state = await known.enter()
        assert state.room_id == known.visit.room_id == server.room_id("abc")
        assert state.is_live
        assert server.report.pages == 1
        known.know_room("")
        await known.enter()
        assert server.report.pages == 2
        await room.close()
        await known.close()


async def test_what_the_platform_tells_about_the_room_can_be_had_whole() -> None:
    async with simulator(Scenario(room=RoomSpec(title="唱歌"))) as server:
        room = at(server)
        info = await room.room_info()
        await room.close()
        assert "唱歌" in str(info)


@pytest.mark.parametrize("enter", ["garbage", "error"])
async def test_where_the_platform_does_not_tell_that_is_an_error(enter: Any) -> None:
    async with simulator(Scenario(trouble=Trouble(enter=enter))) as server:
        room = at(server)
        with pytest.raises(ConnectError, match=r"^Failed to fetch room info\. "):
            await room.room_info()
        await room.close()


async def test_a_session_id_is_a_login() -> None:
    room = platform()
    assert not room.has_login
    room.log_in("abc")
    assert room.has_login
    request = await room.socket_request(session(), OWN)
    assert request.headers["Cookie"] == "sessionid=abc; sessionid_ss=abc; sid_tt=abc"


# ---- messages and gifts -------------------------------------------------------------------------------


async def test_messages_come_from_the_sessions_cursor_on() -> None:
    async with simulator() as server:
        room, state = at(server), session()
        await room.enter()
        state.receive_response(await room.fetch(state), NOW)
        await server.say("abc", "小明", "你好")
        batch = frames.parse_batch(await room.fetch(state))
        await room.close()
        assert [method for method, _, _ in batch.messages] == ["WebcastChatMessage"]


@pytest.mark.parametrize("kind", ["empty", "json"])
async def test_refused_messages_are_a_block(kind: Any) -> None:
    async with simulator(Scenario(trouble=Trouble(fetch=kind))) as server:
        room = at(server)
        await room.enter()
        with pytest.raises(BlockedError, match="im/fetch"):
            await room.fetch(session())
        await room.close()


async def test_messages_that_only_look_like_text_are_messages() -> None:
    """0x0a begins a protobuf answer; here it is no line break before a bracket."""
    body = b"\n{" + b"\x0a" + bytes([121]) + b"X" * 121

    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=body)

    async with serving(handler) as address:
        room = platform(Address("abc", address))
        assert await room.fetch(session()) == body
        await room.close()
    assert [len(method) for method, _, _ in frames.parse_batch(body).messages] == [121]


async def test_the_gift_list_has_the_rooms_gifts() -> None:
    async with simulator() as server:
        room = at(server)
        await room.enter()
        gifts = {gift["id"]: gift["name"] for gift in await room.gift_list()}
        await room.close()
        assert gifts[2001] == "玫瑰"


async def test_a_gift_list_that_cannot_be_read_says_so() -> None:
    async with simulator() as server:
        room = platform(Address("abc", f"{server.address}/nowhere"))
        with pytest.raises(ConnectError, match=r"nowhere/webcast/gift/list/ answered with HTTP 404"):
            await room.gift_list()
        await room.close()


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"data": null}', "[" * 100_000])
async def test_a_gift_list_of_an_unknown_form_says_so(body: str) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(text=body)

    async with serving(handler) as address:
        room = platform(Address("abc", address))
        with pytest.raises(ConnectError, match=r"^Failed to fetch available gifts\. the answer of gift/list"):
            await room.gift_list()
        await room.close()


def test_only_the_real_site_is_polled_slowly() -> None:
    assert platform().shortest_poll == 1.2
    assert platform(Address("abc", "http://127.0.0.1:8000")).shortest_poll == 0.0
    assert platform(endpoint="http://127.0.0.1:8000").shortest_poll == 0.0
    assert platform(Address("abc", SITE), endpoint="").shortest_poll == 1.2
