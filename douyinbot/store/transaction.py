"""One transaction: statements that are saved together, or not at all."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncConnection

from douyinbot.errors import StoreError
from douyinbot.store.engine import execute
from douyinbot.store.faults import plain_words
from douyinbot.store.inflight import InFlight
from douyinbot.store.keyvalue import Rows, Runner

__all__ = ["Transaction"]

logger = logging.getLogger(__name__)

# Everybody's writes wait for an open transaction, so a plugin that hangs in one must not hold it for good.
LONGEST = 10.0


class Transaction:
    """A connection on which BEGIN was said, until it ends in one of three ways: saved, undone or given up."""

    def __init__(
        self,
        connection: AsyncConnection,
        label: str,
        owner: str,
        task: asyncio.Task[Any] | None,
        flights: InFlight,
        ended: Callable[[], None],
    ) -> None:
        # The plugin, for errors, and the task that opened it.
        self.owner = owner
        self.task = task
        self._connection = connection
        self._label = label
        self._flights = flights
        # Told once, when the connection has been given back and others may write.
        self._ended = ended
        # Tasks may share a transaction, but a connection takes one statement at a time.
        self._turn = asyncio.Lock()
        # Why nothing more is taken; None while all is well.
        self._refusal: str | None = None
        self._is_open = True
        self._timer = asyncio.get_running_loop().call_later(LONGEST, self._run_out)

    async def read(self, statement: TextClause, values: Mapping[str, Any]) -> Rows:
        """Run a statement within the transaction."""
        return await self._flights.finish(self._run(statement, values))

    async def write(self, statement: TextClause, values: Mapping[str, Any]) -> Rows:
        """Run a statement within the transaction; it is safe only when the transaction has been saved."""
        return await self._flights.finish(self._run(statement, values))

    def transaction(self, owner: str) -> AbstractAsyncContextManager[Runner]:
        """Refuse: half of a transaction cannot be undone."""
        raise StoreError(f"the transaction of {owner!r} is open already: use the store that it gave you")

    async def save(self) -> None:
        """Commit, or raise StoreError when nothing was saved."""
        await self._flights.finish(self._save())

    async def undo(self) -> None:
        """Roll back, if the transaction is still open."""
        await self._flights.finish(self.give_up("it was undone"))

    async def give_up(self, why: str) -> None:
        """Roll back after the statement that is under way; whoever still uses the transaction is told why."""
        async with self._turn:
            if self._is_open:
                self._refusal = why
                try:
                    with plain_words(self._label):
                        await self._connection.rollback()
                except StoreError as exc:
                    # Nothing was committed, and the database forgets it with the connection.
                    logger.warning("undoing the transaction of %s: %s", self.owner, exc)
                finally:
                    await self._leave()

    async def _run(self, statement: TextClause, values: Mapping[str, Any]) -> Rows:
        async with self._turn:
            if self._refusal is not None:
                raise StoreError(f"the transaction of {self.owner!r} takes nothing more: {self._refusal}")
            try:
                with plain_words(self._label):
                    return await execute(self._connection, statement, values)
            except StoreError:
                # SQLite may have rolled back by itself and would now save each statement on its own;
                # PostgreSQL would answer COMMIT with a silent ROLLBACK.
                self._refusal = "an earlier operation in it failed"
                raise

    async def _save(self) -> None:
        async with self._turn:
            try:
                if self._refusal is not None:
                    raise StoreError(
                        f"nothing of the transaction of {self.owner!r} was saved: {self._refusal}"
                    )
                with plain_words(self._label):
                    await self._connection.commit()
            finally:
                if self._is_open:
                    self._refusal = self._refusal or "it has ended"
                    await self._leave()

    def _run_out(self) -> None:
        why = f"it was open for more than {LONGEST:g} s, and everybody's writes waited for it"
        logger.warning("the transaction of %s is given up: %s", self.owner, why)
        self._flights.start(self.give_up(why))

    async def _leave(self) -> None:
        """Give the connection back; closing it rolls back whatever was not committed."""
        self._is_open = False
        self._timer.cancel()
        try:
            with plain_words(self._label):
                await self._connection.close()
        except StoreError as exc:
            logger.warning("after the transaction of %s: %s", self.owner, exc)
        finally:
            self._ended()
