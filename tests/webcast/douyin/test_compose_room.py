"""Composed messages of the room come out of the decoder as what was put in."""

from datetime import UTC, datetime
from typing import Any

import pytest

from douyinbot.events import Event
from douyinbot.webcast.composing import Person
from douyinbot.webcast.decoding import Arrival, Decoder
from douyinbot.webcast.douyin import TABLE, compose_room

RECEIVED = datetime(2026, 10, 1, 12, 0, 0, 500_000, UTC)
NOW_MS = 1_790_856_000_500  # the same moment
ROOM = 7_630_361_251_285_076_745
AT = Arrival(room="main", received=RECEIVED, now_ms=NOW_MS, simulated=True)
FAN, RIVAL = Person(2**60, "老铁"), Person(2**61, "对手")
HEAD = (9, ROOM, NOW_MS)
BATTLE = 2**62
SCORES = [(FAN, 1200), (RIVAL, 800)]

CASES: dict[str, tuple[tuple[str, bytes], list[tuple[str, dict[str, Any]]]]] = {
    "deleted": (compose_room.deleted(*HEAD, [5, 2**62]), [("deleted", {"message_ids": ["5", str(2**62)]})]),
    "notice": (compose_room.notice(*HEAD, "欢迎"), [("room_notice", {"text": "欢迎", "topic": "room"})]),
    "intro": (compose_room.intro(*HEAD, FAN, "八点"), [("live_intro", {"description": "八点"})]),
    "question": (compose_room.question(*HEAD, '"?"'), [("question", {"question_text": '"?"'})]),
    "rank": (
        compose_room.room_rank(*HEAD, [(FAN, 7)]),
        [
            (
                "rank",
                {"data": {"what": "audience", "ranks": [{"nickname": "老铁", "score": "7"}], "exact": []}},
            )
        ],
    ),
    "lucky box": (
        compose_room.lucky_box(*HEAD, FAN, 77, 520, 180, "发财"),
        [
            (
                "envelope",
                {"status": "packet", "coins": 520, "can_open": 180, "envelope_id": "77", "title": "发财"},
            )
        ],
    ),
    "reward": (
        compose_room.lucky_box_reward(*HEAD, 77),
        [("envelope", {"status": "packet opened", "envelope_id": "77"})],
    ),
    "box over": (
        compose_room.lucky_box_end(*HEAD, 77),
        [("envelope", {"status": "packet over", "envelope_id": "77"})],
    ),
    "lottery": (
        compose_room.lottery(*HEAD, 78, 3, "口红"),
        [("envelope", {"status": "lottery 1", "can_open": 3, "envelope_id": "78", "title": "口红"})],
    ),
    "lottery running": (
        compose_room.lottery_running(*HEAD, 78, 3),
        [("envelope", {"status": "lottery running", "can_open": 3, "envelope_id": "78"})],
    ),
    "lottery drawn": (
        compose_room.lottery_drawn(*HEAD, 78, [FAN, RIVAL]),
        [("envelope", {"status": "lottery drawn", "can_open": 2, "envelope_id": "78"})],
    ),
    "battle": (
        compose_room.battle(*HEAD, BATTLE, [FAN, RIVAL]),
        [("link_mic_battle", {"status": "start", "battle_id": str(BATTLE)})],
    ),
    "score": (
        compose_room.battle_score(*HEAD, BATTLE, SCORES),
        [("link_mic_armies", {"battle_status": 1, "battle_id": str(BATTLE)})],
    ),
    "armies": (
        compose_room.armies(*HEAD, [(FAN, [(RIVAL, 5)])]),
        [("link_mic_armies", {"battle_status": 1, "battle_id": ""})],
    ),
    "finish": (
        compose_room.battle_finish(*HEAD, BATTLE, NOW_MS - 300_000, SCORES),
        [
            ("link_mic_armies", {"battle_status": 2, "battle_id": str(BATTLE)}),
            ("link_mic_battle", {"status": "finish", "battle_id": str(BATTLE)}),
        ],
    ),
    "guest comes": (
        compose_room.guest(*HEAD, FAN, "enter", [FAN, RIVAL]),
        [("link_mic_guests", {"action": "enter"})],
    ),
    "guest goes": (
        compose_room.guest(*HEAD, FAN, "leave", [RIVAL]),
        [("link_mic_guests", {"action": "leave"})],
    ),
    "seats": (compose_room.seats(*HEAD, [FAN]), [("link_mic_guests", {"action": "seats"})]),
    "products": (
        compose_room.product_change(*HEAD, "上架", 5),
        [("shopping", {"data": {"what": "products", "text": "上架", "total": 5}})],
    ),
    "purchase": (
        compose_room.purchase(*HEAD, FAN, 2, "买了"),
        [("shopping", {"data": {"what": "purchase", "nickname": "老铁", "count": 2, "text": "买了"}})],
    ),
}


def decode(made: tuple[str, bytes]) -> list[Event]:
    decoder = Decoder(TABLE, room="main")
    events = decoder.decode([(made[0], 0, made[1])], AT)
    assert decoder.counts == {"messages": 1}
    return events


@pytest.mark.parametrize("name", CASES)
def test_what_is_put_in_comes_out(name: str) -> None:
    made, expected = CASES[name]
    events = decode(made)
    assert [event.kind for event in events] == [kind for kind, _ in expected]
    for event, (_, fields) in zip(events, expected, strict=True):
        shown = event.to_dict()
        assert {key: shown[key] for key in fields} == fields
        assert (event.id, event.received, event.history, event.simulated) == ("9", RECEIVED, False, True)


def test_every_function_is_used() -> None:
    assert len(CASES) == len(compose_room.__all__) + 1  # guests come and go


def test_people_of_a_battle_are_who_they_were() -> None:
    (start,) = decode(CASES["battle"][0])
    assert [user["nickname"] for user in start.to_dict()["battle_users"]] == ["老铁", "对手"]
    (score,) = decode(CASES["score"][0])
    assert [(army["host_user_id"], army["points"]) for army in score.to_dict()["battle_armies"]] == [
        (str(FAN.id), 1200),
        (str(RIVAL.id), 800),
    ]
    (armies,) = decode(CASES["armies"][0])
    (army,) = armies.to_dict()["battle_armies"]
    assert (army["points"], [user["nickname"] for user in army["participants"]]) == (5, ["对手"])


def test_guests_are_listed() -> None:
    (event,) = decode(CASES["guest comes"][0])
    assert [guest["id"] for guest in event.to_dict()["guests"]] == [str(FAN.id), str(RIVAL.id)]
    assert event.user is not None
    assert event.user.nickname == "老铁"
