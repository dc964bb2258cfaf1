"""`douyinbot replay`: recordings and captured frames."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from douyinbot.store import open_database
from douyinbot.webcast.dyrec import Kind
from tests.connectors.test_replay import chat, end, frame, write

FRAMES = Path(__file__).parents[3] / "shared/captures/douyin/frames"
needs_captures = pytest.mark.skipif(not FRAMES.is_dir(), reason=f"the real captures are not here: {FRAMES}")


@needs_captures
@pytest.mark.parametrize("file", sorted(FRAMES.glob("*.bin")), ids=lambda path: path.stem)
def test_real_captures_print_their_real_messages(invoke: Callable[..., Any], file: Path) -> None:
    expected = json.loads(next(FRAMES.glob(file.stem.split(".")[0] + "*.expected.json")).read_text("utf-8"))
    replayed = invoke("replay", file, "--jsonl")
    assert replayed.code == 0
    events = {
        row["id"]: row for row in map(json.loads, replayed.out) if row["kind"] not in ("follow", "share")
    }
    for message in expected["messages"]:
        event = events[message["msg_id"]]
        user = message.get("user")
        kind = message["method"].removeprefix("Webcast").removesuffix("Message").lower()
        assert event["kind"] == {"roomuserseq": "room_user"}.get(kind, kind)
        if user:
            assert event["user"]["id"] == user["id"]
            assert event["user"]["nickname"] == user["nickname"]
            assert event["user"]["level"] == (user["honour_level"] or 0)
        if "content" in message:
            assert event["comment"] == message["content"]


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"\x1f\x8b\x08nonsense", b"\x00" * 100, b'{"a": 1}'],
    ids=["empty", "text", "gzip", "zeros", "json"],
)
def test_nonsense_is_refused_in_plain_words(
    invoke: Callable[..., Any], tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "x.bin").write_bytes(content)
    replayed = invoke("replay", "x.bin")
    assert replayed.code == 1
    assert "neither a .dyrec recording nor a captured frame" in replayed.err[-1]


def test_a_missing_recording_is_a_wrong_argument(invoke: Callable[..., Any]) -> None:
    replayed = invoke("replay", "nowhere.dyrec")
    assert replayed.code == 2
    assert "No such file" in replayed.err[-1]


BOT = """
[bot]
store = "sqlite:///bot.sqlite"
log = "warning"
[[rooms]]
id = "main"
connector = "simulator"
[plugins]
dirs = ["mine"]
enable = ["counter"]
"""
COUNTER = """
from douyinbot import hookimpl

@hookimpl
async def on_chat(ctx, event):
    return f"line {await ctx.store.incr('lines')}"
"""


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "counter.py").write_text(COUNTER, encoding="utf-8")
    (tmp_path / "bot.toml").write_text(BOT, encoding="utf-8")
    return tmp_path / "bot.toml"


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Three lines, and the end of the stream."""
    frames = [(Kind.FRAME, frame(chat(number))) for number in (1, 2, 3)]
    return write(tmp_path / "a.dyrec", *frames, (Kind.FRAME, frame(end(4))))


def said(asked: Any) -> list[str]:
    assert asked.code == 0
    lines = [json.loads(line) for line in asked.out]
    return [line["text"] for line in lines if line["kind"] == "send" and line["state"] == "dry"]


async def lines_kept(folder: Path, value: int | None = None) -> Any:
    address, clock = f"sqlite:///{folder}/bot.sqlite", lambda: datetime.now(UTC)
    async with await open_database(address, clock=clock) as database:
        if value is not None:
            await database.namespace("counter").set("lines", value)
        return await database.namespace("counter").get("lines"), await database.namespace(
            "bot.journal"
        ).keys()


def test_a_bot_is_played_to_with_what_it_knows_and_keeps_nothing(
    invoke: Callable[..., Any], bot: Path, recording: Path
) -> None:
    asyncio.run(lines_kept(bot.parent, 100))
    play = ("replay", recording, "--config", bot, "--speed", "0", "--jsonl")
    assert said(invoke(*play)) == ["line 101", "line 102", "line 103"]
    assert said(invoke(*play)) == ["line 101", "line 102", "line 103"]
    assert asyncio.run(lines_kept(bot.parent)) == (100, [])
    assert said(invoke(*play, "--fresh")) == ["line 1", "line 2", "line 3"]


def test_a_bot_that_never_ran_has_no_database_after_it(
    invoke: Callable[..., Any], bot: Path, recording: Path
) -> None:
    played = invoke("replay", recording, "--config", bot, "--speed", "0", "--jsonl")
    assert said(played) == ["line 1", "line 2", "line 3"]
    assert not (bot.parent / "bot.sqlite").exists()


def test_a_configuration_is_no_recording(invoke: Callable[..., Any], example: Path) -> None:
    replayed = invoke("replay", example)
    assert replayed.code == 2
    assert "--config" in replayed.err[-1]


def test_nothing_is_said_in_the_words_of_the_decoder(invoke: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "x.dyrec").write_text("hello, this is some text", encoding="utf-8")
    replayed = invoke("replay", "x.dyrec")
    assert replayed.code == 1
    assert replayed.err[-1].endswith("x.dyrec is neither a .dyrec recording nor a captured frame or answer.")
