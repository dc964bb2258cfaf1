"""JSON that can be sent, whatever is in it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from douyinbot.testing.hostile import HOSTILE_LINES
from douyinbot.web.wire import json_answer, to_json


@pytest.mark.parametrize("text", HOSTILE_LINES, ids=range(len(HOSTILE_LINES)))
def test_hostile_texts_come_out_as_they_went_in(text: str) -> None:
    assert json.loads(to_json({"text": text}).encode()) == {"text": text}


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    assert json.loads(to_json([text]).encode()) == [text]


def test_an_answer_is_json_that_people_can_read() -> None:
    answer = json_answer({"name": "小助手"}, 409, {"X": "y"})
    assert (answer.status, answer.content_type, answer.headers["X"]) == (409, "application/json", "y")
    assert answer.text == '{"name": "小助手"}'
