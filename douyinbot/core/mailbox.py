"""A plugin's mailbox: bounded, in order, and honest about what it had to drop."""

import asyncio
from collections import Counter, deque
from typing import Generic, TypeVar

__all__ = ["Mailbox", "worth"]

T = TypeVar("T")

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
        self._items: deque[tuple[int, str, T]] = deque()
        self._of_worth: Counter[int] = Counter()
        """How many items of each worth wait."""
        self._filled = asyncio.Event()

    def __len__(self) -> int:
        return len(self._items)

    def put(self, kind: str, item: T) -> None:
        """Add an item."""
        if len(self._items) >= self.size and not self._make_room(worth(kind)):
            self.dropped[kind] += 1
            return
        self._items.append((worth(kind), kind, item))
        self._of_worth[worth(kind)] += 1
        self._filled.set()

    async def take(self, most: int = 64) -> list[T]:
        """Wait for items and return the oldest ones."""
        while not self._items:
            self._filled.clear()
            await self._filled.wait()
        taken = [self._items.popleft() for _ in range(min(most, len(self._items)))]
        for value, _, _ in taken:
            self._of_worth[value] -= 1
        return [item for _, _, item in taken]

    def clear(self) -> int:
        """Drop everything, counted; return how many that were."""
        count = len(self._items)
        self.dropped.update(kind for _, kind, _ in self._items)
        self._items.clear()
        self._of_worth.clear()
        return count

    def _make_room(self, incoming: int) -> bool:
        """Drop what matters least; False if that is what is coming in."""
        lowest = min(value for value, count in self._of_worth.items() if count)
        if incoming < lowest:
            return False
        if lowest >= NEVER_DROPPED and len(self._items) < 10 * self.size:
            return True
        index = next(index for index, entry in enumerate(self._items) if entry[0] == lowest)
        self.dropped[self._items[index][1]] += 1
        del self._items[index]
        self._of_worth[lowest] -= 1
        return True
