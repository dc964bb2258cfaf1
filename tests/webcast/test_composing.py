"""How messages travel: the answer of the push service, and the frame around it."""

import gzip
from collections.abc import Callable

import pytest

from douyinbot.webcast import composing
from douyinbot.webcast.douyin import compose as douyin
from douyinbot.webcast.frames import Batch, parse_batch
from douyinbot.webcast.pb import frame_pb2
from douyinbot.webcast.tiktok import compose as tiktok
from douyinbot.webcast.tiktok import parse_fetch_result

ROWS = [("WebcastChatMessage", 5, b"\x12\x00"), ("WebcastOther", -4, b"")]


@pytest.mark.parametrize(
    ("second", "read"), [(douyin.SECOND, parse_batch), (tiktok.SECOND, parse_fetch_result)]
)
def test_each_platform_reads_the_same_of_an_answer(second: int, read: Callable[[bytes], Batch]) -> None:
    body = composing.response(
        ROWS,
        cursor="c",
        internal_ext="x",
        now_ms=9,
        need_ack=True,
        heartbeat_duration=10 * second,
        fetch_type=1,
        fetch_interval_ms=1000,
        push_server="ws://h",
    )
    batch = read(body)
    assert batch.messages == ROWS
    assert (batch.cursor, batch.internal_ext, batch.now_ms, batch.need_ack) == ("c", "x", 9, True)
    assert (batch.heartbeat_s, batch.fetch_type, batch.fetch_interval_ms) == (10.0, 1, 1000)
    assert batch.push_server == "ws://h"


def test_push_frame_looks_like_a_real_one() -> None:
    data = composing.push_frame(b"body", log_id=2**64 - 1, seq_id=33, internal_ext="ext")
    wire = frame_pb2.PushFrame.FromString(data)
    assert (wire.seq_id, wire.log_id, wire.service, wire.method) == (33, 2**64 - 1, 8888, 8)
    assert (wire.payload_encoding, wire.payload_type) == ("pb", "msg")
    assert [(h.key, h.value) for h in wire.headers] == [("compress_type", "gzip"), ("im-internal_ext", "ext")]
    assert gzip.decompress(wire.payload) == b"body"


def test_push_frame_has_no_clock_in_it() -> None:
    wire = frame_pb2.PushFrame.FromString(composing.push_frame(b"body", log_id=1))
    assert wire.payload[4:8] == bytes(4)  # where gzip keeps the time


def test_push_frame_may_have_further_headers_and_a_payload_that_is_gzip_already() -> None:
    zipped = gzip.compress(b"body", mtime=0)
    data = composing.push_frame(zipped, log_id=1, headers={"im-cursor": "c1"}, gzipped=True)
    wire = frame_pb2.PushFrame.FromString(data)
    assert wire.payload == zipped
    assert [(h.key, h.value) for h in wire.headers] == [("compress_type", "gzip"), ("im-cursor", "c1")]
