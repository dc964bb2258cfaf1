"""Events and users as values: equal, immutable, and ready for JSON."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest

from douyinbot.events import (
    EVENTS,
    ROLES,
    Badge,
    Chat,
    Deleted,
    EmoteInText,
    Event,
    Failure,
    FollowInfo,
    Gift,
    LinkMicArmies,
    LinkMicArmy,
    RawData,
    RoomUser,
    TopViewer,
    User,
    UserDetails,
)

TIME = datetime(2026, 10, 1, 12, 0, 0, 123456, UTC)
BEIJING = TIME.astimezone(timezone(timedelta(hours=8)))
USER = User(id="9007199254740993", nickname="一二三四五六七八九", badges=(Badge(type="honour", level=3),))


class Opaque:
    """What no encoder knows."""


def example(kind: str) -> Event:
    """An event of a kind in which every field of the base class has a value."""
    return EVENTS[kind](
        time=TIME,
        received=BEIJING,
        id="1",
        room="main",
        platform="douyin",
        user=USER,
        simulated=True,
        history=True,
        raw=Opaque(),
    )


# ---- every event --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_is_ready_for_json(kind: str) -> None:
    plain = example(kind).to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert msgspec.json.decode(msgspec.json.encode(plain)) == plain


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_shows_what_all_have_in_common_and_no_raw(kind: str) -> None:
    plain = example(kind).to_dict()
    assert "raw" not in plain
    assert {name: plain[name] for name in ("kind", "id", "room", "platform", "simulated", "history")} == {
        "kind": kind,
        "id": "1",
        "room": "main",
        "platform": "douyin",
        "simulated": True,
        "history": True,
    }
    assert plain["user"]["short_name"] == "一二三四五六七…"
    assert plain["user"]["badges"] == [
        {
            "type": "honour",
            "name": "",
            "level": 3,
            "url": "",
            "display_type": 0,
            "scene": 0,
            "privilege_id": "",
        }
    ]


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_has_its_times_in_iso_8601_with_offset(kind: str) -> None:
    plain = example(kind).to_dict()
    assert plain["time"] == "2026-10-01T12:00:00.123+00:00"
    assert plain["received"] == "2026-10-01T20:00:00.123+08:00"


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_can_do_without_all_but_its_times(kind: str) -> None:
    event = EVENTS[kind](time=TIME, received=TIME)
    assert (event.id, event.room, event.user, event.simulated, event.history) == ("", "", None, False, False)
    assert (event.platform, event.to_dict()["user"]) == ("douyin", None)


@pytest.mark.parametrize("kind", EVENTS)
def test_no_event_can_be_changed(kind: str) -> None:
    event = example(kind)
    for name in ("id", "user", "raw", *type(event).__struct_fields__):
        with pytest.raises(AttributeError):
            setattr(event, name, None)
        with pytest.raises(AttributeError):
            delattr(event, name)


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_needs_its_times_and_takes_nothing_unknown(kind: str) -> None:
    with pytest.raises(TypeError):
        EVENTS[kind](time=TIME)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        EVENTS[kind](time=TIME, received=TIME, no_such_field=1)


def test_events_are_equal_by_value() -> None:
    first, second = (Chat(time=TIME, received=TIME, user=USER, comment="你好") for _ in range(2))
    assert first == second
    assert first != second.replace(comment="再见")


def test_replace_gives_a_changed_copy() -> None:
    event = Chat(time=TIME, received=TIME, comment="你好", raw=b"x")
    changed = event.replace(comment="再见")
    assert (event.comment, changed.comment, changed.raw) == ("你好", "再见", b"x")
    assert type(changed) is Chat
    with pytest.raises(TypeError):
        event.replace(no_such_field=1)


# ---- values of their own ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "name", "plain"),
    [
        (RawData(time=TIME, received=TIME, payload=b"\xff\x00"), "payload", "/wA="),
        (Failure(time=TIME, received=TIME, exception=ValueError("kaputt")), "exception", "kaputt"),
        (Failure(time=TIME, received=TIME), "exception", None),
        (Deleted(time=TIME, received=TIME, message_ids=("1", "2")), "message_ids", ["1", "2"]),
        (RoomUser(time=TIME, received=TIME), "total_viewers", None),
        (Gift(time=TIME, received=TIME, extended_gift_info={"a": [1]}), "extended_gift_info", {"a": [1]}),
        (Gift(time=TIME, received=TIME, value=2**80), "value", 2**80),
        (
            Chat(time=TIME, received=TIME, emotes=(EmoteInText(emote_id="7", place=3),)),
            "emotes",
            [{"emote_id": "7", "emote_image_url": "", "place": 3}],
        ),
    ],
)
def test_own_fields_become_plain_values(event: Event, name: str, plain: Any) -> None:
    shown = event.to_dict()
    assert shown[name] == plain
    assert json.loads(json.dumps(shown)) == shown


def test_users_inside_lists_are_shown_like_the_events_own() -> None:
    viewers = RoomUser(time=TIME, received=TIME, top_viewers=(TopViewer(user=USER, coin_count=5, rank=1),))
    armies = LinkMicArmies(
        time=TIME, received=TIME, battle_armies=(LinkMicArmy(host_user_id="1", participants=(USER,)),)
    )
    assert viewers.to_dict()["top_viewers"] == [{"user": USER.to_dict(), "coin_count": 5, "rank": 1}]
    assert armies.to_dict()["battle_armies"][0]["participants"] == [USER.to_dict()]


# ---- users --------------------------------------------------------------------------------------


def test_user_shows_all_its_fields_and_the_short_name() -> None:
    assert set(USER.to_dict()) == {*User.__struct_fields__, "short_name"}
    assert set(User.__struct_fields__) == {
        *("id", "unique_id", "nickname", "sec_uid", "avatar_url", "follow_role", "badges", "is_moderator"),
        *("is_new_gifter", "is_subscriber", "top_gifter_rank", "level", "fan_level", "fan_club", "gender"),
        *("is_anonymous", "role", "details"),
    }


def test_a_user_of_whom_nothing_is_known_is_an_ordinary_viewer() -> None:
    texts = ("id", "unique_id", "nickname", "sec_uid", "avatar_url", "fan_club", "short_name")
    flags = ("is_moderator", "is_new_gifter", "is_subscriber", "is_anonymous")
    numbers = ("follow_role", "level", "fan_level")
    expected = dict.fromkeys(texts, "") | dict.fromkeys(flags, False) | dict.fromkeys(numbers, 0)
    assert User().to_dict() == expected | {
        "badges": [],
        "top_gifter_rank": None,
        "gender": None,
        "role": "viewer",
        "details": None,
    }


def test_details_are_shown_as_plain_values() -> None:
    details = UserDetails(
        bio="hi", picture_urls=("a",), badge_scenes=(8,), follow=FollowInfo(follower_count=5)
    )
    shown = USER.replace(details=details).to_dict()["details"]
    assert shown == {
        "create_time": 0,
        "bio": "hi",
        "picture_urls": ["a"],
        "badge_scenes": [8],
        "follow": {"following_count": 0, "follower_count": 5, "follow_status": 0, "push_status": 0},
    }
    assert json.loads(json.dumps(shown)) == shown


def test_user_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        USER.role = "owner"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        USER.badges[0].level = 60  # type: ignore[misc]


def test_user_can_be_replaced_by_a_changed_copy() -> None:
    changed = USER.replace(role="admin")
    assert (changed.role, changed.nickname, USER.role) == ("admin", USER.nickname, "viewer")


@pytest.mark.parametrize(
    ("user", "key"),
    [
        (User(id="5", nickname="小明"), "5"),
        (User(id="111111", nickname="小***", avatar_url="a", is_anonymous=True), "小***|a"),
        (User(nickname="小明", avatar_url="a"), "小明|a"),
        (User(), "|"),
    ],
)
def test_key_is_the_id_or_what_tells_masked_people_apart(user: User, key: str) -> None:
    assert user.key == key


@pytest.mark.parametrize(
    "url",
    [
        "https://p11-webcast.douyinpic.com/aweme-avatar/tos-1~tplv-shrink.webp?x-expires=1&x-signature=a",
        "https://p3.douyinpic.com/aweme-avatar/tos-1?from=3067671334",
        "//p3.douyinpic.com/aweme-avatar/tos-1",
        "https://p3.douyinpic.com/aweme-avatar/tos-1",
    ],
)
def test_picture_of_a_masked_viewer_is_the_same_from_every_host_and_under_every_signature(url: str) -> None:
    assert User(id="111111", nickname="小***", avatar_url=url, is_anonymous=True).key == (
        "小***|aweme-avatar/tos-1"
    )


def test_roles_are_a_ladder_from_viewer_to_owner() -> None:
    assert ROLES == ("viewer", "follower", "fans", "admin", "owner")
    assert User().role == "viewer"
