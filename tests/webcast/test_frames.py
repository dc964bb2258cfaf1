"""Frames as bytes: exact bytes out, every damage in."""

import gzip
import subprocess
import sys
import zlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from douyinbot.errors import DecodeError
from douyinbot.webcast import composing
from douyinbot.webcast.douyin import compose
from douyinbot.webcast.frames import (
    HEARTBEAT,
    MAX_FRAME,
    MAX_INFLATED,
    Batch,
    Frame,
    ack,
    gunzip,
    parse_batch,
    parse_frame,
)
from douyinbot.webcast.pb import frame_pb2

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
INT64 = st.integers(-(2**63), 2**63 - 1)
UINT64 = st.integers(0, 2**64 - 1)
PLAIN = "直播间里说的话 and some more".encode() * 20
ZIPPED = gzip.compress(PLAIN, mtime=0)

CHAT = compose.chat(11, 7, 1_800_000_000_000, composing.Person(5, "小明", level=3), "你好")
RESPONSE = composing.response(
    [(CHAT[0], 11, CHAT[1]), ("WebcastOther", -4, b"\x08\x01")],
    cursor="t-1_r-2_d-1_u-1",
    internal_ext="internal_src:pushserver|seq:1",
    now_ms=1_800_000_000_000,
    need_ack=True,
    heartbeat_duration=15,
)
SEEDS = (
    composing.push_frame(RESPONSE, log_id=2**63 + 5, internal_ext="internal_src:dim"),
    composing.push_frame(b"", log_id=0, payload_type="hb"),
    RESPONSE,
    ZIPPED,
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Something that was right once: bytes changed, cut out or put in."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = start + draw(st.integers(0, 3))
        data[start:end] = draw(st.binary(max_size=3))
    return bytes(data)


# ---- out ----------------------------------------------------------------------------------------


def test_acknowledgement_has_the_exact_bytes_of_the_reference() -> None:
    assert ack(1, "abc").hex(" ") == "10 01 3a 03 61 63 6b 42 03 61 62 63"


def test_heartbeat_has_the_exact_bytes_of_the_reference() -> None:
    assert HEARTBEAT.hex(" ") == "3a 02 68 62"


@settings(deadline=None)
@given(UINT64, TEXT)
def test_acknowledgement_can_be_read_back(log_id: int, ext: str) -> None:
    assert parse_frame(ack(log_id, ext)) == Frame(payload_type="ack", payload=ext.encode(), log_id=log_id)


def test_limits_leave_room_above_the_largest_frames_ever_seen() -> None:
    assert (MAX_FRAME, MAX_INFLATED) == (4 * 2**20, 16 * 2**20)  # 200 KiB and 1 MiB were seen


# ---- push frames --------------------------------------------------------------------------------


@settings(deadline=None)
@given(payload=st.binary(max_size=200), log_id=UINT64, ext=TEXT)
def test_message_frame_round_trips_gzipped(payload: bytes, log_id: int, ext: str) -> None:
    frame = parse_frame(composing.push_frame(payload, log_id=log_id, internal_ext=ext))
    assert (frame.payload_type, frame.log_id, frame.internal_ext, frame.gzipped) == ("msg", log_id, ext, True)
    assert gunzip(frame.payload) == payload


@pytest.mark.parametrize("kind", ["hb", "ack", "close", "reconnect", "subscribe_ack"])
def test_other_frames_round_trip_as_they_are(kind: str) -> None:
    frame = parse_frame(composing.push_frame(b"\x01\x02", log_id=9, payload_type=kind))
    assert frame == Frame(payload_type=kind, payload=b"\x01\x02", log_id=9)


def test_payload_counts_as_gzip_by_its_magic_though_the_encoding_says_pb() -> None:
    data = frame_pb2.PushFrame(payload_type="msg", payload_encoding="pb", payload=ZIPPED).SerializeToString()
    assert parse_frame(data).gzipped


def test_empty_message_is_an_empty_frame() -> None:
    assert parse_frame(b"") == Frame(payload_type="", payload=b"")


@pytest.mark.parametrize("data", [b"\xff", b"\x0b\x0b", b"<html>", SEEDS[0][:-1], b'{"status_code":0}'])
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    with pytest.raises(DecodeError, match=rf"not a push frame \({len(data)} bytes\)"):
        parse_frame(data)


# ---- gunzip -------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.binary(max_size=2000), st.integers(0, 9))
def test_gunzip_undoes_gzip(data: bytes, level: int) -> None:
    assert gunzip(gzip.compress(data, level)) == data


def test_gunzip_refuses_a_member_cut_at_any_length() -> None:
    for length in range(len(ZIPPED)):
        with pytest.raises(DecodeError):
            gunzip(ZIPPED[:length])


@pytest.mark.parametrize("garbage", [b"\0", b"garbage", ZIPPED])
def test_gunzip_refuses_anything_after_the_member(garbage: bytes) -> None:
    with pytest.raises(DecodeError, match=f"{len(garbage)} stray bytes"):
        gunzip(ZIPPED + garbage)


def test_gunzip_never_lets_a_flipped_bit_change_the_content() -> None:
    refused = 0
    for position in range(len(ZIPPED) * 8):
        data = bytearray(ZIPPED)
        data[position // 8] ^= 1 << position % 8
        try:
            assert gunzip(bytes(data)) == PLAIN  # only the header's time, system and text flag are free
        except DecodeError:
            refused += 1
    assert refused > (len(ZIPPED) - 10) * 8


def test_gunzip_takes_exactly_the_limit_and_no_byte_more() -> None:
    assert gunzip(gzip.compress(bytes(1000)), limit=1000) == bytes(1000)
    with pytest.raises(DecodeError, match="more than 999 bytes"):
        gunzip(gzip.compress(bytes(1000)), limit=999)


def gzip_bomb() -> bytes:
    """One MB that inflates to one GiB, made of one deflated MiB a thousand times over."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    mebibyte = deflate.compress(bytes(2**20)) + deflate.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08" + bytes(7) + mebibyte * 1024 + zlib.compressobj(9, zlib.DEFLATED, -15).flush()


DEFUSE = """
import resource, sys, time
from douyinbot.errors import DecodeError
from douyinbot.webcast.frames import parse_batch
bomb = sys.stdin.buffer.read()
before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
try:
    parse_batch(bomb)
except DecodeError as error:
    print(time.process_time() - start)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    print(error)
"""


def test_gzip_bomb_is_refused_at_once_and_in_little_memory() -> None:
    pytest.importorskip("resource")
    bomb = gzip_bomb()
    assert len(bomb) < 1_200_000
    child = subprocess.run([sys.executable, "-c", DEFUSE], input=bomb, capture_output=True, check=True)
    seconds, kibibytes, text = child.stdout.decode().splitlines()
    assert text == f"gzip data would inflate to more than {MAX_INFLATED} bytes; refused"
    assert float(seconds) < 0.1
    assert int(kibibytes) < 64 * 1024


# ---- batches ------------------------------------------------------------------------------------


@settings(deadline=None)
@given(
    messages=st.lists(st.tuples(TEXT, INT64, st.binary(max_size=30)), max_size=5),
    cursor=TEXT,
    ext=TEXT,
    now_ms=INT64,
    need_ack=st.booleans(),
    heartbeat=st.integers(0, 10**6),
    fetch=st.tuples(st.integers(-(2**31), 2**31 - 1), st.integers(0, 10**6)),
    server=TEXT,
    zipped=st.booleans(),
)
def test_batch_round_trips(
    messages: list[tuple[str, int, bytes]],
    cursor: str,
    ext: str,
    now_ms: int,
    need_ack: bool,
    heartbeat: int,
    fetch: tuple[int, int],
    server: str,
    zipped: bool,
) -> None:
    body = composing.response(
        messages,
        cursor=cursor,
        internal_ext=ext,
        now_ms=now_ms,
        need_ack=need_ack,
        heartbeat_duration=heartbeat,
        fetch_type=fetch[0],
        fetch_interval_ms=fetch[1],
        push_server=server,
    )
    assert parse_batch(gzip.compress(body) if zipped else body) == Batch(
        messages=messages,
        cursor=cursor,
        internal_ext=ext,
        now_ms=now_ms,
        need_ack=need_ack,
        heartbeat_s=heartbeat,
        fetch_type=fetch[0],
        fetch_interval_ms=fetch[1],
        push_server=server,
    )


@pytest.mark.parametrize(
    ("fields", "chosen"),
    [
        ({"push_server": "a", "proxy_server": "b", "push_server_v2": "c"}, "c"),
        ({"push_server": "a", "proxy_server": "b"}, "a"),
        ({"proxy_server": "b"}, "b"),
        ({}, ""),
    ],
)
def test_newest_way_to_name_a_push_server_wins(fields: dict[str, str], chosen: str) -> None:
    assert parse_batch(frame_pb2.Response(**fields).SerializeToString()).push_server == chosen


def test_route_parameters_are_kept() -> None:
    body = frame_pb2.Response(route_params={"imprp": "x", "wrss": "y"}).SerializeToString()
    assert parse_batch(body).route_params == {"imprp": "x", "wrss": "y"}


def test_negative_durations_count_as_not_given() -> None:
    batch = parse_batch(frame_pb2.Response(heartbeat_duration=-15, fetch_interval=-1).SerializeToString())
    assert (batch.heartbeat_s, batch.fetch_interval_ms) == (0.0, 0)


def test_payload_declared_gzip_without_its_magic_is_refused() -> None:
    frame = frame_pb2.PushFrame(payload_type="msg", payload=RESPONSE)
    frame.headers.add(key="compress_type", value="gzip")
    parsed = parse_frame(frame.SerializeToString())
    assert parsed.gzipped
    with pytest.raises(DecodeError, match="damaged gzip"):
        parse_batch(parsed.payload, gzipped=parsed.gzipped)


def test_gzip_inside_gzip_is_not_inflated_twice() -> None:
    with pytest.raises(DecodeError, match="not an answer of the push service"):
        parse_batch(gzip.compress(gzip.compress(RESPONSE)))


def test_plain_answer_over_the_limit_is_refused_unread() -> None:
    assert parse_batch(RESPONSE, limit=len(RESPONSE)).need_ack
    with pytest.raises(DecodeError, match="over the limit"):
        parse_batch(RESPONSE, limit=len(RESPONSE) - 1)


def test_fields_that_we_do_not_know_do_no_harm() -> None:
    unknown = b"\xf2\x3f\x03abc" + b"\xf8\x3f\x05"  # numbers 1022 and 1023: text and a number
    assert parse_batch(RESPONSE + unknown) == parse_batch(RESPONSE)


# ---- damage -------------------------------------------------------------------------------------


@settings(max_examples=1000, deadline=None)
@given(st.one_of(st.binary(max_size=300), damaged()))
def test_no_bytes_make_the_parsers_raise_anything_but_decode_error(data: bytes) -> None:
    for parse, kind in ((parse_frame, Frame), (parse_batch, Batch), (gunzip, bytes)):
        with suppress(DecodeError):
            assert isinstance(parse(data), kind)


@settings(max_examples=500, deadline=None)
@given(damaged())
def test_damage_inside_the_compression_is_only_a_decode_error_too(data: bytes) -> None:
    with suppress(DecodeError):
        assert isinstance(parse_batch(gzip.compress(data, 1), gzipped=True), Batch)
