"""Douyin's messages: one small function for each, and the table that says which method it belongs to.

To support a further message: declare its fields in proto/douyinbot/webcast/pb/douyin.proto, write one
function here, add one row to TABLE, and give tests/webcast a fixture of it.
"""

from typing import Any, Literal

from douyinbot.events import (
    Badge,
    Chat,
    Emote,
    Event,
    FansClub,
    Follow,
    Gift,
    Like,
    Member,
    Role,
    RoomUser,
    Share,
    Social,
    StreamEnd,
    StreamPaused,
    StreamResumed,
    TopViewer,
    User,
)
from douyinbot.webcast.decoding import Arrival, Row, both_spellings, moment
from douyinbot.webcast.pb import douyin_pb2 as pb

__all__ = ["MASKED_ID", "TABLE", "user_from"]

MASKED_ID = 111111
"""The one id under which guests see every viewer."""

_GENDERS: dict[int, Literal["male", "female"]] = {1: "male", 2: "female"}
_FANS_CLUB_ACTIONS = {1: "upgrade", 2: "join"}
_STREAK = 4  # send_type of a gift that is being clicked again and again


def _base(common: pb.Common, id: str, at: Arrival, payload: bytes, stamp: int = 0) -> dict[str, Any]:
    """The fields that every event has; `stamp` is a message's own time, for when Common has none."""
    time, history = moment(common.create_time or stamp, at)
    return {
        "id": id or (str(common.msg_id) if common.msg_id else ""),
        "room": at.room,
        "platform": at.platform,
        "time": time,
        "received": at.received,
        "simulated": at.simulated,
        "history": history,
        "raw": payload,
    }


# ---- users --------------------------------------------------------------------------------------


def _role(user: pb.User, at: Arrival) -> Role:
    if at.owner_id and str(user.id) == at.owner_id:
        return "owner"
    if user.user_attr.is_admin or user.user_attr.is_super_admin:
        return "admin"
    if user.fans_club.data.level > 0:
        return "fans"
    return "follower" if user.follow_info.follow_status > 0 else "viewer"


def _badges(user: pb.User) -> tuple[Badge, ...]:
    images = user.badge_image_list_v2 or user.badge_image_list
    return tuple(
        Badge(
            type="fan_club" if image.image_type == 7 else "honour" if image.image_type == 1 else "image",
            name=image.content.alternative_text or image.content.name,
            level=image.content.level,
            url=image.url_list[0] if image.url_list else "",
        )
        for image in images
    )


def user_from(user: pb.User, at: Arrival) -> User:
    """Turn the platform's user into ours."""
    urls = user.avatar_thumb.url_list
    anonymous = user.id == MASKED_ID or (not user.sec_uid and user.nickname.endswith("***"))
    return User(
        id=str(user.id) if user.id else "",
        unique_id=user.display_id or (str(user.short_id) if user.short_id else ""),
        nickname=user.nickname,
        sec_uid=user.sec_uid,
        avatar_url=urls[0] if urls else "",
        follow_role=user.follow_info.follow_status,
        badges=_badges(user) if user.badge_image_list_v2 or user.badge_image_list else (),
        is_moderator=user.user_attr.is_admin or user.user_attr.is_super_admin,
        is_subscriber=user.subscribe.is_member,
        level=user.pay_grade.level,
        fan_level=user.fans_club.data.level,
        fan_club=user.fans_club.data.club_name,
        gender=_GENDERS.get(user.gender),
        is_anonymous=anonymous,
        role=_role(user, at),
    )


# ---- messages -----------------------------------------------------------------------------------


