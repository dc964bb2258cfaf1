"""The order of the story: history, Connected, and nothing twice."""

from datetime import UTC, datetime
from pathlib import Path

from douyinbot.connectors.live_presence import Presence
from douyinbot.connectors.recording import Recorder
from douyinbot.events import Chat, Connected, Like
from douyinbot.webcast import composing
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.douyin import TABLE, compose
from douyinbot.webcast.dyrec import Kind, read_records
from douyinbot.webcast.frames import Batch
from douyinbot.webcast.room_state import RoomState
from tests.connectors.rooms import setup_for

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
STATE = RoomState(room_id="7", title="唱歌", owner_id="9", owner_name="小鹿")


def presence(recorder: Recorder | None = None) -> Presence:
    decoder = Decoder(TABLE, room="main", simulated=True)
    return Presence(setup_for("1", clock=lambda: NOW, recorder=recorder), decoder)


def old_line() -> Chat:
    return Chat(room="main", time=NOW, received=NOW, comment="旧", history=True)


def test_history_comes_before_connected_and_only_once() -> None:
    room = presence()
    room.know(STATE)
    room.waiting = [old_line()]
    (history, (connected,)) = list(room.arrive(websocket=True))
    assert [event.kind for event in history] == ["chat"]
    assert isinstance(connected, Connected)
    assert (connected.room_id, connected.title, connected.owner) == ("7", "唱歌", "小鹿")
    assert (connected.websocket, connected.reconnected, connected.simulated) == (True, False, True)
    assert list(room.arrive(websocket=False)) == []  # from polling to a socket nothing begins anew


def test_after_a_loss_the_next_arrival_is_a_return() -> None:
    room = presence()
    list(room.arrive(websocket=True))
    gone = room.lose("cut", 1006)
    assert (gone.code, gone.reason, room.connected) == (1006, "cut", False)
    ((again,),) = list(room.arrive(websocket=False))
    assert isinstance(again, Connected)
    assert again.reconnected


def test_a_new_story_knows_nothing_of_the_old_one_but_the_room() -> None:
    room = presence()
    room.know(STATE)
    list(room.arrive(websocket=True))
    room.waiting = [old_line()]
    room.forget()
    ((connected,),) = list(room.arrive(websocket=True))
    assert isinstance(connected, Connected)
    assert not connected.reconnected
    assert connected.room_id == "7"


def test_what_is_known_and_what_is_lost_is_recorded(tmp_path: Path) -> None:
    path = tmp_path / "a.dyrec"
    recorder = Recorder(path)
    room = presence(recorder)
    room.know(STATE)
    room.lose("断线")
    recorder.close()
    with path.open("rb") as file:
        described, lost = read_records(file)
    assert described.description().title == "唱歌"
    assert (lost.kind, lost.body.decode()) == (Kind.LOST, "断线")


def test_another_stream_counts_its_likes_from_nothing() -> None:
    decoder = Decoder(TABLE, room="main")
    room = Presence(setup_for("1"), decoder)

    def total(count: int) -> int:
        message = compose.like(0, 7, 0, composing.Person(5, "小明"), 1, count)
        at = decoder.arrival(Batch(messages=[]), NOW)
        (like,) = decoder.decode([(message[0], 0, message[1])], at)
        assert isinstance(like, Like)
        return like.total_like_count

    room.know(STATE)
    assert [total(900), total(800)] == [900, 900]
    room.know(STATE)
    assert total(700) == 900  # looked up afresh, it is still the same stream
    room.know(RoomState(room_id="8"))
    assert total(3) == 3
