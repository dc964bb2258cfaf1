"""Opening a socket, and the loop around the session."""

import asyncio
import re
import traceback
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from websockets.asyncio.server import ServerConnection

from douyinbot.connectors import socket as socket_module
from douyinbot.connectors.options import NetworkOptions
from douyinbot.connectors.recording import Recorder
from douyinbot.connectors.socket import Closed, SocketRequest, hosts_to_try, listen, open_socket, with_path
from douyinbot.errors import BlockedError, ConnectError, HttpError, LoginRequiredError, RateLimitedError
from douyinbot.events import Chat, Event, Failure
from douyinbot.webcast import composing, frames
from douyinbot.webcast import session as session_module
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.douyin import TABLE, compose
from douyinbot.webcast.dyrec import Kind, read_records
from douyinbot.webcast.session import Session
from tests import canaries
from tests.connectors.servers import Silent, closed_port, pushing, self_signed, serving

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
CANARY = canaries.MARK


def request(address: str, timeout: float = 5.0, proxy: str = "") -> SocketRequest:
    url = f"{address.replace('http', 'ws', 1)}/push?signature={CANARY}"
    return SocketRequest(url, {"Cookie": CANARY}, proxy=proxy, timeout=timeout)


async def refusal(address: str, *, timeout: float = 5.0) -> ConnectError:
    """Try to open a socket, and return the error; no secret may be in it or in what led to it."""
    with pytest.raises(ConnectError) as caught:
        await open_socket(request(address, timeout), lambda: NOW)
    assert CANARY not in "".join(traceback.format_exception(caught.value))
    assert str(caught.value).startswith(address.rpartition("/")[2])
    assert str(caught.value).endswith(".")
    return caught.value


@asynccontextmanager
async def refusing(status: int, **headers: str) -> AsyncIterator[str]:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={k.replace("_", "-"): v for k, v in headers.items()})

    async with serving(handler) as address:
        yield address


# ---- refused ------------------------------------------------------------------------------------------


async def test_a_200_with_a_handshake_message_is_a_block_with_its_words() -> None:
    async with refusing(200, Handshake_Msg="DEVICE_BLOCKED", Handshake_Status="415") as address:
        error = await refusal(address)
    assert isinstance(error, BlockedError)
    assert "refuses the socket (HTTP 200 instead of 101): DEVICE_BLOCKED (415)." in str(error)
    assert "try another network, give douyinbot your browser's cookies" in str(error)


async def test_a_200_without_a_word_is_a_block_too() -> None:
    async with refusing(200) as address:
        assert "(HTTP 200 instead of 101): no reason given." in str(await refusal(address))


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, LoginRequiredError, "wants a logged-in user (HTTP 401). Give douyinbot your cookies."),
        (403, BlockedError, "refuses this address or device (HTTP 403). Try another network."),
        (429, RateLimitedError, "says that we connect too often (HTTP 429)."),
        (503, RateLimitedError, "says that we connect too often (HTTP 503)."),
        (502, HttpError, "refused the socket with HTTP 502."),
        (404, HttpError, "refused the socket with HTTP 404."),
    ],
)
async def test_each_status_of_a_refused_upgrade_is_an_error_of_its_own(
    status: int, kind: type[ConnectError], words: str
) -> None:
    async with refusing(status) as address:
        error = await refusal(address)
    assert isinstance(error, kind)
    assert words in str(error)


@pytest.mark.parametrize(
    ("value", "seconds"), [("7", 7.0), ("Thu, 01 Oct 2026 12:00:30 GMT", 30.0), ("soon", None)]
)
async def test_a_busy_server_may_say_when_in_either_form(value: str, seconds: float | None) -> None:
    async with refusing(429, Retry_After=value) as address:
        error = await refusal(address)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == seconds


async def test_a_redirect_to_elsewhere_takes_no_cookie_along() -> None:
    heads = []

    async def stranger(given: web.Request) -> web.Response:
        heads.append(given.headers)
        return web.Response()

    async with serving(stranger) as elsewhere:
        target = elsewhere.replace("http://127.0.0.1", "ws://localhost")
        async with refusing(302, Location=target) as address:
            with pytest.raises(ConnectError):
                await open_socket(request(address), lambda: NOW)
    assert all(CANARY not in str(headers) for headers in heads)


