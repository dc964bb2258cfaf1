"""The field tables of the platform's web client, read from the project's reference where that is at hand."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet

from douyinbot.webcast.pb.douyin_pb2 import User

REFERENCE = Path(__file__).parents[4] / "shared/reference/douyin-webcast.md"

OURS = {
    "GiftStruct": "Gift",
    "GiftInfo": "LightGiftMessage.GiftInfo",
    "User.FansClub.FansClubData": "User.FansClubData",
    "TextPiecePatternRef": "PatternRef",
    "TextPieceUser": "TextPiece.UserValue",
    "TextPieceGift": "TextPiece.GiftValue",
    "TextPieceImage": "TextPiece.ImageValue",
    "LinkMicArmies.UserArmies.UserArmy": "LinkMicArmies.UserArmy",
}
"""The client's names of structures that are called otherwise, or lie elsewhere, in our .proto."""

Field = tuple[str, str]
"""Type and name, in the notation of the tables."""
VARINT, LENGTH, FIXED32 = 0, 2, 5


@cache
def text() -> str:
    """Return the reference; without it the test is skipped."""
    if not REFERENCE.is_file():
        pytest.skip(f"NOT CHECKED against the reference: {REFERENCE} is not there")
    return REFERENCE.read_text(encoding="utf-8")


def methods() -> set[str]:
    """Return every method in the table of meanings, and in the list of odd names before it."""
    table = text().partition("### 4.1")[2].partition("### 4.2")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| ")]
    cells = [re.sub(r"\(.*?\)", "", cell).replace("...", "LinkMicBattle") for cell in cells[1:]]
    odd = re.findall(r"`Webcast(\w+)` -> ", text().partition("method -> type:")[2].partition("\n")[0])
    return {name for cell in cells for name in re.findall(r"\w+", cell)} | set(odd)


def sync_keys() -> set[str]:
    """Return the keys of RoomDataSyncMessage."""
    return set(re.findall(r"\b(\w+SyncData)\b", text().partition("### 4.5")[2].partition("### 4.6")[0]))


@cache
def tables() -> dict[str, dict[int, Field]]:
    """Return the fields of every message by number, under our names. `im.` goes before `data.`."""
    found: dict[str, dict[int, Field]] = {}
    appendix = text().partition("## Appendix A")[2]
    for name, fields in re.findall(r"^- \*\*([\w.]+)\*\*: (.*)$", appendix, re.MULTILINE):
        short = re.sub(r"^(im|data)\.", "", name)
        rows = {int(n): (type, label) for n, type, label in re.findall(r"(\d+) (\S+) (\w+)", fields)}
        if name.startswith("im.") or short not in found:
            found[OURS.get(short, short)] = rows
    return found


def wire_types(type: str) -> set[int]:
    """Return how a field of this type may stand on the wire; lists of numbers stand packed or one by one."""
    plain = {"i32": VARINT, "i64": VARINT, "u64": VARINT, "bool": VARINT, "f32": FIXED32}
    wire = plain.get(type.removesuffix("*"), LENGTH)
    return {wire, LENGTH} if type.endswith("*") else {wire}


def is_packed_user(field: FieldDescriptor) -> bool:
    """Whether a field is declared as bytes, and what it holds is a User."""
    return field.name == "user" and field.type == FieldDescriptor.TYPE_BYTES


def unread(message: Message) -> Iterator[tuple[Descriptor, int, int]]:
    """Yield (message, field number, wire type) of all that is on the wire and was not taken by our classes.

    A declared field that comes with another wire type is among them: protobuf keeps it as unknown.
    """
    for field in UnknownFieldSet(message):
        yield message.DESCRIPTOR, field.field_number, field.wire_type
    for declared, value in message.ListFields():
        if is_packed_user(declared):
            yield from unread(User.FromString(value))
        if declared.message_type is None:
            continue
        if declared.message_type.GetOptions().map_entry:
            inner = value.values()
        else:
            inner = value if hasattr(value, "__len__") else [value]
        for item in inner:
            if isinstance(item, Message):
                yield from unread(item)


def clashes(message: Message) -> list[tuple[str, int]]:
    """Return the declared fields that stand on the wire with another type."""
    return [(kind.name, number) for kind, number, _ in unread(message) if number in kind.fields_by_number]
