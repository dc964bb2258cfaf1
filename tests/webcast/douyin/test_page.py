"""What a room's page and `room/web/enter` say: recorded ones, small ones of the same form, hostile ones."""

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from douyinbot.errors import (
    BlockedError,
    DouyinbotError,
    LoginRequiredError,
    ProtocolError,
    SignatureError,
    VerificationRequiredError,
)
from douyinbot.webcast.douyin.page import (
    parse_enter,
    parse_gift_list,
    parse_profile,
    parse_reflow,
    parse_reflow_info,
    parse_room_page,
)
from douyinbot.webcast.room_state import ENDED, LIVE, PAUSED, RoomState

ROOM: dict[str, Any] = {"id_str": "7281510189419793208", "status": 2, "title": '标题 "引号" \\ 🎲'}
ANCHOR = {"id_str": "51921489890", "sec_uid": "MS4wLjAB", "nickname": "主播"}
INFO = {"room": ROOM, "roomId": ROOM["id_str"], "web_rid": "288209555841", "anchor": ANCHOR}
ODIN = {"user_id": "148", "user_type": 12, "user_is_login": 0, "user_unique_id": "7886553626477597919"}


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def page(*parts: Any) -> str:
    """A room's page with one script chunk for each part."""
    texts = [part if isinstance(part, str) else compact(part) for part in parts]
    scripts = [f"<script>self.__pace_f.push([1,{json.dumps(text)}])</script>" for text in texts]
    return f"<!DOCTYPE html><html><body>{''.join(scripts)}</body></html>"


def state(info: Any = INFO, odin: Any = ODIN) -> dict[str, Any]:
    """The page's tree: the first `roomInfo` is an empty one, the second is filled."""
    return {
        "state": {"userStore": {"odin": odin}, "outer": {"roomInfo": {}}, "roomStore": {"roomInfo": info}}
    }


def enter(room: dict[str, Any] | None = None, **data: Any) -> bytes:
    rows = [] if room is None else [room]
    return json.dumps({"status_code": 0, "data": {"data": rows, **data}}).encode()


# ---- pages --------------------------------------------------------------------------------------


def test_recorded_page_tells_its_room(captures: Path) -> None:
    html = (captures / "json/room_page_2023-09-22.html").read_text(encoding="utf-8")
    assert parse_room_page(html) == RoomState(
        room_id="7281510189419793208",
        web_rid="288209555841",
        status=LIVE,
        title="官方解读新商经营方法",
        owner_id="51921489890",
        owner_name="川紫草海竹",
        owner_sec_uid="MS4wLjABAAAA9vu26dOBhxCJqk5_0qQPeQcz3I50cGnotzNOP6CTutI",
        visitor_id="7886553626477597919",
        account_id="148023849060",
        viewers="1000+",
    )


def test_composed_page_tells_its_room() -> None:
    assert parse_room_page(page(state())) == RoomState(
        room_id="7281510189419793208",
        web_rid="288209555841",
        status=2,
        title='标题 "引号" \\ 🎲',
        owner_id="51921489890",
        owner_name="主播",
        owner_sec_uid="MS4wLjAB",
        visitor_id="7886553626477597919",
    )


def test_tree_may_be_spread_over_several_chunks() -> None:
    text = compact(state())
    parts = [text[start : start + 50] for start in range(0, len(text), 50)]
    assert parse_room_page(page(*parts)) == parse_room_page(page(state()))


def test_chunks_may_have_a_space_after_the_comma() -> None:
    spaced = page(state()).replace("push([1,", "push([1, ")
    assert parse_room_page(spaced) == parse_room_page(page(state()))


@pytest.mark.parametrize(("login", "account"), [(1, "148"), (True, "148"), (0, ""), (False, "")])
def test_account_is_told_for_a_logged_in_visitor_only(login: int, account: str) -> None:
    assert parse_room_page(page(state(odin=ODIN | {"user_is_login": login}))).account_id == account


def test_rooms_owner_stands_in_for_a_missing_anchor() -> None:
    info = {"room": ROOM | {"owner": ANCHOR}}
    assert parse_room_page(page(state(info))).owner_name == "主播"


