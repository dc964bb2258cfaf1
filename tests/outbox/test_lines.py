import pytest

from douyinbot.outbox import Priority, State
from douyinbot.outbox.lines import Cause


@pytest.mark.parametrize("value", ["high", "HIGH", Priority.HIGH, 2])
def test_priorities_are_read_from_their_names(value):
    assert Priority.parse(value) is Priority.HIGH


@pytest.mark.parametrize("value", ["urgent", "", 7])
def test_another_priority_is_an_error_that_names_the_right_ones(value):
    with pytest.raises(ValueError, match="low, normal or high"):
        Priority.parse(value)


def test_states_are_their_names():
    assert [*State] == [
        *("queued", "awaiting_approval", "sent", "seen", "unseen", "dry", "dropped", "failed", "unknown"),
    ]


def test_a_line_goes_on_part_by_part(line):
    text = line("L1", parts=3)
    assert (text.slip.id, text.left) == ("L1.1", 3)
    text.at = 2
    assert (text.slip.id, text.left) == ("L1.3", 1)


def test_dropping_keeps_what_is_done_and_what_is_under_way(line):
    text = line("L1", parts=3)
    first, second, third = text.slips
    text.at = 1
    text.drop("why", Cause.CLOSED, keep=1)
    assert [slip.state for slip in (first, second, third)] == ["queued", "queued", "dropped"]
    assert text.left == 1


def test_the_time_to_live_may_begin_anew(line):
    text = line(ttl=20)
    text.start(100)
    assert text.deadline == 120
    text.start(110)
    assert text.deadline == 130
