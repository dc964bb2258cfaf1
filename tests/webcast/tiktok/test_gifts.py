"""Gifts: counts, kinds, receivers and times. Streaks as a whole are in test_streams.py."""

from datetime import UTC, datetime
from typing import Any

import pytest

from douyinbot.webcast.pb import tiktok_pb2 as pb
from tests.webcast.tiktok.messages import NOW_MS, RECEIVED, only, text

ROSE = pb.GiftMessage.Gift(
    id=5655,
    type=1,
    diamond_count=1,
    name="Rose",
    describe="Sent Rose",
    image=pb.Image(url_list=["https://p16/rose.png", "https://p19/rose.png"]),
)


def given(**fields: Any) -> Any:
    fields = {"gift_id": 5655, "gift": ROSE, "user": pb.User(id=7), "repeat_count": 3, **fields}
    return only(pb.GiftMessage(**fields))


def test_gift_of_a_streak_has_its_count_and_price() -> None:
    label = text("webcast_aweme_gift_send_message", "{0:user} sent {1:gift} {2:string}")
    event = given(
        group_id=1_697_634_617_041,
        common=pb.Common(create_time=NOW_MS - 1, display_text=label),
        extra=pb.GiftMessage.Extra(sent_ms=NOW_MS, to_user_id=900),
    )
    assert (event.gift_id, event.gift_name, event.describe) == ("5655", "Rose", "Sent Rose")
    assert (event.combo, event.gift_type, event.repeat_end) == (True, 1, False)
    assert (event.repeat_count, event.total, event.value, event.delta) == (3, 3, 3, 0)
    assert (event.group_id, event.receiver_user_id) == ("1697634617041", "900")
    assert event.gift_picture_url == "https://p19/rose.png"
    assert (event.display_type, event.label) == (label.key, label.default_pattern)
    assert event.time == datetime(2026, 10, 1, 12, tzinfo=UTC)
    assert event.to_legacy()["timestamp"] == NOW_MS


@pytest.mark.parametrize("type", [0, 2, 4])
def test_gift_of_another_type_comes_once(type: int) -> None:
    event = given(gift=pb.GiftMessage.Gift(type=type, diamond_count=99), repeat_count=1)
    assert (event.combo, event.gift_type, event.group_id) == (False, type, "")
    assert (event.to_legacy()["giftType"], event.to_legacy()["groupId"]) == (type, "0")


def test_closing_message_says_so() -> None:
    assert given(repeat_end=1).repeat_end is True


def test_gift_without_a_count_is_one() -> None:
    event = given(repeat_count=0)
    assert (event.repeat_count, event.total, event.value) == (0, 1, 1)


def test_receiver_is_a_guest_the_one_named_or_the_streamer() -> None:
    extra = pb.GiftMessage.Extra(to_user_id=8)
    assert given(to_user=pb.User(id=9), extra=extra).receiver_user_id == "9"
    assert given(extra=extra).receiver_user_id == "8"
    assert given().receiver_user_id == "900"


def test_time_is_the_messages_or_the_arrival_where_the_gift_has_none() -> None:
    assert given(common=pb.Common(create_time=NOW_MS - 2000)).time.second == 58
    assert given().time == RECEIVED


@pytest.mark.parametrize(
    ("notes", "read"),
    [
        ('{"a": 1, "b": {"c": "x"}}', {"a": 1, "b": {"c": "x"}}),
        ("{broken", None),
        ("[1]", None),
        ("", None),
        ('{"a":' * 5000, None),
    ],
)
def test_notes_of_the_app_are_read_where_they_are_json(notes: str, read: Any) -> None:
    assert given(monitor_extra=notes).monitor_extra == read


def test_gift_is_known_by_its_details_where_the_message_has_no_number() -> None:
    assert given(gift_id=0).gift_id == "5655"
