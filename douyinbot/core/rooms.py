"""The rooms of a bot as bot.toml names them: each with its connector, recorder, sender and outbox."""

import itertools
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from douyinbot.config import Config, Room, nearest
from douyinbot.connectors.base import Connector, Factory, Setup
from douyinbot.connectors.browser import Browsers
from douyinbot.connectors.pace import pace_of_process
from douyinbot.connectors.recording import Recorder
from douyinbot.core.clock import Clock
from douyinbot.core.engine import Engine
from douyinbot.core.notices import Notice, Observer
from douyinbot.core.room import RoomRunner
from douyinbot.core.senders import SENDERS, account_of
from douyinbot.outbox import Outbox, Receipt, Sender

__all__ = ["Rooms"]


class Rooms:
    """All rooms of one bot, and an outbox for each account.

    Args:
        connectors: what there is by name; plugins add theirs.
        dry: say nothing anywhere, whatever the rooms' `send` is.
        patient: wait for a stream that has not begun, and try again after errors.
        record: a file to record into; with several rooms, one for each, named after it.
        on_line: told of each change of a line.
        notify: told when an account has used up its lines of a minute.
    """

    def __init__(
        self,
        config: Config,
        connectors: Mapping[str, Factory],
        observers: Sequence[Observer],
        *,
        clock: Clock,
        rng: random.Random,
        dry: bool,
        patient: bool,
        record: Path | None,
        on_line: Callable[[Receipt], None],
        notify: Callable[[Notice], None],
    ) -> None:
        self.runners: list[RoomRunner] = []
        self.outboxes: dict[str, Outbox] = {}
        """By account."""
        self._config = config
        self._connectors = connectors
        self._observers = observers
        self._clock = clock
        self._rng = rng
        self._dry = dry
        self._patient = patient
        self._record = record
        self._recorders: dict[str, Recorder] = {}
        self._on_line = on_line
        self._notify = notify

    def make(self, engine: Engine, browsers: Browsers) -> None:
        """Make the rooms, each with its connector, and with its sender if that is one of ours.

        Raises:
            ConfigError: the sender does not fit the room.
        """
        numbers = itertools.count(1)
        for index, room in enumerate(self._config.rooms):
            account = account_of(room)
            if account not in self.outboxes:
                self.outboxes[account] = Outbox(
                    self._config.send,
                    clock=self._clock.now,
                    monotonic=self._clock.monotonic,
                    on_change=self._on_line,
                    on_cap=lambda told: self._notify(Notice("warning", f"{told} (told once)")),
                    numbers=numbers,
                )
            outbox = self.outboxes[account]
            runner = RoomRunner(
                room,
                engine,
                outbox,
                self._builder(engine, room, index),
                observers=self._observers,
                clock=self._clock,
                rng=self._rng,
                patient=self._patient,
            )
            self.runners.append(runner)
            engine.rooms[room.id] = runner.live_room
            engine.outboxes[room.id] = outbox
            # Until plugins have brought theirs: lines that are said while plugins are set up are queued.
            sender: Sender | None = runner
            if room.sender in SENDERS:
                sender = SENDERS[room.sender](self._setup(engine, room, index), runner, browsers)
            outbox.add_room(room.id, sender, self._mode(room))

    def check(self, engine: Engine) -> None:
        """Build each connector once: a wrong option stops the start, and a made-up room is known as such.

        Raises:
            ConfigError: an unknown connector, a wrong address or option.
        """
        for index, (room, runner) in enumerate(zip(self._config.rooms, self.runners, strict=True)):
            runner.live_room.simulated = self._builder(engine, room, index)().capabilities.simulated

    def take_senders(self, engine: Engine) -> None:
        """Let the senders of plugins speak where a room asks for one.

        Raises:
            ConfigError: an unknown sender.
        """
        senders = engine.extensions.senders
        for index, room in enumerate(self._config.rooms):
            if room.sender in SENDERS:
                continue
            if room.sender not in senders:
                raise self._config.source.error(
                    ("rooms", index, "sender"),
                    f'there is no sender "{room.sender}"{nearest(room.sender, [*SENDERS, *senders])}',
                )
            sender: Sender = senders[room.sender](self._setup(engine, room, index))
            engine.outboxes[room.id].add_room(room.id, sender, self._mode(room))

    def close(self) -> None:
        """Close the recordings."""
        for recorder in self._recorders.values():
            recorder.close()

    # ---- inside -------------------------------------------------------------------------------------

    def _builder(self, engine: Engine, room: Room, index: int) -> Callable[[], Connector]:
        return lambda: self._factory(engine, room, index)(self._setup(engine, room, index))

    def _setup(self, engine: Engine, room: Room, index: int) -> Setup:
        everything = any(getattr(observer, "sees_everything", True) for observer in self._observers)
        return Setup(
            room=room,
            source=self._config.source,
            keys=("rooms", index),
            kinds=None if everything else engine.kinds(),
            raw=engine.wants_raw,
            recorder=self._recorder(room),
            rng=self._rng,
            clock=self._clock.now,
            pace=pace_of_process(),
        )

    def _recorder(self, room: Room) -> Recorder | None:
        if self._record is None:
            return None
        if room.id not in self._recorders:
            several = len(self._config.rooms) > 1
            path = self._record.with_stem(f"{self._record.stem}-{room.id}") if several else self._record
            self._recorders[room.id] = Recorder(path)
        return self._recorders[room.id]

    def _factory(self, engine: Engine, room: Room, index: int) -> Factory:
        known = {**self._connectors, **engine.extensions.connectors}
        if room.connector not in known:
            raise self._config.source.error(
                ("rooms", index, "connector"),
                f'there is no connector "{room.connector}"{nearest(room.connector, list(known))}',
            )
        return known[room.connector]

    def _mode(self, room: Room) -> Any:
        return "dry" if self._dry else room.send
