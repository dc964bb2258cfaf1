"""Messages of viewers as Douyin would send them: the other direction of this package."""

from collections.abc import Sequence
from typing import Literal

from douyinbot.webcast.composing import Composed, GiftKind, Person
from douyinbot.webcast.pb import douyin_pb2 as pb

__all__ = [
    "SECOND",
    "audio_chat",
    "chat",
    "common",
    "control",
    "emoji_chat",
    "fans_club",
    "gift",
    "like",
    "member",
    "other",
    "room_stats",
    "room_user_seq",
    "screen_chat",
    "social",
    "user",
]

SECOND = 1
"""How the push service writes one second as `heartbeat_duration`."""
_GENDERS = {"male": 1, "female": 2}


def user(person: Person) -> pb.User:
    """Return somebody as the platform describes them; who is masked has no sec_uid."""
    masked = person.nickname.endswith("***")
    return pb.User(
        id=person.id,
        nickname=person.nickname,
        display_id=person.display_id or f"dy{person.id}",
        sec_uid="" if masked else f"MS4wLjABAAAAsim{person.id}",
        gender=_GENDERS.get(person.gender or "", 0),
        avatar_thumb=pb.Image(url_list=[f"https://p3.douyinpic.com/aweme/100x100/sim-{person.id}.jpeg"]),
        pay_grade=pb.User.PayGrade(level=person.level),
        fans_club=pb.User.FansClub(
            data=pb.User.FansClubData(club_name=person.fan_club, level=person.fan_level)
        ),
        follow_info=pb.User.FollowInfo(follow_status=int(person.follows)),
        user_attr=pb.User.UserAttr(is_admin=person.is_admin),
    )


def packed(person: Person) -> bytes:
    """The same as bytes, for the messages that keep their user so."""
    return user(person).SerializeToString()


def common(method: str, id: int, room_id: int, time_ms: int, text: pb.Text | None = None) -> pb.Common:
    """Return what every message begins with."""
    made = pb.Common(method=f"Webcast{method}", msg_id=id, room_id=room_id, create_time=time_ms)
    if text is not None:
        made.display_text.CopyFrom(text)
    return made


def chat(id: int, room_id: int, time_ms: int, person: Person, text: str) -> Composed:
    """A line; the real thing carries its time in seconds and none in Common, and so does this."""
    m = pb.ChatMessage(
        common=common("ChatMessage", id, room_id, 0),
        user=packed(person),
        content=text,
        event_time=time_ms // 1000,
    )
    return "WebcastChatMessage", m.SerializeToString()


def audio_chat(id: int, room_id: int, time_ms: int, person: Person, text: str) -> Composed:
    """A spoken line, as the platform wrote it down."""
    m = pb.AudioChatMessage(
        common=common("AudioChatMessage", id, room_id, time_ms), user=user(person), content=text
    )
    return "WebcastAudioChatMessage", m.SerializeToString()


def screen_chat(id: int, room_id: int, time_ms: int, person: Person, text: str) -> Composed:
    """A paid line that floats over the picture."""
    m = pb.ScreenChatMessage(
        common=common("ScreenChatMessage", id, room_id, time_ms),
        user=user(person),
        content=text,
        event_time=time_ms // 1000,
    )
    return "WebcastScreenChatMessage", m.SerializeToString()


def emoji_chat(id: int, room_id: int, time_ms: int, person: Person, emoji_id: int, text: str) -> Composed:
    m = pb.EmojiChatMessage(
        common=common("EmojiChatMessage", id, room_id, time_ms),
        user=user(person),
        emoji_id=emoji_id,
        default_content=text,
    )
    return "WebcastEmojiChatMessage", m.SerializeToString()


def member(
    id: int, room_id: int, time_ms: int, person: Person, member_count: int, action: int = 1
) -> Composed:
    text = pb.Text(key="live_room_enter_toast", default_pattern="{0:user} 来了{1:string}")
    m = pb.MemberMessage(
        common=common("MemberMessage", id, room_id, time_ms, text),
        user=packed(person),
        member_count=member_count,
        action=action,
    )
    return "WebcastMemberMessage", m.SerializeToString()


