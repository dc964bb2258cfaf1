"""The hourly care of the database: what has expired goes, and once a day a copy is made."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from douyinbot.core.notices import Notice
from douyinbot.errors import StoreError
from douyinbot.store import Database

__all__ = ["EVERY", "look_after"]

log = logging.getLogger(__name__)

EVERY = 3600.0
"""Seconds between two rounds."""


async def look_after(
    database: Database, now: Callable[[], datetime], zone: ZoneInfo, notify: Callable[[Notice], None]
) -> None:
    """Do a round now and every hour, for ever; what fails is told and tried again in the next one."""
    while True:
        try:
            await database.sweep()
        except StoreError as error:
            notify(Notice("error", f"The database cannot be tidied: {error}"))
        try:
            copy = await database.back_up(now().astimezone(zone).date())
        except StoreError as error:
            notify(Notice("error", f"The database cannot be backed up: {error}"))
        else:
            if copy is not None:
                log.debug("the database was copied to %s", copy)
        await asyncio.sleep(EVERY)
