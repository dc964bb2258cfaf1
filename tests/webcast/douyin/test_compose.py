"""Composed messages come out of the decoder as what was put in, which is what they are for."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from douyinbot.events import Event, User
from douyinbot.webcast.composing import GiftKind, Person
from douyinbot.webcast.decoding import Arrival, Decoder
from douyinbot.webcast.douyin import MASKED_ID, TABLE, compose
from douyinbot.webcast.pb import douyin_pb2

RECEIVED = datetime(2026, 10, 1, 12, 0, 0, 500_000, UTC)
NOW_MS = 1_790_856_000_500  # the same moment
ROOM = 7_630_361_251_285_076_745
AT = Arrival(room="main", received=RECEIVED, now_ms=NOW_MS, simulated=True)
FAN = Person(
    2**60, "老铁", display_id="laotie", level=20, fan_level=5, fan_club="小队", gender="male", follows=True
)
GUEST = Person(MASKED_ID, "老***")
HEART, CAR = GiftKind(463, "小心心", 1), GiftKind(4353, "跑车", 1200, combo=False)

FAN_USER = User(
    id="1152921504606846976",
    unique_id="laotie",
    nickname="老铁",
    sec_uid="MS4wLjABAAAAsim1152921504606846976",
    avatar_url="https://p3.douyinpic.com/aweme/100x100/sim-1152921504606846976.jpeg",
    follow_role=1,
    level=20,
    fan_level=5,
    fan_club="小队",
    gender="male",
    role="fans",
)


def decode(made: tuple[str, bytes]) -> list[Event]:
    decoder = Decoder(TABLE, room="main")
    events = decoder.decode([(made[0], 0, made[1])], AT)
    assert decoder.counts == {"messages": 1}
    return events


def gift_fields(kind: GiftKind, **fields: Any) -> dict[str, Any]:
    return {
        "gift_id": str(kind.id),
        "gift_name": kind.name,
        "diamond_count": kind.price,
        "gift_type": 1,
        "combo": kind.combo,
        "describe": f"送出{kind.name}",
        "gift_picture_url": f"https://p3.douyinpic.com/img/webcast/sim-gift-{kind.id}.png",
        **fields,
    }


def gift(kind: GiftKind, repeat: int, **fields: Any) -> tuple[str, bytes]:
    return compose.gift(9, ROOM, NOW_MS, FAN, kind, repeat_count=repeat, **fields)


CASES: dict[str, tuple[tuple[str, bytes], str, dict[str, Any]]] = {
    "chat": (compose.chat(9, ROOM, NOW_MS, FAN, "!dice"), "chat", {"comment": "!dice"}),
    "emoji": (compose.emoji_chat(9, ROOM, NOW_MS, FAN, 77, "[笑]"), "emote", {"emote_id": "77"}),
    "member": (
        compose.member(9, ROOM, NOW_MS, FAN, 1237),
        "member",
        {"action": 1, "member_count": 1237},
    ),
    "muted": (compose.member(9, ROOM, NOW_MS, FAN, 8, action=3), "member", {"action": 3, "member_count": 8}),
    "like": (
        compose.like(9, ROOM, NOW_MS, FAN, 9, 15935),
        "like",
        {"like_count": 9, "total_like_count": 15935},
    ),
    "follow": (
        compose.social(9, ROOM, NOW_MS, FAN, "follow", 447420),
        "follow",
        {"follow_count": 447420, "share_count": 0, "display_type": "room_follow_msg"},
    ),
    "share": (
        compose.social(9, ROOM, NOW_MS, FAN, "share", 12),
        "share",
        {"share_count": 12, "follow_count": 0, "display_type": "room_share_msg"},
    ),
    "running streak": (
        gift(HEART, 3, group_id=1_790_855_990, group_count=10),
        "gift",
        gift_fields(HEART, repeat_count=3, repeat_end=False, group_id="1790855990", total=30, value=30),
    ),
    "closed streak": (
        gift(HEART, 3, group_id=1_790_855_990, repeat_end=True),
        "gift",
        gift_fields(HEART, repeat_count=3, repeat_end=True, group_id="1790855990", total=3, value=3),
    ),
    "single gift": (
        gift(CAR, 1, group_id=0),
        "gift",
        gift_fields(CAR, repeat_count=1, repeat_end=False, group_id="", streak_id="", total=1, value=1200),
    ),
    "joined": (compose.fans_club(9, ROOM, NOW_MS, FAN, "join"), "fans_club", {"action": "join", "level": 5}),
    "risen": (
        compose.fans_club(9, ROOM, NOW_MS, FAN, "upgrade"),
        "fans_club",
        {"action": "upgrade", "level": 5},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_viewer_does_comes_out_as_it_was_put_in(name: str) -> None:
    made, kind, fields = CASES[name]
    *_, event = decode(made)
    shown = event.to_dict()
    assert (event.kind, {key: shown[key] for key in fields}) == (kind, fields)
    assert event.user == FAN_USER
    assert (event.id, event.simulated, event.history) == ("9", True, False)


@pytest.mark.parametrize("name", CASES)
def test_times_come_out_as_the_real_message_carries_them(name: str) -> None:
    # A real chat line has only whole seconds.
    expected = RECEIVED.replace(microsecond=0) if name == "chat" else RECEIVED
    assert decode(CASES[name][0])[-1].time == expected


@pytest.mark.parametrize("name", CASES)
def test_envelope_inside_the_payload_is_filled_as_on_the_wire(name: str) -> None:
    method, payload = CASES[name][0]
    message = getattr(douyin_pb2, method.removeprefix("Webcast")).FromString(payload)
    assert (message.common.method, message.common.msg_id, message.common.room_id) == (method, 9, ROOM)


def test_closing_frame_of_a_streak_has_its_time_in_seconds() -> None:
    for end, stamp in ((False, NOW_MS), (True, NOW_MS // 1000)):
        message = douyin_pb2.GiftMessage.FromString(gift(HEART, 3, group_id=1, repeat_end=end)[1])
        assert message.send_time == stamp


def test_texts_that_the_room_shows_are_ready_made() -> None:
    joined = douyin_pb2.FansclubMessage.FromString(CASES["joined"][0][1])
    risen = douyin_pb2.FansclubMessage.FromString(CASES["risen"][0][1])
    stats = douyin_pb2.RoomStatsMessage.FromString(compose.room_stats(9, ROOM, NOW_MS, 1237)[1])
    assert (joined.content, risen.content) == ("恭喜 老铁 加入了粉丝团", "恭喜 老铁 粉丝团升级")
    assert (stats.display_short, stats.display_long) == ("1237", "1237在线观众")


def test_audience_comes_out_in_its_order() -> None:
    (event,) = decode(compose.room_user_seq(9, ROOM, NOW_MS, 88, 900, [(FAN, 201), (GUEST, 5)]))
    shown = event.to_dict()
    assert (shown["viewer_count"], shown["total_viewers"], event.user) == (88, 900, None)
    assert [(v["rank"], v["coin_count"], v["user"]["id"]) for v in shown["top_viewers"]] == [
        (1, 201, FAN_USER.id),
        (2, 5, "111111"),
    ]


def test_room_stats_come_out_as_viewers() -> None:
    (event,) = decode(compose.room_stats(9, ROOM, NOW_MS, 1237))
    assert (event.kind, event.to_dict()["viewer_count"]) == ("room_user", 1237)


@pytest.mark.parametrize(("action", "kind"), [(1, "stream_paused"), (2, "stream_resumed"), (3, "stream_end")])
def test_control_comes_out_as_what_happens_to_the_stream(action: int, kind: str) -> None:
    (event,) = decode(compose.control(9, ROOM, NOW_MS, action, "休息一下"))
    assert event.kind == kind
    assert event.to_dict().get("tips", "休息一下") == "休息一下"


def test_message_of_another_kind_comes_out_as_unknown() -> None:
    method, payload = compose.other(9, ROOM, NOW_MS, "ChatLikeMessage")
    (event,) = Decoder(TABLE, room="main").decode([(method, 9, payload)], AT)
    assert event.to_dict()["method"] == "WebcastChatLikeMessage"


def test_masked_guest_comes_out_anonymous() -> None:
    (event,) = decode(compose.chat(9, ROOM, NOW_MS, GUEST, "hi"))
    assert event.user is not None
    assert (event.user.is_anonymous, event.user.sec_uid, event.user.id) == (True, "", "111111")


@pytest.mark.parametrize(
    ("person", "role"),
    [
        (Person(1, "a", is_admin=True, fan_level=3), "admin"),
        (Person(1, "a", fan_level=3, follows=True), "fans"),
        (Person(1, "a", follows=True), "follower"),
        (Person(1, "a"), "viewer"),
    ],
)
def test_roles_come_out(person: Person, role: str) -> None:
    (event,) = decode(compose.chat(9, ROOM, NOW_MS, person, "x"))
    assert event.user is not None
    assert event.user.role == role


@settings(deadline=None)
@given(
    id=st.integers(1, 2**63 - 1),
    nickname=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=100),
    gender=st.sampled_from(["male", "female", None]),
    level=st.integers(0, 75),
)
def test_any_person_and_line_come_out_without_loss(
    id: int, nickname: str, text: str, gender: Any, level: int
) -> None:
    person = Person(id, nickname, gender=gender, level=level)
    (event,) = decode(compose.chat(id, ROOM, NOW_MS, person, text))
    assert event.user is not None
    assert (event.id, event.user.id, event.to_dict()["comment"]) == (str(id), str(id), text)
    assert (event.user.nickname, event.user.gender, event.user.level) == (nickname, gender, level)
