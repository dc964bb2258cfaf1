import pytest

from douyinbot import Drop
from douyinbot.core.dispatch.filters import Message, filter_event, filter_message
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


def test_without_filters_everything_stays_as_it_is():
    assert filter_event(HELLO, []) is HELLO
    assert filter_message(SAID, []) is SAID


def test_none_keeps():
    assert filter_event(HELLO, [keep, keep]) is HELLO
    assert filter_message(SAID, [keep]) is SAID


def test_each_filter_sees_what_the_one_before_made_of_it():
    assert filter_event(HELLO, [louder, keep, louder]).comment == "hello!!"
    assert filter_message(SAID, [lambda m: m.text + "!", lambda m: m.text * 2]).text == "hello!hello!"


def test_a_drop_ends_it_with_its_reason():
    assert filter_event(HELLO, [keep, lambda event: Drop("ads"), never]) == Drop("ads")
    assert filter_message(SAID, [lambda message: Drop("banned"), never]) == Drop("banned")


def test_a_text_replaces_the_text_alone():
    assert filter_message(SAID, [lambda message: "bye"]) == Message("bye", "main", "toy", "high")


def test_a_message_replaces_the_whole_message():
    other = Message("bye", room="main", priority="low")
    assert filter_message(SAID, [lambda message: other]) is other


@pytest.mark.parametrize("text", ["", " "])
def test_an_empty_text_is_an_answer_too(text):
    assert filter_message(SAID, [lambda message: text]).text == text
