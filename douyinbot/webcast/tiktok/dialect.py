"""TikTok's frames: its own fetch result, and the two ways its clients have spoken on the socket.

`modern` is how web clients have spoken since 2024: heartbeats name the room, the room is entered by a frame
of its own, and only what asks for it is acknowledged. `LEGACY` is TikTok-Live-Connector 0.9.21's way (2022).
"""

from google.protobuf.message import DecodeError as ProtobufError

from douyinbot.errors import DecodeError
from douyinbot.webcast.dialect import Dialect
from douyinbot.webcast.frames import HEARTBEAT, Batch, Frame, inflate
from douyinbot.webcast.pb import frame_pb2, tiktok_pb2

__all__ = ["LEGACY", "modern", "parse_fetch_result"]

_LIVE_ID = 12  # the same for every stream
_ENCODING = "pb"


def parse_fetch_result(data: bytes, gzipped: bool | None = None) -> Batch:
    """Parse what a `msg` frame holds, or the body of an im/fetch answer; `gzipped` None looks for itself.

    Raises:
        DecodeError: it cannot be inflated, or is not a fetch result.
    """
    data = inflate(data, gzipped)
    try:
        result = tiktok_pb2.FetchResult.FromString(data)
    except ProtobufError as error:
        raise DecodeError(f"not an answer of the push service ({len(data)} bytes): {error}") from error
    return Batch(
        messages=[(m.method, m.msg_id, m.payload) for m in result.messages],
        history=frozenset(index for index, m in enumerate(result.messages) if m.is_history),
        cursor=result.cursor,
        internal_ext=result.internal_ext,
        now_ms=result.now,
        need_ack=result.need_ack,
        heartbeat_s=max(result.heartbeat_duration, 0) / 1000,
        fetch_interval_ms=max(result.fetch_interval, 0),
        fetch_type=result.fetch_type,
        push_server=result.push_server,
        route_params=dict(result.route_params),
        is_first=result.is_first,
    )


def _frame(type: str, payload: bytes, log_id: int = 0) -> bytes:
    return frame_pb2.PushFrame(
        log_id=log_id, payload_encoding=_ENCODING, payload_type=type, payload=payload
    ).SerializeToString()


def modern(room_id: int, enter_id: int) -> Dialect:
    """Return how to speak about one room.

    Args:
        room_id: the platform's number of the stream.
        enter_id: a positive number of 63 bits made up by chance for each entry.
    """

    def heartbeat(number: int) -> bytes:
        beat = tiktok_pb2.HeartBeat(room_id=room_id, send_packet_seq_id=number)
        return _frame("hb", beat.SerializeToString())

    def enter(cursor: str) -> tuple[bytes, ...]:
        entry = tiktok_pb2.ImEnterRoom(
            room_id=room_id,
            live_id=_LIVE_ID,
            identity="audience",
            cursor=cursor,
            enter_unique_id=enter_id,
            filter_welcome_msg="0",
        )
        return (_frame("im_enter_room", entry.SerializeToString()),)

    return Dialect(heartbeat=heartbeat, acknowledge=_acknowledge, parse=parse_fetch_result, opening=enter)


def _acknowledge(frame: Frame, batch: Batch | None) -> bytes | None:
    """Answer a batch that asks for it with its `internal_ext`; without one there is nothing to answer."""
    if batch is None or not batch.need_ack or not batch.internal_ext:
        return None
    return _frame("ack", batch.internal_ext.encode(), frame.log_id)


def _acknowledge_every(frame: Frame, batch: Batch | None) -> bytes | None:
    if not frame.log_id:
        return None
    return frame_pb2.PushFrame(log_id=frame.log_id, payload_type="ack").SerializeToString()


LEGACY = Dialect(heartbeat=lambda number: HEARTBEAT, acknowledge=_acknowledge_every, parse=parse_fetch_result)
