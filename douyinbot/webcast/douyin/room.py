"""What the room says of itself: how many watch, questions, its state by a key, pauses and the end."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import msgspec

from douyinbot.events import (
    Event,
    LiveIntro,
    Question,
    RoomUser,
    StreamEnd,
    StreamPaused,
    StreamResumed,
    TopViewer,
    Unknown,
)
from douyinbot.webcast.decoding import Arrival, Head
from douyinbot.webcast.douyin.links import seats
from douyinbot.webcast.douyin.packets import lottery_running
from douyinbot.webcast.douyin.people import head, user_from, user_of
from douyinbot.webcast.douyin.ranks import shown_score
from douyinbot.webcast.pb import douyin_pb2 as pb

__all__ = [
    "STATES",
    "control",
    "data_sync",
    "intro",
    "question",
    "room_stats",
    "room_user_seq",
]


def room_user_seq(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.RoomUserSeqMessage.FromString(payload)
    return (
        RoomUser(
            *head(m.common, id, at, payload),
            viewer_count=m.total,
            total_viewers=m.total_user if m.total_user > 0 else None,
            top_viewers=tuple(
                TopViewer(user=user_from(row.user, at), coin_count=shown_score(row), rank=row.rank)
                for row in m.ranks
            ),
        ),
    )


def room_stats(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.RoomStatsMessage.FromString(payload)
    return (RoomUser(*head(m.common, id, at, payload), viewer_count=m.total or m.display_value),)


def control(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.ControlMessage.FromString(payload)
    first = head(m.common, id, at, payload)
    if m.action == 1:
        return (StreamPaused(*first),)
    if m.action == 2:
        return (StreamResumed(*first),)
    # 3 by the streamer, 4 by an admin, 6 by a switch. 5 (change of node) and 7 (ping timeout) go on.
    return (StreamEnd(*first, action=m.action, tips=m.tips),) if m.action in (3, 4, 6) else ()


def intro(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.RoomIntroMessage.FromString(payload)
    return (LiveIntro(*head(m.common, id, at, payload, user_of(m, at)), description=m.intro),)


class _QuestionData(msgspec.Struct):
    """What of the question box's JSON is read; no sample of it is public, both names were seen in clients."""

    question_text: str | None = None
    content: str | None = None


def question(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.RoomAnswerQuestionMessage.FromString(payload)
    try:
        data = msgspec.json.decode(m.biz_data, type=_QuestionData)
        text = data.question_text or data.content or ""
    except (msgspec.MsgspecError, RecursionError):
        text = m.biz_data
    return (Question(*head(m.common, id, at, payload), question_text=text),)


STATES: Mapping[str, Callable[[bytes, Head, Arrival], Event]] = MappingProxyType(
    {"LotteryInfoSyncData": lottery_running, "RoomLinkMicSyncData": seats}
)
"""The keys of a room's state that give an event. The payload is a message of the type that the key names."""


def data_sync(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """State by a key; what is not in STATES stays unknown under the key's own name."""
    m = pb.RoomDataSyncMessage.FromString(payload)
    first = head(m.common, id, at, payload)
    state = STATES.get(m.sync_key)
    if state is None:
        return (Unknown(*first, method=f"RoomDataSyncMessage/{m.sync_key}"),)
    return (state(m.payload, first, at),)
