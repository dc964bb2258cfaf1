"""Lines typed into the simulator's room page in a real browser."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

pytest.importorskip("playwright", reason="NOT CHECKED in a real browser: playwright is not installed")

from douyinbot.connectors.browser import chatbox
from douyinbot.connectors.browser import chrome as chrome_module
from douyinbot.connectors.browser.chrome import Chrome, _shows
from douyinbot.connectors.douyin.address import Address, parse_address
from douyinbot.connectors.simulator import RoomSpec, Scenario, Simulator, Step, Trouble
from douyinbot.errors import (
    BrowserError,
    InvalidSessionError,
    MutedError,
    RejectedTextError,
    RoomEndedError,
    SendError,
    TooFastError,
    UnconfirmedError,
)
from douyinbot.outbox.worker import PATIENCE
from tests.connectors.rooms import simulator


@asynccontextmanager
async def attached(address: str) -> AsyncIterator[Chrome]:
    chrome = Chrome(address)
    try:
        yield chrome
    finally:
        await chrome.close()


def room_of(server: Simulator, name: str = "abc") -> Address:
    return parse_address(f"{server.address}/{name}")


def lines_of(server: Simulator) -> list[tuple[str, str]]:
    return [(line.text, line.answer) for line in server.report.chat_lines]


async def reached(server: Simulator) -> None:
    """Wait until a line has come to the server."""
    while not server.report.chat_lines:  # noqa: ASYNC110 - in another process
        await asyncio.sleep(0.01)


async def refusal(chrome: Chrome, room: Address) -> SendError:
    """Say a line that is not taken, and return the error."""
    with pytest.raises(SendError) as caught:
        await chrome.say(room, "hi")
    return caught.value


async def test_a_line_is_typed_into_the_rooms_tab_and_accepted(browser: Any) -> None:
    async with simulator() as server, browser(server) as chromium:
        tab = await chromium.open(f"{server.address}/abc")
        async with attached(chromium.address) as chrome:
            accepted = await chrome.say(room_of(server), "！dice 大家好 😀👨‍👩‍👧‍👦")
        assert lines_of(server) == [("！dice 大家好 😀👨‍👩‍👧‍👦", "ok")]
        (line,) = server.report.chat_lines
        assert (accepted.message_id, accepted.account_id) == (line.message_id, line.account_id)
        await chromium.wait(
            tab, "document.querySelector('li.chat:last-child')?.innerText.includes('！dice 大家好')"
        )
        assert server.report.violations == []


async def test_without_a_tab_of_the_room_one_is_opened_once(browser: Any) -> None:
    async with simulator() as server, browser(server) as chromium, attached(chromium.address) as chrome:
        for text in ("one", "two"):
            await chrome.say(room_of(server), text)
        assert await chromium.urls() == ["about:blank", f"{server.address}/abc"]
        assert lines_of(server) == [("one", "ok"), ("two", "ok")]


async def test_a_tab_that_leads_elsewhere_is_found_again(browser: Any) -> None:
    """`/some_name` becomes `/516466932480` on the real site."""
    async with simulator() as server, browser(server) as chromium, attached(chromium.address) as chrome:
        await chrome.say(room_of(server), "one")
        (tab, *_) = [tab["id"] for tab in await chromium.tabs() if tab["url"].endswith("/abc")]
        room = parse_address(f"{server.address}/abc")
        chrome._opened[Address("some_name", room.endpoint)] = chrome._opened[room]
        await chrome.say(Address("some_name", room.endpoint), "two")
        assert [tab["id"] for tab in await chromium.tabs() if tab["url"].startswith("http")] == [tab]
        assert lines_of(server) == [("one", "ok"), ("two", "ok")]


async def test_a_hidden_tab_comes_to_the_front(browser: Any) -> None:
    async with simulator() as server, browser(server) as chromium, attached(chromium.address) as chrome:
        tab = await chromium.open(f"{server.address}/abc")
        await chromium.open(f"{server.address}/other")
        await chrome.say(room_of(server), "hi")
        assert await chromium.evaluate(tab, "document.hidden") is False


async def test_thirty_lines_come_in_order_and_none_twice(browser: Any) -> None:
    texts = [f"第{number}句 🎲" for number in range(30)]
    async with simulator() as server, browser(server) as chromium, attached(chromium.address) as chrome:
        for text in texts:
            await chrome.say(room_of(server), text)
        assert lines_of(server) == [(text, "ok") for text in texts]


async def test_lines_said_at_the_same_time_wait_for_each_other(browser: Any) -> None:
    texts = [f"line {number}" for number in range(6)]
    async with simulator() as server, browser(server) as chromium, attached(chromium.address) as chrome:
        async with asyncio.TaskGroup() as group:
            for number, text in enumerate(texts):
                group.create_task(chrome.say(room_of(server, ("abc", "def")[number % 2]), text))
        assert sorted(lines_of(server)) == [(text, "ok") for text in texts]


# ---- refusals ---------------------------------------------------------------------------------------


REFUSALS: list[tuple[Any, type[SendError], str]] = [
    ("rejected", RejectedTextError, "评论包含敏感词"),
    ("too_fast", TooFastError, "发言太快啦"),
    ("muted", MutedError, "你已被禁言"),
    ("ended", RoomEndedError, "直播已结束"),
    ("logged_out", InvalidSessionError, "Log in there"),
    ("forbidden", InvalidSessionError, "Log in there"),
    ("throttled", TooFastError, "HTTP 429"),
    ("empty", SendError, "risk control"),
    ("html", SendError, "verification"),
    ("http_502", UnconfirmedError, "HTTP 502"),
]


async def test_the_platforms_answer_is_read_from_the_pages_own_traffic(browser: Any) -> None:
    async with simulator() as server, browser(server) as chromium, attached(chromium.address) as chrome:
        tab = await chromium.open(f"{server.address}/abc")
        for chat, kind, words in REFUSALS:
            await server.do("abc", Step(do="trouble", trouble=Trouble(chat=chat)))
            error = await refusal(chrome, room_of(server))
            assert type(error) is kind, chat
            assert words in str(error)
            if chat == "throttled":
                assert error.retry_after == 5.0  # type: ignore[attr-defined]
            # Nothing stays behind that the next Enter could say.
            box = await chromium.evaluate(tab, "document.querySelector('[contenteditable]').innerText")
            assert box.strip() == ""
        assert lines_of(server) == [("hi", chat) for chat, *_ in REFUSALS]


NOTICES: list[tuple[str, str, type[SendError], str]] = [
    ("guest", "", InvalidSessionError, "Log in there"),
    ("expired", "expired", InvalidSessionError, "Log in there"),
    ("muted", "simulated", MutedError, "你已被禁言"),
    ("closed", "simulated", MutedError, "主播已关闭评论"),
    ("ended", "simulated", RoomEndedError, "直播已结束"),
    ("offline", "simulated", RoomEndedError, "暂未开播"),
]
ROOMS = {
    "muted": Scenario(trouble=Trouble(speech="muted")),
    "closed": Scenario(trouble=Trouble(speech="closed")),
    "ended": Scenario(room=RoomSpec(status="ended")),
    "offline": Scenario(trouble=Trouble(page="offline")),
}


async def test_what_the_page_says_in_place_of_the_box_is_the_reason(
    browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chatbox, "SETTLE", 0.05)
    async with simulator(rooms=ROOMS) as server, browser() as chromium, attached(chromium.address) as chrome:
        for name, login, kind, words in NOTICES:
            await chromium.call("Storage.clearCookies")
            if login:
                await chromium.log_in(server.address, login)
            error = await refusal(chrome, room_of(server, name))
            assert type(error) is kind, name
            assert words in str(error)
        assert lines_of(server) == []


async def test_a_refused_line_is_not_said_with_the_next_one(browser: Any) -> None:
    async with simulator(Scenario(trouble=Trouble(chat="rejected"))) as server, browser(server) as chromium:
        async with attached(chromium.address) as chrome:
            with pytest.raises(RejectedTextError):
                await chrome.say(room_of(server), "one")
            await server.do("abc", Step(do="trouble", trouble=Trouble()))
            await chrome.say(room_of(server), "two")
        assert lines_of(server) == [("one", "rejected"), ("two", "ok")]


# ---- what is not there ------------------------------------------------------------------------------


async def test_a_tab_that_is_closed_is_opened_again_for_the_next_line(browser: Any) -> None:
    async with simulator() as server, browser(server) as chromium, attached(chromium.address) as chrome:
        tab = await chromium.open(f"{server.address}/abc")
        await chrome.say(room_of(server), "one")
        await chromium.close(tab)
        await chrome.say(room_of(server), "two")
        assert lines_of(server) == [("one", "ok"), ("two", "ok")]


async def test_a_tab_that_is_loaded_anew_is_waited_for(browser: Any) -> None:
    async with simulator() as server, browser(server) as chromium, attached(chromium.address) as chrome:
        tab = await chromium.open(f"{server.address}/abc")
        for number in range(4):
            await chromium.load(tab, f"{server.address}/abc?{number}")
            await chrome.say(room_of(server), f"line {number}")
        assert await chromium.urls() == ["about:blank", f"{server.address}/abc?3"]
        assert lines_of(server) == [(f"line {number}", "ok") for number in range(4)]


async def test_a_tab_closed_while_the_answer_is_awaited_leaves_the_line_unconfirmed(browser: Any) -> None:
    async with simulator(Scenario(trouble=Trouble(chat="timeout"))) as server, browser(server) as chromium:
        tab = await chromium.open(f"{server.address}/abc")
        async with attached(chromium.address) as chrome:
            saying = asyncio.create_task(chrome.say(room_of(server), "hi"))
            await reached(server)
            await chromium.close(tab)
            with pytest.raises(UnconfirmedError, match=r"cut off|closed"):
                await saying
        assert lines_of(server) == [("hi", "timeout")]


async def test_a_browser_that_dies_is_said_so_and_nothing_is_repeated(own_browser: Any) -> None:
    async with simulator(Scenario(trouble=Trouble(chat="timeout"))) as server:
        await own_browser.log_in(server.address, "simulated")
        async with attached(own_browser.address) as chrome:
            saying = asyncio.create_task(chrome.say(room_of(server), "hi"))
            await reached(server)
            os.killpg(own_browser.process.pid, signal.SIGKILL)
            with pytest.raises(UnconfirmedError):
                await saying
            with pytest.raises(BrowserError, match="no browser answers at"):
                await chrome.say(room_of(server), "again")
        assert lines_of(server) == [("hi", "timeout")]


async def test_letting_go_leaves_the_browser_and_its_tabs_alone(browser: Any) -> None:
    async with simulator() as server, browser(server) as chromium:
        async with attached(chromium.address) as chrome:
            await chrome.say(room_of(server), "hi")
        assert chromium.process.poll() is None
        assert await chromium.urls() == ["about:blank", f"{server.address}/abc"]
        async with attached(chromium.address) as again:
            await again.say(room_of(server), "hello")


async def test_at_a_port_where_nobody_is_the_streamer_is_told_what_to_start() -> None:
    async with simulator() as server:
        address = server.address
    async with attached(address) as chrome:
        with pytest.raises(BrowserError, match=r"no browser answers at http://127.*Start your own Chrome"):
            await chrome.say(Address("abc", address), "hi")


async def test_a_port_of_something_else_is_no_browser() -> None:
    async with simulator() as server, attached(server.address) as chrome:
        with pytest.raises(BrowserError, match="is not a browser's debugging port"):
            await chrome.say(room_of(server), "hi")


async def test_a_page_that_does_not_open_leaves_no_tab_behind(browser: Any) -> None:
    async with simulator() as server:
        gone = room_of(server)
    async with browser() as chromium, attached(chromium.address) as chrome:
        with pytest.raises(BrowserError, match="does not open in the browser"):
            await chrome.say(gone, "hi")
        assert await chromium.urls() == ["about:blank"]


# ---- which tab --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "shows"),
    [
        ("https://live.douyin.com/516466932480", True),
        ("https://live.douyin.com/516466932480/?enter_from=web#x", True),
        ("https://www.douyin.com/follow/live/516466932480?x=1", True),
        ("https://www.douyin.com/root/live/516466932480", True),
        ("https://live.douyin.com/5164669324801", False),
        ("https://live.douyin.com/", False),
        ("http://live.douyin.com/516466932480", False),
        ("https://evil.example/516466932480", False),
        ("https://www.douyin.com/516466932480", False),
        ("about:blank", False),
        ("https://[", False),
    ],
)
def test_which_addresses_are_the_rooms_page(url: str, shows: bool) -> None:
    assert _shows(url, Address("516466932480")) is shows


def test_the_limits_of_time_stay_below_the_outboxs_patience() -> None:
    assert chrome_module.REACH + chatbox.READY + chatbox.TYPE + chatbox.ANSWER + 2 * chatbox.TIDY < PATIENCE
