"""The small form of tests/bench/rooms.py: many rooms at once, against a simulator in a process of its own."""

import resource
from typing import Any

import pytest

from tests.bench import rooms


async def test_twenty_rooms_are_held_without_a_missed_heartbeat() -> None:
    held: dict[str, Any] = await rooms.hold(20, 3.0, rate=2.0, core=None, per_second=500.0)
    assert held["sockets"] == 20
    assert held["heartbeats"] >= 20  # the first one comes with the connection
    assert (held["violations"], held["cut_for_silence"]) == ([], 0)
    assert held["events"]["connected"] == 20
    assert held["events"]["websocket_connected"] == 20
    assert sum(held["events"].values()) > 60  # and the rooms were heard


async def test_sixty_rooms_that_drop_together_all_come_back_spread_out() -> None:
    per_second = 60.0
    dropped = await rooms.drop(60, core=None, per_second=per_second)
    assert dropped["back"] == dropped["rooms"] == 60
    assert sum(dropped["histogram"]) == 60
    assert dropped["violations"] == []
    assert dropped["last"] - dropped["first"] >= 0.4  # half a second of chance, and a turn for each
    assert dropped["busiest_second"] <= 2 * per_second  # a machine that stalls lets some turns pile up


def test_the_busiest_span_is_found_wherever_it_lies() -> None:
    assert rooms.busiest([]) == 0
    assert rooms.busiest([0.0, 0.9, 1.1, 1.2, 1.8, 3.0]) == 4
    assert rooms.busiest([0.0, 1.0, 2.0]) == 1


def test_too_few_open_files_are_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, 1024))
    rooms.allow_files(200)
    with pytest.raises(SystemExit, match=r"500 rooms need 1600 open files.*ulimit -n 1600"):
        rooms.allow_files(500)
