"""What happens to the connection and to the stream itself."""

from typing import ClassVar

from douyinbot.events.model import Event

__all__ = [
    "Connected",
    "Disconnected",
    "Failure",
    "RawData",
    "Reconnecting",
    "StreamEnd",
    "StreamPaused",
    "StreamResumed",
    "WebsocketConnected",
]


class Connected(Event, frozen=True, gc=False):
    """The room is connected; the messages of the first batch came before this."""

    kind: ClassVar[str] = "connected"
    room_id: str = ""
    title: str = ""
    owner: str = ""
    """The streamer's nickname."""
    websocket: bool = False
    """True on the socket, False while polling."""
    reconnected: bool = False


class Disconnected(Event, frozen=True, gc=False):
    """The connection is gone: exactly one for each Connected."""

    kind: ClassVar[str] = "disconnected"
    code: int | None = None
    reason: str = ""


class Reconnecting(Event, frozen=True, gc=False):
    """The connection will be tried again in `delay` seconds."""

    kind: ClassVar[str] = "reconnecting"
    attempt: int = 1
    delay: float = 0.0
    reason: str = ""


class WebsocketConnected(Event, frozen=True, gc=False):
    """The socket is open; the first batch of messages comes next."""

    kind: ClassVar[str] = "websocket_connected"
    host: str = ""


class StreamPaused(Event, frozen=True, gc=False):
    """The streamer paused."""

    kind: ClassVar[str] = "stream_paused"


class StreamResumed(Event, frozen=True, gc=False):
    """The streamer is back after a pause."""

    kind: ClassVar[str] = "stream_resumed"


class StreamEnd(Event, frozen=True, gc=False):
    """The stream is over; Disconnected follows.

    `action` is the platform's number (3 ended by the streamer, 4 by the platform), 0 where it was found out
    from the room's status.
    """

    kind: ClassVar[str] = "stream_end"
    action: int = 0
    tips: str = ""


class RawData(Event, frozen=True, gc=False):
    """One message as it came, whether or not it is understood."""

    kind: ClassVar[str] = "raw_data"
    method: str = ""
    payload: bytes = b""


class Failure(Event, frozen=True, gc=True):
    """Something went wrong, and was survived."""

    kind: ClassVar[str] = "failure"
    info: str = ""
    exception: BaseException | None = None
