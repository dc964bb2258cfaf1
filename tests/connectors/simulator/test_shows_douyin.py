"""What is put on in a room of Douyin, seen through douyinbot's own decoder."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from douyinbot.connectors.simulator import RoomSpec, Scenario, Step
from douyinbot.connectors.simulator.room import Room
from douyinbot.connectors.simulator.scenario import OPENS_AFTER, parse_scenario
from douyinbot.connectors.simulator.shows_douyin import SHOWS
from douyinbot.connectors.simulator.stage import perform
from douyinbot.errors import ConfigError
from douyinbot.events import Event

Decode = Callable[[list[tuple[str, int, bytes]]], list[Event]]
NOW = 1_795_000_000.0


@pytest.fixture
def room() -> Room:
    return Room("abc", Scenario(room=RoomSpec(history=0)), rng=random.Random(1), clock=lambda: NOW)


@pytest.fixture
def play(room: Room, events: Decode) -> Callable[..., list[dict[str, Any]]]:
    """Perform steps and return what they left, as dicts."""

    def played(*steps: Step) -> list[dict[str, Any]]:
        for step in steps:
            assert perform(room, step) == []
        entries = [(entry.method, entry.id, entry.payload) for entry in room.log.entries]
        return [event.to_dict() for event in events(entries)]

    return played


def told(events: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(event[name] for name in names) for event in events]


def test_lines_that_are_spoken_or_float_are_chat(play: Any) -> None:
    lines = play(Step(do="audio", who="小明🐶", text="你好"), Step(do="screen", who="小明🐶", text="看这里"))
    assert told(lines, "kind", "comment") == [("chat", "你好"), ("chat", "看这里")]
    assert {line["user"]["nickname"] for line in lines} == {"小明🐶"}


def test_words_of_the_room(play: Any) -> None:
    notice, intro, question = play(
        Step(do="notice", text="欢迎"), Step(do="intro", text="每晚八点"), Step(do="question", text="唱什么?")
    )
    assert (notice["kind"], notice["text"], notice["topic"]) == ("room_notice", "欢迎", "room")
    assert (intro["kind"], intro["description"], intro["user"]["nickname"]) == (
        "live_intro",
        "每晚八点",
        "主播小鹿",
    )
    assert (question["kind"], question["question_text"]) == ("question", "唱什么?")


def test_top_of_the_audience(play: Any) -> None:
    (rank,) = play(Step(do="rank"))
    assert rank["kind"] == "rank"
    assert [row["score"] for row in rank["data"]["ranks"]] == ["3200", "520", "99"]


@pytest.mark.parametrize(("count", "taken"), [(0, 1), (1, 1), (2, 2), (9, 3)])
def test_newest_lines_are_withdrawn(play: Any, count: int, taken: int) -> None:
    *lines, deleted = play(
        *(Step(do="chat", text=str(number)) for number in range(3)), Step(do="delete", count=count)
    )
    assert deleted["kind"] == "deleted"
    assert list(deleted["message_ids"]) == [line["id"] for line in reversed(lines)][:taken]


def test_a_red_packets_life(play: Any) -> None:
    life = play(
        Step(do="red_packet", who="风清扬", count=520, text="发财"),
        Step(do="red_packet", phase="going"),
        Step(do="red_packet", phase="end"),
    )
    assert told(life, "status", "coins") == [("packet", 520), ("packet opened", 0), ("packet over", 0)]
    assert (life[0]["user"]["nickname"], life[0]["title"], life[0]["can_open"]) == (
        "风清扬",
        "发财",
        OPENS_AFTER,
    )
    assert len({event["envelope_id"] for event in life}) == 1


def test_a_lucky_bags_life(play: Any) -> None:
    life = play(
        Step(do="lucky_bag", count=3, text="口红"),
        Step(do="lucky_bag", count=3, phase="going"),
        Step(do="lucky_bag", count=3, phase="end"),
    )
    assert told(life, "status", "can_open") == [
        ("lottery 1", 3),
        ("lottery running", 3),
        ("lottery drawn", 3),
    ]
    assert life[0]["title"] == "口红"
    assert len({event["envelope_id"] for event in life}) == 1


def test_a_packet_that_is_put_up_after_another_is_another(play: Any) -> None:
    first, second = play(Step(do="red_packet"), Step(do="red_packet"))
    assert first["envelope_id"] != second["envelope_id"]


def test_a_whole_pk_whose_result_comes_twice_and_counts_once(play: Any, room: Room) -> None:
    life = play(
        Step(do="pk", who="对手"),
        Step(do="pk", who="对手", points=[1200, 800], phase="going"),
        Step(do="pk", who="对手", points=[1300, 800], phase="end"),
    )
    assert told(life, "kind") == [
        ("link_mic_battle",), ("link_mic_armies",), ("link_mic_armies",), ("link_mic_armies",),
        ("link_mic_battle",),
    ]  # fmt: skip
    start, score, armies, result, end = life
    assert [user["nickname"] for user in start["battle_users"]] in (
        ["主播小鹿", "对手"],
        ["对手", "主播小鹿"],
    )
    sides = [[army["points"] for army in event["battle_armies"]] for event in (score, result)]
    assert sides == [[1200, 800], [1300, 800]]
    assert all(len(army["participants"]) == 1 for army in armies["battle_armies"])
    assert (start["status"], result["battle_status"], end["status"]) == ("start", 2, "finish")
    assert start["battle_id"] == score["battle_id"] == result["battle_id"] == end["battle_id"] != ""
    finishes = [entry for entry in room.log.entries if "Finish" in entry.method]
    assert len({entry.id for entry in finishes}) == 2


def test_guests_come_sit_and_go(play: Any) -> None:
    life = play(
        Step(do="guest", who="小明🐶"),
        Step(do="guest", who="风清扬"),
        Step(do="guest", who="风清扬", phase="going"),
        Step(do="guest", who="小明🐶", phase="end"),
    )
    assert told(life, "action") == [("enter",), ("enter",), ("seats",), ("leave",)]
    seated = [[guest["nickname"] for guest in event["guests"]] for event in life]
    assert seated == [["小明🐶"], ["小明🐶", "风清扬"], ["小明🐶", "风清扬"], ["风清扬"]]
    assert [event["user"] and event["user"]["nickname"] for event in life] == [
        "小明🐶", "风清扬", None, "小明🐶",
    ]  # fmt: skip


def test_the_shop(play: Any) -> None:
    products, purchase = play(
        Step(do="shopping", count=5), Step(do="shopping", who="小明🐶", count=2, text="正在去购买")
    )
    assert products["data"] == {"what": "products", "text": "主播上架了新商品", "total": 5}
    assert purchase["data"] == {"what": "purchase", "nickname": "小明🐶", "count": 2, "text": "正在去购买"}


@pytest.mark.parametrize("do", SHOWS)
@pytest.mark.parametrize("on_air", [True, False])
def test_nothing_is_put_on_in_a_room_that_is_not_on_air(room: Room, do: Any, on_air: bool) -> None:
    if not on_air:
        perform(room, Step(do="end"))
    before = room.log.last_id
    perform(
        room,
        Step(do=do, text="x") if do in ("audio", "screen", "question", "notice", "intro") else Step(do=do),
    )
    assert (room.log.last_id > before) == on_air


@pytest.mark.parametrize("phase", ["going", "end"])
@pytest.mark.parametrize("do", ["red_packet", "lucky_bag", "pk", "guest"])
def test_what_was_never_begun_can_go_on_and_end(play: Any, do: Any, phase: Any) -> None:
    assert play(Step(do=do, phase=phase))


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ('do = "pk"\npoints = [1]', "`points` needs two numbers"),
        ('do = "pk"\npoints = [1, -1]', "`points` needs two numbers"),
        ('do = "pk"\npoints = [1, 2147483648]', "`points` needs two numbers"),
        ('do = "delete"\ncount = -1', "`count` must be between 0 and 100000"),
        ('do = "lucky_bag"\ncount = 100001', "`count` must be between 0 and 100000"),
        ('do = "notice"', "needs the key `text`"),
        ('do = "rank"\nwho = "x"', "has no key `who`"),
    ],
)
def test_senseless_steps_are_refused(step: str, problem: str) -> None:
    with pytest.raises(ConfigError, match="steps") as error:
        parse_scenario(f"[[steps]]\n{step}\n")
    assert problem in str(error.value)
