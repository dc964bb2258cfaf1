"""`douyinbot send`: one line, and the truth about it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

BOT = """
[bot]
store = "sqlite:///data/bot.sqlite"
[[rooms]]
id = "main"
connector = "{connector}"
url = "{url}"
send = "{send}"
{more}
[plugins]
enable = ["dice"]
[[timers]]
name = "never"
every = "5s"
say = "from a timer"
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a bot with a room of the embedded simulator, or of another one at `url`."""

    def one(send: str = "live", url: str = "", **more: str) -> Path:
        lines = "\n".join(f'{key} = "{value}"' for key, value in more.items())
        connector = more.pop("connector", "douyin" if url else "simulator")
        file = tmp_path / "bot.toml"
        file.write_text(BOT.format(connector=connector, url=url, send=send, more=lines), encoding="utf-8")
        return file

    return one


@pytest.mark.parametrize("mode", ["live", "approve"])
def test_a_line_is_said_and_seen(invoke: Callable[..., Any], write: Callable[..., Path], mode: str) -> None:
    asked = invoke("send", write(mode), "main", "大家好", "--jsonl")
    lines = [json.loads(line) for line in asked.out]
    assert [line["state"] for line in lines] == ["queued", "sent", "seen"]
    assert {(line["kind"], line["text"], line["room"]) for line in lines} == {("send", "大家好", "main")}
    assert asked.code == 0


def test_it_is_shown_to_people_too(invoke: Callable[..., Any], write: Callable[..., Path]) -> None:
    asked = invoke("send", write("live"), "main", "大家好")
    assert asked.code == 0
    assert "大家好" in asked.out[-1]
    assert "seen in the room" in asked.out[-1]


def test_a_dry_room_stays_dry(invoke: Callable[..., Any], write: Callable[..., Path], tmp_path: Path) -> None:
    asked = invoke("send", write("dry"), "main", "hello", "--jsonl")
    assert [json.loads(line)["state"] for line in asked.out] == ["queued", "dry"]
    assert asked.code == 0
    assert not (tmp_path / "data").exists()


def test_a_refused_line_is_a_failure(
    invoke: Callable[..., Any],
    write: Callable[..., Path],
    simulator: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOGIN", "sessionid=expired")
    file = write(url=f"{simulator.rstrip('/')}/7", cookies="env:LOGIN")
    asked = invoke("send", file, "main", "hello", "--jsonl")
    last = json.loads(asked.out[-1])
    assert (last["state"], asked.code) == ("failed", 1)
    assert "expired" in last["reason"]


def test_a_room_without_a_sender(invoke: Callable[..., Any], write: Callable[..., Path]) -> None:
    asked = invoke("send", write("live", sender="none"), "main", "hello", "--jsonl")
    assert [json.loads(line)["state"] for line in asked.out] == ["dropped"]
    assert asked.code == 1


def test_a_room_that_cannot_be_had(invoke: Callable[..., Any], write: Callable[..., Path]) -> None:
    asked = invoke("send", write(url="http://127.0.0.1:9/1"), "main", "hello")
    assert asked.code == 1
    assert asked.out == []
    assert asked.err[-1].startswith("douyinbot: ")


@pytest.mark.parametrize(
    ("more", "room", "words"),
    [
        ({}, "mian", 'bot.toml - did you mean "main"?'),
        ({"sender": "megaphone"}, "main", "`send` loads no plugins"),
    ],
)
def test_what_cannot_be_asked_for(
    invoke: Callable[..., Any], write: Callable[..., Path], more: dict[str, str], room: str, words: str
) -> None:
    asked = invoke("send", write("live", **more), room, "hello")
    assert asked.code == 2
    assert words in asked.err[-1]
