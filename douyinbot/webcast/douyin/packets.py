"""Red packets and lucky bags: announced, running, drawn, over."""

from typing import Any

from douyinbot.events import Envelope, Event, User
from douyinbot.webcast.decoding import Arrival
from douyinbot.webcast.douyin.people import head, user_of
from douyinbot.webcast.pb import douyin_pb2 as pb

__all__ = [
    "lottery",
    "lottery_drawn",
    "lottery_event",
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
    coins: int = 0,
    can_open: int = 0,
) -> tuple[Event, ...]:
    return (Envelope(*head(m.common, id, at, payload, user), coins=coins, can_open=can_open, status=status),)


def lucky_box(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A red packet; `can_open` is how many seconds after it was put up it opens."""
    m = pb.LuckyBoxMessage.FromString(payload)
    return _envelope(
        m, id, at, payload, "packet", user_of(m, at), coins=m.diamond_count, can_open=m.delay_time
    )


def lucky_box_reward(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    return _envelope(pb.LuckyBoxRewardMessage.FromString(payload), id, at, payload, "packet opened")


def lucky_box_end(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    return _envelope(pb.LuckyBoxEndMessage.FromString(payload), id, at, payload, "packet over")


def lucky_money(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.LuckyMoneyMessage.FromString(payload)
    return _envelope(m, id, at, payload, "packet", user_of(m, at), coins=m.diamond_count)


def lucky_money_common(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.CommonLuckyMoneyMessage.FromString(payload)
    return _envelope(
        m, id, at, payload, "packet", user_of(m, at), coins=m.diamond_count, can_open=m.delay_time
    )


def lottery(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A lucky bag; `can_open` is how many will win."""
    m = pb.LotteryEventNewMessage.FromString(payload)
    return _envelope(m, id, at, payload, f"lottery {m.lottery_status}", can_open=m.lucky_count)


def lottery_event(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.LotteryEventMessage.FromString(payload)
    return _envelope(m, id, at, payload, f"lottery {m.lottery_status}")


def lottery_drawn(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.LotteryDrawResultEventMessage.FromString(payload)
    return _envelope(m, id, at, payload, "lottery drawn", can_open=len(m.user_ids))
