"""What timers remember over a restart: when each is due, what it said last, and which times are taken."""

import logging
from datetime import datetime
from typing import Any

from douyinbot.errors import StoreError
from douyinbot.store import Store

__all__ = ["TimerMemory"]

log = logging.getLogger(__name__)

DAY = 86_400.0
KEPT = 60 * DAY
"""A timer that is not in bot.toml any more is forgotten after so many seconds."""
OWN_CLAIMS = 2000
"""Times that this bot knows to have taken itself."""


class TimerMemory:
    """Notes in the bot's own part of the database. Without a disk, timers work as if they were new."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._own: dict[str, None] = {}

    async def recall(self, timer: str) -> dict[str, Any]:
        """Return what was noted about a timer, nothing if it is new."""
        try:
            state = await self._store.get(f"timer:{timer}", {})
        except StoreError as error:
            log.warning("what timer %s did before cannot be read: %s", timer, error)
            return {}
        return state if isinstance(state, dict) else {}

    async def note(self, timer: str, state: dict[str, Any]) -> None:
        """Write down how a timer stands."""
        try:
            await self._store.set(f"timer:{timer}", state, ttl=KEPT)
        except StoreError as error:
            log.warning("how timer %s stands cannot be written down: %s", timer, error)

    async def claim(self, timer: str, due: datetime, *, again: bool = False) -> bool:
        """Take a due time; False if it was taken before, by this bot or another one on the same database.

        It is written down before the text is said: a bot that is killed in between says it not at all
        rather than twice.

        Args:
            again: what this bot has taken itself it may take once more: the clock was set back, and for an
                interval that makes no difference.
        """
        key = f"timer:{timer}@{due.timestamp():.0f}"
        try:
            first = await self._store.incr(key, ttl=DAY) == 1
        except StoreError as error:
            log.warning("that timer %s speaks cannot be written down: %s", timer, error)
            return True
        if not first:
            return again and key in self._own
        self._own[key] = None
        if len(self._own) > OWN_CLAIMS:
            del self._own[next(iter(self._own))]
        return True
