"""HTTP through a SOCKS proxy: every way in which that fails is one kind of error, in words."""

import subprocess
import sys

import pytest

from douyinbot.connectors.http import Http
from douyinbot.errors import ConnectError
from tests.connectors.proxies import Proxy, Socks4Proxy, Socks5Proxy
from tests.connectors.servers import Scripted, Silent, closed_port

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


async def failure(proxy: str, target: str = "http://site.test/", timeout: float = 5.0) -> str:
    http = Http(user_agent="test", proxy=proxy, timeout=timeout)
    with pytest.raises(ConnectError) as caught:
        await http.get(target)
    await http.close()
    return str(caught.value)


@pytest.mark.parametrize("kind", [Socks5Proxy, Socks4Proxy])
async def test_several_requests_go_over_one_connection(kind: type[Proxy]) -> None:
    async with Scripted(OK, OK) as site, kind() as proxy:
        http = Http(user_agent="test", proxy=proxy.address)
        for _ in range(2):
            assert (await http.get(site.address)).text == "ok"
        await http.close()
        assert proxy.targets == [site.authority]


async def test_a_socks_proxy_gets_the_name_not_the_number() -> None:
    async with Scripted(OK) as site, Socks5Proxy() as proxy:
        http = Http(user_agent="test", proxy=proxy.address)
        await http.get(f"http://localhost:{site.port}/")
        await http.close()
        assert proxy.targets == [f"localhost:{site.port}"]


async def test_a_proxy_that_is_not_there() -> None:
    words = await failure(f"socks5://127.0.0.1:{closed_port()}")
    assert words == "site.test: the proxy cannot be reached. Check `proxy` and the network."


async def test_a_proxy_that_refuses() -> None:
    async with Socks5Proxy(refuses=True) as proxy:
        words = await failure(proxy.address)
    assert words.startswith("site.test: the proxy lets nothing through (")
    assert words.endswith("Check `proxy`, with its user and password.")


async def test_a_proxy_that_speaks_something_else() -> None:
    async with Silent(b"HTTP/1.1 400 Bad Request\r\n\r\n") as other:
        assert "the proxy lets nothing through" in await failure(f"socks5://{other.authority}")


async def test_a_proxy_that_hangs_up() -> None:
    class Rude(Socks5Proxy):
        async def serve(self, reader: object, writer: object) -> None:
            return

    async with Rude() as proxy:
        words = await failure(proxy.address)
    assert "site.test" in words
    assert words.endswith(".")


async def test_a_proxy_that_never_answers() -> None:
    async with Silent() as proxy:
        words = await failure(f"socks5://{proxy.authority}", timeout=0.1)
    assert words == "http://site.test/ did not answer within 0.1s. Try again later."


async def test_a_proxy_that_never_answers_does_not_outlast_its_librarys_own_patience(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("python_socks.async_.asyncio.v2._proxy.DEFAULT_TIMEOUT", 0.05)
    async with Silent() as proxy:
        assert "did not answer within" in await failure(f"socks5://{proxy.authority}")


def test_it_is_only_loaded_where_one_is_configured() -> None:
    code = (
        "import sys, douyinbot.connectors.douyin, douyinbot.connectors.http\n"
        "assert 'aiohttp_socks' not in sys.modules, 'loaded for everybody'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
