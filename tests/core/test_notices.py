from dataclasses import FrozenInstanceError

import pytest

from douyinbot import Notice
from douyinbot.core.notices import sentences


def test_a_notice_names_whom_it_is_about():
    notice = Notice("error", "it failed", room="main", plugin="toy")
    assert (notice.level, notice.text, notice.room, notice.plugin) == ("error", "it failed", "main", "toy")


def test_a_notice_may_be_about_the_whole_bot():
    assert (Notice("info", "hello").room, Notice("info", "hello").plugin) == ("", "")


def test_a_notice_cannot_be_changed_by_one_who_sees_it():
    with pytest.raises(FrozenInstanceError):
        Notice("info", "hello").text = "bye"


def test_sentences_get_the_full_stop_that_they_lack():
    assert sentences("it failed", "The bot goes on.") == "it failed. The bot goes on."
    assert sentences(ValueError("坏了。"), "Why?", "x") == "坏了。 Why? x"
