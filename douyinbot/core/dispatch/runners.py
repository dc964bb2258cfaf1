"""Where plain `def` functions of plugins run: on a thread of their plugin, so that they may block.

A Bridge is the way back: inside a plain function, `bridge.wait(coroutine)` blocks until the event loop has
done it.
"""

import asyncio
import queue
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy.util import await_only, greenlet_spawn

from douyinbot.core.dispatch.stacks import stack_of_thread
from douyinbot.outbox.receipt import BLOCKS_BY

__all__ = ["Bridge", "InlineRunner", "Runner", "ThreadRunner"]

T = TypeVar("T")
Call = Callable[[], None]


class Bridge(Protocol):
    """How a plain function waits for the event loop."""

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Have the event loop do something and return its result."""
        ...

    def call(self, function: Callable[[], T]) -> T:
        """Call a quick function on the event loop and return its result."""
        ...


class Runner(Bridge, Protocol):
    """Where the plain functions of one plugin run."""

    async def run(self, calls: Sequence[Call]) -> None:
        """Run calls one after the other; they catch their own errors."""
        ...

    async def aside(self, function: Callable[..., T], *args: Any) -> T:
        """Run one blocking function for an `async def`."""
        ...

    def stack(self) -> str:
        """Return where the call that is running stands, as in a traceback; "" where that is not known."""
        ...

    def close(self) -> None:
        """Take no more calls."""
        ...


class ThreadRunner:
    """A plugin's own thread. It is a daemon: a plugin that hangs does not keep the program alive."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._work: queue.SimpleQueue[tuple[Sequence[Call], asyncio.Future[None]] | None] = (
            queue.SimpleQueue()
        )
        self._thread: threading.Thread | None = None

    async def run(self, calls: Sequence[Call]) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name=f"plugin-{self._name}", daemon=True)
            self._thread.start()
        done: asyncio.Future[None] = self._loop.create_future()
        self._work.put((calls, done))
        await done

    async def aside(self, function: Callable[..., T], *args: Any) -> T:
        return await asyncio.to_thread(function, *args)

    def stack(self) -> str:
        return stack_of_thread(self._thread.ident) if self._thread is not None else ""

    def close(self) -> None:
        self._work.put(None)

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        if threading.get_ident() == self._loop_thread:
            work.close()
            raise RuntimeError("the ctx of a plain `def` cannot wait in an `async def`, which has its own")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def call(self, function: Callable[[], T]) -> T:
        if threading.get_ident() == self._loop_thread:
            return function()

        async def on_loop() -> T:
            return function()

        return self.wait(on_loop())

    def _serve(self) -> None:
        while (item := self._work.get()) is not None:
            calls, done = item
            for call in calls:
                call()
            try:
                self._loop.call_soon_threadsafe(_finish, done)
            except RuntimeError:
                return  # the loop is closed: the bot has stopped while we were busy


def _finish(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)


class InlineRunner:
    """For tests: plain functions run on the event loop's own thread, in order, and can still wait.

    SQLAlchemy's greenlets make that possible: a plain function inside `greenlet_spawn` can hand a coroutine
    to the loop and get its result, without a second thread.
    """

    async def run(self, calls: Sequence[Call]) -> None:
        for call in calls:
            await self.aside(call)

    async def aside(self, function: Callable[..., T], *args: Any) -> T:
        receipts = BLOCKS_BY.set(self.wait)
        try:
            return await greenlet_spawn(function, *args)
        finally:
            BLOCKS_BY.reset(receipts)

    def stack(self) -> str:
        return ""

    def close(self) -> None:
        """Nothing is kept open."""

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        waiting: Awaitable[T] = work
        return await_only(waiting)

    def call(self, function: Callable[[], T]) -> T:
        return function()
