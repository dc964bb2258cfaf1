"""Battles between streamers, and what guests on the line were given."""

import pytest

from douyinbot.webcast.pb import tiktok_pb2 as pb
from tests.webcast.tiktok.messages import decode, only


def entry(id: int, nickname: str) -> pb.LinkMicBattle.Entry:
    base = pb.LinkMicBattle.Streamer.Base(id=id, nickname=nickname, display_id=nickname.lower())
    return pb.LinkMicBattle.Entry(streamer=pb.LinkMicBattle.Streamer(user=base))


@pytest.mark.parametrize(("action", "status"), [(4, "start"), (5, "finish"), (2, "2")])
def test_battle_has_its_streamers_in_the_order_of_the_wire(action: int, status: str) -> None:
    event = only(
        pb.LinkMicBattle(
            battle_id=5, action=action, streamers=[entry(9, "Bob"), pb.LinkMicBattle.Entry(), entry(7, "Ann")]
        )
    )
    assert [(user.id, user.unique_id) for user in event.battle_users] == [("9", "bob"), ("7", "ann")]
    assert (event.status, event.battle_id) == (status, "5")
    assert event.to_legacy()["battleUsers"][0]["followRole"] is None


def test_armies_are_told_group_by_group() -> None:
    groups = [
        pb.LinkMicArmies.Group(points=5, users=[pb.User(id=1), pb.User(id=2)]),
        pb.LinkMicArmies.Group(points=6),
    ]
    sides = [pb.LinkMicArmies.Entry(host_id=9, groups=groups), pb.LinkMicArmies.Entry(host_id=7)]
    event = only(pb.LinkMicArmies(sides=sides, trigger=2, battle_id=5))
    assert (event.battle_status, event.battle_id) == (2, "5")
    assert [(army.host_user_id, army.points) for army in event.battle_armies] == [("9", 5), ("9", 6)]
    assert [user.id for user in event.battle_armies[0].participants] == ["1", "2"]


def test_guests_scores_come_one_by_one() -> None:
    tickets = [pb.LinkMicFanTicketMethod.Ticket(user_id=n, score=100 * n) for n in (7, 8)]
    events = decode(pb.LinkMicFanTicketMethod(tickets=pb.LinkMicFanTicketMethod.Tickets(tickets=tickets)))
    assert [event.to_dict()["data"] for event in events] == [
        {"what": "guest", "user_id": "7", "score": 700, "text": ""},
        {"what": "guest", "user_id": "8", "score": 800, "text": ""},
    ]
    event = only(pb.LinkMicMethod(type=8, user_id=7, score=700))
    assert event.data == events[0].to_dict()["data"]


def test_life_of_a_link_stays_unknown() -> None:
    assert only(pb.LinkMicMethod(type=2)).method == "LinkMicMethod/2"
