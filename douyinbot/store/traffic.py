"""Who may use the database when: many read at once, one writes, and what waits together is saved together."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import TextClause
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from douyinbot.errors import StoreError
from douyinbot.store.engine import LOCK_ENTRIES, begin, execute
from douyinbot.store.faults import plain_words
from douyinbot.store.inflight import InFlight
from douyinbot.store.keyvalue import Rows
from douyinbot.store.transaction import Transaction

__all__ = ["Traffic"]

# The database cannot be used at all just now, whatever the statement.
HOPELESS = (OperationalError, InterfaceError, PoolTimeout, OSError)


@dataclass(eq=False)
class _Write:
    statement: TextClause
    values: Mapping[str, Any]
    answer: asyncio.Future[Rows]

    def refuse(self, why: StoreError) -> None:
        # An error of its own for each: raising one in many tasks would pile up their tracebacks in it.
        error = StoreError(*why.args)
        error.__cause__ = why.__cause__
        self.answer.set_exception(error)


class Traffic:
    """The one way to the engine.

    All writing passes one asyncio lock, so that SQLite is never found locked by ourselves. Whoever gets the
    lock saves for all who wait: a sync of the disk takes milliseconds, and a gift storm brings hundreds of
    writes. It is the same on PostgreSQL, so that a plugin which works on one works on the other.
    """

    def __init__(self, engine: AsyncEngine, label: str, *, single: bool) -> None:
        self.flights = InFlight()
        self._engine = engine
        self._label = label
        # In memory there is only one connection: readers too must wait for the writer.
        self._single = single
        self._writing = asyncio.Lock()
        # Needs no bound of its own: it holds one entry for each waiting caller.
        self._waiting: list[_Write] = []
        # It holds the lock, so there is at most one.
        self._transaction: Transaction | None = None
        self._closed = False

    async def read(self, statement: TextClause, values: Mapping[str, Any]) -> Rows:
        """Run a statement that changes nothing."""
        self._admit()
        return await self.flights.finish(self._read(statement, values))

    async def write(self, statement: TextClause, values: Mapping[str, Any]) -> Rows:
        """Run a statement that changes something, and return when it is safe on the disk."""
        self._admit()
        return await self.flights.finish(self._write(statement, values))

    @asynccontextmanager
    async def transaction(self, owner: str) -> AsyncIterator[Transaction]:
        """Begin a transaction; it is saved at the end, and undone if anything is raised."""
        self._admit()
        work = self._begin(owner, asyncio.current_task())
        transaction = await self.flights.finish(work, undo=self._give_up_unwanted)
        saved = False
        try:
            yield transaction
            saved = True
        finally:
            await (transaction.save() if saved else transaction.undo())

    async def close(self) -> None:
        """Let what is under way end, undo open transactions, and close all connections."""
        if self._closed:
            return
        self._closed = True
        if self._transaction is not None:
            await self._transaction.give_up("the store was closed")
        await self.flights.wait()
        with plain_words(self._label):
            await self._engine.dispose()

    def _admit(self) -> None:
        if self._closed:
            raise StoreError("the store has been closed")
        if self._transaction is not None and self._transaction.task is asyncio.current_task():
            # It would wait for itself.
            raise StoreError(
                f"the transaction of {self._transaction.owner!r} is open: use the store that it gave you, "
                "and no other until it ends"
            )

    async def _read(self, statement: TextClause, values: Mapping[str, Any]) -> Rows:
        async with AsyncExitStack() as stack:
            if self._single:
                await stack.enter_async_context(self._writing)
            with plain_words(self._label):
                connection = await stack.enter_async_context(self._engine.connect())
                return await execute(connection, statement, values)

    async def _write(self, statement: TextClause, values: Mapping[str, Any]) -> Rows:
        write = _Write(statement, values, asyncio.get_running_loop().create_future())
        self._waiting.append(write)
        async with self._writing:
            if not write.answer.done():
                batch, self._waiting = self._waiting, []
                while batch:
                    batch = await self._save(batch)
        return await write.answer

    async def _save(self, batch: list[_Write]) -> list[_Write]:
        """Save all or none of the batch, and return those that still wait for their answer."""
        current: _Write | None = None
        answers: list[Rows] = []
        try:
            with plain_words(self._label):
                async with self._engine.connect() as connection:
                    if len(batch) > 1:
                        await begin(connection, LOCK_ENTRIES)
                    for write in batch:
                        current = write
                        answers.append(await execute(connection, write.statement, write.values))
                    current = None
                    if len(batch) > 1:
                        await connection.commit()
        except StoreError as exc:
            # Nobody pays for another's write, unless the database is at fault: then each would only wait as
            # long for the same answer. A COMMIT that failed is never repeated, for it may have worked.
            refused = batch if current is None or isinstance(exc.__cause__, HOPELESS) else [current]
            for write in refused:
                write.refuse(exc)
        else:
            for write, rows in zip(batch, answers, strict=True):
                write.answer.set_result(rows)
        return [write for write in batch if not write.answer.done()]

    async def _begin(self, owner: str, task: asyncio.Task[Any] | None) -> Transaction:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._writing)
            if self._closed:
                raise StoreError("the store has been closed")
            with plain_words(self._label):
                connection = await stack.enter_async_context(self._engine.connect())
                await begin(connection, LOCK_ENTRIES)
            # Lock and connection are the transaction's from here on.
            stack.pop_all()
        self._transaction = Transaction(connection, self._label, owner, task, self.flights, self._ended)
        return self._transaction

    def _give_up_unwanted(self, transaction: Transaction) -> None:
        self.flights.start(transaction.give_up("its caller was cancelled"))

    def _ended(self) -> None:
        self._transaction = None
        self._writing.release()
