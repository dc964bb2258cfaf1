"""What waits for a plugin that cannot keep up: sorted by worth, bounded, and no gift of it lost."""

from collections import Counter, OrderedDict, deque
from collections.abc import Hashable
from typing import Any, Generic, Protocol, Self, TypeVar

__all__ = ["GIFTS", "PURSES", "Item", "Shelves", "worth"]


class Item(Protocol):
    """What waits."""

    @property
    def kind(self) -> str:
        """The kind of event that it is about."""
        ...

    @property
    def count(self) -> int:
        """How many events it stands for."""
        ...

    @property
    def purse(self) -> Hashable:
        """Gifts of the same purse can be made one."""
        ...

    def joined(self, newer: Self) -> Self:
        """Return one item for this one and a newer one of the same purse."""
        ...


T = TypeVar("T", bound=Item)

# What is dropped first when a plugin cannot keep up. Whatever is not listed lies between joins and chat.
_WORTH = {"like": 0, "raw_data": 0, "unknown": 0, "member": 1, "room_user": 1, "chat": 3, "gift": 4}
_MIDDLE = 2
GIFTS = 4
"""The worth of gifts: nothing is worth more."""

PURSES = 10
"""Purses are kept up to so many times the size: a thousand givers of ten gifts each."""


def worth(kind: str) -> int:
    """Return how much it matters that a plugin gets an event of this kind."""
    return _WORTH.get(kind, _MIDDLE)


class Shelves(Generic[T]):
    """Items in order, of which the oldest of the lowest worth goes when there are more than `size`.

    First likes go, then joins, then the rest, then chat. A new item that is worth less than all that wait is
    not taken at all. When only gifts are left, further ones are put into purses, one for each giver and gift,
    in which their units add up. So their number is bounded by the givers, not by the time that a plugin
    hangs; it takes PURSES times the size of them before a gift is dropped.

    Args:
        dropped: where what was dropped is counted, in events, by kind.
    """

    def __init__(self, size: int, dropped: Counter[str]) -> None:
        self._size = size
        self._dropped = dropped
        # Sorted at once: dropping must not cost more the more there is. Numbers keep the order.
        self._shelves: tuple[deque[tuple[int, T]], ...] = tuple(deque() for _ in range(GIFTS + 1))
        # Ordered, because the oldest is found at once there; a dict looks for it past all that were removed.
        self._purses: OrderedDict[Hashable, tuple[int, T]] = OrderedDict()
        self._count = 0
        self._number = 0

    def __len__(self) -> int:
        return self._count

    def put(self, item: T) -> None:
        """Take an item, or drop what matters least."""
        value = worth(item.kind)
        if value == GIFTS and self._purses and self._join(item):
            return
        self._number += 1
        if self._count < self._size or self._make_room(value):
            self._shelves[value].append((self._number, item))
        elif value == GIFTS and len(self._purses) < PURSES * self._size:
            self._purses[item.purse] = self._number, item
        else:
            self._dropped[item.kind] += item.count
            return
        self._count += 1

    def take(self, most: int) -> list[T]:
        """Hand out the oldest items."""
        most = min(most, self._count)
        self._count -= most
        return [self._oldest() for _ in range(most)]

    def _make_room(self, incoming: int) -> bool:
        """Drop what matters least; False if that is what is coming in, or if only gifts are there."""
        lowest = next((value for value, shelf in enumerate(self._shelves) if shelf), GIFTS)
        if incoming < lowest or lowest == GIFTS:
            return False
        _, item = self._shelves[lowest].popleft()
        self._dropped[item.kind] += item.count
        self._count -= 1
        return True

    def _join(self, gift: T) -> bool:
        """Put a gift into its purse; False if it has none."""
        known = self._purses.get(gift.purse)
        if known is None:
            return False
        number, older = known
        self._purses[gift.purse] = number, older.joined(gift)
        return True

    def _oldest(self) -> T:
        shelf = min(filter(None, self._shelves), key=_first_number, default=None)
        purse = next(iter(self._purses.values()), None)
        if shelf is None or (purse is not None and purse[0] < _first_number(shelf)):
            return self._purses.popitem(last=False)[1][1]
        return shelf.popleft()[1]


def _first_number(shelf: deque[tuple[int, Any]]) -> int:
    return shelf[0][0]
