"""From the rest of a line to typed arguments: annotations, defaults, usage lines, wrong signatures."""

from typing import Any, Literal, Optional

import pytest

from douyinbot import User
from douyinbot.core.commands.arguments import BadArguments
from douyinbot.core.commands.marks import CommandMark
from douyinbot.core.commands.table import Command
from douyinbot.errors import PluginError

MING = User(id="1", nickname="小明")


def find_user(name: str) -> User | None:
    return MING if name == "小明" else None


def make(function) -> Command:
    return Command(CommandMark("x"), function, "toy")


def bound(function, rest: str) -> Any:
    args, named = make(function).bind(rest, find_user)
    return function(None, *args, **named)


def whole(ctx, n: int):
    return n


def number(ctx, n: float):
    return n


def text(ctx, t: str):
    return t


def bare(ctx, t):
    return t


def switch(ctx, on: bool):
    return on


def choice(ctx, color: Literal["red", "Blue", 3]):
    return color


def maybe(ctx, n: int | None):
    return n


def maybe_old_style(ctx, n: Optional[int] = None):  # noqa: UP045 - people write it
    return n


def whole_or_text(ctx, n: int | str):
    return n


def viewer(ctx, who: User):
    return who


def quoted_annotation(ctx, n: "int"):
    return n


@pytest.mark.parametrize(
    ("function", "rest", "value"),
    [
        (whole, "6", 6),
        (whole, "６", 6),
        (whole, "-1", -1),
        (whole, "+7", 7),
        (whole, "007", 7),
        (number, "1.5", 1.5),
        (number, "１．５", 1.5),
        (number, "1e3", 1000.0),
        (text, "Hello", "Hello"),
        (text, "６", "６"),
        (text, '"two words"', "two words"),
        (bare, "Hello", "Hello"),
        (switch, "on", True),
        (switch, "ＯＦＦ", False),
        (switch, "开", True),
        (switch, "否", False),
        (switch, "1", True),
        (switch, "0", False),
        (choice, "RED", "red"),
        (choice, "ｂｌｕｅ", "Blue"),
        (choice, "３", 3),
        (maybe, "5", 5),
        (maybe, "", None),
        (maybe_old_style, "", None),
        (maybe_old_style, "5", 5),
        (whole_or_text, "5", 5),
        (whole_or_text, "five", "five"),
        (viewer, "@小明", MING),
        (viewer, "＠小明", MING),
        (viewer, "小明", MING),
        (quoted_annotation, "5", 5),
    ],
)
def test_a_word_is_read_as_its_annotation_says(function, rest, value):
    result = bound(function, rest)
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("function", "rest", "problem"),
    [
        (whole, "six", "n 应为整数"),
        (whole, "1.5", "n 应为整数"),
        (whole, "", "缺少 n"),
        (whole, "1 2", "参数太多"),
        (number, "x", "n 应为数字"),
        (switch, "maybe", "on 应为开/关"),
        (choice, "green", "color 应为red/Blue/3"),
        (viewer, "@nobody", "who 应为@观众"),
        (viewer, "@", "who 应为@观众"),
        (text, "", "缺少 t"),
        (maybe, "x", "n 应为整数"),
    ],
)
def test_what_does_not_fit_is_named(function, rest, problem):
    with pytest.raises(BadArguments) as error:
        bound(function, rest)
    assert str(error.value) == problem


@pytest.mark.parametrize(
    "rest", ["9" * 5000, "1e308", "-1e308", "nan", "inf", "-inf", "infinity", "1e999", "9" * 19]
)
def test_no_number_is_too_hostile_for_a_whole_one(rest):
    with pytest.raises(BadArguments, match="n 应为整数"):
        bound(whole, rest)


@pytest.mark.parametrize("rest", ["9" * 5000, "nan", "NaN", "inf", "-Infinity", "1e999", "-1e999", "ｎａｎ"])
def test_a_number_is_finite_and_of_human_length(rest):
    with pytest.raises(BadArguments, match="n 应为数字"):
        bound(number, rest)


def test_the_largest_numbers_that_are_taken():
    assert bound(whole, "9" * 18) == 10**18 - 1
    assert bound(number, "1e308") == 1e308


# ---- several of them ------------------------------------------------------------------------------


def test_arguments_stand_in_order_and_defaults_fill_up():
    def give(ctx, who: User, amount: int = 1, note: str = "-"):
        return who, amount, note

    assert bound(give, "@小明") == (MING, 1, "-")
    assert bound(give, "@小明 5 好") == (MING, 5, "好")
    with pytest.raises(BadArguments, match="amount 应为整数"):
        bound(give, "@小明 好")


