"""Case 28: no line and no pattern takes the program's time."""

import ast
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import regex

from douyinbot.testing.hostile import HOSTILE_LINES

ROOT = Path(__file__).parents[2]
RUINOUS = (r"(a+)+$", r"(a|aa)+$", r"(a|a?)+$", r"([a-z]+)*$", r"^(.*?,){30}x", r"(?:a*)*b", r"(\w+\s?)*$")
LINES = ("a" * 10_000 + "!", "a" * 40 + "!", "1," * 5000, "a " * 5000 + "!")


@pytest.mark.parametrize("pattern", RUINOUS)
async def test_case_28_a_ruinous_expression_of_the_streamers_is_given_up(bot, pattern):
    """The other rules go on, and so does the room; the rule itself rests for a while."""
    rules = [
        {"words": [pattern], "say": ["found"], "match": "regex"},
        {"words": ["你好"], "say": ["好"], "cooldown": "0s"},
    ]
    await bot.load("douyinbot_auto_reply", rules=rules)
    began = time.process_time()
    for line in LINES:
        await bot.chat(line)
    assert time.process_time() - began < 5.0
    assert "好" in await bot.chat("你好")
    assert bot.problems == []


@pytest.mark.parametrize("pattern", RUINOUS)
async def test_case_28_as_a_keyword_a_pattern_is_only_a_text(bot, pattern):
    await bot.load("douyinbot_auto_reply", rules=[{"words": [pattern], "say": ["found"]}])
    for line in LINES:
        assert await bot.chat(line) == []
    assert await bot.chat(f"what is {pattern}?") == ["found"]


@pytest.mark.parametrize("bot", ['[commands]\n"(a+)+$" = "found"\n'], indirect=True, ids=["command"])
async def test_case_28_a_commands_name_is_only_a_text(bot):
    for line in LINES:
        assert await bot.chat("!" + line) == []
    assert await bot.chat("!(a+)+$") == ["found"]


TRUSTED = ("douyinbot/config/", "douyinbot/store/address.py", "douyinbot/connectors/cookies.py")
"""Where only the streamer's own files are read."""


def own_expressions() -> Iterator[tuple[str, Any]]:
    """Yield every regular expression that reads what others wrote, compiled, with its place."""
    for path in sorted([*(ROOT / "douyinbot").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")]):
        if path.relative_to(ROOT).as_posix().startswith(TRUSTED):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func) in ("re.compile", "regex.compile")):
                continue
            try:
                text = ast.literal_eval(node.args[0])
            except ValueError:
                continue  # put together, or the streamer's own: the tests above are about those
            module = re if ast.unparse(node.func) == "re.compile" else regex
            yield f"{path.relative_to(ROOT)}:{node.lineno}", module.compile(text)


OWN = dict(own_expressions())
# What a pattern's own letters make of a hostile line: repeated, they get furthest into it.
PIECES = (
    "a",
    "1",
    " ",
    "-",
    ".",
    "=",
    '"',
    "\\",
    "$(",
    "{",
    "/",
    "<script",
    "%u",
    "a.",
    "1-",
    "sid_",
    "é",
    "好",
)


def slow(search: Callable[[str], object], piece: str) -> float:
    """Return the seconds that a search takes over a piece repeated to 10 KB, or to less of it."""
    size, took = 16, 0.0
    while size <= 10_240 and took < 0.5:
        line = piece * (size // len(piece)) + "!"
        began = time.process_time()
        search(line)
        took, size = time.process_time() - began, size + 2 if size < 64 else 2 * size
    return took


@pytest.mark.parametrize("place", OWN)
def test_case_28_no_expression_of_the_program_takes_long_over_10_kb(place):
    took = {piece: slow(OWN[place].search, piece) for piece in PIECES}
    assert max(took.values()) < 0.5, took


def test_case_28_the_measure_finds_what_is_ruinous():
    assert slow(re.compile(r"(a+)+$").match, "a") >= 0.5
    assert len(OWN) > 20


@pytest.mark.parametrize(
    "line", [line for line in HOSTILE_LINES if len(line) >= 1000], ids=lambda line: f"{line[:6]}-{len(line)}"
)
async def test_case_28_all_bundled_plugins_together_read_10_kb_in_no_time(bot, line):
    for name in ("auto_reply", "dice", "giveaway", "idle", "points", "song_request", "vote", "welcome"):
        await bot.load(name)
    await bot.load("moderation_filter", words=["傻瓜", "bad"])
    began = time.process_time()
    for start in ("", "!点歌 ", "!投票 ", "!dice "):
        await bot.chat(start + line)
    assert time.process_time() - began < 2.0
    assert bot.problems == []
