"""Recordings: written, read back, cut, damaged, and continued."""

import io
import struct
import zlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from douyinbot.errors import DecodeError
from douyinbot.webcast.dyrec import MAGIC, Description, Kind, Record, pack, read_records, whole_length
from douyinbot.webcast.frames import MAX_INFLATED

TIME = datetime(2026, 10, 1, 12, 0, 0, 123456, UTC)
ROOM = Description(room="main", room_id="7281510189419793208", title="标题", owner="主播", simulated=True)
RECORDS = [
    Record(Kind.DESCRIPTION, TIME, b'{"platform":"douyin","room":"main"}'),
    Record(Kind.HISTORY, TIME + timedelta(seconds=1), b"\x0a\x00"),
    Record(Kind.FRAME, TIME + timedelta(seconds=2, microseconds=1), b""),
    Record(Kind.LOST, TIME + timedelta(seconds=3), "断线".encode()),
    Record(Kind.RESPONSE, TIME + timedelta(days=1), bytes(range(256))),
]
PACKED = [pack(Kind(record.kind), record.time, record.body) for record in RECORDS]
FILE = MAGIC + b"".join(PACKED)
ENDS = [len(MAGIC) + sum(map(len, PACKED[:count])) for count in range(len(PACKED) + 1)]


def read(data: bytes) -> list[Record]:
    return list(read_records(io.BytesIO(data)))


def raw_record(kind: int, body: bytes, micros: int = 0) -> bytes:
    """A record as another version of the program might write it."""
    rest = struct.pack("<Bq", kind, micros) + body
    return struct.pack("<II", len(rest), zlib.crc32(rest)) + rest


def test_format_is_fixed_to_the_byte() -> None:
    assert MAGIC == b"DYREC\x00\x01\n"
    time = datetime(1970, 1, 1, 0, 0, 0, 258, UTC)
    assert pack(Kind.FRAME, time, b"hb").hex(" ") == (
        "0b 00 00 00 89 4b 1f b7 01 02 01 00 00 00 00 00 00 68 62"
    )


def test_kinds_keep_their_numbers_for_ever() -> None:
    numbers = {kind.name: kind.value for kind in Kind}
    assert numbers == {"DESCRIPTION": 0, "FRAME": 1, "RESPONSE": 2, "HISTORY": 3, "LOST": 4}


def test_what_is_written_is_read_back() -> None:
    assert read(FILE) == RECORDS


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(Kind),
            st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
            st.binary(max_size=100),
        ),
        max_size=5,
    )
)
def test_any_records_round_trip_to_the_microsecond(records: list[tuple[Kind, datetime, bytes]]) -> None:
    data = MAGIC + b"".join(pack(*record) for record in records)
    assert read(data) == [Record(*record) for record in records]
    assert whole_length(io.BytesIO(data)) == len(data)


def test_time_of_another_zone_is_the_same_moment() -> None:
    beijing = TIME.astimezone(timezone(timedelta(hours=8)))
    assert read(MAGIC + pack(Kind.FRAME, beijing, b""))[0].time == TIME


def test_description_round_trips() -> None:
    (record,) = read(MAGIC + pack(Kind.DESCRIPTION, TIME, ROOM))
    assert record.description() == ROOM


def test_description_of_a_later_version_may_have_more_in_it() -> None:
    record = Record(Kind.DESCRIPTION, TIME, b'{"room":"main","camera":{"angle":3}}')
    assert record.description() == Description(room="main")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"room":5}', b'{"title":"\xff"}', b'{"a":' + b"[" * 200_000])
def test_what_is_no_description_is_refused(body: bytes) -> None:
    with pytest.raises(DecodeError, match="description cannot be read"):
        Record(Kind.DESCRIPTION, TIME, body).description()


@pytest.mark.parametrize("data", [b"", MAGIC[:-1], b"DYREC\x00\x02\n" + PACKED[0], b"PK\x03\x04 a zip file"])
def test_what_is_no_recording_is_refused(data: bytes) -> None:
    with pytest.raises(DecodeError, match=r"not a \.dyrec recording"):
        read(data)


def test_a_file_cut_at_any_byte_gives_the_whole_records_before_the_cut() -> None:
    for length in range(len(MAGIC), len(FILE)):
        whole = sum(end <= length for end in ENDS[1:])
        assert read(FILE[:length]) == RECORDS[:whole]
        assert whole_length(io.BytesIO(FILE[:length])) == ENDS[whole]


def test_a_flipped_bit_costs_its_record_and_what_follows_but_no_other() -> None:
    for place in range(len(MAGIC), len(FILE)):
        data = bytearray(FILE)
        data[place] ^= 1 << place % 8
        whole = sum(end <= place for end in ENDS[1:])
        assert read(bytes(data)) == RECORDS[:whole]


def test_an_interrupted_recording_can_go_on() -> None:
    cut = FILE[: ENDS[2] + 5]
    keep = whole_length(io.BytesIO(cut))
    assert read(cut[:keep] + PACKED[3]) == [*RECORDS[:2], RECORDS[3]]


def test_records_of_unknown_kinds_are_passed_on_for_the_reader_to_skip() -> None:
    records = read(MAGIC + raw_record(200, b"of the future") + PACKED[1])
    assert [record.kind for record in records] == [200, Kind.HISTORY]
    assert [record for record in records if record.kind in set(Kind)] == [RECORDS[1]]


@pytest.mark.parametrize("micros", [2**63 - 1, -(2**63)])
def test_a_time_that_cannot_be_ends_the_reading(micros: int) -> None:
    assert read(MAGIC + PACKED[0] + raw_record(1, b"", micros) + PACKED[1]) == RECORDS[:1]


def test_a_record_that_claims_gigabytes_is_not_read() -> None:
    class Watched(io.BytesIO):
        largest = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.largest = max(self.largest, size or 0)
            return super().read(size)

    file = Watched(MAGIC + struct.pack("<II", 2**32 - 1, 0) + bytes(100))
    assert list(read_records(file)) == []
    assert file.largest < 100


def test_the_largest_answer_that_we_inflate_fits_into_a_record() -> None:
    (record,) = read(MAGIC + pack(Kind.RESPONSE, TIME, bytes(MAX_INFLATED)))
    assert len(record.body) == MAX_INFLATED


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_after_the_magic_are_read_without_an_error(data: bytes) -> None:
    assert whole_length(io.BytesIO(MAGIC + data)) <= len(MAGIC) + len(data)
