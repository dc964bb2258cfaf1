"""The whole table: every method by both names, empty, full, at the edges of its types, and damaged."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from douyinbot.events import EVENTS, Chat, Member
from douyinbot.webcast.composing import GiftKind, Person
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.douyin import TABLE, compose
from douyinbot.webcast.pb import douyin_pb2 as pb
from tests.webcast.douyin.messages import AT, METHODS, NOW_MS, OTHER_TYPES, decode, type_of
from tests.webcast.payloads import filled, full

# ---- names --------------------------------------------------------------------------------------


def test_every_method_is_known_with_and_without_its_prefix() -> None:
    assert set(TABLE) == set(METHODS) | {f"Webcast{method}" for method in METHODS}
    assert all(TABLE[method] is TABLE[f"Webcast{method}"] for method in METHODS)


@pytest.mark.parametrize("method", METHODS)
def test_both_spellings_give_the_same_events(method: str) -> None:
    payload = full(type_of(method)).SerializeToString()
    plain, prefixed = (
        Decoder(TABLE, room="main").decode([(name, 1, payload)], AT) for name in (method, f"Webcast{method}")
    )
    assert plain == prefixed


@pytest.mark.parametrize(("method", "name"), OTHER_TYPES.items())
def test_methods_whose_type_has_another_name_are_read_as_that_type(method: str, name: str) -> None:
    assert not hasattr(pb, method)
    message = getattr(pb, name)(common=pb.Common(create_time=NOW_MS - 500, msg_id=77))
    (event,) = Decoder(TABLE, room="main").decode([(f"Webcast{method}", 0, message.SerializeToString())], AT)
    assert (event.id, event.time.microsecond) == ("77", 500_000)
    assert event.kind in TABLE[method].kinds - {"unknown"}


def test_every_other_method_is_called_as_its_type() -> None:
    assert [m for m in METHODS if m not in OTHER_TYPES and not hasattr(pb, m)] == []


def test_every_declared_kind_is_a_real_one() -> None:
    assert {kind for row in TABLE.values() for kind in row.kinds} <= set(EVENTS)


def test_every_message_type_is_built_in_the_test_of_its_subject() -> None:
    tests = [path for path in Path(__file__).parent.glob("test_*.py") if path.name != Path(__file__).name]
    text = "\n".join(path.read_text(encoding="utf-8") for path in tests)
    assert [m for m in METHODS if f"pb.{type_of(m).DESCRIPTOR.name}(" not in text] == []


# ---- nothing, and everything --------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_a_message_without_any_field_is_taken_with_defaults(method: str) -> None:
    for event in decode(type_of(method)()):
        assert (event.user, event.id, event.room, event.history) == (None, "1", "main", False)


@pytest.mark.parametrize("method", METHODS)
def test_a_message_with_every_field_gives_its_kinds_with_the_user_where_it_has_one(method: str) -> None:
    message = full(type_of(method))
    events = decode(message)
    assert events
    assert {event.kind for event in events} <= TABLE[method].kinds
    for event in events:
        assert (event.id, event.raw) == ("1", message.SerializeToString())
        if hasattr(message, "user"):
            assert event.user is not None
            assert (event.user.id, event.user.nickname) == ("1", "7")


# ---- anything that the types allow --------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_values_at_the_edges_are_taken_without_loss(method: str, data: st.DataObject) -> None:
    message: Any = data.draw(filled(type_of(method)))
    decoder = Decoder(TABLE, room="main")
    events = decoder.decode([(method, -5, message.SerializeToString())], AT)
    assert decoder.counts == {"messages": 1}
    for event in events:
        assert event.id == "-5"
        assert event.to_dict()["time"] == event.time.isoformat(timespec="milliseconds")
        event.to_legacy()
        user = getattr(message, "user", None)
        if isinstance(user, bytes):
            user = pb.User.FromString(user)
        if event.user is not None and isinstance(user, pb.User) and user.id:
            assert event.user.id == str(user.id)
        if isinstance(event, Chat | Member):
            assert event.raw == message.SerializeToString()


PERSON = Person(2**53 + 1, "小明")
SEEDS = [
    *(full(type_of(method)).SerializeToString() for method in METHODS),
    pb.LinkMicMethod(
        message_type=202, user_scores=[pb.LinkMicMethod.UserScores(score=5, user_id=9)]
    ).SerializeToString(),
    pb.RoomDataSyncMessage(sync_key="LotteryInfoSyncData", payload=b"\x10\x05").SerializeToString(),
    pb.RoomAnswerQuestionMessage(biz_data='{"question_text": "x"}').SerializeToString(),
    *(
        payload
        for _, payload in (
            compose.chat(1, 7, NOW_MS, PERSON, "x"),
            compose.emoji_chat(1, 7, NOW_MS, PERSON, 5, "[笑]"),
            compose.gift(1, 7, NOW_MS, PERSON, GiftKind(463, "小心心", 1), repeat_count=3, group_id=NOW_MS),
            compose.like(1, 7, NOW_MS, PERSON, 3, 10),
            compose.member(1, 7, NOW_MS, PERSON, 88),
            compose.social(1, 7, NOW_MS, PERSON, "share", 2),
            compose.fans_club(1, 7, NOW_MS, PERSON, "join"),
            compose.room_user_seq(1, 7, NOW_MS, 88, 900, [(PERSON, 12)]),
            compose.room_stats(1, 7, NOW_MS, 88),
            *(compose.control(1, 7, NOW_MS, action) for action in range(9)),
        )
    ),
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A well-made payload with some bytes changed."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 5))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


@settings(max_examples=700, deadline=None)
@given(st.one_of(st.binary(max_size=200), damaged()))
def test_no_payload_makes_any_row_raise_or_give_a_kind_it_does_not_declare(payload: bytes) -> None:
    decoder = Decoder(TABLE, room="main")
    for method in METHODS:
        events = decoder.decode([(f"Webcast{method}", 1, payload)], AT)
        assert {event.kind for event in events} <= TABLE[method].kinds
        for event in events:
            event.to_dict()
            event.to_legacy()
    assert decoder.counts["messages"] == len(METHODS)