def _chat(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.ChatMessage.FromString(payload)
    return (
        Chat(
            **_base(m.common, id, at, payload, m.event_time),
            user=user_from(m.user, at) if m.HasField("user") else None,
            comment=m.content,
        ),
    )


def _emoji_chat(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.EmojiChatMessage.FromString(payload)
    return (
        Emote(
            **_base(m.common, id, at, payload),
            user=user_from(m.user, at) if m.HasField("user") else None,
            emote_id=str(m.emoji_id) if m.emoji_id else m.default_content,
        ),
    )


def _units(m: pb.GiftMessage) -> int:
    """How many units the message stands for, counted from the start of its streak.

    A streak repeats a preset batch; single and burst gifts name their number in whichever field the sending
    client filled (seen in one each: total_count, group_count, repeat_count).
    """
    if m.send_type == _STREAK:
        return max(m.repeat_count * max(m.group_count, 1), m.combo_count, 1)
    return max(m.total_count, m.group_count, m.repeat_count, 1)


def _gift(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.GiftMessage.FromString(payload)
    units = _units(m)
    pictures = m.gift.image.url_list or m.gift.icon.url_list
    return (
        Gift(
            **_base(m.common, id, at, payload, m.send_time),
            user=user_from(m.user, at) if m.HasField("user") else None,
            gift_id=str(m.gift_id or m.gift.id or ""),
            gift_name=m.gift.name,
            diamond_count=m.gift.diamond_count,
            repeat_count=m.repeat_count,
            repeat_end=bool(m.repeat_end),
            gift_type=m.gift.type,
            combo=m.gift.combo,
            describe=m.gift.describe,
            gift_picture_url=pictures[0] if pictures else "",
            group_id=str(m.group_id) if m.group_id else "",
            receiver_user_id=str(m.to_user.id) if m.to_user.id else at.owner_id,
            total=units,
            value=units * m.gift.diamond_count,
        ),
    )


def _like(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.LikeMessage.FromString(payload)
    return (
        Like(
            **_base(m.common, id, at, payload),
            user=user_from(m.user, at) if m.HasField("user") else None,
            like_count=m.count,
            total_like_count=m.total,
        ),
    )


def _member(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.MemberMessage.FromString(payload)
    return (
        Member(
            **_base(m.common, id, at, payload),
            user=user_from(m.user, at) if m.HasField("user") else None,
            action=m.action,
            member_count=m.member_count,
        ),
    )


def _social(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.SocialMessage.FromString(payload)
    fields = {
        **_base(m.common, id, at, payload),
        "user": user_from(m.user, at) if m.HasField("user") else None,
        "display_type": m.common.display_text.key,
        "label": m.common.display_text.default_pattern,
        "follow_count": m.follow_count,
        "share_count": m.share_total_count,
    }
    split = {1: Follow, 3: Share}.get(m.action)
    return (Social(**fields),) if split is None else (Social(**fields), split(**fields))


def _fans_club(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.FansclubMessage.FromString(payload)
    return (
        FansClub(
            **_base(m.common, id, at, payload),
            user=user_from(m.user, at) if m.HasField("user") else None,
            action=_FANS_CLUB_ACTIONS.get(m.action, str(m.action)),
            level=m.user.fans_club.data.level,
        ),
    )


def _score(row: pb.RoomUserSeqMessage.Contributor) -> int:
    return row.score or (int(row.exactly_score) if row.exactly_score.isdecimal() else 0)


def _room_user_seq(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.RoomUserSeqMessage.FromString(payload)
    return (
        RoomUser(
            **_base(m.common, id, at, payload),
            viewer_count=m.total,
            total_viewers=m.total_user if m.total_user > 0 else None,
            top_viewers=tuple(
                TopViewer(user=user_from(row.user, at), coin_count=_score(row), rank=row.rank)
                for row in m.ranks
            ),
        ),
    )


def _room_stats(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.RoomStatsMessage.FromString(payload)
    return (RoomUser(**_base(m.common, id, at, payload), viewer_count=m.total or m.display_value),)


def _control(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.ControlMessage.FromString(payload)
    fields = _base(m.common, id, at, payload)
    if m.action == 1:
        return (StreamPaused(**fields),)
    if m.action == 2:
        return (StreamResumed(**fields),)
    # 3 by the streamer, 4 by an admin, 6 by a switch. 5 (change of node) and 7 (ping timeout) go on.
    return (StreamEnd(**fields, action=m.action, tips=m.tips),) if m.action in (3, 4, 6) else ()


TABLE = both_spellings(
    {
        "ChatMessage": Row(_chat, frozenset({"chat"})),
        "EmojiChatMessage": Row(_emoji_chat, frozenset({"emote"})),
        "GiftMessage": Row(_gift, frozenset({"gift"})),
        "LikeMessage": Row(_like, frozenset({"like"})),
        "MemberMessage": Row(_member, frozenset({"member"})),
        "SocialMessage": Row(_social, frozenset({"social", "follow", "share"})),
        "FansclubMessage": Row(_fans_club, frozenset({"fans_club"})),
        "RoomUserSeqMessage": Row(_room_user_seq, frozenset({"room_user"})),
        "RoomStatsMessage": Row(_room_stats, frozenset({"room_user"})),
        "ControlMessage": Row(_control, frozenset({"stream_paused", "stream_resumed", "stream_end"})),
    }
)
"""Every method that gives an event. All others become `Unknown`."""
