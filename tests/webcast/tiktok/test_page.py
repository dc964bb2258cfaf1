"""What TikTok tells about a room, and how its refusals are told apart."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from douyinbot.errors import (
    BlockedError,
    DouyinbotError,
    LoginRequiredError,
    ProtocolError,
    RoomNotFoundError,
    UserOfflineError,
    VerificationRequiredError,
)
from douyinbot.webcast.room_state import ENDED, LIVE
from douyinbot.webcast.tiktok.page import (
    parse_alive,
    parse_api_live,
    parse_gifts,
    parse_live_page,
    parse_room_info,
    room_state,
)

TOLD = {
    "user": {
        "id": "107",
        "uniqueId": "officialgeilegisela",
        "nickname": "Gisela",
        "secUid": "MS4w",
        "roomId": "7137682087200557829",
        "status": 2,
    },
    "liveRoom": {"status": 2, "title": "hello"},
}
INFO = {
    "id_str": "7137682087200557829",
    "status": 2,
    "title": "hello",
    "user_count": 12,
    "owner": {"id_str": "107", "nickname": "Gisela", "display_id": "gisela"},
}
PAGE = '<html><script id="SIGI_STATE" type="application/json">{}</script></html>'


def body(value: Any) -> bytes:
    return json.dumps(value).encode()


def told(**user: Any) -> dict[str, Any]:
    return {**TOLD, "user": {**TOLD["user"], **user}}


def test_api_live_tells_room_and_owner() -> None:
    state = parse_api_live(body({"data": TOLD, "statusCode": 0}))
    assert (state.room_id, state.status, state.title) == ("7137682087200557829", LIVE, "hello")
    assert (state.owner_id, state.owner_name, state.web_rid) == ("107", "Gisela", "officialgeilegisela")
    assert state.is_live


@pytest.mark.parametrize("room_id", ["", "0"])
def test_no_room_id_is_nobody_live(room_id: str) -> None:
    state = parse_api_live(body({"data": told(roomId=room_id), "statusCode": 0}))
    assert (state.room_id, state.status, state.is_live) == ("", ENDED, False)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (body({"statusCode": 19881007, "data": None}), RoomNotFoundError, "no such user"),
        (body({"statusCode": 10201, "message": "internal"}), BlockedError, "code 10201: internal"),
        (body({"statusCode": 0}), BlockedError, "code 0"),
        (b"", BlockedError, "with nothing"),
        (b"<html>", VerificationRequiredError, "verification"),
        (b"[1]", ProtocolError, "another form"),
        (b'{"data": [', ProtocolError, "another form"),
    ],
)
def test_refusals_of_api_live(answer: bytes, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        parse_api_live(answer)


def test_the_page_tells_the_same() -> None:
    page = PAGE.format(json.dumps({"AppContext": {}, "LiveRoom": {"liveRoomUserInfo": TOLD}}))
    assert parse_live_page(page) == parse_api_live(body({"data": TOLD, "statusCode": 0}))


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ('<html><meta content="x" data="&quot;"/>"og:url"</html>', UserOfflineError),
        (PAGE.format("{}"), UserOfflineError),
        ("<html><title>Please wait...</title></html>", VerificationRequiredError),
        ('<div id="captcha_container"></div>', VerificationRequiredError),
        ("<html>not available in your region</html>", BlockedError),
        ("", BlockedError),
        (PAGE.format("{"), ProtocolError),
        (PAGE.format('{"LiveRoom": 5}'), ProtocolError),
    ],
)
def test_pages_without_a_room_are_told_apart(page: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        parse_live_page(page)


def test_room_info_is_returned_whole_and_read() -> None:
    info = parse_room_info(body({"data": INFO, "status_code": 0}))
    assert info == INFO
    state = room_state(info)
    assert (state.room_id, state.status, state.owner_name, state.viewers) == (
        INFO["id_str"],
        2,
        "Gisela",
        "12",
    )


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"status_code": 4003110, "data": {}}, LoginRequiredError),
        ({"status_code": 0, "data": {"prompts": "18+"}}, LoginRequiredError),
        ({"status_code": 10011, "data": {"message": "params error"}}, BlockedError),
        ({"status_code": 0}, BlockedError),
        ([], ProtocolError),
    ],
)
def test_refusals_of_room_info(answer: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        parse_room_info(body(answer))


def test_a_room_info_of_another_form_is_no_state() -> None:
    with pytest.raises(ProtocolError, match="another form"):
        room_state({"id_str": 5})


def test_whether_a_stream_goes_on() -> None:
    assert parse_alive(body({"data": [{"alive": True}]}))
    assert not parse_alive(body({"data": [{"alive": False}]}))
    for answer in ({}, {"data": []}, {"data": [{}]}, {"data": [5]}):
        with pytest.raises(ProtocolError):
            parse_alive(body(answer))


def test_gifts_are_those_of_the_list() -> None:
    assert parse_gifts(body({"data": {"gifts": [{"id": 5655}, 7]}})) == [{"id": 5655}]
    for answer in ({}, {"data": {}}, {"data": {"gifts": None}}):
        with pytest.raises(ProtocolError, match="no gifts"):
            parse_gifts(body(answer))


JSON = st.recursive(st.none() | st.integers() | st.text(), st.lists)


@given(st.binary() | JSON.map(body))
def test_nothing_that_is_sent_raises_anything_but_our_own(data: bytes) -> None:
    for parse in (parse_api_live, parse_room_info, parse_alive, parse_gifts):
        with suppress(DouyinbotError):
            parse(data)
    with suppress(DouyinbotError):
        parse_live_page(PAGE.format(data.decode("utf-8", "replace")))
