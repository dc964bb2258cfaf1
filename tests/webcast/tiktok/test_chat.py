"""Lines, stickers, questions, and lines that are taken back or pinned."""

import pytest

from douyinbot.events import EmoteInText
from douyinbot.webcast.pb import tiktok_pb2 as pb
from tests.webcast.tiktok.messages import decode, only, text

ANN = pb.User(id=7, nickname="Ann")


def emote(id: str, *urls: str) -> pb.Emote:
    return pb.Emote(emote_id=id, image=pb.Image(url_list=urls))


def test_chat_has_its_line_and_the_pictures_in_it() -> None:
    event = only(
        pb.ChatMessage(
            user=ANN,
            content="hello",
            emotes=[pb.ChatMessage.EmoteInText(place_in_comment=5, emote=emote("e1", "a", "b"))],
            user_identity=pb.UserIdentity(is_anchor=True),
        )
    )
    assert (event.kind, event.comment, event.user.role) == ("chat", "hello", "owner")
    assert event.emotes == (EmoteInText(emote_id="e1", emote_image_url="b", place=5),)
    assert event.to_legacy()["emotes"] == [
        {"emoteId": "e1", "emoteImageUrl": "b", "placeInComment": 5},
    ]


def test_each_sticker_is_an_event() -> None:
    one, two = decode(pb.EmoteChatMessage(user=ANN, emotes=[emote("e1", "a"), emote("e2")]))
    assert one.to_legacy()["emoteId"] == "e1"
    assert two.to_legacy()["emoteImageUrl"] == ""
    assert one.user == two.user


def test_question_has_the_asker() -> None:
    event = only(
        pb.QuestionNewMessage(details=pb.QuestionNewMessage.Details(text="When?", user=ANN)),
    )
    assert (event.question_text, event.user.nickname) == ("When?", "Ann")


def test_lines_are_withdrawn_by_number_or_by_user() -> None:
    event = only(pb.ImDeleteMessage(message_ids=[1, 2**53 + 1], user_ids=[7]))
    assert (event.message_ids, event.user_ids) == (("1", "9007199254740993"), ("7",))


@pytest.mark.parametrize(("action", "topic"), [(0, "pinned"), (1, "pinned"), (2, "unpinned")])
def test_line_is_pinned_with_its_writer_or_taken_down(action: int, topic: str) -> None:
    line = pb.ChatMessage(user=ANN, content="hi", user_identity=pb.UserIdentity(is_moderator=True))
    event = only(pb.RoomPinMessage(chat=line, action=action))
    assert (event.kind, event.topic, event.text, event.user.role) == ("room_notice", topic, "hi", "admin")


def test_pinned_gift_has_its_giver_and_text() -> None:
    label = text("k", "{0:user} sent {1:string}", ANN, "a rose")
    given = pb.GiftMessage(user=ANN, common=pb.Common(display_text=label))
    event = only(pb.RoomPinMessage(gift=given, action=1))
    assert (event.topic, event.text, event.user.id) == ("pinned", "Ann sent a rose", "7")
