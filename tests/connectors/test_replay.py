"""Recordings played back: captured frames and answers, odd files, speed."""

import asyncio
import json
import random
import struct
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from douyinbot.config import Source
from douyinbot.connectors.replay import ReplayConnector, read_recording
from douyinbot.connectors.simulator.trouble import bad_frame
from douyinbot.core.gifts import GiftTracker
from douyinbot.errors import ConfigError, DecodeError, SendError
from douyinbot.events import Connected, Disconnected, Event, Failure, Gift, StreamEnd
from douyinbot.webcast import composing
from douyinbot.webcast.douyin import compose
from douyinbot.webcast.dyrec import MAGIC, Description, Kind, pack
from tests.connectors.rooms import kinds_of, listening, setup_for, texts_of

TIME = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
VIEWER = composing.Person(id=5, nickname="小明")


def chat(number: int) -> tuple[str, int, bytes]:
    method, payload = compose.chat(number, 7, round(TIME.timestamp() * 1000), VIEWER, f"line {number}")
    return method, number, payload


def end(number: int) -> tuple[str, int, bytes]:
    method, payload = compose.control(number, 7, round(TIME.timestamp() * 1000), 3, "下播")
    return method, number, payload


def frame(*messages: tuple[str, int, bytes], **keys: Any) -> bytes:
    body = composing.response(list(messages), cursor="c", need_ack=True)
    return composing.push_frame(body, log_id=1, **keys)


def write(path: Path, *records: tuple[Kind, bytes | Description], gap: float = 0.0) -> Path:
    packed = [pack(kind, TIME + timedelta(seconds=n * gap), body) for n, (kind, body) in enumerate(records)]
    path.write_bytes(MAGIC + b"".join(packed))
    return path


def replay(path: Path | str, **options: Any) -> ReplayConnector:
    return ReplayConnector(setup_for(str(path), connector="replay", **options))


async def events_of(path: Path | str, **options: Any) -> list[Event]:
    async with listening(replay(path, **options)) as room:
        return await room.rest()


# ---- .dyrec -------------------------------------------------------------------------------------------


async def test_a_recording_is_a_connection_with_its_past_and_its_end(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.dyrec",
        (Kind.DESCRIPTION, Description(room_id="7", title="唱歌", owner="小鹿", simulated=True)),
        (Kind.HISTORY, composing.response([chat(1)], cursor="c")),
        (Kind.FRAME, frame(chat(2), end(3), chat(4))),
        (Kind.FRAME, frame(chat(5))),
        (Kind.LOST, b"the stream has ended"),
    )
    events = await events_of(path)
    assert kinds_of(events) == [
        "chat",
        "websocket_connected",
        "connected",
        "chat",
        "stream_end",
        "disconnected",
    ]
    assert [event.history for event in events if event.kind == "chat"] == [True, False]
    connected, gone = events[2], events[-1]
    assert isinstance(connected, Connected)
    assert isinstance(gone, Disconnected)
    assert (connected.room_id, connected.title, connected.owner) == ("7", "唱歌", "小鹿")
    assert connected.websocket
    assert gone.reason == "the stream has ended"
    assert all(event.simulated for event in events)
    assert {event.received for event in events} == {TIME}


async def test_a_recording_that_just_stops_ends_with_disconnected(tmp_path: Path) -> None:
    events = await events_of(write(tmp_path / "a.dyrec", (Kind.FRAME, frame(chat(1)))))
    assert kinds_of(events) == ["websocket_connected", "connected", "chat", "disconnected"]
    assert getattr(events[-1], "reason", "") == "the recording ends here"


async def test_several_reconnects_in_one_file_are_told_as_such(tmp_path: Path) -> None:
    lost = (Kind.LOST, b"socket closed (1006)")
    path = write(
        tmp_path / "a.dyrec",
        (Kind.FRAME, frame(chat(1))),
        lost,
        lost,
        (Kind.FRAME, frame(chat(1), chat(2))),
        lost,
        (Kind.RESPONSE, composing.response([chat(2), chat(3)], cursor="c")),
        (Kind.FRAME, frame(chat(4))),
    )
    events = await events_of(path)
    assert texts_of(events) == ["line 1", "line 2", "line 3", "line 4"]  # what came twice is told once
    connected = [event for event in events if isinstance(event, Connected)]
    assert [(event.reconnected, event.websocket) for event in connected] == [
        (False, True),
        (True, True),
        (True, False),
    ]
    assert kinds_of(events).count("disconnected") == 3


