"""A live room by polling im/fetch, where there is no socket to be had; and the way back to one."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from websockets.asyncio.client import ClientConnection

from douyinbot.connectors.backoff import asked_for
from douyinbot.connectors.base import POLL_FAILED, Setup
from douyinbot.connectors.live_presence import Presence
from douyinbot.connectors.live_socket import SocketTransport
from douyinbot.connectors.live_status import StatusWatch
from douyinbot.connectors.options import NetworkOptions
from douyinbot.connectors.platform import Platform
from douyinbot.connectors.socket import Closed
from douyinbot.errors import ConnectError, DecodeError
from douyinbot.events import Event
from douyinbot.webcast.session import Session

__all__ = ["PollingTransport"]

log = logging.getLogger(__name__)

SOCKET_RETRY = 60.0
"""Seconds of polling after which the socket is tried again."""
QUIET_POLLS = 30.0
"""Seconds without a message after which polling asks whether the stream is over."""
POLL_FAILURES = 5
"""Failed polls in a row that count as a lost connection."""


class PollingTransport:
    """Polls for one session."""

    def __init__(
        self,
        setup: Setup,
        platform: Platform,
        options: NetworkOptions,
        session: Session,
        presence: Presence,
        socket: SocketTransport,
        status: StatusWatch,
    ) -> None:
        self._setup = setup
        self._platform = platform
        self._options = options
        self._session = session
        self._presence = presence
        self._socket = socket
        self._status = status
        self._answered = False
        """Whether the last request was answered: only then polling counts as a connection."""

    async def fetch(self, *, history: bool = False) -> None:
        """Ask for one round of messages and give it to the session.

        Raises:
            ConnectError: refused, throttled, no network.
            DecodeError: the answer cannot be read.
        """
        self._answered = False
        body = await self._platform.fetch(self._session)
        received = self._setup.clock()
        if self._setup.recorder is not None:
            self._setup.recorder.response(body, received, history=history)
        self._session.receive_response(body, received, history=history)
        self._answered = True

    async def batches(self, closed: Closed) -> AsyncGenerator[list[Event]]:
        """Poll, the first time at once; go over to the socket when it can be had again.

        Raises:
            ConnectError: too many polls fail in a row, or the first one where none was answered yet.
        """
        now = asyncio.get_running_loop().time
        failures, last_message, socket_at = 0, now(), now() + SOCKET_RETRY
        self._session.ending = None
        if self._answered:
            for batch in self._presence.arrive(websocket=False):
                yield batch
        while self._session.ending is None:
            if self._options.enable_websocket_upgrade and now() >= socket_at:
                socket_at = now() + SOCKET_RETRY
                if (ws := await self._try_socket()) is not None:
                    async with aclosing(self._socket.listen(ws, closed)) as batches:
                        async for batch in batches:
                            yield batch
                    return
            try:
                await self.fetch()
            except (ConnectError, DecodeError) as error:
                failures += 1
                if not self._presence.connected or failures >= POLL_FAILURES:
                    raise error if isinstance(error, ConnectError) else ConnectError(str(error)) from error
                yield [self._presence.failure(POLL_FAILED, error)]
                wait = max(self.delay(failures), asked_for(error) or 0.0)
            else:
                failures, wait = 0, self.delay()
                for batch in self._presence.arrive(websocket=False):
                    yield batch
                if events := self._session.events_received():
                    last_message = now()
                    yield events
            if now() - last_message >= QUIET_POLLS:
                last_message = now()
                if await self._status.is_over():
                    closed.over = True
                    return
            await asyncio.sleep(wait)

    def delay(self, failures: int = 0) -> float:
        """Return the seconds to the next poll."""
        wished = max(self._options.request_polling_interval_ms, self._session.fetch_interval_ms) / 1000
        return max(wished, self._platform.shortest_poll) * 2.0**failures

    async def _try_socket(self) -> ClientConnection | None:
        try:
            return await self._socket.open()
        except ConnectError as error:
            log.debug("the socket is still refused: %s", error)
            return None
