"""Red packets and lucky bags: announced, running, drawn, over."""

import pytest
from google.protobuf.message import Message

from douyinbot.events import Envelope
from douyinbot.webcast.pb import douyin_pb2 as pb
from tests.webcast.douyin.messages import NOW_MS, RECEIVED, only

GIVER = pb.User(id=5, nickname="老铁")

FROM_SOMEBODY: list[tuple[Message, int, int]] = [
    (pb.LuckyBoxMessage(user=GIVER, diamond_count=520, box_id=9, delay_time=180), 520, 180),
    (pb.LuckyMoneyMessage(user=GIVER, diamond_count=66), 66, 0),
    (pb.CommonLuckyMoneyMessage(user=GIVER, diamond_count=99, delay_time=60), 99, 60),
]
FROM_THE_ROOM: list[tuple[Message, str, int]] = [
    (pb.LuckyBoxRewardMessage(box_id=9), "packet opened", 0),
    (pb.LuckyBoxEndMessage(box_id=9), "packet over", 0),
    (
        pb.LotteryEventNewMessage(lottery_id=7, lottery_status=1, prize_count=10, lucky_count=3),
        "lottery 1",
        3,
    ),
    (pb.LotteryEventNewMessage(lottery_status=-1), "lottery -1", 0),
    (pb.LotteryEventMessage(lottery_id=7, lottery_status=2), "lottery 2", 0),
    (pb.LotteryDrawResultEventMessage(lottery_id=7, user_ids=[1, 2, 2**60]), "lottery drawn", 3),
    (pb.LotteryDrawResultEventMessage(lottery_id=7), "lottery drawn", 0),
]


@pytest.mark.parametrize(("message", "coins", "seconds"), FROM_SOMEBODY)
def test_packet_has_its_giver_its_diamonds_and_the_seconds_until_it_opens(
    message: Message, coins: int, seconds: int
) -> None:
    event = only(message)
    assert isinstance(event, Envelope)
    assert event.user is not None
    assert (event.user.id, event.user.nickname) == ("5", "老铁")
    assert (event.coins, event.can_open, event.status) == (coins, seconds, "packet")


@pytest.mark.parametrize("kind", [pb.LuckyBoxMessage, pb.LuckyMoneyMessage, pb.CommonLuckyMoneyMessage])
def test_packet_of_nobody_is_a_packet_all_the_same(kind: type[pb.LuckyBoxMessage]) -> None:
    event = only(kind(diamond_count=1))
    assert (event.user, event.coins, event.status) == (None, 1, "packet")


@pytest.mark.parametrize(("message", "status", "people"), FROM_THE_ROOM)
def test_what_becomes_of_a_packet_or_bag_is_in_its_status(message: Message, status: str, people: int) -> None:
    event = only(message)
    assert isinstance(event, Envelope)
    assert (event.status, event.can_open) == (status, people)
    assert (event.user, event.coins) == (None, 0)


@pytest.mark.parametrize("message", [case[0] for case in (*FROM_SOMEBODY, *FROM_THE_ROOM)])
def test_packets_and_bags_keep_time_and_bytes(message: Message) -> None:
    assert (only(message).time, only(message).raw) == (RECEIVED, message.SerializeToString())
    later = type(message)()
    later.CopyFrom(message)
    later.MergeFrom(type(message)(common=pb.Common(create_time=NOW_MS - 40_000)))
    assert only(later).history


def test_a_red_packets_life_in_order() -> None:
    steps = (
        pb.LuckyBoxMessage(box_id=9),
        pb.LuckyBoxRewardMessage(box_id=9),
        pb.LuckyBoxEndMessage(box_id=9),
    )
    assert [only(step).status for step in steps] == ["packet", "packet opened", "packet over"]
