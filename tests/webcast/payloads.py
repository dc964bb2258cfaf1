"""Messages of any type made by rule: with every field set, and with values at the edges of their types."""

from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import strategies as st

NOW_MS = 1_790_856_000_000  # 2026-10-01, noon


def is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def is_plain(field: FieldDescriptor) -> bool:
    """Whether a field holds plain values, as a map may, too."""
    values = field.message_type.fields_by_name["value"] if is_map(field) else field
    return values.message_type is None


def put(message: Message, field: FieldDescriptor, value: Any) -> None:
    """Set a field, or add to it: a map gets the value under the key 1, a list at its end."""
    now = getattr(message, field.name)
    if is_map(field) and is_plain(field):
        now[1] = value
    elif is_map(field):
        now[1].CopyFrom(value)
    elif field.message_type is not None:
        (now.add() if hasattr(now, "add") else now).CopyFrom(value)
    elif hasattr(now, "append"):
        now.append(value)
    else:
        setattr(message, field.name, value)


def inner_type(message: Message, field: FieldDescriptor) -> type[Message]:
    """The class of a field that is a message, or holds messages."""
    now = getattr(message, field.name)
    if is_map(field):
        return type(now[1])
    return type(now.add()) if hasattr(now, "add") else type(now)


def full(kind: type[Message], depth: int = 4) -> Message:
    """A message with every field set."""
    message = kind()
    for field in kind.DESCRIPTOR.fields:
        if is_plain(field):
            put(message, field, PLAIN.get(field.type, 1))
        elif depth:
            put(message, field, full(inner_type(kind(), field), depth - 1))
    return message


PLAIN: dict[int, Any] = {FieldDescriptor.TYPE_STRING: "7", FieldDescriptor.TYPE_BYTES: b"\x08\x01\x1a\x017"}


TEXTS = st.sampled_from(["", "x", "小***", "9" * 30, "\u202e\x1b[2J", "\u0663", "LotteryInfoSyncData", "{}"])
EXTREMES: dict[int, st.SearchStrategy[Any]] = {
    FieldDescriptor.TYPE_INT64: st.sampled_from(
        [0, 1, -1, 202, 2**53 + 1, 2**63 - 1, -(2**63), NOW_MS, NOW_MS // 1000]
    ),
    FieldDescriptor.TYPE_INT32: st.sampled_from([0, 1, 2, 3, 4, 7, -1, 2**31 - 1, -(2**31)]),
    FieldDescriptor.TYPE_BOOL: st.booleans(),
    FieldDescriptor.TYPE_BYTES: st.sampled_from([b"", b"\x08\x01\x10\x05"]),
}


@st.composite
def filled(draw: st.DrawFn, kind: type[Message], depth: int = 3) -> Message:
    """A message with some of its fields set, to values at the edges of their types."""
    message = kind()
    for field in kind.DESCRIPTOR.fields:
        if not draw(st.booleans()):
            continue
        if is_plain(field):
            put(message, field, draw(EXTREMES.get(field.type, st.just(1) if is_map(field) else TEXTS)))
        elif depth:
            put(message, field, draw(filled(inner_type(kind(), field), depth - 1)))
    return message
