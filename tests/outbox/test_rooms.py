import math

import pytest

from douyinbot.outbox.rooms import Rooms


class Nobody:
    async def send(self, text):
        raise AssertionError


@pytest.fixture
def rooms():
    rooms = Rooms()
    rooms.put("main", Nobody(), "live", 0.25)
    rooms.put("rehearsal", None, "dry", 0)
    return rooms


def test_nothing_stands_against_speaking(rooms, line):
    assert "main" in rooms
    assert rooms.refusal("main", 0) is None
    assert rooms.refusal("rehearsal", 0) is None
    assert rooms.holds(line(), 0) == ""


def test_unknown_rooms_and_rooms_without_a_sender_take_nothing(rooms):
    rooms.put("mute", None, "live", 0)
    assert rooms.refusal("nowhere", 0)[1] == "no_room"
    assert rooms.refusal("mute", 0)[1] == "no_sender"
    rooms.remove("main")
    rooms.remove("main")
    assert rooms.get("main") is None


def test_a_stop_is_for_all_rooms_but_rehearsals(rooms, line):
    rooms.stopped_reason = "not logged in"
    assert rooms.refusal("main", 0) == ("sending is stopped: not logged in", "stopped")
    assert rooms.holds(line(), 0) == "sending is stopped: not logged in"
    assert rooms.opens_at(line(), 0) == math.inf
    assert rooms.refusal("rehearsal", 0) is None
    rooms.resume()
    assert rooms.refusal("main", 0) is None


def test_a_mute_is_for_one_room_and_ends_by_itself(rooms, line):
    rooms.put("other", Nobody(), "live", 0)
    rooms.mute("main", "you are muted", 100)
    rooms.mute("nowhere", "you are muted", 100)
    assert rooms.refusal("main", 699) == (
        "sending is stopped in this room for a while: you are muted",
        "muted",
    )
    assert rooms.opens_at(line(), 699) == 700
    assert rooms.refusal("main", 700) is None
    assert rooms.refusal("other", 100) is None
    rooms.mute("main", "again", 800)
    rooms.resume()
    assert rooms.refusal("main", 801) is None


def test_the_share_holds_lines_back(rooms, line):
    rooms.get("main").share.said(10)
    assert rooms.holds(line(), 20) == "the bot has had its share of the room's lines"
    assert rooms.opens_at(line(), 20) == 310


def test_changing_a_room_keeps_what_was_heard_in_it(rooms, line):
    rooms.get("main").share.said(10)
    rooms.put("main", None, "dry", 0.25)
    assert rooms.get("main").mode == "dry"
    assert rooms.holds(line(), 20)
