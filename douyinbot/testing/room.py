"""A room made of air: events are put in by hand, and what the bot says comes straight back."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any, Self

from douyinbot.connectors.base import Accepted, Capabilities, Setup
from douyinbot.events import Chat, Connected, Event, User

__all__ = ["AirRoom"]

BOT = User(id="1", unique_id="bot", nickname="小助手")


class AirRoom:
    """A connector without a network. Lines are echoed as the platform does, so they become `seen`.

    Args:
        said: where they are noted down.
    """

    capabilities = Capabilities(send_chat=True)
    account_id = BOT.id
    counts: Mapping[str, int] = {}

    def __init__(self, setup: Setup, said: list[str]) -> None:
        self._said = said
        self._setup = setup
        self._batches: asyncio.Queue[list[Event] | None] = asyncio.Queue()
        self._numbers = 0

    async def __aenter__(self) -> Self:
        self.put(Connected(**self._common(), title="测试直播间", owner="主播"))
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Nothing stays open."""

    def put(self, *events: Event) -> None:
        """Let events happen, as one frame."""
        self._batches.put_nowait(list(events))

    def next_id(self) -> str:
        """Return a fresh message id."""
        self._numbers += 1
        return str(7_000_000_000_000_000_000 + self._numbers)

    async def batches(self) -> AsyncGenerator[list[Event]]:
        while (batch := await self._batches.get()) is not None:
            yield batch

    async def __aiter__(self) -> AsyncIterator[Event]:
        async for batch in self.batches():
            for event in batch:
                yield event

    async def send(self, text: str) -> Accepted:
        self._said.append(text)
        id = self.next_id()
        self.put(Chat(**self._common(), id=id, user=BOT, comment=text))
        return Accepted(message_id=id, account_id=BOT.id)

    def _common(self) -> dict[str, Any]:
        now = self._setup.clock()
        return {"room": self._setup.room.id, "time": now, "received": now, "simulated": True}
