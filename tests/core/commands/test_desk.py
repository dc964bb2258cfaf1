"""The command desk with plugins that do not exist: only its own judgements are looked at."""

from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from douyinbot import Chat, User, command
from douyinbot.config import Room, Scope
from douyinbot.core.commands.desk import CommandDesk
from douyinbot.core.commands.marks import marks_of
from douyinbot.core.commands.table import Command
from douyinbot.core.journal import HISTORY
from douyinbot.core.liveroom import LiveRoom

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Seat:
    def __init__(self, scope=None):
        self.plugin = SimpleNamespace(scope=scope or Scope())
        self.lane = SimpleNamespace(resting=False)
        self.calls = []

    def call(self, label, function, room, **details):
        self.calls.append((label, details["args"], details["command"]))


@command("dice", aliases=["骰子"], cooldown="5s", exempt="admin")
def dice(ctx, sides: int = 6):
    return None


@command("ban", role="admin")
def ban(ctx, who: str):
    return None


class Desk:
    """A desk with one plugin, and what it said and called."""

    def __init__(self, scope=None):
        self.seat, self.counts, self.complaints = Seat(scope), Counter(), []
        self.silences, self.off = [], set()
        self.desk = CommandDesk(
            ["!", "#"],
            {"toy": self.seat},
            SimpleNamespace(is_off=lambda room, what, name: (what, name) in self.off),
            self.counts,
            lambda *told: self.silences.append(told[1:]),
        )
        for function in (dice, ban):
            self.desk.table.add(Command(marks_of(function)[0][0], function, "toy"))
        self.room = LiveRoom("main", Room(id="main", connector="douyin"))

    def line(self, text, role="viewer", now=0.0, user="7", **fields):
        person = User(id=user, nickname="小明", role=role) if user else None
        event = Chat(
            room="main", platform="douyin", time=NOW, received=NOW, user=person, comment=text, **fields
        )
        return self.desk.route(
            self.room, event, now, lambda command, problem, said: self.complaints.append((problem, said))
        )


@pytest.fixture
def desk():
    return Desk()


def test_a_command_is_called_with_its_arguments(desk):
    assert desk.line("#dice 20") == "dice"
    assert desk.seat.calls == [("!dice", [20], "dice")]


@pytest.mark.parametrize(("text", "user"), [("hello", "7"), ("!nothing", "7"), ("!dice", "")])
def test_what_calls_nothing_has_no_name(desk, text, user):
    assert desk.line(text, user=user) == ""
    assert desk.seat.calls == []


def test_a_command_of_a_higher_role_is_named_but_not_called(desk):
    assert desk.line("!ban x") == "ban"
    assert desk.seat.calls == []
    desk.line("!ban x", role="admin")
    assert len(desk.seat.calls) == 1


def test_who_comes_too_early_is_counted_and_the_exempt_need_not_wait(desk):
    for now in (0.0, 4.9, 5.0):
        desk.line("!dice", now=now)
    assert len(desk.seat.calls) == 2
    assert desk.counts == {"command on cooldown": 1}
    for _ in range(2):
        desk.line("!dice", role="admin", user="8", now=6.0)
    assert len(desk.seat.calls) == 4


def test_a_mistake_is_answered_and_costs_no_cooldown(desk):
    desk.line("!dice x")
    assert desk.complaints == [("sides 应为整数", "sides 应为整数。用法: !dice [sides]")]
    desk.line("!dice 6")
    assert len(desk.seat.calls) == 1


@pytest.mark.parametrize(
    ("line", "usage"),
    [("！骰子 x", "!骰子 [sides]"), ("#ＤＩＣＥ x", "#dice [sides]"), ("! dice  dice ", "! dice [sides]")],
)
def test_the_usage_shows_the_name_that_was_typed(desk, line, usage):
    desk.line(line)
    assert desk.complaints == [("sides 应为整数", f"sides 应为整数。用法: {usage}")]


def test_outside_of_its_rooms_a_plugin_has_no_commands():
    desk = Desk(Scope(except_rooms=["main"]))
    assert desk.line("!dice") == ""
    assert desk.desk.infos(desk.room, None) == []
    assert desk.silences == [("toy", "!dice", "off", "plugin toy is not at work in this room")]


@pytest.mark.parametrize(
    ("off", "why"),
    [
        (("command", "dice"), "it is switched off in this room"),
        (("plugin", "toy"), "plugin toy is switched off in this room"),
    ],
)
def test_what_is_switched_off_in_a_room_is_not_there_and_says_so(desk, off, why):
    desk.off.add(off)
    assert desk.line("!dice") == ""
    assert desk.seat.calls == []
    assert desk.silences == [("toy", "!dice", "off", why)]
    assert "!dice [sides]" not in [info.usage for info in desk.desk.infos(desk.room, None)]


def test_a_command_of_a_plugin_that_is_switched_off_everywhere_says_so(desk):
    desk.desk.absent.add(Command(marks_of(ban)[0][0], ban, "gone"))
    desk.desk.table.remove_plugin("toy")
    assert (desk.line("!ban x"), desk.line("!dice")) == ("", "")
    assert desk.silences == [("gone", "!ban", "off", "its plugin is switched off")]


def test_a_command_of_before_the_bot_came_is_not_called(desk):
    assert desk.line("!dice", history=True) == ""
    assert desk.line("hello", history=True) == ""
    assert desk.seat.calls == []
    assert desk.silences == [("toy", "!dice", *HISTORY)]


def test_made_up_viewers_use_up_no_cooldown_of_the_real_ones(desk):
    assert desk.line("!dice", simulated=True) == "dice"
    desk.line("!dice")
    assert len(desk.seat.calls) == 2
    desk.line("!dice", simulated=True)
    assert desk.silences == [("toy", "!dice", "cooldown", "it rests for 5 s more")]


def test_the_list_is_for_whom_it_is(desk):
    assert [info.usage for info in desk.desk.infos(desk.room, User(id="7"))] == ["!dice [sides]"]
    assert len(desk.desk.infos(desk.room, User(id="7", role="owner"))) == 2
    assert len(desk.desk.infos(desk.room, None)) == 2