@pytest.mark.parametrize(
    ("status", "live"),
    [(0, False), (1, False), (2, True), (3, True), (4, False)],
)
def test_live_is_on_air_or_paused(status: int, live: bool) -> None:
    assert parse_room_page(page(state({"room": ROOM | {"status": status}}))).is_live is live


def test_numbers_of_the_platforms_states() -> None:
    assert (LIVE, PAUSED, ENDED) == (2, 3, 4)


def test_room_id_alone_counts_as_live_until_we_know_better() -> None:
    found = parse_room_page('<script>x("{\\"roomId\\":\\"7281510189419793208\\"}")</script>')
    assert found == RoomState(room_id="7281510189419793208")
    assert found.is_live


@pytest.mark.parametrize("words", ["直播已结束", "暂未开播", "未开播"])
def test_page_that_says_it_is_offline_is_ended(words: str) -> None:
    found = parse_room_page(f"<html><p>{words}</p></html>")
    assert (found.status, found.room_id, found.is_live) == (ENDED, "", False)


@pytest.mark.parametrize(
    "html", ["<html></html>", "<script>captcha()</script> 验证码", page({"state": {}}), page(state({}))]
)
def test_page_without_a_room_is_a_verification_page(html: str) -> None:
    with pytest.raises(VerificationRequiredError, match=r"the room's page is a verification page"):
        parse_room_page(html)


@pytest.mark.parametrize("html", ["", " \n"])
def test_empty_page_is_a_refusal(html: str) -> None:
    with pytest.raises(BlockedError, match="empty"):
        parse_room_page(html)


def render_data(tree: Any) -> str:
    """A room's page as it was before autumn 2023."""
    data = quote(compact({"app": {"initialState": tree}}), safe="")
    return f'<html><script id="RENDER_DATA" type="application/json">{data}</script></html>'


def test_page_of_before_autumn_2023_tells_its_room() -> None:
    assert parse_room_page(render_data(state()["state"])) == parse_room_page(page(state()))


def test_number_of_the_room_is_found_beside_a_bare_room_id() -> None:
    html = '<script>x("{\\"roomId\\":\\"7281510189419793208\\",\\"web_rid\\":\\"288209555841\\"}")</script>'
    assert parse_room_page(html) == RoomState(room_id="7281510189419793208", web_rid="288209555841")


CLOSED = {"Chat": False, "SpecialStyle": {"Chat": {"UnableStyle": 1, "Content": "主播仅允许粉丝评论"}}}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, ""),
        ({"room_auth": {"Chat": True}}, ""),
        ({"room_auth": {"Chat": 1}}, ""),
        ({"room_auth": CLOSED}, "主播仅允许粉丝评论"),
        ({"room_auth": {"Chat": False}}, "主播已关闭评论"),
        ({"room_auth": {"Chat": 0, "SpecialStyle": []}}, "主播已关闭评论"),
        ({"user_attr": {"is_muted": True}}, "你已被禁言"),
        ({"user_attr": {"is_muted": False}, "room_auth": {"Chat": True}}, ""),
        ({"room_auth": "odd", "user_attr": [1]}, ""),
        ({"room_auth": None, "user_attr": None}, ""),
    ],
)
def test_who_may_not_chat_is_told_in_the_platforms_words(told: dict[str, Any], words: str) -> None:
    room = ROOM | told
    assert parse_room_page(page(state(INFO | {"room": room}))).chat_closed == words
    assert parse_enter(enter(room)).chat_closed == words
    assert parse_enter(enter(room)).title == ROOM["title"]


def test_title_cut_inside_an_emoji_can_still_be_encoded() -> None:
    title = parse_room_page(page(state({"room": ROOM | {"title": "播\ud83c"}}))).title
    assert title.encode() == "播\ufffd".encode()


# ---- room/web/enter -----------------------------------------------------------------------------


