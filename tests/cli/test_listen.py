"""`douyinbot listen`: a room's events, against a simulator in another process."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def test_listening_shows_what_happens(program: Callable[..., Any], simulator: str) -> None:
    listener = program("listen", f"{simulator}/516466932480", "--jsonl")
    listener.wait_for(lambda p: {"chat", "gift", "follow", "like", "member"} <= {r["kind"] for r in p.json()})
    rows = listener.json()
    first = [row["kind"] for row in rows if not row["history"]]
    assert first[:2] == ["websocket_connected", "connected"]
    gifts = [row for row in rows if row["kind"] == "gift"]
    assert gifts[0]["delta"] == gifts[0]["total"] > 0
    assert not any(row["simulated"] for row in rows), "a room on an endpoint is as real as that endpoint"
    assert listener.interrupt() == 130
    assert not listener.err, listener.text


def test_the_view_is_readable(program: Callable[..., Any], simulator: str) -> None:
    listener = program("listen", f"{simulator}/516466932480")
    listener.wait_for(lambda p: any("connected (socket)" in line for line in p.out))
    listener.wait_for(lambda p: any("🎁" in line for line in p.out))
    assert listener.interrupt() == 130


@pytest.mark.parametrize(
    ("room", "words"),
    [
        ("nosuch", 'no room "nosuch"'),
        ("offline", "not live now"),
        ("verify", "asks for verification"),
        ("throttled", "ask too often"),
    ],
)
def test_a_room_that_cannot_be_had_exits_1_with_the_reason(
    program: Callable[..., Any], simulator: str, room: str, words: str
) -> None:
    listener = program("listen", f"{simulator}/{room}")
    assert listener.end() == 1
    assert words in listener.err[-1]
    assert listener.err[-1].startswith("douyinbot: ")


@pytest.mark.parametrize(
    ("room", "words"),
    [
        ("truncated", "decoding failed"),
        ("corrupt", "decoding failed"),
        ("bomb", "more than 16777216 bytes"),
        ("refused", "DEVICE_BLOCKED"),
    ],
)
def test_trouble_on_the_way_costs_nothing_else(
    program: Callable[..., Any], simulator: str, room: str, words: str
) -> None:
    listener = program("listen", f"{simulator}/{room}")
    listener.wait_for(lambda p: any(words in line for line in p.out))
    seen = len(listener.out)
    listener.wait_for(lambda p: any("💬" in line for line in p.out[seen:]))
    assert listener.interrupt() == 130


def test_the_end_of_the_stream_is_the_end(program: Callable[..., Any], simulator: str) -> None:
    listener = program("listen", f"{simulator}/ended", "--jsonl")
    assert listener.end() == 0
    assert [row["kind"] for row in listener.json()][-2:] == ["stream_end", "disconnected"]


def test_what_is_no_room_is_a_wrong_argument(program: Callable[..., Any]) -> None:
    listener = program("listen", "https://example.com/123")
    assert listener.end() == 2
    assert "is not the address of a Douyin room" in listener.err[0]


def test_cookies_are_only_taken_by_reference(program: Callable[..., Any]) -> None:
    listener = program("listen", "516466932480", "--cookies", "sessionid=CANARY")
    assert listener.end() == 2
    assert "CANARY" not in listener.text


@pytest.mark.skipif(os.name != "posix", reason="a closed pipe is another error on Windows")
def test_who_stops_reading_ends_it_without_a_word(simulator: str, tmp_path: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "douyinbot", "listen", f"{simulator}/abc", "--jsonl"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.readline()
    running.stdout.close()
    assert running.wait(30) == 130
    assert running.stderr.read() == b""
    running.stderr.close()


def test_a_tiktok_room_is_known_by_its_address(program: Callable[..., Any], simulator: str) -> None:
    listener = program("listen", f"{simulator}/@some.name/live", "--jsonl")
    listener.wait_for(lambda p: {"chat", "gift", "follow", "like", "member"} <= {r["kind"] for r in p.json()})
    assert {row["platform"] for row in listener.json()} == {"tiktok"}
    assert listener.interrupt() == 130
    assert not listener.err, listener.text
