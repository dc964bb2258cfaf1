"""Open the database and hand out its namespaces."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from douyinbot.errors import StoreError
from douyinbot.store import statements
from douyinbot.store.address import Address, read_address
from douyinbot.store.backup import back_up
from douyinbot.store.engine import make_engine
from douyinbot.store.faults import plain_words
from douyinbot.store.keyvalue import NAMESPACE_LENGTH, Runner, Store, check_name, microseconds
from douyinbot.store.migrations import migrate
from douyinbot.store.scratch import Scratch
from douyinbot.store.sqlite_file import prepare_file
from douyinbot.store.traffic import Traffic

__all__ = ["Database", "open_database"]

# RETURNING came with 3.35, in 2021.
OLDEST_SQLITE: Final = (3, 35)


async def open_database(
    url: str, *, clock: Callable[[], datetime], base: Path | None = None, aside: bool = False
) -> "Database":
    """Open the database at `url`, and make or update what is in it.

    `url` is `sqlite:///FILE` (a relative one is in `base`, or in the current folder), `sqlite://` (in memory,
    gone at the end) or `postgresql://USER:PASSWORD@HOST/NAME`. By the aware time of `clock` keys expire.
    With `aside` whatever is written is kept in memory and gone at the end.

    Raises:
        StoreError: the text says in plain words what is wrong and what to do next.
    """
    address = read_address(url, base)
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreError(
            f"SQLite {sqlite3.sqlite_version} is too old; update Python, or SQLite to 3.35 or later"
        )
    if address.path is not None:
        with plain_words(address.label):
            await asyncio.to_thread(prepare_file, address.path, clock())
    async with AsyncExitStack() as stack:
        engine = make_engine(address)
        stack.push_async_callback(engine.dispose)
        with plain_words(address.label):
            await migrate(engine, clock())
        stack.pop_all()
    return Database(
        address, Traffic(engine, address.label, single=_is_in_memory(address)), clock, aside=aside
    )


def _is_in_memory(address: Address) -> bool:
    return address.path is None and address.url.get_backend_name() == "sqlite"


class Database:
    """An open database; `open_database` makes it, `close` or leaving `async with` ends it."""

    def __init__(
        self, address: Address, traffic: Traffic, clock: Callable[[], datetime], *, aside: bool = False
    ) -> None:
        self._address = address
        self._traffic = traffic
        self._clock = clock
        self._memories: list[Traffic] = []
        self._runner: Runner = traffic
        self._aside = aside
        if aside:
            self._runner = self.scratch()

    def __repr__(self) -> str:
        return f"<Database {self._address.label}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def pending(self) -> int:
        """How many operations are under way, waiting ones included; an open transaction alone is none."""
        return sum(traffic.flights.pending for traffic in (self._traffic, *self._memories))

    def namespace(self, name: str) -> Store:
        """Give the keys and values of one plugin."""
        check_name("a namespace", name, NAMESPACE_LENGTH)
        return Store(name, self._runner, self._clock)

    def scratch(self) -> Scratch:
        """Give a layer over this database that takes every change and is thrown away."""

        async def open_memory() -> Runner:
            address = read_address("sqlite://")
            engine = make_engine(address)
            with plain_words(address.label):
                await migrate(engine, self._clock())
            self._memories.append(Traffic(engine, "a rehearsal's, in memory", single=True))
            return self._memories[-1]

        return Scratch(self._runner, self._clock, lambda: self._traffic.flights.start(open_memory()))

    async def sweep(self) -> int:
        """Remove all expired keys and tell how many there were."""
        if self._aside:
            return 0
        return len(await self._traffic.write(statements.SWEEP, {"now": microseconds(self._clock())}))

    async def back_up(self, day: date) -> Path | None:
        """Copy a SQLite file for this day, and return the copy: None if there is one, or nothing to copy.

        Raises:
            StoreError: the disk is full, or the file cannot be read.
        """
        if self._address.path is None or self._aside:
            return None
        with plain_words(self._address.label):
            return await asyncio.to_thread(back_up, self._address.path, day)

    async def close(self) -> None:
        """Let what is under way end, undo open transactions and close all connections; safe to call twice."""
        await self._traffic.close()
        for memory in self._memories:
            await memory.close()
