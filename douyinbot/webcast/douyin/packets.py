"""Red packets and lucky bags: announced, running, drawn, over."""

from typing import Any

from douyinbot.events import Envelope, Event, User
from douyinbot.webcast.decoding import Arrival, Head
from douyinbot.webcast.douyin.people import MASKED_ID, head, user_of
from douyinbot.webcast.pb import douyin_pb2 as pb

__all__ = [
    "lottery",
    "lottery_burst",
    "lottery_candidate",
    "lottery_drawn",
    "lottery_event",
    "lottery_running",
    "lucky_box",
    "lucky_box_end",
    "lucky_box_reward",
    "lucky_money",
    "lucky_money_common",
]


def _envelope(
    m: Any,
    id: str,
    at: Arrival,
    payload: bytes,
    status: str,
    user: User | None = None,
    *,
    of: int,
    coins: int = 0,
    can_open: int = 0,
    title: str = "",
) -> tuple[Event, ...]:
    first = head(m.common, id, at, payload, user)
    return (
        Envelope(
            *first, coins=coins, can_open=can_open, status=status, envelope_id=str(of or ""), title=title
        ),
    )


def lucky_box(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A red packet; `can_open` is how many seconds after it was put up it opens."""
    m = pb.LuckyBoxMessage.FromString(payload)
    coins, seconds = m.diamond_count, m.delay_time
    return _envelope(
        m,
        id,
        at,
        payload,
        "packet",
        user_of(m, at),
        of=m.box_id,
        coins=coins,
        can_open=seconds,
        title=m.title,
    )


def lucky_box_reward(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.LuckyBoxRewardMessage.FromString(payload)
    return _envelope(m, id, at, payload, "packet opened", of=m.box_id)


def lucky_box_end(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.LuckyBoxEndMessage.FromString(payload)
    return _envelope(m, id, at, payload, "packet over", of=m.box_id)


def lucky_money(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.LuckyMoneyMessage.FromString(payload)
    return _envelope(m, id, at, payload, "packet", user_of(m, at), of=m.luckymoney_id, coins=m.diamond_count)


def lucky_money_common(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.CommonLuckyMoneyMessage.FromString(payload)
    coins, seconds = m.diamond_count, m.delay_time
    return _envelope(
        m, id, at, payload, "packet", user_of(m, at), of=m.luckymoney_id, coins=coins, can_open=seconds
    )


def lottery(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A lucky bag; `can_open` is how many will win, `title` what there is to win."""
    m = pb.LotteryEventNewMessage.FromString(payload)
    status = f"lottery {m.lottery_status}"
    return _envelope(m, id, at, payload, status, of=m.lottery_id, can_open=m.lucky_count, title=m.award_name)


def lottery_event(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.LotteryEventMessage.FromString(payload)
    return _envelope(m, id, at, payload, f"lottery {m.lottery_status}", of=m.lottery_id)


def lottery_candidate(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """Somebody takes part, or tried to; only their id is told."""
    m = pb.LotteryCandidateEventMessage.FromString(payload)
    status = "lottery joined" if m.participate_success else "lottery refused"
    who = User(id=str(m.user_id), is_anonymous=m.user_id == MASKED_ID) if m.user_id else None
    return _envelope(m, id, at, payload, status, who, of=m.lottery_id)


def lottery_drawn(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.LotteryDrawResultEventMessage.FromString(payload)
    return _envelope(m, id, at, payload, "lottery drawn", of=m.lottery_id, can_open=len(m.user_ids))


def lottery_burst(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """For `can_open` seconds there is more to win."""
    m = pb.LotteryBurstMessage.FromString(payload)
    return _envelope(m, id, at, payload, "lottery burst", of=0, can_open=m.burst_time_remain_seconds)


def lottery_running(state: bytes, first: Head, at: Arrival) -> Event:
    """A lucky bag that is running, as the room's state tells it."""
    m = pb.LotteryInfoSyncData.FromString(state)
    id = str(m.lottery_id or "")
    return Envelope(*first, can_open=m.lucky_count, status="lottery running", envelope_id=id)
