"""Red packets and lucky bags: announced, running, drawn, over."""

import pytest
from google.protobuf.message import Message

from douyinbot.events import Envelope
from douyinbot.webcast.pb import douyin_pb2 as pb
from tests.webcast.douyin.messages import NOW_MS, RECEIVED, only

GIVER = pb.User(id=5, nickname="老铁")

FROM_SOMEBODY: list[tuple[Message, int, int]] = [
    (pb.LuckyBoxMessage(user=GIVER, diamond_count=520, box_id=9, delay_time=180), 520, 180),
    (pb.LuckyMoneyMessage(user=GIVER, diamond_count=66, luckymoney_id=9), 66, 0),
    (pb.CommonLuckyMoneyMessage(user=GIVER, diamond_count=99, delay_time=60, luckymoney_id=9), 99, 60),
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
    (pb.LotteryBurstMessage(burst_time_remain_seconds=30, multiple=2), "lottery burst", 30),
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
    assert event.envelope_id == "9"


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
    events = [only(step) for step in steps]
    assert [event.status for event in events] == ["packet", "packet opened", "packet over"]
    assert {event.envelope_id for event in events} == {"9"}


def test_a_lucky_bags_life_in_order() -> None:
    running = pb.LotteryInfoSyncData(lottery_id=7, lucky_count=3).SerializeToString()
    steps = (
        pb.LotteryEventNewMessage(lottery_id=7, lottery_status=1, lucky_count=3, award_name="口红"),
        pb.RoomDataSyncMessage(sync_key="LotteryInfoSyncData", payload=running),
        pb.LotteryCandidateEventMessage(lottery_id=7, user_id=5, participate_success=True),
        pb.LotteryDrawResultEventMessage(lottery_id=7, user_ids=[5, 6, 8]),
    )
    events = [only(step) for step in steps]
    assert [(event.status, event.can_open) for event in events] == [
        ("lottery 1", 3),
        ("lottery running", 3),
        ("lottery joined", 0),
        ("lottery drawn", 3),
    ]
    assert {event.envelope_id for event in events} == {"7"}
    assert events[0].title == "口红"


@pytest.mark.parametrize(("success", "status"), [(True, "lottery joined"), (False, "lottery refused")])
def test_who_takes_part_in_a_bag_is_known_by_id(success: bool, status: str) -> None:
    event = only(pb.LotteryCandidateEventMessage(user_id=2**60, participate_success=success))
    assert (event.status, event.user.id, event.user.is_anonymous) == (status, str(2**60), False)
    assert only(pb.LotteryCandidateEventMessage(user_id=111111)).user.is_anonymous
    assert only(pb.LotteryCandidateEventMessage()).user is None


def test_packet_has_its_words() -> None:
    assert only(pb.LuckyBoxMessage(title="恭喜发财")).title == "恭喜发财"
