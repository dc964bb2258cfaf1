"""Whether somebody is on air, as far as a platform tells."""

import pytest

from douyinbot.webcast.room_state import ENDED, LIVE, PAUSED, RoomState


@pytest.mark.parametrize(
    ("state", "live"),
    [
        (RoomState(room_id="7", status=LIVE), True),
        (RoomState(room_id="7", status=PAUSED), True),
        (RoomState(room_id="7", status=ENDED), False),
        (RoomState(room_id="7", status=1), False),
        (RoomState(room_id="7"), True),  # a stream of which nothing else is told
        (RoomState(), False),
    ],
)
def test_a_pause_is_live_and_so_is_a_status_that_is_not_told(state: RoomState, live: bool) -> None:
    assert state.is_live is live