def test_recorded_answer_tells_its_room(captures: Path) -> None:
    found = parse_enter((captures / "json/room_web_enter_2026-04-19.json").read_bytes())
    assert found == RoomState(
        room_id="7630361251285076745",
        status=LIVE,
        title="今晚打几把，欢迎来玩",
        owner_id="3622006952869274",
        owner_name="浪书杏木波Wzwh",
        owner_sec_uid="MS4wLjABAAAAST6dH6cH21CKpRwyTtipw8c5nbMPo9vJVcdol_3Nh7ky0lYfJwbK7573FJfULcUN",
        viewers="91",
    )
    assert found.is_live


def test_ended_room_has_no_row_but_an_id_and_the_platforms_words() -> None:
    found = parse_enter(enter(enter_room_id="7281510189419793208", prompts="直播已结束"))
    assert found == RoomState(room_id="7281510189419793208", status=4, notice="直播已结束")
    assert not found.is_live


def test_offline_room_still_tells_its_anchor() -> None:
    assert parse_enter(enter(user=ANCHOR)).owner_id == "51921489890"


def test_rooms_owner_stands_in_for_a_missing_user() -> None:
    for found in (parse_enter(enter(ROOM | {"owner": ANCHOR})), parse_enter(enter(ROOM, user=ANCHOR))):
        assert (found.owner_id, found.owner_name, found.owner_sec_uid) == ("51921489890", "主播", "MS4wLjAB")


PARSERS = [parse_enter, parse_reflow]


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize("body", [b"", b" \n", b"<!DOCTYPE html><html></html>", b"\n <html>"])
def test_empty_or_html_answer_is_a_refusal(parse: Any, body: bytes) -> None:
    with pytest.raises(BlockedError):
        parse(body)


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize("words", ["验证码中间页", "captcha", "__ac_signature"])
def test_page_with_a_challenge_in_place_of_data_is_a_verification_page(parse: Any, words: str) -> None:
    with pytest.raises(VerificationRequiredError):
        parse(f"<html>{words}</html>".encode())


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize(
    ("code", "kind"),
    [(20003, LoginRequiredError), (101, SignatureError), (4001038, BlockedError), (10011, ProtocolError)],
)
def test_codes_tell_refusals_apart(parse: Any, code: int, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=str(code)) as caught:
        parse(json.dumps({"status_code": code, "data": {}}).encode())
    assert type(caught.value) is kind


@pytest.mark.parametrize("parse", PARSERS)
def test_code_of_an_ended_stream(parse: Any) -> None:
    found = parse(
        b'{"status_code":30003,"data":{"prompts":"\xe7\x9b\xb4\xe6\x92\xad\xe5\xb7\xb2\xe7\xbb\x93\xe6\x9d\x9f"}}'
    )
    assert (found.status, found.is_live, found.notice) == (ENDED, False, "直播已结束")


@pytest.mark.parametrize("parse", PARSERS)
def test_room_for_chosen_viewers_needs_a_login_and_has_not_ended(parse: Any) -> None:
    prompts = "你不在主播设置的可见范围内"
    with pytest.raises(LoginRequiredError, match=prompts):
        parse(json.dumps({"status_code": 0, "data": {"prompts": prompts}}).encode())


@pytest.mark.parametrize(
    ("room", "data", "status", "live"),
    [
        (ROOM, {"room_status": 0}, LIVE, True),
        (ROOM | {"status": 4}, {"room_status": 0}, ENDED, False),  # the room's own word goes first
        (ROOM | {"status": 1}, {"room_status": 0}, 1, False),
        (ROOM | {"status": None}, {"room_status": 0}, None, True),
        (ROOM | {"status": None}, {"room_status": 1}, None, True),  # audio
        (ROOM | {"status": None}, {"room_status": 2}, ENDED, False),
        (None, {"room_status": 0, "enter_room_id": "7"}, None, True),
        (None, {"room_status": 2, "enter_room_id": "7"}, ENDED, False),
        (None, {"room_status": 0, "enter_room_id": "7", "prompts": "直播已结束"}, ENDED, False),
        (None, {"enter_room_id": "7"}, ENDED, False),
    ],
)
def test_status_is_the_rooms_own_or_else_that_beside_it(
    room: dict[str, Any] | None, data: dict[str, Any], status: int | None, live: bool
) -> None:
    found = parse_enter(enter(room, **data))
    assert (found.status, found.is_live) == (status, live)


