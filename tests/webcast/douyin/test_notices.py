"""Lines that nobody wrote: their words, wherever the platform puts them, and what they are about."""

import pytest
from google.protobuf.message import Message

from douyinbot.events import RoomNotice
from douyinbot.webcast.pb import douyin_pb2 as pb
from tests.webcast.douyin.messages import only

SOMEBODY = pb.User(id=5, nickname="老铁")
NAMED = pb.Text(
    default_pattern="{0:user} {1:string}",
    pieces=[
        pb.TextPiece(type=11, user_value=pb.TextPiece.UserValue(user=SOMEBODY)),
        pb.TextPiece(type=1, string_value="点亮了礼物"),
    ],
)


@pytest.mark.parametrize(
    ("message", "topic", "text"),
    [
        (pb.RoomMessage(content="欢迎来到直播间"), "room", "欢迎来到直播间"),
        (pb.NotifyMessage(content="恭喜"), "site", "恭喜"),
        (pb.ToastMessage(content="网络不佳"), "toast", "网络不佳"),
        (pb.HotChatMessage(title="大家都在说", content="666"), "hot chat", "大家都在说 666"),
        (pb.HotChatMessage(content="666"), "hot chat", "666"),
        (pb.HotChatMessage(title="大家都在说"), "hot chat", "大家都在说"),
        (pb.HotChatMessage(), "hot chat", ""),
        (pb.HighlightComment(content="置顶", action_type=1), "pinned", "置顶"),
        (pb.HighlightComment(content="置顶", action_type=2), "unpinned", "置顶"),
        (pb.AIAutoReplyMessage(reply_content="每晚八点开播"), "ai reply", "每晚八点开播"),
        (pb.InRoomBannerMessage(extra='{"wishList":[]}'), "banner", '{"wishList":[]}'),
        (pb.RoomVerifyMessage(content="请注意言行", tip_content="x"), "moderation", "请注意言行"),
        (pb.RoomVerifyMessage(tip_content="请整改"), "moderation", "请整改"),
        (pb.RoomManageMessage(content="已被禁言"), "moderation", "已被禁言"),
        (pb.CommonTextMessage(), "text", ""),
        (pb.NotifyEffectMessage(), "effect", ""),
        (pb.ExhibitionChatMessage(), "gift gallery", ""),
        (pb.QuizStartMessage(display_text=pb.Text(default_pattern="竞猜开始")), "quiz", "竞猜开始"),
    ],
)
def test_notice_has_the_text_that_is_shown_and_what_it_is_about(
    message: Message, topic: str, text: str
) -> None:
    event = only(message)
    assert isinstance(event, RoomNotice)
    assert (event.topic, event.text, event.user) == (topic, text, None)
    assert event.raw == message.SerializeToString()


@pytest.mark.parametrize(
    "message",
    [
        pb.NotifyEffectMessage(text=NAMED),
        pb.ExhibitionChatMessage(display_text=NAMED),
        pb.CommonTextMessage(common=pb.Common(display_text=NAMED), user=SOMEBODY),
        pb.RoomManageMessage(common=pb.Common(display_text=NAMED), user=SOMEBODY),
        pb.HighlightComment(content="老铁 点亮了礼物", action_type=1, user=SOMEBODY),
        pb.NotifyMessage(content="老铁 点亮了礼物", user=SOMEBODY),
    ],
)
def test_notice_about_somebody_names_them_and_is_read_from_wherever_its_text_is(message: Message) -> None:
    event = only(message)
    assert (event.text, event.user.id, event.user.nickname) == ("老铁 点亮了礼物", "5", "老铁")


def test_words_of_its_own_go_before_those_that_every_message_can_have() -> None:
    message = pb.RoomMessage(content="自己的话", common=pb.Common(display_text=NAMED))
    assert only(message).text == "自己的话"
