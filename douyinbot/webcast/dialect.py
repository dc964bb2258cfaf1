"""What platforms and their ages do differently on the push socket, as values that a `Session` is given.

The frame is the same everywhere; how a batch is read, how a client shows that it is alive, and how it
acknowledges are not.
"""

from collections.abc import Callable
from dataclasses import dataclass

from douyinbot.webcast.frames import HEARTBEAT, Batch, Frame, ack, parse_batch

__all__ = ["DOUYIN", "Dialect"]


def _silent(cursor: str) -> tuple[bytes, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to speak with the push service."""

    heartbeat: Callable[[int], bytes]
    """The n-th heartbeat of a connection, counted from 1."""
    acknowledge: Callable[[Frame, Batch | None], bytes | None]
    """The answer to one frame, None for none. Other frames than `msg` have no batch, and damaged ones."""
    parse: Callable[[bytes, bool | None], Batch] = lambda data, gzipped: parse_batch(data, gzipped=gzipped)
    """What a `msg` frame or the body of an im/fetch answer holds. Raises DecodeError."""
    opening: Callable[[str], tuple[bytes, ...]] = _silent
    """What is said after the first heartbeat of a connection, told the cursor where the room was left."""
    heartbeat_share: float = 1.0
    """How much of the time that the server names for it lies between two heartbeats."""


def _acknowledge(frame: Frame, batch: Batch | None) -> bytes | None:
    """Answer what asks for it, and what is damaged: the server would only send the same frame again."""
    if frame.payload_type != "msg" or not frame.payload:
        return None
    if batch is None:
        return ack(frame.log_id, frame.internal_ext)
    return ack(frame.log_id, frame.internal_ext or batch.internal_ext) if batch.need_ack else None


DOUYIN = Dialect(
    heartbeat=lambda number: HEARTBEAT,
    acknowledge=_acknowledge,
    heartbeat_share=2 / 3,  # the server names 15 s and drops a silent line after about 20 (seen 2026-06)
)
