"""The page and the enter answer, read by douyinbot's own parsers."""

import json
import random

import pytest

from douyinbot.connectors.simulator import RoomSpec, Scenario, pages
from douyinbot.connectors.simulator.room import STATUSES, Room
from douyinbot.errors import VerificationRequiredError
from douyinbot.webcast.composing import Person
from douyinbot.webcast.douyin.page import parse_enter, parse_room_page
from douyinbot.webcast.room_state import RoomState

HOSTILE = '</script><script>alert("1")</script> \\ "quoted" \u2028 {0} 😀'


def room(**spec: object) -> Room:
    scenario = Scenario(room=RoomSpec(**spec))  # type: ignore[arg-type]
    return Room("516466932480", scenario, rng=random.Random(1), clock=lambda: 1_795_000_000.0)


def read(of: Room, account: Person | None = None) -> RoomState:
    return parse_room_page(
        pages.room_page(of, visitor_id="7300000000000000001", account=account, page_token="token")
    )


@pytest.mark.parametrize("title", ["今晚唱歌", HOSTILE])
def test_the_page_tells_the_room(title: str) -> None:
    one = room(title=title, owner=title, viewers=321)
    state = read(one)
    assert state == RoomState(
        room_id=str(one.room_id),
        web_rid="516466932480",
        status=2,
        title=title,
        owner_id=str(one.owner.id),
        owner_name=title,
        owner_sec_uid=pages.sec_uid_of(one.web_rid),
        visitor_id="7300000000000000001",
        viewers="321",
    )
    assert state.is_live


def test_nothing_in_a_page_can_end_its_scripts() -> None:
    html = pages.room_page(room(title=HOSTILE), visitor_id="7", account=None, page_token="token")
    assert html.count("</script>") == html.count("<script>") == 4


def test_the_first_room_info_is_empty_as_on_the_real_page() -> None:
    html = pages.room_page(room(), visitor_id="7", account=None, page_token="token")
    assert html.index('\\"roomInfo\\":{}') < html.index('\\"roomInfo\\":{\\"room\\"')
    assert 'self.__pace_f.push([1,"' in html


def test_the_page_knows_who_is_logged_in() -> None:
    assert read(room(), Person(id=42, nickname="me")).account_id == "42"
    assert read(room()).account_id == ""


@pytest.mark.parametrize(
    ("status", "live"), [("live", True), ("paused", True), ("preparing", False), ("ended", False)]
)
def test_page_and_answer_agree_on_the_status(status: str, live: bool) -> None:
    one = room(status=status)
    entered = parse_enter(json.dumps(pages.enter_answer(one)).encode())
    assert read(one).status == entered.status == STATUSES[status]
    assert read(one).is_live is entered.is_live is live
    assert read(one).room_id == entered.room_id
    assert read(one).owner_id == entered.owner_id


def test_an_ended_room_has_left_only_its_id_and_a_notice() -> None:
    answer = pages.enter_answer(room(status="ended"))
    assert answer["data"]["data"] == []
    assert answer["data"]["prompts"] == "直播已结束"
    assert pages.enter_answer(room(), ended=True)["data"]["data"] == []


def test_the_offline_page_names_the_streamer_but_no_stream() -> None:
    state = parse_room_page(pages.offline_page(room(), visitor_id="7", account=None, page_token="token"))
    assert (state.owner_name, state.room_id, state.is_live) == ("主播小鹿", "", False)


def test_a_verification_page_says_nothing_of_a_room() -> None:
    with pytest.raises(VerificationRequiredError):
        parse_room_page(pages.verification_page())
