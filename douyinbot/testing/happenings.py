"""Viewers and events of every kind for tests: what a test does not say is filled in as a room would."""

from collections.abc import Mapping
from typing import Any

from douyinbot.config import nearest
from douyinbot.core.puppets import PRICES
from douyinbot.events import EVENTS, Event, Role, User

__all__ = ["FROM_VIEWERS", "VIEWER", "gift_fields", "happening", "viewer"]

VIEWER = "小明"
"""Who does what a test lets nobody in particular do."""

FROM_VIEWERS = frozenset(
    {
        *("chat", "gift", "member", "like", "social", "follow", "share", "emote", "question"),
        *("fans_club", "subscribe"),
    }
)
"""Kinds of event that somebody causes."""

_USUAL: Mapping[str, Mapping[str, Any]] = {
    "member": {"action": 1},
    "like": {"like_count": 1},
    "fans_club": {"action": "join", "level": 1},
    "subscribe": {"sub_month": 1},
    "connected": {"title": "测试直播间", "owner": "主播"},
}


def viewer(name: str = VIEWER, role: Role = "viewer", **fields: Any) -> User:
    """Return a viewer; the same name is always the same person."""
    number = sum(ord(char) << 8 * (index % 6) for index, char in enumerate(name)) % 10**12 + 1000
    defaults: dict[str, Any] = {
        "id": str(number),
        "unique_id": f"dy{number}",
        "nickname": name,
        "role": role,
        "is_moderator": role == "admin",
        "fan_level": 1 if role == "fans" else 0,
        "follow_role": int(role != "viewer"),
    }
    return User(**{**defaults, **fields})


def gift_fields(name: str = "玫瑰", count: int = 1, diamonds: int | None = None) -> dict[str, Any]:
    """Return the fields of a gift message that has no streak."""
    return {
        "gift_id": str(sum(map(ord, name))),
        "gift_name": name,
        "diamond_count": PRICES.get(name, 1) if diamonds is None else diamonds,
        "repeat_count": count,
        "total": count,
        "gift_type": 1,
    }


def happening(kind: str, **fields: Any) -> Event:
    """Return an event of a kind; own fields that are not given have the room's usual values.

    Raises:
        KeyError: there is no such kind.
        TypeError: it has no such field.
    """
    if kind not in EVENTS:
        raise KeyError(f'there is no event "{kind}"{nearest(kind, list(EVENTS))}')
    usual = dict(_USUAL.get(kind, {}))
    if kind == "gift":
        count = fields.get("total", fields.get("repeat_count", 1))
        usual = gift_fields(fields.get("gift_name", "玫瑰"), count, fields.get("diamond_count"))
    if kind in FROM_VIEWERS:
        usual["user"] = viewer()
    return EVENTS[kind](**{**usual, **fields})
