"""A live room by socket: where it is opened, and what it brings."""

import asyncio
import math
from collections.abc import AsyncGenerator
from contextlib import aclosing

from websockets.asyncio.client import ClientConnection

from douyinbot.connectors.backoff import refuses
from douyinbot.connectors.base import Setup
from douyinbot.connectors.live_presence import Presence
from douyinbot.connectors.platform import Platform
from douyinbot.connectors.socket import Closed, listen, open_socket
from douyinbot.errors import BlockedError, ConnectError, UserOfflineError
from douyinbot.events import Event, WebsocketConnected
from douyinbot.webcast.session import Ending, Session

__all__ = ["SocketTransport", "take_answer"]

TICKET_LASTS = 25.0
"""Seconds: sign providers say that what they have signed is to be used within 30."""

SUSPICIOUS = 5.0
"""Seconds: a socket that is dropped sooner, before anything came, was lost by a bad network; one that is kept
so long without a frame was never meant to work (seen at about 20 s, 2026-06)."""


class SocketTransport:
    """Opens sockets for one session, each on the host whose turn it is."""

    def __init__(self, setup: Setup, platform: Platform, session: Session, presence: Presence) -> None:
        self.refusals = 0
        """Sockets in a row that were refused, or opened without bringing anything."""
        self._setup = setup
        self._platform = platform
        self._session = session
        self._presence = presence
        self._ticket_until = -math.inf
        self._refused_by: set[str] = set()
        """Seconds that the platform wants between the last refusal and the next socket."""

    async def batches(self, closed: Closed) -> AsyncGenerator[list[Event]]:
        """Open a socket and yield what comes; `closed` says why it ended.

        Raises:
            ConnectError: it was refused.
        """
        ws = await self.open()
        async with aclosing(self.listen(ws, closed)) as batches:
            async for batch in batches:
                yield batch

    async def get_ticket(self, *, history: bool = False) -> bool:
        """Get what the next socket is opened with, and say whether the platform wanted that at all.

        Raises:
            ConnectError: it was refused.
        """
        body = await self._platform.ticket(self._session)
        if body is None:
            return False
        take_answer(self._setup, self._session, body, history=history)
        self._ticket_until = asyncio.get_running_loop().time() + TICKET_LASTS
        return True

    async def open(self) -> ClientConnection:
        """Open a socket when it is our turn.

        Raises:
            ConnectError: it was refused, or there is no ticket for it.
            UserOfflineError: the ticket tells that the stream is over; its events are the last.
        """
        await self._setup.pace.turn()
        if asyncio.get_running_loop().time() >= self._ticket_until:
            await self.get_ticket()
        self._ticket_until = -math.inf  # it is good for one socket
        if self._session.ending is Ending.STREAM_END:
            raise UserOfflineError("The stream has just ended.")
        host = self._next_host()
        try:
            request = await self._platform.socket_request(self._session, host)
            ws = await open_socket(request, self._setup.clock)
        except ConnectError:
            self._refused(host)
            raise
        self._host, self._opened_at, self._first_frames = host, request.host, request.first_frames
        return ws

    async def listen(self, ws: ClientConnection, closed: Closed) -> AsyncGenerator[list[Event]]:
        """Yield what comes over an open socket. One that brings nothing at all was a refusal, too."""
        now = asyncio.get_running_loop().time
        host, frames, began = self._host, self._session.counts["frames"], now()
        self._session.dialect = self._platform.dialect()
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
        silent_for = now() - began if self._session.counts["frames"] == frames else 0.0
        closed.error = _veiled_refusal(self._opened_at, closed, self._session.ending, silent_for)
        if closed.error is not None:
            self._refused(host)
        else:
            self.refusals = 0

    def _next_host(self) -> str:
        """Return the first choice among those that have not refused us; once all have, begin anew."""
        hosts = self._platform.push_hosts(self._session)
        left = [host for host in hosts if host not in self._refused_by]
        if not left:
            self._refused_by.clear()
        return (left or hosts)[0]

    def _refused(self, host: str) -> None:
        self.refusals += 1
        self._refused_by.add(host)


def take_answer(setup: Setup, session: Session, body: bytes, *, history: bool = False) -> None:
    """Give a session an answer of im/fetch, and the recorder, too.

    Raises:
        DecodeError: it cannot be read.
    """
    received = setup.clock()
    if setup.recorder is not None:
        setup.recorder.response(body, received, history=history)
    session.receive_response(body, received, history=history)


def _veiled_refusal(
    host: str, closed: Closed, ending: Ending | None, silent_for: float
) -> BlockedError | None:
    """Return what to say of a socket that was opened and yet is no use, None of one that was merely lost.

    Args:
        silent_for: seconds for which not one frame came; 0 where some did.
    """
    if refuses(closed.code):
        what = f"closed the socket with code {closed.code}: it does not accept what we sent"
    elif silent_for and ending is Ending.STALE:
        what = f"opened the socket, but sent nothing for {silent_for:.2g}s"
    elif silent_for >= SUSPICIOUS and closed.code == 1006:
        what = f"opened the socket, sent nothing, and dropped it after {silent_for:.2g}s"
    else:
        return None
    return BlockedError(
        f"{host} {what}. The stream may be over, or this address or device blocked: if it stays so, try "
        "another network, give douyinbot your browser's cookies, or look for a newer version."
    )