def test_starred_words_are_all_read_as_one_kind():
    def add(ctx, *numbers: int):
        return sum(numbers)

    assert bound(add, "1 ２ 3") == 6
    assert bound(add, "") == 0
    with pytest.raises(BadArguments, match="numbers 应为整数"):
        bound(add, "1 x")


def test_a_keyword_only_text_is_the_rest_of_the_line():
    def song(ctx, count: int, *, title: str):
        return count, title

    assert bound(song, "2 稻香 周杰伦") == (2, "稻香 周杰伦")
    with pytest.raises(BadArguments, match="缺少 title"):
        bound(song, "2")


def test_a_rest_with_a_default_may_be_left_out():
    def shout(ctx, *, words: str = "hey"):
        return words

    assert bound(shout, "") == "hey"
    assert bound(shout, "a b") == "a b"


def test_a_function_without_ctx_gets_none():
    def plain(n: int):
        return n

    command = make(plain)
    assert not command.wants_ctx
    assert command.bind("5", find_user) == ([5], {})


def test_methods_leave_self_out():
    class Toy:
        def roll(self, ctx, n: int):
            return n

    assert [parameter.name for parameter in make(Toy().roll).parameters] == ["n"]


# ---- usage lines ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "usage"),
    [
        (lambda ctx: None, "!x"),
        (whole, "!x <n>"),
        (maybe, "!x [n]"),
        (choice, "!x <red|Blue|3>"),
        (lambda ctx, sides=6: sides, "!x [sides]"),
        (lambda ctx, *words: words, "!x [words...]"),
        (lambda ctx, *, title="-": title, "!x [title...]"),
        (lambda ctx, n, *, title: title, "!x <n> <title...>"),
    ],
)
def test_usage_lines(function, usage):
    assert make(function).usage() == usage


def test_a_usage_line_shows_the_prefix_that_is_typed():
    assert make(whole).usage("#") == "#x <n>"


def test_a_usage_line_shows_what_was_typed_without_its_width_and_case():
    assert make(whole).usage("!", "！ Ｘ ") == "! x <n>"


def give(ctx, who: str, *, why: str = ""): ...


@pytest.mark.parametrize(
    ("help_text", "usage"),
    [
        ("给积分: !give <观众> [理由]", "!x <观众> [理由...]"),
        ("给积分：！积分 [@观众] <为什么...>。", "!x <@观众> [为什么...]"),
        ("给积分 <很多> [管理员]: !give", "!x <who> [why...]"),
        ("给积分: !give <观众>", "!x <who> [why...]"),
        ("给积分: !give 观众 理由", "!x <who> [why...]"),
        ("!give <观众> []", "!x <who> [why...]"),
        ("", "!x <who> [why...]"),
    ],
    ids=["as in the docstring", "wide", "before the form", "too few", "no brackets", "empty", "no help"],
)
def test_a_usage_form_in_the_help_names_the_parameters(help_text, usage):
    assert Command(CommandMark("x", help=help_text), give, "toy").usage() == usage


def test_what_is_wrong_is_named_as_viewers_name_it():
    def roll(ctx, sides: int): ...

    rolling = Command(CommandMark("x", help="掷骰子: !x [面数]"), roll, "toy")
    for rest, problem in (("many", "面数 应为整数"), ("", "缺少 面数")):
        with pytest.raises(BadArguments, match=f"^{problem}$"):
            rolling.bind(rest, find_user)


# ---- signatures that cannot be typed in chat ------------------------------------------------------


def keywords(ctx, **options): ...


def a_list(ctx, numbers: list[int]): ...


def a_bytes(ctx, blob: bytes): ...


def in_brackets(ctx, n: [int]): ...  # type: ignore[valid-type]


def unknown_name(ctx, n: "Nowhere"): ...  # type: ignore[name-defined]  # noqa: F821


def no_python(ctx, n: "int or"): ...  # type: ignore[valid-type]  # noqa: F722


def no_attribute(ctx, n: "pytest.nowhere"): ...  # type: ignore[name-defined]


def half_a_union(ctx, n: int | bytes): ...


@pytest.mark.parametrize(
    "function", [keywords, a_list, a_bytes, in_brackets, unknown_name, no_python, no_attribute, half_a_union]
)
def test_a_signature_that_cannot_be_read_is_the_plugins_error(function):
    with pytest.raises(PluginError, match=r"^command x: "):
        make(function)


def test_the_error_names_the_argument_and_its_type():
    with pytest.raises(PluginError, match=r'command x: "blob" has the type bytes, .* Literal') as told:
        make(a_bytes)
    assert "int, float, str, bool, User" in str(told.value)
    with pytest.raises(PluginError, match=r'"numbers" has the type list\[int\], which'):
        make(a_list)
