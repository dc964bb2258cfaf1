"""TikTok-Live-Connector 0.9.21's flattened objects: the same values under the seed's camelCase names.

The mapping is data: for each kind of event, the seed's name and where our value is. `None` means that the
seed would leave the key out or set it to undefined.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from douyinbot.events.model import Event, User

__all__ = ["flatten"]

Reading = str | Callable[[Any], Any]


def _or_none(text: str) -> str | None:
    return text or None


_USER: dict[str, Callable[["User"], Any]] = {
    "userId": lambda u: u.id or "0",
    "uniqueId": lambda u: _or_none(u.unique_id),
    "nickname": lambda u: _or_none(u.nickname),
    "profilePictureUrl": lambda u: _or_none(u.avatar_url),
    "followRole": lambda u: u.follow_role,
    "userBadges": lambda u: [
        {"type": b.type, **({"url": b.url} if b.url else {"name": b.name})} for b in u.badges
    ],
    "isModerator": lambda u: u.is_moderator,
    "isNewGifter": lambda u: u.is_new_gifter,
    "isSubscriber": lambda u: u.is_subscriber,
    "topGifterRank": lambda u: u.top_gifter_rank,
}


def _user(user: "User | None") -> dict[str, Any]:
    return {} if user is None else {name: read(user) for name, read in _USER.items()}


def _gift_type(event: Any) -> int:
    """The seed's users read 1 as "can streak": on Douyin that is its own flag, not the gift's type."""
    return 1 if event.combo else event.gift_type if event.gift_type != 1 else 0


def _gift(event: Any) -> dict[str, Any]:
    """The gift block that the seed keeps for its own older users."""
    return {
        "gift_id": int(event.gift_id or 0),
        "repeat_count": event.repeat_count,
        "repeat_end": int(event.repeat_end),
        "gift_type": _gift_type(event),
    }


_SOCIAL: dict[str, Reading] = {"displayType": "display_type", "label": "label"}

_EVENTS: dict[str, dict[str, Reading]] = {
    "chat": {"comment": "comment"},
    "gift": {
        "giftId": lambda e: int(e.gift_id or 0),
        "giftName": "gift_name",
        "diamondCount": "diamond_count",
        "repeatCount": "repeat_count",
        "repeatEnd": "repeat_end",
        "giftType": _gift_type,
        "describe": "describe",
        "giftPictureUrl": "gift_picture_url",
        "groupId": lambda e: _or_none(e.group_id),
        "receiverUserId": "receiver_user_id",
        "timestamp": lambda e: round(e.time.timestamp() * 1000),
        "gift": _gift,
        "extendedGiftInfo": "extended_gift_info",
    },
    "member": {"actionId": "action"},
    "like": {"likeCount": "like_count", "totalLikeCount": "total_like_count"},
    "social": _SOCIAL,
    "follow": _SOCIAL,
    "share": _SOCIAL,
    "room_user": {
        "viewerCount": "viewer_count",
        "topViewers": lambda e: [{"user": _user(v.user), "coinCount": v.coin_count} for v in e.top_viewers],
    },
    "emote": {"emoteId": "emote_id", "emoteImageUrl": "emote_image_url"},
    "envelope": {
        "coins": "coins",
        "canOpen": "can_open",
        "timestamp": lambda e: int(e.time.timestamp()),
    },
    "question": {"questionText": "question_text"},
    "subscribe": {"subMonth": "sub_month"},
    "link_mic_battle": {"battleUsers": lambda e: [_user(u) for u in e.battle_users]},
    "link_mic_armies": {
        "battleStatus": "battle_status",
        "battleArmies": lambda e: [
            {
                "hostUserId": a.host_user_id,
                "points": a.points,
                "participants": [_user(u) for u in a.participants],
            }
            for a in e.battle_armies
        ],
    },
    "live_intro": {"id": "id", "description": "description"},
    "stream_end": {"action": "action"},
}


def flatten(event: "Event") -> dict[str, Any]:
    """Return the seed's flat object of one event: the user's attributes merged with the event's own."""
    own = {
        name: getattr(event, read) if isinstance(read, str) else read(event)
        for name, read in _EVENTS.get(event.kind, {}).items()
    }
    return {**own, **_user(event.user), "msgId": event.id}
