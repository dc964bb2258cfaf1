"""Gifts: running and closing messages of streaks, and gifts in other clothes."""

from douyinbot.events import Event, Gift
from douyinbot.webcast.decoding import Arrival
from douyinbot.webcast.douyin.people import first_url, head, packed_user, user_of
from douyinbot.webcast.pb import douyin_pb2 as pb

__all__ = ["binding_gift", "free_cell_gift", "gift", "light_gift"]

_STREAK = 4  # send_type of a gift that is being clicked again and again


def gift(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.GiftMessage.FromString(payload)
    return (_gift(m, m.common, id, at, payload),)


def binding_gift(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A reward, wrapped around the gift that it was given as."""
    m = pb.BindingGiftMessage.FromString(payload)
    return (_gift(m.msg, m.common if m.HasField("common") else m.msg.common, id, at, payload),)


def light_gift(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A small gift whose giver is not told; it counts by itself."""
    m = pb.LightGiftMessage.FromString(payload)
    units = max(m.count, m.repeat_count * max(m.group_count, 1), m.combo_count, 1)
    price = m.gift_info.diamond_count or m.gift_struct.diamond_count
    return (
        Gift(
            *head(m.common, id, at, payload),
            gift_id=str(m.gift_info.gift_id or m.gift_struct.id or ""),
            gift_name=m.gift_struct.name,
            diamond_count=price,
            repeat_count=units,
            repeat_end=True,
            gift_type=m.gift_struct.type,
            describe=m.gift_struct.describe,
            gift_picture_url=_picture(m.gift_struct),
            receiver_user_id=str(m.to_user_id) if m.to_user_id else at.owner_id,
            total=units,
            value=units * price,
        ),
    )


def free_cell_gift(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A gift that costs nothing; it has no streak and counts by itself."""
    m = pb.FreeCellGiftMessage.FromString(payload)
    return (
        Gift(
            *head(m.common, id, at, payload, user_of(m, at)),
            gift_id=str(m.gift_id or ""),
            repeat_count=m.repeat_count,
            repeat_end=True,
            receiver_user_id=str(m.to_user.id or at.owner_id),
            total=max(m.group_count, m.repeat_count, 1),
        ),
    )


def _gift(m: pb.GiftMessage, common: pb.Common, id: str, at: Arrival, payload: bytes) -> Gift:
    kind, text, units = m.gift, common.display_text, _units(m)
    price = kind.diamond_count
    return Gift(
        *head(common, id, at, payload, packed_user(m.user, at), m.send_time),
        gift_id=str(m.gift_id or kind.id or ""),
        gift_name=kind.name,
        diamond_count=price,
        repeat_count=m.repeat_count,
        repeat_end=bool(m.repeat_end),
        gift_type=kind.type,
        combo=kind.combo,
        describe=kind.describe,
        gift_picture_url=_picture(kind),
        group_id=str(m.group_id) if m.group_id else "",
        receiver_user_id=str(m.to_user.id or at.owner_id),
        total=units,
        value=units * price,
        display_type=text.key,
        label=text.default_pattern,
    )


def _units(m: pb.GiftMessage) -> int:
    """How many units the message stands for, counted from the start of its streak.

    A streak repeats a preset batch; single and burst gifts name their number in whichever field the sending
    client filled (seen in one each: total_count, group_count, repeat_count).
    """
    if m.send_type == _STREAK:
        return max(m.repeat_count * max(m.group_count, 1), m.combo_count, 1)
    return max(m.total_count, m.group_count, m.repeat_count, 1)


def _picture(kind: pb.Gift) -> str:
    return first_url(kind.image) or first_url(kind.icon)
