"""A room's log: ids, cursors, and who is who."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from douyinbot.connectors.simulator import GiftSpec, RoomSpec, Scenario, Viewer
from douyinbot.connectors.simulator.room import LOGGED, SHOWN_AT_FIRST, Room
from douyinbot.webcast import compose

NOW = 1_795_000_000.25


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def room(scenario: Scenario | None = None, name: str = "abc", clock: Clock | None = None) -> Room:
    return Room(name, scenario or Scenario(), rng=random.Random(1), clock=clock or Clock())


def say(to: Room, text: str) -> int:
    return to.publish(lambda at: compose.chat(*at, text), to.who("小明"))


def test_room_ids_are_stable_19_digits_and_begin_with_7() -> None:
    ids = {str(room(name=name).room_id) for name in ("abc", "def", "123456")}
    assert len(ids) == 3
    assert all(len(id) == 19 and id[0] == "7" for id in ids)
    assert room().room_id == room().room_id


def test_another_stream_has_another_id_and_no_past() -> None:
    one = room()
    first = one.room_id
    one.new_stream()
    assert one.room_id != first
    assert one.ids[0] == str(first)
    assert one.first() == []


@given(st.lists(st.floats(min_value=-5, max_value=5), max_size=50))
def test_message_ids_rise_whatever_the_clock_does(jumps: list[float]) -> None:
    clock = Clock()
    one = room(clock=clock)
    ids = [one.last_id]
    for jump in jumps:
        clock.now += jump
        ids.append(say(one, "a"))
    assert ids == sorted(set(ids))
    assert all(len(str(id)) == 19 for id in ids)


def test_the_past_is_old_enough_to_count_as_history() -> None:
    one = room(Scenario(room=RoomSpec(history=12)))
    assert len(one.first()) == 12
    assert all(entry.id >> 32 < NOW - 30 for entry in one.first())
    say(one, "jetzt")
    assert one.first()[-1].id >> 32 == int(NOW)


def test_the_first_answer_is_not_endless() -> None:
    one = room()
    for number in range(40):
        say(one, str(number))
    assert len(one.first()) == SHOWN_AT_FIRST


def test_a_cursor_goes_on_where_it_was_made() -> None:
    one = room()
    seen = say(one, "1")
    cursor = one.cursor(seen)
    missed = [say(one, "2"), say(one, "3")]
    assert [entry.id for entry in one.after(one.position(cursor))] == missed
    assert not one.is_fresh(cursor)


def test_an_overlap_repeats_what_was_seen_last() -> None:
    one = room(Scenario(room=RoomSpec(history=0)))
    ids = [say(one, str(number)) for number in range(6)]
    cursor = one.cursor(ids[3])
    assert [entry.id for entry in one.after(one.position(cursor, overlap=2))] == ids[2:]
    assert [entry.id for entry in one.after(one.position(one.cursor(ids[0]), overlap=9))] == ids


@pytest.mark.parametrize(
    "cursor", ["", "t-1795000000000", "t-1795000000000_r-1_d-1_u-1_h-1", "d-1_u-1_fh-7_t-1_r-1"]
)
def test_a_fresh_cursor_brings_only_what_is_new(cursor: str) -> None:
    one = room()
    say(one, "before")
    position = one.position(cursor, overlap=3)
    assert one.is_fresh(cursor)
    assert [entry.id for entry in one.after(position)] == []
    assert [entry.id for entry in one.after(position)] + [say(one, "after")] == [one.last_id]


def test_the_log_is_bounded() -> None:
    one = room()
    for number in range(LOGGED + 10):
        say(one, str(number))
    assert len(one.log) == LOGGED


def test_people_are_known_by_name_or_invented() -> None:
    one = room(Scenario(people=[Viewer(name="小明", level=9, id=55), Viewer(name="大王", owner=True)]))
    assert (one.who("小明").id, one.who("小明").level) == (55, 9)
    assert one.who("路人甲").id == one.who("路人甲").id != one.who("路人乙").id
    assert (one.who("吴***").id, one.who("李***").id) == (111111, 111111)
    assert one.owner.nickname == "大王"
    assert {one.who("").nickname for _ in range(20)} == {"小明"}  # the owner is not part of the audience


def test_streaks_never_share_a_group_id() -> None:
    one = room()
    assert one.new_streak() == int(NOW)
    assert one.new_streak() == int(NOW) + 1


def test_gifts_of_the_scenario_join_the_panel() -> None:
    one = room(Scenario(gifts=[GiftSpec(name="大蛋糕", price=88), GiftSpec(name="玫瑰", price=5, id=2001)]))
    assert one.gifts["大蛋糕"].price == 88
    assert one.gifts["玫瑰"].price == 5
    assert one.gifts["小心心"].id == 463


def test_a_masked_room_keeps_two_versions() -> None:
    one = room(Scenario(room=RoomSpec(masked=True, history=0)))
    say(one, "hi")
    (entry,) = one.first()
    assert "小明".encode() in entry.payload
    assert "小明".encode() not in entry.guest_payload
    assert "小***".encode() in entry.guest_payload


def test_reset_makes_a_room_as_new() -> None:
    one = room()
    one.status, one.likes = 4, 9
    say(one, "gone")
    one.reset()
    assert (one.status, one.likes, one.on_air) == (2, 2000, True)
    assert all(entry.id >> 32 < NOW - 30 for entry in one.first())
