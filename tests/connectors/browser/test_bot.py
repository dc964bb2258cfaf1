"""A whole bot that speaks through a browser: heard in the room, typed into its page, seen in its stream."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import ModuleType
from typing import Any

import pytest

from douyinbot import Bot, hookimpl
from douyinbot.config import parse_config
from douyinbot.connectors.simulator import Scenario, Simulator, Trouble
from douyinbot.core.plugins.discovery import Candidate
from tests.connectors.rooms import simulator


class Watcher:
    """Notes down how far each line came."""

    def __init__(self) -> None:
        self.states: dict[str, list[str]] = {}
        self.reasons: dict[str, str] = {}
        self.connected = asyncio.Event()

    def event(self, event: Any, *, own: bool) -> None:
        if event.kind == "connected":
            self.connected.set()

    def line(self, receipt: Any) -> None:
        self.states.setdefault(receipt.text, []).append(str(receipt.state))
        self.reasons[receipt.text] = receipt.reason

    def notice(self, notice: Any) -> None: ...

    async def until(self, fits: Callable[[], bool]) -> None:
        while not fits():  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.01)


def echo_plugin() -> ModuleType:
    """A plugin that answers every line."""

    @hookimpl
    def on_chat(ctx: Any, event: Any) -> str:
        return f"回复：{event.comment}"

    on_chat.__module__ = "echo"
    module = ModuleType("echo")
    module.on_chat = on_chat  # type: ignore[attr-defined]
    return module


@asynccontextmanager
async def running(
    server: Simulator, browser: str, send: str = "live", **options: Any
) -> AsyncIterator[Watcher]:
    """Run a bot that listens as a guest and speaks through a browser."""
    toml = (
        '[bot]\nstore = "sqlite://"\n'
        f'[[rooms]]\nid = "main"\nconnector = "douyin"\nurl = "{server.address}/abc"\n'
        f'send = "{send}"\nsender = "browser"\nbrowser = "{browser}"\n'
        '[send]\nrate = "100/1s"\nburst = 100\nper_minute = 1000\necho = "3s"\n'
    )
    watcher = Watcher()
    plugins = [Candidate("echo", "test", echo_plugin)]
    bot = Bot(parse_config(toml), observers=[watcher], plugins=plugins, **options)
    work = asyncio.create_task(bot.run())
    try:
        await watcher.connected.wait()
        yield watcher
    finally:
        bot.stop()
        await work


async def test_lines_are_heard_typed_and_seen(browser: Any) -> None:
    pytest.importorskip("playwright", reason="NOT CHECKED in a real browser: playwright is not installed")
    said = [f"第{number}句！🎲" for number in range(6)]
    async with (
        simulator() as server,
        browser(server) as chromium,
        running(server, chromium.address) as watcher,
    ):
        for text in said:
            await server.say("abc", "小明", text)
        replies = [f"回复：{text}" for text in said]
        await watcher.until(
            lambda: sum(states[-1] == "seen" for states in watcher.states.values()) == len(said)
        )
        assert [line.text for line in server.report.chat_lines] == replies
        assert list(watcher.states.values()) == [["queued", "sent", "seen"]] * len(said)
        assert server.report.violations == []


async def test_an_accepted_line_that_nobody_sees_is_unseen(browser: Any) -> None:
    pytest.importorskip("playwright", reason="NOT CHECKED in a real browser: playwright is not installed")
    server = simulator(Scenario(trouble=Trouble(chat="silent")))
    async with server, browser(server) as chromium, running(server, chromium.address) as watcher:
        await server.say("abc", "小明", "hi")
        await watcher.until(lambda: watcher.states.get("回复：hi", [""])[-1] == "unseen")
        assert watcher.states["回复：hi"] == ["queued", "sent", "unseen"]
        assert "not seen in the room" in watcher.reasons["回复：hi"]


async def test_a_lost_login_stops_the_account(browser: Any) -> None:
    pytest.importorskip("playwright", reason="NOT CHECKED in a real browser: playwright is not installed")
    async with (
        simulator() as server,
        browser(server, "") as chromium,
        running(server, chromium.address) as watcher,
    ):
        await server.say("abc", "小明", "one")
        await watcher.until(lambda: watcher.states.get("回复：one", [""])[-1] == "failed")
        await server.say("abc", "小明", "two")
        await watcher.until(lambda: watcher.states.get("回复：two", [""])[-1] == "dropped")
        assert "Log in there" in watcher.reasons["回复：one"]
        assert "sending is stopped" in watcher.reasons["回复：two"]
        assert server.report.chat_lines == []


@pytest.mark.parametrize(("send", "dry"), [("dry", False), ("live", True)])
async def test_a_rehearsal_does_not_even_knock_at_the_browser(send: str, dry: bool) -> None:
    pytest.importorskip("playwright", reason="NOT CHECKED: playwright is not installed")
    knocks: list[object] = []
    async with simulator() as server:
        port = await asyncio.start_server(lambda *streams: knocks.append(streams), "127.0.0.1", 0)
        async with port:
            address = f"http://127.0.0.1:{port.sockets[0].getsockname()[1]}"
            async with running(server, address, send, dry=dry) as watcher:
                await server.say("abc", "小明", "hi")
                await watcher.until(lambda: watcher.states.get("回复：hi", [""])[-1] == "dry")
        assert knocks == []
        assert server.report.chat_lines == []
