"""What the room says of itself: how many watch, questions, its state by a key, pauses and the end."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from douyinbot.events import (
    Envelope,
    LiveIntro,
    Question,
    RoomUser,
    StreamEnd,
    Unknown,
)
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.douyin import TABLE
from douyinbot.webcast.pb import douyin_pb2 as pb
from tests.webcast.douyin.messages import AT, NOW_MS, decode, only

SOMEBODY = pb.User(id=5, nickname="老铁")

# ---- how many watch -----------------------------------------------------------------------------


@pytest.mark.parametrize(("wire", "total"), [(-1, None), (0, None), (1, 1), (132_737, 132_737)])
def test_viewers_so_far_are_unknown_where_the_platform_says_minus_one(wire: int, total: int | None) -> None:
    event = only(pb.RoomUserSeqMessage(total=8, total_user=wire))
    assert (event.viewer_count, event.total_viewers) == (8, total)


def test_room_stats_give_the_viewers_from_total_or_the_shown_number() -> None:
    for message in (pb.RoomStatsMessage(total=5, display_value=4), pb.RoomStatsMessage(display_value=5)):
        event = only(message)
        assert isinstance(event, RoomUser)
        assert (event.viewer_count, event.total_viewers, event.top_viewers) == (5, None, ())


# ---- pauses and the end -------------------------------------------------------------------------


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


# ---- the streamer's own words -----------------------------------------------------------------------


def test_intro_is_the_streamers_own_words() -> None:
    event = only(pb.RoomIntroMessage(user=pb.User(id=900, nickname="主播"), intro="每晚八点\n唱歌"))
    assert isinstance(event, LiveIntro)
    assert event.user is not None
    assert (event.description, event.user.role) == ("每晚八点\n唱歌", "owner")


# ---- the question box ---------------------------------------------------------------------------

BROKEN = ["{", "你好?", '"你好?"', "5", "[]", "null", '{"question_text": 5}', '{"content": "x"} {']


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"question_text": "今晚唱什么?"}, "今晚唱什么?"),
        ({"content": "今晚唱什么?"}, "今晚唱什么?"),
        ({"question_text": "第一", "content": "第二", "id": 7, "more": {"a": [1, None]}}, "第一"),
        ({"question_text": "", "content": "第二"}, "第二"),
        ({"question_text": None, "content": "第二"}, "第二"),
        ({"content": None}, ""),
        ({"id": 7}, ""),
        ({}, ""),
    ],
)
def test_question_is_found_under_either_name(data: dict[str, Any], text: str) -> None:
    event = only(pb.RoomAnswerQuestionMessage(biz_data=json.dumps(data)))
    assert isinstance(event, Question)
    assert (event.question_text, event.user) == (text, None)


@pytest.mark.parametrize("text", ["", *BROKEN])
def test_question_that_is_not_as_expected_is_taken_as_it_stands(text: str) -> None:
    assert only(pb.RoomAnswerQuestionMessage(biz_data=text)).question_text == text


@pytest.mark.parametrize("start", ["[", '{"content":', '{"x":[', '{"question_text":"a","x":['])
def test_question_nested_without_end_is_taken_as_it_stands(start: str) -> None:
    text = start + "[" * 50_000
    assert only(pb.RoomAnswerQuestionMessage(biz_data=text)).question_text == text


# ---- state by a key -----------------------------------------------------------------------------


def test_running_lucky_bag_is_an_envelope_with_its_winners() -> None:
    lottery = pb.LotteryInfoSyncData(lottery_id=7, lucky_count=3, prize_count=30)
    event = only(
        pb.RoomDataSyncMessage(
            common=pb.Common(create_time=NOW_MS - 1000),
            sync_key="LotteryInfoSyncData",
            payload=lottery.SerializeToString(),
        )
    )
    assert isinstance(event, Envelope)
    assert (event.status, event.can_open, event.coins, event.user) == ("lottery running", 3, 0, None)
    assert event.envelope_id == "7"
    assert event.time == datetime(2026, 10, 1, 11, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("key", ["DoubleLikeSyncData", "PreviewPromotionSyncData", "NewSyncData", ""])
def test_other_state_is_unknown_under_the_keys_name(key: str) -> None:
    message = pb.RoomDataSyncMessage(sync_key=key, payload=b"\xff\xff\xff")
    event = only(message)
    assert isinstance(event, Unknown)
    assert (event.method, event.raw) == (f"RoomDataSyncMessage/{key}", message.SerializeToString())


def test_lucky_bag_that_cannot_be_read_costs_only_itself() -> None:
    bad = pb.RoomDataSyncMessage(sync_key="LotteryInfoSyncData", payload=b"\xff\xff\xff")
    good = pb.RoomDataSyncMessage(sync_key="LotteryInfoSyncData")
    decoder = Decoder(TABLE, room="main")
    messages = [
        ("WebcastRoomDataSyncMessage", n, m.SerializeToString()) for n, m in enumerate((bad, good), 1)
    ]
    assert [event.id for event in decoder.decode(messages, AT)] == ["2"]
    assert decoder.counts == {"messages": 2, "bad:WebcastRoomDataSyncMessage": 1}