async def test_a_server_that_asked_to_reconnect_is_followed_past_it(tmp_path: Path) -> None:
    asked = composing.push_frame(b"", log_id=2, payload_type="reconnect")
    path = write(
        tmp_path / "a.dyrec",
        (Kind.FRAME, frame(chat(1))),
        (Kind.FRAME, asked),
        (Kind.LOST, b"the server asked to reconnect"),
        (Kind.FRAME, frame(chat(2))),
    )
    assert texts_of(await events_of(path)) == ["line 1", "line 2"]


async def test_damaged_frames_are_failures_as_they_were_live(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.dyrec",
        (Kind.FRAME, b"\xff" * 9),
        (Kind.HISTORY, b"\xff" * 9),
        (Kind.RESPONSE, b"\xff" * 9),
        (Kind.FRAME, frame(chat(1))),
    )
    events = await events_of(path)
    assert kinds_of(events)[2:] == ["failure", "failure", "chat", "disconnected"]
    assert [event.info for event in events if isinstance(event, Failure)] == [
        "Websocket message decoding failed",
        "Error while fetching webcast data via request polling",
    ]


async def test_kinds_of_records_from_a_later_version_are_skipped(tmp_path: Path) -> None:
    rest = struct.pack("<Bq", 99, 0) + b"?"
    later = struct.pack("<II", len(rest), zlib.crc32(rest)) + rest
    path = write(tmp_path / "a.dyrec", (Kind.FRAME, frame(chat(1))))
    path.write_bytes(path.read_bytes() + later + pack(Kind.FRAME, TIME, frame(chat(2))))
    assert texts_of(await events_of(path)) == ["line 1", "line 2"]


async def test_a_platform_that_is_not_known_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dyrec", (Kind.DESCRIPTION, Description(platform="elsewhere")))
    with pytest.raises(DecodeError, match="recorded on elsewhere, which is not known here"):
        await events_of(path)


async def test_an_empty_recording_has_no_events(tmp_path: Path) -> None:
    assert await events_of(write(tmp_path / "a.dyrec")) == []


async def test_played_again_it_is_the_same_again(tmp_path: Path) -> None:
    connector = replay(write(tmp_path / "a.dyrec", (Kind.FRAME, frame(chat(1))), (Kind.LOST, b"")))
    runs = []
    for _ in range(2):
        async with listening(connector) as room:
            runs.append([event.to_dict() for event in await room.rest()])
    assert runs[0] == runs[1]
    assert connector.counts["messages"] == 1


