"""Which rooms can be spoken in through a browser, what is checked at the start, and what costs nothing."""

import subprocess
import sys
from typing import Any

import pytest

from douyinbot.config import Room
from douyinbot.connectors.base import Setup
from douyinbot.connectors.browser import Browsers, sender
from douyinbot.errors import BrowserError, ConfigError


def setup_of(**room: Any) -> Setup:
    fields = {"id": "main", "connector": "douyin", "url": "516466932480", "send": "live", "sender": "browser"}
    return Setup(room=Room(**{**fields, **room}))


@pytest.mark.parametrize(
    "browser",
    [
        "http://127.0.0.1:9222",
        "http://localhost:9222/",
        "http://[::1]:9222",
        Room(id="x", connector="x").browser,
    ],
)
def test_ports_of_this_computer_are_taken(browser: str) -> None:
    pytest.importorskip("playwright", reason="NOT CHECKED: playwright is not installed")
    assert isinstance(Browsers().sender(setup_of(browser=browser)), sender.BrowserSender)


@pytest.mark.parametrize(
    "browser",
    [
        "http://192.168.1.7:9222",
        "http://example.com:9222",
        "http://127.0.0.1",
        "http://127.0.0.1:0",
        "http://127.0.0.1:99999",
        "https://127.0.0.1:9222",
        "ws://127.0.0.1:9222/devtools/browser/x",
        "http://me@127.0.0.1:9222",
        "http://127.0.0.1:9222/json?x=1",
        "127.0.0.1:9222",
        "http://[",
        "",
    ],
)
def test_no_other_address_is(browser: str) -> None:
    with pytest.raises(
        ConfigError, match=r"rooms\[0\]\.browser: .* is not the debugging port of a browser on this"
    ):
        Browsers().sender(setup_of(browser=browser, send="dry"))


def test_rooms_of_other_connectors_are_none_for_a_browser() -> None:
    with pytest.raises(
        ConfigError, match=r'rooms\[0\]\.sender: .* rooms of the connector "douyin", not "simulator"'
    ):
        Browsers().sender(setup_of(connector="simulator"))


def test_an_address_that_is_no_room_is_told_at_the_start() -> None:
    with pytest.raises(ConfigError, match=r"rooms\[0\]\.url: .* is not the address of a Douyin room"):
        Browsers().sender(setup_of(url="https://example.com/1"))


async def test_without_playwright_the_start_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r'rooms\[0\]\.sender: .*pip install "douyinbot\[browser\]"'):
        Browsers().sender(setup_of())
    rehearsing = Browsers().sender(setup_of(send="dry"))  # needs none, as it says nothing
    monkeypatch.setitem(sys.modules, "douyinbot.connectors.browser.chrome", None)
    with pytest.raises(BrowserError, match=r'pip install "douyinbot\[browser\]"'):
        await rehearsing.send("hi")


def test_playwright_is_not_loaded_before_a_line_is_said() -> None:
    code = (
        "import sys, douyinbot.core.bot; from douyinbot.connectors.browser import Browsers;"
        "from tests.connectors.browser.test_sender import setup_of;"
        "Browsers().sender(setup_of(send='dry')); print('playwright' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
