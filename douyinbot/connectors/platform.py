"""What a platform adds to the common connector: where its rooms are, how it signs, how one speaks."""

from collections.abc import Sequence
from typing import Any, Protocol

from douyinbot.connectors.socket import SocketRequest
from douyinbot.webcast.chat_answer import Accepted
from douyinbot.webcast.decoding import Table
from douyinbot.webcast.dialect import Dialect
from douyinbot.webcast.room_state import RoomState
from douyinbot.webcast.session import Session

__all__ = ["Platform"]


class Platform(Protocol):
    """One room on one platform, without any state of a connection."""

    @property
    def name(self) -> str: ...

    @property
    def table(self) -> Table: ...

    @property
    def shortest_poll(self) -> float:
        """Seconds: polling faster gets refused."""
        ...

    @property
    def has_login(self) -> bool:
        """Whether there are login cookies."""
        ...

    def log_in(self, session_id: str) -> None:
        """Use a session id as the login from now on."""
        ...

    def know_room(self, room_id: str) -> None:
        """Enter this stream without looking the room up; "" looks it up again."""
        ...

    async def room_info(self) -> dict[str, Any]:
        """Return what the platform tells about the room.

        Raises:
            ConnectError: it does not tell.
        """
        ...

    async def enter(self) -> RoomState:
        """Find the room and its state.

        Raises:
            ConnectError: not found, a verification page, blocked, throttled, no network.
        """
        ...

    async def is_over(self) -> bool:
        """Say whether the stream has really ended (asked after the server closed the socket)."""
        ...

    async def ticket(self, session: Session) -> bytes | None:
        """Return what the next socket is opened with, an answer as im/fetch's; None where it needs nothing.

        It is good for one socket, and not for long. `push_hosts` and `socket_request` go by it.

        Raises:
            ConnectError: whoever hands tickets out refuses.
        """
        ...

    async def fetch(self, session: Session) -> bytes:
        """Return the body of one im/fetch round from the session's cursor on.

        Raises:
            ConnectError: refused (an empty or JSON body included), throttled, no network.
        """
        ...

    async def gift_list(self) -> list[dict[str, Any]]:
        """Return the gifts of the room, as the platform describes them.

        Raises:
            ConnectError: they cannot be had.
        """
        ...

    def dialect(self) -> Dialect:
        """Return how the next connection speaks: asked before each, after `enter`."""
        ...

    def push_hosts(self, session: Session) -> Sequence[str]:
        """Return where the socket may go, the first choice first, as `ws(s)://host[/path]`."""
        ...

    async def socket_request(self, session: Session, host: str) -> SocketRequest:
        """Return the request for a socket, signed anew.

        Raises:
            SignatureError, RateLimitedError: no signature is to be had.
        """
        ...

    async def send(self, text: str) -> Accepted:
        """Say one line in the room.

        Raises:
            SendError: it was not taken.
        """
        ...

    async def close(self) -> None:
        """Close what is open."""
        ...
