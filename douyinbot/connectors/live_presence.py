"""What the listeners of a live room know: whether we are in it, and what they are told about that."""

from collections.abc import Iterator
from typing import Any, TypeVar

from douyinbot.connectors.base import Setup
from douyinbot.events import Connected, Disconnected, Event, Failure
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.room_state import RoomState

__all__ = ["Presence"]

E = TypeVar("E", bound=Event)


class Presence:
    """Keeps the order of the story: nothing of a room is told before Connected, nor after Disconnected."""

    def __init__(self, setup: Setup, decoder: Decoder) -> None:
        self.state = RoomState()
        self.waiting: list[Event] = []
        """Told just before Connected: what went wrong on the way, and what the first im/fetch brought."""
        self.connected = False
        self.ever_connected = False
        self._setup = setup
        self._decoder = decoder

    def forget(self) -> None:
        """Begin a new story."""
        self.waiting = []
        self.connected = self.ever_connected = False

    def know(self, state: RoomState) -> None:
        """Take over what is known of the room."""
        if state.room_id != self.state.room_id:
            self._decoder.begin_stream()
        self.state = state
        self._decoder.owner_id = state.owner_id
        if self._setup.recorder is not None:
            self._setup.recorder.describe(state, self._decoder, self._setup.clock())

    def arrive(self, *, websocket: bool) -> Iterator[list[Event]]:
        """Yield what was waiting for the connection, and Connected, unless it is already up."""
        waiting, self.waiting = self.waiting, []
        if waiting:
            yield waiting
        if not self.connected:
            again, self.connected, self.ever_connected = self.ever_connected, True, True
            yield [
                self.event(
                    Connected,
                    room_id=self.state.room_id,
                    title=self.state.title,
                    owner=self.state.owner_name,
                    websocket=websocket,
                    reconnected=again,
                )
            ]

    def lose(self, reason: str, code: int | None = None) -> Disconnected:
        self.connected = False
        if self._setup.recorder is not None:
            self._setup.recorder.lost(reason, self._setup.clock())
        return self.event(Disconnected, code=code, reason=reason)

    def failure(self, info: str, error: Exception) -> Failure:
        return self.event(Failure, info=info, exception=error)

    def event(self, kind: type[E], **fields: Any) -> E:
        now = self._setup.clock()
        return kind(
            room=self._decoder.room,
            platform=self._decoder.platform,
            simulated=self._decoder.simulated,
            time=now,
            received=now,
            **fields,
        )
