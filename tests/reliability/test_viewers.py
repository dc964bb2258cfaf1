"""Hostile viewers: cases 23 to 34, as far as they are about what people write and call themselves."""

import io
import unicodedata

import pytest
from rich.console import Console

from douyinbot.cli.view import View
from douyinbot.core.texts.templates import Template, Values
from douyinbot.events.text import clean
from douyinbot.testing.hostile import HOSTILE_LINES, HOSTILE_NAMES


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
async def test_case_23_and_24_a_name_cannot_steer_a_terminal(bot, name):
    """No control, format or surrogate character reaches the operator's screen; a line stays one line."""
    await bot.chat("hi", user=bot.user("x", nickname=name))
    out = io.StringIO()
    view = View(console=Console(file=out, width=30_000))
    view.event(bot.events[-1], own=False)
    shown = out.getvalue()
    assert shown.count("\n") == 1
    bad = {c for c in shown if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"}
    assert not bad
    assert "\u202e" not in shown
    assert len(clean(name, 24)) <= 24 * 4


@pytest.mark.parametrize("text", HOSTILE_LINES, ids=range(len(HOSTILE_LINES)))
def test_case_26_what_viewers_write_is_data(text):
    import random

    template = Template("<$(user)|{$(rest)/$(rest)}|$(1)>")
    values = Values(user=text, rest=text, arguments=(text,))
    assert template.render(values, random.Random(0)) == f"<{text}|{text}|{text}>"


@pytest.mark.parametrize("text", HOSTILE_LINES, ids=range(len(HOSTILE_LINES)))
async def test_case_27_28_29_any_line_is_answered_shortly_or_not_at_all(bot, text):
    await bot.load("douyinbot_dice")
    said = await bot.chat(text)
    assert len(said) <= 3
    assert all(len(line) <= 50 for line in said)
    assert bot.problems == []
    assert (await bot.chat("!dice", user="小红"))[0].startswith("🎲")


async def test_case_29_a_command_that_looks_alike_is_none(bot):
    await bot.load("douyinbot_dice")
    assert await bot.chat("!dіce") == []  # a Cyrillic і
    assert await bot.chat("!" * 50) == []


@pytest.mark.parametrize(
    "bot", ['[commands]\n"x" = {say = "secret", role = "admin"}\n'], indirect=True, ids=[""]
)
async def test_case_33_a_name_gives_no_rights(bot):
    for name in ("主播", "owner", "admin"):
        assert await bot.chat("!x", user=bot.user("viewer", nickname=name)) == []
    assert await bot.chat("!x", user="boss", role="admin") == ["secret"]


async def test_case_32_a_storm_of_combo_messages_is_thanked_once(bot):
    await bot.load("gift_thanks")
    said = await bot.gift("小红", "玫瑰", combo=[*range(1, 200), *range(1, 200)])
    said += await bot.advance("30s")
    assert len([line for line in said if "小红" in line]) == 1
