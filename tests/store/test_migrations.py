"""Numbered steps: each once, all or none, and never backwards."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from douyinbot.errors import StoreError
from douyinbot.store import migrations, open_database
from douyinbot.store.migrations import MIGRATIONS


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def ask(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(sql).fetchall()


async def visit(path: Path, by: int = 1) -> float:
    async with await open_database(f"sqlite:///{path}", clock=now) as database:
        return await database.namespace("x").incr("visits", by)


def test_numbers_go_up_by_one() -> None:
    assert [number for number, _ in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


def test_a_new_database_gets_all_steps_once(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    assert asyncio.run(visit(path)) == 1
    assert asyncio.run(visit(path)) == 2
    assert ask(path, "SELECT version, applied FROM schema_version ORDER BY version") == [
        (number, "2026-01-01T00:00:00+00:00") for number, _ in MIGRATIONS
    ]


def test_a_later_step_runs_on_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def double(connection: AsyncConnection) -> None:
        await connection.exec_driver_sql("UPDATE entries SET int_value = int_value * 2")

    path = tmp_path / "bot.sqlite"
    asyncio.run(visit(path, by=20))
    monkeypatch.setattr(migrations, "MIGRATIONS", [*MIGRATIONS, (99, ["CREATE TABLE more (x)", double])])
    assert asyncio.run(visit(path)) == 41
    assert asyncio.run(visit(path)) == 42


def test_a_step_that_fails_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bot.sqlite"
    asyncio.run(visit(path))
    before = ask(path, "SELECT name, sql FROM sqlite_schema ORDER BY name")
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", [*MIGRATIONS, (99, ["CREATE TABLE more (x)", "nonsense"])])
        with pytest.raises(StoreError, match="syntax error"):
            asyncio.run(visit(path))
    assert ask(path, "SELECT name, sql FROM sqlite_schema ORDER BY name") == before
    assert asyncio.run(visit(path)) == 2


def test_a_newer_database_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    asyncio.run(visit(path))
    ask(path, "INSERT INTO schema_version VALUES (1000, 'tomorrow')")
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"newer douyinbot.*1000.*Update douyinbot"):
        asyncio.run(visit(path))
    assert path.read_bytes() == before


def test_two_programs_may_start_at_once(tmp_path: Path) -> None:
    async def main(path: Path) -> list[float]:
        return await asyncio.gather(*(visit(path) for _ in range(4)))

    for n in range(10):
        assert sorted(asyncio.run(main(tmp_path / f"{n}.sqlite"))) == [1, 2, 3, 4]
