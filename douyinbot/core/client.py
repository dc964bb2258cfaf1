"""A room's events without a bot: the Python form of TikTok-Live-Connector.

client = LiveClient("https://live.douyin.com/516466932480")

@client.on("chat")
async def chat(event):
    print(event.user.nickname, event.comment)

await client.connect()
"""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

from douyinbot.config import Room, Send, Source, nearest
from douyinbot.connectors.base import Accepted, Setup
from douyinbot.connectors.catalogue import LIVE_PLATFORMS
from douyinbot.connectors.live import LiveConnector
from douyinbot.core.gifts import GiftTracker
from douyinbot.core.handlers import Handlers
from douyinbot.errors import (
    AlreadyConnectedError,
    AlreadyConnectingError,
    ConfigError,
    ConnectAborted,
    ConnectError,
    DouyinbotError,
    InvalidSessionError,
    InvalidUniqueIdError,
    SendError,
)
from douyinbot.events import Chat, Connected, Disconnected, Event, Failure, Gift, WebsocketConnected
from douyinbot.outbox import Outbox, Receipt, State
from douyinbot.webcast.frames import Batch

__all__ = ["ConnectionState", "LiveClient"]

H = TypeVar("H", bound=Callable[..., Any])

ROOM = "main"
LOOK_EVERY = 30.0
"""Seconds between two looks at whether somebody is live."""


@dataclass(frozen=True)
class ConnectionState:
    """How a client stands. After a disconnect `room_id` and `available_gifts` are kept, as in the seed."""

    is_connected: bool = False
    upgraded_to_websocket: bool = False
    room_id: str = ""
    room_info: dict[str, Any] | None = None
    available_gifts: list[dict[str, Any]] | None = field(default=None, repr=False)