# ---- reflow/info and profiles -------------------------------------------------------------------


def test_reflow_tells_the_room_with_its_number() -> None:
    body = {"status_code": 0, "data": {"room": ROOM | {"owner": ANCHOR | {"web_rid": "288209555841"}}}}
    assert parse_reflow(compact(body).encode()) == RoomState(
        room_id=ROOM["id_str"],
        web_rid="288209555841",
        status=LIVE,
        title=ROOM["title"],
        owner_id="51921489890",
        owner_name="主播",
        owner_sec_uid="MS4wLjAB",
    )
    assert parse_reflow_info(compact(body).encode())["title"] == ROOM["title"]


@pytest.mark.parametrize(
    "body", [b"{}", b'{"data":{}}', b'{"data":{"room":{}}}', b'{"data":[]}', b"[" * 200_000]
)
def test_reflow_without_a_room_is_a_protocol_error(body: bytes) -> None:
    with pytest.raises(ProtocolError, match="reflow/info"):
        parse_reflow(body)
    with pytest.raises(ProtocolError, match="reflow/info"):
        parse_reflow_info(body if body != b'{"data":{"room":{}}}' else b"")


def test_reflow_of_somebody_who_is_not_on_air() -> None:
    found = parse_reflow(json.dumps({"data": {"prompts": "暂未开播"}}).encode())
    assert (found.status, found.room_id, found.notice) == (ENDED, "", "暂未开播")


SEC_UID = "MS4wLjABAAAA9vu26dOBhxCJqk5"


@pytest.mark.parametrize("write", [page, render_data])
def test_profile_names_the_room_of_who_is_live(write: Any) -> None:
    html = write({"user": {"secUid": SEC_UID, "roomData": {"webRid": "288209555841"}}})
    assert parse_profile(html, SEC_UID) == RoomState(web_rid="288209555841", owner_sec_uid=SEC_UID)


@pytest.mark.parametrize("write", [page, render_data])
def test_profile_of_who_is_not_live(write: Any) -> None:
    found = parse_profile(write({"user": {"secUid": SEC_UID}}), SEC_UID)
    assert (found.status, found.web_rid, found.owner_sec_uid) == (ENDED, "", SEC_UID)


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("", BlockedError),
        ("<html>验证码</html>", VerificationRequiredError),
        (page({"user": {"secUid": "MS4wLjABAAAAsomebody-else"}}), VerificationRequiredError),
    ],
)
def test_what_is_no_profile_says_nothing_about_the_streamer(html: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        parse_profile(html, SEC_UID)


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_whatever_comes_is_read_or_refused_with_an_error_of_ours(text: str) -> None:
    for parse in (parse_enter, parse_reflow):
        with contextlib.suppress(DouyinbotError):
            parse(text.encode("utf-8", "replace"))
    with contextlib.suppress(DouyinbotError):
        parse_profile(text, SEC_UID)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"status_code":10011,"data":{"prompts":"\xe5\x8f\x82\xe6\x95\xb0\xe9\x94\x99"}}', "10011 参数错"),
        (b'{"status_code":7}', "7"),
        (b"{}", "told nothing"),
        (b'{"status_code":0,"data":{"data":[]}}', "told nothing"),
        (b"[]", "unknown form"),
        (b"null", "unknown form"),
        (b'{"data":{"data":[{"id_str":7}]}}', "unknown form"),
        (b'{"data":{"prompts":"\xff"}}', "unknown form"),
        (b'{"status_code":' + b"9" * 6000 + b"}", "unknown form"),
        (b'{"a":' + b"[" * 200_000, "unknown form"),
        (b'{"data":' * 200_000, "unknown form"),
    ],
)
def test_answer_of_another_form_is_a_protocol_error(body: bytes, told: str) -> None:
    with pytest.raises(ProtocolError, match=told):
        parse_enter(body)


def test_recorded_answer_cut_anywhere_is_an_error_of_ours(captures: Path) -> None:
    body = (captures / "json/room_web_enter_2026-04-19.json").read_bytes()
    for length in range(0, len(body), 997):
        with pytest.raises(DouyinbotError):
            parse_enter(body[:length])


