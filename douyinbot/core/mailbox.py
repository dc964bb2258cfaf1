"""A plugin's mailbox: bounded, in order, and honest about what it had to drop."""

import asyncio
from collections import Counter, deque
from typing import Generic, Protocol, TypeVar

__all__ = ["Mailbox", "worth"]


class Item(Protocol):
    """What a mailbox holds."""

    @property
    def kind(self) -> str:
        """The kind of event that it is about."""
        ...


T = TypeVar("T", bound=Item)

# What is dropped first when a plugin cannot keep up. Whatever is not listed lies between joins and chat.
_WORTH = {"like": 0, "raw_data": 0, "unknown": 0, "member": 1, "room_user": 1, "chat": 3, "gift": 9}
_MIDDLE = 2
NEVER_DROPPED = 9


def worth(kind: str) -> int:
    """Return how much it matters that a plugin gets an event of this kind."""
    return _WORTH.get(kind, _MIDDLE)


class Mailbox(Generic[T]):
    """Items waiting for one plugin.

    When it is full, the oldest item of the lowest worth goes: likes, then joins, then the rest, then chat. A
    new item that is worth less than all that wait is not taken at all.
    Gifts are kept up to ten times the size, which only a plugin that hangs for very long can reach.
    """

    def __init__(self, size: int = 1000) -> None:
        self.size = size
        self.dropped: Counter[str] = Counter()
        """How many were dropped, by kind."""
        self._items: deque[T] = deque()
        self._of_worth = [0] * (NEVER_DROPPED + 1)
        """How many items of each worth wait."""
        self._taker: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: T) -> None:
        """Add an item."""
        items, value = self._items, _WORTH.get(item.kind, _MIDDLE)
        if len(items) >= self.size and not self._make_room(value):
            self.dropped[item.kind] += 1
            return
        items.append(item)
        self._of_worth[value] += 1
        if self._taker is not None and not self._taker.done():
            self._taker.set_result(None)

    async def take(self, most: int = 64) -> list[T]:
        """Wait for items and return the oldest ones; only one may wait at a time."""
        while not self._items:
            self._taker = asyncio.get_running_loop().create_future()
            try:
                await self._taker
            finally:
                self._taker = None
        if len(self._items) <= most:
            taken = list(self._items)
            self._empty()
            return taken
        taken = [self._items.popleft() for _ in range(most)]
        for item in taken:
            self._of_worth[worth(item.kind)] -= 1
        return taken

    def clear(self) -> int:
        """Drop everything, counted; return how many that were."""
        count = len(self._items)
        self.dropped.update(item.kind for item in self._items)
        self._empty()
        return count

    def _empty(self) -> None:
        self._items.clear()
        self._of_worth = [0] * (NEVER_DROPPED + 1)

    def _make_room(self, incoming: int) -> bool:
        """Drop what matters least; False if that is what is coming in."""
        lowest = next(value for value, count in enumerate(self._of_worth) if count)
        if incoming < lowest:
            return False
        if lowest >= NEVER_DROPPED and len(self._items) < 10 * self.size:
            return True
        index = next(index for index, item in enumerate(self._items) if worth(item.kind) == lowest)
        self.dropped[self._items[index].kind] += 1
        del self._items[index]
        self._of_worth[lowest] -= 1
        return True
