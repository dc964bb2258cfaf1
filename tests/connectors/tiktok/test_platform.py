"""TikTok's own part of a connection: the socket without a signature, refusals, speaking, recorded streams."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from websockets.asyncio.server import ServerConnection

from douyinbot.config import Duration
from douyinbot.connectors.recording import Recorder
from douyinbot.connectors.replay import ReplayConnector
from douyinbot.connectors.simulator import RoomSpec, Scenario, Simulator, Step, Times, Trouble
from douyinbot.errors import BlockedError, InvalidSessionError, SendError
from douyinbot.events import Chat, Connected, Disconnected, Failure, Gift
from douyinbot.webcast.frames import parse_frame
from douyinbot.webcast.tiktok.query import FETCH, PUSH, PUSH_HOSTS, USER_AGENT
from tests.connectors.rooms import listening, setup_for, simulator
from tests.connectors.servers import pushing
from tests.connectors.tiktok.rooms import connector, platform, session, troubled
from tests.webcast.tiktok.test_streams import STREAMS, frames, replay

QUIET = Scenario(room=RoomSpec(history=0))


@pytest.fixture(scope="session")
def tiktok() -> Path:
    """The folder of recorded TikTok data. It is not ours to ship, so a test that reads it may be skipped."""
    folder = Path(__file__).parents[4] / "shared/captures/tiktok"
    if not folder.is_dir():
        pytest.skip(f"NOT CHECKED against recorded data: {folder} is not there")
    return folder


# ---- where the socket goes ------------------------------------------------------------------------


def test_the_known_hosts_are_tried_in_turn_after_the_announced_one() -> None:
    assert tuple(platform().push_hosts(session())) == PUSH_HOSTS
    announced = "wss://webcast-ws.us.tiktok.com/webcast/im/push/"
    assert platform().push_hosts(session(announced))[0] == announced


@pytest.mark.parametrize(
    "announced",
    ["ws://webcast-ws.tiktok.com/x", "wss://evil.example/x", "wss://tiktok.com.evil.example/", "wss://["],
)
def test_cookies_go_to_no_strange_host(announced: str) -> None:
    assert tuple(platform().push_hosts(session(announced))) == PUSH_HOSTS


def test_on_an_endpoint_the_socket_is_there() -> None:
    assert list(platform("http://127.0.0.1:9").push_hosts(session())) == [f"ws://127.0.0.1:9{PUSH}"]
    own = platform("http://127.0.0.1:9", push_hosts=["ws://127.0.0.1:8"])
    assert list(own.push_hosts(session())) == ["ws://127.0.0.1:8"]


async def test_the_request_is_that_of_a_browser_with_a_cookie() -> None:
    ours = platform(cookies="ttwid=t")
    ours.know_room("7137682087200557829")
    await ours.enter()
    request = await ours.socket_request(session(imprp="IMPRP", empty=""), PUSH_HOSTS[0])
    parts = urlsplit(request.url)
    assert (parts.scheme, parts.netloc, parts.path) == ("wss", "webcast-ws.tiktok.com", PUSH)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    assert (query["room_id"], query["imprp"], query["aid"]) == ("7137682087200557829", "IMPRP", "1988")
    assert "empty" not in query
    assert request.headers["User-Agent"] == USER_AGENT
    assert request.headers["Origin"] == "https://www.tiktok.com"
    assert request.headers["Cookie"] == "ttwid=t"


async def test_every_entry_has_a_number_of_its_own() -> None:
    ours = platform(cookies="ttwid=t")
    ours.know_room("7137682087200557829")
    await ours.enter()
    entries = {ours.dialect().opening("")[0] for _ in range(20)}
    assert len(entries) == 20


async def test_without_im_fetch_the_socket_alone_shows_the_room() -> None:
    """So it is with TikTok: who does not sign gets nothing by im/fetch, and all by the socket."""
    scenario = Scenario(room=RoomSpec(history=3), trouble=Trouble(fetch="empty"))
    async with simulator(None, rooms={"@abc": scenario}) as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            await server.say("@abc", "小明", "!dice")
            line = await room.until(Chat, lambda chat: chat.comment == "!dice")
            assert (line.platform, line.user and line.user.nickname) == ("tiktok", "小明")
        assert [event.history for event in room.events if event.kind in ("chat", "member", "like")][:3] == [
            True
        ] * 3
        assert server.report.violations == []


# ---- refusals -------------------------------------------------------------------------------------


async def test_who_is_blocked_stays_who_they_are_and_waits() -> None:
    """Another cookie or browser would be a way around a block, and so there is none."""
    async with troubled(handshake="refuse_first_n", times=Times(handshake=2)) as server:
        ours = connector(server)
        async with listening(ours) as room:
            connected = await room.until(Connected)
            assert connected.websocket
        failures = [event for event in room.events if isinstance(event, Failure)]
        assert len(failures) == 2
        assert all(isinstance(failure.exception, BlockedError) for failure in failures)
        assert all("DEVICE_BLOCKED (415)" in str(failure.exception) for failure in failures)
        assert len([asked for asked in server.report.requests if asked.path == "/"]) == 1


async def test_a_lost_socket_goes_on_where_it_was() -> None:
    async with simulator(QUIET) as server:
        async with listening(connector(server)) as room:
            await room.until(Connected)
            await server.say("@abc", "小明", "1")
            await room.until(Chat)
            await server.do("@abc", Step(do="drop"))
            await room.until(Disconnected)
            await server.say("@abc", "小明", "2")
            await room.until(Connected)
            assert (await room.until(Chat)).comment == "2"
        assert server.report.handshakes == 2
        assert server.report.violations == []


# ---- speaking -------------------------------------------------------------------------------------


async def test_a_line_is_posted_and_comes_back() -> None:
    async with simulator(QUIET) as server:
        async with listening(connector(server, Simulator.LOGIN)) as room:
            await room.until(Connected)
            speaking = platform(server.address, Simulator.LOGIN)
            await speaking.enter()
            accepted = await speaking.send("大家好")
            await speaking.close()
            seen = await room.until(Chat, lambda chat: chat.comment == "大家好")
            assert (seen.id, seen.user and seen.user.id) == (accepted.message_id, accepted.account_id)
        (line,) = server.report.chat_lines
        assert (line.room, line.text, line.answer) == ("@abc", "大家好", "ok")


async def test_without_a_login_nothing_is_sent() -> None:
    with pytest.raises(InvalidSessionError, match="there is no login"):
        await platform("http://127.0.0.1:1").send("hi")
    ours = platform()
    ours.log_in("S")
    assert ours.has_login


@pytest.mark.parametrize(
    ("chat", "kind"),
    [
        ("logged_out", "InvalidSessionError"),
        ("forbidden", "InvalidSessionError"),
        ("too_fast", "TooFastError"),
        ("throttled", "TooFastError"),
        ("muted", "MutedError"),
        ("rejected", "RejectedTextError"),
        ("ended", "RoomEndedError"),
        ("bad_parameters", "SendError"),
        ("empty", "SendError"),
        ("html", "SendError"),
        ("http_502", "UnconfirmedError"),
    ],
)
async def test_refused_lines_say_why(chat: str, kind: str) -> None:
    async with troubled(chat=chat) as server:
        ours = platform(server.address, Simulator.LOGIN)
        await ours.enter()
        with pytest.raises(SendError) as caught:
            await ours.send("hi")
        assert type(caught.value).__name__ == kind
        await ours.close()


# ---- recorded streams -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", STREAMS)
async def test_recorded_streams_give_their_events_once_each(tiktok: Path, name: str) -> None:
    """Recorded messages in frames, sent by a server that waits for `im_enter_room` as TikTok's does."""
    _, expected = replay(tiktok, name)

    async def push(ws: ServerConnection) -> None:
        async for data in ws:
            if isinstance(data, bytes) and parse_frame(data).payload_type == "im_enter_room":
                for frame in frames(tiktok, name):
                    await ws.send(frame)

    async with simulator(QUIET) as site, pushing(push) as address:
        ours = connector(site, push_hosts=[address], reconnect=False)
        async with listening(ours) as room:
            await room.until(Connected)
            got: list[Any] = []
            while len(got) < len(expected):
                got.append(await room.next())
            if expected[-1].kind == "stream_end":
                assert (await room.rest())[-1].kind == "disconnected"
    assert [(event.kind, event.id) for event in got] == [(event.kind, event.id) for event in expected]


