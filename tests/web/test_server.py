"""The door opens, says where it is, and closes."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import pytest

from douyinbot.config import parse_config
from douyinbot.core.bot import Bot
from douyinbot.errors import ConfigError
from douyinbot.web import Server

ROOM = '[[rooms]]\nid = "main"\nconnector = "simulator"\n'


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which somebody else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def server(listen: str) -> Server:
    return Server(Bot(parse_config(f'{ROOM}[web]\nlisten = "{listen}"\n')))


async def test_a_port_that_is_taken_is_said_with_its_place(taken: int) -> None:
    with pytest.raises(ConfigError) as error:
        await server(f"127.0.0.1:{taken}").__aenter__()
    assert str(error.value) == (
        f"bot.toml:5: web.listen: the web server cannot listen on 127.0.0.1:{taken}: address already in use. "
        "Is the bot running already? Else write another port"
    )


@pytest.mark.parametrize(
    ("listen", "host"), [("localhost:0", "127.0.0.1"), ("127.0.0.1:0", "127.0.0.1"), ("[::1]:0", "[::1]")]
)
async def test_it_says_where_it_is(listen: str, host: str) -> None:
    try:
        async with server(listen) as door, aiohttp.ClientSession() as http, http.get(door.url) as answer:
            assert door.url.startswith(f"http://{host}:")
            assert answer.status == 200
            assert door.feed.notices[-1]["text"] == f"the dashboard is open: {door.url}"
    except ConfigError:
        if host != "[::1]":
            raise
        pytest.skip("NOT CHECKED: this machine has no IPv6")


async def test_open_sockets_do_not_hold_up_the_end(house: Callable[..., Any]) -> None:
    loop = asyncio.get_running_loop()
    async with house() as home:
        socket, unread = await home.watch("kinds=gift"), await home.watch()
        begin = loop.time()
        await home.server.__aexit__()
        assert loop.time() - begin < 4.5  # what `drive` gives the whole program
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert home.server.feed.watchers == set()
        await unread.close()
