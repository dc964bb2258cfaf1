"""Through a proxy: everything goes that way, or nothing does and the user learns why."""

import ssl
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from websockets.asyncio.server import ServerConnection

from douyinbot.connectors.http import Http
from douyinbot.connectors.options import tls_context
from douyinbot.connectors.simulator import Simulator
from douyinbot.connectors.socket import SocketRequest, open_socket
from douyinbot.errors import ConnectError
from douyinbot.events import Chat, Connected, Failure
from tests.canaries import MARK, PROXY_PASSWORD
from tests.connectors.proxies import HttpProxy, HttpsProxy, Proxy, Socks4Proxy, Socks5Proxy
from tests.connectors.rooms import connector, listening, simulator
from tests.connectors.servers import closed_port, pushing, self_signed, serving

KINDS = [HttpProxy, Socks5Proxy, Socks4Proxy]
WITH_PASSWORD = [HttpProxy, Socks5Proxy]


async def visit(server: Simulator, **options: Any) -> None:
    """Connect, hear a line and say one."""
    to = connector(server, cookies=Simulator.LOGIN, **options)
    async with listening(to) as room:
        await room.until(Connected)
        await server.say("abc", "小明", "你好")
        await room.until(Chat)
        await to.send("大家好")
        await room.until(Chat)
    assert server.report.violations == []


async def refused(server: Simulator, **options: Any) -> str:
    """Try to connect, and return what the user is told."""
    with pytest.raises(ConnectError) as caught:
        async with listening(connector(server, **options)) as room:
            await room.rest()
    assert MARK not in "".join(traceback.format_exception(caught.value))
    assert (server.report.pages, server.report.handshakes) == (0, 0)
    return str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
async def test_pages_and_socket_both_go_through_the_one_proxy(kind: type[Proxy]) -> None:
    async with simulator() as server, kind() as proxy:
        await visit(server, proxy=proxy.address)
        simulated = server.address.removeprefix("http://")
        assert set(proxy.targets) == {simulated}
        if isinstance(proxy, HttpProxy):
            assert set(proxy.methods) == {"GET", "CONNECT"}
            assert proxy.methods.count("CONNECT") == 1  # the socket
        assert server.report.handshakes == 1


async def test_a_socks_proxy_looks_up_names_itself_for_pages_and_socket() -> None:
    """Whoever needs one often cannot look them up."""
    async with simulator() as server, Socks5Proxy() as proxy:
        named = server.address.replace("127.0.0.1", "localhost")
        await visit(server, proxy=proxy.address, endpoint=named)
        assert set(proxy.targets) == {named.removeprefix("http://")}
        assert server.report.handshakes == 1


@pytest.mark.parametrize("kind", WITH_PASSWORD)
async def test_a_proxy_with_a_password_is_given_it(kind: type[Proxy]) -> None:
    async with simulator() as server, kind("user", "p-4ss.word") as proxy:
        await visit(server, proxy=proxy.address)
        assert proxy.turned_away == 0
        assert server.report.handshakes == 1


@pytest.mark.parametrize("kind", WITH_PASSWORD)
@pytest.mark.parametrize("given", ["", f"user:{PROXY_PASSWORD}@"])
async def test_a_wrong_password_is_named_as_the_cause(kind: type[Proxy], given: str) -> None:
    async with simulator() as server, kind("user", "right") as proxy:
        words = await refused(server, proxy=f"{kind.scheme}://{given}{proxy.authority}")
        assert "the proxy lets nothing through" in words
        assert words.endswith("Check `proxy`, with its user and password.")
        assert proxy.turned_away >= 1
        assert proxy.targets == []


@pytest.mark.parametrize("kind", KINDS)
async def test_a_proxy_that_refuses_to_go_there_is_told_apart_from_the_site(kind: type[Proxy]) -> None:
    async with simulator() as server, kind(refuses=True) as proxy:
        words = await refused(server, proxy=proxy.address)
        assert "the proxy lets nothing through" in words or "HTTP 502" in words


@pytest.mark.parametrize("scheme", ["http", "socks5", "socks4"])
async def test_a_proxy_that_is_not_there_is_named(scheme: str) -> None:
    async with simulator() as server:
        words = await refused(server, proxy=f"{scheme}://me:{PROXY_PASSWORD}@127.0.0.1:{closed_port()}")
        assert words.endswith("the proxy cannot be reached. Check `proxy` and the network.")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_proxy_that_breaks_off_is_an_error_like_any_other(kind: type[Proxy]) -> None:
    class Mute(kind):  # type: ignore[misc, valid-type]
        async def serve(self, reader: Any, writer: Any) -> None:
            await reader.read(1)

    async with simulator() as server, Mute() as proxy:
        await refused(server, proxy=proxy.address)


@pytest.mark.parametrize("kind", KINDS)
async def test_behind_a_proxy_a_certificate_is_checked_all_the_same(
    kind: type[Proxy], tmp_path: Path
) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response()

    async with serving(handler, self_signed(tmp_path)) as address, kind() as proxy:
        http = Http(user_agent="test", proxy=proxy.address)
        with pytest.raises(ConnectError, match="shows a certificate that is not trusted"):
            await http.get(address)
        await http.close()
        url = address.replace("https", "wss")
        with pytest.raises(ConnectError, match="shows a certificate that is not trusted"):
            await open_socket(SocketRequest(url, {}, proxy=proxy.address), lambda: datetime.now(UTC))


