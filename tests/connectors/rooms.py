"""What the tests of connectors share: a simulated room, a connector to it, and reading what that tells."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any, TypeVar

import msgspec

from douyinbot.config import Duration, Room, Source
from douyinbot.connectors.base import Connector, Setup
from douyinbot.connectors.douyin import build, parse_address
from douyinbot.connectors.live import LiveConnector
from douyinbot.connectors.options import NetworkOptions
from douyinbot.connectors.pace import ConnectPace
from douyinbot.connectors.simulator import Limits, RoomSpec, Scenario, Simulator
from douyinbot.events import Event

__all__ = [
    "QUICK",
    "QUIET",
    "Listener",
    "come_true",
    "connector",
    "kinds_of",
    "listening",
    "setup_for",
    "simulator",
    "texts_of",
]

E = TypeVar("E", bound=Event)
QUIET = Scenario(room=RoomSpec(history=0))
QUICK: dict[str, str] = {"min": "1ms", "max": "5ms"}
"""Reconnecting without patience."""


def simulator(scenario: Scenario | None = QUIET, **options: Any) -> Simulator:
    """Return a simulator whose rooms are silent, and whose server is impatient but may be polled at once."""
    if scenario is not None:
        room = msgspec.structs.replace(scenario.room, fetch_interval=Duration(0))
        scenario = msgspec.structs.replace(scenario, room=room)
    limits = Limits(resend_after=0.2, chat_gap=0.0, poll_gap=0.0)
    return Simulator(**{"scenario": scenario, "limits": limits, **options})


def setup_for(url: str, *, connector: str = "douyin", source: Source | None = None, **given: Any) -> Setup:
    """Return what a connector is built from; all but the means it may use are the room's options."""
    fields: dict[str, Any] = {"rng": random.Random(7), "pace": given.pop("connect_pace", ConnectPace(10_000))}
    fields |= {
        name: given.pop(name) for name in ("kinds", "raw", "recorder", "rng", "clock") if name in given
    }
    room = Room(id="main", connector=connector, url=url, options=given)
    return Setup(room=room, source=source or Source("bot.toml"), **fields)


def connector(server: Simulator, room: str = "abc", *, cookies: str = "", **given: Any) -> LiveConnector:
    """Return a connector to a simulated room; without other options it is impatient, too."""
    given.setdefault("reconnect", QUICK)
    given.setdefault("request_polling_interval_ms", 1)
    setup = setup_for(f"{server.address}/{room}", **given)
    return build(setup, parse_address(setup.room.url), setup.options(NetworkOptions), cookies=cookies)


class Listener:
    """Reads a connector's events one by one, and keeps all of them."""

    def __init__(self, batches: AsyncIterator[list[Event]]) -> None:
        self.events: list[Event] = []
        self._batches = batches
        self._waiting: list[Event] = []

    async def next(self) -> Event:
        while not self._waiting:
            self._waiting = list(await anext(self._batches))
        event = self._waiting.pop(0)
        self.events.append(event)
        return event

    async def until(self, kind: type[E], fits: Callable[[E], bool] = lambda _: True) -> E:
        """Read on to the next event of a kind."""
        while not (isinstance(event := await self.next(), kind) and fits(event)):
            pass
        return event

    async def rest(self) -> list[Event]:
        """Read to the end, and return all events since the beginning."""
        try:
            while True:
                await self.next()
        except StopAsyncIteration:
            return self.events

    @property
    def kinds(self) -> list[str]:
        return kinds_of(self.events)


@asynccontextmanager
async def listening(to: Connector) -> AsyncIterator[Listener]:
    """Connect, and close the stream at the end, wherever it is."""
    async with to:
        async with aclosing(to.batches()) as batches:
            yield Listener(batches)


async def come_true(condition: Callable[[], Any]) -> None:
    """Wait until something is so that nobody tells."""
    while True:
        if condition():
            return
        await asyncio.sleep(0.001)


def kinds_of(events: list[Event]) -> list[str]:
    return [event.kind for event in events]


def texts_of(events: list[Event]) -> list[str]:
    """Return what was said, in order."""
    return [text for event in events if (text := getattr(event, "comment", None)) is not None]
