"""One message at a time through the decoder, in a room whose owner is 900 and at a fixed moment."""

from datetime import UTC, datetime
from typing import Any

from google.protobuf.message import Message

from douyinbot.events import Event
from douyinbot.webcast.decoding import Arrival, Decoder
from douyinbot.webcast.douyin import TABLE
from douyinbot.webcast.pb import douyin_pb2 as pb

RECEIVED = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
NOW_MS = 1_790_856_000_000  # the same moment
AT = Arrival(room="main", received=RECEIVED, now_ms=NOW_MS, owner_id="900")

METHODS = sorted(method for method in TABLE if not method.startswith("Webcast"))
OTHER_TYPES = {
    "RoomNotifyMessage": "NotifyMessage",
    "LinkMicBattleMethod": "LinkMicBattle",
    "LinkMicBattleFinishMethod": "LinkMicBattleFinish",
    "LinkMicArmiesMethod": "LinkMicArmies",
}
"""The methods whose type has another name; all others are called as their type."""
METHOD_OF = {OTHER_TYPES.get(method, method): method for method in METHODS}


def type_of(method: str) -> type[Message]:
    """The protobuf class of a method's payload."""
    found: type[Message] = getattr(pb, OTHER_TYPES.get(method, method))
    return found


def decode(message: Message, at: Arrival = AT) -> list[Event]:
    """Decode one message as the only one of a batch, its number being 1."""
    decoder = Decoder(TABLE, room="main")
    method = f"Webcast{METHOD_OF[message.DESCRIPTOR.name]}"
    events = decoder.decode([(method, 1, message.SerializeToString())], at)
    assert decoder.counts == {"messages": 1}
    return events


def only(message: Message, at: Arrival = AT) -> Any:
    """Decode a message that gives one event."""
    (event,) = decode(message, at)
    return event
