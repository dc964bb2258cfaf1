"""The queue of one socket, with a hand-driven clock."""

import random

import pytest

from douyinbot.connectors.simulator import Limits, Report, Scenario
from douyinbot.connectors.simulator.delivery import Delivery
from douyinbot.connectors.simulator.outgoing import GOOD_BEFORE_BAD, HEARTBEAT_S, Outgoing, Reader
from douyinbot.connectors.simulator.room import Room
from douyinbot.errors import DecodeError
from douyinbot.webcast.douyin import compose
from douyinbot.webcast.frames import Batch, parse_batch, parse_frame


class Bench:
    """A silent room and one socket's queue."""

    def __init__(self, **trouble: object) -> None:
        self.now = 0.0
        self.report = Report()
        scenario = Scenario() if not trouble else Scenario(**trouble)  # type: ignore[arg-type]
        self.room = Room("abc", scenario, rng=random.Random(1), clock=lambda: 1_790_000_000.0)
        delivery = Delivery(0, Limits(resend_after=3, resend_times=1))
        reader = Reader("7", logged_in=True, position=self.room.log.last_id)
        self.outgoing = Outgoing(self.room, reader, delivery, self.report, lambda: self.now)

    def say(self, text: str = "hi") -> None:
        self.room.publish(lambda at: compose.chat(*at, text), self.room.who("小明"))

    def batches(self) -> list[Batch]:
        return [parse_batch(parse_frame(data).payload) for data in self.outgoing.queue]


def test_a_frame_without_a_payload_has_its_type() -> None:
    bench = Bench()
    bench.outgoing.put("close")
    assert parse_frame(bench.outgoing.queue.popleft()).payload_type == "close"


def test_messages_go_out_once_in_frames_that_want_to_be_acknowledged() -> None:
    bench = Bench()
    bench.say()
    bench.outgoing.collect()
    bench.outgoing.collect()
    (batch,) = bench.batches()
    assert (len(batch.messages), batch.need_ack, batch.heartbeat_s) == (1, True, HEARTBEAT_S)
    assert bench.report.frames == 1


def test_what_was_said_before_goes_first() -> None:
    bench = Bench()
    bench.say()
    bench.outgoing.put("reconnect")
    assert [parse_frame(data).payload_type for data in bench.outgoing.queue] == ["msg", "reconnect"]


def test_a_stalled_socket_takes_nothing_more() -> None:
    bench = Bench()
    bench.outgoing.stalled = True
    bench.say()
    bench.outgoing.collect()
    bench.outgoing.send_again()
    assert not bench.outgoing.queue


def test_what_is_not_acknowledged_is_sent_again_and_then_given_up() -> None:
    bench = Bench()
    bench.say()
    bench.outgoing.collect()
    first = bench.outgoing.queue.popleft()
    bench.now = 3.0
    bench.outgoing.send_again()
    assert bench.outgoing.queue.popleft() == first
    bench.now = 6.0
    bench.outgoing.send_again()
    assert not bench.outgoing.queue
    assert (bench.report.unacked, bench.report.resent) == (1, 1)
    assert "never acknowledged" in bench.report.violations[0]


def test_a_damaged_frame_stands_among_good_ones() -> None:
    bench = Bench()
    for _ in range(GOOD_BEFORE_BAD):
        bench.say()
        bench.outgoing.collect()
    bench.outgoing.put_bad("corrupt_gzip")
    *good, bad = bench.outgoing.queue
    assert all(parse_batch(parse_frame(data).payload).messages for data in good)
    with pytest.raises(DecodeError):
        parse_batch(parse_frame(bad).payload, gzipped=True)
