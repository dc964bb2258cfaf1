"""A live room on any platform: connect, listen, mend the connection, end with the stream."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from typing import Self

from douyinbot.connectors.backoff import Backoff, asked_for, shortest_wait
from douyinbot.connectors.base import POLL_FAILED, Accepted, Capabilities, Setup
from douyinbot.connectors.gift_info import REFUSED, GiftInfo
from douyinbot.connectors.live_polling import PollingTransport
from douyinbot.connectors.live_presence import Presence
from douyinbot.connectors.live_socket import SocketTransport
from douyinbot.connectors.live_status import StatusWatch
from douyinbot.connectors.options import NetworkOptions, Reconnect
from douyinbot.connectors.platform import Platform
from douyinbot.connectors.socket import Closed
from douyinbot.errors import ConnectError, DecodeError, RoomNotFoundError, UserOfflineError
from douyinbot.events import Event, Reconnecting, StreamEnd
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.room_state import RoomState
from douyinbot.webcast.session import Ending, Session

__all__ = ["LiveConnector"]

log = logging.getLogger(__name__)

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
        self._speaker_id = ""
        self.gifts = GiftInfo()
        """Kept over reconnects."""
        self._decoder = Decoder(
            platform.table,
            room=setup.room.id,
            platform=platform.name,
            simulated=simulated,
            kinds=setup.kinds,
            raw=setup.raw,
        )
        self._setup = setup
        self._presence = Presence(setup, self._decoder)
        self._status = StatusWatch(platform)
        patience = options.reconnect if isinstance(options.reconnect, Reconnect) else Reconnect()
        self._backoff = Backoff(setup.rng, shortest=patience.min, longest=patience.max)
        self._counts: Counter[str] = Counter()
        self._begin()

    def _begin(self) -> None:
        """Begin anew: a connector may be used again, and of the earlier connection only the counts go on."""
        self.session = Session(
            self._decoder, stale_after=self.options.stale_after, dialect=self.platform.dialect()
        )
        self.session.counts = self._counts
        self._presence.forget()
        self._backoff.attempt = 0
        means = (self._setup, self.platform, self.session, self._presence)
        self._socket = SocketTransport(*means)
        self._polling = PollingTransport(*means, self.options, self._socket)

    @property
    def state(self) -> RoomState:
        return self._presence.state

    @property
    def account_id(self) -> str:
        return self.state.account_id or self._speaker_id

    @property
    def counts(self) -> Mapping[str, int]:
        return self._counts + self._decoder.counts

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
        accepted = await self.platform.send(text)
        self._speaker_id = accepted.account_id or self._speaker_id  # TikTok's pages do not tell it
        return accepted

    # ---- the loop -----------------------------------------------------------------------------------

    async def batches(self) -> AsyncGenerator[list[Event]]:
        self._begin()
        now = asyncio.get_running_loop().time
        await self._setup.pace.turn()
        await self._enter()
        await self._first_fetch()
        over = False
        while True:
            began, closed, polling = now(), Closed(over=over), self._polling.is_due
            try:
                async with (
                    self._status.watching(self.session),
                    aclosing(self._transport(closed)) as batches,
                ):
                    async for batch in batches:
                        yield self.gifts.describe(batch)
            except ConnectError as error:
                if not self._presence.ever_connected and (
                    polling or not (self._mends or self._polling.is_due)
                ):
                    raise  # there is no further way in
                closed.error, closed.by_polling = error, polling
            if self._presence.connected:
                self._backoff.lived(now() - began)
            if await self._stream_is_over(closed):
                async for last_words in self._last_words():  # an end may be told before there is a socket
                    yield last_words
                if self.session.ending is not Ending.STREAM_END:
                    yield [self._presence.event(StreamEnd)]
                if self._presence.connected:
                    yield [self._presence.lose(Ending.STREAM_END.value)]
                return
            asked_to_go = self._asked_to_go(closed)
            yield self._what_went_wrong(closed)
            if self._polling.is_due and not self._presence.ever_connected:
                continue  # the socket is given up for now: poll at once
            if not self._mends:
                return
            delay = self._next_delay(closed)
            reason = str(closed.error or closed.reason)
            yield [
                self._presence.event(Reconnecting, attempt=self._backoff.attempt, delay=delay, reason=reason)
            ]
            await asyncio.sleep(delay)
            over = await self._refresh(asked_to_go=asked_to_go)

    async def _enter(self) -> None:
        state = await self.platform.enter()
        if not state.is_live and (self.options.fetch_room_info_on_connect or not state.room_id):
            raise UserOfflineError(_offline(state))
        self._presence.know(state)
        if self.options.enable_extended_gift_info and not self.gifts.rows:
            await self._load_gifts()

    async def _load_gifts(self) -> None:
        """Get the gift list. A refusal is told and counted, and ends nothing."""
        try:
            self.gifts.know(await self.platform.gift_list())
        except ConnectError as error:
            self.gifts.refused = True
            self._counts["gift_list_refused"] += 1
            self._presence.waiting.append(self._presence.failure(REFUSED, error))

    async def _first_fetch(self) -> None:
        """Get the messages of the last seconds, the cursor and the socket's host.

        By a ticket, where the platform wants one; else by im/fetch, without which it goes, too.
        """
        if not await self._socket.get_ticket(history=True):
            try:
                await self._polling.fetch(history=True)
            except (ConnectError, DecodeError) as error:
                log.info("the first im/fetch was refused, going on without it: %s", error)
                return
        history = self.session.events_received()
        if not self.options.process_initial_data:
            self.session.ending = None  # an end of the stream in there is left out with all the rest
            return
        if self.session.ending is Ending.STREAM_END:
            raise UserOfflineError("The stream has just ended.")
        self._presence.waiting += history

    async def _refresh(self, *, asked_to_go: bool) -> bool:
        """Ask anew before the next try, and return whether the stream is over.

        After a goodbye the server may want polling now; its next im/fetch answer says so. After several
        failures the room is looked up afresh: host, visitor and even the room's id may be new.
        """
        if self._backoff.attempt % REFRESH_EVERY == 0:
            return await self._look_up_afresh()
        if asked_to_go:
            await self._ask_where_messages_are()
        return False

    async def _look_up_afresh(self) -> bool:
        await self._setup.pace.turn()
        try:
            state = await self.platform.enter()
        except RoomNotFoundError:
            return await self._status.is_over()
        except ConnectError as error:
            log.info("looking the room up afresh failed: %s", error)
            return False
        over = not state.is_live and await self._status.is_over()
        if state.is_live:
            if state.room_id != self.state.room_id:  # another stream: the old one's troubles are past
                self.session.cursor = self.session.internal_ext = ""
                self._socket.refusals = 0
            self._presence.know(state)
        self.session.push_server = ""
        await self._ask_where_messages_are()
        return over

    async def _ask_where_messages_are(self) -> None:
        try:
            await self._polling.fetch()
        except (ConnectError, DecodeError) as error:
            log.info("im/fetch does not say where the messages are: %s", error)

    # ---- transports ---------------------------------------------------------------------------------

    def _transport(self, closed: Closed) -> AsyncGenerator[list[Event]]:
        if closed.over or self.session.ending is Ending.STREAM_END:
            return self._last_words()
        return (self._polling if self._polling.is_due else self._socket).batches(closed)

    async def _last_words(self) -> AsyncGenerator[list[Event]]:
        """The stream ended while we were away: hand on what was still said."""
        if events := self.session.events_received():
            for batch in self._presence.arrive(websocket=False):
                yield batch
            yield events

    @property
    def _mends(self) -> bool:
        return self.options.reconnect is not False

    # ---- judgements ---------------------------------------------------------------------------------

    async def _stream_is_over(self, closed: Closed) -> bool:
        if self.session.ending in (Ending.STREAM_END, Ending.FOUND_OVER) or closed.over:
            return True
        return self._asked_to_go(closed) and await self._status.is_over()

    def _asked_to_go(self, closed: Closed) -> bool:
        """Say whether the server has just said goodbye: by a `close` frame, or a normal end of the socket."""
        return self._presence.connected and (
            self.session.ending is Ending.SERVER_CLOSE or closed.code == 1000
        )

    def _next_delay(self, closed: Closed) -> float:
        return self._backoff.next_delay(shortest_wait(closed.code, asked_for(closed.error)))

    # ---- events -------------------------------------------------------------------------------------

    def _what_went_wrong(self, closed: Closed) -> list[Event]:
        events: list[Event] = []
        if closed.error is not None:
            then = " Using request polling..." if self._polling.is_due else ""
            info = POLL_FAILED if closed.by_polling else f"Upgrade to websocket failed.{then}"
            events.append(self._presence.failure(info, closed.error))
        if self._presence.connected:
            events.append(self._presence.lose(str(closed.error or closed.reason), closed.code))
        return events


def _offline(state: RoomState) -> str:
    who = f"{state.owner_name} is" if state.owner_name else "The room is"
    says = f" ({state.notice})" if state.notice else ""
    return f"{who} not live now{says}."
