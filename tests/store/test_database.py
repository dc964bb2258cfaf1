"""Opening, closing, sweeping, and a process that is killed."""

import asyncio
import os
import stat
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest

from douyinbot import store as package
from douyinbot.errors import StoreError
from douyinbot.store import Database, open_database

ROOT = Path(package.__file__).parents[2]

# Counts as fast as it can, and tells of each number once it is safe.
COUNTING = """
import asyncio, sys
from datetime import UTC, datetime
from douyinbot.store import open_database

async def main():
    database = await open_database(sys.argv[1], clock=lambda: datetime.now(UTC))
    store = database.namespace("x")

    async def count():
        while True:
            print(await store.incr("n"), flush=True)

    await asyncio.gather(count(), count(), count())

asyncio.run(main())
"""


def test_the_door() -> None:
    assert package.__all__ == sorted(package.__all__)
    assert all(getattr(package, name).__doc__ for name in package.__all__)


def test_what_was_written_is_there_after_opening_again(tmp_path: Path, clock: Any) -> None:
    async def visit(value: object) -> Any:
        async with await open_database("sqlite:///bot.sqlite", clock=clock, base=tmp_path) as database:
            store = database.namespace("again")
            before = await store.get("key")
            await store.set("key", value)
            return before

    asyncio.run(visit([1, "二"]))
    assert asyncio.run(visit(None)) == [1, "二"]


def test_memory_forgets(clock: Any) -> None:
    async def visit() -> float:
        async with await open_database("sqlite://", clock=clock) as database:
            return await database.namespace("x").incr("n")

    assert asyncio.run(visit()) == asyncio.run(visit()) == 1


def test_a_relative_file_is_in_the_base(tmp_path: Path, clock: Any) -> None:
    async def main() -> str:
        async with await open_database("sqlite:///data/bot.sqlite", clock=clock, base=tmp_path) as database:
            await database.namespace("x").set("key", 1)
            if os.name == "posix":
                files = (tmp_path / "data").iterdir()
                assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
            return repr(database)

    before = os.umask(0)
    try:
        assert asyncio.run(main()) == f"<Database {tmp_path / 'data/bot.sqlite'}>"
    finally:
        os.umask(before)
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["bot.sqlite"]


def test_sweep(with_database: Any, clock: Any) -> None:
    @with_database
    async def _(database: Database) -> None:
        # On a shared server other tests may have left something.
        clock.advance(10**6)
        await database.sweep()
        one, two = database.namespace("sweep-1"), database.namespace("sweep-2")
        for number in range(3):
            await one.set(f"short:{number}", number, ttl=1)
        await two.set("short", 1, ttl=1)
        await two.set("long", 1, ttl=100)
        await two.set("for good", 1)
        assert await database.sweep() == 0
        clock.advance(1)
        assert await database.sweep() == 4
        assert await database.sweep() == 0
        assert await two.keys() == ["for good", "long"]
        assert await two.delete("long")
        assert await two.delete("for good")


@pytest.mark.parametrize("name", ["", "x" * 65, "a\0b"])
def test_a_namespace_needs_a_name(with_database: Any, name: str) -> None:
    @with_database
    async def _(database: Database) -> None:
        with pytest.raises(StoreError, match="a namespace"):
            database.namespace(name)


def test_a_corrupt_file_is_an_error_that_helps(tmp_path: Path, clock: Any) -> None:
    path = tmp_path / "bot.sqlite"
    path.write_bytes(b"once a database, now something else" * 100)
    with pytest.raises(
        StoreError, match=r"damaged or is no SQLite database.*corrupt-20260102T030405Z.*What to do"
    ):
        asyncio.run(open_database(f"sqlite:///{path}", clock=clock))


def test_a_folder_is_no_file(tmp_path: Path, clock: Any) -> None:
    with pytest.raises(StoreError, match=r"cannot be opened.*folder"):
        asyncio.run(open_database(f"sqlite:///{tmp_path}", clock=clock))


def test_a_file_in_place_of_the_folder(tmp_path: Path, clock: Any) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(StoreError, match=r"the database .*bot.sqlite"):
        asyncio.run(open_database(f"sqlite:///{tmp_path}/data/bot.sqlite", clock=clock))


def test_a_server_that_is_not_there(clock: Any, caplog: pytest.LogCaptureFixture) -> None:
    # Port 1 of this computer: nobody listens there.
    url = "postgresql://bot:CANARY@127.0.0.1:1/bot"
    with pytest.raises(StoreError, match=r"postgresql://127.0.0.1:1/bot.*cannot be reached") as caught:
        asyncio.run(open_database(url, clock=clock))
    assert "CANARY" not in "".join(traceback.format_exception(caught.value)) + caplog.text


@pytest.mark.parametrize("unknown", ["mysql://bot:CANARY@db/bot", "bot.sqlite"])
def test_an_unknown_address(clock: Any, unknown: str) -> None:
    with pytest.raises(StoreError, match="sqlite:///FILE"):
        asyncio.run(open_database(unknown, clock=clock))


def test_an_old_sqlite_is_refused(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 34, 1))
    with pytest.raises(StoreError, match="too old"):
        asyncio.run(open_database("sqlite://", clock=clock))


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path, clock: Any) -> None:
    url = f"sqlite:///{tmp_path}/bot.sqlite"
    told = 0
    for enough in (1, 25, 100):
        with subprocess.Popen(
            [sys.executable, "-c", COUNTING, url],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        ) as child:
            assert child.stdout is not None
            for _line in range(enough):
                told = max(told, int(child.stdout.readline()))
            child.kill()
            # The last line may be cut short.
            told = max([told, *(int(line) for line in child.stdout if line.endswith("\n"))])

        async def count() -> Any:
            async with await open_database(url, clock=clock) as database:
                return await database.namespace("x").get("n")

        kept = asyncio.run(count())
        # Each of the three may have been saved without being able to say so.
        assert told <= kept <= told + 3
        told = kept
