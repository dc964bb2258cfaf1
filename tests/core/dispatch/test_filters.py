import pytest

from douyinbot import Drop
from douyinbot.core.dispatch.filters import Message, Verdict, filter_event, filter_message
from douyinbot.events import Chat
from douyinbot.testing.loop import START

HELLO = Chat(time=START, received=START, comment="hello")
SAID = Message("hello", room="main", plugin="toy", priority="high")


def keep(value):
    return None


def never(value):
    raise AssertionError("nobody asks after a drop")


def louder(event):
    return event.replace(comment=event.comment + "!")


def named(*decisions):
    return [(f"p{number}", decide) for number, decide in enumerate(decisions)]


def test_without_filters_everything_stays_as_it_is():
    assert filter_event(HELLO, []) == Verdict(HELLO)
    assert filter_message(SAID, []) == Verdict(SAID)


def test_none_keeps():
    assert filter_event(HELLO, named(keep, keep)) == Verdict(HELLO)
    assert filter_message(SAID, named(keep)) == Verdict(SAID)


def test_each_filter_sees_what_the_one_before_made_of_it_and_who_changed_it_is_told():
    verdict = filter_event(HELLO, named(louder, keep, louder))
    assert (verdict.value.comment, verdict.changed_by) == ("hello!!", ("p0", "p2"))
    verdict = filter_message(SAID, named(lambda m: m.text + "!", lambda m: m.text * 2))
    assert (verdict.value.text, verdict.changed_by) == ("hello!hello!", ("p0", "p1"))


def test_who_gives_back_what_came_has_changed_nothing():
    assert filter_event(HELLO, named(lambda event: event)) == Verdict(HELLO)
    assert filter_message(SAID, named(lambda message: message.text)) == Verdict(SAID)


def test_a_drop_ends_it_with_its_reason_and_the_plugin():
    verdict = filter_event(HELLO, named(louder, lambda event: Drop("ads"), never))
    assert (verdict.dropped_by, verdict.reason, verdict.changed_by) == ("p1", "ads", ("p0",))
    verdict = filter_message(SAID, named(lambda message: Drop("banned"), never))
    assert verdict == Verdict(SAID, (), "p0", "banned")


def test_a_text_replaces_the_text_alone():
    verdict = filter_message(SAID, named(lambda message: "bye"))
    assert verdict.value == Message("bye", "main", "toy", "high")


def test_a_message_replaces_the_whole_message():
    other = Message("bye", room="main", priority="low")
    assert filter_message(SAID, named(lambda message: other)).value is other


@pytest.mark.parametrize("text", ["", " "])
def test_an_empty_text_is_an_answer_too(text):
    assert filter_message(SAID, named(lambda message: text)).value.text == text