async def test_a_proxy_that_refuses_a_secure_connection_is_named_without_the_query() -> None:
    async with HttpProxy("user", "right") as proxy:
        http = Http(user_agent="test", proxy=f"http://user:{PROXY_PASSWORD}@{proxy.authority}")
        with pytest.raises(ConnectError) as caught:
            await http.get(f"https://site.test/room?signature={PROXY_PASSWORD}")
        await http.close()
    assert str(caught.value).startswith("https://site.test/room: the proxy lets nothing through (HTTP 407).")
    assert MARK not in "".join(traceback.format_exception(caught.value))


async def test_pages_and_socket_may_go_different_ways() -> None:
    async with simulator() as server, HttpProxy() as pages, Socks5Proxy() as socket:
        await visit(
            server,
            request_options={"proxy": pages.address},
            websocket_options={"proxy": socket.address},
        )
        assert set(pages.methods) == {"GET"}
        assert len(socket.targets) == 1


async def test_a_proxy_of_its_own_goes_before_the_common_one() -> None:
    async with simulator() as server, Socks5Proxy() as common, HttpProxy() as own:
        await visit(server, proxy=common.address, websocket_options={"proxy": own.address})
        assert own.methods == ["CONNECT"]
        assert len(common.targets) >= 1


@pytest.mark.parametrize("only", ["request_options", "websocket_options"])
async def test_a_proxy_for_one_leaves_the_other_direct(only: str) -> None:
    async with simulator() as server, HttpProxy() as proxy:
        await visit(server, **{only: {"proxy": proxy.address}})
        assert set(proxy.methods) == ({"GET"} if only == "request_options" else {"CONNECT"})


async def test_the_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with simulator() as server, HttpProxy() as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy", "ws_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.address)
        await visit(server)
        assert proxy.accepted == 0


@pytest.mark.parametrize("kind", WITH_PASSWORD)
async def test_a_proxy_that_refuses_the_socket_alone_is_named_too(kind: type[Proxy]) -> None:
    async with simulator() as server, kind("user", "right") as proxy:
        wrong = f"{kind.scheme}://user:{PROXY_PASSWORD}@{proxy.authority}"
        async with listening(connector(server, websocket_options={"proxy": wrong})) as room:
            failure = await room.until(Failure)
    assert "the proxy lets nothing through" in str(failure.exception)
    assert failure.exception is not None
    assert MARK not in "".join(traceback.format_exception(failure.exception))


@pytest.mark.parametrize("scheme", ["http", "socks5", "socks4"])
async def test_a_proxy_that_is_not_there_for_the_socket_alone_is_named_too(scheme: str) -> None:
    async with simulator() as server:
        proxy = f"{scheme}://127.0.0.1:{closed_port()}"
        async with listening(connector(server, websocket_options={"proxy": proxy})) as room:
            failure = await room.until(Failure)
    assert "cannot be reached" in str(failure.exception)


# ---- spoken to over TLS -------------------------------------------------------------------------------


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ssl.SSLContext]:
    """A server's TLS context with a certificate that this process trusts for the time of a test."""
    context = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    tls_context.cache_clear()
    yield context
    tls_context.cache_clear()


def https_proxy(tls: ssl.SSLContext, user: str = "", password: str = "") -> HttpsProxy:
    proxy = HttpsProxy(user, password)
    proxy.tls = tls
    return proxy


async def test_pages_and_socket_go_through_a_proxy_that_is_spoken_to_over_tls(
    trusted: ssl.SSLContext,
) -> None:
    async with simulator() as server, https_proxy(trusted, "user", "p@ss:w/rd %") as proxy:
        await visit(server, proxy=proxy.address)
        assert set(proxy.methods) == {"GET", "CONNECT"}
        assert proxy.turned_away == 0


async def test_tls_to_the_site_goes_through_tls_to_the_proxy(trusted: ssl.SSLContext) -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    async def socket(ws: ServerConnection) -> None:
        await ws.send(b"hello")

    async with serving(page, trusted) as address, https_proxy(trusted, "user", "right") as proxy:
        http = Http(user_agent="test", proxy=proxy.address)
        assert (await http.get(address)).text == "hello"
        await http.close()
        async with pushing(socket, ssl=trusted) as push:
            ws = await open_socket(SocketRequest(push, {}, proxy=proxy.address), lambda: datetime.now(UTC))
            assert await ws.recv() == b"hello"
            await ws.close()
        assert proxy.methods == ["CONNECT", "CONNECT"]


async def test_a_proxy_whose_certificate_is_not_trusted_gets_no_password(tmp_path: Path) -> None:
    async with simulator() as server, https_proxy(self_signed(tmp_path), "user", PROXY_PASSWORD) as proxy:
        words = await refused(server, proxy=proxy.address)
        assert "certificate that is not trusted" in words
        async with listening(connector(server, websocket_options={"proxy": proxy.address})) as room:
            failure = await room.until(Failure)
        assert "certificate that is not trusted" in str(failure.exception)
        assert proxy.methods == []


# ---- who we are ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", WITH_PASSWORD)
async def test_any_sign_may_be_in_a_password(kind: type[Proxy]) -> None:
    """Percent-encoded in the address, as it has to be there."""
    async with simulator() as server, kind("us@er", "p@ss:w/rd?#%20") as proxy:
        await visit(server, proxy=proxy.address)
        assert proxy.turned_away == 0


async def test_a_socks4_proxy_is_told_the_user_id() -> None:
    async with simulator() as server, Socks4Proxy("streamer") as proxy:
        await visit(server, proxy=proxy.address)
        assert proxy.turned_away == 0


async def test_a_socks4_proxy_that_does_not_know_the_user_id_is_named() -> None:
    async with simulator() as server, Socks4Proxy("streamer") as proxy:
        words = await refused(server, proxy=f"socks4://stranger@{proxy.authority}")
        assert "the proxy lets nothing through" in words
        assert proxy.turned_away >= 1
