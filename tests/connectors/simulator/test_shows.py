"""Which platform has which step; what one lacks says why."""

import logging
import random
from typing import Any

import pytest

from douyinbot.connectors.simulator import RoomSpec, Scenario, Simulator, Step
from douyinbot.connectors.simulator.room import Room
from douyinbot.connectors.simulator.shows import SHOWS, lacking, shows_of
from douyinbot.connectors.simulator.stage import perform
from douyinbot.errors import ConfigError

NEEDS_TEXT = ("audio", "screen", "question", "notice", "intro", "caption")


def step(do: Any, **keys: Any) -> Step:
    return Step(do=do, **({"text": "x"} if do in NEEDS_TEXT else {}), **keys)


@pytest.mark.parametrize("do", sorted(SHOWS))
def test_what_a_platform_lacks_has_a_reason_and_the_other_has_it(do: str) -> None:
    lacks = {tiktok: bool(lacking(step(do), tiktok=tiktok)) for tiktok in (False, True)}
    assert lacks == {tiktok: do not in shows_of(tiktok=tiktok) for tiktok in (False, True)}
    assert not all(lacks.values())


@pytest.mark.parametrize(
    "lacked",
    [step("audio"), step("red_packet", phase="going"), step("shopping", who="小明")],
    ids=lambda lacked: lacked.do,
)
def test_what_tiktok_does_not_tell_is_refused_there_only(lacked: Step) -> None:
    assert lacking(lacked, tiktok=True)
    assert not lacking(lacked, tiktok=False)


@pytest.mark.parametrize(("room", "do"), [("@abc", "lucky_bag"), ("abc", "poll")])
def test_a_scenario_of_one_room_is_checked_for_its_platform(room: str, do: Any) -> None:
    with pytest.raises(ConfigError, match=rf'{room}: steps\[1\]\.do: a room of \w+ has no such "{do}": \w+'):
        Simulator(rooms={room: Scenario(steps=[Step(do="member"), step(do)])})


@pytest.mark.parametrize(("name", "do"), [("@abc", "lucky_bag"), ("abc", "poll")])
def test_in_a_scenario_of_all_rooms_the_step_is_left_out_and_said(
    caplog: pytest.LogCaptureFixture, name: str, do: Any
) -> None:
    room = Room(name, Scenario(room=RoomSpec(history=0)), rng=random.Random(1), clock=lambda: 1.8e9)
    with caplog.at_level(logging.WARNING):
        assert perform(room, step(do)) == []
    assert f'the room {name} has no "{do}", which is left out' in caplog.text
    assert not room.log.entries
