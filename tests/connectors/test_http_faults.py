"""Faults below HTTP: what the user is told, always by one kind of error, and with nothing secret in it."""

import asyncio
import re
import ssl
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from douyinbot.connectors.http import Http
from douyinbot.connectors.options import tls_context
from douyinbot.errors import ConnectError
from tests.connectors.relay import reset
from tests.connectors.servers import Scripted, Silent, closed_port, self_signed, serving

PACKAGE = Path(__file__).parents[2] / "douyinbot"
CANARY = "-".join(("can", "ary"))  # so that our own source, quoted in a traceback, is no finding
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"


@asynccontextmanager
async def client(timeout: float = 5.0) -> AsyncIterator[Http]:
    made = Http(user_agent="test", cookies={"sessionid": CANARY}, timeout=timeout)
    try:
        yield made
    finally:
        await made.close()


async def failure(address: str, *, timeout: float = 5.0, once: bool = False) -> str:
    """Ask for something with secrets in it, and return the words of the error."""
    async with client(timeout) as http:
        with pytest.raises(ConnectError) as caught:
            await http.get(f"{address}/room?signature={CANARY}", once=once)
    assert CANARY not in "".join(traceback.format_exception(caught.value))
    words = str(caught.value)
    assert words.startswith(f"{address}/room")
    assert words.endswith(".")
    return words


async def test_a_host_that_nobody_knows() -> None:
    words = await failure("http://no-such-host.invalid")
    assert "the host's name cannot be found. Check the network and the address." in words


@pytest.mark.parametrize("host", ["127.0.0.1:99999", "a..test", f"{'a' * 70}.test", "a\0b.test", ""])
async def test_a_host_that_cannot_be_one(host: str) -> None:
    async with client() as http:
        with pytest.raises(ConnectError):
            await http.get(f"http://{host}/room")


async def test_a_port_where_nobody_listens() -> None:
    words = await failure(f"http://127.0.0.1:{closed_port()}")
    assert "cannot be reached: Connect" in words
    assert words.endswith("Check the network.")


async def test_a_server_that_never_answers() -> None:
    async with Silent() as server:
        words = await failure(f"http://{server.authority}", timeout=0.1)
        assert "did not answer within 0.1s. Try again later." in words


async def test_a_server_that_stops_in_mid_answer() -> None:
    async with Silent(HEAD + b"half") as server:
        words = await failure(f"http://{server.authority}", timeout=0.1)
        assert "did not answer within 0.1s. Try again later." in words


def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


def half_an_answer(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"half")
    writer.close()


def reset_in_mid_answer(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"half")
    asyncio.get_running_loop().call_later(0.02, reset, writer)


def nonsense(writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x16\x03\x01 this is no HTTP\r\n\r\n")


@pytest.mark.parametrize("fault", [hang_up, reset, half_an_answer, reset_in_mid_answer, nonsense])
async def test_an_answer_that_breaks_off(fault: Callable[[asyncio.StreamWriter], object]) -> None:
    async with Scripted(fault, fault, fault) as server:
        assert re.search(r"broke off: \w+Error\. Try again later\.", await failure(server.address))


@pytest.mark.parametrize("fault", [hang_up, reset])
async def test_a_lost_answer_is_asked_for_again_unless_once_is_enough(
    fault: Callable[[asyncio.StreamWriter], object],
) -> None:
    async with Scripted(fault, OK) as server, client() as http:
        assert (await http.get(f"{server.address}/")).text == "ok"
        assert len(server.heads) == 2
    async with Scripted(fault, OK) as server:
        await failure(server.address, once=True)
        assert len(server.heads) == 1


async def test_once_is_once_on_a_connection_that_was_used_before() -> None:
    """A kept-alive connection is where the answer gets lost most easily."""
    async with Scripted(OK, hang_up, OK) as server, client() as http:
        await http.get(f"{server.address}/")
        with pytest.raises(ConnectError, match="broke off: ServerDisconnectedError"):
            await http.get(f"{server.address}/chat", once=True)
        assert len(server.heads) == 2


async def test_once_follows_no_redirect() -> None:
    redirect = b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"
    async with Scripted(redirect, OK) as server, client() as http:
        assert (await http.get(f"{server.address}/", once=True)).status == 302
        assert len(server.heads) == 1


async def test_a_cancelled_request_leaves_nothing_behind() -> None:
    async with Silent() as server, client() as http:
        asking = asyncio.create_task(http.get(f"http://{server.authority}/"))
        await server.spoken_to.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking


async def test_a_self_signed_certificate_is_refused(tmp_path: Path) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response()

    async with serving(handler, self_signed(tmp_path)) as address:
        words = await failure(address)
        assert "shows a certificate that is not trusted. Check the clock, the network and the proxy." in words


async def test_a_server_without_tls_is_told_apart_from_one_without_trust() -> None:
    async with Silent(b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
        words = await failure(f"https://{server.authority}")
        assert "cannot be reached" in words
        assert "certificate" not in words


def test_the_one_tls_context_checks_everything() -> None:
    context = tls_context()
    assert context is tls_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_nowhere_in_the_package_is_tls_switched_off() -> None:
    pattern = re.compile(
        r"ssl\s*=\s*False|verify\s*=\s*False|verify_ssl|CERT_NONE|check_hostname\s*=\s*False"
        r"|_create_unverified_context|ignore_https_errors|ignore-certificate-errors"
    )
    files = [path for path in PACKAGE.rglob("*.py") if not path.name.endswith("_pb2.py")]
    assert len(files) > 50
    assert [str(path) for path in files if pattern.search(path.read_text(encoding="utf-8"))] == []
