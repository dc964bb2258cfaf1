"""TikTok-Live-Connector's flattened objects: the same values under the seed's camelCase names.

The mapping is data: for each kind of event, the seed's names and where our values are. `None` stands for what
the seed leaves out or sets to undefined. Every name that 0.9.21 has means what it meant there; the names that
1.0 to 1.2.3 added come on top. Nothing of douyinbot is imported: events know this module, not the reverse.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

__all__ = ["flatten"]

Reading = str | Callable[[Any], Any]
"""Where a value is: the name of an attribute, or a function of the event (or user, or badge)."""


def _read(source: Any, readings: Mapping[str, Reading]) -> dict[str, Any]:
    return {
        name: getattr(source, where) if isinstance(where, str) else where(source)
        for name, where in readings.items()
    }


def _or_none(name: str) -> Callable[[Any], Any]:
    return lambda source: getattr(source, name) or None


def _milliseconds(time: datetime) -> int:
    return round(time.timestamp() * 1000)


# ---- users --------------------------------------------------------------------------------------

_RANK = re.compile(r"/ranklist_top_gifter_(\d+)(?=.png)")
_NOT_IN_0_9 = ("", "privilege")  # kinds of badge


def _badge(badge: Any) -> dict[str, Any]:
    if badge.type == "image":
        return {"type": badge.type, "displayType": badge.display_type, "url": badge.url}
    return {"type": badge.type, **({"url": badge.url} if badge.url else {"name": badge.name})}


def _badges(user: Any) -> list[dict[str, Any]]:
    return [_badge(badge) for badge in user.badges if badge.type not in _NOT_IN_0_9]


def _worn(ours: str, mark: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """The seed knew a TikTok user by badges alone; where none are told of that kind, our own flag counts."""

    def read(user: Any) -> bool:
        return bool(getattr(user, ours)) if user.details is None else any(map(mark, user.badges))

    return read


def _follow_role(user: Any) -> int | None:
    brief = user.details is not None and user.details.follow is None
    return None if brief else user.follow_role


def _rank(user: Any) -> int | None:
    if user.details is None:
        rank: int | None = user.top_gifter_rank
        return rank
    found = next(filter(None, (_RANK.search(badge.url) for badge in user.badges)), None)
    return int(found[1]) if found else None


_USER: dict[str, Reading] = {
    "userId": lambda u: u.id or "0",
    "secUid": "sec_uid",
    "uniqueId": _or_none("unique_id"),
    "nickname": _or_none("nickname"),
    "profilePictureUrl": _or_none("avatar_url"),
    "followRole": _follow_role,
    "userBadges": _badges,
    "isModerator": _worn("is_moderator", lambda b: "moderator" in b.type.lower()),
    "isNewGifter": _worn("is_new_gifter", lambda b: "live_ng_" in b.type.lower()),
    "isSubscriber": _worn("is_subscriber", lambda b: "/sub_" in b.url.lower()),
    "topGifterRank": _rank,
    "gifterLevel": "level",
    "teamMemberLevel": "fan_level",
}
_DETAILS: dict[str, Reading] = {
    "userSceneTypes": lambda d: list(d.badge_scenes),
    "userDetails": lambda d: {
        "createTime": str(d.create_time),
        "bioDescription": d.bio,
        "profilePictureUrls": list(d.picture_urls) or None,
    },
}
_FOLLOW: dict[str, Reading] = {
    "followingCount": "following_count",
    "followerCount": "follower_count",
    "followStatus": "follow_status",
    "pushStatus": "push_status",
}


def _user(user: Any) -> dict[str, Any]:
    if user is None:
        return {}
    flat = _read(user, _USER)
    if user.details is not None:
        flat.update(_read(user.details, _DETAILS))
        if user.details.follow is not None:
            flat["followInfo"] = _read(user.details.follow, _FOLLOW)
    return flat


# What the seed makes of a message that should have a user and has none.
_NOBODY: dict[str, Any] = {
    "userId": None,
    "uniqueId": None,
    "nickname": None,
    "profilePictureUrl": None,
    "followRole": None,
    "userBadges": [],
    "isModerator": False,
    "isNewGifter": False,
    "isSubscriber": False,
    "topGifterRank": None,
    "userDetails": dict.fromkeys(("createTime", "bioDescription", "profilePictureUrls")),
    "gifterLevel": 0,
    "teamMemberLevel": 0,
}


# ---- events -------------------------------------------------------------------------------------


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


_TEXT: dict[str, Reading] = {"displayType": _or_none("display_type"), "label": _or_none("label")}

_EVENTS: dict[str, dict[str, Reading]] = {
    "chat": {
        "comment": "comment",
        "emotes": lambda e: [
            {"emoteId": p.emote_id, "emoteImageUrl": p.emote_image_url, "placeInComment": p.place}
            for p in e.emotes
        ],
    },
    "gift": {
        "giftId": lambda e: int(e.gift_id or 0),
        "giftName": "gift_name",
        "diamondCount": "diamond_count",
        "repeatCount": "repeat_count",
        "repeatEnd": "repeat_end",
        "giftType": _gift_type,
        "describe": "describe",
        "giftPictureUrl": "gift_picture_url",
        "groupId": lambda e: e.group_id or "0",
        "receiverUserId": "receiver_user_id",
        "timestamp": lambda e: _milliseconds(e.time),
        "gift": _gift,
        "extendedGiftInfo": "extended_gift_info",
        "monitorExtra": "monitor_extra",
        **_TEXT,
    },
    "member": {"actionId": "action", **_TEXT},
    "like": {"likeCount": "like_count", "totalLikeCount": "total_like_count", **_TEXT},
    "social": _TEXT,
    "follow": _TEXT,
    "share": _TEXT,
    "room_user": {
        "viewerCount": "viewer_count",
        "topViewers": lambda e: [{"user": _user(v.user), "coinCount": v.coin_count} for v in e.top_viewers],
    },
    "emote": {"emoteId": "emote_id", "emoteImageUrl": "emote_image_url"},
    "envelope": {
        "coins": _or_none("coins"),
        "canOpen": _or_none("can_open"),
        "timestamp": lambda e: None if e.opens_at is None else int(e.opens_at.timestamp()),
    },
    "question": {"questionText": "question_text"},
    "subscribe": {
        "subMonth": "sub_month",
        "exhibitionType": _or_none("exhibition_type"),
        "subscribeType": _or_none("subscribe_type"),
        "oldSubscribeStatus": _or_none("old_subscribe_status"),
        "subscribingStatus": _or_none("subscribing_status"),
        **_TEXT,
    },
    "link_mic_battle": {"battleUsers": lambda e: [_user(u) for u in e.battle_users]},
    "link_mic_armies": {
        "battleStatus": "battle_status",
        "battleArmies": lambda e: [
            {
                "hostUserId": a.host_user_id or "0",
                "points": a.points,
                "participants": [_user(u) for u in a.participants],
            }
            for a in e.battle_armies
        ],
    },
    "live_intro": {"id": lambda e: e.room_id or e.id, "description": "description"},
    "stream_paused": {"action": lambda e: 1},
    "stream_resumed": {"action": lambda e: 2},
    "stream_end": {"action": "action"},
}
_COMMON_FIELDS = frozenset(
    ("time", "received", "id", "user", "room", "platform", "simulated", "history", "raw")
)
_ALWAYS: dict[str, Reading] = {"msgId": "id", "createTime": lambda e: str(_milliseconds(e.time))}


def flatten(event: Any) -> dict[str, Any]:
    """Return the seed's flat object of one event: the user's attributes merged with the event's own."""
    user = _NOBODY if event.user is None and event.kind == "envelope" else _user(event.user)
    readings = _EVENTS.get(event.kind)
    own = _read(event, readings) if readings is not None else _flat_fields(event)
    return {**own, **user, **_read(event, _ALWAYS)}


def _flat_fields(event: Any) -> dict[str, Any]:
    """Return the own fields of a kind that the seed never had, under names like the seed's."""
    return {
        _camel_case(name): _flat(getattr(event, name))
        for name in event.__struct_fields__
        if name not in _COMMON_FIELDS
    }


def _flat(value: Any) -> Any:
    if hasattr(value, "nickname"):
        return _user(value)
    if isinstance(value, tuple | list):
        return [_flat(item) for item in value]
    if isinstance(value, bytes):
        return b64encode(value).decode()  # as to_dict() has it
    return str(value) if isinstance(value, BaseException) else value


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
