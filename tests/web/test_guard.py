"""Who gets in: the host that was meant, the page that asks, the token."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from douyinbot.config import Config, parse_config
from douyinbot.errors import ConfigError
from douyinbot.web.guard import Guard, is_own_host
from tests import canaries

TOKEN = canaries.WEB_TOKEN
ROOM = '[[rooms]]\nid = "main"\nconnector = "simulator"\n'


def config(token: str, folder: Path) -> Config:
    (folder / "token.txt").write_text(token, encoding="utf-8")
    return parse_config(f'{ROOM}[web]\ntoken = "file:token.txt"\n', folder=folder)


# ---- the host -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "arrived_at", "others", "own"),
    [
        ("127.0.0.1:8765", ("127.0.0.1", 8765), [], True),
        ("localhost:8765", ("127.0.0.1", 8765), [], True),
        ("LocalHost:8765", ("127.0.0.1", 8765), [], True),
        ("[::1]:8765", ("::1", 8765), [], True),
        ("localhost:8765", ("::1", 8765), [], True),
        ("localhost", ("127.0.0.1", 80), [], True),
        ("192.168.1.5:8765", ("192.168.1.5", 8765), [], True),
        ("192.168.1.5:8765", ("::ffff:192.168.1.5", 8765), [], True),
        ("[fe80::1]:8765", ("fe80::1%eth0", 8765), [], True),
        ("bot.lan", ("192.168.1.5", 8765), ["bot.lan"], True),
        ("bot.lan:444", ("192.168.1.5", 8765), ["bot.lan"], True),
        ("bot.lan:444", ("192.168.1.5", 8765), ["bot.lan:444"], True),
        ("bot.lan:445", ("192.168.1.5", 8765), ["bot.lan:444"], False),
        ("localhost", ("127.0.0.1", 8765), [], False),
        ("localhost:9999", ("127.0.0.1", 8765), [], False),
        ("localhost:8765", ("192.168.1.5", 8765), [], False),
        ("evil.example:8765", ("127.0.0.1", 8765), [], False),
        ("127.0.0.1.evil.example:8765", ("127.0.0.1", 8765), [], False),
        ("evil.example:8765", ("127.0.0.1", 8765), ["bot.lan"], False),
        ("127.0.0.1:8765@evil.example", ("127.0.0.1", 8765), [], False),
        ("", ("127.0.0.1", 8765), ["bot.lan"], False),
    ],
)
def test_a_host_is_ours_where_the_request_arrived_or_where_we_say_so(
    host: str, arrived_at: tuple[str, int], others: list[str], own: bool
) -> None:
    assert is_own_host(host, arrived_at, others) == own


@pytest.mark.parametrize("path", ["/", "/overlay", "/static/page.js", "/api/status", "/ws", "/nothing"])
async def test_a_name_that_only_leads_here_is_refused_everywhere(
    house: Callable[..., Any], path: str
) -> None:
    async with house(hosts='["Bot.LAN"]') as home:
        status, value = await home.ask("GET", path, headers={"Host": "evil.example"})
        assert (status, value["error"]["type"]) == (403, "forbidden")
        assert (await home.get("/api/status", headers={"Host": "bot.lan"}))["name"] == "小助手"
        assert home.server.guard.refused == {"host": 1}


# ---- the page -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Origin": "http://[broken"},
        {"Origin": "file://"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
async def test_pages_of_other_sites_cannot_do_or_see_anything(
    house: Callable[..., Any], headers: dict[str, str]
) -> None:
    async with house('[plugins]\nenable = ["dice"]\n', token=TOKEN) as home:
        for method, path in (("POST", "/api/plugins/dice/disable"), ("GET", "/api/status"), ("GET", "/ws")):
            status, value = await home.ask(method, path, headers=headers)
            assert (status, value["error"]["type"]) == (403, "forbidden")
        assert home.bot.control.plugins()[0].status == "on"
        assert home.server.guard.refused == {"origin": 3}


async def test_our_own_page_may(house: Callable[..., Any]) -> None:
    async with house('[plugins]\nenable = ["dice"]\n') as home:
        ours = {"Origin": home.server.url.rstrip("/"), "Sec-Fetch-Site": "same-origin"}
        changed = await home.post("/api/plugins/dice/disable", headers=ours)
        assert changed["plugin"]["status"] == "off"


async def test_a_page_may_be_opened_from_anywhere(house: Callable[..., Any]) -> None:
    async with house() as home, home.http.get("/", headers={"Sec-Fetch-Site": "cross-site"}) as answer:
        assert answer.status == 200


# ---- the token ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shown",
    ["", "Bearer", "Bearer wrong", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer 口令"],
    ids=range(7),
)
async def test_without_the_token_nothing_is_told_or_done(house: Callable[..., Any], shown: str) -> None:
    async with house(token=TOKEN) as home:
        for method, path in (("GET", "/api/status"), ("POST", "/api/rooms/main/pause"), ("GET", "/api/no")):
            status, value = await home.ask(method, path, headers={"Authorization": shown})
            assert (status, value["error"]["type"]) == (401, "unauthorized")
        assert home.bot.control.stopped() == {}
        assert home.server.guard.refused == {"token": 3}


async def test_the_token_in_an_address_is_not_read(house: Callable[..., Any]) -> None:
    async with house(token=TOKEN) as home:
        status, _ = await home.ask("GET", f"/api/status?token={TOKEN}", headers={"Authorization": ""})
        assert status == 401


async def test_the_overlays_key_watches_and_decides_nothing(house: Callable[..., Any]) -> None:
    async with house(token=TOKEN) as home:
        key = home.server.guard.overlay_key
        assert (await home.get("/api/status"))["web"]["overlay_key"] == key
        shown = {"Authorization": f"Bearer {key}"}
        assert (await home.ask("GET", "/api/status", headers=shown))[0] == 401
        assert (await home.ask("POST", "/api/rooms/main/pause", headers=shown))[0] == 401
        async with home.watch(**shown) as socket:
            assert not socket.closed


@pytest.mark.parametrize("word", [TOKEN, "口令" * 8])
async def test_a_page_shows_it_as_a_subprotocol(house: Callable[..., Any], word: str) -> None:
    async with house(token=word) as home:
        encoded = base64.urlsafe_b64encode(word.encode()).decode().rstrip("=")
        async with home.http.ws_connect("/ws", protocols=("douyinbot", f"key.{encoded}")) as socket:
            assert socket.protocol == "douyinbot"
        for wrong in (f"{encoded}A", "*", "_w"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await home.http.ws_connect("/ws", protocols=("douyinbot", f"key.{wrong}"))
            assert refused.value.status == 401


def test_the_overlays_key_is_the_same_after_a_new_start_and_gives_nothing_away(tmp_path: Path) -> None:
    key = Guard(config(TOKEN, tmp_path)).overlay_key
    assert key == Guard(config(TOKEN, tmp_path)).overlay_key
    assert key != Guard(config(f"{TOKEN}2", tmp_path)).overlay_key
    assert len(key) == 32
    assert canaries.MARK not in key


def test_a_short_token_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"bot.toml:5: web.token: the token has 5 characters") as error:
        Guard(config("abcde", tmp_path))
    assert "abcde" not in str(error.value)


def test_a_token_that_is_not_there_stops_the_start() -> None:
    with pytest.raises(ConfigError, match="DOUYINBOT_NO_SUCH_TOKEN is not set"):
        Guard(parse_config(f'{ROOM}[web]\ntoken = "env:DOUYINBOT_NO_SUCH_TOKEN"\n'))


def test_a_guard_does_not_show_its_token(tmp_path: Path) -> None:
    guard = Guard(config(TOKEN, tmp_path))
    assert canaries.MARK not in f"{guard!r}{guard}"
