"""One message at a time through TikTok's decoder, in a room whose owner is 900 and at a fixed moment."""

from datetime import UTC, datetime
from typing import Any

from google.protobuf.message import Message

from douyinbot.events import Event
from douyinbot.webcast.decoding import Arrival, Decoder
from douyinbot.webcast.pb import tiktok_pb2 as pb
from douyinbot.webcast.tiktok import TABLE

RECEIVED = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
NOW_MS = 1_790_856_000_000  # the same moment
AT = Arrival(room="main", received=RECEIVED, platform="tiktok", now_ms=NOW_MS, owner_id="900")

METHODS = sorted(method for method in TABLE if not method.startswith("Webcast"))


def type_of(method: str) -> type[Message]:
    """The protobuf class of a method's payload: it has the method's name."""
    found: type[Message] = getattr(pb, method)
    return found


def decoder(**options: Any) -> Decoder:
    return Decoder(TABLE, room="main", platform="tiktok", **options)


def decode(message: Message, at: Arrival = AT) -> list[Event]:
    """Decode one message as the only one of a batch, its number being 1."""
    one = decoder()
    events = one.decode([(f"Webcast{message.DESCRIPTOR.name}", 1, message.SerializeToString())], at)
    assert one.counts["messages"] == 1
    assert not [name for name in one.counts if name.startswith("bad:")]
    return events


def only(message: Message, at: Arrival = AT) -> Any:
    """Decode a message that gives one event."""
    (event,) = decode(message, at)
    return event


def text(key: str, pattern: str, *pieces: Any) -> pb.Text:
    """A text with users and words in its places."""
    return pb.Text(
        key=key,
        default_pattern=pattern,
        pieces=[
            pb.TextPiece(type=11, user_value=pb.TextPiece.UserValue(user=piece))
            if isinstance(piece, pb.User)
            else pb.TextPiece(type=1, string_value=piece)
            for piece in pieces
        ],
    )
