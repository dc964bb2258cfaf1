"""What each step does to a room, seen through douyinbot's own decoder."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from douyinbot.connectors.simulator import RoomSpec, Scenario, Step, Trouble
from douyinbot.connectors.simulator.room import Room
from douyinbot.connectors.simulator.scenario import ACTIONS, BadFrame
from douyinbot.connectors.simulator.shows import lacking
from douyinbot.connectors.simulator.stage import perform
from douyinbot.events import Event

Decode = Callable[[list[tuple[str, int, bytes]]], list[Event]]


class Witness:
    """A socket that notes what is asked of it."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def wake(self) -> None:
        self.seen.append("wake")

    def put(self, payload_type: str) -> None:
        self.seen.append(payload_type)

    def put_bad(self, kind: BadFrame) -> None:
        self.seen.append(kind)

    def cut(self) -> None:
        self.seen.append("cut")

    def hang_up(self, code: int) -> None:
        self.seen.append(str(code))

    def stall(self) -> None:
        self.seen.append("stall")


@pytest.fixture
def room() -> Room:
    scenario = Scenario(room=RoomSpec(history=0))
    return Room("abc", scenario, rng=random.Random(1), clock=lambda: 1_795_000_000.0)


def played(room: Room, step: Step, decode: Decode) -> list[Event]:
    """Perform a step with all that follows, and decode what it left."""
    for _, cue in perform(room, step):
        perform(room, cue)
    return decode([(entry.method, entry.id, entry.payload) for entry in room.log.entries])


@pytest.mark.parametrize(
    ("step", "kinds"),
    [
        (Step(do="chat", text="hi"), ["chat"]),
        (Step(do="emoji"), ["emote"]),
        (Step(do="member"), ["member"]),
        (Step(do="like", count=3), ["like"]),
        (Step(do="follow"), ["social", "follow"]),
        (Step(do="share"), ["social", "share"]),
        (Step(do="fans_club", action="upgrade"), ["fans_club"]),
        (Step(do="gift", gift="玫瑰"), ["gift", "gift"]),
        (Step(do="stats", viewers=5), ["room_user", "room_user"]),
        (Step(do="unknown"), ["unknown"]),
        (Step(do="broken"), []),
        (Step(do="control", code=2), ["stream_resumed"]),
        (Step(do="control", code=4), ["stream_end"]),
        (Step(do="pause"), ["stream_paused"]),
        (Step(do="resume"), ["stream_resumed"]),
        (Step(do="end"), ["stream_end"]),
    ],
)
def test_steps_become_events(room: Room, events: Decode, step: Step, kinds: list[str]) -> None:
    assert [event.kind for event in played(room, step, events)] == kinds


def test_who_and_what_arrive(room: Room, events: Decode) -> None:
    (line,) = played(room, Step(do="chat", who="场控-糖糖🍬", text="！dice 20"), events)
    assert line.user is not None
    assert (line.user.nickname, line.user.role, line.user.level) == ("场控-糖糖🍬", "admin", 28)
    assert line.to_dict()["comment"] == "！dice 20"


def test_totals_rise(room: Room, events: Decode) -> None:
    perform(room, Step(do="like", count=3))
    likes = played(room, Step(do="like"), events)
    assert [(like.to_dict()["like_count"], like.to_dict()["total_like_count"]) for like in likes] == [
        (3, 2003),
        (1, 2004),
    ]


def test_a_streak_runs_and_is_closed_once(room: Room, events: Decode) -> None:
    gifts = [g.to_dict() for g in played(room, Step(do="gift", gift="小心心", counts=[1, 2, 5, 5]), events)]
    assert [(g["repeat_count"], g["repeat_end"]) for g in gifts] == [
        (1, False),
        (2, False),
        (5, False),
        (5, False),
        (5, True),
    ]
    assert {g["group_id"] for g in gifts} == {"1795000000"}
    assert {(g["gift_id"], g["gift_name"], g["diamond_count"]) for g in gifts} == {("463", "小心心", 1)}


