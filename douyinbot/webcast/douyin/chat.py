"""What viewers write: lines in all their forms, stickers, and lines that are taken back."""

from douyinbot.events import Chat, Deleted, Emote, Event
from douyinbot.webcast.decoding import Arrival
from douyinbot.webcast.douyin.people import first_url, head, packed_user, user_from, user_of
from douyinbot.webcast.pb import douyin_pb2 as pb

__all__ = [
    "audio_chat",
    "chat",
    "deleted",
    "emoji_chat",
    "link_emoji",
    "privilege_screen_chat",
    "screen_chat",
]


def chat(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.ChatMessage.FromString(payload)
    who = packed_user(m.user, at)
    return (Chat(*head(m.common, id, at, payload, who, m.event_time), m.content),)


def audio_chat(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A spoken line; the text is what the platform made of it."""
    m = pb.AudioChatMessage.FromString(payload)
    return (Chat(*head(m.common, id, at, payload, user_of(m, at)), comment=m.content),)


def screen_chat(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A paid line that floats over the picture."""
    m = pb.ScreenChatMessage.FromString(payload)
    return (Chat(*head(m.common, id, at, payload, user_of(m, at), m.event_time), comment=m.content),)


def privilege_screen_chat(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.PrivilegeScreenChatMessage.FromString(payload)
    return (Chat(*head(m.common, id, at, payload, user_of(m, at)), comment=m.content),)


def emoji_chat(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.EmojiChatMessage.FromString(payload)
    emote = str(m.emoji_id) if m.emoji_id else m.default_content
    pictures = (first_url(piece.image_value.image) for piece in m.emoji_content.pieces)
    url = next(filter(None, pictures), "")
    return (Emote(*head(m.common, id, at, payload, user_of(m, at)), emote_id=emote, emote_image_url=url),)


def link_emoji(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A guest on the line plays a sticker; only its picture is told."""
    m = pb.LinkMicSendEmojiMessage.FromString(payload)
    who = user_from(m.from_user, at) if m.HasField("from_user") else None
    return (Emote(*head(m.common, id, at, payload, who), emote_image_url=first_url(m.emoji_image_result)),)


def deleted(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.ImDeleteMessage.FromString(payload)
    return (Deleted(*head(m.common, id, at, payload), message_ids=tuple(map(str, m.delete_msg_ids))),)
