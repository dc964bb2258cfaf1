"""TikTok's bytes on the push socket, in both of its ages, and its own answer."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from douyinbot.errors import DecodeError
from douyinbot.events import Event
from douyinbot.webcast.frames import Batch, Frame, parse_frame
from douyinbot.webcast.pb import frame_pb2
from douyinbot.webcast.pb import tiktok_pb2 as pb
from douyinbot.webcast.session import Ending, Session
from douyinbot.webcast.tiktok import LEGACY, modern, parse_fetch_result
from tests.webcast.tiktok.messages import NOW_MS, RECEIVED, decoder

ROOM = 7_291_264_114_127_866_630
ENTER = 4_611_686_018_427_387_905
DIALECT = modern(ROOM, ENTER)


def varint(number: int) -> bytes:
    low = bytearray()
    while number > 127:
        low.append(number & 127 | 128)
        number >>= 7
    return bytes([*low, number])


def frame(type: str, payload: bytes = b"", log_id: int = 0) -> bytes:
    return frame_pb2.PushFrame(payload_type=type, payload=payload, log_id=log_id).SerializeToString()


def chat(number: int, *, old: bool = False) -> pb.BaseMessage:
    payload = pb.ChatMessage(content=str(number), common=pb.Common(create_time=NOW_MS)).SerializeToString()
    return pb.BaseMessage(method="WebcastChatMessage", msg_id=number, payload=payload, is_history=old)


# ---- what a client says -------------------------------------------------------------------------


def test_heartbeats_of_2022_are_four_bytes() -> None:
    assert LEGACY.heartbeat(1) == LEGACY.heartbeat(2) == bytes.fromhex("3a026862")
    assert LEGACY.opening("") == ()


def test_heartbeats_of_today_name_the_room_and_count() -> None:
    head = bytes.fromhex("320270623a026862420c08")
    assert DIALECT.heartbeat(1) == head + varint(ROOM) + bytes.fromhex("1001")
    assert DIALECT.heartbeat(2) == head + varint(ROOM) + bytes.fromhex("1002")


def test_room_is_entered_by_a_frame_of_its_own() -> None:
    (data,) = DIALECT.opening("")
    sent = frame_pb2.PushFrame.FromString(data)
    assert (sent.payload_encoding, sent.payload_type) == ("pb", "im_enter_room")
    # 1 room, 4 live id 12, 5 identity, 8 the entry's number, 9 "0"; what is empty is not written.
    assert sent.payload == (
        b"\x08" + varint(ROOM) + b"\x20\x0c" + b"\x2a\x08audience" + b"\x40" + varint(ENTER) + b"\x4a\x010"
    )
    again = frame_pb2.PushFrame.FromString(DIALECT.opening("c1")[0])
    assert pb.ImEnterRoom.FromString(again.payload).cursor == "c1"


def test_acknowledgement_of_2022_is_given_to_every_frame_with_a_number() -> None:
    assert LEGACY.acknowledge(Frame("msg", b"x", 7777), None) == bytes.fromhex("10e13c3a0361636b")
    assert LEGACY.acknowledge(Frame("hb", b"", 7777), None) == bytes.fromhex("10e13c3a0361636b")
    assert LEGACY.acknowledge(Frame("msg", b"x", 0), None) is None


@pytest.mark.parametrize(("need", "ext"), [(False, "x"), (True, ""), (False, "")])
def test_acknowledgement_of_today_needs_to_be_asked_for_with_a_text(need: bool, ext: str) -> None:
    batch = parse_fetch_result(pb.FetchResult(need_ack=need, internal_ext=ext).SerializeToString())
    assert DIALECT.acknowledge(Frame("msg", b"x", 7), batch) is None
    assert DIALECT.acknowledge(Frame("msg", b"x", 7), None) is None


def test_acknowledgement_of_today_gives_the_text_back() -> None:
    batch = parse_fetch_result(pb.FetchResult(need_ack=True, internal_ext="ext").SerializeToString())
    answer = DIALECT.acknowledge(Frame("msg", b"x", 7777), batch)
    assert answer == b"\x10\xe1\x3c" + b"\x32\x02pb" + b"\x3a\x03ack" + b"\x42\x03ext"


# ---- what the server says -----------------------------------------------------------------------


def test_answer_is_read_by_its_own_numbers() -> None:
    result = pb.FetchResult(
        messages=[chat(1, old=True), chat(2)],
        cursor="c",
        fetch_interval=1000,
        now=NOW_MS,
        internal_ext="ext",
        fetch_type=1,
        route_params={"imprp": "x"},
        heartbeat_duration=10_000,
        need_ack=True,
        push_server="wss://push",
        is_first=True,
        history_comment_cursor="h",
        history_no_more=True,
    )
    data = result.SerializeToString()
    for batch in (parse_fetch_result(data), parse_fetch_result(gzip.compress(data), True)):
        assert [(method, number) for method, number, _ in batch.messages] == [
            ("WebcastChatMessage", 1),
            ("WebcastChatMessage", 2),
        ]
        assert batch.history == {0}
        assert (batch.cursor, batch.internal_ext, batch.now_ms) == ("c", "ext", NOW_MS)
        assert (batch.heartbeat_s, batch.fetch_interval_ms, batch.fetch_type) == (10.0, 1000, 1)
        assert (batch.push_server, batch.route_params) == ("wss://push", {"imprp": "x"})
        assert (batch.need_ack, batch.is_first) == (True, True)


def test_negative_times_are_none() -> None:
    batch = parse_fetch_result(pb.FetchResult(heartbeat_duration=-1, fetch_interval=-1).SerializeToString())
    assert (batch.heartbeat_s, batch.fetch_interval_ms) == (0.0, 0)


@given(st.binary(max_size=200), st.sampled_from([None, True, False]))
def test_any_bytes_are_an_answer_or_a_decode_error(data: bytes, gzipped: bool | None) -> None:
    try:
        batch = parse_fetch_result(data, gzipped)
    except DecodeError:
        batch = Batch(messages=[])
    assert all(0 <= place < len(batch.messages) for place in batch.history)


# ---- together -----------------------------------------------------------------------------------


def receive(session: Session, result: pb.FetchResult, log_id: int = 7) -> list[Event]:
    session.receive(frame("msg", result.SerializeToString(), log_id), 1.0, RECEIVED)
    return session.events_received()


def test_session_opens_with_heartbeat_and_entry() -> None:
    session = Session(decoder(), dialect=DIALECT)
    session.opened(0.0)
    sent = [parse_frame(data).payload_type for data in session.data_to_send()]
    assert sent == ["hb", "im_enter_room"]


def test_answer_to_the_entry_and_echoes_of_heartbeats_are_silent() -> None:
    session = Session(decoder(), dialect=DIALECT)
    session.opened(0.0)
    session.data_to_send()
    for type in ("im_enter_room_resp", "hb"):
        session.receive(frame(type, b"\x08\x01", 9), 1.0, RECEIVED)
    assert (session.events_received(), session.data_to_send(), session.ending) == ([], [], None)
    session.receive(frame("close"), 2.0, RECEIVED)
    assert session.ending is Ending.SERVER_CLOSE


def test_heartbeats_go_out_every_ten_seconds() -> None:
    session = Session(decoder(), dialect=DIALECT)
    session.opened(0.0)
    receive(session, pb.FetchResult(heartbeat_duration=10_000))
    session.data_to_send()
    session.tick(9.9)
    assert session.data_to_send() == []
    session.tick(10.0)
    assert session.data_to_send() == [DIALECT.heartbeat(2)]


def test_what_the_server_marks_as_history_is_history_whatever_its_age() -> None:
    session = Session(decoder(raw=True), dialect=DIALECT)
    session.opened(0.0)
    events = receive(session, pb.FetchResult(messages=[chat(1, old=True), chat(2), chat(3, old=True)]))
    assert [event.kind for event in events] == ["raw_data"] * 3 + ["chat"] * 3
    assert [event.history for event in events] == [True, False, True] * 2
    assert [event.id for event in events] == ["1", "2", "3"] * 2


def test_a_message_comes_once_also_over_a_reconnect() -> None:
    session = Session(decoder(), dialect=DIALECT)
    result = pb.FetchResult(messages=[chat(1), chat(1), chat(2)], cursor="c")
    session.opened(0.0)
    assert [event.id for event in receive(session, result)] == ["1", "2"]
    session.dialect = modern(ROOM, ENTER + 1)
    session.data_to_send()
    session.opened(9.0)
    assert receive(session, result) == []
    assert session.counts["duplicates"] == 4
    entry = frame_pb2.PushFrame.FromString(session.data_to_send()[1])
    assert pb.ImEnterRoom.FromString(entry.payload).enter_unique_id == ENTER + 1


def test_one_bad_message_loses_only_itself() -> None:
    session = Session(decoder(), dialect=DIALECT)
    session.opened(0.0)
    bad = pb.BaseMessage(method="WebcastChatMessage", msg_id=9, payload=b"\xff")
    events = receive(
        session, pb.FetchResult(messages=[chat(1), bad, chat(2)], need_ack=True, internal_ext="x")
    )
    assert [event.id for event in events] == ["1", "2"]
    assert session.decoder.counts["bad:WebcastChatMessage"] == 1
    assert session.counts["acks"] == 1


def test_damaged_batch_is_a_failure_and_not_acknowledged_for_want_of_its_text() -> None:
    session = Session(decoder(), dialect=DIALECT)
    session.opened(0.0)
    session.receive(frame("msg", b"\x1f\x8b\x08damaged", 7), 1.0, RECEIVED)
    (failure,) = session.events_received()
    assert (failure.kind, failure.platform) == ("failure", "tiktok")
    assert session.counts["acks"] == 0


def test_nothing_counts_after_the_end() -> None:
    end = pb.BaseMessage(
        method="WebcastControlMessage", msg_id=5, payload=pb.ControlMessage(action=4).SerializeToString()
    )
    session = Session(decoder(), dialect=LEGACY)
    session.opened(0.0)
    events = receive(session, pb.FetchResult(messages=[chat(1), end, chat(2)]))
    assert [event.kind for event in events] == ["chat", "stream_end"]
    assert session.ending is Ending.STREAM_END


def test_time_of_a_message_is_its_own() -> None:
    session = Session(decoder(), dialect=DIALECT)
    (event,) = receive(session, pb.FetchResult(messages=[chat(1)], now=NOW_MS + 31_000))
    assert event.time == datetime(2026, 10, 1, 12, tzinfo=UTC)
    assert event.history
    assert event.received - event.time == timedelta(0)
