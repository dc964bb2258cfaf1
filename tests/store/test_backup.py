"""Daily copies of the database. The hourly round that asks for them: tests/core/test_upkeep.py."""

import asyncio
import os
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from douyinbot.errors import StoreError
from douyinbot.store import open_database
from douyinbot.store.backup import KEPT, back_up

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "bot.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE points (name TEXT, points INT)")
        connection.executemany("INSERT INTO points VALUES (?, ?)", [(f"viewer{n}", n) for n in range(5000)])
        connection.commit()
    return path


def points(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(connection.execute("SELECT sum(points) FROM points").fetchone()[0])


def test_the_copy_is_whole_private_and_one_file(path: Path) -> None:
    before = os.umask(0)
    try:
        copy = back_up(path, DAY)
    finally:
        os.umask(before)
    assert copy == path.with_name("bot.sqlite.backup-20261124")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert points(copy) == points(path)
    assert sorted(p.name for p in path.parent.iterdir() if "backup" in p.name) == [copy.name]


def test_there_is_one_a_day(path: Path) -> None:
    first = back_up(path, DAY)
    assert first is not None
    stamp = first.stat().st_mtime_ns
    assert back_up(path, DAY) is None
    assert first.stat().st_mtime_ns == stamp


def test_the_newest_seven_are_kept_and_nothing_else_is_touched(path: Path) -> None:
    others = [
        path.with_name(name) for name in ("bot.sqlite.backup-mine", "bot.sqlite.corrupt-20200101T000000Z")
    ]
    for other in others:
        other.write_text("mine")
    for number in range(KEPT + 3):
        back_up(path, DAY + timedelta(days=number))
    kept = sorted(p.name for p in path.parent.glob("*.backup-2*"))
    assert kept == [f"bot.sqlite.backup-{DAY + timedelta(days=n):%Y%m%d}" for n in range(3, 10)]
    assert all(other.exists() for other in others)


def test_what_a_killed_copy_left_is_no_obstacle(path: Path) -> None:
    path.with_name("bot.sqlite.backup-unfinished").write_bytes(b"half")
    assert back_up(path, DAY) is not None


def test_a_copy_that_fails_leaves_nothing(path: Path) -> None:
    path.write_bytes(b"no database at all" * 1000)
    with pytest.raises(sqlite3.Error):
        back_up(path, DAY)
    assert [p.name for p in path.parent.glob("*.backup-*")] == []


def test_a_bot_writes_on_while_it_is_copied(path: Path) -> None:
    path.unlink()

    async def scenario() -> tuple[int, Path | None]:
        async with await open_database(f"sqlite:///{path}", clock=lambda: NOW) as database:
            store = database.namespace("toy")
            await store.set("big", "x" * 3_000_000)
            copying = asyncio.create_task(database.back_up(DAY))
            writes = 0
            while not copying.done():
                await store.incr("writes")
                writes += 1
            return writes, await copying

    writes, copy = asyncio.run(scenario())
    assert writes > 0

    async def read() -> int:
        async with await open_database(f"sqlite:///{copy}", clock=lambda: NOW) as database:
            return int(await database.namespace("toy").get("writes", 0))

    assert 0 <= asyncio.run(read()) <= writes


def test_a_database_in_memory_has_no_copy() -> None:
    async def scenario() -> Path | None:
        async with await open_database("sqlite://", clock=lambda: NOW) as database:
            return await database.back_up(DAY)

    assert asyncio.run(scenario()) is None


def test_trouble_is_told_in_plain_words(path: Path) -> None:
    path.unlink()

    async def scenario() -> None:
        async with await open_database(f"sqlite:///{path}", clock=lambda: NOW) as database:
            path.with_name("bot.sqlite.backup-unfinished").mkdir()
            with pytest.raises(StoreError, match="the database"):
                await database.back_up(DAY)

    asyncio.run(scenario())
