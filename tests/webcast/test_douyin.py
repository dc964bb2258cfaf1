"""Douyin's decoders, one by one, on hand-made messages with the oddities that real ones have."""

from datetime import UTC, datetime
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from douyinbot.events import (
    Chat,
    Emote,
    Event,
    FansClub,
    Gift,
    Member,
    RoomUser,
    StreamEnd,
)
from douyinbot.webcast.decoding import Arrival, Decoder
from douyinbot.webcast.douyin import TABLE
from douyinbot.webcast.pb import douyin_pb2 as pb

RECEIVED = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
NOW_MS = 1_790_856_000_000  # the same moment
AT = Arrival(room="main", received=RECEIVED, now_ms=NOW_MS, owner_id="900")
METHODS = sorted(method for method in TABLE if not method.startswith("Webcast"))


def decode(message: Message) -> list[Event]:
    """Decode one message as the only one of a batch; its method is its type's name."""
    decoder = Decoder(TABLE, room="main")
    method = f"Webcast{message.DESCRIPTOR.name}"
    events = decoder.decode([(method, 1, message.SerializeToString())], AT)
    assert decoder.counts == {"messages": 1}
    return events


def only(message: Message) -> Any:
    (event,) = decode(message)
    return event


# ---- times --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "time"),
    [
        (pb.ChatMessage(event_time=1_790_855_999), datetime(2026, 10, 1, 11, 59, 59, tzinfo=UTC)),
        (
            pb.ChatMessage(event_time=1, common=pb.Common(create_time=NOW_MS - 500)),
            datetime(2026, 10, 1, 11, 59, 59, 500_000, UTC),
        ),
        (pb.GiftMessage(send_time=NOW_MS - 500), datetime(2026, 10, 1, 11, 59, 59, 500_000, UTC)),
        (pb.GiftMessage(send_time=1_790_855_999), datetime(2026, 10, 1, 11, 59, 59, tzinfo=UTC)),
        (pb.LikeMessage(common=pb.Common(create_time=-1)), RECEIVED),
        (pb.MemberMessage(), RECEIVED),
    ],
)
def test_time_is_the_creation_or_the_messages_own_or_the_arrival(message: Message, time: datetime) -> None:
    assert only(message).time == time


# ---- messages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_a_message_without_any_field_is_taken_with_defaults(method: str) -> None:
    for event in decode(getattr(pb, method)()):
        assert (event.user, event.id, event.room, event.history) == (None, "1", "main", False)


def test_chat_keeps_its_text_as_it_came() -> None:
    text = "  !dice\u202e 🎲\n\x1b[31m "
    assert only(pb.ChatMessage(content=text)).comment == text


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


@pytest.mark.parametrize(
    ("fields", "total"),
    [
        ({"send_type": 4, "repeat_count": 5}, 5),
        ({"send_type": 4, "repeat_count": 5, "group_count": 66}, 330),
        ({"send_type": 4, "repeat_count": 5, "group_count": 10, "combo_count": 60}, 60),
        ({"send_type": 4}, 1),
        ({"send_type": 4, "repeat_count": -3, "group_count": -3}, 1),
        ({"send_type": 1, "total_count": 3}, 3),
        ({"send_type": 1, "group_count": 4, "repeat_count": 1}, 4),
        ({"send_type": 0, "group_count": 66, "repeat_count": 2, "combo_count": 900}, 66),
        ({"send_type": 1, "repeat_count": 7}, 7),
        ({}, 1),
    ],
)
def test_gift_counts_units_by_the_way_it_was_sent(fields: dict[str, int], total: int) -> None:
    gift = only(pb.GiftMessage(**fields, gift=pb.Gift(diamond_count=10)))
    assert (gift.total, gift.value, gift.delta) == (total, total * 10, 0)


def test_gift_names_its_receiver_or_else_the_streamer() -> None:
    assert only(pb.GiftMessage(to_user=pb.User(id=77))).receiver_user_id == "77"
    assert only(pb.GiftMessage()).receiver_user_id == "900"


def test_gift_without_a_group_has_none_and_takes_id_and_icon_from_the_gift() -> None:
    gift = only(pb.GiftMessage(gift=pb.Gift(id=463, icon=pb.Image(url_list=["https://p3/g.png"]))))
    assert isinstance(gift, Gift)
    assert (gift.group_id, gift.streak_id, gift.gift_id) == ("", "", "463")
    assert gift.gift_picture_url == "https://p3/g.png"


@pytest.mark.parametrize("action", [1, 2, 3, 7, 11, 20, -1])
def test_member_acts_are_passed_on_by_number(action: int) -> None:
    assert only(pb.MemberMessage(action=action, member_count=9)).action == action


