"""Operations on their way: each runs to its end, even if whoever asked for it is cancelled meanwhile."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from douyinbot.errors import StoreError

__all__ = ["InFlight"]

logger = logging.getLogger(__name__)

T = TypeVar("T")


class InFlight:
    """The operations under way.

    A statement cannot be called back from the database's thread. Were it abandoned there, SQLAlchemy would
    throw its connection away: costly on disk, and the end of all data in memory.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        # Callers that have not yet been told: a task is done a turn of the loop before its caller goes on.
        self._callers = 0

    @property
    def pending(self) -> int:
        """How many operations are under way; 0 means that nobody waits for the disk."""
        return max(self._callers, len(self._tasks))

    async def finish(self, work: Coroutine[Any, Any, T], undo: Callable[[T], None] | None = None) -> T:
        """Run `work` to its end and return its result; `undo` gets it if the caller is gone by then."""
        task = self.start(work)
        self._callers += 1
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(lambda done: _abandon(done, undo))
            raise
        finally:
            self._callers -= 1

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run `work` for nobody in particular."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def wait(self) -> None:
        """Return when nothing is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)


def _abandon(task: asyncio.Task[T], undo: Callable[[T], None] | None) -> None:
    if task.cancelled():
        return
    error = task.exception()
    if isinstance(error, StoreError):
        logger.warning("an operation whose caller had been cancelled failed: %s", error)
    elif error is None and undo is not None:
        undo(task.result())
