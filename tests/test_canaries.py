"""The guard of tests/conftest.py bites; and no repr, str or error of what holds secrets shows them."""

import asyncio
import logging
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from douyinbot import LiveClient
from douyinbot.cli.logs import set_up_logging
from douyinbot.config import Secret, Source, parse_config
from douyinbot.connectors.http import Answer, Http
from douyinbot.connectors.options import NetworkOptions
from douyinbot.connectors.socket import SocketRequest
from douyinbot.errors import DouyinbotError
from tests import canaries
from tests.connectors.rooms import connector, setup_for, simulator

PROXY = f"http://me:{canaries.PROXY_PASSWORD}@127.0.0.1:8080"
OPTIONS: dict[str, Any] = {
    "proxy": PROXY,
    "request_options": {"proxy": PROXY, "headers": {"Cookie": canaries.COOKIES}},
    "websocket_options": {"proxy": PROXY},
    "client_params": {"msToken": canaries.MS_TOKEN},
    "request_headers": {"Cookie": canaries.COOKIES},
    "websocket_headers": {"X-Token": canaries.HEADER},
}


# ---- the guard ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "say",
    [
        lambda log: log.debug("cookies: %s", canaries.COOKIES),
        lambda log: log.getChild("deep").info(canaries.PROXY_PASSWORD),
        lambda log: log.warning("GET /webcast/?a_bogus=Qm9ndXM"),
        lambda log: log.error("wss://host/push?room=1&signature=abc"),
        lambda log: log.info("Cookie: ttwid=1%7Cabc"),
    ],
    ids=["debug", "child", "a_bogus", "signature", "cookie"],
)
def test_a_leak_is_caught(leaks: list[str], say: Callable[[logging.Logger], None]) -> None:
    say(logging.getLogger("douyinbot.somewhere"))
    assert len(leaks) == 1
    leaks.clear()  # else it would fail this very test: that is its purpose


def test_a_leak_in_a_traceback_is_caught(leaks: list[str]) -> None:
    try:
        raise ValueError(canaries.WEB_TOKEN)
    except ValueError:
        logging.getLogger("douyinbot").exception("failed")
    assert len(leaks) == 1
    leaks.clear()


def test_another_librarys_leak_is_caught(leaks: list[str]) -> None:
    logging.getLogger("websockets.client").warning("> Cookie: %s", canaries.COOKIES)
    assert len(leaks) == 1
    leaks.clear()


def test_what_is_no_secret_is_let_through(leaks: list[str]) -> None:
    logging.getLogger("douyinbot").info("the signature= of this room is refused; a_bogus=*** msToken=***")
    assert leaks == []


def test_the_guard_fails_the_test_that_leaks(pytester_run: Callable[[str], str]) -> None:
    assert "a secret was logged" in pytester_run(
        "import logging\nfrom tests import canaries\n"
        "def test_it(): logging.getLogger('douyinbot').debug(canaries.SESSION_ID)\n"
    )
    assert "1 passed" in pytester_run(
        "import logging\ndef test_it(): logging.getLogger('douyinbot').debug('all is well')\n"
    )


@pytest.fixture
def pytester_run(tmp_path: Path) -> Callable[[str], str]:
    """Run one test under the guard, in another process, and return what pytest says."""

    def run(source: str) -> str:
        import subprocess

        root = Path(__file__).parents[1]
        (tmp_path / "test_it.py").write_text(source, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*command, "--rootdir", str(tmp_path), str(tmp_path / "test_it.py")],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.stdout + done.stderr

    return run


# ---- who holds secrets ----------------------------------------------------------------------------------


def assert_silent(*things: object) -> None:
    for thing in things:
        for shown in (repr(thing), str(thing), f"{thing}"):
            assert canaries.MARK not in shown


