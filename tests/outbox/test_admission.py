import pytest

from douyinbot.outbox.admission import Admission
from douyinbot.outbox.lanes import Lanes


@pytest.fixture
def lanes():
    return Lanes()


@pytest.fixture
def admission(settings, lanes):
    return lambda **more: Admission(settings(**more), lanes)


def test_the_same_text_is_not_said_again_within_the_window(admission, line):
    judge = admission(dedupe=60)
    judge.said(line("L1", "你好 OK"), 100)
    assert judge.refusal(line("L2", "你好ｏｋ"), None, 103.9) == ("said the same 3 s ago", "duplicate")
    assert judge.refusal(line("L2", "你好OK"), None, 160) is None


def test_nor_while_it_waits(admission, lanes, line):
    judge = admission(dedupe=60)
    first = line("L1", "hi")
    first.start(10)
    lanes.put(first)
    assert judge.refusal(line("L2", "hi"), None, 12) == (
        "said the same 2 s ago, and that is still waiting",
        "duplicate",
    )
    assert judge.refusal(line("L2", "hi"), first, 12) is None  # it would replace it


def test_without_a_window_only_loops_are_stopped(admission, lanes, line):
    judge = admission(dedupe=0)
    for number in range(5):
        assert judge.refusal(line("L9", "hi"), None, 0) is None
        lanes.put(line(f"L{number}", "hi"))
    assert judge.refusal(line("L9", "hi"), None, 0)[1] == "loop"


def test_a_text_of_which_a_part_is_out_counts_once(admission, lanes, line):
    judge = admission(dedupe=0)
    long = line("L1", "hi", parts=2)
    lanes.put(long)
    lanes.begin(long)
    for _ in range(4):
        judge.said(long, 0)
    long.at = 1
    assert judge.refusal(line("L2", "hi"), None, 0) is None


def test_the_least_important_oldest_make_space(admission, lanes, line):
    judge = admission(queue=3)
    for id, priority in [("a", "normal"), ("b", "low"), ("c", "low")]:
        lanes.put(line(id, priority=priority))
    assert [victim.id for victim in judge.space_for(line("d"), None)] == ["b"]
    assert [victim.id for victim in judge.space_for(line("d", parts=2), None)] == ["b", "c"]
    assert [victim.id for victim in judge.space_for(line("d", priority="low"), None)] == ["b"]


def test_the_more_important_do_not(admission, lanes, line):
    judge = admission(queue=1)
    lanes.put(line("a", priority="high"))
    assert judge.space_for(line("b"), None) is None
    assert judge.space_for(line("b", priority="high", parts=2), None) is None


def test_a_replaced_line_makes_space_itself(admission, lanes, line):
    judge = admission(queue=1)
    old = line("a", priority="high")
    lanes.put(old)
    assert judge.space_for(line("b"), old) == []
