"""Recordings: written beside a live connection, continued, and replayed to the same events."""

import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from douyinbot.connectors.douyin import lookup
from douyinbot.connectors.recording import Recorder
from douyinbot.connectors.replay import ReplayConnector
from douyinbot.connectors.simulator import RoomSpec, Scenario, Step, Times, Trouble
from douyinbot.errors import ConfigError
from douyinbot.events import Chat, Connected, Event, Failure, Gift
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.douyin import TABLE
from douyinbot.webcast.dyrec import MAGIC, Kind, Record, read_records
from douyinbot.webcast.room_state import RoomState
from tests.connectors.rooms import connector, listening, setup_for, simulator, texts_of

TIME = datetime(2026, 10, 1, 12, 0, 0, 123456, UTC)
CONTROL = {"connected", "disconnected", "reconnecting", "websocket_connected"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "live.dyrec"


def records(path: Path) -> list[Record]:
    with path.open("rb") as file:
        return list(read_records(file))


def size_of(path: Path) -> int:
    return path.stat().st_size


async def replayed(path: Path, **given: Any) -> list[Event]:
    async with listening(ReplayConnector(setup_for(str(path), connector="replay", **given))) as room:
        return await room.rest()


def told(events: list[Event]) -> list[dict[str, Any]]:
    """Return what events of the room say, without those about the connection."""
    return [event.to_dict() for event in events if event.kind not in CONTROL]


def connections(events: list[Event]) -> list[tuple[str, bool]]:
    found = [event for event in events if event.kind in ("connected", "disconnected")]
    return [(event.kind, isinstance(event, Connected) and event.reconnected) for event in found]


# ---- the file -----------------------------------------------------------------------------------------


def test_each_thing_is_one_record_in_order(path: Path) -> None:
    recorder = Recorder(path)
    state = RoomState(room_id="7", web_rid="abc", title="唱歌", owner_id="9", owner_name="小鹿")
    recorder.describe(state, Decoder(TABLE, room="main", simulated=True), TIME)
    recorder.response(b"old", TIME, history=True)
    recorder.response(b"new", TIME, history=False)
    recorder.frame(b"frame", TIME)
    recorder.lost("断线", TIME + timedelta(seconds=1))
    recorder.close()
    described, *others = records(path)
    description = described.description()
    assert (description.platform, description.room, description.simulated) == ("douyin", "main", True)
    assert (description.room_id, description.web_rid) == ("7", "abc")
    assert (description.title, description.owner_id, description.owner) == ("唱歌", "9", "小鹿")
    assert [(record.kind, record.body) for record in others] == [
        (Kind.HISTORY, b"old"),
        (Kind.RESPONSE, b"new"),
        (Kind.FRAME, b"frame"),
        (Kind.LOST, "断线".encode()),
    ]
    assert others[0].time == TIME


def test_a_recording_is_for_its_owner_alone(path: Path) -> None:
    old = os.umask(0)
    try:
        Recorder(path).close()
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes() == MAGIC


def test_records_are_in_the_file_at_once(path: Path) -> None:
    recorder = Recorder(path)
    recorder.frame(b"one", TIME)
    assert [record.body for record in records(path)] == [b"one"]
    recorder.close()


def test_a_recording_goes_on_behind_a_torn_tail_wherever_it_was_torn(path: Path) -> None:
    recorder = Recorder(path)
    recorder.frame(b"first", TIME)
    whole = path.stat().st_size
    recorder.frame(b"second", TIME)
    recorder.close()
    written = path.read_bytes()
    for length in range(whole, len(written)):
        path.write_bytes(written[:length])
        again = Recorder(path)
        again.frame(b"third", TIME)
        again.close()
        assert [record.body for record in records(path)] == [b"first", b"third"]


def test_a_damaged_tail_is_cut_off_before_going_on(path: Path) -> None:
    recorder = Recorder(path)
    recorder.frame(b"first", TIME)
    recorder.close()
    path.write_bytes(path.read_bytes() + b"\xff" * 1000)
    again = Recorder(path)
    again.frame(b"second", TIME)
    again.close()
    assert [record.body for record in records(path)] == [b"first", b"second"]
    assert path.stat().st_size < 100


@pytest.mark.parametrize("content", [b"[bot]\nname = 1\n", MAGIC[:5], b"\0", MAGIC[::-1]])
def test_a_file_that_is_no_recording_is_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"is not a recording; it is left alone\. Name another file\."):
        Recorder(path)
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_written_is_an_error_of_the_configuration(tmp_path: Path) -> None:
    for place in (tmp_path / "nowhere" / "a.dyrec", tmp_path):
        with pytest.raises(ConfigError, match="the recording cannot be written"):
            Recorder(place)


