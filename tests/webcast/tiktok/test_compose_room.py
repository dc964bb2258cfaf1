"""What the room itself says: every composer, there and back through the decoder."""

from typing import Any

import pytest

from douyinbot.webcast.composing import Composed, Person
from douyinbot.webcast.tiktok import compose_room as compose
from tests.webcast.tiktok.messages import AT, NOW_MS, decoder

HEAD = (5, 7000, NOW_MS)
ANN, BOB = Person(41, "Ann", display_id="ann"), Person(42, "Bob", display_id="bob")


def read(composed: Composed) -> Any:
    method, payload = composed
    one = decoder()
    (event,) = one.decode([(method, 5, payload)], AT)
    assert not [name for name in one.counts if name.startswith("bad:")]
    assert (event.id, event.raw) == ("5", payload)
    return event


CASES: dict[str, tuple[Composed, dict[str, Any]]] = {
    "question": (compose.question(*HEAD, ANN, "why?"), {"kind": "question", "question_text": "why?"}),
    "notice": (compose.notice(*HEAD, "hi"), {"kind": "room_notice", "topic": "room", "text": "hi"}),
    "intro": (
        compose.intro(*HEAD, ANN, "at eight"),
        {"kind": "live_intro", "description": "at eight", "room_id": "7000"},
    ),
    "deleted": (compose.deleted(*HEAD, [3, 4]), {"kind": "deleted", "message_ids": ("3", "4")}),
    "pinned": (compose.pinned(*HEAD, ANN, 3, "rules"), {"topic": "pinned", "text": "rules"}),
    "caption": (compose.caption(*HEAD, "said"), {"topic": "caption", "text": "said"}),
    "subscribed": (compose.subscribed(*HEAD, ANN, 3), {"kind": "subscribe", "sub_month": 3}),
    "super_fan": (compose.super_fan(*HEAD, ANN), {"kind": "fans_club", "action": "super_fan"}),
    "box": (
        compose.box(*HEAD, ANN, 9, 500, 10, 180),
        {"kind": "envelope", "coins": 500, "can_open": 10, "status": "packet", "envelope_id": "9"},
    ),
    "box_gone": (compose.box_gone(*HEAD, 9), {"status": "packet over", "coins": 0, "envelope_id": "9"}),
}


@pytest.mark.parametrize("name", CASES)
def test_what_was_put_in_comes_out(name: str) -> None:
    composed, fields = CASES[name]
    event = read(composed)
    assert {field: getattr(event, field) for field in fields} == fields


@pytest.mark.parametrize("name", ["question", "intro", "pinned", "subscribed", "super_fan", "box"])
def test_who_did_it_comes_out(name: str) -> None:
    event = read(CASES[name][0])
    assert (event.user.id, event.user.nickname, event.user.unique_id) == ("41", "Ann", "ann")


@pytest.mark.parametrize("name", [name for name in CASES if name != "intro"])
def test_the_time_comes_out_but_for_introductions_which_carry_none(name: str) -> None:
    assert round(read(CASES[name][0]).time.timestamp() * 1000) == NOW_MS


def test_a_line_that_is_taken_down_has_only_its_number() -> None:
    event = read(compose.pinned(*HEAD, ANN, 3, ""))
    assert (event.topic, event.text, event.user) == ("unpinned", "", None)


@pytest.mark.parametrize(("over", "status", "trigger"), [(False, "start", 1), (True, "finish", 2)])
def test_battles(over: bool, status: str, trigger: int) -> None:
    battle = read(compose.battle(*HEAD, 9, [ANN, BOB], over=over))
    assert (battle.battle_id, battle.status) == ("9", status)
    assert [(one.nickname, one.unique_id) for one in battle.battle_users] == [("Ann", "ann"), ("Bob", "bob")]
    armies = read(compose.armies(*HEAD, 9, [(ANN, 12, [BOB]), (BOB, 8, [])], over=over))
    assert (armies.battle_id, armies.battle_status) == ("9", trigger)
    sides = [
        (side.host_user_id, side.points, [one.nickname for one in side.participants])
        for side in armies.battle_armies
    ]
    assert sides == [("41", 12, ["Bob"]), ("42", 8, [])]


@pytest.mark.parametrize(
    ("phase", "status", "by"), [("start", "start", "Ann"), ("going", "update", None), ("end", "end", "Ann")]
)
def test_polls(phase: str, status: str, by: str | None) -> None:
    event = read(compose.poll(*HEAD, ANN, 9, "Tea?", [2, 1], phase))
    assert (event.data["poll_id"], event.data["title"], event.data["status"]) == ("9", "Tea?", status)
    assert event.data["options"] == [{"text": "A", "votes": 2}, {"text": "B", "votes": 1}]
    assert (event.user and event.user.nickname) == by


def test_goal_ranking_product_and_scores() -> None:
    goal = read(compose.goal(*HEAD, ANN, 9, "Roses!", "Rose", 7, 100))
    assert goal.data == {
        "what": "goal",
        "goal_id": "9",
        "description": "Roses!",
        "steps": [{"gift": "Rose", "progress": 7, "target": 100}],
    }
    assert goal.user.unique_id == "ann"
    assert read(compose.ranking(*HEAD)).data["text"] == "Weekly Ranking"
    product = read(compose.product(*HEAD, 9, "Cup", "Shop")).data
    assert (product["title"], product["product_id"], product["shop"]) == ("Cup", "9", "Shop")
    score = read(compose.guest_scores(*HEAD, [(ANN, 30)])).data
    assert score == {"what": "guest", "user_id": "41", "score": 30, "text": ""}
