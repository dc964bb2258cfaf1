"""What the room says of itself: how many watch, notices, pauses and the end."""

import msgspec

from douyinbot.events import (
    Envelope,
    Event,
    LiveIntro,
    Question,
    RankUpdate,
    RoomNotice,
    RoomUser,
    StreamEnd,
    StreamPaused,
    StreamResumed,
    TopViewer,
    Unknown,
)
from douyinbot.webcast.decoding import Arrival
from douyinbot.webcast.douyin.people import head, user_from, user_of
from douyinbot.webcast.pb import douyin_pb2 as pb

__all__ = [
    "control",
    "data_sync",
    "hot_chat",
    "intro",
    "notify",
    "question",
    "room_message",
    "room_rank",
    "room_stats",
    "room_user_seq",
    "toast",
]


def room_user_seq(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.RoomUserSeqMessage.FromString(payload)
    return (
        RoomUser(
            *head(m.common, id, at, payload),
            viewer_count=m.total,
            total_viewers=m.total_user if m.total_user > 0 else None,
            top_viewers=tuple(
                TopViewer(user=user_from(row.user, at), coin_count=_score(row), rank=row.rank)
                for row in m.ranks
            ),
        ),
    )


def _score(row: pb.RoomUserSeqMessage.Contributor) -> int:
    return row.score or (int(row.exactly_score) if row.exactly_score.isdecimal() else 0)


def room_stats(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.RoomStatsMessage.FromString(payload)
    return (RoomUser(*head(m.common, id, at, payload), viewer_count=m.total or m.display_value),)


def room_rank(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.RoomRankMessage.FromString(payload)
    rows = [{"nickname": row.user.nickname, "score": row.score_str} for row in m.ranks]
    return (RankUpdate(*head(m.common, id, at, payload), data={"ranks": rows}),)


def control(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.ControlMessage.FromString(payload)
    first = head(m.common, id, at, payload)
    if m.action == 1:
        return (StreamPaused(*first),)
    if m.action == 2:
        return (StreamResumed(*first),)
    # 3 by the streamer, 4 by an admin, 6 by a switch. 5 (change of node) and 7 (ping timeout) go on.
    return (StreamEnd(*first, action=m.action, tips=m.tips),) if m.action in (3, 4, 6) else ()


def room_message(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.RoomMessage.FromString(payload)
    return (RoomNotice(*head(m.common, id, at, payload), text=m.content),)


def notify(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A notice to the whole site."""
    m = pb.NotifyMessage.FromString(payload)
    return (RoomNotice(*head(m.common, id, at, payload, user_of(m, at)), text=m.content),)


def toast(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.ToastMessage.FromString(payload)
    return (RoomNotice(*head(m.common, id, at, payload), text=m.content),)


def hot_chat(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """Everybody writes the same words."""
    m = pb.HotChatMessage.FromString(payload)
    return (RoomNotice(*head(m.common, id, at, payload), text=f"{m.title} {m.content}".strip()),)


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


def data_sync(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """State by a key: lucky bags are an event, the rest stays unknown under the key's own name."""
    m = pb.RoomDataSyncMessage.FromString(payload)
    first = head(m.common, id, at, payload)
    if m.sync_key == "LotteryInfoSyncData":
        lottery = pb.LotteryInfoSyncData.FromString(m.payload)
        return (Envelope(*first, can_open=lottery.lucky_count, status="lottery running"),)
    return (Unknown(*first, method=f"RoomDataSyncMessage/{m.sync_key}"),)
