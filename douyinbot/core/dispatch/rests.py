"""Which plugins rest after repeated errors, written down so that `douyinbot plugins` can tell."""

import asyncio
import logging
from datetime import datetime, timedelta

from douyinbot.errors import StoreError
from douyinbot.store import Store

__all__ = ["Rests", "resting"]

log = logging.getLogger(__name__)

PREFIX = "rest:"


class Rests:
    """Notes in the bot's own part of the database; each goes by itself when the rest is over."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tasks: set[asyncio.Task[None]] = set()

    def note(self, plugin: str, seconds: float, now: datetime) -> None:
        """Write down that a plugin rests from now on for so many seconds."""
        until = (now + timedelta(seconds=seconds)).isoformat(timespec="seconds")
        task = asyncio.create_task(self._write(plugin, until, seconds))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait until everything is written."""
        await asyncio.gather(*self._tasks)

    async def _write(self, plugin: str, until: str, seconds: float) -> None:
        try:
            await self._store.set(PREFIX + plugin, until, ttl=seconds)
        except StoreError as error:
            log.warning("that plugin %s rests could not be written down: %s", plugin, error)


async def resting(store: Store) -> dict[str, str]:
    """Return until when each resting plugin rests (ISO 8601)."""
    return {key.removeprefix(PREFIX): await store.get(key, "") for key in await store.keys(PREFIX)}
