"""What is put on in a room of TikTok, seen through douyinbot's own decoder."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from douyinbot.connectors.simulator import RoomSpec, Scenario, Step
from douyinbot.connectors.simulator.room import Room
from douyinbot.connectors.simulator.scenario import OPENS_AFTER
from douyinbot.connectors.simulator.shows_tiktok import BOX_FOR, SHOWS, TARGET
from douyinbot.connectors.simulator.stage import perform
from douyinbot.webcast.decoding import Arrival, Decoder
from douyinbot.webcast.tiktok import TABLE

NOW = 1_795_000_000.0
AT = Arrival(room="main", platform="tiktok", received=datetime.fromtimestamp(NOW, UTC))
Play = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def room() -> Room:
    return Room("@abc", Scenario(room=RoomSpec(history=0)), rng=random.Random(1), clock=lambda: NOW)


@pytest.fixture
def play(room: Room) -> Play:
    """Perform steps and return what they left, as dicts."""

    def played(*steps: Step) -> list[dict[str, Any]]:
        for step in steps:
            assert perform(room, step) == []
        decoder = Decoder(TABLE, room="main", platform="tiktok")
        events = decoder.decode([(e.method, e.id, e.payload) for e in room.log.entries], AT)
        assert decoder.counts["messages"] == len(room.log.entries)
        assert not [name for name in decoder.counts if name.startswith("bad:")]
        return [event.to_dict() for event in events]

    return played


def told(events: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(event[name] for name in names) for event in events]


def test_words_of_the_room(play: Play, room: Room) -> None:
    notice, intro, question, caption = play(
        Step(do="notice", text="welcome"),
        Step(do="intro", text="every day at eight"),
        Step(do="question", text="which song?"),
        Step(do="caption", text="hello there"),
    )
    assert (notice["kind"], notice["text"], notice["topic"]) == ("room_notice", "welcome", "room")
    assert (intro["kind"], intro["description"]) == ("live_intro", "every day at eight")
    assert (intro["user"]["nickname"], intro["room_id"]) == ("主播小鹿", str(room.room_id))
    assert (question["kind"], question["question_text"]) == ("question", "which song?")
    assert question["user"]["nickname"]
    assert (caption["kind"], caption["text"], caption["topic"]) == ("room_notice", "hello there", "caption")


def test_a_ranking_is_told_by_its_name(play: Play) -> None:
    (rank,) = play(Step(do="rank"))
    assert rank["data"] == {"what": "hourly", "type": 1, "text": "Weekly Ranking"}


def test_newest_lines_are_withdrawn(play: Play) -> None:
    *lines, deleted = play(
        *(Step(do="chat", text=str(number)) for number in range(3)), Step(do="delete", count=2)
    )
    assert deleted["kind"] == "deleted"
    assert list(deleted["message_ids"]) == [line["id"] for line in reversed(lines)][:2]


def test_a_line_is_pinned_and_taken_down(play: Play) -> None:
    pinned, unpinned = play(Step(do="pin", who="Ann", text="rules above"), Step(do="pin", phase="end"))
    assert told([pinned, unpinned], "topic", "text") == [("pinned", "rules above"), ("unpinned", "")]
    assert (pinned["user"]["nickname"], unpinned["user"]) == ("Ann", None)


def test_a_treasure_box_comes_and_goes(play: Play) -> None:
    box, gone = play(Step(do="red_packet", who="Ann", count=520), Step(do="red_packet", phase="end"))
    assert told([box, gone], "status", "coins", "can_open") == [
        ("packet", 520, BOX_FOR),
        ("packet over", 0, 0),
    ]
    assert box["user"]["nickname"] == "Ann"
    assert datetime.fromisoformat(box["opens_at"]).timestamp() == NOW + OPENS_AFTER
    assert box["envelope_id"] == gone["envelope_id"] != ""


def test_a_whole_battle(play: Play) -> None:
    life = play(
        Step(do="pk", who="Bob"),
        Step(do="pk", who="Bob", points=[12, 8], phase="going"),
        Step(do="pk", who="Bob", points=[13, 8], phase="end"),
    )
    battle, armies = ("link_mic_battle",), ("link_mic_armies",)
    assert told(life, "kind") == [battle, armies, armies, battle]
    start, score, result, end = life
    assert [one["nickname"] for one in start["battle_users"]] == ["主播小鹿", "Bob"]
    assert (start["status"], end["status"]) == ("start", "finish")
    points = [[army["points"] for army in event["battle_armies"]] for event in (score, result)]
    assert points == [[12, 8], [13, 8]]
    assert (score["battle_status"], result["battle_status"]) == (1, 2)
    assert len({event["battle_id"] for event in life}) == 1


def test_of_guests_only_what_they_were_given_is_known(play: Play) -> None:
    come, score, go = play(
        Step(do="guest", who="Ann"),
        Step(do="guest", who="Ann", phase="going"),
        Step(do="guest", who="Ann", phase="end"),
    )
    assert told([come, go], "kind", "method") == [("unknown", "WebcastLinkMessage")] * 2
    assert (score["kind"], score["data"]["what"], score["data"]["score"]) == ("rank", "guest", 100)


def test_a_poll_gets_votes_and_ends(play: Play) -> None:
    life = play(
        Step(do="poll", text="Tea?"),
        Step(do="poll", text="Tea?", points=[2, 1], phase="going"),
        Step(do="poll", text="Tea?", points=[5, 1], phase="end"),
    )
    assert [event["data"]["status"] for event in life] == ["start", "update", "end"]
    assert {event["data"]["title"] for event in life} == {"Tea?"}
    votes = [[option["votes"] for option in event["data"]["options"]] for event in life]
    assert votes == [[0, 0], [2, 1], [5, 1]]
    assert len({event["data"]["poll_id"] for event in life}) == 1


def test_a_goal_comes_nearer(play: Play) -> None:
    (goal,) = play(Step(do="goal", who="Ann", text="Roses!", count=7))
    assert (goal["data"]["what"], goal["data"]["description"]) == ("goal", "Roses!")
    (step,) = goal["data"]["steps"]
    assert (step["progress"], step["target"]) == (7, TARGET)
    assert goal["user"]["unique_id"]


def test_a_product_is_shown(play: Play) -> None:
    (shown,) = play(Step(do="shopping", text="Cup"))
    assert (shown["kind"], shown["data"]["title"], shown["data"]["type"]) == ("shopping", "Cup", 1)


def test_subscribers_and_super_fans(play: Play) -> None:
    subscribed, super_fan = play(Step(do="subscribe", who="Ann", count=3), Step(do="super_fan", who="Bob"))
    assert (subscribed["kind"], subscribed["sub_month"]) == ("subscribe", 3)
    assert (super_fan["kind"], super_fan["action"]) == ("fans_club", "super_fan")
    assert [event["user"]["nickname"] for event in (subscribed, super_fan)] == ["Ann", "Bob"]


@pytest.mark.parametrize("do", SHOWS)
def test_nothing_is_put_on_in_a_room_that_is_not_on_air(room: Room, do: Any) -> None:
    step = Step(do=do, text="x") if do in ("question", "notice", "intro", "caption") else Step(do=do)
    perform(room, step)
    before = room.log.last_id
    perform(room, Step(do="end"))
    ended = room.log.last_id
    perform(room, step)
    assert room.log.last_id == ended > before > 0


@pytest.mark.parametrize("do", ["pk", "guest", "poll"])
@pytest.mark.parametrize("phase", ["going", "end"])
def test_what_was_never_begun_can_go_on_and_end(play: Play, do: Any, phase: Any) -> None:
    assert play(Step(do=do, phase=phase))
