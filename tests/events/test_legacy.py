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
    Envelope,
    Event,
    Follow,
    Gift,
    Like,
    LinkMicArmies,
    LinkMicArmy,
    LinkMicBattle,
    LiveIntro,
    Member,
    Question,
    RoomUser,
    Share,
    Social,
    StreamEnd,
    Subscribe,
    TopViewer,
    User,
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
)
FLAT_USER = {
    "userId": "9007199254740993",
    "uniqueId": "xiaoming",
    "nickname": "小明",
    "profilePictureUrl": "https://p3/a.jpeg",
    "followRole": 1,
    "userBadges": [{"type": "honour", "url": "https://p3/b.png"}, {"type": "fan_club", "name": "小队"}],
    "isModerator": True,
    "isNewGifter": True,
    "isSubscriber": True,
    "topGifterRank": 2,
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
}
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
}
SOCIAL = {"display_type": "room_follow_msg", "label": "{0:user} 关注了主播"}
FLAT_SOCIAL = {"displayType": "room_follow_msg", "label": "{0:user} 关注了主播"}

FLAT: list[tuple[Event, dict[str, Any]]] = [
    (Chat(**HEAD, comment="你好"), {"comment": "你好"}),
    (GIFT, FLAT_GIFT),
    (Member(**HEAD, action=1, member_count=9), {"actionId": 1}),
    (Like(**HEAD, like_count=9, total_like_count=15935), {"likeCount": 9, "totalLikeCount": 15935}),
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
    (Envelope(**HEAD, coins=20, can_open=3), {"coins": 20, "canOpen": 3, "timestamp": 1_790_856_000}),
    (Question(**HEAD, question_text="几点?"), {"questionText": "几点?"}),
    (Subscribe(**HEAD, sub_month=3), {"subMonth": 3}),
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
    (StreamEnd(**HEAD, action=3, tips="x"), {"action": 3}),
]
WITHOUT_OWN = set(EVENTS) - {event.kind for event, _ in FLAT}


@pytest.mark.parametrize(("event", "flat"), FLAT, ids=lambda value: getattr(value, "kind", ""))
def test_event_and_user_are_one_flat_object(event: Event, flat: dict[str, Any]) -> None:
    assert event.to_legacy() == {**flat, "msgId": "7281510189419793208"}
    with_user = event.replace(user=USER).to_legacy()
    assert with_user == {**flat, **FLAT_USER, "msgId": "7281510189419793208"}


@pytest.mark.parametrize("kind", sorted(WITHOUT_OWN))
def test_events_that_the_seed_does_not_have_show_user_and_number(kind: str) -> None:
    event = EVENTS[kind](**HEAD, user=USER)
    assert event.to_legacy() == {**FLAT_USER, "msgId": "7281510189419793208"}


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
    assert (flat["groupId"], flat["giftId"], flat["extendedGiftInfo"]) == (None, 0, None)
