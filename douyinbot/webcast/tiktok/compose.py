"""Messages as TikTok would send them: the twin of `douyin/compose.py`, with the same functions.

The other direction of this package. A simulated room speaks one or the other; frames are the same in both.
"""

from collections.abc import Sequence
from typing import Literal

from google.protobuf.message import DecodeError as ProtobufError

from douyinbot.webcast.composing import Composed, GiftKind, Person
from douyinbot.webcast.pb import tiktok_pb2 as pb

__all__ = [
    "IMAGES",
    "SECOND",
    "chat",
    "common",
    "control",
    "emoji_chat",
    "enters",
    "fans_club",
    "gift",
    "like",
    "member",
    "named",
    "other",
    "room_stats",
    "room_user_seq",
    "social",
    "user",
]

SECOND = 1000
"""How the push service writes one second as `heartbeat_duration`."""
IMAGES = "https://p16-webcast.tiktokcdn.com/img/sim"
_MODERATOR, _GIFTER, _TEAM = 1, 8, 10  # the scenes of badges
_GRAND_GIFTER, _GRAND_FAN = 25, 20  # the lowest levels in recorded joins by barrage


def user(person: Person) -> pb.User:
    """Return somebody as the platform describes them."""
    worn = [(_MODERATOR, int(person.is_admin)), (_GIFTER, person.level), (_TEAM, person.fan_level)]
    return pb.User(
        id=person.id,
        nickname=person.nickname,
        display_id=person.display_id or f"tt{person.id}",
        sec_uid=f"MS4wLjABAAAAsim{person.id}",
        avatar_thumb=pb.Image(url_list=[f"{IMAGES}-{person.id}-100x100.webp"]),
        follow_info=pb.User.FollowInfo(follow_status=int(person.follows)),
        badges=[
            pb.Badge(scene=scene, log_extra=pb.Badge.LogExtra(level=str(level)))
            for scene, level in worn
            if level
        ],
    )


def common(method: str, id: int, room_id: int, time_ms: int, text: pb.Text | None = None) -> pb.Common:
    """Return what every message begins with."""
    made = pb.Common(method=f"Webcast{method}", msg_id=id, room_id=room_id, create_time=time_ms)
    if text is not None:
        made.display_text.CopyFrom(text)
    return made


def chat(id: int, room_id: int, time_ms: int, person: Person, text: str) -> Composed:
    m = pb.ChatMessage(
        common=common("ChatMessage", id, room_id, time_ms),
        user=user(person),
        content=text,
        user_identity=_identity(person),
    )
    return "WebcastChatMessage", m.SerializeToString()


def emoji_chat(id: int, room_id: int, time_ms: int, person: Person, emoji_id: int, text: str) -> Composed:
    """A sticker. It has a picture and no words, so the text does not travel."""
    m = pb.EmoteChatMessage(
        common=common("EmoteChatMessage", id, room_id, time_ms),
        user=user(person),
        emotes=[pb.Emote(emote_id=str(emoji_id), image=pb.Image(url_list=[f"{IMAGES}-emote-{emoji_id}"]))],
        user_identity=_identity(person),
    )
    return "WebcastEmoteChatMessage", m.SerializeToString()


def member(
    id: int, room_id: int, time_ms: int, person: Person, member_count: int, action: int = 1
) -> Composed:
    """Somebody comes in; those of a high level across the picture, and then no MemberMessage is sent."""
    if person.level >= _GRAND_GIFTER or person.fan_level >= _GRAND_FAN:
        return _grand_entry(common("BarrageMessage", id, room_id, time_ms), person)
    text = pb.Text(key="live_room_enter_toast", default_pattern="{0:user} joined")
    m = pb.MemberMessage(
        common=common("MemberMessage", id, room_id, time_ms, text),
        user=user(person),
        member_count=member_count,
        action=action,
    )
    return "WebcastMemberMessage", m.SerializeToString()


def like(id: int, room_id: int, time_ms: int, person: Person, count: int, total: int) -> Composed:
    text = pb.Text(key="pm_mt_msg_viewer", default_pattern="{0:user} liked the LIVE")
    m = pb.LikeMessage(
        common=common("LikeMessage", id, room_id, time_ms, text),
        user=user(person),
        count=count,
        total=total,
    )
    return "WebcastLikeMessage", m.SerializeToString()


