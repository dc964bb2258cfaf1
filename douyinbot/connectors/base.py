"""The seam between the bot and a room: what every connector can do, and what it is given."""

import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, Self, TypeVar, runtime_checkable

from douyinbot.config import Room, Source
from douyinbot.connectors.pace import ConnectPace
from douyinbot.connectors.recording import Recorder
from douyinbot.events import Event
from douyinbot.webcast.chat_answer import Accepted

__all__ = ["POLL_FAILED", "Accepted", "Capabilities", "Connector", "Factory", "Setup"]

POLL_FAILED = "Error while fetching webcast data via request polling"
"""The `info` of a Failure; the words are the seed library's."""
T = TypeVar("T")


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a connector can do."""

    send_chat: bool = False
    gifts: bool = True
    room_info: bool = False
    gift_list: bool = False
    live: bool = True
    """False for recordings: nothing is waited for, and they end."""
    simulated: bool = False
    """The room is known to be made up before anything of it is seen."""


@runtime_checkable
class Connector(Protocol):
    """One room: an async context manager that yields what happens in it.

    Iterating connects. It ends after the stream's end (StreamEnd, Disconnected); a lost connection is mended
    inside (Disconnected, Reconnecting, Connected). What cannot be mended is raised as a ConnectError.
    """

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def account_id(self) -> str:
        """The user id of the account that speaks, "" for a guest or while unknown."""
        ...

    @property
    def counts(self) -> Mapping[str, int]:
        """What was received, and what was lost on the way (bad payloads, duplicates)."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *exc: object) -> None: ...

    def __aiter__(self) -> AsyncIterator[Event]: ...

    def batches(self) -> AsyncGenerator[list[Event]]:
        """Yield the events of one frame together: cheaper than one by one, otherwise the same."""
        ...

    async def send(self, text: str) -> Accepted:
        """Say one line. Only an outbox calls this.

        Raises:
            SendError: the platform did not take it.
        """
        ...


@dataclass(kw_only=True)
class Setup:
    """What a connector is built from: the room's part of bot.toml, and the means it may use."""

    room: Room
    source: Source = field(default_factory=lambda: Source("bot.toml"))
    keys: tuple[str | int, ...] = ("rooms", 0)
    """Where the room stands in the file, for errors."""
    kinds: Set[str] | None = None
    """The kinds of event that anybody listens to; None for all. It grows when a plugin waits for another."""
    raw: bool = False
    recorder: Recorder | None = None
    rng: random.Random = field(default_factory=random.Random)
    clock: Callable[[], datetime] = _utc_now
    pace: ConnectPace = field(default_factory=ConnectPace)

    def options(self, kind: type[T]) -> T:
        """Return `[rooms.options]` as typed values.

        Raises:
            ConfigError: an unknown key or a wrong type.
        """
        return self.source.convert(self.room.options, kind, (*self.keys, "options"))

    def wrong(self, key: str, problem: str) -> Exception:
        """Return a ConfigError about one key of the room."""
        return self.source.error((*self.keys, key), problem)


Factory = Callable[[Setup], Connector]
"""Builds a connector; registered by name with `registry.connector(name, factory)`."""
