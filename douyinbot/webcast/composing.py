"""What every platform's composer has in common: who and what is in a made-up room, and how messages travel.

For the simulator, the testing kit and the tests. The messages themselves are each platform's own
(`douyin/compose.py`, `tiktok/compose.py`); the answer of the push service and its frame are the same.
"""

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from douyinbot.webcast.pb import frame_pb2

__all__ = ["Composed", "GiftKind", "Person", "push_frame", "response"]

Composed = tuple[str, bytes]
"""(method, payload)."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a made-up room."""

    id: int
    nickname: str
    display_id: str = ""
    level: int = 0
    fan_level: int = 0
    fan_club: str = ""
    gender: Literal["male", "female"] | None = None
    follows: bool = False
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class GiftKind:
    """A gift of the panel; `price` in diamonds."""

    id: int
    name: str
    price: int
    combo: bool = True


def response(
    messages: Iterable[tuple[str, int, bytes]],
    *,
    cursor: str = "",
    internal_ext: str = "",
    now_ms: int = 0,
    need_ack: bool = False,
    heartbeat_duration: int = 0,
    fetch_type: int = 0,
    fetch_interval_ms: int = 0,
    push_server: str = "",
) -> bytes:
    """Return an answer of the push service with (method, message id, payload) rows, not compressed.

    What is written here has the same numbers on every platform; only the unit of `heartbeat_duration` differs
    (`SECOND` of each composer).
    """
    return frame_pb2.Response(
        messages=[frame_pb2.Message(method=m, msg_id=i, payload=p) for m, i, p in messages],
        cursor=cursor,
        internal_ext=internal_ext,
        now=now_ms,
        need_ack=need_ack,
        heartbeat_duration=heartbeat_duration,
        fetch_type=fetch_type,
        fetch_interval=fetch_interval_ms,
        push_server=push_server,
    ).SerializeToString()


def push_frame(
    payload: bytes,
    *,
    log_id: int,
    seq_id: int = 1,
    payload_type: str = "msg",
    internal_ext: str = "",
    headers: Mapping[str, str] | None = None,
    gzipped: bool = False,
) -> bytes:
    """Return a push frame around a payload; `msg` payloads are gzipped (unless they are), as on the wire."""
    frame = frame_pb2.PushFrame(
        seq_id=seq_id,
        log_id=log_id,
        service=8888,
        method=8,
        payload_encoding="pb",
        payload_type=payload_type,
        payload=payload,
    )
    if payload_type == "msg":
        frame.payload = payload if gzipped else gzip.compress(payload, 6, mtime=0)
        frame.headers.add(key="compress_type", value="gzip")
    if internal_ext:
        frame.headers.add(key="im-internal_ext", value=internal_ext)
    for key, value in (headers or {}).items():
        frame.headers.add(key=key, value=value)
    return frame.SerializeToString()
