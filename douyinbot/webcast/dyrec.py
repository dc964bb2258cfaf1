"""The `.dyrec` recording format: what came over the wire, with arrival times.

A file is the eight bytes `DYREC\\0\\x01\\n` and then records, each

    u32 length of what follows the checksum | u32 CRC-32 of it | u8 kind | i64 arrival (us, UTC) | body

all little-endian. Records are only ever appended, so a kill in mid-write costs at most the last one: reading
stops quietly at a record that is cut short or damaged. Readers skip kinds they do not know, so later versions
can add some.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import BinaryIO

import msgspec

from douyinbot.errors import DecodeError
from douyinbot.webcast.frames import MAX_INFLATED

__all__ = ["MAGIC", "Description", "Kind", "Record", "pack", "read_records", "whole_length"]

MAGIC = b"DYREC\x00\x01\n"
_HEAD = struct.Struct("<II")
_BODY = struct.Struct("<Bq")
_LARGEST = _BODY.size + MAX_INFLATED


class Kind(IntEnum):
    """What a record holds."""

    DESCRIPTION = 0
    """JSON: a Description. The first record; one more at each reconnect."""
    FRAME = 1
    """One binary socket message."""
    RESPONSE = 2
    """The body of one im/fetch answer."""
    HISTORY = 3
    """The body of the first im/fetch answer: messages from before we came."""
    LOST = 4
    """The connection was lost; the body says why (UTF-8)."""


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """The room as it was when the recording began."""

    platform: str = "douyin"
    room: str = ""
    room_id: str = ""
    web_rid: str = ""
    title: str = ""
    owner_id: str = ""
    owner: str = ""
    simulated: bool = False
    program: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One record."""

    kind: int
    time: datetime
    body: bytes

    def description(self) -> Description:
        """Return a DESCRIPTION record's content.

        Raises:
            DecodeError: it is not one.
        """
        try:
            return msgspec.json.decode(self.body, type=Description)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise DecodeError(f"the recording's description cannot be read: {error}") from error


def pack(kind: Kind, time: datetime, body: bytes | Description) -> bytes:
    """Return one record as bytes."""
    if isinstance(body, Description):
        body = msgspec.json.encode(body)
    rest = _BODY.pack(kind, round(time.timestamp() * 1_000_000)) + body
    return _HEAD.pack(len(rest), zlib.crc32(rest)) + rest


def read_records(file: BinaryIO) -> Iterator[Record]:
    """Yield the records of a file up to its end or the first one that is damaged.

    Raises:
        DecodeError: the file is no recording at all.
    """
    if file.read(len(MAGIC)) != MAGIC:
        raise DecodeError("this is not a .dyrec recording")
    while (record := _read_one(file)) is not None:
        yield record


def whole_length(file: BinaryIO) -> int:
    """Return how many bytes of a file hold whole records: where an interrupted recording can go on."""
    length = len(MAGIC)
    for _record in read_records(file):
        length = file.tell()
    return length


def _read_one(file: BinaryIO) -> Record | None:
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    length, checksum = _HEAD.unpack(head)
    if not _BODY.size <= length <= _LARGEST:
        return None
    rest = file.read(length)
    if len(rest) < length or zlib.crc32(rest) != checksum:
        return None
    kind, micros = _BODY.unpack_from(rest)
    try:
        time = datetime.fromtimestamp(micros / 1_000_000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return Record(kind, time, rest[_BODY.size :])
