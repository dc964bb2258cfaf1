from datetime import timedelta

import pytest

from douyinbot.config import Room
from douyinbot.core.liveroom import MOST_VIEWERS, LiveRoom
from douyinbot.events import (
    Chat,
    Connected,
    Disconnected,
    Like,
    RoomUser,
    StreamEnd,
    StreamPaused,
    StreamResumed,
    User,
)
from douyinbot.testing.loop import START

LATER = START + timedelta(minutes=5)


@pytest.fixture
def room() -> LiveRoom:
    return LiveRoom("main", Room(id="main", connector="air"))


def at(time, kind, **fields):
    return kind(time=time, received=time, **fields)


def test_a_connected_room_knows_the_stream(room):
    room.note(at(START, Connected, platform="tiktok", room_id="735", title="唱歌", owner="主播"))
    assert (room.platform, room.room_id, room.title, room.owner) == ("tiktok", "735", "唱歌", "主播")
    assert room.connected
    assert room.live
    assert room.since == START


@pytest.mark.parametrize(
    ("events", "connected", "live", "since"),
    [
        ([], False, False, None),
        ([Connected], True, True, START),
        ([Connected, Disconnected], False, True, START),
        ([Connected, StreamPaused], True, False, START),
        ([Connected, StreamPaused, StreamResumed], True, True, START),
        ([Connected, StreamEnd], True, False, None),
        ([Connected, StreamEnd, Disconnected], False, False, None),
        ([Connected, Disconnected, Connected], True, True, START),
    ],
)
def test_the_life_of_a_stream(room, events, connected, live, since):
    for minute, kind in enumerate(events):
        room.note(at(START + timedelta(minutes=minute), kind))
    assert (room.connected, room.live, room.since) == (connected, live, since)


def test_the_next_stream_counts_its_time_anew(room):
    room.note(at(START, Connected))
    room.note(at(START, StreamEnd))
    room.note(at(LATER, Connected))
    assert room.since == LATER
    assert room.uptime(LATER + timedelta(seconds=30)) == 30


def test_uptime_is_unknown_while_nobody_is_live(room):
    assert room.uptime(START) is None


def test_lines_of_others_are_counted(room):
    room.note(at(START, Chat, comment="a"))
    room.note(at(LATER, Chat, comment="b"))
    assert (room.lines, room.last_line) == (2, LATER)


@pytest.mark.parametrize(
    ("event", "own"),
    [(at(LATER, Chat, history=True), False), (at(LATER, Chat), True), (at(LATER, Like), False)],
    ids=["history", "the bot's own", "no line"],
)
def test_what_does_not_count_as_a_line(room, event, own):
    room.note(at(START, Chat))
    room.note(event, own=own)
    assert (room.lines, room.last_line) == (1, START)


def test_viewers_are_those_of_the_last_count(room):
    room.note(at(START, RoomUser, viewer_count=100))
    room.note(at(LATER, RoomUser, viewer_count=90))
    assert room.viewers == 90


# ---- viewers by name ------------------------------------------------------------------------------


def see(room: LiveRoom, **fields) -> User:
    user = User(**fields)
    room.note(at(START, Chat, user=user))
    return user


@pytest.mark.parametrize("name", ["Ming", "ｍｉｎｇ", "MING", "ming_dy", "7"])
def test_viewers_are_found_by_nickname_number_or_id(room, name):
    user = see(room, id="7", unique_id="ming_dy", nickname="Ming")
    assert room.find_user(name) == user


def test_strangers_are_not_found(room):
    see(room, id="7", nickname="小明")
    assert room.find_user("小红") is None
    assert room.find_user("") is None


def test_the_latest_viewer_of_a_name_is_meant(room):
    see(room, id="7", nickname="小明")
    second = see(room, id="8", nickname="小明")
    assert room.find_user("小明") == second
    assert room.find_user("7").id == "7"


def test_masked_viewers_share_no_id(room):
    see(room, id="111111", nickname="小***", is_anonymous=True)
    assert room.find_user("111111") is None
    assert room.find_user("小***") is not None


def test_viewers_are_forgotten_longest_unseen_first(room):
    for number in range(MOST_VIEWERS):
        see(room, id="", nickname=f"viewer {number}")
    see(room, id="", nickname="viewer 0")
    see(room, id="", nickname="one more")
    assert room.find_user("viewer 1") is None
    assert room.find_user("viewer 0") is not None
    assert room.find_user("one more") is not None
