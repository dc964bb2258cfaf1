"""`douyinbot replay`: recordings and captured frames."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

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
