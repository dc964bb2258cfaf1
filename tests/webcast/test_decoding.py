"""What all decoder tables have in common: times, filters, counting, and one bad payload among good ones."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from douyinbot.events import Chat, Event, Like, RawData, StreamEnd, Unknown
from douyinbot.webcast.composing import Person
from douyinbot.webcast.decoding import (
    HISTORY_AGE_MS,
    MOST_USERS,
    REMEMBERED_CONTENTS,
    Arrival,
    Decoder,
    Row,
    both_spellings,
    moment,
)
from douyinbot.webcast.douyin import TABLE, compose
from douyinbot.webcast.frames import Batch

RECEIVED = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
NOW_MS = 1_790_856_000_000  # the same moment
AT = Arrival(room="main", received=RECEIVED, now_ms=NOW_MS)
PERSON = Person(2**53 + 1, "小明")
DAMAGED = b"\xff\xff\xff"


def chat(id: int, text: str = "你好") -> tuple[str, int, bytes]:
    method, payload = compose.chat(id, 7, NOW_MS, PERSON, text)
    return method, id, payload


def like(id: int, total: int) -> tuple[str, int, bytes]:
    method, payload = compose.like(id, 7, NOW_MS, PERSON, 1, total)
    return method, id, payload


# ---- times --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stamp", "time"),
    [
        (1_672_207_544_123, datetime(2022, 12, 28, 6, 5, 44, 123000, UTC)),
        (1_672_207_544, datetime(2022, 12, 28, 6, 5, 44, tzinfo=UTC)),
        (NOW_MS, RECEIVED),
        (1, datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)),
        (4_102_444_800, datetime(2100, 1, 1, tzinfo=UTC)),
        (4_102_444_800_000, datetime(2100, 1, 1, tzinfo=UTC)),
    ],
)
def test_platform_times_come_in_milliseconds_or_seconds(stamp: int, time: datetime) -> None:
    assert moment(stamp, AT)[0] == time


@pytest.mark.parametrize(
    "stamp", [0, -1, -(2**63), 7_258_118_400, 7_258_118_400_000, 4_102_444_800_001, 99_999_999_999, 2**63 - 1]
)
def test_times_that_cannot_be_count_as_not_given(stamp: int) -> None:
    assert moment(stamp, AT) == (RECEIVED, False)


@settings(deadline=None)
@given(st.integers(-(2**63), 2**63 - 1))
def test_any_time_is_aware_and_before_2100(stamp: int) -> None:
    time, _ = moment(stamp, AT)
    assert time.utcoffset() is not None
    assert datetime(1970, 1, 1, tzinfo=UTC) < time <= datetime(2100, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age_ms", "history"), [(0, False), (HISTORY_AGE_MS, False), (HISTORY_AGE_MS + 1, True), (-60_000, False)]
)
def test_messages_older_than_half_a_minute_are_history(age_ms: int, history: bool) -> None:
    assert moment(NOW_MS - age_ms, AT)[1] is history


def test_everything_in_a_first_batch_is_history_however_young() -> None:
    first = Arrival(room="main", received=RECEIVED, now_ms=NOW_MS, history=True)
    assert moment(NOW_MS, first)[1]
    assert moment(0, first) == (RECEIVED, True)


def test_age_is_measured_by_the_servers_clock_where_it_tells_it() -> None:
    decoder = Decoder(TABLE, room="main")
    told = decoder.arrival(Batch(messages=[], now_ms=NOW_MS + 3_600_000), RECEIVED)
    silent = decoder.arrival(Batch(messages=[]), RECEIVED)
    assert decoder.decode([chat(1)], told)[0].history
    assert silent.now_ms == NOW_MS
    assert not decoder.decode([chat(2)], silent)[0].history


# ---- who was seen before ------------------------------------------------------------------------


def line_of(person: compose.Person) -> tuple[str, int, bytes]:
    method, payload = compose.chat(1, 7, NOW_MS, person, "hi")
    return method, 1, payload


def test_who_is_known_is_read_anew_once_the_owner_is_known() -> None:
    decoder = Decoder(TABLE, room="main")
    line = line_of(compose.Person(900, "主播"))
    roles = []
    for decoder.owner_id in ("", "900", "900"):
        (event,) = decoder.decode([line], decoder.arrival(Batch(messages=[]), RECEIVED))
        roles.append(event.user and event.user.role)
    assert roles == ["viewer", "owner", "owner"]


def test_viewers_are_remembered_in_bounds() -> None:
    decoder = Decoder(TABLE, room="main")
    for number in range(1, MOST_USERS + 3):
        at = decoder.arrival(Batch(messages=[]), RECEIVED)
        (event,) = decoder.decode([line_of(compose.Person(number, "某人"))], at)
        assert event.user is not None
        assert event.user.id == str(number)
        assert len(at.users) <= MOST_USERS + 1
    assert len(at.users) == 1


# ---- what an event inherits ---------------------------------------------------------------------


def test_events_carry_room_platform_and_simulation() -> None:
    decoder = Decoder(TABLE, room="second", platform="tiktok", simulated=True, raw=True)
    at = decoder.arrival(Batch(messages=[], now_ms=NOW_MS), RECEIVED, history=True)
    raw, event, unknown_raw, unknown = (
        *decoder.decode([chat(1)], at),
        *decoder.decode([("WebcastNew", 2, b"\x08\x01")], at),
    )
    assert [type(e) for e in (raw, event, unknown_raw, unknown)] == [RawData, Chat, RawData, Unknown]
    for each in (raw, event, unknown_raw, unknown):
        assert (each.room, each.platform, each.simulated, each.history) == ("second", "tiktok", True, True)
        assert each.received == RECEIVED


def test_events_are_real_ones_of_douyin_until_told_otherwise() -> None:
    decoder = Decoder(TABLE, room="main")
    (event,) = decoder.decode([chat(1)], decoder.arrival(Batch(messages=[]), RECEIVED))
    assert (event.platform, event.simulated, event.history) == ("douyin", False, False)


@pytest.mark.parametrize("id", [1, 2**53 + 1, 2**63 - 1, -1, -(2**63)])
def test_ids_are_text_without_loss(id: int) -> None:
    decoder = Decoder(TABLE, room="main", raw=True)
    method, payload = compose.other(id, 7, NOW_MS, "NewMessage")
    for event in decoder.decode([chat(id), (method, id, payload)], AT):
        assert event.id == str(id)


def test_message_id_0_is_no_id() -> None:
    method, payload = compose.chat(0, 7, NOW_MS, PERSON, "x")
    assert Decoder(TABLE, room="main").decode([(method, 0, payload)], AT)[0].id == ""


def test_id_inside_the_payload_serves_where_the_envelope_has_none() -> None:
    assert Decoder(TABLE, room="main").decode([(*chat(55)[:1], 0, chat(55)[2])], AT)[0].id == "55"


# ---- what is wanted -----------------------------------------------------------------------------


def test_kinds_that_are_added_later_are_decoded_from_the_next_batch_on() -> None:
    kinds = {"chat"}
    decoder = Decoder(TABLE, room="main", kinds=kinds)
    method, payload = compose.like(5, 7, NOW_MS, PERSON, 3, 10)
    assert decoder.decode([(method, 5, payload)], AT) == []
    kinds.add("like")
    assert [event.kind for event in decoder.decode([(method, 6, payload)], AT)] == ["like"]
    assert decoder.counts == {"messages": 2, "unwanted": 1}


def test_the_end_of_the_stream_is_decoded_whatever_is_wanted() -> None:
    method, payload = compose.control(5, 7, NOW_MS, 3)
    decoder = Decoder(TABLE, room="main", kinds=frozenset())
    assert [event.kind for event in decoder.decode([(method, 5, payload)], AT)] == ["stream_end"]


# ---- the same again under another id ------------------------------------------------------------


def said(text: str) -> Row:
    def decode(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
        return (Chat(at.received, at.received, id, comment=text + payload.decode()),)

    return Row(decode, frozenset({"chat"}), once=True)


def test_contents_of_a_method_that_repeats_itself_are_given_once() -> None:
    decoder = Decoder({"Again": said("")}, room="main")
    messages = [("Again", id, text) for id, text in enumerate((b"a", b"a", b"b", b"a", b"b"), 1)]
    assert [event.id for event in decoder.decode(messages, AT)] == ["1", "3"]
    later = decoder.arrival(Batch(messages=[]), RECEIVED + timedelta(seconds=9), history=True)
    assert decoder.decode([("Again", 9, b"a")], later) == []
    assert decoder.counts == {"messages": 6, "repeated": 4}


def test_contents_are_compared_among_the_last_ones_only() -> None:
    decoder = Decoder({"Again": said("")}, room="main")
    first, *others = [("Again", id, str(id).encode()) for id in range(REMEMBERED_CONTENTS + 1)]
    assert len(decoder.decode([first, *others, first], AT)) == REMEMBERED_CONTENTS + 2


# ---- damage, filters, counts --------------------------------------------------------------------


def test_a_bad_payload_loses_only_itself_and_is_counted() -> None:
    decoder = Decoder(TABLE, room="main")
    bad = ("WebcastChatMessage", 2, DAMAGED)
    events = decoder.decode([chat(1), bad, like(3, 10), bad, chat(4)], AT)
    assert [event.id for event in events] == ["1", "3", "4"]
    assert decoder.counts == {"messages": 5, "bad:WebcastChatMessage": 2}


def test_unknown_methods_become_unknown_with_their_bytes() -> None:
    decoder = Decoder(TABLE, room="main")
    (event,) = decoder.decode([("WebcastNewThing", 9, DAMAGED)], AT)
    assert isinstance(event, Unknown)
    assert (event.method, event.raw, event.id, event.time) == ("WebcastNewThing", DAMAGED, "9", RECEIVED)
    assert decoder.counts == {"messages": 1, "unknown": 1}


def test_ten_thousand_invented_methods_are_not_all_remembered() -> None:
    decoder = Decoder(TABLE, room="main")
    events = decoder.decode([(f"Invented{n}", n + 1, b"") for n in range(10_000)], AT)
    assert [e.method for e in events if isinstance(e, Unknown)] == [f"Invented{n}" for n in range(10_000)]
    assert len(decoder._rows) <= 1000
    assert len(decoder.decode([chat(1)], AT)) == 1


def test_methods_that_nobody_wants_are_not_parsed() -> None:
    decoder = Decoder(TABLE, room="main", kinds={"chat"})
    messages = [like(1, 5), ("WebcastLikeMessage", 2, DAMAGED), ("WebcastNew", 3, DAMAGED), chat(4)]
    assert [event.kind for event in decoder.decode(messages, AT)] == ["chat"]
    assert decoder.counts == {"messages": 4, "unwanted": 3}


def test_one_wanted_kind_is_enough_to_parse_a_method_with_several() -> None:
    method, payload = compose.social(1, 7, NOW_MS, PERSON, "follow", 99)
    decoder = Decoder(TABLE, room="main", kinds={"follow"})
    assert "follow" in [event.kind for event in decoder.decode([(method, 1, payload)], AT)]


def test_unknown_is_a_kind_that_can_be_wanted() -> None:
    decoder = Decoder(TABLE, room="main", kinds={"unknown"})
    messages = [chat(1), ("WebcastNew", 2, b"")]
    assert [event.kind for event in decoder.decode(messages, AT)] == ["unknown"]


def test_the_end_of_the_stream_is_seen_whatever_is_wanted() -> None:
    method, payload = compose.control(1, 7, NOW_MS, 3)
    events = Decoder(TABLE, room="main", kinds=()).decode([(method, 1, payload), chat(2)], AT)
    assert [type(event) for event in events] == [StreamEnd]


def test_raw_data_of_a_batch_comes_before_its_first_decoded_event() -> None:
    decoder = Decoder(TABLE, room="main", raw=True)
    messages = [chat(1), ("WebcastNew", 2, b"\x08\x01"), ("WebcastChatMessage", 3, DAMAGED), like(4, 5)]
    events = decoder.decode(iter(messages), AT)
    assert [event.kind for event in events] == ["raw_data"] * 4 + ["chat", "unknown", "like"]
    raw = [(e.method, int(e.id), e.payload) for e in events if isinstance(e, RawData)]
    assert raw == messages


def test_raw_data_is_given_whatever_is_wanted() -> None:
    decoder = Decoder(TABLE, room="main", raw=True, kinds=())
    assert [event.kind for event in decoder.decode([chat(1)], AT)] == ["raw_data"]


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**63 - 1), max_size=30), st.integers(1, 5))
def test_like_totals_never_fall(totals: list[int], size: int) -> None:
    decoder = Decoder(TABLE, room="main")
    messages = [like(n + 1, total) for n, total in enumerate(totals)]
    batches = [messages[start : start + size] for start in range(0, len(messages), size)]
    seen = [e.total_like_count for b in batches for e in decoder.decode(b, AT) if isinstance(e, Like)]
    assert seen == [max(totals[: n + 1]) for n in range(len(totals))]


# ---- tables -------------------------------------------------------------------------------------


def test_every_method_is_known_with_and_without_its_prefix() -> None:
    row = Row(lambda payload, id, at: (), frozenset({"chat"}))
    assert both_spellings({"A": row, "B": row}) == {"A": row, "B": row, "WebcastA": row, "WebcastB": row}
