"""What happens to connection and stream: the fields that plugins are written against."""

from datetime import UTC, datetime

import pytest

from douyinbot.events import EVENTS, Connected, Event, Failure, StreamEnd

TIME = datetime(2026, 10, 1, tzinfo=UTC)
FIELDS = {
    "connected": "room_id title owner websocket reconnected",
    "disconnected": "code reason",
    "reconnecting": "attempt delay reason",
    "websocket_connected": "host",
    "stream_paused": "",
    "stream_resumed": "",
    "stream_end": "action tips",
    "raw_data": "method payload",
    "failure": "info exception",
}


@pytest.mark.parametrize("kind", FIELDS)
def test_own_fields_are_those_of_the_contract(kind: str) -> None:
    own = [name for name in EVENTS[kind].__struct_fields__ if name not in Event.__struct_fields__]
    assert own == FIELDS[kind].split()


def test_connection_is_a_first_one_by_polling_until_told_otherwise() -> None:
    event = Connected(time=TIME, received=TIME)
    assert (event.websocket, event.reconnected) == (False, False)


def test_end_of_the_stream_without_a_number_was_found_out_from_the_rooms_status() -> None:
    assert StreamEnd(time=TIME, received=TIME).action == 0


def test_failure_keeps_the_exception_itself_for_plugins() -> None:
    error = ValueError("kaputt")
    assert Failure(time=TIME, received=TIME, exception=error).exception is error
