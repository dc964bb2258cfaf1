import random
from itertools import pairwise

import hypothesis.strategies as st
import pytest
from hypothesis import given

from douyinbot.config import Duration, Timer
from douyinbot.core.timers.announcements import Announcement


class Speaker:
    """An announcement whose texts are told from its decisions."""

    def __init__(self, one: Announcement) -> None:
        self.one = one

    def due(self, *, live: bool) -> str | None:
        return self.one.text(self.one.timer.lines) if self.one.due(live=live) else None

    def heard(self, *, live: bool) -> str | None:
        return self.one.text(self.one.timer.lines) if self.one.heard(live=live) else None

    @property
    def waiting(self) -> bool:
        return self.one.waiting


def made(say="公告", seed: int = 0, **settings) -> Speaker:
    timer = Timer(name="rules", every=Duration(60), say=say, **settings)
    return Speaker(Announcement(timer, random.Random(seed)))


def test_when_the_time_has_come_it_speaks():
    assert made().due(live=True) == "公告"


def test_lines_alone_make_it_say_nothing():
    one = made(min_lines=2)
    assert [one.heard(live=True) for _ in range(5)] == [None] * 5


def test_with_too_few_lines_it_waits_for_the_one_that_completes_them():
    one = made(min_lines=3)
    one.heard(live=True)
    assert one.due(live=True) is None
    assert one.waiting
    assert [one.heard(live=True) for _ in range(4)] == [None, "公告", None, None]
    assert not one.waiting


def test_lines_count_from_the_last_announcement():
    one = made(min_lines=2)
    for _ in range(3):
        one.heard(live=True)
    assert one.due(live=True) == "公告"
    one.heard(live=True)
    assert one.due(live=True) is None


def test_enough_lines_let_it_speak_at_once():
    one = made(min_lines=2)
    one.heard(live=True)
    one.heard(live=True)
    assert one.due(live=True) == "公告"
    assert one.due(live=True) is None


def test_a_time_while_nobody_is_live_is_simply_over():
    one = made()
    assert one.due(live=False) is None
    assert one.heard(live=True) is None
    assert one.due(live=True) == "公告"


def test_it_does_not_speak_up_after_the_stream():
    one = made(min_lines=1)
    assert one.due(live=True) is None
    assert one.heard(live=False) is None
    assert one.heard(live=True) == "公告"


def test_it_may_speak_while_nobody_is_live():
    assert made(only_live=False).due(live=False) == "公告"


def test_texts_take_turns():
    one = made(["a", "b", "c"])
    assert [one.due(live=True) for _ in range(7)] == list("abcabca")


@given(st.integers(2, 6), st.integers(0, 2**32), st.integers(1, 5))
def test_shuffled_texts_all_come_and_never_twice_in_a_row(count, seed, rounds):
    texts = [str(number) for number in range(count)]
    one = made(texts, seed, order="shuffle")
    said = [one.due(live=True) for _ in range(count * rounds)]
    assert all(first != second for first, second in pairwise(said))
    for begin in range(0, len(said), count):
        assert sorted(said[begin : begin + count]) == texts


@pytest.mark.parametrize("order", ["rotate", "shuffle"])
def test_a_single_text_comes_again_and_again(order):
    one = made(["a"], order=order)
    assert [one.due(live=True) for _ in range(3)] == ["a", "a", "a"]


def test_shuffling_shuffles():
    orders = {
        tuple(made(list("abcd"), seed, order="shuffle").due(live=True) for _ in range(4)) for seed in range(9)
    }
    first = {made(list("abcd"), seed, order="shuffle").due(live=True) for seed in range(20)}
    assert len(orders) > 1
    assert first == set("abcd")


@pytest.mark.parametrize("order", ["rotate", "shuffle"])
def test_the_same_text_given_twice_counts_once(order):
    one = made(["a", "a", "b", "a"], order=order)
    said = [one.due(live=True) for _ in range(6)]
    assert all(first != second for first, second in pairwise(said))


def test_after_a_restart_the_texts_go_on():
    before = made(["a", "b", "c"], min_lines=1)
    before.heard(live=True)
    assert before.due(live=True) == "a"
    assert before.due(live=True) is None
    after = made(["a", "b", "c"], min_lines=1)
    after.one.restore(before.one.state())
    assert after.waiting
    assert after.heard(live=True) == "b"


def test_a_shuffle_after_a_restart_does_not_begin_with_what_was_said_last():
    for seed in range(20):
        one = made(["a", "b"], seed, order="shuffle")
        one.one.restore({"last": "a"})
        assert one.due(live=True) == "b"


def test_texts_that_change_go_on_behind_the_last_one_that_is_still_there():
    one = made(order="rotate").one
    assert [one.text(["a", "b", "c"]) for _ in range(2)] == ["a", "b"]
    assert [one.text(["b", "x", "a"]) for _ in range(2)] == ["x", "a"]
    assert one.text(["new", "other"]) == "new"
