"""A live room by polling im/fetch, where there is no socket to be had; and the way back to one."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from websockets.asyncio.client import ClientConnection

from douyinbot.connectors.backoff import PollPace
from douyinbot.connectors.base import POLL_FAILED, Setup
from douyinbot.connectors.live_presence import Presence
from douyinbot.connectors.live_socket import SocketTransport, take_answer
from douyinbot.connectors.options import NetworkOptions
from douyinbot.connectors.platform import Platform
from douyinbot.connectors.socket import Closed
from douyinbot.errors import ConnectError, DecodeError, NoWSUpgradeError
from douyinbot.events import Event
from douyinbot.webcast.session import Session

__all__ = ["PollingTransport"]

log = logging.getLogger(__name__)

SOCKET_RETRY = 60.0
"""Seconds of polling after which the socket is tried again."""
POLL_FAILURES = 5
"""Failed polls in a row that count as a lost connection."""
WHILE_CONNECTING = 2
"""The `fetch_type` with which a server wants polling until the socket is open."""


class PollingTransport:
    """Polls for one session."""

    def __init__(
        self,
        setup: Setup,
        platform: Platform,
        session: Session,
        presence: Presence,
        options: NetworkOptions,
        socket: SocketTransport,
    ) -> None:
        self._setup = setup
        self._platform = platform
        self._options = options
        self._session = session
        self._presence = presence
        self._socket = socket
        self._pace = PollPace(platform.shortest_poll)
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
        take_answer(self._setup, self._session, body, history=history)
        self._answered = True

    @property
    def is_due(self) -> bool:
        """Whether this is the way to go now: switched to, wanted by the server, or all that is left."""
        options = self._options
        if not options.enable_websocket_upgrade or self._session.wants_polling:
            return True
        if not options.enable_request_polling and self._presence.ever_connected:
            return False  # there was a socket once, so there may be one again
        if self._socket.refusals >= options.refusals_before_polling:
            return True
        return options.enable_request_polling and self._session.fetch_type == WHILE_CONNECTING

    async def batches(self, closed: Closed) -> AsyncGenerator[list[Event]]:
        """Poll, the first time at once; go over to the socket when it can be had again.

        Raises:
            NoWSUpgradeError: polling is switched off.
            ConnectError: too many polls fail in a row, or the first one where none was answered yet.
        """
        if not self._options.enable_request_polling:
            raise NoWSUpgradeError(
                "There is no socket to be had, and request polling is switched off. Switch it on "
                "(`enable_request_polling`), or try again later."
            )
        self._session.ending = None
        if self._answered:
            for batch in self._presence.arrive(websocket=False):
                yield batch
        async with aclosing(WayBack(self._socket, self._session, self._options)) as way_back:
            while True:
                try:
                    await self.fetch()
                except (ConnectError, DecodeError) as error:
                    wait = self._pace.failed(self._wished, error)
                    if not self._presence.connected or self._pace.failures >= POLL_FAILURES:
                        self._pace.failures = self._socket.refusals = 0  # the socket has its turn again
                        raise (
                            error if isinstance(error, ConnectError) else ConnectError(str(error))
                        ) from error
                    yield [self._presence.failure(POLL_FAILED, error)]
                else:
                    wait = self._pace.succeeded(self._wished)
                    for batch in self._presence.arrive(websocket=False):
                        yield batch
                    if events := self._session.events_received():
                        yield events
                    way_back.offered(self._session)
                if self._session.ending is not None:
                    return
                if (ws := await way_back.wait(wait)) is not None:
                    async with aclosing(self._socket.listen(ws, closed)) as batches:
                        async for batch in batches:
                            yield batch
                    return

    @property
    def _wished(self) -> float:
        """Seconds between two polls, as user and server want them."""
        return max(self._options.request_polling_interval_ms, self._session.fetch_interval_ms) / 1000


class WayBack:
    """Tries to get a socket while polling goes on: when the server begins to offer one, and every minute."""

    def __init__(self, socket: SocketTransport, session: Session, options: NetworkOptions) -> None:
        self._socket = socket
        self._wanted = options.enable_websocket_upgrade
        self._now = asyncio.get_running_loop().time
        at_once = session.fetch_type == WHILE_CONNECTING and not socket.refusals
        self._due = self._now() + (0.0 if at_once else SOCKET_RETRY)
        self._was_offered = not session.wants_polling
        self._attempt: asyncio.Task[ClientConnection] | None = None

    def offered(self, session: Session) -> None:
        """Look at what the server's last answer offers."""
        offered = not session.wants_polling
        if offered and not self._was_offered:
            self._due = self._now()
        self._was_offered = offered

    async def wait(self, seconds: float) -> ClientConnection | None:
        """Wait until the next poll, or less if a socket is open before: then return it."""
        if self._wanted and self._attempt is None and self._now() >= self._due:
            self._due = self._now() + SOCKET_RETRY
            self._attempt = asyncio.create_task(self._socket.open(), name="socket while polling")
        if self._attempt is None:
            await asyncio.sleep(seconds)
            return None
        next_poll = self._now() + seconds
        await asyncio.wait([self._attempt], timeout=seconds)
        if not self._attempt.done():
            return None
        attempt, self._attempt = self._attempt, None
        try:
            return attempt.result()
        except ConnectError as error:
            log.info("polling goes on, there is no socket yet: %s", error)
        await asyncio.sleep(next_poll - self._now())
        return None

    async def aclose(self) -> None:
        """Give up an attempt that is under way."""
        if self._attempt is None:
            return
        attempt, self._attempt = self._attempt, None
        attempt.cancel()
        await asyncio.wait([attempt])
        if not attempt.cancelled() and attempt.exception() is None:
            await attempt.result().close()
