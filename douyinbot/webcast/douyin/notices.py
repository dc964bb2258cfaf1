"""Lines that nobody wrote: notices of the room and of the platform, each with what it is about."""

from typing import Any

from douyinbot.events import Event, RoomNotice
from douyinbot.webcast.decoding import Arrival
from douyinbot.webcast.douyin.people import head, user_from, user_of
from douyinbot.webcast.pb import douyin_pb2 as pb
from douyinbot.webcast.texts import named_user, render

__all__ = [
    "ai_reply",
    "banner",
    "common_text",
    "effect",
    "exhibition",
    "highlight",
    "hot_chat",
    "manage",
    "notify",
    "quiz_start",
    "room_message",
    "toast",
    "verify",
]


def _notice(
    m: Any, id: str, at: Arrival, payload: bytes, topic: str, text: str, user: pb.User | None = None
) -> tuple[Event, ...]:
    """One notice; a message without words of its own may have them where every message can, in Common."""
    who = user_from(user, at) if user is not None else user_of(m, at) if hasattr(m, "user") else None
    shown = text or render(m.common.display_text)
    return (RoomNotice(*head(m.common, id, at, payload, who), text=shown, topic=topic),)


def room_message(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.RoomMessage.FromString(payload)
    return _notice(m, id, at, payload, "room", m.content)


def notify(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A notice to the whole site."""
    m = pb.NotifyMessage.FromString(payload)
    return _notice(m, id, at, payload, "site", m.content)


def toast(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.ToastMessage.FromString(payload)
    return _notice(m, id, at, payload, "toast", m.content)


def hot_chat(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """Everybody writes the same words."""
    m = pb.HotChatMessage.FromString(payload)
    return _notice(m, id, at, payload, "hot chat", f"{m.title} {m.content}".strip())


def exhibition(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """The gift gallery has a new sponsor."""
    m = pb.ExhibitionChatMessage.FromString(payload)
    return _notice(m, id, at, payload, "gift gallery", render(m.display_text), named_user(m.display_text))


def highlight(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A viewer's line is pinned above the chat, or taken down."""
    m = pb.HighlightComment.FromString(payload)
    return _notice(m, id, at, payload, "unpinned" if m.action_type == 2 else "pinned", m.content)


def ai_reply(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """The streamer's AI answers somebody. No chat line: a bot that answers bots never ends."""
    m = pb.AIAutoReplyMessage.FromString(payload)
    return _notice(m, id, at, payload, "ai reply", m.reply_content)


def effect(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A banner flies in: somebody of a high level came, somebody rose."""
    m = pb.NotifyEffectMessage.FromString(payload)
    return _notice(m, id, at, payload, "effect", render(m.text), named_user(m.text))


def common_text(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A small text between the chat lines."""
    m = pb.CommonTextMessage.FromString(payload)
    return _notice(m, id, at, payload, "text", "")


def banner(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A banner beside the picture, such as the wish list: JSON whose form changes with each campaign."""
    m = pb.InRoomBannerMessage.FromString(payload)
    return _notice(m, id, at, payload, "banner", m.extra)


def verify(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """The platform warns the room."""
    m = pb.RoomVerifyMessage.FromString(payload)
    return _notice(m, id, at, payload, "moderation", m.content or m.tip_content)


def manage(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """Somebody in the room was moderated."""
    m = pb.RoomManageMessage.FromString(payload)
    return _notice(m, id, at, payload, "moderation", m.content)


def quiz_start(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.QuizStartMessage.FromString(payload)
    return _notice(m, id, at, payload, "quiz", render(m.display_text))
