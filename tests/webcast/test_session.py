"""One room's session with the push service, driven with hand-made frames and a made-up clock."""

from datetime import UTC, datetime
from typing import Any

import pytest

from douyinbot.errors import DecodeError
from douyinbot.events import Chat, Event, Failure, StreamEnd
from douyinbot.webcast import composing
from douyinbot.webcast.composing import Person
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.douyin import TABLE, compose
from douyinbot.webcast.frames import HEARTBEAT, ack
from douyinbot.webcast.pb import frame_pb2
from douyinbot.webcast.session import REMEMBERED, Ending, Session

RECEIVED = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
NOW_MS = 1_790_856_000_000  # the same moment
PERSON = Person(5, "小明")
Message = tuple[str, int, bytes]


def chat(id: int, text: str = "你好") -> Message:
    method, payload = compose.chat(id, 7, NOW_MS, PERSON, text)
    return method, id, payload


def control(id: int, action: int) -> Message:
    method, payload = compose.control(id, 7, NOW_MS, action)
    return method, id, payload


def batch(*messages: Message, log_id: int = 1, ext: str = "", **fields: Any) -> bytes:
    """A `msg` frame with a Response in it."""
    return composing.push_frame(composing.response(messages, **fields), log_id=log_id, internal_ext=ext)


def damaged(log_id: int = 1, ext: str = "") -> bytes:
    """A `msg` frame whose gzip is cut short."""
    frame = frame_pb2.PushFrame.FromString(batch(chat(1), log_id=log_id, ext=ext))
    frame.payload = frame.payload[:-9]
    return frame.SerializeToString()


@pytest.fixture
def session() -> Session:
    """A session on a socket that was opened at 100, its first heartbeat written."""
    session = Session(Decoder(TABLE, room="main"))
    session.opened(100.0)
    assert session.data_to_send() == [HEARTBEAT]
    return session


def receive(session: Session, data: bytes, now: float = 100.0) -> list[Event]:
    session.receive(data, now, RECEIVED)
    return session.events_received()


def comments(events: list[Event]) -> list[str]:
    return [event.comment for event in events if isinstance(event, Chat)]


# ---- acknowledgement ----------------------------------------------------------------------------


def test_a_batch_is_acknowledged_before_anything_else_is_sent(session: Session) -> None:
    session.receive(batch(chat(1), log_id=77, ext="header", need_ack=True), 110.0, RECEIVED)
    session.tick(110.0)
    assert session.data_to_send() == [ack(77, "header"), HEARTBEAT]
    assert session.data_to_send() == []


@pytest.mark.parametrize(
    ("header", "inside", "used"), [("header", "inside", "header"), ("", "inside", "inside"), ("", "", "")]
)
def test_acknowledgement_repeats_the_header_or_else_the_answer(
    session: Session, header: str, inside: str, used: str
) -> None:
    receive(session, batch(log_id=2**63, ext=header, internal_ext=inside, need_ack=True))
    assert session.data_to_send() == [ack(2**63, used)]


def test_no_acknowledgement_where_none_is_wanted(session: Session) -> None:
    assert comments(receive(session, batch(chat(1)))) == ["你好"]
    assert session.data_to_send() == []


def test_a_batch_without_messages_is_acknowledged_too(session: Session) -> None:
    assert receive(session, batch(log_id=3, need_ack=True)) == []
    assert session.counts == {"frames": 1, "bytes": session.counts["bytes"], "heartbeats": 1, "acks": 1}


# ---- heartbeat and silence ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("server", "interval"), [(0, 10.0), (-5, 10.0), (15, 10.0), (60, 10.0), (12, 8.0), (6, 4.0), (1, 2 / 3)]
)
def test_heartbeat_comes_every_ten_seconds_or_two_thirds_of_the_servers_figure(
    session: Session, server: int, interval: float
) -> None:
    receive(session, batch(heartbeat_duration=server))
    for count in (1, 2):
        assert session.deadline == pytest.approx(100 + count * interval)
        session.tick(session.deadline - 0.01)
        assert session.data_to_send() == []
        session.tick(session.deadline)
        assert session.data_to_send() == [HEARTBEAT]


def test_a_shorter_interval_counts_from_the_last_heartbeat(session: Session) -> None:
    receive(session, batch(heartbeat_duration=3), now=109.0)
    session.tick(109.0)
    assert session.data_to_send() == [HEARTBEAT]
    assert session.deadline == 111.0


def test_a_late_tick_sends_one_heartbeat_not_all_that_were_missed(session: Session) -> None:
    session.tick(125.0)
    assert session.data_to_send() == [HEARTBEAT]
    assert session.deadline == 130.0  # silence since 100


@pytest.mark.parametrize(("server", "silence"), [(0, 30.0), (15, 30.0), (6, 18.0)])
def test_silence_of_two_heartbeats_and_ten_seconds_means_dead(
    session: Session, server: int, silence: float
) -> None:
    receive(session, batch(heartbeat_duration=server), now=200.0)
    session.tick(200 + silence - 0.01)
    assert session.ending is None
    session.tick(200 + silence)
    assert session.ending is Ending.STALE


