"""A plugin's mailbox: bounded, in order, and honest about what it had to drop."""

import asyncio
from collections import Counter, deque
from typing import Any, Generic, Protocol, TypeVar

__all__ = ["Mailbox", "worth"]


class Item(Protocol):
    """What a mailbox holds."""

    @property
    def kind(self) -> str:
        """The kind of event that it is about."""
        ...


T = TypeVar("T", bound=Item)

# What is dropped first when a plugin cannot keep up. Whatever is not listed lies between joins and chat.
_WORTH = {"like": 0, "raw_data": 0, "unknown": 0, "member": 1, "room_user": 1, "chat": 3, "gift": 4}
_MIDDLE = 2
NEVER_DROPPED = 4


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
        self._shelves: tuple[deque[tuple[int, T]], ...] = tuple(deque() for _ in range(NEVER_DROPPED + 1))
        """What waits, by worth: dropping must not cost more the more there is. Numbers keep the order."""
        self._count = 0
        self._number = 0
        self._taker: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return self._count

    def put(self, item: T) -> None:
        """Add an item."""
        value = _WORTH.get(item.kind, _MIDDLE)
        if self._count >= self.size and not self._make_room(value):
            self.dropped[item.kind] += 1
            return
        self._number += 1
        self._shelves[value].append((self._number, item))
        self._count += 1
        if self._taker is not None and not self._taker.done():
            self._taker.set_result(None)

    async def take(self, most: int = 64) -> list[T]:
        """Wait for items and return the oldest ones; only one may wait at a time."""
        while not self._count:
            self._taker = asyncio.get_running_loop().create_future()
            try:
                await self._taker
            finally:
                self._taker = None
        if self._count <= most:
            taken = sorted(pair for shelf in self._shelves for pair in shelf)
            self._empty()
            return [item for _, item in taken]
        self._count -= most
        return [self._oldest() for _ in range(most)]

    def clear(self) -> int:
        """Drop everything, counted; return how many that were."""
        count = self._count
        self.dropped.update(item.kind for shelf in self._shelves for _, item in shelf)
        self._empty()
        return count

    def _oldest(self) -> T:
        return min((shelf for shelf in self._shelves if shelf), key=_first_number).popleft()[1]

    def _empty(self) -> None:
        for shelf in self._shelves:
            shelf.clear()
        self._count = 0

    def _make_room(self, incoming: int) -> bool:
        """Drop what matters least; False if that is what is coming in."""
        lowest = next(value for value, shelf in enumerate(self._shelves) if shelf)
        if incoming < lowest:
            return False
        if lowest >= NEVER_DROPPED and self._count < 10 * self.size:
            return True
        _, item = self._shelves[lowest].popleft()
        self.dropped[item.kind] += 1
        self._count -= 1
        return True


def _first_number(shelf: deque[tuple[int, Any]]) -> int:
    return shelf[0][0]
