"""A whole bot in a TikTok room that speaks through a sign provider: what its receipts and `check` say."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from douyinbot import Bot, hookimpl
from douyinbot.cli import group
from douyinbot.config import parse_config
from douyinbot.connectors.simulator import Simulator
from douyinbot.core.plugins.discovery import Candidate
from tests.connectors.rooms import come_true, simulator
from tests.connectors.tiktok.rooms import troubled


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

    async def ended(self, text: str) -> tuple[str, str]:
        """Wait until a line has come as far as it will, and return its state and the reason."""
        unfinished = {"queued", "sent"}
        await come_true(lambda: text in self.states and self.states[text][-1] not in unfinished)
        return self.states[text][-1], self.reasons[text]


def echo_plugin() -> ModuleType:
    """A plugin that answers every line."""

    @hookimpl
    def on_chat(ctx: Any, event: Any) -> str:
        return f"re {event.comment}"

    on_chat.__module__ = "echo"
    module = ModuleType("echo")
    module.on_chat = on_chat  # type: ignore[attr-defined]
    return module


def bot_toml(server: Simulator, *, send: str = "live", echo: str = "5s") -> str:
    return (
        '[bot]\nstore = "sqlite://"\n'
        f'[[rooms]]\nid = "main"\nconnector = "tiktok"\nurl = "{server.address}/@abc"\n'
        f'send = "{send}"\nsender = "provider"\n[rooms.options.provider]\nurl = "{server.provider}"\n'
        'key = "env:PROVIDER_KEY"\noauth_token = "env:PROVIDER_TOKEN"\n'
        f'[send]\nrate = "100/1s"\nburst = 100\nper_minute = 1000\necho = "{echo}"\n'
    )


@pytest.fixture(autouse=True)
def use_key(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def use(key: str) -> None:
        monkeypatch.setenv("PROVIDER_KEY", key)

    use(Simulator.PROVIDER_KEY)
    monkeypatch.setenv("PROVIDER_TOKEN", "somebody")
    return use


@asynccontextmanager
async def running(server: Simulator, **given: Any) -> AsyncIterator[Watcher]:
    watcher = Watcher()
    plugins = [Candidate("echo", "test", echo_plugin)]
    bot = Bot(parse_config(bot_toml(server, **given)), observers=[watcher], plugins=plugins)
    work = asyncio.create_task(bot.run())
    try:
        await watcher.connected.wait()
        yield watcher
    finally:
        bot.stop()
        await work


async def test_a_line_is_seen_when_it_comes_back_and_answered_by_nobody() -> None:
    async with simulator() as server, running(server) as watcher:
        await server.say("@abc", "小明", "hi")
        assert await watcher.ended("re hi") == ("seen", "")
        assert watcher.states["re hi"] == ["queued", "sent", "seen"]
        assert list(watcher.states) == ["re hi"]
    assert [(line.text, line.answer) for line in server.report.chat_lines] == [("re hi", "ok")]
    assert server.report.violations == []


async def test_a_line_that_nobody_shows_is_not_called_seen() -> None:
    async with troubled(chat="silent") as server, running(server, echo="100ms") as watcher:
        await server.say("@abc", "小明", "hi")
        state, reason = await watcher.ended("re hi")
        assert state == "unseen"
        assert reason


@pytest.mark.parametrize(
    ("trouble", "state"), [("muted", "failed"), ("rejected", "failed"), ("logged_out", "failed")]
)
async def test_a_line_that_tiktok_refuses_fails_with_its_words(trouble: str, state: str) -> None:
    async with troubled(chat=trouble) as server, running(server) as watcher:
        await server.say("@abc", "小明", "hi")
        told, reason = await watcher.ended("re hi")
        assert told == state
        assert reason


async def test_a_dry_room_asks_the_provider_for_no_line() -> None:
    async with simulator() as server, running(server, send="dry") as watcher:
        await server.say("@abc", "小明", "hi")
        assert (await watcher.ended("re hi"))[0] == "dry"
    assert server.report.chat_lines == []


# ---- check ----------------------------------------------------------------------------------------

ROOM = '[bot]\nstore = "sqlite://"\n[[rooms]]\nid = "main"\nconnector = "tiktok"\nurl = "@abc"\n'
SPEAKING = f'{ROOM}sender = "provider"\n'
PROVIDER = '[rooms.options.provider]\nurl = "https://sign.example"\n'


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        (f"{SPEAKING}", "rooms[0].sender: there is no sign provider to speak through."),
        (
            f"{SPEAKING}{PROVIDER}",
            "rooms[0].sender: the sign provider sign.example has nobody to speak as.",
        ),
        (
            f'{SPEAKING}{PROVIDER}session_host = "sign.example"\n',
            "rooms[0].options.provider.session_host: the provider may see your login, but the cookies",
        ),
        (
            f'{SPEAKING}cookies = "env:COOKIES"\n{PROVIDER}session_host = "evil.example"\n',
            "`provider.session_host` is not the host of `provider.url`",
        ),
        (
            f'{ROOM.replace("tiktok", "douyin").replace("@abc", "123456")}sender = "provider"\n',
            'rooms[0].sender: the sender "provider" speaks in rooms of the connector "tiktok"',
        ),
        (
            f"{ROOM.replace('tiktok', 'douyin').replace('@abc', '123456')}{PROVIDER}",
            "rooms[0].options.provider: unknown key",
        ),
        (
            f'{SPEAKING}cookies = "env:COOKIES"\n{PROVIDER}session_host = "sign.example"\n',
            "",
        ),
        (f'{SPEAKING}{PROVIDER}oauth_token = "env:PROVIDER_TOKEN"\n', ""),
    ],
)
def test_check_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, toml: str, problem: str
) -> None:
    monkeypatch.setenv("COOKIES", "sessionid=s; tt-target-idc=useast1a")
    file = tmp_path / "bot.toml"
    file.write_text(toml, encoding="utf-8")
    result = CliRunner().invoke(group, ["check", str(file)], standalone_mode=False)
    assert problem in result.output
    assert result.return_value == (2 if problem else 0)
