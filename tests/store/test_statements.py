"""The SQL itself: what the databases are told, and that they use their index for it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import TextClause, text

from douyinbot.store import open_database, statements
from douyinbot.store.address import read_address
from douyinbot.store.engine import make_engine


def test_all_is_listed() -> None:
    found = [name for name, value in vars(statements).items() if isinstance(value, TextClause)]
    assert sorted(found) == statements.__all__


@pytest.mark.parametrize("name", statements.__all__)
def test_every_statement_finds_rows_by_an_index(name: str, tmp_path: Path, clock: Any) -> None:
    statement: TextClause = getattr(statements, name)
    values = dict.fromkeys(statement.compile().params, 1)

    async def main() -> list[str]:
        url = "sqlite:///bot.sqlite"
        await (await open_database(url, base=tmp_path, clock=clock)).close()
        engine = make_engine(read_address(url, tmp_path))
        async with engine.connect() as connection:
            plan = await connection.execute(text(f"EXPLAIN QUERY PLAN {statement.text}"), values)
            lines = [row[-1] for row in plan]
        await engine.dispose()
        return lines

    assert not [line for line in asyncio.run(main()) if line.startswith("SCAN")]
