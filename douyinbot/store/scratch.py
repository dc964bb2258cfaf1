"""A layer over a database that takes every change and is thrown away: for rehearsals.

What is read comes from the database below until it is first touched; from then on it lives in memory, with
all the rules of a real store, because it is one. The database below is never written to.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause

from douyinbot.store import statements
from douyinbot.store.keyvalue import NAMESPACE_LENGTH, Rows, Runner, Store, check_name, microseconds

__all__ = ["Scratch"]


class _Copied:
    """What has been fetched from below: single keys, and all keys of a range."""

    def __init__(self) -> None:
        self._keys: set[tuple[str, str]] = set()
        self._ranges: set[tuple[str, str, str]] = set()

    def has(self, namespace: str, first: str, last: str) -> bool:
        if first == last and (namespace, first) in self._keys:
            return True
        return any(name == namespace and low <= first and last <= high for name, low, high in self._ranges)

    def add(self, namespace: str, first: str, last: str) -> None:
        if first == last:
            self._keys.add((namespace, first))
        else:
            self._ranges.add((namespace, first, last))

    def copy(self) -> "_Copied":
        other = _Copied()
        other.take(self)
        return other

    def take(self, other: "_Copied") -> None:
        self._keys |= other._keys
        self._ranges |= other._ranges


class Scratch:
    """The changes of one rehearsal after the other.

    Args:
        below: reads from the database itself.
        open_memory: opens an empty database in memory; called when a rehearsal first needs it.
    """

    def __init__(
        self,
        below: Runner,
        clock: Callable[[], datetime],
        open_memory: Callable[[], "asyncio.Future[Runner]"],
    ) -> None:
        self._below = below
        self._clock = clock
        self._open_memory = open_memory
        self._memory: asyncio.Future[Runner] | None = None
        self._copied = _Copied()
        self._stale = False

    def namespace(self, name: str) -> Store:
        """Give the keys and values of one plugin, as this rehearsal has them."""
        check_name("a namespace", name, NAMESPACE_LENGTH)
        return Store(name, self, self._clock)

    def forget(self) -> None:
        """Throw away what was changed: the rehearsal is over."""
        self._copied = _Copied()
        self._stale = self._memory is not None

    async def read(self, statement: TextClause, values: Mapping[str, Any]) -> Rows:
        """Run a statement that changes nothing."""
        memory = await self._ready()
        await self.fetch(memory, values, self._copied)
        return await memory.read(statement, values)

    async def write(self, statement: TextClause, values: Mapping[str, Any]) -> Rows:
        """Run a statement that changes something, in this layer alone."""
        memory = await self._ready()
        await self.fetch(memory, values, self._copied)
        return await memory.write(statement, values)

    @asynccontextmanager
    async def transaction(self, owner: str) -> AsyncIterator[Runner]:
        """Begin a transaction in this layer."""
        memory = await self._ready()
        async with memory.transaction(owner) as inner:
            inside = _Inside(self, inner, self._copied.copy())
            yield inside
        self._copied.take(inside.copied)  # only now: had it been undone, what it fetched would be gone

    async def fetch(self, layer: Runner, values: Mapping[str, Any], copied: _Copied) -> None:
        """Copy from below what a statement is about, unless that has been done."""
        namespace = values["namespace"]
        first, last = values.get("first", values.get("key")), values.get("last", values.get("key"))
        if copied.has(namespace, first, last):
            return
        limits = {"namespace": namespace, "first": first, "last": last, "now": microseconds(self._clock())}
        rows = await self._below.read(statements.COPY, limits)
        new = [row for row in rows if not copied.has(namespace, row[0], row[0])]
        for span in ((first, last), *((row[0], row[0]) for row in new)):
            copied.add(namespace, *span)
        names = ("key", "json", "int", "float", "expires")
        adopted = ({"namespace": namespace, **dict(zip(names, row, strict=True))} for row in new)
        await asyncio.gather(*(layer.write(statements.ADOPT, row) for row in adopted))

    async def _ready(self) -> Runner:
        if self._memory is None:
            self._memory = self._open_memory()
        memory = await asyncio.shield(self._memory)
        if self._stale:
            self._stale = False
            await memory.write(statements.CLEAR, {})
        return memory


class _Inside:
    """A transaction of the layer."""

    def __init__(self, scratch: Scratch, inner: Runner, copied: _Copied) -> None:
        self.copied = copied
        self._scratch = scratch
        self._inner = inner

    async def read(self, statement: TextClause, values: Mapping[str, Any]) -> Rows:
        await self._scratch.fetch(self._inner, values, self.copied)
        return await self._inner.read(statement, values)

    async def write(self, statement: TextClause, values: Mapping[str, Any]) -> Rows:
        await self._scratch.fetch(self._inner, values, self.copied)
        return await self._inner.write(statement, values)

    def transaction(self, owner: str) -> AbstractAsyncContextManager[Runner]:
        return self._inner.transaction(owner)
