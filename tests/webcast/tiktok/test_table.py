"""The whole table: every method by both names, empty, full, at the edges of its types, and damaged."""

from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from douyinbot.events import EVENTS
from douyinbot.webcast.pb import tiktok_pb2 as pb
from douyinbot.webcast.tiktok import TABLE
from tests.webcast.payloads import filled, full
from tests.webcast.tiktok.messages import AT, METHODS, decode, decoder, type_of

SILENT = {"CaptionMessage", "ControlMessage", "LinkMicFanTicketMethod", "PollMessage"}
"""The methods that give no event where nothing is said in them."""


def test_every_method_is_known_with_and_without_its_prefix() -> None:
    assert set(TABLE) == set(METHODS) | {f"Webcast{method}" for method in METHODS}
    assert all(TABLE[method] is TABLE[f"Webcast{method}"] for method in METHODS)


def test_every_method_is_called_as_its_type() -> None:
    assert [method for method in METHODS if not hasattr(pb, method)] == []


def test_every_declared_kind_is_a_real_one() -> None:
    assert {kind for row in TABLE.values() for kind in row.kinds} <= set(EVENTS)


def test_every_message_type_is_built_in_the_test_of_its_subject() -> None:
    tests = [path for path in Path(__file__).parent.glob("test_*.py") if path.name != Path(__file__).name]
    written = "\n".join(path.read_text(encoding="utf-8") for path in tests)
    assert [method for method in METHODS if f"pb.{method}(" not in written] == []


@pytest.mark.parametrize("method", METHODS)
def test_a_message_without_any_field_is_taken_with_defaults(method: str) -> None:
    events = decode(type_of(method)())
    assert bool(events) is (method not in SILENT)
    for event in events:
        assert (event.user, event.id, event.room, event.history) == (None, "1", "main", False)
        assert event.platform == "tiktok"


@pytest.mark.parametrize("method", METHODS)
def test_a_message_with_every_field_gives_its_kinds(method: str) -> None:
    message = full(type_of(method))
    events = decode(message)
    assert events
    assert {event.kind for event in events} <= TABLE[method].kinds
    for event in events:
        assert (event.id, event.raw) == ("1", message.SerializeToString())
        if hasattr(message, "user"):
            assert event.user is not None
            assert (event.user.id, event.user.nickname) == ("1", "7")


@pytest.mark.parametrize("method", METHODS)
def test_time_and_number_are_those_of_common_where_the_frame_has_none(method: str) -> None:
    message: Any = full(type_of(method))
    message.common.create_time, message.common.msg_id = 1_790_855_999_500, 77
    if method == "GiftMessage":
        message.ClearField("extra")  # its own time goes before
    for event in decoder().decode([(method, 0, message.SerializeToString())], AT):
        assert (event.id, event.time.microsecond) == ("77", 500_000)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_values_at_the_edges_are_taken_without_loss(method: str, data: st.DataObject) -> None:
    message: Message = data.draw(filled(type_of(method)))
    one = decoder()
    for event in one.decode([(method, -5, message.SerializeToString())], AT):
        assert (event.id, event.raw) == ("-5", message.SerializeToString())
        assert event.to_dict()["time"] == event.time.isoformat(timespec="milliseconds")
        event.to_legacy()
    assert not [name for name in one.counts if name.startswith("bad:")]


SEEDS = [
    *(full(type_of(method)).SerializeToString() for method in METHODS),
    *(
        pb.BarrageMessage(
            type=type, fans_level=pb.BarrageMessage.Level(user=pb.User(id=7))
        ).SerializeToString()
        for type in (8, 9, 10, 11)
    ),
    *(pb.ControlMessage(action=action).SerializeToString() for action in range(6)),
    pb.GiftMessage(gift_id=1, monitor_extra='{"a": 1}').SerializeToString(),
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A well-made payload with some bytes changed."""
    data = bytearray(draw(st.sampled_from([seed for seed in SEEDS if seed])))
    for _ in range(draw(st.integers(1, 5))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.binary(max_size=200), damaged()))
def test_no_payload_makes_any_row_raise_or_give_a_kind_it_does_not_declare(payload: bytes) -> None:
    one = decoder()
    for method in METHODS:
        events = one.decode([(f"Webcast{method}", 1, payload)], AT)
        assert {event.kind for event in events} <= TABLE[method].kinds
        for event in events:
            event.to_dict()
            event.to_legacy()
    assert one.counts["messages"] == len(METHODS)
