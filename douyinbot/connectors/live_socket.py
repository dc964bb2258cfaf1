"""A live room by socket: where it is opened, and what it brings."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from websockets.asyncio.client import ClientConnection

from douyinbot.connectors.base import Setup
from douyinbot.connectors.live_presence import Presence
from douyinbot.connectors.platform import Platform
from douyinbot.connectors.socket import Closed, listen, open_socket
from douyinbot.errors import ConnectError
from douyinbot.events import Event, WebsocketConnected
from douyinbot.webcast.session import Session

__all__ = ["SocketTransport"]


class SocketTransport:
    """Opens sockets for one session, each on the host whose turn it is."""

    def __init__(self, setup: Setup, platform: Platform, session: Session, presence: Presence) -> None:
        self.refusals = 0
        """Refused sockets in a row."""
        self._setup = setup
        self._platform = platform
        self._session = session
        self._presence = presence
        self._hosts_tried = 0

    async def batches(self, closed: Closed) -> AsyncGenerator[list[Event]]:
        """Open a socket and yield what comes; `closed` says why it ended.

        Raises:
            ConnectError: it was refused.
        """
        ws = await self.open()
        async with aclosing(self.listen(ws, closed)) as batches:
            async for batch in batches:
                yield batch

    async def open(self) -> ClientConnection:
        """Open a socket when it is our turn.

        Raises:
            ConnectError: it was refused.
        """
        await self._setup.pace.turn()
        hosts = self._platform.push_hosts(self._session)
        host = hosts[self._hosts_tried % len(hosts)]
        self._hosts_tried += 1
        try:
            request = await self._platform.socket_request(self._session, host)
            ws = await open_socket(request, self._setup.clock)
        except ConnectError:
            self.refusals += 1
            raise
        self.refusals = 0
        self._hosts_tried -= 1  # stay with a host that takes us in
        self._opened_at, self._first_frames = request.host, request.first_frames
        return ws

    async def listen(self, ws: ClientConnection, closed: Closed) -> AsyncGenerator[list[Event]]:
        """Yield what comes over an open socket."""
        try:
            yield [self._presence.event(WebsocketConnected, host=self._opened_at)]
            for batch in self._presence.arrive(websocket=True):
                yield batch
            stream = listen(
                ws,
                self._session,
                closed,
                clock=self._setup.clock,
                recorder=self._setup.recorder,
                first_frames=self._first_frames,
            )
            async with aclosing(stream) as batches:
                async for batch in batches:
                    yield batch
        finally:
            await ws.close()
