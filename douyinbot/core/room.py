"""One room of the bot: its connector, and the way of an event from there to the plugins."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import aclosing

from douyinbot.config import Room
from douyinbot.connectors.backoff import Backoff, asked_for
from douyinbot.connectors.base import Accepted, Connector
from douyinbot.core.clock import Clock
from douyinbot.core.engine import Engine
from douyinbot.core.gifts import GiftTracker
from douyinbot.core.liveroom import LiveRoom
from douyinbot.core.notices import Notice, Observer
from douyinbot.errors import (
    ConnectError,
    DouyinbotError,
    InvalidUniqueIdError,
    RoomEndedError,
    RoomNotFoundError,
    UserOfflineError,
)
from douyinbot.events import Chat, Connected, Event, Gift, StreamEnd
from douyinbot.outbox import Outbox

__all__ = ["RoomRunner"]

log = logging.getLogger(__name__)

LOOK_EVERY = 30.0
"""Seconds between two looks at whether the stream has begun."""


TURN = 50
"""Events that are passed on before everybody else has a turn."""


class RoomRunner:
    """Keeps one room connected, from one stream to the next, and passes on what happens in it."""

    def __init__(
        self,
        config: Room,
        engine: Engine,
        outbox: Outbox,
        build: Callable[[], Connector],
        *,
        observers: Sequence[Observer],
        clock: Clock,
        rng: random.Random,
        patient: bool = True,
    ) -> None:
        self.live_room = LiveRoom(config.id, config)
        self.connector: Connector | None = None
        self.counts: Counter[str] = Counter()
        """What the connectors of this room received, and what was lost on the way."""
        self.met = asyncio.Event()
        """The room has been connected at least once."""
        self.failure: DouyinbotError | None = None
        """Why the room was given up for good."""
        self._config = config
        self._engine = engine
        self._outbox = outbox
        self._build = build
        self._observers = observers
        self._clock = clock
        self._patient = patient
        self._gifts = GiftTracker(config.gift_silence)
        self._expiry: asyncio.TimerHandle | None = None
        self._backoff = Backoff(rng, shortest=5.0, longest=300.0)
        self._told = ""
        self._since_turn = 0
        self._waits_for_next = True

    async def send(self, text: str) -> Accepted:
        """Say a line; for the outbox. While a socket is being mended, too: lines go by HTTP."""
        if self.connector is None:
            raise RoomEndedError("the stream is over, or has not begun")
        return await self.connector.send(text)

    # ---- the connection -----------------------------------------------------------------------------

    async def run(self) -> None:
        """Connect, and stay until the recording or the last stream is over, or the room cannot be had."""
        while True:
            try:
                await self._one_stream()
            except ConnectError as error:
                if not self._patient or isinstance(error, RoomNotFoundError | InvalidUniqueIdError):
                    self._give_up(error)
                    return
                await self._wait_after(error)
                continue
            except DouyinbotError as error:  # a recording that cannot be read, a secret that is not there
                self._give_up(error)
                return
            except Exception as error:  # connectors come from plugins, too, and none of them may stop the bot
                log.exception("room %s: its connector failed", self._config.id)
                defect = ConnectError(f"the connector failed with {type(error).__name__}: {error}.")
                if not self._patient:
                    self._give_up(defect)
                    return
                await self._wait_after(defect)
                continue
            if self._config.after_end == "stop" or not self._waits_for_next:
                return
            self._tell("info", "The stream is over; waiting for the next one.")
            await asyncio.sleep(LOOK_EVERY)

    async def _wait_after(self, error: ConnectError) -> None:
        if isinstance(error, UserOfflineError):
            self._tell("info", f"{error} Waiting; looking again every {LOOK_EVERY:g}s.")
            await asyncio.sleep(LOOK_EVERY)
            return
        delay = self._backoff.next_delay(asked_for(error) or 0.0)
        self._tell("error", f"{error} Trying again in {delay:.0f}s.")
        await asyncio.sleep(delay)

    async def _one_stream(self) -> None:
        async with self._build() as connector:
            self.connector = connector
            self._waits_for_next = connector.capabilities.live
            try:
                async with aclosing(connector.batches()) as batches:
                    async for batch in batches:
                        await self._process_in_turns(batch)
            finally:
                self.counts.update(connector.counts)
                self.connector = None
                self.live_room.connected = False

    def _give_up(self, error: DouyinbotError) -> None:
        self.failure = error
        if self._patient:  # else whoever started us says so
            self._tell("error", str(error))

    def _tell(self, level: str, text: str) -> None:
        if text == self._told:
            return
        self._told = text
        notice = Notice("error" if level == "error" else "info", text, room=self._config.id)
        for observer in self._observers:
            observer.notice(notice)

    # ---- events -------------------------------------------------------------------------------------

    async def _process_in_turns(self, batch: Sequence[Event]) -> None:
        """Let the plugins have their turn in between, however full a frame is, however fast frames come.

        A lane takes more than TURN events in a turn of the event loop: one that works is never outrun.
        """
        for start in range(0, len(batch), TURN):
            part = batch[start : start + TURN]
            self.process(part)
            self._since_turn += len(part)
            if self._since_turn >= TURN:
                self._since_turn = 0
                await asyncio.sleep(0)

    def process(self, batch: Sequence[Event]) -> None:
        """Pass the events of one frame on, in order."""
        for event in batch:
            try:
                self._pass_on(event)
            except Exception:  # our own defect must cost one event, not the room
                log.exception(
                    "room %s: an event of kind %s could not be handled", self._config.id, event.kind
                )
        self._engine.deliver()

    def _pass_on(self, event: Event) -> None:
        room, engine = self.live_room, self._engine
        if event.user is not None and (role := engine.decisions.role_of(room, event.user)) != event.user.role:
            event = event.replace(user=event.user.replace(role=role))
        made_up = room.made_up(event)
        if made_up:
            engine.rehearsals.note(room)
        own = isinstance(event, Chat) and not made_up and self._is_own(event)
        room.note(event, own=own or made_up)
        if isinstance(event, Connected):
            self._connected()
        finished: Gift | None = None
        if isinstance(event, Gift):
            event, finished = self._gifts.add(event, self._clock.monotonic())
            self._arm_expiry()
        kept = event if own else engine.decisions.on_event(room, event)
        if kept is not None:
            for observer in self._observers:
                observer.event(kept, own=own)
            if own and isinstance(kept, Chat):
                engine.ignore_own(kept)
            elif not own:
                if isinstance(kept, Chat) and not kept.history and not made_up:
                    self._outbox.heard(room.id)
                engine.dispatch(room, kept)
        if finished is not None:
            engine.gift_finished(room, finished)
        if isinstance(event, StreamEnd):
            self._finish(self._gifts.close_all(self._clock.monotonic()))

    def _connected(self) -> None:
        self._told = ""
        self.met.set()
        if self._backoff.attempt:
            self._backoff.attempt = 0
        if self.connector is not None and self._config.sender == "http":  # others may speak as somebody else
            self._outbox.learn_account(self.connector.account_id)

    def _is_own(self, event: Chat) -> bool:
        """The bot's own line comes back: that makes it `seen`, and nobody answers it."""
        user = event.user
        user_id = user.id if user is not None and not user.is_anonymous else ""
        return self._outbox.heard_chat(self.live_room.id, user_id, event.comment, event.id)

    def _arm_expiry(self) -> None:
        """Look again when the next open streak would be over by silence.

        A gift only puts that off, so a look that is arranged already stays: at worst it comes too early.
        """
        deadline = self._gifts.deadline if self._expiry is None else None
        if deadline is not None:
            self._expiry = asyncio.get_running_loop().call_at(deadline, self._expire)

    def _expire(self) -> None:
        self._expiry = None
        self._finish(self._gifts.expire(self._clock.monotonic()))
        self._arm_expiry()

    def _finish(self, gifts: Sequence[Gift]) -> None:
        for gift in gifts:
            self._engine.gift_finished(self.live_room, gift)
        self._engine.deliver()

    def close(self) -> None:
        """Finish open streaks: the bot stops."""
        if self._expiry is not None:
            self._expiry.cancel()
        self._finish(self._gifts.close_all(self._clock.monotonic()))
