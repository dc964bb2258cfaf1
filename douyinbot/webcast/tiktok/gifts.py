"""Gifts: running and closing messages of streaks, and gifts that come once."""

from typing import Any

import msgspec

from douyinbot.events import Event, Gift
from douyinbot.webcast.decoding import Arrival, head, moment
from douyinbot.webcast.pb import tiktok_pb2 as pb
from douyinbot.webcast.tiktok.people import last_url, user_of

__all__ = ["gift"]

_STREAK = 1  # type of a gift that is clicked again and again


def gift(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """One click more, or the end. `repeat_count` counts from the first click; see core/gifts.py.

    The event's time is when the gift was taken, which is up to a millisecond after Common's.
    """
    m = pb.GiftMessage.FromString(payload)
    kind, units = m.gift, max(m.repeat_count, 1)
    price, text = kind.diamond_count, m.common.display_text
    return (
        Gift(
            moment(m.extra.sent_ms or m.common.create_time, at)[0],
            *head(m.common, id, at, payload, user_of(m, at))[1:],
            gift_id=str(m.gift_id or kind.id or ""),
            gift_name=kind.name,
            diamond_count=price,
            repeat_count=m.repeat_count,
            repeat_end=bool(m.repeat_end),
            gift_type=kind.type,
            combo=kind.type == _STREAK,
            describe=kind.describe,
            gift_picture_url=last_url(kind.image),
            group_id=str(m.group_id) if m.group_id else "",
            receiver_user_id=str(m.to_user.id or m.extra.to_user_id or at.owner_id),
            total=units,
            value=units * price,
            display_type=text.key,
            label=text.default_pattern,
            monitor_extra=_notes(m.monitor_extra),
        ),
    )


def _notes(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        notes: dict[str, Any] = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError):
        return None
    return notes
