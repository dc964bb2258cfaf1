"""Opening the database of a bot that never ran makes none."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from douyinbot.cli.database import file_of, opened
from douyinbot.config import Config, parse_config
from douyinbot.store import open_database


def config(store: str, folder: Path) -> Config:
    rooms = '[[rooms]]\nid = "main"\nconnector = "simulator"\n'
    return parse_config(f'[bot]\nstore = "{store}"\n{rooms}', folder=folder)


async def keys(config: Config) -> list[str] | None:
    async with opened(config) as database:
        return await database.namespace("x").keys() if database is not None else None


@pytest.mark.parametrize("store", ["sqlite://", "sqlite:///data/bot.sqlite"])
def test_a_bot_that_never_ran_has_none(tmp_path: Path, store: str) -> None:
    assert asyncio.run(keys(config(store, tmp_path))) is None
    assert list(tmp_path.iterdir()) == []


def test_a_bot_that_ran_has_one(tmp_path: Path) -> None:
    bot = config("sqlite:///bot.sqlite", tmp_path)
    assert file_of(bot) == tmp_path / "bot.sqlite"

    async def write() -> None:
        async with await open_database(
            bot.bot.store, clock=lambda: datetime.now(UTC), base=tmp_path
        ) as database:
            await database.namespace("x").set("a", 1)

    asyncio.run(write())
    assert asyncio.run(keys(bot)) == ["a"]


def test_a_server_is_no_file(tmp_path: Path) -> None:
    assert file_of(config("postgresql://bot@127.0.0.1/bot", tmp_path)) is None
