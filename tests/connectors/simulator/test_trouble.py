"""Damaged frames, and how often trouble happens."""

from typing import Any

import pytest

from douyinbot.connectors.simulator import Times, Trouble
from douyinbot.connectors.simulator.scenario import BadFrame
from douyinbot.connectors.simulator.trouble import BOMB_SIZE, Faults, bad_frame
from douyinbot.errors import DecodeError
from douyinbot.webcast.frames import MAX_FRAME, MAX_INFLATED, Batch, parse_batch, parse_frame


def made(kind: BadFrame) -> bytes:
    return bad_frame(kind, 77)


@pytest.mark.parametrize(
    ("kind", "told"),
    [("truncated", "cut short"), ("corrupt_gzip", "damaged gzip"), ("bomb", "would inflate to more")],
)
def test_a_damaged_payload_in_a_whole_envelope(kind: BadFrame, told: str) -> None:
    frame = parse_frame(made(kind))
    assert (frame.payload_type, frame.log_id, frame.gzipped) == ("msg", 77, True)
    with pytest.raises(DecodeError, match=told):
        parse_batch(frame.payload, gzipped=True)


def test_the_bomb_is_small_until_it_is_inflated() -> None:
    assert len(made("bomb")) < 512 * 1024 < MAX_FRAME
    assert BOMB_SIZE > MAX_INFLATED


def test_garbage_is_not_even_an_envelope() -> None:
    with pytest.raises(DecodeError):
        parse_frame(made("garbage"))


def test_a_wrong_type_spoils_one_message_only(events: Any) -> None:
    frame = parse_frame(made("wrong_type"))
    batch = parse_batch(frame.payload, gzipped=frame.gzipped)
    assert isinstance(batch, Batch)
    assert [method for method, _, _ in batch.messages] == ["WebcastChatMessage"]
    assert events(batch.messages) == []


def test_an_unknown_type_is_a_whole_frame() -> None:
    assert parse_frame(made("unknown_type")).payload_type == "im_unheard_of"


def test_trouble_happens_always_unless_it_is_counted() -> None:
    faults = Faults(Trouble(page="empty", enter="html", times=Times(enter=2)))
    assert [faults.page() for _ in range(4)] == ["empty"] * 4
    assert [faults.enter() for _ in range(4)] == ["html", "html", "none", "none"]
    assert faults.fetch() == faults.chat() == faults.handshake() == faults.frame() == "none"


def test_refuse_first_n_refuses_two_unless_told() -> None:
    faults = Faults(Trouble(handshake="refuse_first_n"))
    assert [faults.handshake() for _ in range(3)] == ["refuse", "refuse", "none"]
    faults = Faults(Trouble(handshake="refuse_first_n", times=Times(handshake=1)))
    assert [faults.handshake() for _ in range(2)] == ["refuse", "none"]


def test_gift_lists_are_counted_by_themselves() -> None:
    faults = Faults(Trouble(gift_list="empty", fetch="unsigned", times=Times(gift_list=1)))
    assert [faults.gift_list() for _ in range(2)] == ["empty", "none"]
    assert [faults.fetch() for _ in range(2)] == ["unsigned", "unsigned"]
