"""Rankings and scores: as the wire gives them, there is no common form."""

from typing import Any

from douyinbot.events import Event, RankUpdate
from douyinbot.webcast.decoding import Arrival
from douyinbot.webcast.douyin.people import head
from douyinbot.webcast.pb import douyin_pb2 as pb
from douyinbot.webcast.texts import render

__all__ = ["award", "gift_score", "guest_score", "quiz_bet", "room_rank", "shown_score"]


def _rank(m: Any, id: str, at: Arrival, payload: bytes, what: str, **data: Any) -> tuple[Event, ...]:
    return (RankUpdate(*head(m.common, id, at, payload), data={"what": what, **data}),)


def shown_score(row: pb.Rank | pb.RoomUserSeqMessage.Contributor) -> int:
    """Return a score that stands in one field as a number or in another as text (seen: text only)."""
    return row.score or (int(row.exactly_score) if row.exactly_score.isdecimal() else 0)


def room_rank(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """The best of the audience, as the room shows them, and with exact scores where those are told."""
    m = pb.RoomRankMessage.FromString(payload)
    shown = [{"nickname": row.user.nickname, "score": row.score_str} for row in m.ranks]
    exact = [
        {"nickname": row.user.nickname, "score": shown_score(row), "rank": row.rank}
        for row in m.audience_ranks
    ]
    return _rank(m, id, at, payload, "audience", ranks=shown, exact=exact)


def award(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.RankListAwardMessage.FromString(payload)
    return _rank(m, id, at, payload, "award", type=m.rank_type, rank=m.rank, text=render(m.text))


def gift_score(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """What the room has earned with gifts so far."""
    m = pb.UpdateFanTicketMessage.FromString(payload)
    score, text = m.room_fan_ticket_count, m.room_fan_ticket_count_text
    return _rank(m, id, at, payload, "gift score", score=score, text=text)


def guest_score(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """What a guest on the line was given."""
    m = pb.LinkerContributeMessage.FromString(payload)
    guest = str(m.user_id or "")
    return _rank(m, id, at, payload, "guest", user_id=guest, score=m.total_score, text=m.total_score_str)


def quiz_bet(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """How much was staked on each answer of a quiz."""
    m = pb.QuizBetMessage.FromString(payload)
    stakes = {str(option): money for option, money in sorted(m.option_money.items())}
    return _rank(m, id, at, payload, "quiz", quiz_id=str(m.quiz_id or ""), stakes=stakes)
