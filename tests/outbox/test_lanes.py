import pytest

from douyinbot.outbox import Priority
from douyinbot.outbox.lanes import Lanes


@pytest.fixture
def lanes():
    return Lanes()


def ids(lines):
    return [line.id for line in lines]


def test_the_urgent_come_first_and_each_in_its_order(lanes, line):
    for id, priority in [("a", "low"), ("b", "high"), ("c", "normal"), ("d", "high")]:
        lanes.put(line(id, priority=priority))
    assert ids(lanes.waiting()) == ["b", "d", "c", "a"]


def test_those_that_await_approval_are_not_waiting_to_go_out(lanes, line):
    lanes.put(line("a"), awaiting=True)
    lanes.put(line("b"))
    assert ids(lanes.waiting()) == ["b"]
    assert ids(lanes) == ["b", "a"]


def test_all_parts_count(lanes, line):
    lanes.put(line("a", parts=3))
    lanes.put(line("b"), awaiting=True)
    assert lanes.size == 4


def test_the_current_line_comes_first_and_may_go_back(lanes, line):
    first, second = line("a"), line("b")
    lanes.put(first)
    lanes.put(second)
    lanes.begin(second)
    lanes.begin(second)
    assert lanes.current is second
    assert ids(lanes) == ["b", "a"]
    lanes.put_back(second)
    assert lanes.current is None
    assert ids(lanes.waiting()) == ["b", "a"]


def test_a_replacement_takes_the_place_of_the_older_line(lanes, line):
    old = line("a")
    lanes.put(old)
    lanes.put(line("b"))
    lanes.put(line("c"), instead_of=old)
    assert ids(lanes.waiting()) == ["c", "b"]


def test_of_another_priority_it_goes_to_the_end(lanes, line):
    old = line("a", priority="low")
    lanes.put(old)
    lanes.put(line("b"))
    lanes.put(line("c"), instead_of=old)
    assert ids(lanes) == ["b", "c"]


def test_it_replaces_what_awaits_approval(lanes, line):
    old = line("a")
    lanes.put(old, awaiting=True)
    lanes.put(line("b"), instead_of=old, awaiting=True)
    assert ids(lanes) == ["b"]


def test_lines_are_removed_wherever_they_are(lanes, line):
    a, b, c, stranger = line("a"), line("b"), line("c"), line("d")
    lanes.put(a)
    lanes.put(b, awaiting=True)
    lanes.put(c)
    lanes.begin(c)
    for each in (a, b, c, stranger):
        lanes.remove(each)
    assert not list(lanes)


def test_keys_belong_to_a_plugin_and_a_room_and_never_to_a_line_under_way(lanes, line):
    a = line("a", key="viewers")
    lanes.put(a)
    assert lanes.same_key(line("b", key="viewers")) is a
    assert lanes.same_key(line("b", key="likes")) is None
    assert lanes.same_key(line("b")) is None
    assert lanes.same_key(line("b", key="viewers", room="other")) is None
    other = line("b", key="viewers")
    other.plugin = "other"
    assert lanes.same_key(other) is None
    lanes.begin(a)
    assert lanes.same_key(line("b", key="viewers")) is None


def test_the_same_text_is_found_everywhere_but_in_other_rooms(lanes, line):
    a, b, c = line("a", "hi"), line("b", "HI "), line("c", "hi", room="other")
    lanes.put(a)
    lanes.put(b, awaiting=True)
    lanes.put(c)
    assert lanes.same_text(line("d", "hi"), None) == [a, b]
    assert lanes.same_text(line("d", "hi"), a) == [b]


def test_the_least_urgent_and_oldest_are_expendable_first(lanes, line):
    for id, priority in [("a", "normal"), ("b", "low"), ("c", "high"), ("d", "low")]:
        lanes.put(line(id, priority=priority))
    lanes.put(line("e", priority="low"), awaiting=True)
    lanes.begin(next(line for line in lanes if line.id == "b"))
    assert ids(lanes.expendable(Priority.NORMAL, None)) == ["d", "e", "a"]
    assert ids(lanes.expendable(Priority.LOW, None)) == ["d", "e"]
