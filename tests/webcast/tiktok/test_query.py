"""TikTok's queries: what two clients were seen to send, and what breaks an answer."""

import random

import pytest

from douyinbot.webcast.pairs import Pairs
from douyinbot.webcast.tiktok import query

VISIT = query.Visit("gisela", "7137682087200557829")
RNG = random.Random(1)


def test_api_live_asks_for_the_user() -> None:
    assert dict(VISIT.api_live()) == {
        "aid": "1988",
        "app_name": "tiktok_web",
        "device_platform": "web_pc",
        "sourceType": "54",
        "staleTime": "600000",
        "uniqueId": "gisela",
    }


def test_room_info_is_asked_without_a_version() -> None:
    """With one it answers nothing (a client's bug of 2025)."""
    assert "version_code" not in dict(VISIT.room_info())
    assert dict(VISIT.room_info())["room_id"] == VISIT.room_id


def test_the_first_socket_wants_old_lines_and_a_later_one_goes_on() -> None:
    first, later = dict(VISIT.push("", "", RNG)), dict(VISIT.push("c", "x", RNG))
    assert (first["history_comment_count"], "cursor" in first) == ("6", False)
    assert (later["history_comment_count"], later["cursor"], later["internal_ext"]) == ("0", "c", "x")
    fixed = {
        "version_code": "180800",
        "aid": "1988",
        "live_id": "12",
        "identity": "audience",
        "compress": "gzip",
    }
    assert fixed.items() <= first.items()
    assert 100 <= int(first["last_rtt"]) <= 200


def test_behind_a_signed_way_in_the_newer_version_comes_last() -> None:
    signed = VISIT.push("c", "x", RNG, signed=True)
    assert signed[-1] == ("version_code", "270000")
    assert [value for name, value in signed if name == "version_code"] == ["180800", "270000"]
    assert dict(signed)["heartbeat_duration"] == "0"
    assert dict(VISIT.push("c", "x", RNG))["heartbeat_duration"] == "10000"


@pytest.mark.parametrize(
    "agent",
    [
        query.USER_AGENT,
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/143.0.0.0",
        "Mozilla/5.0 (X11; Linux x86_64) Chrome/143.0.0.0",
    ],
)
def test_the_browser_is_that_of_the_user_agent(agent: str) -> None:
    pairs = dict(query.Visit("gisela", user_agent=agent).fetch("c", "x"))
    assert f"Mozilla/{pairs['browser_version']}" == agent
    systems = {"Win32": "Windows", "MacIntel": "Macintosh", "Linux x86_64": "X11"}
    assert systems[pairs["browser_platform"]] in agent


def test_a_line_travels_in_the_query() -> None:
    pairs = dict(VISIT.chat("hi ä & ?"))
    assert (pairs["content"], pairs["room_id"]) == ("hi ä & ?", VISIT.room_id)


@pytest.mark.parametrize(
    "pairs",
    [
        *(VISIT.api_live(), VISIT.alive(), VISIT.room_info(), VISIT.gift_list(), VISIT.fetch("c", "x")),
        *(VISIT.push("c", "x", RNG), VISIT.chat("hi")),
    ],
)
def test_no_parameter_is_there_twice(pairs: Pairs) -> None:
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names))