async def test_faults_below_http_say_what_to_look_at(tmp_path: Path) -> None:
    error = await refusal(f"http://127.0.0.1:{closed_port()}")
    assert re.search(r"cannot be reached by socket: .*Check the network\.", str(error))

    error = await refusal("http://no-such-host.invalid")
    assert "the host's name cannot be found. Check the network and the address." in str(error)

    async with Silent(b"\x16\x03\x01 no HTTP at all\r\n\r\n") as server:
        assert "cannot be reached by socket" in str(await refusal(f"http://{server.authority}"))

    async def handler(_: web.Request) -> web.Response:
        return web.Response()

    async with serving(handler, self_signed(tmp_path)) as address:
        assert "shows a certificate that is not trusted. Check the clock" in str(await refusal(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1:99999", "a..douyin.com", f"{'a' * 70}.douyin.com", "a\0b.douyin.com", "☃.invalid", ""]
)
async def test_a_host_that_cannot_be_one_is_an_error_like_any_other(host: str) -> None:
    """The server may announce anything."""
    with pytest.raises(ConnectError):
        await open_socket(request(f"ws://{host}"), lambda: NOW)


async def test_a_handshake_that_is_never_answered_ends_in_time() -> None:
    async with Silent() as server:
        error = await refusal(f"http://{server.authority}", timeout=0.1)
        assert "did not open a socket within 0.1s." in str(error)
        assert CANARY.encode() in server.heard


# ---- the loop -----------------------------------------------------------------------------------------


def chat_frame(number: int, text: str = "") -> bytes:
    viewer = composing.Person(id=5, nickname="小明")
    message = compose.chat(number, 7, round(NOW.timestamp() * 1000), viewer, text or str(number))
    response = composing.response(
        [(message[0], number, message[1])], need_ack=True, internal_ext=f"ext{number}"
    )
    return composing.push_frame(response, log_id=number, internal_ext=f"ext{number}")


def new_session() -> Session:
    return Session(Decoder(TABLE, room="main"))


async def heard(
    address: str, session: Session, closed: Closed, recorder: Recorder | None = None
) -> list[Event]:
    ws = await open_socket(request(address), lambda: NOW)
    stream = listen(ws, session, closed, clock=lambda: NOW, recorder=recorder, first_frames=(b"first",))
    async with aclosing(stream) as batches:
        return [event async for batch in batches for event in batch]


async def test_the_heartbeat_comes_first_then_the_platforms_own_frames_then_acks() -> None:
    sent: list[bytes | str] = []

    async def server(ws: ServerConnection) -> None:
        for number in (1, 2):
            await ws.send(chat_frame(number))
        sent.extend([await ws.recv() for _ in range(4)])
        await ws.close(1000, "bye")

    session, closed = new_session(), Closed()
    async with pushing(server) as address:
        events = await heard(address, session, closed)
    assert sent == [frames.HEARTBEAT, b"first", frames.ack(1, "ext1"), frames.ack(2, "ext2")]
    assert [event.comment for event in events if isinstance(event, Chat)] == ["1", "2"]
    assert (closed.code, closed.reason) == (1000, "bye")


async def test_the_acknowledgement_goes_out_before_anybody_sees_the_events() -> None:
    acknowledged = asyncio.Event()

    async def server(ws: ServerConnection) -> None:
        await ws.send(chat_frame(1))
        while await ws.recv() != frames.ack(1, "ext1"):
            pass
        acknowledged.set()
        await ws.wait_closed()

    async with pushing(server) as address:
        ws = await open_socket(request(address), lambda: NOW)
        async with aclosing(listen(ws, new_session(), Closed(), clock=lambda: NOW)) as batches:
            await anext(batches)
            async with asyncio.timeout(1.0):  # the plugin is slow; the server has its answer already
                await acknowledged.wait()


async def test_a_busy_room_does_not_starve_the_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "LONGEST_HEARTBEAT", 0.03)
    beats: list[float] = []

    async def server(ws: ServerConnection) -> None:
        now = asyncio.get_running_loop().time

        async def count() -> None:
            beats.extend([now() async for data in ws if data == frames.HEARTBEAT])

        counting = asyncio.create_task(count())
        end, number = now() + 0.25, 0
        while now() < end:
            number += 1
            await ws.send(chat_frame(number))
            await asyncio.sleep(0)
        await ws.close()
        await counting

    async with pushing(server) as address:
        events = await heard(address, new_session(), Closed())
    assert len(events) > 100
    assert len(beats) >= 3  # a starved one would have sent the first alone


