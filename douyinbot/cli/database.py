"""The database of a bot that may be running, or may never have run."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from douyinbot.config import Config
from douyinbot.store import Database, open_database

__all__ = ["file_of", "opened"]


def file_of(config: Config) -> Path | None:
    """Return the file of a bot's database, None where it is none."""
    address = config.bot.store
    return config.folder / address.removeprefix("sqlite:///") if address.startswith("sqlite:///") else None


@asynccontextmanager
async def opened(config: Config) -> AsyncIterator[Database | None]:
    """Open a bot's database; None if the bot never ran, and so has none. Nothing is made for it then.

    Raises:
        StoreError: it cannot be opened.
    """
    address, path = config.bot.store, file_of(config)
    if address == "sqlite://" or (path is not None and not path.is_file()):
        yield None
        return
    async with await open_database(address, clock=lambda: datetime.now(UTC), base=config.folder) as database:
        yield database
