"""The seed library's flattened objects: its names, its types, its omissions."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from douyinbot.events import (
    EVENTS,
    Badge,
    Chat,
    Emote,
    EmoteInText,
    Envelope,
    Event,
    Failure,
    Follow,
    FollowInfo,
    Gift,
    Like,
    LinkMicArmies,
    LinkMicArmy,
    LinkMicBattle,
    LinkMicGuests,
    LiveIntro,
    Member,
    Question,
    RoomUser,
    Share,
    Social,
    StreamEnd,
    StreamPaused,
    StreamResumed,
    Subscribe,
    TopViewer,
    User,
    UserDetails,
)

TIME = datetime(2026, 10, 1, 12, 0, 0, 500_000, UTC)
HEAD: dict[str, Any] = {"time": TIME, "received": TIME, "id": "7281510189419793208"}
USER = User(
    id="9007199254740993",
    unique_id="xiaoming",
    nickname="小明",
    avatar_url="https://p3/a.jpeg",
    follow_role=1,
    badges=(
        Badge(type="honour", name="20级", url="https://p3/b.png"),
        Badge(type="fan_club", name="小队"),
    ),
    is_moderator=True,
    is_new_gifter=True,
    is_subscriber=True,
    top_gifter_rank=2,
    sec_uid="MS4w",
    level=24,
    fan_level=3,
)
FLAT_USER = {
    "userId": "9007199254740993",
    "secUid": "MS4w",
    "uniqueId": "xiaoming",
    "nickname": "小明",
    "profilePictureUrl": "https://p3/a.jpeg",
    "followRole": 1,
    "userBadges": [{"type": "honour", "url": "https://p3/b.png"}, {"type": "fan_club", "name": "小队"}],
    "isModerator": True,
    "isNewGifter": True,
    "isSubscriber": True,
    "topGifterRank": 2,
    "gifterLevel": 24,
    "teamMemberLevel": 3,
}
NOBODY = {
    "userId": "0",
    "uniqueId": None,
    "nickname": None,
    "profilePictureUrl": None,
    "followRole": 0,
    "userBadges": [],
    "isModerator": False,
    "isNewGifter": False,
    "isSubscriber": False,
    "topGifterRank": None,
    "secUid": "",
    "gifterLevel": 0,
    "teamMemberLevel": 0,
}
TEXT = {"display_type": "pm_x", "label": "{0:user} x"}
FLAT_TEXT = {"displayType": "pm_x", "label": "{0:user} x"}
ALWAYS = {"msgId": "7281510189419793208", "createTime": "1790856000500"}
GIFT = Gift(
    **HEAD,
    gift_id="463",
    gift_name="小心心",
    diamond_count=1,
    repeat_count=5,
    repeat_end=True,
    gift_type=4,
    combo=True,
    describe="送出小心心",
    gift_picture_url="https://p3/g.png",
    group_id="1790855990",
    receiver_user_id="900",
    extended_gift_info={"id": 463},
    total=5,
    monitor_extra={"a": 1},
    **TEXT,  # type: ignore[arg-type]
)
FLAT_GIFT = {
    "giftId": 463,
    "giftName": "小心心",
    "diamondCount": 1,
    "repeatCount": 5,
    "repeatEnd": True,
    "giftType": 1,
    "describe": "送出小心心",
    "giftPictureUrl": "https://p3/g.png",
    "groupId": "1790855990",
    "receiverUserId": "900",
    "timestamp": 1_790_856_000_500,
    "gift": {"gift_id": 463, "repeat_count": 5, "repeat_end": 1, "gift_type": 1},
    "extendedGiftInfo": {"id": 463},
    "monitorExtra": {"a": 1},
    **FLAT_TEXT,
}
SOCIAL = {"display_type": "room_follow_msg", "label": "{0:user} 关注了主播"}
FLAT_SOCIAL = {"displayType": "room_follow_msg", "label": "{0:user} 关注了主播"}

FLAT: list[tuple[Event, dict[str, Any]]] = [
    (
        Chat(**HEAD, comment="你好", emotes=(EmoteInText(emote_id="7", emote_image_url="u", place=2),)),
        {"comment": "你好", "emotes": [{"emoteId": "7", "emoteImageUrl": "u", "placeInComment": 2}]},
    ),
    (GIFT, FLAT_GIFT),
    (Member(**HEAD, action=1, **TEXT), {"actionId": 1, **FLAT_TEXT}),  # type: ignore[arg-type]
    (
        Like(**HEAD, like_count=9, total_like_count=15935),
        {"likeCount": 9, "totalLikeCount": 15935, "displayType": None, "label": None},
    ),
    (Social(**HEAD, **SOCIAL), FLAT_SOCIAL),  # type: ignore[arg-type]
    (Follow(**HEAD, **SOCIAL), FLAT_SOCIAL),  # type: ignore[arg-type]
    (Share(**HEAD, **SOCIAL), FLAT_SOCIAL),  # type: ignore[arg-type]
    (
        RoomUser(**HEAD, viewer_count=88, top_viewers=(TopViewer(user=USER, coin_count=5), TopViewer())),
        {
            "viewerCount": 88,
            "topViewers": [{"user": FLAT_USER, "coinCount": 5}, {"user": {}, "coinCount": 0}],
        },
    ),
    (Emote(**HEAD, emote_id="7", emote_image_url="u"), {"emoteId": "7", "emoteImageUrl": "u"}),
    (
        Envelope(**HEAD, coins=20, can_open=3, opens_at=TIME),
        {"coins": 20, "canOpen": 3, "timestamp": 1_790_856_000},
    ),
    (Question(**HEAD, question_text="几点?"), {"questionText": "几点?"}),
    (
        Subscribe(**HEAD, sub_month=3, subscribing_status=1, **TEXT),  # type: ignore[arg-type]
        {
            **FLAT_TEXT,
            "subMonth": 3,
            "exhibitionType": None,
            "subscribeType": None,
            "oldSubscribeStatus": None,
            "subscribingStatus": 1,
        },
    ),
    (LinkMicBattle(**HEAD, battle_users=(USER,)), {"battleUsers": [FLAT_USER]}),
    (
        LinkMicArmies(
            **HEAD,
            battle_status=1,
            battle_armies=(LinkMicArmy(host_user_id="1", points=5, participants=(USER,)),),
        ),
        {
            "battleStatus": 1,
            "battleArmies": [{"hostUserId": "1", "points": 5, "participants": [FLAT_USER]}],
        },
    ),
    (LiveIntro(**HEAD, description="欢迎"), {"id": "7281510189419793208", "description": "欢迎"}),
    (StreamPaused(**HEAD), {"action": 1}),
    (StreamResumed(**HEAD), {"action": 2}),
    (StreamEnd(**HEAD, action=3, tips="x"), {"action": 3}),
]
WITHOUT_OWN = set(EVENTS) - {event.kind for event, _ in FLAT}


@pytest.mark.parametrize(("event", "flat"), FLAT, ids=lambda value: getattr(value, "kind", ""))
def test_event_and_user_are_one_flat_object(event: Event, flat: dict[str, Any]) -> None:
    blank = event.to_legacy() if event.kind == "envelope" else {}  # see below
    assert event.to_legacy() == {**blank, **flat, **ALWAYS}
    assert event.replace(user=USER).to_legacy() == {**flat, **FLAT_USER, **ALWAYS}


@pytest.mark.parametrize("kind", sorted(WITHOUT_OWN))
def test_kinds_that_the_seed_does_not_have_are_flat_too(kind: str) -> None:
    event = EVENTS[kind](**HEAD, user=USER)
    flat = event.to_legacy()
    own = {name.replace("_", "") for name in event.__struct_fields__ if name not in Event.__struct_fields__}
    assert {name.lower() for name in flat} == own | {name.lower() for name in FLAT_USER | ALWAYS}
    assert all("_" not in name and name[0].islower() for name in flat)
    assert flat | FLAT_USER | ALWAYS == flat


def test_people_and_errors_in_them_are_as_the_seed_would_have_them() -> None:
    guests = LinkMicGuests(**HEAD, action="seats", guests=(USER,))
    assert guests.to_legacy() == {"action": "seats", "guests": [FLAT_USER], **ALWAYS}
    failure = Failure(**HEAD, info="x", exception=ValueError("y"))
    assert failure.to_legacy() == {"info": "x", "exception": "y", **ALWAYS}


def test_envelope_that_names_nobody_has_a_blank_user_as_the_seed_has() -> None:
    flat = Envelope(**HEAD).to_legacy()
    named = {name: flat[name] for name in ("userId", "nickname", "followRole", "isSubscriber", "userBadges")}
    assert named == {
        "userId": None,
        "nickname": None,
        "followRole": None,
        "isSubscriber": False,
        "userBadges": [],
    }
    assert (flat["coins"], flat["canOpen"], flat["timestamp"]) == (None, None, None)


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_with_defaults_is_ready_for_json(kind: str) -> None:
    flat = EVENTS[kind](time=TIME, received=TIME, user=User()).to_legacy()
    assert json.loads(json.dumps(flat)) == flat
    assert NOBODY.items() <= flat.items()


@pytest.mark.parametrize(
    ("combo", "type", "legacy"), [(True, 1, 1), (True, 2, 1), (False, 1, 0), (False, 2, 2), (False, 0, 0)]
)
def test_gift_type_1_means_that_it_can_streak(combo: bool, type: int, legacy: int) -> None:
    flat = GIFT.replace(combo=combo, gift_type=type).to_legacy()
    assert (flat["giftType"], flat["gift"]["gift_type"]) == (legacy, legacy)


def test_gift_without_group_or_number_leaves_them_out_as_the_seed_does() -> None:
    flat = Gift(time=TIME, received=TIME).to_legacy()
    assert (flat["groupId"], flat["giftId"], flat["extendedGiftInfo"]) == ("0", 0, None)


# ---- users of TikTok ----------------------------------------------------------------------------

DETAILS = UserDetails(
    create_time=1_600_000_000,
    bio="hi",
    picture_urls=("a", "b"),
    badge_scenes=(4, 8),
    follow=FollowInfo(following_count=5, follower_count=6, follow_status=3, push_status=1),
)


def flat_user(**fields: Any) -> dict[str, Any]:
    return Chat(**HEAD, user=User(**fields)).to_legacy()


def test_what_only_tiktok_tells_is_there_where_it_is_told() -> None:
    flat = flat_user(id="7", follow_role=3, details=DETAILS)
    assert flat["followRole"] == 3
    assert flat["userSceneTypes"] == [4, 8]
    assert flat["userDetails"] == {
        "createTime": "1600000000",
        "bioDescription": "hi",
        "profilePictureUrls": ["a", "b"],
    }
    assert flat["followInfo"] == {
        "followingCount": 5,
        "followerCount": 6,
        "followStatus": 3,
        "pushStatus": 1,
    }
    assert flat_user(id="7").keys().isdisjoint({"userSceneTypes", "userDetails", "followInfo"})


def test_somebody_of_whom_little_is_told_has_no_follow_role() -> None:
    flat = flat_user(id="7", details=UserDetails())
    assert (flat["followRole"], flat["userDetails"]["profilePictureUrls"]) == (None, None)
    assert "followInfo" not in flat


@pytest.mark.parametrize(
    ("badge", "flag"),
    [
        (Badge(type="image", url="https://p/SUB_1.png"), "isSubscriber"),
        (Badge(type="pm_mt_Moderator_im"), "isModerator"),
        (Badge(type="pm_mt_live_ng_im"), "isNewGifter"),
    ],
)
def test_flags_of_tiktok_users_are_those_of_their_badges_as_in_0_9_21(badge: Badge, flag: str) -> None:
    flags = {"isSubscriber", "isModerator", "isNewGifter"}
    flat = flat_user(badges=(badge,), details=DETAILS)
    assert {name for name in flags if flat[name]} == {flag}
    ours = {"is_subscriber": True, "is_moderator": True, "is_new_gifter": True}
    assert not any(flat_user(**ours, details=DETAILS)[name] for name in flags)
    assert all(flat_user(**ours)[name] for name in flags)


def test_rank_of_a_tiktok_user_is_that_of_the_first_badge_with_one() -> None:
    badges = tuple(Badge(type="image", url=f"/ranklist_top_gifter_{n}.png") for n in (3, 1))
    assert flat_user(badges=badges, details=DETAILS)["topGifterRank"] == 3
    assert flat_user(top_gifter_rank=1, details=DETAILS)["topGifterRank"] is None


def test_badges_that_0_9_21_did_not_know_are_left_out() -> None:
    badges = (
        Badge(type="image", url="u", display_type=1, scene=4),
        Badge(type="privilege", level=8, scene=8, privilege_id="71"),
        Badge(type="pm_x", name="X", scene=2),
    )
    assert flat_user(badges=badges, details=DETAILS)["userBadges"] == [
        {"type": "image", "displayType": 1, "url": "u"},
        {"type": "pm_x", "name": "X"},
    ]
