"""The transcript: what happened and what was said, as a person reads it."""

import unicodedata

import pytest

from douyinbot import EVENTS, Chat, Drop, LinkMicArmy, TopViewer, command, every, hookimpl
from douyinbot.testing.happenings import happening
from douyinbot.testing.loop import START
from douyinbot.testing.transcript import describe


class Parrot:
    @command("say")
    def say(self, ctx, *, text: str):
        return text

    @command("fail")
    def fail(self, ctx):
        raise ValueError("oh")

    @hookimpl
    def filter_message(self, message):
        return Drop("secret") if "秘密" in message.text else None


def of(kind: str, **fields) -> str:
    return describe(happening(kind, time=START, received=START, **fields))


async def test_it_tells_everything_in_its_order(bot):
    await bot.load(Parrot())
    await bot.chat("!say 你好")
    await bot.advance("1m2.5s")
    await bot.chat("!say 秘密", user="小红")
    await bot.chat("!fail")
    assert bot.transcript == (
        "0:00:00.0  connected     title=测试直播间, owner=主播\n"
        "0:00:00.0  chat          小明: !say 你好\n"
        "0:00:00.0  > parrot      你好\n"
        "0:01:02.5  chat          小红: !say 秘密\n"
        "0:01:02.5  > parrot      [dropped: secret] 秘密\n"
        "0:01:02.5  chat          小明: !fail\n"
        "0:01:02.5  ! error       plugin parrot: !fail failed: ValueError: oh\n"
    )


@pytest.fixture
def hurried(make_bot):
    return make_bot('[send]\nrate = "1/10s"\nburst = 1\n')


async def test_a_line_stands_where_it_was_said_or_waits_at_the_end(hurried):
    bot = hurried
    await bot.load(Parrot())
    for text in "abc":
        await bot.chat(f"!say {text}")
    await bot.advance("12s")
    assert bot.transcript.splitlines()[-3:] == [
        "0:00:00.0  chat          小明: !say c",
        "0:00:10.0  > parrot      b",
        "0:00:12.0  > parrot      [queued] c",
    ]


async def test_an_error_is_told_without_its_place(bot, tmp_path):
    (tmp_path / "toy.py").write_text(
        "from douyinbot import command\n\n@command('toy')\ndef toy(ctx):\n    raise ValueError('oh (1)')\n"
    )
    await bot.load(tmp_path / "toy.py")
    await bot.chat("!toy")
    assert "toy.py:5)" in bot.problems[0]
    assert bot.transcript.endswith(
        "!toy\n0:00:00.0  ! error       plugin toy: !toy failed: ValueError: oh (1)\n"
    )


async def test_a_line_whose_fate_is_settled_later_keeps_its_place(bot):
    class Timer:
        @every("1s")
        def tick(self, ctx):
            return "tick"

    await bot.load(Timer())
    await bot.advance("2s")
    assert bot.transcript.splitlines()[1:] == [
        "0:00:01.0  > timer       tick",
        "0:00:02.0  > timer       tick",
    ]


@pytest.mark.parametrize("kind", EVENTS)
def test_every_kind_is_one_line(kind):
    line = of(kind)
    assert line.split(" ")[0] == kind
    assert "\n" not in line


@pytest.mark.parametrize(
    ("kind", "fields", "line"),
    [
        ("gift", {"gift_name": "玫瑰", "total": 5}, "gift          小明: 玫瑰 x5"),
        ("gift", {"total": 5, "combo": True, "repeat_end": True}, "gift          小明: 玫瑰 x5 in all"),
        ("chat", {"comment": "旧", "history": True}, "chat          (history) 小明: 旧"),
        ("like", {"like_count": 3, "label": "{0} 点赞"}, "like          小明: like_count=3"),
        ("failure", {"exception": ValueError("x")}, "failure       exception=ValueError"),
        ("raw_data", {"method": "M", "payload": b"123"}, "raw_data      M, 3 bytes"),
        ("rank", {"data": {"what": "hourly", "n": 1}}, "rank          data={what: hourly, n: 1}"),
        ("envelope", {"opens_at": START}, "envelope      opens_at=2026-01-01T12:00:00+00:00"),
        (
            "room_user",
            {"viewer_count": 9, "top_viewers": tuple(TopViewer(rank=n + 1) for n in range(7))},
            "room_user     viewer_count=9, top_viewers=["
            + "".join(f"(rank={n + 1}), " for n in range(5))
            + "and 2 more]",
        ),
        (
            "link_mic_armies",
            {"battle_armies": (LinkMicArmy(host_user_id="5", points=3),)},
            "link_mic_armies battle_armies=[(host_user_id=5, points=3)]",
        ),
        ("stream_paused", {}, "stream_paused"),
        ("chat", {"room": "other", "comment": "hi"}, "chat          [other] 小明: hi"),
    ],
)
def test_what_a_line_tells(kind, fields, line):
    assert of(kind, **fields) == line


def test_no_text_of_a_viewer_breaks_a_line(hostile_names, hostile_lines, bot):
    for text in (*hostile_names, *hostile_lines):
        user = bot.user("小明", nickname=text)
        line = describe(Chat(time=START, received=START, user=user, comment=text))
        assert {unicodedata.category(char) for char in line}.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})