def social(
    id: int, room_id: int, time_ms: int, person: Person, action: Literal["follow", "share"], count: int
) -> Composed:
    if action == "follow":
        text = pb.Text(
            key="pm_main_follow_message_viewer_2", default_pattern="{0:user} followed the LIVE creator"
        )
    else:
        text = pb.Text(key="pm_mt_guidance_share", default_pattern="{0:user} shared the LIVE")
    m = pb.SocialMessage(
        common=common("SocialMessage", id, room_id, time_ms, text),
        user=user(person),
        action=1 if action == "follow" else 3,
        follow_count=count if action == "follow" else 0,
        share_count=count if action == "share" else 0,
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
) -> Composed:
    """One message of a streak. Gifts that cannot streak carry no group and no end, as the recorded ones."""
    m = pb.GiftMessage(
        common=common("GiftMessage", id, room_id, time_ms),
        user=user(person),
        gift_id=kind.id,
        repeat_count=repeat_count,
        repeat_end=int(repeat_end and kind.combo),
        group_id=group_id * 1000 if kind.combo else 0,
        gift=pb.GiftMessage.Gift(
            id=kind.id,
            name=kind.name,
            type=1 if kind.combo else 2,
            diamond_count=kind.price,
            describe=f"Sent {kind.name}",
            image=pb.Image(url_list=[f"{IMAGES}-gift-{kind.id}.png"]),
        ),
        extra=pb.GiftMessage.Extra(sent_ms=time_ms),
        user_identity=_identity(person),
    )
    return "WebcastGiftMessage", m.SerializeToString()


def fans_club(
    id: int, room_id: int, time_ms: int, person: Person, action: Literal["join", "upgrade"]
) -> Composed:
    """Somebody joins the team, told by the system; or rises in it, told across the picture."""
    if action == "upgrade":
        level = pb.BarrageMessage.Level(current=max(person.fan_level, 1), user=user(person))
        barrage = pb.BarrageMessage(
            common=common("BarrageMessage", id, room_id, time_ms), type=10, fans_level=level
        )
        return "WebcastBarrageMessage", barrage.SerializeToString()
    text = pb.Text(
        key="pm_mt_fan_live_joined_comment",
        default_pattern="{0:user} joined the team",
        pieces=[named(person)],
    )
    m = pb.RoomMessage(common=common("RoomMessage", id, room_id, time_ms, text))
    return "WebcastRoomMessage", m.SerializeToString()


def room_user_seq(
    id: int, room_id: int, time_ms: int, total: int, total_user: int, top: Sequence[tuple[Person, int]] = ()
) -> Composed:
    m = pb.RoomUserSeqMessage(
        common=common("RoomUserSeqMessage", id, room_id, time_ms),
        total=total,
        total_user=total_user,
        ranks=[
            pb.RoomUserSeqMessage.Contributor(user=user(person), rank=place, coin_count=score)
            for place, (person, score) in enumerate(top, start=1)
        ],
    )
    return "WebcastRoomUserSeqMessage", m.SerializeToString()


def room_stats(id: int, room_id: int, time_ms: int, total: int) -> Composed:
    """TikTok has one message about how many watch; the second of Douyin's two is the same here."""
    return room_user_seq(id, room_id, time_ms, total, total)


def control(id: int, room_id: int, time_ms: int, action: int, tips: str = "") -> Composed:
    m = pb.ControlMessage(common=common("ControlMessage", id, room_id, time_ms), action=action, tips=tips)
    return "WebcastControlMessage", m.SerializeToString()


def other(id: int, room_id: int, time_ms: int, method: str) -> Composed:
    """A message that douyinbot has no event for: only its Common."""
    m = pb.ChatMessage(common=common(method, id, room_id, time_ms))
    return f"Webcast{method}", m.SerializeToString()


def enters(payload: bytes) -> str:
    """Return the room id in the payload of an `im_enter_room` frame, "" where it does not enter a room."""
    try:
        entry = pb.ImEnterRoom.FromString(payload)
    except ProtobufError:
        return ""
    right = entry.live_id == 12 and entry.identity == "audience" and entry.enter_unique_id > 0
    return str(entry.room_id) if right else ""


def named(person: Person) -> pb.TextPiece:
    """Return the piece of a text that is somebody's name."""
    return pb.TextPiece(type=11, user_value=pb.TextPiece.UserValue(user=user(person)))


def _grand_entry(head: pb.Common, person: Person) -> Composed:
    m = pb.BarrageMessage(common=head)
    if person.level >= _GRAND_GIFTER:
        m.type, key = 9, "pm_mt_alp_join_animation"
        m.user_grade.CopyFrom(pb.BarrageMessage.Level(current=person.level, user=user(person)))
    else:
        m.type, key = 11, "pm_mt_fan_live_join"
        m.fans_level.CopyFrom(pb.BarrageMessage.Level(current=person.fan_level, user=user(person)))
    m.content.CopyFrom(pb.Text(key=key, default_pattern="joined"))
    return "WebcastBarrageMessage", m.SerializeToString()


def _identity(person: Person) -> pb.UserIdentity:
    return pb.UserIdentity(is_moderator=person.is_admin, is_follower=person.follows)
