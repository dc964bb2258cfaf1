"""What a simulated TikTok room says is what the decoder reads: every composer, there and back."""

from typing import Any

import pytest

from douyinbot.events import Event, FansClub, Gift, Member, Share
from douyinbot.webcast import composing
from douyinbot.webcast.composing import Composed, GiftKind, Person
from douyinbot.webcast.douyin import compose as douyin
from douyinbot.webcast.frames import parse_frame
from douyinbot.webcast.tiktok import compose, modern, parse_fetch_result
from tests.webcast.tiktok.messages import AT, NOW_MS, decoder

HEAD = (5, 7000, NOW_MS)
FAN = Person(41, "阿花", level=12, fan_level=3, follows=True)
MODERATOR = Person(42, "糖糖", display_id="tangtang", is_admin=True)
ROSE, CAR = GiftKind(5655, "Rose", 1), GiftKind(6000, "Car", 1200, combo=False)


def read(composed: Composed) -> list[Event]:
    method, payload = composed
    one = decoder()
    events = one.decode([(method, 5, payload)], AT)
    assert not [name for name in one.counts if name.startswith("bad:")]
    return events


@pytest.mark.parametrize(
    ("composed", "kind", "fields"),
    [
        (compose.chat(*HEAD, FAN, "你好"), "chat", {"comment": "你好"}),
        (compose.emoji_chat(*HEAD, FAN, 3, "[比心]"), "emote", {"emote_id": "3"}),
        (compose.member(*HEAD, FAN, 128), "member", {"action": 1, "member_count": 128}),
        (compose.like(*HEAD, FAN, 8, 900), "like", {"like_count": 8, "total_like_count": 900}),
        (
            compose.room_user_seq(*HEAD, 12, 90, [(FAN, 5)]),
            "room_user",
            {"viewer_count": 12, "total_viewers": 90},
        ),
        (compose.room_stats(*HEAD, 12), "room_user", {"viewer_count": 12}),
        (compose.control(*HEAD, 1), "stream_paused", {}),
        (compose.control(*HEAD, 3, "bye"), "stream_end", {"action": 3, "tips": "bye"}),
        (compose.other(*HEAD, "HotRoomMessage"), "unknown", {"method": "WebcastHotRoomMessage"}),
    ],
)
def test_a_message_says_what_was_composed(composed: Composed, kind: str, fields: dict[str, Any]) -> None:
    (event,) = read(composed)
    assert (event.kind, event.id) == (kind, "5")
    assert {name: getattr(event, name) for name in fields} == fields


@pytest.mark.parametrize(("action", "last"), [("follow", "follow"), ("share", "share")])
def test_following_and_sharing_are_told_in_general_and_by_name(action: Any, last: str) -> None:
    events = read(compose.social(*HEAD, FAN, action, 77))
    assert [event.kind for event in events] == ["social", last]
    assert (77 in (events[1].follow_count, events[1].share_count)) is True  # type: ignore[attr-defined]
    assert isinstance(events[1], Share) == (action == "share")


def test_the_team_is_joined_by_a_line_and_risen_in_by_a_barrage() -> None:
    joined = read(compose.fans_club(*HEAD, FAN, "join"))
    assert [event.kind for event in joined] == ["room_notice", "fans_club"]
    (risen,) = read(compose.fans_club(*HEAD, FAN, "upgrade"))
    assert isinstance(risen, FansClub)
    assert (risen.action, risen.level, risen.user and risen.user.nickname) == ("upgrade", 3, "阿花")


@pytest.mark.parametrize(
    ("who", "method", "via"),
    [
        (Person(43, "Kim", level=24, fan_level=19), "WebcastMemberMessage", ""),
        (Person(43, "Kim", level=25), "WebcastBarrageMessage", "barrage"),
        (Person(43, "Kim", level=3, fan_level=20), "WebcastBarrageMessage", "barrage"),
    ],
)
def test_who_has_a_high_level_comes_in_by_barrage(who: Person, method: str, via: str) -> None:
    composed = compose.member(*HEAD, who, 128)
    (event,) = read(composed)
    assert isinstance(event, Member)
    assert (composed[0], event.via, event.action, event.user and event.user.id) == (method, via, 1, "43")


def test_a_streak_has_a_group_and_an_end_and_a_single_gift_neither() -> None:
    (rose,) = read(compose.gift(*HEAD, FAN, ROSE, repeat_count=3, group_id=9, repeat_end=True))
    assert isinstance(rose, Gift)
    assert (rose.gift_name, rose.repeat_count, rose.repeat_end, rose.group_id, rose.combo) == (
        *("Rose", 3, True, "9000", True),
    )
    (car,) = read(compose.gift(*HEAD, FAN, CAR, repeat_count=1, group_id=9, repeat_end=True))
    assert isinstance(car, Gift)
    assert (car.diamond_count, car.combo, car.group_id) == (1200, False, "")


def test_people_are_who_they_are_in_the_room() -> None:
    (line,) = read(compose.chat(*HEAD, MODERATOR, "!help"))
    assert line.user is not None
    assert (line.user.id, line.user.unique_id, line.user.is_moderator, line.user.role) == (
        *("42", "tangtang", True, "admin"),
    )
    (other,) = read(compose.chat(*HEAD, FAN, "hi"))
    assert other.user is not None
    assert (other.user.level, other.user.fan_level, other.user.role) == (12, 3, "fans")


def test_a_batch_says_where_to_go_on() -> None:
    method, payload = compose.chat(*HEAD, FAN, "hi")
    body = composing.response(
        [(method, 5, payload)],
        cursor="c",
        internal_ext="x",
        need_ack=True,
        heartbeat_duration=10 * compose.SECOND,
        push_server="ws://h",
    )
    batch = parse_fetch_result(body)
    assert batch.messages == [(method, 5, payload)]
    assert (batch.cursor, batch.internal_ext, batch.need_ack, batch.heartbeat_s, batch.push_server) == (
        *("c", "x", True, 10.0, "ws://h"),
    )


def entry(room: int, enter_id: int) -> bytes:
    (frame,) = modern(room, enter_id).opening("")
    return parse_frame(frame).payload


@pytest.mark.parametrize(
    ("payload", "room"),
    [(entry(7000, 5), "7000"), (entry(7000, 0), ""), (b"\xff\xff", ""), (b"", "")],
)
def test_entering_a_room_is_understood(payload: bytes, room: str) -> None:
    assert compose.enters(payload) == room


def test_what_viewers_do_has_the_same_names_on_both_platforms() -> None:
    assert set(compose.__all__) - {"IMAGES", "enters", "named"} <= set(douyin.__all__)
