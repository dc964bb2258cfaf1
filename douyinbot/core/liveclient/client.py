"""A room's events without a bot: the Python form of TikTok-Live-Connector.

client = LiveClient("https://live.douyin.com/516466932480")

@client.on("chat")
async def chat(event):
    print(event.user.nickname, event.comment)

await client.connect()
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self, TypeVar, overload

from douyinbot.config import Room, Source, nearest
from douyinbot.connectors.base import Setup
from douyinbot.connectors.catalogue import LIVE_PLATFORMS
from douyinbot.connectors.live import LiveConnector
from douyinbot.connectors.pace import pace_of_process
from douyinbot.core.gifts import GiftTracker
from douyinbot.core.liveclient.handlers import Handlers, kind_of
from douyinbot.core.liveclient.voice import Voice
from douyinbot.errors import (
    AlreadyConnectedError,
    AlreadyConnectingError,
    ConfigError,
    ConnectAborted,
    ConnectError,
    DouyinbotError,
    InvalidSessionError,
    InvalidUniqueIdError,
    RateLimitedError,
    RoomNotFoundError,
)
from douyinbot.events import (
    Chat,
    Connected,
    Disconnected,
    Event,
    Failure,
    Gift,
    RawData,
    Reconnecting,
    WebsocketConnected,
)
from douyinbot.outbox import Receipt
from douyinbot.webcast.frames import Batch

__all__ = ["ConnectionState", "LiveClient"]

H = TypeVar("H", bound=Callable[..., Any])
log = logging.getLogger(__name__)

ROOM = "main"
LOOK_EVERY = 30.0
"""Seconds between two looks at whether somebody is live."""


@dataclass(frozen=True)
class ConnectionState:
    """How a client stands. After a disconnect `room_id` and `available_gifts` are kept, as in the seed.

    `room_info` is what connecting told about the room; after `get_room_info` it is the platform's own object.
    """

    is_connected: bool = False
    upgraded_to_websocket: bool = False
    room_id: str = ""
    room_info: dict[str, Any] | None = None
    available_gifts: list[dict[str, Any]] | None = field(default=None, repr=False)


class LiveClient:
    """One room. Usable again after a disconnect, and as `async with`.

    Args:
        room: the room's address; on Douyin its number or 抖音号, on TikTok the user's name, too.
        platform: "douyin" or "tiktok".
        options: the connector's options (docs/configuration.md), under the seed's names in snake_case;
            and `cookies`, in any form that docs/configuration.md names, or where they are (`env:NAME`).

    Raises:
        InvalidUniqueIdError: `room` is no room of the platform.
        ConfigError: an option does not exist or is of the wrong type.
    """

    def __init__(self, room: str, platform: str = "douyin", **options: Any) -> None:
        if not str(room or "").strip() or not isinstance(room, str):
            raise InvalidUniqueIdError(
                "Missing or invalid value for 'uniqueId'. Please provide the room's address."
            )
        if platform not in LIVE_PLATFORMS:
            raise InvalidUniqueIdError(
                f'"{platform}" is no platform{nearest(platform, list(LIVE_PLATFORMS))}.'
            )
        self.state = ConnectionState()
        self._cookies = str(options.pop("cookies", "") or "")
        self._session_id = str(options.pop("session_id", "") or "")
        self._room = Room(id=ROOM, connector=platform, url=room, options=options)
        self._handlers = Handlers(self._handler_failed)
        self._pump: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[None] | None = None
        """There while `connect` is under way."""
        self._mending = False
        """The connection was lost, and is being made again."""
        self._gifts = GiftTracker()
        self._connector = self._build()
        self._voice = Voice(self._connector, ROOM, _now)

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    # ---- handlers -----------------------------------------------------------------------------------

    @overload
    def on(self, event: str) -> Callable[[H], H]: ...

    @overload
    def on(self, event: str, handler: H) -> H: ...

    def on(self, event: str, handler: H | None = None) -> Any:
        """Call a handler with each event of a kind: `client.on("gift", thank)`, or as a decorator.

        Handlers are plain or `async`, and isolated: one that raises is reported as `failure` and harms
        nobody else. The seed library's names go, too, in camelCase and in snake_case.

        Returns:
            The handler.

        Raises:
            ValueError: there is no such event.
        """
        kind_of(event)  # a decorator of a wrong name is refused where it is written
        if handler is None:
            return lambda function: self.on(event, function)
        self._handlers.add(event, handler)
        self._connector.session.decoder.raw = self._handlers.listens_to(RawData.kind)
        return handler

    def off(self, event: str, handler: Callable[..., Any]) -> None:
        """Take a handler away again; one that is not there does no harm.

        Raises:
            ValueError: there is no such event.
        """
        self._handlers.remove(event, handler)
        self._connector.session.decoder.raw = self._handlers.listens_to(RawData.kind)

    # ---- life ---------------------------------------------------------------------------------------

    async def connect(self, room_id: str | None = None) -> ConnectionState:
        """Connect and return the state, after `connected` was emitted.

        Args:
            room_id: the stream's id, if it is known: the room's page is not asked then.

        Raises:
            AlreadyConnectingError, AlreadyConnectedError: there is a connection, or one is being made.
            ConnectAborted: `disconnect` was called meanwhile.
            ConnectError: as the connector says; the client can be used again.
        """
        if self._ready is not None or self._mending:
            raise AlreadyConnectingError("Already connecting!")
        if self.state.is_connected:
            raise AlreadyConnectedError("Already connected!")
        self._ready = ready = asyncio.get_running_loop().create_future()
        try:
            if self._pump is not None:
                await asyncio.wait({self._pump})  # of an earlier connection, that has just ended
            self._connector.platform.know_room(room_id or "")
            if not ready.done():
                self._pump = asyncio.create_task(self._run(self._connector, ready), name="LiveClient")
            await ready
            return self.state
        except (Exception, asyncio.CancelledError) as error:
            await self._stop()
            self.state = replace(self.state, upgraded_to_websocket=False)
            if not isinstance(error, ConnectAborted | asyncio.CancelledError):
                self._emit(self._event(Failure, info="Error while connecting", exception=error))
            raise
        finally:
            self._ready = None

    async def disconnect(self) -> None:
        """Disconnect; while connecting, `connect` then raises ConnectAborted. Twice does no harm."""
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(ConnectAborted("disconnect() was called before the connection was up."))
        await self._stop()
        if self.state.is_connected:
            self._emit(self._event(Disconnected, code=1000, reason="disconnect() was called"))

    async def close(self) -> None:
        """Disconnect, drop the lines that wait, and let the handlers that still run come to an end."""
        await self.disconnect()
        await self._voice.close()
        await self._handlers.settle()

    async def _run(self, connector: LiveConnector, ready: "asyncio.Future[None]") -> None:
        try:
            error = await self._listen(connector, ready)
        finally:
            self._mending = False
            await connector.platform.close()
        if not ready.done():
            ready.set_exception(error or ConnectError("The connection ended before it was up."))

    async def _listen(self, connector: LiveConnector, ready: "asyncio.Future[None]") -> Exception | None:
        """Hand on what happens until the connection is over for good; return what it died of."""
        try:
            async with aclosing(connector.batches()) as batches:
                async for batch in batches:
                    for event in batch:
                        self._emit(event)
                        if isinstance(event, Connected) and not ready.done():
                            ready.set_result(None)
        except Exception as error:
            if not isinstance(error, DouyinbotError):
                log.exception("the connection failed, which is a defect")
            if ready.done():
                self._emit(self._event(Failure, info="The connection was given up", exception=error))
            if self.state.is_connected:
                self._emit(self._event(Disconnected, reason=str(error)))
            return error
        return None

    async def _stop(self) -> None:
        """End what runs of a connection. Nothing of it is emitted from here on."""
        pump = self._pump
        if pump is not None:
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)
            if self._pump is pump:
                self._pump = None
        self._mending = False
        await self._connector.platform.close()

    # ---- asking -------------------------------------------------------------------------------------

    async def get_room_info(self) -> dict[str, Any]:
        """Return what the platform tells about the room, asked afresh.

        Raises:
            ConnectError: it cannot be had.
        """
        info = await self._connector.platform.room_info()
        self.state = replace(self.state, room_info=info)
        return info

    async def get_available_gifts(self) -> list[dict[str, Any]]:
        """Return the gift list; from then on gifts carry their `extended_gift_info`.

        Raises:
            ConnectError: it cannot be had.
        """
        gifts = await self._connector.platform.gift_list()
        self._connector.gifts.know(gifts)
        self.state = replace(self.state, available_gifts=gifts)
        return gifts

    async def is_live(self) -> bool:
        """Say whether somebody is live in the room.

        Raises:
            ConnectError: the room cannot be found, or the platform refuses to tell.
        """
        self._connector.platform.know_room("")  # a stream's id alone does not tell whether it goes on
        return (await self._connector.platform.enter()).is_live

    async def wait_until_live(self, every: float = LOOK_EVERY) -> None:
        """Wait until somebody is live, looking every so many seconds, or as rarely as the platform asks.

        A look that fails for another reason counts as "not yet".

        Raises:
            RoomNotFoundError: waiting will not help.
        """
        while True:
            wait = every
            try:
                if await self.is_live():
                    return
            except RoomNotFoundError:
                raise
            except ConnectError as error:
                log.info("whether somebody is live cannot be told, looking again: %s", error)
                asked = error.retry_after if isinstance(error, RateLimitedError) else None
                wait = max(every, asked or 0.0)
            await asyncio.sleep(wait)

    # ---- speaking -----------------------------------------------------------------------------------

    async def send_message(self, text: str, session_id: str | None = None) -> Receipt:
        """Say one line with the user's own login; return its receipt once it was seen, or was not.

        Accepted is not seen: look at `receipt.state`. Without a connection nobody looks, so it stays `sent`.
        A given session id is remembered.

        Raises:
            InvalidSessionError: there is no login, or it has expired.
            SendError: the platform did not take the line.
            ConnectError: there is no connection, and the room cannot be found.
        """
        connector = self._connector
        if session_id:
            connector.platform.log_in(session_id)
            self._voice.resume()
        if not connector.platform.has_login:
            raise InvalidSessionError(
                "Missing SessionId. Please provide your current SessionId to use this feature."
            )
        listening, account_id = self.state.is_connected, connector.account_id
        if not listening:
            account_id = (await connector.platform.enter()).account_id
        return await self._voice.say(text, account_id, listening=listening)

    # ---- decoding -----------------------------------------------------------------------------------

    def decode_message(self, type: str, data: bytes) -> list[Event]:
        """Decode one payload as if it had come from the room, hand it to the handlers, and return the events.

        A method that is not known gives `Unknown`; a payload that cannot be decoded gives nothing and is
        counted.
        """
        decoder, now = self._connector.session.decoder, _now()
        events = decoder.decode([(type, 0, data)], decoder.arrival(Batch(messages=[]), now))
        events = self._connector.gifts.describe(events)
        for event in events:
            self._emit(event)
        return events

    # ---- inside -------------------------------------------------------------------------------------

    def _build(self) -> LiveConnector:
        setup = Setup(
            room=self._room,
            source=Source("LiveClient"),
            keys=(),
            rng=random.Random(),  # noqa: S311 - waiting times, not keys
            pace=pace_of_process(),
        )
        try:
            connector = LIVE_PLATFORMS[self._room.connector](setup, self._cookies)
        except ConfigError as error:
            if isinstance(error.__cause__, InvalidUniqueIdError):
                raise error.__cause__ from None
            raise
        if self._session_id:
            connector.platform.log_in(self._session_id)
        return connector

    def _event(self, kind: type[Event], **fields: Any) -> Event:
        now = _now()
        return kind(room=ROOM, platform=self._room.connector, time=now, received=now, **fields)

    def _emit(self, event: Event) -> None:
        if isinstance(event, Gift):
            event, _ = self._gifts.add(event, time.monotonic())
        elif isinstance(event, Chat):
            self._voice.heard(event)
        self._note(event)
        self._handlers.call(event)

    def _handler_failed(self, event: Event, handler: str, error: Exception) -> None:
        if not isinstance(event, Failure):  # or a handler of failures that fails would go round for ever
            info = f"Error in the handler {handler} of {event.kind}"
            self._emit(self._event(Failure, info=info, exception=error))

    def _note(self, event: Event) -> None:
        """Keep the state in step with what happens; nobody else changes it."""
        if isinstance(event, WebsocketConnected):
            self.state = replace(self.state, upgraded_to_websocket=True)
        elif isinstance(event, Connected):
            self._mending = False
            wanted = self._connector.options.fetch_room_info_on_connect
            self.state = replace(
                self.state,
                is_connected=True,
                upgraded_to_websocket=event.websocket,
                room_id=event.room_id,
                room_info=asdict(self._connector.state) if wanted else None,
                available_gifts=list(self._connector.gifts.rows.values()) or self.state.available_gifts,
            )
        elif isinstance(event, Disconnected):
            self.state = replace(self.state, is_connected=False, upgraded_to_websocket=False, room_info=None)
        elif isinstance(event, Reconnecting):
            self._mending = True


def _now() -> datetime:
    return datetime.now(UTC)