async def test_a_full_disk_ends_the_recording_but_not_the_room(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    resource = pytest.importorskip("resource", reason="NOT CHECKED here: file sizes cannot be limited")
    recorder = Recorder(path)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with simulator() as server:
        async with listening(connector(server, recorder=recorder)) as room:
            await room.until(Connected)
            await server.say("abc", "小明", "one")
            await room.until(Chat)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size_of(path) + 50, limit[1]))
            try:
                for text in ("two", "three"):
                    await server.say("abc", "小明", text)
                    await room.until(Chat)
                await server.do("abc", Step(do="drop"))
                await room.until(Connected)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    recorder.close()
    assert texts_of(room.events) == ["one", "two", "three"]
    assert room.kinds.count("disconnected") == 1
    said = [entry.getMessage() for entry in caplog.records if entry.levelno == logging.ERROR]
    assert said == [f"{path}: the recording ends here: File too large"]
    assert len([record for record in records(path) if record.kind == Kind.FRAME]) >= 1
    assert texts_of(await replayed(path)) == ["one"]


# ---- the same events again ----------------------------------------------------------------------------


async def test_a_lively_session_replays_to_the_same_events(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "SECOND_LOOK", 0.0)
    recorder = Recorder(path)
    async with simulator(None, pace=60.0) as server:
        async with listening(connector(server, recorder=recorder, raw=True)) as room:
            for _ in range(3):
                await room.until(Connected)
                await server.gift("abc", "小明", "玫瑰", [1, 2])
                await room.until(Gift)
                for _ in range(5):
                    await room.until(Chat)
                await server.do("abc", Step(do="bad_frame", frame="corrupt_gzip"))
                await room.until(Failure)
                await server.do("abc", Step(do="drop"))
            await server.do("abc", Step(do="end"))
            live = await room.rest()
    recorder.close()
    again = await replayed(path, raw=True)
    assert len(told(live)) > 50
    assert {"chat", "gift", "raw_data", "failure", "stream_end"} <= {event.kind for event in live}
    assert told(again) == told(live)
    assert connections(again) == connections(live)
    assert again[-1].kind == "disconnected"


async def test_what_a_replay_tells_of_the_room_is_what_was_told_live(path: Path) -> None:
    recorder = Recorder(path)
    scenario = Scenario(room=RoomSpec(title="唱歌", owner="小鹿", history=2))
    async with simulator(scenario) as server:
        async with listening(connector(server, recorder=recorder)) as room:
            live = await room.until(Connected)
            await server.say("abc", "小鹿", "我是主播")
            owner = await room.until(Chat, lambda chat: chat.comment == "我是主播")
    recorder.close()
    again = await replayed(path)
    connected = next(event for event in again if isinstance(event, Connected))
    assert (connected.room_id, connected.title, connected.owner) == (live.room_id, "唱歌", "小鹿")
    assert owner.user is not None
    assert owner.user.role == "owner"
    assert owner.to_dict() in told(again)


async def test_a_polled_session_replays_too_with_a_bad_answer_in_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(path)
    async with simulator() as server:
        async with listening(connector(server, recorder=recorder, enable_websocket_upgrade=False)) as room:
            await room.until(Connected)
            await server.say("abc", "小明", "one")
            await room.until(Chat)
            garbage = Trouble(fetch="garbage", times=Times(fetch=1))
            await server.do("abc", Step(do="trouble", trouble=garbage))
            await room.until(Failure)
            await server.say("abc", "小明", "two")
            await room.until(Chat)
            await server.do("abc", Step(do="end"))
            live = await room.rest()
    recorder.close()
    again = await replayed(path)
    assert [event.kind for event in again] == [event.kind for event in live]
    assert texts_of(again) == ["one", "two"]


async def test_two_runs_in_one_file_are_two_connections(path: Path) -> None:
    async with simulator() as server:
        for text in ("one", "two"):
            recorder = Recorder(path)
            async with listening(connector(server, recorder=recorder, process_initial_data=False)) as room:
                await room.until(Connected)
                await server.say("abc", "小明", text)
                await room.until(Chat)
            recorder.close()  # nobody said goodbye: the program was killed
    again = await replayed(path)
    assert texts_of(again) == ["one", "two"]
    assert connections(again) == [
        ("connected", False),
        ("disconnected", False),
        ("connected", True),
        ("disconnected", False),
    ]


async def test_a_run_after_a_killed_one_that_had_heard_the_end_is_heard(path: Path) -> None:
    async with simulator() as server:
        recorder = Recorder(path)
        async with listening(connector(server, recorder=recorder)) as room:
            await room.until(Connected)
            await server.do("abc", Step(do="end"))
            while room.kinds[-1] != "stream_end":
                await room.next()
        recorder.close()
        await server.do("abc", Step(do="start"))
        recorder = Recorder(path)
        async with listening(connector(server, recorder=recorder)) as room:
            await room.until(Connected)
            await server.say("abc", "小明", "新的一场")
            await room.until(Chat)
        recorder.close()
    assert texts_of(await replayed(path)) == ["新的一场"]
