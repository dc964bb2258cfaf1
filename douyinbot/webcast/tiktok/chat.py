"""What viewers write: lines, stickers, questions; and lines that are taken back or pinned."""

from douyinbot.events import Chat, Deleted, Emote, EmoteInText, Event, Question, RoomNotice
from douyinbot.webcast.decoding import Arrival, head
from douyinbot.webcast.pb import tiktok_pb2 as pb
from douyinbot.webcast.texts import render
from douyinbot.webcast.tiktok.people import last_url, user_of

__all__ = ["chat", "deleted", "emote_chat", "pinned", "question"]

_UNPINNED = 2  # action of RoomPinMessage; 1 pins


def chat(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.ChatMessage.FromString(payload)
    emotes = tuple(
        EmoteInText(
            emote_id=row.emote.emote_id,
            emote_image_url=last_url(row.emote.image),
            place=row.place_in_comment,
        )
        for row in m.emotes
    )
    return (Chat(*head(m.common, id, at, payload, user_of(m, at)), comment=m.content, emotes=emotes),)


def emote_chat(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A subscriber's sticker, or several."""
    m = pb.EmoteChatMessage.FromString(payload)
    first = head(m.common, id, at, payload, user_of(m, at))
    return tuple(
        Emote(*first, emote_id=emote.emote_id, emote_image_url=last_url(emote.image)) for emote in m.emotes
    ) or (Emote(*first),)


def question(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.QuestionNewMessage.FromString(payload)
    return (Question(*head(m.common, id, at, payload, user_of(m.details, at)), question_text=m.details.text),)


def deleted(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.ImDeleteMessage.FromString(payload)
    return (
        Deleted(
            *head(m.common, id, at, payload),
            message_ids=tuple(map(str, m.message_ids)),
            user_ids=tuple(map(str, m.user_ids)),
        ),
    )


def pinned(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A line or gift of somebody is pinned above the chat, or taken down; then only its number is told."""
    m = pb.RoomPinMessage.FromString(payload)
    what = m.gift if m.HasField("gift") else m.chat
    text = m.chat.content or render(what.common.display_text)
    return (
        RoomNotice(
            *head(m.common, id, at, payload, user_of(what, at)),
            text=text,
            topic="unpinned" if m.action == _UNPINNED else "pinned",
        ),
    )
