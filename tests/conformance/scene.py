"""A stage for one scenario: clients of one simulated room, and a journal of all that their user sees."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from douyinbot import LiveClient
from douyinbot.core.liveclient.handlers import NAMES
from douyinbot.events import EVENTS, Event
from tests.conformance.platforms import Platform, Room
from tests.conformance.traces import State

__all__ = ["Scene", "open_scene"]

QUIET = 0.05
"""Seconds in which nothing more may come at the end of a scenario."""
SEED_NAMES = {kind: name for name, kind in NAMES.items() if name != name.lower()}


class Scene:
    """What a scenario can do."""

    def __init__(self, platform: Platform, room: Room, calls: list[str]) -> None:
        self.platform = platform
        self.room = room
        self.calls = calls
        """The names of the trace's calls."""
        self.journal: list[str] = []
        self._clients: list[LiveClient] = []

    def client(self, unique_id: Any = None, *, errors: bool = True, **options: Any) -> LiveClient:
        """Return a client of the room; its events go into the journal, `error` only if that is wanted.

        The seed leaves connecting again to its user, so ours does here, too.
        """
        given = {**self.room.options, "reconnect": False, "request_polling_interval_ms": 10, **options}
        client = LiveClient(
            self.room.unique_id if unique_id is None else unique_id, self.platform.name, **given
        )
        self._clients.append(client)
        for kind in EVENTS:
            if errors or kind != "failure":
                client.on(SEED_NAMES.get(kind, kind), self._write)
        return client

    async def call(self, name: str, function: Callable[..., Any], *arguments: Any) -> None:
        """Call something, and write down how it ends."""
        self.journal.append(f"call {name}")
        try:
            outcome = function(*arguments)
            if inspect.isawaitable(outcome):
                await outcome
        except Exception as error:
            self.journal.append(f"rejected {name}: {type(error).__name__}")
        else:
            self.journal.append(f"resolved {name}")

    def state(self, client: LiveClient) -> None:
        """Write the client's state down."""
        now = client.state
        self.journal.append(
            str(
                State(
                    now.is_connected,
                    now.upgraded_to_websocket,
                    bool(now.room_id),
                    now.room_info is not None,
                    now.available_gifts is not None,
                )
            )
        )

    async def saw(self, line: str, times: int = 1) -> None:
        """Wait until something stands in the journal."""
        await self.until(lambda: self.journal.count(line) >= times)

    @staticmethod
    async def until(condition: Callable[[], Any]) -> None:
        while not condition():  # noqa: ASYNC110 - it is somebody else's state
            await asyncio.sleep(0.005)

    async def leave(self) -> None:
        """Disconnect whoever is still there."""
        for client in self._clients:
            await client.disconnect()

    async def end(self) -> None:
        """See that nothing more comes, and leave."""
        await asyncio.sleep(QUIET)
        seen = list(self.journal)
        for client in self._clients:
            await client.close()
        assert self.journal[len(seen) :] in ([], ["event disconnected"]), "something came after the end"
        self.journal = seen

    def _write(self, event: Event) -> None:
        details: dict[str, Callable[[Any], str]] = {
            "raw_data": lambda e: f" {e.method}",
            "failure": lambda e: f" {e.info}",
            "connected": lambda e: f" by {'socket' if e.websocket else 'polling'}",
        }
        self.journal.append(f"event {event.kind}{details.get(event.kind, lambda _: '')(event)}")


@asynccontextmanager
async def open_scene(platform: Platform, calls: list[str], **room: Any) -> AsyncIterator[Scene]:
    """Open a room and a scene in it."""
    async with platform.open(**room) as opened:
        yield Scene(platform, opened, calls)
