"""A plugin's mailbox: bounded, in order, and honest about what it had to drop."""

import asyncio
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import Generic

from douyinbot.core.dispatch.shelves import GIFTS, Shelves, T, worth

__all__ = ["Mailbox", "only_gifts"]


class Mailbox(Generic[T]):
    """Items waiting for one plugin: a plain queue until it is full, then shelves until all is taken."""

    def __init__(self, size: int = 1000) -> None:
        self.size = size
        self.dropped: Counter[str] = Counter()
        """How many events were dropped, by kind."""
        self._queue: deque[T] = deque()
        self._shelves: Shelves[T] | None = None
        self._taker: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return len(self._queue) if self._shelves is None else len(self._shelves)

    def put(self, items: Sequence[T]) -> None:
        """Add items that came together."""
        if self._shelves is None and len(self._queue) + len(items) <= self.size:
            self._queue.extend(items)
        else:
            self._put_on_shelves(items)
        if self._taker is not None and items:
            if not self._taker.done():
                self._taker.set_result(None)
            self._taker = None

    def filled(self) -> asyncio.Future[None]:
        """Return what is done as soon as something was put in; only one may wait at a time."""
        filled: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if len(self):
            filled.set_result(None)
        else:
            self._taker = filled
        return filled

    def take(self, most: int = 64) -> list[T]:
        """Hand out the oldest items."""
        queue = self._queue
        if self._shelves is not None:
            taken = self._shelves.take(most)
            if not len(self._shelves):
                self._shelves = None
        elif len(queue) <= most:
            taken = list(queue)
            queue.clear()
        else:
            taken = [queue.popleft() for _ in range(most)]
        return taken

    def clear(self, *, spare_gifts: bool = False) -> int:
        """Drop everything, or everything but gifts, counted; return how many events that were."""
        before, items = self.dropped.total(), self.take(len(self))
        if spare_gifts:
            self.put(only_gifts(items, self.dropped))
        else:
            for item in items:
                self.dropped[item.kind] += item.count
        return self.dropped.total() - before

    def _put_on_shelves(self, items: Iterable[T]) -> None:
        if self._shelves is None:
            self._shelves = Shelves(self.size, self.dropped)
            for item in self._queue:
                self._shelves.put(item)
            self._queue.clear()
        for item in items:
            self._shelves.put(item)


def only_gifts(items: Iterable[T], dropped: Counter[str]) -> list[T]:
    """Return the gifts among some items; the others are counted as dropped."""
    gifts = []
    for item in items:
        if worth(item.kind) == GIFTS:
            gifts.append(item)
        else:
            dropped[item.kind] += item.count
    return gifts
