"""What the platform's answer to a sent line means."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from douyinbot.errors import (
    InvalidSessionError,
    MutedError,
    RejectedTextError,
    RoomEndedError,
    SendError,
    TooFastError,
    UnconfirmedError,
)
from douyinbot.webcast.chat_answer import Accepted, parse_chat_answer, refusal_in_words


def answer(code: int = 0, **data: Any) -> bytes:
    return json.dumps({"status_code": code, "data": data, "extra": {"now": 1}}).encode()


def refusal(status: int, body: bytes, retry_after: float | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        parse_chat_answer(status, body, retry_after)
    return caught.value


@pytest.mark.parametrize(
    ("data", "accepted"),
    [
        ({"msg_id": 2**62, "user": {"id": 2**61}}, Accepted(str(2**62), str(2**61))),
        ({"msg_id": 1, "msg_id_str": "2", "user": {"id": 3, "id_str": "4"}}, Accepted("2", "4")),
        ({"msg_id": "5"}, Accepted("5")),
        ({"content": "你好"}, Accepted()),
        ({}, Accepted()),
    ],
)
def test_accepted_line_tells_its_number_and_speaker(data: dict[str, Any], accepted: Accepted) -> None:
    assert parse_chat_answer(200, answer(**data)) == accepted


@pytest.mark.parametrize("body", [b'{"status_code":0}', b'{"status_code":0,"data":null}', b"{}"])
def test_accepted_line_without_data(body: bytes) -> None:
    assert parse_chat_answer(200, body) == Accepted()


@pytest.mark.parametrize(
    ("code", "prompts", "kind"),
    [
        *((code, "", InvalidSessionError) for code in (20003, 20004, 8, 10002)),
        *((code, "", TooFastError) for code in (10011, 10012, 4003101, 4003105)),
        (30003, "", RoomEndedError),
        (1, "请先登录", InvalidSessionError),
        (1, "您说话太快了", TooFastError),
        (1, "操作过于频繁", TooFastError),
        (1, "请稍后再试", TooFastError),
        (1, "你已被禁言", MutedError),
        (1, "当前无法发言", MutedError),
        (1, "主播设置了不允许评论", MutedError),
        (1, "内容包含敏感词", RejectedTextError),
        (1, "内容违规", RejectedTextError),
        (1, "言论不当", RejectedTextError),
        (1, "内容正在审核", RejectedTextError),
        (1, "直播已结束", RoomEndedError),
        (1, "主播未开播", RoomEndedError),
        (1, "主播已关闭评论", MutedError),
        (1, "仅粉丝团成员可评论", MutedError),
        (10011, "你已被禁言", MutedError),
        (10011, "参数不合法", SendError),
        (10011, "发言太快啦", TooFastError),
        (20003, "参数错误", InvalidSessionError),
        (1, "未知错误", SendError),
        (1, "", SendError),
        (-1, "", SendError),
    ],
)
def test_refusals_by_code_or_by_the_platforms_words(code: int, prompts: str, kind: type[SendError]) -> None:
    error = refusal(200, answer(code, prompts=prompts))
    assert type(error) is kind
    assert f"code {code}" in str(error)
    assert prompts in str(error)


@pytest.mark.parametrize(
    "body", [b'{"status_code":20003}', b'{"status_code":20003,"data":null}', answer(20003)]
)
def test_lost_login_is_recognised_without_any_data(body: bytes) -> None:
    assert type(refusal(200, body)) is InvalidSessionError


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (403, InvalidSessionError, "HTTP 403"),
        (429, TooFastError, "HTTP 429"),
        (444, SendError, "HTTP 444"),
        (500, UnconfirmedError, "HTTP 500"),
        (502, UnconfirmedError, "HTTP 502"),
        (504, UnconfirmedError, "HTTP 504"),
        (503, SendError, "try again later"),
        (204, SendError, "HTTP 204"),
    ],
)
def test_http_status_counts_before_the_body(status: int, kind: type[SendError], words: str) -> None:
    error = refusal(status, answer(0))
    assert type(error) is kind
    assert words in str(error)


@pytest.mark.parametrize(
    ("status", "body"), [(429, b""), (200, answer(10011)), (200, answer(1, prompts="您说话太快了"))]
)
def test_too_fast_carries_when_to_try_again(status: int, body: bytes) -> None:
    error = refusal(status, body, retry_after=7.5)
    assert isinstance(error, TooFastError)
    assert error.retry_after == 7.5
    assert refusal(status, body).retry_after is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("body", [b"", b"  \n"])
def test_empty_answer_is_risk_control(body: bytes) -> None:
    error = refusal(200, body)
    assert type(error) is SendError
    assert "risk control" in str(error)


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"null",
        b'{"status_code":"0"}',
        b'{"status_code":0,"data":{"msg_id":[]}}',
        b'{"status_code":1,"data":{"prompts":"\xff"}}',
        b'{"status_code":' + b"9" * 6000 + b"}",
        b'{"a":' + b"[" * 200_000,
    ],
)
def test_what_is_no_chat_answer_is_a_refusal(body: bytes) -> None:
    error = refusal(200, body)
    assert type(error) is SendError
    assert "not a chat answer" in str(error)


def test_a_page_in_place_of_an_answer_is_a_verification() -> None:
    error = refusal(200, "<html><title>验证码中间页</title></html>".encode())
    assert type(error) is SendError
    assert "verification" in str(error)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("需先登录，才能开始聊天", InvalidSessionError),
        ("你已被禁言", MutedError),
        ("主播已关闭评论", MutedError),
        ("直播已结束", RoomEndedError),
    ],
)
def test_what_a_page_says_means_the_same_as_in_an_answer(words: str, kind: type[SendError]) -> None:
    error = refusal_in_words(words)
    assert type(error) is kind
    assert words in str(error)


def test_words_that_say_nothing_are_no_refusal() -> None:
    assert refusal_in_words("与大家互动一下...") is None
    assert refusal_in_words("") is None


def test_every_refusal_says_what_to_do_in_plain_words() -> None:
    assert "cookies" in str(refusal(200, answer(20003)))
    assert "cookies" in str(refusal(403, b""))
    assert "backs off" in str(refusal(200, answer(10011)))


@settings(max_examples=200, deadline=None)
@given(st.integers(100, 599), st.one_of(st.binary(max_size=60), st.builds(answer, st.integers())))
def test_any_answer_is_accepted_or_a_send_error(status: int, body: bytes) -> None:
    try:
        assert isinstance(parse_chat_answer(status, body), Accepted)
    except UnconfirmedError:
        assert status >= 500
    except SendError:
        assert status not in (500, 502, 504)
    else:
        assert status == 200
