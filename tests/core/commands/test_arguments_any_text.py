"""Whatever viewers type: the parser answers with arguments or BadArguments, and at once."""

import time
from contextlib import suppress
from typing import Literal

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from douyinbot import User
from douyinbot.core.commands.arguments import BadArguments, fold, split_words
from douyinbot.core.commands.marks import CommandMark
from douyinbot.core.commands.table import Command, CommandTable

MING = User(id="1", nickname="小明")


def numbers(ctx, n: int, x: float = 0.0): ...


def mixed(ctx, on: bool, color: Literal["red", 3] = 3, who: User | None = None): ...


def words(ctx, n: int | str, *more: float): ...


def rest(ctx, word: str, *, line: str): ...


SIGNATURES = [numbers, mixed, words, rest]
# What numbers, quotes, switches and prefixes are made of, beside all of Unicode.
typed = st.text(
    st.one_of(st.sampled_from(" 　\t0９.-+eE_@\"'“”「」!！onOFF开naif"), st.characters()), max_size=100
)


@given(typed, st.sampled_from(SIGNATURES))
@example("9" * 5000, numbers)
@example("1_0 ١٢", numbers)
@example("\ud800", rest)
def test_binding_gives_arguments_or_bad_arguments_and_nothing_else(line, function):
    command = Command(CommandMark("x"), function, "toy")
    with suppress(BadArguments):
        args, named = command.bind(line, lambda name: MING if name else None)
        function(None, *args, **named)


@given(typed)
def test_finding_never_fails_and_the_rest_is_what_was_typed(line):
    table = CommandTable(["!", "#"])
    for name in ("dice", "点歌", "song add"):
        table.add(Command(CommandMark(name), rest, "toy"))
    found = table.find(line)
    if found is not None:
        assert line.rstrip().endswith(found[1])
        assert fold(line.strip())[0] in "!#"


@given(typed)
def test_words_hold_what_was_typed_in_its_order(line):
    typed_so_far = iter(line)
    assert all(char in typed_so_far for char in "".join(split_words(line)))


@given(typed.map(lambda line: "".join(char for char in line if char not in "\"'“”‘’「」『』《》＂")))
def test_without_quotes_words_lie_between_white_space(line):
    assert split_words(line) == line.split()


@pytest.mark.parametrize(
    "line",
    [
        "!dice " + "9" * 5000,
        "!dice " + '"' * 5000,
        "!dice " + "「 " * 2500,
        "!" * 10_000,
        "!" + "ﷺ" * 500,
        "!dice " + "e\u0301" * 5000,
        "!dice " + "a " * 5000,
        "!" + "song " * 2000,
    ],
    ids=["digits", "quotes", "open quotes", "prefixes", "ligatures", "accents", "words", "names"],
)
def test_no_line_takes_long(line):
    table = CommandTable(["!"])
    command = Command(CommandMark("dice", ("song song song",)), words, "toy")
    table.add(command)

    def answer() -> float:
        start = time.process_time()
        if (found := table.find(line)) is not None:
            with suppress(BadArguments):
                found[0].bind(found[1], lambda name: None)
        return time.process_time() - start

    assert min(answer() for _ in range(5)) < 0.05  # of ten thousand characters; a line of a room has fifty


def test_a_usual_line_takes_less_than_a_millisecond():
    table = CommandTable(["!"])
    table.add(Command(CommandMark("dice"), numbers, "toy"))

    def answer() -> float:
        start = time.process_time()
        found = table.find("！ＤＩＣＥ ６ 1e308" + " " * 30)
        assert found is not None
        found[0].bind(found[1], lambda name: None)
        return time.process_time() - start

    assert min(answer() for _ in range(20)) < 0.001