async def test_im_fetch_that_is_refused_says_what_is_left() -> None:
    async with troubled(fetch="json") as server:
        ours = platform(server.address)
        await ours.enter()
        with pytest.raises(BlockedError, match="needs no signature"):
            await ours.fetch(session())
        assert server.report.requests[-1].path.endswith(FETCH)
        await ours.close()


async def test_gifts_are_described_by_the_list() -> None:
    async with simulator(QUIET) as server:
        async with listening(connector(server, enable_extended_gift_info=True)) as room:
            await room.until(Connected)
            step = Step(do="gift", who="小明", gift="小心心", counts=[1], end=True, gap=Duration(0))
            await server.do("@abc", step)
            gift = await room.until(Gift)
            assert gift.extended_gift_info is not None
            assert gift.extended_gift_info["id"] == int(gift.gift_id)


async def test_a_recording_is_played_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "room.dyrec"
    recorder = Recorder(path)
    scenario = Scenario(room=RoomSpec(history=2))
    async with simulator(scenario) as server, listening(connector(server, recorder=recorder)) as room:
        await room.until(Connected)
        await server.say("@abc", "小明", "你好")
        await server.gift("@abc", "小明", "小心心", [1, 2])
        await server.do("@abc", Step(do="end"))
        live = await room.rest()
    recorder.close()
    async with listening(ReplayConnector(setup_for(str(path), connector="replay"))) as room:
        played = await room.rest()
    told = [[event.to_dict() for event in events if event.user is not None] for events in (live, played)]
    assert told[0] == told[1]
    assert len(told[0]) >= 6
    assert {event.platform for event in played} == {"tiktok"}
