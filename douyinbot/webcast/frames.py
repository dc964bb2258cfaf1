"""Frames as bytes: the push envelope, bounded gunzip, acknowledgement and heartbeat.

Facts: PushFrame is the same on Douyin and TikTok; it, Response and Message have not changed in any frame of
Douyin's recorded from 2021 to 2026. TikTok's answers are read by `douyinbot.webcast.tiktok`.
"""

from typing import cast

import msgspec
from google.protobuf.message import DecodeError as ProtobufError
from isal import isal_zlib

from douyinbot.errors import DecodeError
from douyinbot.webcast.pb import frame_pb2 as pb

__all__ = [
    "HEARTBEAT",
    "MAX_FRAME",
    "MAX_INFLATED",
    "Batch",
    "Frame",
    "ack",
    "gunzip",
    "inflate",
    "parse_batch",
    "parse_frame",
]

MAX_FRAME = 4 * 1024 * 1024
"""Bytes: the largest frame taken from the network (the largest real one seen is under 200 KiB)."""
MAX_INFLATED = 16 * 1024 * 1024
"""Bytes: the largest inflated payload. A gzip bomb is refused as soon as it passes this."""

HEARTBEAT = pb.PushFrame(payload_type="hb").SerializeToString()

# The package's stub declares its exception class as an instance.
_GzipError = cast("type[Exception]", isal_zlib.IsalError)
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib's number for "a gzip header and the largest window"


class Frame(msgspec.Struct, frozen=True):
    """One push frame: what it is, and what is needed to answer it."""

    payload_type: str
    payload: bytes
    log_id: int = 0
    internal_ext: str = ""
    gzipped: bool = False


class Batch(msgspec.Struct, frozen=True):
    """One answer of the push service: messages in order, and where to go on from here."""

    messages: list[tuple[str, int, bytes]]
    """(method, message id, payload)."""
    history: frozenset[int] = frozenset()
    """Which of them the server marks as history, by their place."""
    cursor: str = ""
    internal_ext: str = ""
    now_ms: int = 0
    need_ack: bool = False
    heartbeat_s: float = 0.0
    """Seconds; 0 where the server names no figure."""
    fetch_interval_ms: int = 0
    fetch_type: int = 0
    push_server: str = ""
    route_params: dict[str, str] = {}
    is_first: bool = False
    """The first batch of an entry (TikTok says so)."""


def parse_frame(data: bytes) -> Frame:
    """Parse one binary socket message.

    Raises:
        DecodeError: it is not a push frame.
    """
    frame = pb.PushFrame()
    try:
        frame.ParseFromString(data)
    except ProtobufError as error:
        raise DecodeError(f"not a push frame ({len(data)} bytes): {error}") from error
    headers = {header.key: header.value for header in frame.headers}
    return Frame(
        payload_type=frame.payload_type,
        payload=frame.payload,
        log_id=frame.log_id,
        internal_ext=headers.get("im-internal_ext", ""),
        # `payload_encoding` says "pb" although the payload is gzip, so it decides nothing.
        gzipped=headers.get("compress_type") == "gzip" or frame.payload.startswith(_GZIP_MAGIC),
    )


def gunzip(data: bytes, limit: int = MAX_INFLATED) -> bytes:
    """Inflate one gzip member of at most `limit` bytes.

    Raises:
        DecodeError: it is damaged, cut short, followed by something else, or larger than the limit.
    """
    inflate = isal_zlib.decompressobj(_GZIP_WINDOW)
    try:
        inflated = inflate.decompress(data, limit + 1)
    except (_GzipError, ValueError) as error:
        raise DecodeError(f"damaged gzip data ({len(data)} bytes): {error}") from error
    if len(inflated) > limit:
        raise DecodeError(f"gzip data would inflate to more than {limit} bytes; refused")
    if not inflate.eof:
        raise DecodeError(f"gzip data is cut short ({len(data)} bytes)")
    if inflate.unused_data:
        raise DecodeError(f"{len(inflate.unused_data)} stray bytes after the gzip data")
    return inflated


def inflate(data: bytes, gzipped: bool | None = None, limit: int = MAX_INFLATED) -> bytes:
    """Return an answer's own bytes; `gzipped` None looks at the data itself.

    Raises:
        DecodeError: it cannot be inflated, or is larger than the limit.
    """
    if gzipped or (gzipped is None and data.startswith(_GZIP_MAGIC)):
        return gunzip(data, limit)
    if len(data) > limit:
        raise DecodeError(f"an answer of {len(data)} bytes is over the limit of {limit}; refused")
    return data


def parse_batch(data: bytes, *, gzipped: bool | None = None, limit: int = MAX_INFLATED) -> Batch:
    """Parse a Response: the payload of a `msg` frame, or the body of an im/fetch answer.

    Raises:
        DecodeError: it cannot be inflated, or is not a Response.
    """
    data = inflate(data, gzipped, limit)
    response = pb.Response()
    try:
        response.ParseFromString(data)
    except ProtobufError as error:
        raise DecodeError(f"not an answer of the push service ({len(data)} bytes): {error}") from error
    return Batch(
        messages=[(m.method, m.msg_id, m.payload) for m in response.messages],
        cursor=response.cursor,
        internal_ext=response.internal_ext,
        now_ms=response.now,
        need_ack=response.need_ack,
        heartbeat_s=float(max(response.heartbeat_duration, 0)),
        fetch_interval_ms=max(response.fetch_interval, 0),
        fetch_type=response.fetch_type,
        push_server=response.push_server_v2 or response.push_server or response.proxy_server,
        route_params=dict(response.route_params),
    )


def ack(log_id: int, internal_ext: str) -> bytes:
    """Return the acknowledgement of one frame; without it the server sends the same batch again."""
    return pb.PushFrame(log_id=log_id, payload_type="ack", payload=internal_ext.encode()).SerializeToString()