# ---- gift/list ----------------------------------------------------------------------------------


def test_recorded_gift_list_gives_every_gift_once(captures: Path) -> None:
    body = (captures / "json/gift_list_2023.json").read_bytes()
    gifts = parse_gift_list(body)
    ids = [gift["id"] for page in json.loads(body)["data"]["pages"] for gift in page["gifts"]]
    assert len(ids) == 98
    assert [gift["id"] for gift in gifts] == list(dict.fromkeys(ids))
    heart = next(gift for gift in gifts if gift["id"] == 463)
    assert (heart["name"], heart["diamond_count"]) == ("小心心", 1)


def test_gifts_are_taken_from_both_places() -> None:
    data = {"gifts": [{"id": 1}, {"id": 2}], "pages": [{"gifts": [{"id": 2}]}, {"gifts": None}, {}]}
    assert parse_gift_list(compact({"data": data}).encode()) == [{"id": 1}, {"id": 2}]
    assert parse_gift_list(b'{"data":{"gifts":null,"pages":null}}') == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"data":null}',
        b'{"data":{"gifts":[7]}}',
        b'{"data":{"gifts":[{"id":[]}]}}',
        b'{"data":{"pages":[7]}}',
        b'{"data":"\xff"}',
        b"[" * 200_000,
    ],
)
def test_what_is_no_gift_list_is_a_protocol_error(body: bytes) -> None:
    with pytest.raises(ProtocolError, match="gift/list"):
        parse_gift_list(body)


# ---- hostile ------------------------------------------------------------------------------------

HOSTILE = {
    "nested room infos": page('{"roomInfo":' * 100_000),
    "nested lists": page('"roomInfo":[' * 100_000),
    "nested visitors": page('"odin":{"a":' * 100_000),
    "deep and wide": page('{"roomInfo":' * 300 + '"' + "a" * 2_000_000 + '"'),
    "two plain megabytes": page("a" * 2_000_000),
    "two megabytes of quotes": page('"' * 1_000_000),
    "unterminated": 'self.__pace_f.push([1,"' + 'a\\"' * 700_000,
    "openers only": 'self.__pace_f.push([1,"' * 90_000,
    "room ids without an end": '\\"roomId\\":\\"x' * 150_000,
    "endless number": page('{"roomInfo":{"room":{"status":' + "9" * 100_000 + "}}}"),
    "broken escapes": page(state()).replace("\\", "\\x"),
}


def settle(html: str) -> RoomState | None:
    """Parse, where nothing but an error of ours may be raised."""
    try:
        return parse_room_page(html)
    except DouyinbotError:
        return None


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_page_is_done_with_quickly(name: str) -> None:
    start = time.process_time()
    assert settle(HOSTILE[name]) is None
    assert time.process_time() - start < 1.0


def test_hostile_part_does_not_hide_the_room() -> None:
    assert settle(page('{"roomInfo":' * 3, state())) == settle(page(state()))


MEASURE = """
import resource
from douyinbot.webcast.douyin.page import _CHUNK
html = 'self.__pace_f.push([1,"' + 'a\\\\"' * 700_000
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert list(_CHUNK.finditer(html)) == []
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_looking_for_chunks_takes_no_memory() -> None:
    pytest.importorskip("resource")
    child = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, check=True)
    assert int(child.stdout) < 16 * 1024


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_damaged_page_raises_nothing_but_errors_of_ours(data: st.DataObject) -> None:
    html = page(state())
    start = data.draw(st.integers(0, len(html)))
    end = data.draw(st.integers(start, len(html)))
    settle(html[:start] + data.draw(st.text(max_size=5)) + html[end:])


def test_recorded_page_cut_anywhere_raises_nothing_but_errors_of_ours(captures: Path) -> None:
    html = (captures / "json/room_page_2023-09-22.html").read_text(encoding="utf-8")
    found = {settle(html[:length]) for length in range(0, len(html), 4001)}
    assert None in found
    assert {state.room_id for state in found if state} <= {"", "7281510189419793208"}
