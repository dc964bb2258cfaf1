from unittest.mock import MagicMock

import pytest

from douyinbot import command, cron, every
from douyinbot.core.commands.marks import CommandMark, Cooldown, JobMark, marks_of


def marked(decorator):
    def function(ctx):
        "掷骰子: !dice"

    return marks_of(decorator(function))


def test_a_command_notes_all_it_was_told():
    (mark,), jobs = marked(
        command(
            "dice", "roll", aliases=["骰子"], cooldown="3s", role="fans", hidden=True, examples={"!dice": "."}
        )
    )
    assert mark == CommandMark(
        name="dice",
        aliases=("roll", "骰子"),
        cooldown=Cooldown(user=3.0),
        role="fans",
        hidden=True,
        examples={"!dice": "."},
        help="掷骰子: !dice",
    )
    assert jobs == ()


def test_the_function_stays_what_it_was():
    def roll(ctx):
        return 4

    assert command("dice")(roll) is roll
    assert roll(None) == 4


@pytest.mark.parametrize(
    ("cooldown", "expected"),
    [
        ("", Cooldown()),
        ("3s", Cooldown(user=3)),
        ({"user": "3s", "room": "1s", "global": "500ms"}, Cooldown(3, 1, 0.5)),
        ({"room": "1m"}, Cooldown(room=60)),
        ({"user": ""}, Cooldown()),
    ],
)
def test_cooldowns(cooldown, expected):
    assert marked(command("x", cooldown=cooldown))[0][0].cooldown == expected


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"role": "king"}, r'@command\("x"\): role must be one of viewer, .*owner'),
        ({"cooldown": {"everybody": "3s"}}, r"cooldown knows user, room and global, not everybody"),
        ({"cooldown": "soon"}, r'"soon" is not a duration'),
    ],
)
def test_a_wrong_command_is_refused_where_it_stands(wrong, problem):
    with pytest.raises(ValueError, match=problem):
        command("x", **wrong)


def test_only_the_first_line_of_a_docstring_is_help():
    @command("x")
    def documented(ctx):
        """First line.

        More.
        """

    @command("y")
    def silent(ctx): ...

    assert marks_of(documented)[0][0].help == "First line."
    assert marks_of(silent)[0][0].help == ""


def test_jobs_note_their_times():
    assert marked(every("10m", jitter="90s"))[1] == (JobMark(every=600, jitter=90, only_live=True),)
    assert marked(cron("0 20 * * fri", only_live=False))[1] == (
        JobMark(cron="0 20 * * fri", only_live=False),
    )


@pytest.mark.parametrize("period", ["500ms", "0s"])
def test_once_a_second_is_the_most(period):
    with pytest.raises(ValueError, match="once a second is the most"):
        every(period)


def test_one_function_can_bear_several_marks():
    @command("one")
    @command("two")
    @every("1m")
    @cron("0 20 * * *")
    def busy(ctx): ...

    commands, jobs = marks_of(busy)
    assert [mark.name for mark in commands] == ["two", "one"]
    assert len(jobs) == 2


@pytest.mark.parametrize(
    "thing", [None, 3, "text", object(), MagicMock()], ids=lambda thing: type(thing).__name__
)
def test_whatever_else_lies_in_a_module_has_no_marks(thing):
    assert marks_of(thing) == ((), ())
