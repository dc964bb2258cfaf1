import itertools
import logging
from datetime import UTC, datetime

import pytest

from douyinbot.outbox import State
from douyinbot.outbox.ledger import Ledger
from douyinbot.outbox.lines import Cause


@pytest.fixture
def told():
    return []


@pytest.fixture
def ledger(told):
    return Ledger(lambda: datetime(2026, 1, 1, tzinfo=UTC), told.append, itertools.count(17))


def test_a_short_text_has_one_receipt(ledger):
    receipt = ledger.open("hi", ["hi"], "", room="main", plugin="dice")
    assert (receipt.id, receipt.text, receipt.room, receipt.plugin) == ("L17", "hi", "main", "dice")
    assert receipt.parts == ()


def test_an_empty_text_has_one_too(ledger):
    assert ledger.open("", [], "", room="main", plugin="").text == ""


def test_a_long_text_has_one_for_each_part(ledger):
    receipt = ledger.open("a b", ["a …", "b…"], "c", room="main", plugin="dice")
    assert (receipt.id, receipt.text, receipt.left_out) == ("L17", "a b", "c")
    assert [(part.id, part.text, part.left_out) for part in receipt.parts] == [
        ("L17.1", "a …", ""),
        ("L17.2", "b…", "c"),
    ]


def test_ends_and_causes_are_counted_part_by_part(ledger, told):
    receipt = ledger.open("a b", ["a", "b"], "", room="main", plugin="")
    receipt.parts[0].record(State.QUEUED)
    assert not ledger.counts
    receipt.parts[0].record(State.DRY)
    receipt.parts[1].record(State.DROPPED, "waited longer than 20s", Cause.EXPIRED)
    assert ledger.counts == {"dry": 1, "dropped": 1, "dropped:expired": 1}
    assert [part.id for part in told] == ["L17.1", "L17.1", "L17.2"]


def test_a_line_seen_late_is_counted_once(ledger):
    receipt = ledger.open("hi", ["hi"], "", room="main", plugin="")
    receipt.record(State.UNSEEN)
    receipt.record(State.SEEN)
    assert +ledger.counts == {"seen": 1}


def test_the_last_hundred_are_kept(ledger):
    for number in range(150):
        ledger.open(f"{number}", [f"{number}"], "", room="main", plugin="").record(State.DRY)
    assert len(ledger.recent) == 100
    assert ledger.recent[-1].text == "149"


def test_a_listener_that_fails_does_not_disturb(caplog):
    def listener(receipt):
        raise KeyError("oops")

    ledger = Ledger(lambda: datetime(2026, 1, 1, tzinfo=UTC), listener, itertools.count())
    with caplog.at_level(logging.ERROR):
        ledger.open("hi", ["hi"], "", room="main", plugin="").record(State.DRY)
    assert "L0" in caplog.text


def test_nobody_has_to_listen():
    ledger = Ledger(lambda: datetime(2026, 1, 1, tzinfo=UTC), None, itertools.count())
    ledger.open("hi", ["hi"], "", room="main", plugin="").record(State.DRY)
    assert ledger.counts["dry"] == 1