def like(id: int, room_id: int, time_ms: int, person: Person, count: int, total: int) -> Composed:
    m = pb.LikeMessage(
        common=common("LikeMessage", id, room_id, time_ms), user=packed(person), count=count, total=total
    )
    return "WebcastLikeMessage", m.SerializeToString()


def social(
    id: int, room_id: int, time_ms: int, person: Person, action: Literal["follow", "share"], count: int
) -> Composed:
    if action == "follow":
        text = pb.Text(key="room_follow_msg", default_pattern="{0:user} 关注了主播")
    else:
        text = pb.Text(key="room_share_msg", default_pattern="{0:user} 分享了直播间")
    m = pb.SocialMessage(
        common=common("SocialMessage", id, room_id, time_ms, text),
        user=packed(person),
        action=1 if action == "follow" else 3,
        share_type=int(action == "share"),
        follow_count=count if action == "follow" else 0,
        share_total_count=count if action == "share" else 0,
    )
    return "WebcastSocialMessage", m.SerializeToString()


def gift(
    id: int,
    room_id: int,
    time_ms: int,
    person: Person,
    kind: GiftKind,
    *,
    repeat_count: int,
    group_id: int,
    repeat_end: bool = False,
    group_count: int = 1,
) -> Composed:
    """One message of a streak: counts are cumulative, the closing one has the same totals again."""
    m = pb.GiftMessage(
        common=common("GiftMessage", id, room_id, time_ms),
        user=packed(person),
        gift_id=kind.id,
        repeat_count=repeat_count,
        combo_count=repeat_count * group_count,
        group_count=group_count,
        repeat_end=int(repeat_end),
        group_id=group_id,
        send_type=4 if kind.combo else 1,
        gift=pb.Gift(
            id=kind.id,
            name=kind.name,
            type=1,
            combo=kind.combo,
            diamond_count=kind.price,
            describe=f"送出{kind.name}",
            image=pb.Image(url_list=[f"https://p3.douyinpic.com/img/webcast/sim-gift-{kind.id}.png"]),
        ),
        send_time=time_ms // 1000 if repeat_end else time_ms,
    )
    return "WebcastGiftMessage", m.SerializeToString()


def fans_club(
    id: int, room_id: int, time_ms: int, person: Person, action: Literal["join", "upgrade"]
) -> Composed:
    m = pb.FansclubMessage(
        common=common("FansclubMessage", id, room_id, time_ms),
        user=user(person),
        action=2 if action == "join" else 1,
        content=f"恭喜 {person.nickname} {'加入了粉丝团' if action == 'join' else '粉丝团升级'}",
    )
    return "WebcastFansclubMessage", m.SerializeToString()


def room_user_seq(
    id: int, room_id: int, time_ms: int, total: int, total_user: int, top: Sequence[tuple[Person, int]] = ()
) -> Composed:
    m = pb.RoomUserSeqMessage(
        common=common("RoomUserSeqMessage", id, room_id, time_ms),
        total=total,
        total_user=total_user,
        total_str=str(total),
        ranks=[
            pb.RoomUserSeqMessage.Contributor(user=user(person), rank=place, exactly_score=str(score))
            for place, (person, score) in enumerate(top, start=1)
        ],
    )
    return "WebcastRoomUserSeqMessage", m.SerializeToString()


def room_stats(id: int, room_id: int, time_ms: int, total: int) -> Composed:
    m = pb.RoomStatsMessage(
        common=common("RoomStatsMessage", id, room_id, time_ms),
        display_short=str(total),
        display_long=f"{total}在线观众",
        display_value=total,
        total=total,
    )
    return "WebcastRoomStatsMessage", m.SerializeToString()


def control(id: int, room_id: int, time_ms: int, action: int, tips: str = "") -> Composed:
    m = pb.ControlMessage(common=common("ControlMessage", id, room_id, time_ms), action=action, tips=tips)
    return "WebcastControlMessage", m.SerializeToString()


def other(id: int, room_id: int, time_ms: int, method: str) -> Composed:
    """A message that douyinbot has no event for: only its Common."""
    message = pb.ChatMessage(common=common(method, id, room_id, time_ms))
    return f"Webcast{method}", message.SerializeToString()
