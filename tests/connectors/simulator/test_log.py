"""The log: ids, cursors and what they bring back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from douyinbot.connectors.simulator.log import LOGGED, SHOWN_AT_FIRST, Entry, Log, is_fresh

NOW_MS = 1_795_000_000_250
FRESH = ["", "t-1795000000000", "t-1795000000000_r-1_d-1_u-1_h-1", "d-1_u-1_fh-7123456789012345678_t-1_r-1"]


def log(count: int = 0) -> Log:
    made = Log(lambda: NOW_MS)
    for _ in range(count):
        add(made)
    return made


def add(to: Log) -> int:
    id = to.new_id(NOW_MS)
    to.entries.append(Entry(id, "WebcastChatMessage", b"", b""))
    return id


def ids(entries: list[Entry]) -> list[int]:
    return [entry.id for entry in entries]


def test_an_id_holds_the_second_as_the_real_ones_do() -> None:
    id = log().new_id(NOW_MS)
    assert (id >> 32, len(str(id))) == (NOW_MS // 1000, 19)


@given(st.lists(st.integers(min_value=NOW_MS - 5000, max_value=NOW_MS + 5000), max_size=50))
def test_ids_rise_whatever_the_clock_does(times: list[int]) -> None:
    one = log()
    found = [one.new_id(time) for time in times]
    assert found == sorted(set(found))


def test_a_cursor_goes_on_where_it_was_made() -> None:
    one = log(3)
    cursor = one.cursor(one.last_id)
    missed = [add(one), add(one)]
    assert ids(one.after(one.position(cursor))) == missed
    assert not is_fresh(cursor)


def test_an_overlap_repeats_what_was_seen_last() -> None:
    one = log(6)
    all_ids = ids(list(one.entries))
    assert ids(one.after(one.position(one.cursor(all_ids[3]), overlap=2))) == all_ids[2:]
    assert ids(one.after(one.position(one.cursor(all_ids[0]), overlap=9))) == all_ids


@pytest.mark.parametrize("cursor", FRESH)
def test_a_fresh_cursor_brings_only_what_is_new(cursor: str) -> None:
    one = log(2)
    position = one.position(cursor, overlap=3)
    assert is_fresh(cursor)
    assert one.after(position) == []
    new = add(one)
    assert ids(one.after(position)) == [new]


def test_the_first_answer_is_not_endless() -> None:
    one = log(40)
    assert one.first() == list(one.entries)[-SHOWN_AT_FIRST:]


def test_the_log_is_bounded() -> None:
    assert len(log(LOGGED + 10).entries) == LOGGED


def test_who_missed_too_much_gets_what_is_left() -> None:
    one = log(1)
    cursor = one.cursor(one.last_id)
    for _ in range(LOGGED + 10):
        add(one)
    assert len(one.after(one.position(cursor))) == LOGGED


def test_an_empty_log_has_a_fresh_cursor() -> None:
    assert is_fresh(log().cursor(0))