@pytest.mark.parametrize(
    ("action", "kinds"),
    [(1, ["social", "follow"]), (3, ["social", "share"]), (0, ["social"])],
)
def test_social_is_followed_by_follow_or_share_with_the_same_values(action: int, kinds: list[str]) -> None:
    text = pb.Text(key="room_follow_msg", default_pattern="{0:user} 关注了主播")
    events = decode(
        pb.SocialMessage(
            action=action, common=pb.Common(display_text=text), follow_count=5, share_total_count=6
        )
    )
    assert [event.kind for event in events] == kinds
    for event in events:
        values = event.to_dict()
        assert (values["id"], values["display_type"], values["label"]) == (
            "1",
            text.key,
            text.default_pattern,
        )
        assert (values["follow_count"], values["share_count"]) == (5, 6)


@pytest.mark.parametrize(("action", "name"), [(1, "upgrade"), (2, "join"), (9, "9")])
def test_fans_club_action_has_a_name(action: int, name: str) -> None:
    event = only(
        pb.FansclubMessage(
            action=action, user=pb.User(fans_club=pb.User.FansClub(data=pb.User.FansClubData(level=1)))
        )
    )
    assert isinstance(event, FansClub)
    assert (event.action, event.level) == (name, 1)


@pytest.mark.parametrize(("wire", "total"), [(-1, None), (0, None), (1, 1), (132_737, 132_737)])
def test_viewers_so_far_are_unknown_where_the_platform_says_minus_one(wire: int, total: int | None) -> None:
    assert only(pb.RoomUserSeqMessage(total=8, total_user=wire)).total_viewers == total


@pytest.mark.parametrize(
    ("row", "coins"),
    [
        ({"score": 7, "exactly_score": "201"}, 7),
        ({"exactly_score": "201"}, 201),
        ({"exactly_score": "1.2万"}, 0),
        ({"exactly_score": "²"}, 0),
        ({}, 0),
    ],
)
def test_audience_scores_come_as_number_or_text(row: dict[str, Any], coins: int) -> None:
    contributor = pb.RoomUserSeqMessage.Contributor(**row, rank=1)
    assert only(pb.RoomUserSeqMessage(ranks=[contributor])).top_viewers[0].coin_count == coins


def test_room_stats_give_the_viewers_from_total_or_the_shown_number() -> None:
    for message in (pb.RoomStatsMessage(total=5, display_value=4), pb.RoomStatsMessage(display_value=5)):
        event = only(message)
        assert isinstance(event, RoomUser)
        assert (event.viewer_count, event.total_viewers, event.top_viewers) == (5, None, ())


@pytest.mark.parametrize(
    ("action", "kinds"),
    [
        (1, ["stream_paused"]),
        (2, ["stream_resumed"]),
        (3, ["stream_end"]),
        (4, ["stream_end"]),
        (6, ["stream_end"]),
        *((action, []) for action in (0, 5, 7, 8, -1, 2**40)),
    ],
)
def test_control_actions(action: int, kinds: list[str]) -> None:
    events = decode(pb.ControlMessage(action=action, tips="直播已结束"))
    assert [event.kind for event in events] == kinds
    for event in events:
        if isinstance(event, StreamEnd):
            assert (event.action, event.tips) == (action, "直播已结束")


# ---- anything that the types allow --------------------------------------------------------------

TEXTS = st.sampled_from(["", "x", "小***", "9" * 30, "\u202e\x1b[2J", "\u0663"])
EXTREMES: dict[int, st.SearchStrategy[int]] = {
    FieldDescriptor.TYPE_INT64: st.sampled_from(
        [0, 1, -1, 2**53 + 1, 2**63 - 1, -(2**63), NOW_MS, NOW_MS // 1000]
    ),
    FieldDescriptor.TYPE_INT32: st.sampled_from([0, 1, 2, 3, 4, 7, -1, 2**31 - 1, -(2**31)]),
    FieldDescriptor.TYPE_BOOL: st.booleans(),
}


@st.composite
def filled(draw: st.DrawFn, message: Message, depth: int = 3) -> Message:
    """A message with some of its fields set, to values at the edges of their types."""
    for field in message.DESCRIPTOR.fields:
        if not draw(st.booleans()):
            continue
        value = getattr(message, field.name)
        if field.message_type is None:
            drawn = draw(EXTREMES.get(field.type, TEXTS))
            value.append(drawn) if hasattr(value, "append") else setattr(message, field.name, drawn)
        elif depth:
            child = value.add() if hasattr(value, "add") else value
            child.MergeFrom(draw(filled(type(child)(), depth - 1)))
    return message


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_values_at_the_edges_are_taken_without_loss(method: str, data: st.DataObject) -> None:
    message = data.draw(filled(getattr(pb, method)()))
    decoder = Decoder(TABLE, room="main")
    events = decoder.decode([(method, -5, message.SerializeToString())], AT)
    assert decoder.counts == {"messages": 1}
    for event in events:
        assert event.id == "-5"
        assert event.to_dict()["time"] == event.time.isoformat(timespec="milliseconds")
        if event.user is not None and message.user.id:
            assert event.user.id == str(message.user.id)
        if isinstance(event, Chat | Member):
            assert event.raw == message.SerializeToString()
