"""Lines in all their forms, stickers, and lines that are taken back."""

from datetime import UTC, datetime

import pytest
from google.protobuf.message import Message

from douyinbot.events import Chat, Deleted, Emote
from douyinbot.webcast.pb import douyin_pb2 as pb
from tests.webcast.douyin.messages import RECEIVED, only

WRITER = pb.User(id=2**53 + 1, nickname="小明")


@pytest.mark.parametrize(
    "message",
    [
        pb.ChatMessage(user=WRITER.SerializeToString(), content="你好"),
        pb.AudioChatMessage(user=WRITER, content="你好"),
        pb.ScreenChatMessage(user=WRITER, content="你好"),
        pb.PrivilegeScreenChatMessage(user=WRITER, content="你好"),
    ],
    ids=lambda message: message.DESCRIPTOR.name,
)
def test_written_spoken_and_floating_lines_are_all_chat(message: Message) -> None:
    chat = only(message)
    assert isinstance(chat, Chat)
    assert chat.user is not None
    assert (chat.comment, chat.user.id, chat.user.nickname) == ("你好", "9007199254740993", "小明")
    assert (chat.emotes, chat.raw) == ((), message.SerializeToString())


def test_chat_keeps_its_text_as_it_came() -> None:
    text = "  !dice\u202e 🎲\n\x1b[31m "
    assert only(pb.ChatMessage(content=text)).comment == text


@pytest.mark.parametrize("kind", [pb.ChatMessage, pb.ScreenChatMessage])
def test_lines_with_a_time_of_their_own_have_it_in_seconds(kind: type[pb.ChatMessage]) -> None:
    assert only(kind(event_time=1_790_855_999)).time == datetime(2026, 10, 1, 11, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("message", "emote"),
    [
        (pb.EmojiChatMessage(emoji_id=7_350_000_000_000_000_001), "7350000000000000001"),
        (pb.EmojiChatMessage(default_content="[比心]"), "[比心]"),
    ],
)
def test_sticker_is_named_by_its_id_or_its_text(message: pb.EmojiChatMessage, emote: str) -> None:
    assert only(message) == Emote(time=RECEIVED, received=RECEIVED, id="1", room="main", emote_id=emote,
                                  raw=message.SerializeToString())  # fmt: skip


@pytest.mark.parametrize("ids", [[], [5], [7_350_000_000_000_000_001, 2**63 - 1, -1]])
def test_withdrawn_lines_are_named_by_the_ids_that_their_events_had(ids: list[int]) -> None:
    event = only(pb.ImDeleteMessage(delete_msg_ids=ids))
    assert isinstance(event, Deleted)
    assert event.message_ids == tuple(str(id) for id in ids)
    assert event.user is None


def test_a_withdrawn_line_can_be_found_again() -> None:
    chat = only(pb.ChatMessage(content="x"))
    assert only(pb.ImDeleteMessage(delete_msg_ids=[1])).message_ids == (chat.id,)


def test_sticker_has_its_picture_where_its_text_holds_one() -> None:
    pieces = [
        pb.TextPiece(type=1, string_value="x"),
        pb.TextPiece(
            type=15, image_value=pb.TextPiece.ImageValue(image=pb.Image(url_list=["https://p3/e.png"]))
        ),
    ]
    emote = only(pb.EmojiChatMessage(emoji_id=5, emoji_content=pb.Text(pieces=pieces)))
    assert (emote.emote_id, emote.emote_image_url) == ("5", "https://p3/e.png")


def test_sticker_of_a_guest_on_the_line_is_a_picture() -> None:
    message = pb.LinkMicSendEmojiMessage(
        from_user=pb.User(id=5, nickname="小明"),
        emoji_image_result=pb.Image(url_list=["https://p3/d.png"]),
    )
    emote = only(message)
    assert isinstance(emote, Emote)
    assert (emote.user.id, emote.emote_id, emote.emote_image_url) == ("5", "", "https://p3/d.png")
    assert only(pb.LinkMicSendEmojiMessage()).user is None
