"""The web server: cases 20, 21, 22 and 25."""

import asyncio
import base64
import json
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from douyinbot import hookimpl
from douyinbot.testing.hostile import HOSTILE_LINES, HOSTILE_NAMES
from douyinbot.web.feed import QUEUE
from tests import canaries
from tests.web.house import House

TOKEN = canaries.WEB_TOKEN
ASKED = 200
SIZE = 4000
"""Characters of a line that is to fill buffers."""


# ---- 20 -----------------------------------------------------------------------------------------


def test_case_20_answers_come_while_a_plugin_sleeps(house: Callable[..., Any]) -> None:
    """A hundred requests a second are answered meanwhile, all of them, and none waits for the plugin."""
    asleep, enough = threading.Event(), threading.Event()

    class Sleeper:
        name = "sleeper"

        @hookimpl
        def on_chat(self, ctx: Any, event: Any) -> None:
            asleep.set()
            enough.wait(30)

    async def ask() -> None:
        async with house("", Sleeper()) as home:
            home.emit("chat", comment="good night")
            await home.until(asleep.is_set)
            times = []
            for _ in range(ASKED):
                begin = time.perf_counter()
                await home.get("/api/status")
                times.append(time.perf_counter() - begin)
            assert not enough.is_set()
            enough.set()
            # The bar is 50 ms for the 99th of 100; here a busy machine is given twenty times that.
            assert sorted(times)[ASKED * 99 // 100] < 1.0

    asyncio.run(ask())


# ---- 21 -----------------------------------------------------------------------------------------

FOREIGN = {
    "rebound name": {"Host": "evil.example"},
    "rebound name with our port": {"Host": "evil.example:8765"},
    "other site": {"Origin": "https://evil.example"},
    "sandboxed frame": {"Origin": "null"},
    "other program on this computer": {"Origin": "http://localhost:3000"},
    "no origin, but the browser tells": {"Sec-Fetch-Site": "cross-site"},
}
REQUESTS = (
    ("GET", "/api/status"),
    ("GET", "/ws"),
    ("POST", "/api/plugins/dice/disable"),
    ("POST", "/api/rooms/main/pause"),
    ("POST", "/api/pending/all/approve"),
)


@pytest.mark.parametrize("trick", FOREIGN)
@pytest.mark.parametrize("token", ["", TOKEN], ids=["no token", "even with the token"])
def test_case_21_other_sites_reach_nothing(house: Callable[..., Any], trick: str, token: str) -> None:
    async def ask() -> None:
        async with house('[plugins]\nenable = ["dice"]\n', token=token) as home:
            home.say("secret plans", room="asks")
            for method, path in REQUESTS:
                status, value = await home.ask(method, path, headers=FOREIGN[trick])
                assert (status, value["error"]["type"]) == (403, "forbidden")
                assert "secret plans" not in json.dumps(value)
            assert home.bot.control.plugins()[0].status == "on"
            assert home.bot.control.stopped() == {}
            assert len(home.bot.control.pending()) == 1
            assert (await home.get("/api/status"))["web"]["refused"].keys() <= {"host", "origin"}

    asyncio.run(ask())


def test_case_21_a_page_elsewhere_cannot_do_it_in_a_real_browser(
    house: Callable[..., Any], chromium: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A dashboard of another bot on this computer is another site, too: its scripts may not use this one."""

    async def ask() -> None:
        folder = tmp_path_factory.mktemp("other")
        async with house('[plugins]\nenable = ["dice"]\n') as home, House(folder) as evil:
            tab = await chromium.open(f"{evil.server.url}overlay")
            here = home.server.url
            outcome = await chromium.evaluate(
                tab,
                f"""(async () => {{
                    const tried = [];
                    for (const [path, options] of [
                      ["api/status", {{}}],
                      ["api/status", {{mode: "no-cors"}}],
                      ["api/plugins/dice/disable", {{method: "POST", mode: "no-cors"}}],
                    ]) {{
                      try {{ tried.push((await fetch("{here}" + path, options)).type); }}
                      catch (error) {{ tried.push("failed"); }}
                    }}
                    const socket = new WebSocket("{here}ws".replace("http", "ws"));
                    tried.push(await new Promise((done) => {{
                      socket.onopen = () => done("open");
                      socket.onerror = () => done("failed");
                    }}));
                    return tried;
                }})()""",
            )
            await chromium.close(tab)
            assert "basic" not in outcome
            assert "cors" not in outcome
            assert outcome[-1] == "failed"
            assert home.bot.control.plugins()[0].status == "on"
            assert home.server.feed.watchers == set()
            await evil.until(lambda: not evil.server.feed.watchers)

    asyncio.run(ask())


# ---- 22 -----------------------------------------------------------------------------------------


async def deaf(home: Any) -> socket.socket:
    """Open `/ws` like a client that then never reads."""
    host, port = home.server.url.removeprefix("http://").rstrip("/").split(":")
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plain.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(plain, (host, int(port)))
    nonce = base64.b64encode(os.urandom(16)).decode()
    asked = (
        f"GET /ws?kinds=chat HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {nonce}\r\n\r\n"
    )
    await loop.sock_sendall(plain, asked.encode())
    await home.until(lambda: home.server.feed.watchers)
    return plain


async def talk(home: Any, reader: Any, until: Callable[[], bool], limit: int = 6000) -> int:
    """Let viewers talk, and somebody who reads hear every line in order, until something is true."""
    heard = 0
    while not until():
        for number in range(heard, heard + 100):
            home.emit("chat", comment=f"{number} " + "长" * SIZE)
        for number in range(heard, heard + 100):
            assert json.loads((await reader.receive()).data)["comment"].startswith(f"{number} ")
            assert max(len(watcher._queue) for watcher in home.server.feed.watchers) <= QUEUE
        heard += 100
        assert heard < limit
    return heard


def test_case_22_who_never_reads_is_cut_off_and_nobody_else_notices(house: Callable[..., Any]) -> None:
    async def ask() -> None:
        async with house() as home:
            feed = home.server.feed
            assert feed.patience == 5.0
            feed.patience = 0.3
            plain = await deaf(home)
            async with home.watch("kinds=chat") as reader:
                heard = await talk(home, reader, lambda: bool(feed.counts["cut"]))
                status = await home.get("/api/status")
                assert (status["web"]["watchers"], status["web"]["cut"]) == (1, 1)
                assert "did not read for 0.3s: cut off" in status["notices"][-1]["text"]
                assert heard > 0
                home.emit("chat", comment="still here")
                assert "still here" in (await reader.receive()).data
            plain.close()

    asyncio.run(ask())


def test_case_22_what_waits_for_a_slow_client_is_bounded(house: Callable[..., Any]) -> None:
    async def ask() -> None:
        async with house() as home:
            feed = home.server.feed
            feed.patience = 60.0
            plain = await deaf(home)
            (slow,) = feed.watchers
            async with home.watch("kinds=chat") as reader:
                await talk(home, reader, lambda: slow.missed > 100)
                assert len(slow._queue) == QUEUE
                assert (await home.get("/api/status"))["web"]["missed"] == slow.missed
            begin = time.monotonic()
            await home.server.__aexit__()
            assert time.monotonic() - begin < 4.5  # it does not hold up the end of the program, either
            assert feed.watchers == set()
            plain.close()

    asyncio.run(ask())


# ---- 25 -----------------------------------------------------------------------------------------

MARKUP = (
    '<img src=x onerror="window.__pwned = 1">',
    '"><svg onload="window.__pwned = 1">',
    "</span></li></ol></script><script>window.__pwned = 1</script>",
    "<style>* { display: none }</style>",
    "<iframe srcdoc='<script>parent.__pwned = 1</script>'>",
    "${window.__pwned = 1}",
    "{{constructor.constructor('window.__pwned = 1')()}}",
)
AVATARS = (
    "javascript:window.__pwned = 1",
    "https://evil.example/face.png",
    "https://p3.douyinpic.com.evil.example/face.png",
    "https://douyinpic.com@evil.example/face.png",
    "http://p3.douyinpic.com/face.png",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='window.__pwned = 1'/>",
    '"><script>window.__pwned = 1</script>',
    "//evil.example/face.png",
)
GOOD = "https://p3.douyinpic.com/aweme/face.jpeg"
WATCH = """(() => {
  window.__refused = [];
  document.addEventListener("securitypolicyviolation", (event) => window.__refused.push(event.blockedURI));
})()"""
TAGS = "[...new Set([...document.body.querySelectorAll('*')].map((element) => element.tagName))].sort()"


def test_case_25_the_overlay_shows_markup_as_text(house: Callable[..., Any], chromium: Any) -> None:
    texts = [*MARKUP, *HOSTILE_LINES, *HOSTILE_NAMES]

    async def ask() -> None:
        async with house() as home:
            tab = await chromium.open(f"{home.server.url}overlay?room=main&rows=50&show=chat,gift,follow")
            await chromium.wait(tab, "document.querySelector('#rows').dataset.open === 'true'")
            await chromium.evaluate(tab, WATCH)
            for index, text in enumerate(texts):
                face = (*AVATARS, GOOD)[index % (len(AVATARS) + 1)]
                home.emit("chat", user=text, comment=text, of={"avatar_url": face, "role": text})
                home.emit("gift", user=text, gift_name=text, total=1, of={"avatar_url": face})
            home.emit("chat", user="last", comment=MARKUP[0])
            await chromium.wait(tab, "!!document.querySelector('#rows li:last-child .name')")
            last = "document.querySelector('#rows li:last-child')"
            await chromium.wait(tab, f"{last}.querySelector('.name').textContent === 'last'")
            # Nothing of all this could be loaded, so nothing stays of it.
            await chromium.wait(tab, "document.images.length === 0")
            assert await chromium.evaluate(tab, f"{last}.querySelector('.words').textContent") == MARKUP[0]
            assert await chromium.evaluate(tab, TAGS) == ["LI", "OL", "SPAN"]
            assert await chromium.evaluate(tab, "document.querySelectorAll('#rows li').length") == 50
            assert await chromium.evaluate(tab, "typeof window.__pwned") == "undefined"
            assert await chromium.evaluate(tab, "document.scripts.length") == 1
            refused = set(await chromium.evaluate(tab, "window.__refused"))
            assert {urlsplit(url).hostname for url in refused} == {
                "evil.example",
                "p3.douyinpic.com.evil.example",
            }
            await chromium.close(tab)
            await home.until(lambda: not home.server.feed.watchers)

    asyncio.run(ask())


def test_case_25_the_dashboard_shows_markup_as_text(house: Callable[..., Any], chromium: Any) -> None:
    async def ask() -> None:
        async with house() as home:
            for text in (*HOSTILE_LINES, *HOSTILE_NAMES, *MARKUP):
                home.say(text, room="asks")
                home.say(text)
            home.bot.rooms[0].live_room.title = home.bot.rooms[0].live_room.owner = MARKUP[0]
            home.bot.control.pause("main", MARKUP[1])
            tab = await chromium.open(home.server.url)
            await chromium.wait(tab, "!document.querySelector('main').hidden")
            await chromium.wait(tab, "document.querySelectorAll('#pending li').length > 20")
            assert MARKUP[0] in await chromium.evaluate(tab, "document.body.textContent")
            assert await chromium.evaluate(tab, "document.querySelectorAll('main img, main svg').length") == 0
            assert await chromium.evaluate(tab, "document.querySelectorAll('iframe, style').length") == 0
            assert await chromium.evaluate(tab, "document.scripts.length") == 1
            assert await chromium.evaluate(tab, "typeof window.__pwned") == "undefined"
            await chromium.close(tab)
            await home.until(lambda: not home.server.feed.watchers)

    asyncio.run(ask())