class LiveClient:
    """One room. Usable again after a disconnect, and as `async with`.

    Args:
        room: the room's address, number or 抖音号.
        platform: "douyin".
        options: the connector's options (docs/configuration.md), under the seed's names in snake_case;
            and `cookies`, a Cookie header.

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
        self._ready: asyncio.Future[ConnectionState] | None = None
        self._gifts = GiftTracker()
        self._worker: asyncio.Task[None] | None = None
        self._refusals: dict[str, SendError] = {}
        """The platform's own errors, by the text that it refused."""
        self._connector = self._build()
        self._outbox = self._make_outbox()

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    # ---- handlers -----------------------------------------------------------------------------------

    def on(self, event: str, handler: H | None = None) -> Any:
        """Call a handler with each event of a kind: `client.on("gift", thank)`, or as a decorator.

        Handlers are plain or `async`, and isolated: one that raises is reported as `failure` and harms
        nobody else.

        Raises:
            ValueError: there is no such event.
        """
        if handler is None:
            return lambda function: self.on(event, function) or function
        if self._handlers.add(event, handler) == "raw_data":
            self._connector.session.decoder.raw = True
        return None

    def off(self, event: str, handler: Callable[..., Any]) -> None:
        """Take a handler away again; one that is not there does no harm.

        Raises:
            ValueError: there is no such event.
        """
        self._handlers.remove(event, handler)

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
        if self._ready is not None:
            raise AlreadyConnectingError("Already connecting!")
        if self.state.is_connected:
            raise AlreadyConnectedError("Already connected!")
        self._ready = ready = asyncio.get_running_loop().create_future()
        self._connector.platform.know_room(room_id or "")
        self._pump = asyncio.create_task(self._run(self._connector, ready), name="LiveClient")
        try:
            await ready
            return self.state
        except ConnectError as error:
            if not isinstance(error, ConnectAborted):
                self._emit(self._event(Failure, info="Error while connecting", exception=error))
            raise
        finally:
            self._ready = None

    async def disconnect(self) -> None:
        """Disconnect; while connecting, `connect` then raises ConnectAborted. Twice does no harm."""
        pump, self._pump = self._pump, None
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(ConnectAborted("disconnect() was called before the connection was up."))
        if pump is not None and not pump.done():
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)
        if self.state.is_connected:
            self._emit(self._event(Disconnected, code=1000, reason="disconnect() was called"))

    async def close(self) -> None:
        """Disconnect for good: handlers that still run are waited for, lines that wait are dropped."""
        await self.disconnect()
        await self._handlers.settle()
        worker, self._worker = self._worker, None
        if worker is not None:
            await self._outbox.close("the client was closed")
            await worker
        await self._connector.platform.close()

    async def _run(self, connector: LiveConnector, ready: "asyncio.Future[ConnectionState]") -> None:
        try:
            async with aclosing(connector.batches()) as batches:
                async for batch in batches:
                    for event in batch:
                        self._emit(event)
                        if isinstance(event, Connected) and not ready.done():
                            ready.set_result(self.state)
            if not ready.done():
                ready.set_exception(ConnectError("The connection ended before it was up."))
        except DouyinbotError as error:
            if not ready.done():
                ready.set_exception(error)
            else:
                self._emit(self._event(Failure, info="The connection was given up", exception=error))
                if self.state.is_connected:
                    self._emit(self._event(Disconnected, reason=str(error)))
        finally:
            await connector.platform.close()
            self._connector = self._build()

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
        self._connector.gifts = {str(gift.get("id", "")): gift for gift in gifts}
        self.state = replace(self.state, available_gifts=gifts)
        return gifts

    async def is_live(self) -> bool:
        """Say whether somebody is live in the room.

        Raises:
            ConnectError: the room cannot be found, or the platform refuses to tell.
        """
        return (await self._connector.platform.enter()).is_live

    async def wait_until_live(self, every: float = LOOK_EVERY) -> None:
        """Wait until somebody is live, looking every so many seconds.

        Raises:
            RoomNotFoundError, InvalidUniqueIdError: waiting will not help.
        """
        while not await self.is_live():  # noqa: ASYNC110 - the platform tells only those who ask
            await asyncio.sleep(every)

    # ---- speaking -----------------------------------------------------------------------------------

    async def send_message(self, text: str, session_id: str | None = None) -> Receipt:
        """Say one line with the user's own login; return its receipt once it was seen, or was not.

        Accepted is not seen: look at `receipt.state`. A given session id is remembered.

        Raises:
            InvalidSessionError: there is no login, or it has expired.
            SendError: the platform did not take the line.
        """
        if session_id:
            self._session_id = session_id
            self._connector.platform.log_in(session_id)
        if not self._connector.platform.has_login:
            raise InvalidSessionError(
                "Missing SessionId. Please provide your current SessionId to use this feature."
            )
        if self._worker is None:
            self._outbox = self._make_outbox()
            self._worker = asyncio.create_task(self._outbox.run(), name="LiveClient outbox")
        self._outbox.learn_account(self._connector.account_id)
        receipt = await self._outbox.say(text, room=ROOM, plugin="client")
        if receipt.state in (State.FAILED, State.DROPPED):
            raise self._refusals.pop(receipt.text, None) or SendError(receipt.reason)
        return receipt

    async def send(self, text: str) -> Accepted:
        """Hand one line to the platform; only the client's own outbox calls this."""
        try:
            return await self._connector.send(text)
        except SendError as error:
            self._refusals[text] = error
            raise

    def _make_outbox(self) -> Outbox:
        outbox = Outbox(Send(), clock=_now, monotonic=time.monotonic)
        outbox.add_room(ROOM, self, "live", self._connector.account_id)
        return outbox

    # ---- decoding -----------------------------------------------------------------------------------

    def decode_message(self, type: str, data: bytes) -> list[Event]:
        """Decode one payload as if it had come from the room, hand it to the handlers, and return the events.

        A method that is not known gives `Unknown`; a payload that cannot be decoded gives nothing and is
        counted.
        """
        decoder, now = self._connector.session.decoder, _now()
        events = decoder.decode([(type, 0, data)], decoder.arrival(Batch(messages=[]), now))
        for event in events:
            self._emit(event)
        return events

    # ---- inside -------------------------------------------------------------------------------------

    def _build(self) -> LiveConnector:
        setup = Setup(room=self._room, source=Source("LiveClient"), keys=(), rng=random.Random())  # noqa: S311
        setup.raw = self._handlers.listens_to("raw_data")
        try:
            connector = LIVE_PLATFORMS[self._room.connector](setup, self._cookies)
        except ConfigError as error:
            if isinstance(error.__cause__, InvalidUniqueIdError):
                raise error.__cause__ from None
            raise
        if self._session_id:
            connector.platform.log_in(self._session_id)
        if self.state.available_gifts:
            connector.gifts = {str(gift.get("id", "")): gift for gift in self.state.available_gifts}
        return connector

    def _event(self, kind: type[Event], **fields: Any) -> Event:
        now = _now()
        return kind(room=ROOM, platform=self._room.connector, time=now, received=now, **fields)

    def _emit(self, event: Event) -> None:
        if isinstance(event, Gift):
            event, _ = self._gifts.add(event, asyncio.get_running_loop().time())
        elif isinstance(event, Chat):
            user_id = event.user.id if event.user is not None and not event.user.is_anonymous else ""
            self._outbox.heard_chat(ROOM, user_id, event.comment, event.id)
        self._note(event)
        self._handlers.call(event)

    def _handler_failed(self, event: Event, handler: str, error: Exception) -> None:
        if not isinstance(event, Failure):  # or a handler of failures that fails would go round for ever
            info = f"Error in the handler {handler} of {event.kind}"
            self._emit(self._event(Failure, info=info, exception=error))

    def _note(self, event: Event) -> None:
        if isinstance(event, WebsocketConnected):
            self.state = replace(self.state, upgraded_to_websocket=True)
        elif isinstance(event, Connected):
            gifts = list(self._connector.gifts.values()) or self.state.available_gifts
            self.state = replace(
                self.state,
                is_connected=True,
                upgraded_to_websocket=event.websocket,
                room_id=event.room_id,
                room_info=asdict(self._connector.state),
                available_gifts=gifts,
            )
        elif isinstance(event, Disconnected):
            self.state = replace(self.state, is_connected=False, upgraded_to_websocket=False, room_info=None)


def _now() -> datetime:
    return datetime.now(UTC)