def test_a_streak_may_lose_its_end(room: Room, events: Decode) -> None:
    gifts = played(room, Step(do="gift", gift="小心心", counts=[1, 2], end=False), events)
    assert [gift.to_dict()["repeat_end"] for gift in gifts] == [False, False]


def test_the_messages_of_a_streak_come_one_gap_apart(room: Room) -> None:
    follow_ups = perform(room, Step(do="gift", gift="玫瑰", counts=[1, 2]))
    assert [delay for delay, _ in follow_ups] == [0.5, 1.0]


def test_a_gift_that_cannot_streak_is_closed_at_once(room: Room, events: Decode) -> None:
    gifts = [g.to_dict() for g in played(room, Step(do="gift", gift="跑车", counts=[1, 1]), events)]
    assert [(g["repeat_count"], g["repeat_end"], g["diamond_count"]) for g in gifts] == [(1, True, 1200)] * 2
    assert len({g["group_id"] for g in gifts}) == 2


def test_from_a_mere_word_about_the_stream_nothing_follows(room: Room) -> None:
    perform(room, Step(do="control", code=3))
    assert (room.status, room.on_air) == (2, True)


def test_the_stream_has_a_course(room: Room) -> None:
    for do, status, on_air in (("pause", 3, True), ("resume", 2, True), ("end", 4, False)):
        perform(room, Step(do=do))  # type: ignore[arg-type]
        assert (room.status, room.on_air) == (status, on_air)
    before = room.log.last_id
    perform(room, Step(do="chat", text="anybody?"))
    assert room.log.last_id == before  # nobody is in a room that is not on air
    first = room.room_id
    perform(room, Step(do="start"))
    assert (room.status, room.room_id == first) == (2, False)


@pytest.mark.parametrize(
    ("step", "asked"),
    [
        (Step(do="close"), "close"),
        (Step(do="reconnect"), "reconnect"),
        (Step(do="hangup", code=1013), "1013"),
        (Step(do="drop"), "cut"),
        (Step(do="stall"), "stall"),
        (Step(do="start"), "stall"),
        (Step(do="bad_frame", frame="garbage"), "garbage"),
        (Step(do="chat", text="a"), "wake"),
    ],
)
def test_steps_reach_every_socket(room: Room, step: Step, asked: str) -> None:
    witnesses = [Witness(), Witness()]
    room.lines.update(witnesses)
    perform(room, step)
    assert [witness.seen for witness in witnesses] == [[asked], [asked]]


def test_trouble_comes_and_goes(room: Room) -> None:
    perform(room, Step(do="trouble", trouble=Trouble(chat="muted")))
    assert room.faults.chat() == "muted"
    perform(room, Step(do="trouble", trouble=Trouble()))
    assert room.faults.chat() == "none"


@pytest.mark.parametrize("name", ["abc", "@abc"])
def test_every_action_that_the_platform_has_can_be_performed(name: str) -> None:
    scenario = Scenario(room=RoomSpec(history=0))
    room = Room(name, scenario, rng=random.Random(1), clock=lambda: 1_795_000_000.0)
    keys: dict[str, Any] = {"code": 3, "text": "a", "gift": "玫瑰", "frame": "bomb", "fetch_type": 2}
    keys["trouble"] = Trouble(chat="muted")
    witness = Witness()
    room.lines.add(witness)
    for do, (needed, _) in ACTIONS.items():
        before = (len(witness.seen), room.status, room.faults.chat(), room.fetch_type)
        step = Step(do=do, **{name: keys[name] for name in needed})  # type: ignore[arg-type]
        if lacking(step, tiktok=room.is_tiktok):
            continue
        perform(room, step)
        assert (len(witness.seen), room.status, room.faults.chat(), room.fetch_type) != before, do
