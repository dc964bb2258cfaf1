"""Engines: pragmas of SQLite, limits of the pool, and PostgreSQL that is not installed."""

import asyncio
import sys
from pathlib import Path

import pytest

from douyinbot.errors import StoreError
from douyinbot.store.address import read_address
from douyinbot.store.engine import CONNECTIONS, LOCK_ENTRIES, begin, make_engine


def test_pragmas(tmp_path: Path) -> None:
    async def main() -> None:
        engine = make_engine(read_address("sqlite:///bot.sqlite", tmp_path))
        async with engine.connect() as connection:
            found = [
                (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
                for name in ("synchronous", "busy_timeout")
            ]
        await engine.dispose()
        assert found == [2, 5000]

    asyncio.run(main())


@pytest.mark.parametrize("ending", ["commit", "rollback", "close"])
def test_a_transaction_is_one(tmp_path: Path, ending: str) -> None:
    async def main() -> list[int]:
        engine = make_engine(read_address("sqlite:///bot.sqlite", tmp_path))
        async with engine.connect() as connection:
            await connection.exec_driver_sql("CREATE TABLE t (x)")
            await connection.commit()
            await begin(connection, LOCK_ENTRIES)
            await connection.exec_driver_sql("INSERT INTO t VALUES (1)")
            await getattr(connection, ending)()
        async with engine.connect() as connection:
            found = (await connection.exec_driver_sql("SELECT x FROM t")).scalars().all()
        await engine.dispose()
        return list(found)

    assert asyncio.run(main()) == ([1] if ending == "commit" else [])


def test_the_pool_is_bounded(tmp_path: Path) -> None:
    engine = make_engine(read_address("sqlite:///bot.sqlite", tmp_path))
    assert engine.pool.size() == CONNECTIONS  # type: ignore[attr-defined] # of this kind of pool


def test_postgresql_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(StoreError, match=r'pip install "douyinbot\[postgres\]"'):
        make_engine(read_address("postgresql://bot:CANARY@db/bot"))


def test_the_engine_hides_the_password() -> None:
    engine = make_engine(read_address("postgresql://bot:CANARY@db/bot"))
    assert "CANARY" not in repr(engine)