def test_stale_after_can_be_set() -> None:
    session = Session(Decoder(TABLE, room="main"), stale_after=5.0)
    session.opened(0.0)
    assert session.deadline == 5.0
    session.tick(5.0)
    assert session.ending is Ending.STALE


def test_a_tick_at_the_deadline_always_does_something() -> None:
    # 0.1 + 30 - 0.1 is a little less than 30 in binary numbers: a driver that jumps there must not stop.
    session = Session(Decoder(TABLE, room="main"))
    session.opened(0.1)
    for _ in range(4):
        session.tick(session.deadline)
    assert session.ending is Ending.STALE
    assert session.counts["heartbeats"] == 3


@pytest.mark.parametrize(
    "data",
    [
        composing.push_frame(b"", log_id=0, payload_type="hb"),
        composing.push_frame(b"x", log_id=0, payload_type="ack"),
        composing.push_frame(b"\xff", log_id=0, payload_type="subscribe_ack"),
        composing.push_frame(b"\xff", log_id=0, payload_type="of_the_future"),
        batch(),
        damaged(),
        b"\xff no frame at all",
    ],
)
def test_every_frame_of_any_kind_is_a_sign_of_life(session: Session, data: bytes) -> None:
    session.receive(data, 129.0, RECEIVED)
    session.tick(158.0)
    assert session.ending is None
    session.tick(159.0)
    assert session.ending is Ending.STALE


@pytest.mark.parametrize("kind", ["hb", "ack", "subscribe_ack", "of_the_future"])
def test_frames_that_carry_no_messages_are_not_looked_into(session: Session, kind: str) -> None:
    assert receive(session, composing.push_frame(b"\xff", log_id=1, payload_type=kind)) == []
    assert (session.ending, session.data_to_send(), session.counts["bad_frames"]) == (None, [], 0)


def test_an_empty_message_frame_is_only_a_sign_of_life(session: Session) -> None:
    assert receive(session, frame_pb2.PushFrame(log_id=9, payload_type="msg").SerializeToString()) == []
    assert session.data_to_send() == []
    assert session.ending is None


def test_nothing_is_due_before_a_socket_is_open() -> None:
    session = Session(Decoder(TABLE, room="main"))
    session.tick(1e9)
    assert (session.deadline, session.ending, session.data_to_send()) == (float("inf"), None, [])


# ---- over several connections -------------------------------------------------------------------


def test_place_in_the_stream_is_kept_over_connections(session: Session) -> None:
    first = frame_pb2.Response(
        cursor="c1", internal_ext="e1", push_server="wss://a", route_params={"imprp": "r"}
    )
    receive(session, composing.push_frame(first.SerializeToString(), log_id=1))
    receive(session, batch(chat(1)))  # names nothing new
    session.opened(200.0)
    assert (session.cursor, session.internal_ext, session.push_server) == ("c1", "e1", "wss://a")
    assert session.route_params == {"imprp": "r"}
    receive(session, batch(cursor="c2", internal_ext="e2"))
    assert (session.cursor, session.internal_ext) == ("c2", "e2")


def test_what_the_server_sends_again_after_a_reconnect_comes_once(session: Session) -> None:
    assert comments(receive(session, batch(chat(1, "a"), chat(2, "b")))) == ["a", "b"]
    session.opened(200.0)
    assert comments(receive(session, batch(chat(2, "b"), chat(1, "a"), chat(3, "c")))) == ["c"]
    assert session.counts["duplicates"] == 2


def test_a_message_twice_in_one_batch_comes_once(session: Session) -> None:
    assert comments(receive(session, batch(chat(1, "a"), chat(1, "a"), chat(2, "b")))) == ["a", "b"]


def test_polled_and_pushed_messages_are_one_stream(session: Session) -> None:
    session.receive_response(composing.response([chat(1, "a")]), RECEIVED, history=True)
    session.receive_response(composing.response([chat(1, "a"), chat(2, "b")]), RECEIVED)
    session.receive(batch(chat(1, "a"), chat(3, "c")), 101.0, RECEIVED)
    events = session.events_received()
    assert comments(events) == ["a", "b", "c"]
    assert [event.history for event in events] == [True, False, False]


def test_same_number_under_another_method_is_another_message(session: Session) -> None:
    method, payload = compose.member(1, 7, NOW_MS, PERSON, 8)
    assert [e.kind for e in receive(session, batch(chat(1), (method, 1, payload)))] == ["chat", "member"]


def test_messages_without_an_id_are_never_taken_for_repeats(session: Session) -> None:
    assert comments(receive(session, batch(chat(0, "a"), chat(0, "a")))) == ["a", "a"]
    assert session.counts["duplicates"] == 0


def test_memory_of_seen_messages_is_bounded(session: Session) -> None:
    receive(session, batch(*(("WebcastNew", n, b"") for n in range(1, REMEMBERED + 2))))
    assert len(session._seen) == REMEMBERED
    again = receive(session, batch(*(("WebcastNew", n, b"") for n in (1, 3, REMEMBERED + 1))))
    assert [event.id for event in again] == ["1"]  # the oldest was forgotten


