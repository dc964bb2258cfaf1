"""A session speaks as its dialect does; without one, as Douyin's web page."""

from datetime import UTC, datetime

from douyinbot.errors import DecodeError
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.dialect import DOUYIN, Dialect
from douyinbot.webcast.douyin import TABLE
from douyinbot.webcast.frames import HEARTBEAT, Batch, Frame, ack
from douyinbot.webcast.pb import frame_pb2 as pb
from douyinbot.webcast.session import Session

NOW = datetime(2026, 10, 1, tzinfo=UTC)


def test_douyin_beats_alike_and_says_nothing_else_at_the_opening() -> None:
    assert [DOUYIN.heartbeat(number) for number in (1, 2)] == [HEARTBEAT, HEARTBEAT]
    assert DOUYIN.opening("cursor") == ()


def test_douyin_acknowledges_what_asks_for_it_and_what_is_damaged() -> None:
    asking, silent = (Batch(messages=[], internal_ext="batch", need_ack=need) for need in (True, False))
    frame = Frame("msg", b"x", 7)
    assert DOUYIN.acknowledge(frame, asking) == ack(7, "batch")
    assert DOUYIN.acknowledge(Frame("msg", b"x", 7, "header"), asking) == ack(7, "header")
    assert DOUYIN.acknowledge(frame, silent) is None
    assert DOUYIN.acknowledge(frame, None) == ack(7, "")
    assert DOUYIN.acknowledge(Frame("hb", b"", 7), None) is None
    assert DOUYIN.acknowledge(Frame("msg", b"", 7), None) is None


def test_session_asks_its_dialect_for_every_word() -> None:
    asked: list[object] = []

    def parse(data: bytes, gzipped: bool | None) -> Batch:
        asked.append((data, gzipped))
        if data == b"bad":
            raise DecodeError("bad")
        return Batch(messages=[], cursor="c1", heartbeat_s=4.0)

    def acknowledge(frame: Frame, batch: Batch | None) -> bytes | None:
        return f"{frame.payload_type} {frame.log_id} {batch is not None}".encode()

    dialect = Dialect(
        heartbeat=lambda number: f"beat {number}".encode(),
        acknowledge=acknowledge,
        parse=parse,
        opening=lambda cursor: (f"open {cursor}".encode(), b"please"),
        heartbeat_share=0.5,
    )
    session = Session(Decoder(TABLE, room="main"), dialect=dialect)
    session.opened(0.0)
    assert session.data_to_send() == [b"beat 1", b"open ", b"please"]
    for log_id, (type, payload) in enumerate([("msg", b"good"), ("msg", b"bad"), ("hb", b"")], 1):
        frame = pb.PushFrame(log_id=log_id, payload_type=type, payload=payload)
        session.receive(frame.SerializeToString(), 0.5, NOW)
    session.receive_response(b"body", NOW)
    assert asked == [(b"good", False), (b"bad", False), (b"body", None)]
    assert session.data_to_send() == [b"msg 1 True", b"msg 2 False", b"hb 3 False"]
    assert session.deadline == 2.0  # half of what was named
    session.tick(2.0)
    assert session.data_to_send() == [b"beat 2"]
    session.opened(5.0)
    assert session.data_to_send() == [b"beat 1", b"open c1", b"please"]
    assert (session.counts["acks"], session.counts["heartbeats"], session.counts["bad_frames"]) == (3, 3, 1)
