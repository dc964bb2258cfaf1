"""What viewers do: likes, joins in both forms, follows, shares, subscriptions, super fans."""

from typing import Any

import pytest

from douyinbot.webcast.pb import tiktok_pb2 as pb
from tests.webcast.tiktok.messages import decode, only, text

ANN = pb.User(id=7, nickname="Ann")


def told(key: str, pattern: str = "{0:user} x") -> pb.Common:
    return pb.Common(display_text=text(key, pattern, ANN))


def test_like_has_count_total_and_text() -> None:
    event = only(pb.LikeMessage(common=told("pm_mt_msg_viewer"), count=15, total=1_816_619, user=ANN))
    assert (event.like_count, event.total_like_count, event.user.id) == (15, 1_816_619, "7")
    assert event.to_legacy()["displayType"] == "pm_mt_msg_viewer"


@pytest.mark.parametrize("action", [1, 3])
def test_member_has_action_count_and_text(action: int) -> None:
    event = only(
        pb.MemberMessage(common=told("live_room_enter_toast"), user=ANN, member_count=9, action=action)
    )
    assert (event.action, event.member_count, event.via) == (action, 9, "")
    assert event.to_legacy()["label"] == "{0:user} x"


@pytest.mark.parametrize(
    ("key", "action", "kinds"),
    [
        ("pm_main_follow_message_viewer_2", 1, ["social", "follow"]),
        ("pm_mt_guidance_share", 3, ["social", "share"]),
        ("pm_mt_guidance_viewer_5_share", 0, ["social", "share"]),
        ("", 1, ["social", "follow"]),
        ("", 3, ["social", "share"]),
        ("pm_new", 4, ["social"]),
    ],
)
def test_social_is_split_by_its_text_or_action(key: str, action: int, kinds: list[str]) -> None:
    message = pb.SocialMessage(common=told(key), user=ANN, action=action, follow_count=5, share_count=6)
    events: list[Any] = decode(message)
    assert [event.kind for event in events] == kinds
    assert {(event.display_type, event.follow_count, event.share_count) for event in events} == {(key, 5, 6)}
    assert {event.user for event in events} == {events[0].user}


def test_subscription_has_its_month_and_states() -> None:
    event = only(
        pb.SubNotifyMessage(
            common=told("pm_mt_goal_progress_comment"),
            user=ANN,
            exhibition_type=1,
            sub_month=12,
            subscribe_type=2,
            old_subscribe_status=3,
            subscribing_status=4,
        )
    )
    assert (event.kind, event.sub_month, event.exhibition_type, event.subscribe_type) == (
        "subscribe",
        12,
        1,
        2,
    )
    assert (event.old_subscribe_status, event.subscribing_status) == (3, 4)
    assert event.to_legacy()["oldSubscribeStatus"] == 3


LEVEL = pb.BarrageMessage.Level(current=25, user=ANN)


@pytest.mark.parametrize(
    "message",
    [
        pb.BarrageMessage(type=9, user_grade=LEVEL, content=text("pm_mt_alp_join_animation", "joined")),
        pb.BarrageMessage(type=11, fans_level=LEVEL, content=text("pm_mt_fan_live_join", "joined")),
        pb.BarrageMessage(type=11, common_content=text("pm_mt_fan_live_join", "{0:user} joined", ANN)),
    ],
)
def test_join_by_barrage_is_a_member(message: pb.BarrageMessage) -> None:
    event = only(message)
    assert (event.kind, event.action, event.via, event.user.id) == ("member", 1, "barrage", "7")
    assert "join" in event.display_type


def test_rise_in_the_team_is_told() -> None:
    event = only(pb.BarrageMessage(type=10, fans_level=LEVEL))
    assert (event.kind, event.action, event.level) == ("fans_club", "upgrade", 25)


@pytest.mark.parametrize("field", ["content", "common_content"])
@pytest.mark.parametrize(
    ("key", "action"),
    [
        ("ttlive_superFan_becameSuperFan", "super_fan"),
        ("ttlive_superFan_commentNotif_superFanJoined", "super_fan_joined"),
    ],
)
def test_super_fans_are_told_by_the_text(field: str, key: str, action: str) -> None:
    message = pb.BarrageMessage(type=100)
    getattr(message, field).CopyFrom(text(key, "{0:user}", ANN))
    event = only(message)
    assert (event.kind, event.action, event.user.id) == ("fans_club", action, "7")


def test_other_barrages_stay_unknown_under_their_number() -> None:
    event = only(pb.BarrageMessage(type=13))
    assert (event.kind, event.method) == ("unknown", "BarrageMessage/13")
