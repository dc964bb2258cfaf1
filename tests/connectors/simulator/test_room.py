"""A room: its ids, its past, and who is who."""

import random

from douyinbot.connectors.simulator import GiftSpec, RoomSpec, Scenario, Viewer
from douyinbot.connectors.simulator.log import is_fresh
from douyinbot.connectors.simulator.room import Room
from douyinbot.webcast.douyin import compose

NOW = 1_795_000_000.25


def room(scenario: Scenario | None = None, name: str = "abc") -> Room:
    return Room(name, scenario or Scenario(), rng=random.Random(1), clock=lambda: NOW)


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
    assert one.log.first() == []
    assert not is_fresh(one.log.cursor(one.log.last_id))


def test_the_past_is_old_enough_to_count_as_history() -> None:
    one = room(Scenario(room=RoomSpec(history=12)))
    assert len(one.log.first()) == 12
    assert all(entry.id >> 32 < NOW - 30 for entry in one.log.first())
    say(one, "jetzt")
    assert one.log.first()[-1].id >> 32 == int(NOW)


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
    (entry,) = one.log.first()
    assert "小明".encode() in entry.payload
    assert "小明".encode() not in entry.guest_payload
    assert "小***".encode() in entry.guest_payload


def test_reset_makes_a_room_as_new() -> None:
    one = room()
    one.status, one.likes = 4, 9
    say(one, "gone")
    one.reset()
    assert (one.status, one.likes, one.on_air) == (2, 2000, True)
    assert all(entry.id >> 32 < NOW - 30 for entry in one.log.first())