def test_options_and_rooms_do_not_show_what_they_hold() -> None:
    options = Source("bot.toml").convert(OPTIONS, NetworkOptions, ("rooms", 0, "options"))
    setup = setup_for("https://live.douyin.com/1", **OPTIONS)
    assert_silent(options, options.request_options, options.websocket_options, setup.room, setup)
    assert options.http_proxy == PROXY


def test_a_configuration_does_not_show_its_proxy() -> None:
    config = parse_config(
        '[[rooms]]\nid = "main"\nconnector = "douyin"\nurl = "516466932480"\n'
        f'[rooms.options]\nproxy = "{PROXY}"\n'
    )
    assert_silent(config, config.rooms)


def test_requests_and_answers_do_not_show_their_secrets() -> None:
    request = SocketRequest(
        f"wss://a.test/push?signature={canaries.SIGNATURE}", {"Cookie": canaries.COOKIES}, proxy=PROXY
    )
    answer = Answer(200, {"Set-Cookie": canaries.COOKIES}, canaries.COOKIES.encode())
    http = Http(user_agent="test", cookies={"sessionid": canaries.SESSION_ID}, proxy=PROXY)
    assert_silent(request, answer, http)


def test_a_secret_does_not_show_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUYIN_COOKIE", canaries.COOKIES)
    secret = Secret("env:DOUYIN_COOKIE")
    assert secret.reveal() == canaries.COOKIES
    assert_silent(secret, [secret], {"cookies": secret})


def test_clients_and_connectors_do_not_show_what_they_were_given() -> None:
    client = LiveClient("516466932480", session_id=canaries.SESSION_ID, **OPTIONS)
    assert_silent(client, client.state, vars(client)["_room"])

    async def look() -> None:
        async with simulator() as server:
            to = connector(server, cookies=canaries.COOKIES, **OPTIONS)
            async with to:
                assert_silent(to, to.platform, to.session, to.counts, to.state, to.options)

    asyncio.run(look())


@pytest.mark.parametrize("scheme", ["http", "https", "socks4", "socks5"])
def test_errors_do_not_show_cookies_or_proxies(scheme: str) -> None:
    """Nothing listens on port 1: every way in fails."""

    async def fail() -> str:
        proxy = f"{scheme}://me:{canaries.PROXY_PASSWORD}@127.0.0.1:1"
        client = LiveClient(
            "516466932480", session_id=canaries.SESSION_ID, proxy=proxy, endpoint="http://127.0.0.1:1"
        )
        with pytest.raises(DouyinbotError) as caught:
            await client.connect()
        return "".join(traceback.format_exception(caught.value)) + repr(caught.value)

    assert canaries.MARK not in asyncio.run(fail())


@pytest.mark.parametrize(
    "options", [{"proxy": f"ftp://me:{canaries.PROXY_PASSWORD}@127.0.0.1"}, {"proxy": 7}]
)
def test_a_wrong_proxy_is_refused_without_being_repeated(options: dict[str, Any]) -> None:
    with pytest.raises(DouyinbotError) as caught:
        Source("bot.toml").convert(options, NetworkOptions, ("rooms", 0, "options"))
    assert_silent(caught.value)


def test_with_log_debug_other_libraries_keep_their_requests_to_themselves(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The socket library writes down whole handshakes at debug level, cookies included."""
    root = logging.getLogger()
    names = ["", "douyinbot", *(name for name in logging.root.manager.loggerDict)]
    before, handlers = {name: logging.getLogger(name).level for name in names}, root.handlers[:]
    try:
        set_up_logging("debug")

        async def visit() -> None:
            async with simulator() as server:
                to = connector(server, cookies=canaries.COOKIES, raw=True)
                async with to:
                    async for event in to:
                        if event.kind == "connected":
                            break

        asyncio.run(visit())
        logging.getLogger("douyinbot").debug("this is heard")
    finally:
        root.handlers[:] = handlers
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
    told = capfd.readouterr().err
    assert "this is heard" in told
    for word in (canaries.MARK, "Cookie", "signature", "GET /"):
        assert word not in told
