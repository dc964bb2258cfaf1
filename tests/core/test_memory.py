"""What a plugin remembers, and a rehearsal's copy of it."""

import threading

from douyinbot.core.memory import SeatMemory


def test_each_room_has_its_own():
    memory = SeatMemory()
    memory.of("a")["x"] = 1
    assert memory.of("a") == {"x": 1}
    assert memory.of("b") == memory.of("") == {}


def test_a_rehearsal_begins_with_a_copy_and_changes_nothing():
    memory = SeatMemory()
    memory.of("a")["votes"] = {"red": [1]}
    copied = memory.rehearsed("a", 1)
    copied["votes"]["red"].append(2)
    copied["new"] = True
    assert memory.of("a") == {"votes": {"red": [1]}}
    assert memory.rehearsed("a", 1) == {"votes": {"red": [1, 2]}, "new": True}


def test_the_next_rehearsal_begins_anew():
    memory = SeatMemory()
    memory.rehearsed("a", 1)["x"] = 1
    memory.of("a")["y"] = 2
    assert memory.rehearsed("a", 2) == {"y": 2}


def test_what_cannot_be_copied_is_shared():
    memory = SeatMemory()
    lock = memory.of("a")["lock"] = threading.Lock()
    assert memory.rehearsed("a", 1)["lock"] is lock