async def test_only_the_wanted_kinds_and_raw_data_as_live(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dyrec", (Kind.FRAME, frame(chat(1), end(2))))
    events = await events_of(path, kinds=frozenset({"gift"}), raw=True)
    assert kinds_of(events)[2:4] == ["raw_data", "raw_data"]
    assert isinstance(events[4], StreamEnd)


async def test_the_path_is_taken_from_the_configurations_folder(tmp_path: Path) -> None:
    write(tmp_path / "a.dyrec", (Kind.FRAME, frame(chat(1))))
    source = Source("bot.toml", "", tmp_path)
    assert texts_of(await events_of("a.dyrec", source=source)) == ["line 1"]


async def test_a_recording_cannot_be_spoken_to(tmp_path: Path) -> None:
    connector = replay(tmp_path / "a.dyrec")
    assert not connector.capabilities.live
    assert not connector.capabilities.send_chat
    with pytest.raises(SendError, match="cannot be spoken to"):
        await connector.send("hello")


# ---- speed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("speed", "least"), [(0.0, 0.0), (20.0, 0.1), (1000.0, 0.002)])
async def test_the_speed_is_how_many_times_as_fast(tmp_path: Path, speed: float, least: float) -> None:
    path = write(tmp_path / "a.dyrec", *[(Kind.FRAME, frame(chat(n))) for n in range(1, 6)], gap=0.5)
    began = asyncio.get_running_loop().time()
    events = await events_of(path, speed=speed)
    passed = asyncio.get_running_loop().time() - began
    assert len(texts_of(events)) == 5
    assert least <= passed < 1.9  # the recording itself takes 2 s
    assert events[-1].time - events[0].time == timedelta(seconds=2)  # their own times stay


async def test_time_that_runs_backwards_in_a_file_is_not_waited_for(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dyrec", *[(Kind.FRAME, frame(chat(n))) for n in (1, 2)], gap=-3600)
    assert len(texts_of(await events_of(path, speed=1.0))) == 2


def test_a_negative_speed_is_an_error_of_the_configuration() -> None:
    with pytest.raises(ConfigError, match=r"rooms\[0\]\.options: `speed` must not be negative"):
        replay("a.dyrec", speed=-1.0)


# ---- captured frames and answers ----------------------------------------------------------------------


async def test_a_bare_frame_is_a_short_recording(tmp_path: Path) -> None:
    path = tmp_path / "frame.bin"
    response = composing.response([chat(1)], cursor="c", now_ms=round(TIME.timestamp() * 1000))
    path.write_bytes(composing.push_frame(response, log_id=1))
    events = await events_of(path)
    assert kinds_of(events) == ["websocket_connected", "connected", "chat", "disconnected"]
    assert {event.received for event in events} == {TIME}  # when the server says that it was sent


async def test_a_bare_answer_is_one_too(tmp_path: Path) -> None:
    path = tmp_path / "answer.bin"
    path.write_bytes(composing.response([chat(1), chat(2)], cursor="c"))
    assert kinds_of(await events_of(path)) == ["connected", "chat", "chat", "disconnected"]


async def test_real_captures_play_and_tell_what_was_seen_in_them(captures: Path) -> None:
    files = sorted((captures / "frames").glob("*.bin"))
    assert len(files) >= 4
    for path in files:
        expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
        events = await events_of(path, raw=True)
        raw = [event for event in events if event.kind == "raw_data"]
        assert [(e.method, e.id) for e in raw] == [  # type: ignore[attr-defined]
            (message["method"], message["msg_id"]) for message in expected["messages"]
        ]
        connected = next(event for event in events if isinstance(event, Connected))
        assert connected.websocket == ("frame" in expected)
        assert kinds_of(events)[-1] == "disconnected"
        assert set(kinds_of(events)) & {"chat", "member", "like", "gift", "social", "room_user"}


# ---- what is no recording -----------------------------------------------------------------------------

NONSENSE = [
    b"",
    b"\0",
    b"hello",
    MAGIC[:-1],
    b"DYREC\0\x02\n" + bytes(40),
    b'{"json": true}',
    b"<html></html>",
    b"\x1f\x8b" + bytes(20),
    b"\x89PNG\r\n\x1a\n" + bytes(100),
    random.Random(1).randbytes(500),
    b"\xff" * 1000,
    bad_frame("truncated", 1),
    bad_frame("bomb", 1),
]


@pytest.mark.parametrize("content", NONSENSE, ids=[f"{n}" for n in range(len(NONSENSE))])
async def test_a_file_that_is_neither_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.bin"
    path.write_bytes(content)
    with pytest.raises(DecodeError) as caught:
        await events_of(path)
    assert str(caught.value).startswith(str(path))


async def test_a_file_that_cannot_be_read_is_an_error_of_the_configuration(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.dyrec", tmp_path):
        with pytest.raises(ConfigError, match="the recording cannot be read"):
            await events_of(path)


def test_records_can_be_read_without_a_room(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dyrec", (Kind.FRAME, b"x"), (Kind.LOST, b"y"))
    assert [record.body for record in read_recording(path)] == [b"x", b"y"]


# ---- a part of it -------------------------------------------------------------------------------------


def streak(number: int, count: int, *, end: bool = False) -> tuple[str, int, bytes]:
    kind = composing.GiftKind(id=5, name="玫瑰", price=1, combo=True)
    method, payload = compose.gift(
        number,
        7,
        round(TIME.timestamp() * 1000),
        VIEWER,
        kind,
        repeat_count=count,
        group_id=77,
        repeat_end=end,
    )
    return method, number, payload


@pytest.fixture
def evening(tmp_path: Path) -> Path:
    """A connection of ten lines, a minute apart: line 0 at 12:01 UTC."""
    return write(
        tmp_path / "evening.dyrec",
        (Kind.DESCRIPTION, Description(room_id="7", title="唱歌")),
        *((Kind.FRAME, frame(chat(n + 1))) for n in range(10)),
        gap=60.0,
    )


@pytest.mark.parametrize(
    ("part", "lines"),
    [
        ({"from": "3m"}, range(3, 11)),
        ({"to": "3m"}, range(1, 4)),
        ({"from": "3m", "to": "5m"}, range(3, 6)),
        ({"from": "2026-10-01T20:03:00+08:00", "to": "2026-10-01T12:04:00+00:00"}, range(3, 5)),
        ({"from": f"{(TIME + timedelta(minutes=9)).astimezone():%H:%M}"}, range(9, 11)),
        ({"from": "0s", "to": "1h"}, range(1, 11)),
    ],
    ids=str,
)
async def test_only_a_part_is_played(evening: Path, part: dict[str, str], lines: range) -> None:
    events = await events_of(evening, **part)
    assert kinds_of(events)[:2] == ["websocket_connected", "connected"]
    assert kinds_of(events)[-1] == "disconnected"
    assert texts_of(events) == [f"line {number}" for number in lines]
    connected = events[1]
    assert isinstance(connected, Connected)
    assert (connected.title, connected.reconnected) == ("唱歌", False)
    assert connected.time == TIME + timedelta(minutes=lines[0])


async def test_a_streak_that_runs_where_a_part_begins_goes_on_from_its_count(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.dyrec",
        (Kind.DESCRIPTION, Description(room_id="7")),
        (Kind.FRAME, frame(streak(1, 10))),
        (Kind.FRAME, frame(streak(2, 11))),
        (Kind.FRAME, frame(streak(3, 13, end=True))),
        gap=1.0,
    )
    events = await events_of(path, **{"from": "2500ms"})
    assert kinds_of(events) == ["websocket_connected", "connected", "gift", "gift", "disconnected"]
    tracker = GiftTracker()
    told = [tracker.add(event, 0.0) for event in events if isinstance(event, Gift)]
    assert [(update.history, update.delta) for update, _ in told] == [(True, 11), (False, 2)]
    finished = told[-1][1]
    assert finished is not None
    assert (finished.total, finished.history) == (13, False)


async def test_before_a_connection_there_is_nothing_to_step_into(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.dyrec",
        (Kind.DESCRIPTION, Description(room_id="7")),
        (Kind.FRAME, frame(chat(1))),
        (Kind.LOST, b"gone"),
        (Kind.DESCRIPTION, Description(room_id="7")),
        (Kind.FRAME, frame(chat(2))),
        gap=1.0,
    )
    events = await events_of(path, **{"from": "3s"})
    assert kinds_of(events) == ["websocket_connected", "connected", "chat", "disconnected"]
    assert texts_of(events) == ["line 2"]


async def test_a_part_in_which_nothing_is_says_so(evening: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is nothing of evening\.dyrec between `from` and `to`"):
        await events_of(evening, **{"from": "2h"})


@pytest.mark.parametrize("key", ["from", "to"])
def test_what_is_no_moment_is_an_error_of_the_configuration(key: str) -> None:
    with pytest.raises(ConfigError, match='"soon" is no moment of a recording'):
        replay("a.dyrec", **{key: "soon"})


async def test_what_is_passed_over_costs_no_time(evening: Path) -> None:
    async with asyncio.timeout(10.0):
        events = await events_of(evening, **{"from": "10m"}, speed=1.0)
    assert texts_of(events) == ["line 10"]
