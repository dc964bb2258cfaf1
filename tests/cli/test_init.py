"""`init`: what it writes works, whatever was answered."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from douyinbot.config import load_config
from douyinbot.core.plugins.discovery import find_candidates

Invoke = Callable[..., Any]


def answer(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_enter_thrice_gives_a_bot_that_passes_the_check(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer(monkeypatch, "", "", "dice,gift_thanks")
    outcome = invoke("init")
    assert outcome.code == 0
    assert any("douyinbot run bot.toml" in line for line in outcome.out)
    config = load_config(tmp_path / "bot.toml")
    assert (config.bot.name, config.rooms[0].connector, config.rooms[0].send) == (
        "小助手",
        "simulator",
        "live",
    )
    assert invoke("check", "bot.toml").code == 0


@pytest.mark.parametrize(
    ("url", "platform"),
    [("https://live.douyin.com/516466932480", "douyin"), ("https://www.tiktok.com/@gisela/live", "tiktok")],
)
def test_a_real_room_begins_dry(invoke: Invoke, tmp_path: Path, url: str, platform: str) -> None:
    outcome = invoke("init", "my.toml", "--room", url, "--name", '小"明\\🐶', "--plugins", "dice，announce")
    assert outcome.code == 0
    config = load_config(tmp_path / "my.toml")
    room = config.rooms[0]
    assert (room.connector, room.url, room.send, room.cookies) == (platform, url, "dry", None)
    assert config.bot.name == '小"明\\🐶'
    assert config.plugins.enable == ["dice", "announce"]


def test_a_question_is_asked_again_and_the_other_answers_stay(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer(monkeypatch, "https://example.com/1", "", "小红", "dise,help", "dice， help、vote stats")
    outcome = invoke("init")
    assert outcome.code == 0
    config = load_config(tmp_path / "bot.toml")
    assert (config.bot.name, config.rooms[0].connector) == ("小红", "simulator")
    assert config.plugins.enable == ["dice", "help", "vote", "stats"]
    shown = "\n".join(outcome.out)
    assert "not the address of a Douyin room" in shown
    assert 'there is no plugin "dise" - did you mean "dice"?' in shown
    assert "dice 掷骰子，" in shown


def test_after_three_mistakes_it_gives_up(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer(monkeypatch, "", "", "dise", "dise", "dise", "dice")
    outcome = invoke("init")
    assert outcome.code == 2
    assert 'there is no plugin "dise"' in outcome.err[-1]
    assert not (tmp_path / "bot.toml").exists()


def test_where_nobody_answers_it_says_so(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch)
    outcome = invoke("init")
    assert outcome.code == 2
    assert "nobody answers: stdin is over" in outcome.err[-1]


@pytest.mark.parametrize("plugin", [name for name, one in find_candidates().items() if one.bundled])
def test_what_it_writes_for_any_bundled_plugin_passes_the_check(invoke: Invoke, plugin: str) -> None:
    assert invoke("init", "--room", "", "--name", "x", "--plugins", plugin).code == 0
    assert invoke("check", "bot.toml").err == []


def test_nothing_is_overwritten(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_text("mine")
    outcome = invoke("init")
    assert outcome.code == 2
    assert "bot.toml is there already" in outcome.err[-1]
    assert (tmp_path / "bot.toml").read_text() == "mine"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            ["--room", "https://evil.test/1", "--name", "x", "--plugins", ""],
            "not the address of a Douyin room",
        ),
        (["--room", "", "--name", "x", "--plugins", "dise"], 'there is no plugin "dise"'),
    ],
)
def test_wrong_answers_write_nothing(
    invoke: Invoke, tmp_path: Path, options: list[str], problem: str
) -> None:
    outcome = invoke("init", *options)
    assert outcome.code == 2
    assert problem in " ".join(outcome.err)
    assert not (tmp_path / "bot.toml").exists()
