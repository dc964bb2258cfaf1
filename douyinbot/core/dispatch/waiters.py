"""Handlers that wait for a further event: `await ctx.wait_for("chat", timeout=30)`."""

import asyncio
from collections.abc import Callable
from typing import Any

from douyinbot.errors import PluginError
from douyinbot.events import EVENTS, Event

__all__ = ["Waiters"]

Where = Callable[[Any], bool] | None


class Waiters:
    """Everybody who waits for something in any room.

    Args:
        kinds: what the rooms decode; a kind that somebody waits for is added, and stays.
    """

    def __init__(self, kinds: set[str]) -> None:
        self._kinds = kinds
        self._waiting: list[tuple[str, str, Where, asyncio.Future[Event]]] = []

    async def wait(self, room: str, kind: str, where: Where, timeout: float) -> Event | None:
        """Return the next fitting event, None if none came in time.

        Raises:
            ValueError: there is no such kind of event.
        """
        if kind not in EVENTS:
            raise ValueError(f'there is no event of the kind "{kind}"')
        future: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        self._kinds.add(kind)
        entry = (room, kind, where, future)
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(timeout):
                return await future
        except TimeoutError:
            return None
        finally:
            self._waiting.remove(entry)

    def offer(self, room: str, event: Event) -> None:
        """Hand an event to all who wait for one like it."""
        for where_room, kind, where, future in self._waiting if self._waiting else ():
            if where_room != room or kind != event.kind or future.done():
                continue
            try:
                fits = where is None or where(event)
            except (Exception, SystemExit) as error:  # the condition is the plugin's, so is the error
                problem = PluginError(f"the condition of wait_for failed: {type(error).__name__}: {error}")
                problem.__cause__ = error
                future.set_exception(problem)
                continue
            if fits:
                future.set_result(event)