def test_unsent_bytes_of_an_old_connection_are_not_sent_on_a_new_one(session: Session) -> None:
    session.receive(batch(log_id=5, need_ack=True), 100.0, RECEIVED)
    session.opened(200.0)
    assert session.data_to_send() == [HEARTBEAT]


def test_events_of_an_old_connection_are_still_handed_on(session: Session) -> None:
    session.receive(batch(chat(1, "a")), 100.0, RECEIVED)
    session.opened(200.0)
    assert comments(session.events_received()) == ["a"]


def test_facts_about_polling_are_those_of_the_newest_answer(session: Session) -> None:
    session.receive_response(composing.response([], fetch_type=2, fetch_interval_ms=1000), RECEIVED)
    assert (session.fetch_type, session.fetch_interval_ms) == (2, 1000)
    session.receive_response(composing.response([]), RECEIVED)
    assert (session.fetch_type, session.fetch_interval_ms) == (0, 0)


# ---- endings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "ending"), [("close", Ending.SERVER_CLOSE), ("reconnect", Ending.SERVER_RECONNECT)]
)
def test_server_can_ask_to_go(session: Session, kind: str, ending: Ending) -> None:
    assert receive(session, composing.push_frame(b"", log_id=0, payload_type=kind)) == []
    assert session.ending is ending


def test_after_an_ending_nothing_is_taken_or_sent_until_the_next_connection(session: Session) -> None:
    receive(session, composing.push_frame(b"", log_id=0, payload_type="close"))
    assert receive(session, batch(chat(1, "late"), need_ack=True)) == []
    session.tick(1000.0)
    assert (session.data_to_send(), session.ending) == ([], Ending.SERVER_CLOSE)
    session.opened(1000.0)
    assert session.ending is None
    assert comments(receive(session, batch(chat(1, "late")))) == ["late"]


@pytest.mark.parametrize("action", [3, 4, 6])
def test_nothing_of_a_batch_counts_after_the_end_of_the_stream(session: Session, action: int) -> None:
    events = receive(session, batch(chat(1, "a"), control(2, action), chat(3, "b"), log_id=8, need_ack=True))
    assert [type(event) for event in events] == [Chat, StreamEnd]
    assert session.ending is Ending.STREAM_END
    assert session.data_to_send() == [ack(8, "")]


@pytest.mark.parametrize(("action", "kind"), [(1, "stream_paused"), (2, "stream_resumed")])
def test_a_pause_is_no_end(session: Session, action: int, kind: str) -> None:
    events = receive(session, batch(control(1, action), chat(2)))
    assert [event.kind for event in events] == [kind, "chat"]
    assert session.ending is None


def test_the_end_is_noticed_when_nobody_listens_for_it() -> None:
    session = Session(Decoder(TABLE, room="main", kinds={"chat"}))
    session.opened(0.0)
    session.receive(batch(control(1, 3)), 1.0, RECEIVED)
    assert session.ending is Ending.STREAM_END


# ---- damage -------------------------------------------------------------------------------------


def test_damaged_frame_is_reported_acknowledged_and_forgotten(session: Session) -> None:
    (failure,) = receive(session, damaged(log_id=7, ext="header"))
    assert isinstance(failure, Failure)
    assert failure.exception is not None
    assert failure.exception.__traceback__ is None  # it would keep what was inflated
    assert (failure.info, failure.room) == ("Websocket message decoding failed", "main")
    assert isinstance(failure.exception, DecodeError)
    assert session.data_to_send() == [ack(7, "header")]
    assert session.counts["bad_frames"] == 1
    assert comments(receive(session, batch(chat(1, "next")))) == ["next"]


def test_what_is_no_frame_is_reported_and_cannot_be_acknowledged(session: Session) -> None:
    (failure,) = receive(session, b"\xff\xff")
    assert failure.kind == "failure"
    assert session.data_to_send() == []
    assert comments(receive(session, batch(chat(1, "next")))) == ["next"]


def test_damaged_poll_is_raised_and_changes_nothing(session: Session) -> None:
    session.receive_response(composing.response([], cursor="c1"), RECEIVED)
    with pytest.raises(DecodeError):
        session.receive_response(b'{"status_code":10011}', RECEIVED)
    assert session.cursor == "c1"


def test_damaged_message_does_not_lose_its_neighbours(session: Session) -> None:
    events = receive(session, batch(chat(1, "a"), ("WebcastChatMessage", 2, b"\xff"), chat(3, "b")))
    assert comments(events) == ["a", "b"]
    assert session.decoder.counts["bad:WebcastChatMessage"] == 1


def test_frames_and_bytes_are_counted(session: Session) -> None:
    data = [batch(chat(1)), b"\xff", composing.push_frame(b"", log_id=0, payload_type="hb")]
    for each in data:
        receive(session, each)
    assert (session.counts["frames"], session.counts["bytes"]) == (3, sum(map(len, data)))
