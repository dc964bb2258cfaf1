"""What a text may speak of at the place where it is rendered. Taking texts apart: test_templates.py."""

import random
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from douyinbot.config import Room
from douyinbot.core.liveroom import LiveRoom
from douyinbot.core.texts.filling import Texts
from douyinbot.core.texts.templates import TemplateError
from douyinbot.events import Connected, Gift, RoomUser, User
from douyinbot.testing.loop import START


class Now:
    def now(self):
        return START

    def monotonic(self) -> float:
        return 0.0


class Counters:
    """A store that only counts, and whether for a rehearsal."""

    def __init__(self) -> None:
        self.counted: list[tuple[bool, str]] = []

    def of(self, rehearsed: bool):
        async def incr(key: str) -> float:
            self.counted.append((rehearsed, key))
            return float(sum(one == (rehearsed, key) for one in self.counted))

        return SimpleNamespace(incr=incr)


@pytest.fixture
def counters() -> Counters:
    return Counters()


@pytest.fixture
def variables() -> dict:
    return {}


@pytest.fixture
def texts(counters, variables) -> Texts:
    return Texts(
        variables, clock=Now(), rng=random.Random(0), zone=ZoneInfo("Asia/Shanghai"), counters=counters.of
    )


def context(event=None, user: User | None = None) -> SimpleNamespace:
    room = LiveRoom("main", Room(id="main", connector="air"))
    room.note(Connected(time=START, received=START))
    room.note(RoomUser(time=START, received=START, viewer_count=1234))
    return SimpleNamespace(event=event, room=room, user=user, plugin="toy", rehearsed=False)


async def test_a_text_speaks_of_viewer_room_time_and_arguments(texts):
    template = texts.template("$(user) $(user.short) $(1) $(rest) $(viewers) $(time) $(uptime)")
    said = await texts.fill(context(user=User(nickname="小明")), template, ("稻香", "快点"))
    assert said == "小明 小明 稻香 稻香 快点 1234 20:00 0分钟"


async def test_a_text_about_a_gift(texts):
    gift = Gift(time=START, received=START, gift_name="玫瑰", total=3, value=27)
    said = await texts.fill(context(gift, User(nickname="小明")), texts.template("$(gift)x$(count)=$(value)"))
    assert said == "玫瑰x3=27"


async def test_without_a_viewer_there_is_no_name(texts):
    assert await texts.fill(context(), texts.template("[$(user)$(user.short)$(gift)$(1)]")) == "[]"


async def test_what_viewers_wrote_is_cleaned(texts):
    name = "\u202e坏\x1b[31m\n人" + "长" * 40
    said = await texts.fill(context(user=User(nickname=name)), texts.template("$(user)|$(1)"), ("a\x07b",))
    shown, _, argument = said.partition("|")
    assert shown.startswith("坏[31m 人长")
    assert (len(shown), argument) == (24, "ab")


async def test_each_counter_is_counted_up_once_before_rendering(texts, counters):
    template = texts.template("$(count 死) $(count 死) $(count win)")
    assert await texts.fill(context(), template) == "1 1 1"
    assert await texts.fill(context(), template) == "2 2 2"
    assert counters.counted == [(False, "count:win"), (False, "count:死")] * 2


async def test_plugins_bring_variables(texts, variables):
    variables["song"] = lambda ctx: f"稻香 in {ctx.room.id}"
    assert await texts.fill(context(), texts.template("$(song)")) == "稻香 in main"


def test_unknown_variables_know_those_of_plugins(texts, variables):
    variables["song"] = lambda ctx: ""
    with pytest.raises(TemplateError, match=r'did you mean "song"\?'):
        texts.template("$(sogn)")
    assert texts.template("$(extra)", ["extra"]).text == "$(extra)"


@pytest.mark.parametrize("error", [KeyError("x"), SystemExit(3)], ids=lambda error: type(error).__name__)
async def test_a_variable_that_fails_is_logged_and_leaves_a_gap(texts, variables, caplog, error):
    def broken(ctx):
        raise error

    broken.__module__ = "toy_plugin"
    variables["broken"] = broken
    assert await texts.fill(context(), texts.template("a$(broken)b")) == "ab"
    assert "the variable $(broken) of toy_plugin failed" in caplog.text


def test_what_the_caller_gives_stands_before_all_else(texts, variables):
    variables["song"] = lambda ctx: "稻香"
    template = texts.template("$(user) $(song)", ["user"])
    given = {"song": "晴天", "user": "小红"}
    assert texts.render(context(user=User(nickname="小明")), template, given) == "小红 晴天"


async def test_a_plugin_is_asked_once_and_only_for_what_a_text_uses(texts, variables):
    asked: list[str] = []
    for name in ("song", "mood"):
        variables[name] = lambda ctx, name=name: asked.append(name) or name
    assert await texts.fill(context(), texts.template("$(song) $(song)")) == "song song"
    assert asked == ["song"]
    assert texts.render(context(), texts.template("$(song)"), {"song": "mine"}) == "mine"
    assert asked == ["song"]


async def test_a_variable_whose_plugin_has_left_leaves_a_gap(texts, variables):
    variables["song"] = lambda ctx: "稻香"
    template = texts.template("[$(song)]")
    del variables["song"]
    assert await texts.fill(context(), template) == "[]"
