"""A live room on any platform: connect, listen, mend the connection, end with the stream."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any, Self, TypeVar

from websockets.asyncio.client import ClientConnection

from douyinbot.connectors.backoff import Backoff, shortest_wait
from douyinbot.connectors.base import POLL_FAILED, Accepted, Capabilities, Setup
from douyinbot.connectors.options import NetworkOptions, Reconnect
from douyinbot.connectors.platform import Platform
from douyinbot.connectors.socket import Closed, listen, open_socket
from douyinbot.errors import ConnectError, DecodeError, RateLimitedError, RoomNotFoundError, UserOfflineError
from douyinbot.events import (
    Connected,
    Disconnected,
    Event,
    Failure,
    Gift,
    Reconnecting,
    StreamEnd,
    WebsocketConnected,
)
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.page import RoomState
from douyinbot.webcast.session import Ending, Session

__all__ = ["LiveConnector"]

E = TypeVar("E", bound=Event)
log = logging.getLogger(__name__)

SOCKET_RETRY = 60.0
"""Seconds of polling after which the socket is tried again."""
QUIET_POLLS = 30.0
"""Seconds without a message after which polling asks whether the stream is over."""
POLL_FAILURES = 5
"""Failed polls in a row that count as a lost connection."""
REFRESH_EVERY = 3
"""Lost or refused connections in a row after which the room is looked up afresh."""


class LiveConnector:
    """One room of a platform.

    The stream of batches is one loop: open a transport (the socket, or polling where the socket is refused
    or switched off), hand its batches on, and when it ends decide between the stream's end and another try.
    """

    capabilities = Capabilities(send_chat=True, room_info=True, gift_list=True)

    def __init__(
        self, setup: Setup, platform: Platform, options: NetworkOptions, *, simulated: bool = False
    ) -> None:
        self.platform = platform
        self.options = options
        self.state = RoomState()
        self.gifts: dict[str, dict[str, Any]] = {}
        """The gift list by id; kept over reconnects, and what `extended_gift_info` comes from."""
        self.session = Session(
            Decoder(
                platform.table,
                room=setup.room.id,
                platform=platform.name,
                simulated=simulated,
                kinds=setup.kinds,
                raw=setup.raw,
            ),
            stale_after=options.stale_after,
        )
        self._setup = setup
        self._history: list[Event] = []
        self._refusals = 0
        self._hosts_tried = 0
        self._connected = False
        self._ever_connected = False
        patience = options.reconnect if isinstance(options.reconnect, Reconnect) else Reconnect()
        self._backoff = Backoff(setup.rng, shortest=patience.min, longest=patience.max)

    @property
    def account_id(self) -> str:
        return self.state.account_id

    @property
    def counts(self) -> Mapping[str, int]:
        return Counter(self.session.counts) + self.session.decoder.counts

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.platform.close()

    async def __aiter__(self) -> AsyncIterator[Event]:
        async with aclosing(self.batches()) as batches:
            async for batch in batches:
                for event in batch:
                    yield event

    async def send(self, text: str) -> Accepted:
        return await self.platform.send(text)

    # ---- the loop -----------------------------------------------------------------------------------

    async def batches(self) -> AsyncGenerator[list[Event]]:
        self._forget_last_time()
        await self._enter()
        await self._first_fetch()
        over = False
        while True:
            began, closed, polling = self._now(), Closed(over=over), self._polls
            try:
                async with aclosing(self._transport(closed)) as batches:
                    async for batch in batches:
                        yield self._with_gift_info(batch) if self.gifts else batch
            except ConnectError as error:
                if not self._ever_connected and (polling or self.options.reconnect is False):
                    raise  # there is no further way in
                closed.error = error
            if self._connected:
                self._backoff.lived(self._now() - began)
            if await self._stream_is_over(closed):
                if self.session.ending is not Ending.STREAM_END:
                    yield [self._event(StreamEnd)]
                if self._connected:
                    yield [self._lost(Ending.STREAM_END.value)]
                return
            yield self._what_went_wrong(closed, polling=polling)
            if self.options.reconnect is False:
                return
            delay = self._next_delay(closed)
            reason = str(closed.error or closed.reason)
            yield [self._event(Reconnecting, attempt=self._backoff.attempt, delay=delay, reason=reason)]
            await asyncio.sleep(delay)
            over = await self._refresh()

    def _forget_last_time(self) -> None:
        """A connector may be used again: of the earlier connection only the counts go on."""
        session = Session(self.session.decoder, stale_after=self.options.stale_after)
        session.counts = self.session.counts
        self.session = session
        self._connected = self._ever_connected = False
        self._refusals = 0

    async def _enter(self) -> None:
        state = await self.platform.enter()
        if not state.is_live and self.options.fetch_room_info_on_connect:
            raise UserOfflineError(_offline(state))
        self._know(state)
        if self.options.enable_extended_gift_info and not self.gifts:
            self.gifts = {str(gift.get("id", "")): gift for gift in await self.platform.gift_list()}

    async def _first_fetch(self) -> None:
        """Get the messages of the last seconds, the cursor and the socket's host; optional on Douyin."""
        try:
            body = await self.platform.fetch(self.session)
            self._receive_response(body, history=True)
        except (ConnectError, DecodeError) as error:
            log.info("the first im/fetch was refused, going on without it: %s", error)
            return
        self._history = self.session.events_received()
        if self.session.ending is Ending.STREAM_END:
            raise UserOfflineError("The stream has just ended.")
        if not self.options.process_initial_data:
            self._history = []

    async def _refresh(self) -> bool:
        """After several failures look the room up afresh: host, visitor and even the room's id may be new.

        Return whether the stream is over.
        """
        if self._backoff.attempt % REFRESH_EVERY:
            return False
        over = False
        try:
            state = await self.platform.enter()
            if state.is_live:
                if state.room_id != self.state.room_id:
                    self.session.cursor = self.session.internal_ext = ""
                self._know(state)
            else:
                over = await self._ask_whether_over()
            self.session.push_server = ""
            self._receive_response(await self.platform.fetch(self.session), history=False)
        except RoomNotFoundError:
            return await self._ask_whether_over()
        except (ConnectError, DecodeError) as error:
            log.info("looking the room up afresh failed: %s", error)
        return over

    # ---- transports ---------------------------------------------------------------------------------

    def _with_gift_info(self, batch: list[Event]) -> list[Event]:
        return [
            event.replace(extended_gift_info=self.gifts.get(event.gift_id))
            if isinstance(event, Gift)
            else event
            for event in batch
        ]

    def _transport(self, closed: Closed) -> AsyncGenerator[list[Event]]:
        if closed.over or self.session.ending is Ending.STREAM_END:
            return self._last_words()
        return self._poll(closed) if self._polls else self._socket(closed)

    async def _last_words(self) -> AsyncGenerator[list[Event]]:
        """The stream ended while we were away: hand on what was still said."""
        if events := self.session.events_received():
            async for batch in self._connect(websocket=False):
                yield batch
            yield events

    @property
    def _polls(self) -> bool:
        if not self.options.enable_websocket_upgrade:
            return True
        return self._refusals >= self.options.refusals_before_polling

    async def _socket(self, closed: Closed) -> AsyncGenerator[list[Event]]:
        ws = await self._open_socket()
        async with aclosing(self._listen(ws, closed)) as batches:
            async for batch in batches:
                yield batch

    async def _open_socket(self) -> ClientConnection:
        await self._setup.pace.turn()
        hosts = self.platform.push_hosts(self.session)
        request = self.platform.socket_request(self.session, hosts[self._hosts_tried % len(hosts)])
        self._hosts_tried += 1
        try:
            ws = await open_socket(request, self._setup.clock)
        except ConnectError:
            self._refusals += 1
            raise
        self._refusals = 0
        self._hosts_tried -= 1  # stay with a host that takes us in
        self._opened_at, self._first_frames = request.host, request.first_frames
        return ws

    async def _listen(self, ws: ClientConnection, closed: Closed) -> AsyncGenerator[list[Event]]:
        try:
            yield [self._event(WebsocketConnected, host=self._opened_at)]
            async for batch in self._connect(websocket=True):
                yield batch
            stream = listen(
                ws,
                self.session,
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

    async def _connect(self, *, websocket: bool) -> AsyncGenerator[list[Event]]:
        """Yield what was waiting for the connection, and Connected, unless it is already up."""
        history, self._history = self._history, []
        if history:
            yield history
        if not self._connected:
            again, self._connected, self._ever_connected = self._ever_connected, True, True
            state = self.state
            yield [
                self._event(
                    Connected,
                    room_id=state.room_id,
                    title=state.title,
                    owner=state.owner_name,
                    websocket=websocket,
                    reconnected=again,
                )
            ]

    async def _poll(self, closed: Closed) -> AsyncGenerator[list[Event]]:
        """Poll im/fetch, the first time at once; go over to the socket when it can be had again."""
        failures, last_message, socket_at = 0, self._now(), self._now() + SOCKET_RETRY
        self.session.ending = None
        while self.session.ending is None:
            if self.options.enable_websocket_upgrade and self._now() >= socket_at:
                socket_at = self._now() + SOCKET_RETRY
                if (ws := await self._try_socket()) is not None:
                    async with aclosing(self._listen(ws, closed)) as batches:
                        async for batch in batches:
                            yield batch
                    return
            try:
                self._receive_response(await self.platform.fetch(self.session), history=False)
            except (ConnectError, DecodeError) as error:
                failures += 1
                if not self._connected or failures >= POLL_FAILURES:
                    raise error if isinstance(error, ConnectError) else ConnectError(str(error)) from error
                yield [self._failure(POLL_FAILED, error)]
                wait = max(self._poll_delay(failures), _asked(error) or 0.0)
            else:
                failures, wait = 0, self._poll_delay()
                async for batch in self._connect(websocket=False):
                    yield batch
                if events := self.session.events_received():
                    last_message = self._now()
                    yield events
            if self._now() - last_message >= QUIET_POLLS:
                last_message = self._now()
                if await self._ask_whether_over():
                    closed.over = True
                    return
            await asyncio.sleep(wait)

    async def _try_socket(self) -> ClientConnection | None:
        try:
            return await self._open_socket()
        except ConnectError as error:
            log.debug("the socket is still refused: %s", error)
            return None

    def _poll_delay(self, failures: int = 0) -> float:
        wished = max(self.options.request_polling_interval_ms, self.session.fetch_interval_ms) / 1000
        return max(wished, self.platform.shortest_poll) * 2.0**failures

    def _receive_response(self, body: bytes, *, history: bool) -> None:
        received = self._setup.clock()
        if self._setup.recorder is not None:
            self._setup.recorder.response(body, received, history=history)
        self.session.receive_response(body, received, history=history)

    # ---- judgements ---------------------------------------------------------------------------------

    async def _stream_is_over(self, closed: Closed) -> bool:
        if self.session.ending is Ending.STREAM_END or closed.over:
            return True
        asked_to_go = self.session.ending is Ending.SERVER_CLOSE or closed.code == 1000
        return asked_to_go and self._connected and await self._ask_whether_over()

    async def _ask_whether_over(self) -> bool:
        try:
            return await self.platform.is_over()
        except ConnectError as error:
            log.info("the room's state cannot be read, taking it as still live: %s", error)
            return False

    def _next_delay(self, closed: Closed) -> float:
        if self._polls and not self._ever_connected:
            return 0.0  # the socket is given up for now: poll at once
        return self._backoff.next_delay(shortest_wait(closed.code, _asked(closed.error)))

    # ---- events -------------------------------------------------------------------------------------

    def _what_went_wrong(self, closed: Closed, *, polling: bool) -> list[Event]:
        events: list[Event] = []
        if closed.error is not None:
            then = " Using request polling..." if self._polls else ""
            info = POLL_FAILED if polling else f"Upgrade to websocket failed.{then}"
            events.append(self._failure(info, closed.error))
        if self._connected:
            events.append(self._lost(str(closed.error or closed.reason), closed.code))
        return events

    def _lost(self, reason: str, code: int | None = None) -> Disconnected:
        self._connected = False
        if self._setup.recorder is not None:
            self._setup.recorder.lost(reason, self._setup.clock())
        return self._event(Disconnected, code=code, reason=reason)

    def _failure(self, info: str, error: Exception) -> Failure:
        return self._event(Failure, info=info, exception=error)

    def _event(self, kind: type[E], **fields: Any) -> E:
        now = self._setup.clock()
        decoder = self.session.decoder
        return kind(
            room=decoder.room,
            platform=decoder.platform,
            simulated=decoder.simulated,
            time=now,
            received=now,
            **fields,
        )

    def _know(self, state: RoomState) -> None:
        self.state = state
        self.session.decoder.owner_id = state.owner_id
        if self._setup.recorder is not None:
            self._setup.recorder.describe(state, self.session.decoder, self._setup.clock())

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def _asked(error: Exception | None) -> float | None:
    """Return the seconds that the platform asks to wait."""
    return error.retry_after if isinstance(error, RateLimitedError) else None


def _offline(state: RoomState) -> str:
    who = f"{state.owner_name} is" if state.owner_name else "The room is"
    says = f" ({state.notice})" if state.notice else ""
    return f"{who} not live now{says}."