async def test_text_is_not_part_of_the_protocol_and_ignored() -> None:
    async def server(ws: ServerConnection) -> None:
        await ws.send("hello")
        await ws.send(chat_frame(1))
        await ws.close()

    session = new_session()
    async with pushing(server) as address:
        events = await heard(address, session, Closed())
    assert [event.kind for event in events] == ["chat"]
    assert session.counts["frames"] == 1


async def test_a_frame_that_is_no_frame_is_a_failure_and_the_next_one_is_fine() -> None:
    async def server(ws: ServerConnection) -> None:
        await ws.send(b"\xff" * 50)
        await ws.send(chat_frame(1))
        await ws.close()

    async with pushing(server) as address:
        events = await heard(address, new_session(), Closed())
    failure, chat = events
    assert isinstance(failure, Failure)
    assert failure.info == "Websocket message decoding failed"
    assert isinstance(chat, Chat)


async def test_a_frame_over_the_limit_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    assert socket_module.MAX_FRAME == 4 * 1024 * 1024
    monkeypatch.setattr(socket_module, "MAX_FRAME", 10_000)

    async def server(ws: ServerConnection) -> None:
        await ws.send(bytes(20_000))
        await ws.wait_closed()

    closed = Closed()
    async with pushing(server) as address:
        assert await heard(address, new_session(), closed) == []
    assert closed.code == 1006
    assert closed.reason


@pytest.mark.parametrize(("code", "reason"), [(1001, ""), (1011, "oops"), (1012, "restart"), (4321, "own")])
async def test_the_servers_code_and_reason_come_through(code: int, reason: str) -> None:
    async def server(ws: ServerConnection) -> None:
        await ws.close(code, reason)

    closed = Closed()
    async with pushing(server) as address:
        await heard(address, new_session(), closed)
    assert closed.code == code
    assert closed.reason == reason or (not reason and closed.reason == f"socket closed ({code})")


async def test_every_frame_is_recorded_as_it_came_even_a_broken_one(tmp_path: Path) -> None:
    sent = [chat_frame(1), b"\xff broken", chat_frame(2)]

    async def server(ws: ServerConnection) -> None:
        for data in sent:
            await ws.send(data)
        await ws.close()

    recorder = Recorder(tmp_path / "a.dyrec")
    async with pushing(server) as address:
        await heard(address, new_session(), Closed(), recorder)
    recorder.close()
    with (tmp_path / "a.dyrec").open("rb") as file:
        records = list(read_records(file))
    assert [record.body for record in records] == sent
    assert {record.kind for record in records} == {Kind.FRAME}
    assert {record.time for record in records} == {NOW}


@pytest.mark.parametrize(
    ("wished", "announced", "tried"),
    [
        ([], "", ["wss://a", "wss://b"]),
        ([], "wss://c", ["wss://c", "wss://a", "wss://b"]),
        ([], "wss://b", ["wss://b", "wss://a"]),
        (["ws://127.0.0.1:9"], "wss://c", ["ws://127.0.0.1:9"]),
    ],
)
def test_the_users_hosts_go_alone_and_the_announced_one_first(
    wished: list[str], announced: str, tried: list[str]
) -> None:
    options = NetworkOptions(push_hosts=wished)
    assert list(hosts_to_try(options, announced, ("wss://a", "wss://b"))) == tried


@pytest.mark.parametrize(
    ("host", "address"),
    [("ws://h:9", "ws://h:9/push/"), ("ws://h:9/", "ws://h:9/push/"), ("ws://h:9/own", "ws://h:9/own")],
)
def test_a_host_that_was_given_with_a_path_keeps_it(host: str, address: str) -> None:
    assert with_path(host, "/push/") == address
