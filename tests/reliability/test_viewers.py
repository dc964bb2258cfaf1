"""Hostile viewers: cases 23 to 34, as far as they are about what people write and call themselves."""

import io
import json
import logging
import unicodedata

import pytest
from rich.console import Console

from douyinbot.cli.logs import Formatter
from douyinbot.cli.view import JsonLines, View
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


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
def test_case_23_and_24_a_record_of_the_log_stays_one_line(name):
    error = ValueError(name)
    for info in (None, (type(error), error, None)):
        record = logging.LogRecord("douyinbot.x", logging.INFO, "x.py", 1, "from %s", (name,), info)
        lines = Formatter().format(record).split("\n")
        assert all(line.startswith("    ") for line in lines[1:])
        assert len(lines) == 1 or info is not None
        shown = "".join(lines)
        assert not {c for c in shown if unicodedata.category(c) == "Cc" or c in "\u202e\u2066"}


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
async def test_case_23_and_24_a_line_of_jsonl_stays_one_and_is_json(bot, capfdbinary, name):
    await bot.chat(name, user=bot.user("x", nickname=name))
    JsonLines().event(bot.events[-1], own=False)
    printed = capfdbinary.readouterr().out
    assert printed.count(b"\n") == 1
    assert not any(byte < 32 for byte in printed.rstrip(b"\n"))
    assert json.loads(printed)["kind"] == "chat"


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


# ---- the bot's mouth is not the viewer's ----------------------------------------------------------------

BANNED = ("傻瓜", "badword")
ECHOING = """
[commands]
"echo" = "$(user) 说：$(rest)"
"first" = "$(1)！"
"""
NAMES = (
    *("傻瓜", "大傻瓜", "傻 瓜", "傻.瓜", "傻\u200b瓜", "傻\u0301瓜", "傻\ufe0f瓜"),
    *("BADWORD", "ｂａｄｗｏｒｄ", "bаdwоrd", "𝐛𝐚𝐝𝐰𝐨𝐫𝐝"),
    *("www.a.cn", "evil.com", "ＥＶＩＬ．ＣＯＭ", "evil。com", "ev .com", "evil\u200b.com"),
)
SAID_BY_VIEWERS = (
    *NAMES,
    *("b a d w o r d", "b-a-d-w-o-r-d"),
    *("看 https://evil.test/x", "hxxp://evil.cn", "加evil.com吧", "evil . com"),
    *("加微信 13800138000", "１３８００１３８０００"),
)
"""As words, in other letters, with signs in between; and ways to another site."""


async def filtered(bot):
    """Let the bot say again what viewers write and are called, and look at it first."""
    for name in ("welcome", "gift_thanks", "follow_thanks"):
        await bot.load(name)
    await bot.load("moderation_filter", words=list(BANNED), numbers=True)


@pytest.mark.parametrize("bot", [ECHOING], indirect=True, ids=[""])
@pytest.mark.parametrize("text", SAID_BY_VIEWERS, ids=range(len(SAID_BY_VIEWERS)))
async def test_case_34_what_viewers_want_the_bot_to_say_is_looked_at_and_counted(bot, text):
    await filtered(bot)
    said = [*await bot.chat(f"!echo {text}"), *await bot.chat(f'!first "{text}"')]
    assert said == []
    counts = bot.engine.outboxes["main"].counts
    assert counts["dropped:filtered"] == bot.engine.counts["not said: 敏感词"] == 2
    assert [dropped.reason for dropped in bot.dropped] == ["敏感词"] * 2
    assert await bot.chat("!echo 今天唱什么", user="小红") == ["小红 说：今天唱什么"]


@pytest.mark.parametrize("bot", [ECHOING], indirect=True, ids=[""])
@pytest.mark.parametrize("text", NAMES, ids=range(len(NAMES)))
async def test_case_34_a_viewer_may_be_called_what_the_bot_does_not_say(bot, text):
    await filtered(bot)
    viewer = bot.user("x", nickname=text)
    said = await bot.chat("!echo 大家好", user=viewer)
    said += await bot.gift(viewer, "玫瑰")
    for kind in ("follow", "member"):
        said += await bot.emit(kind, user=viewer, **({"action": 1} if kind == "member" else {}))
    said += await bot.advance("1m")
    assert said == []
    assert bot.engine.outboxes["main"].counts["dropped:filtered"] == 4
    assert bot.problems == []
