"""Who may use the database when: one writes, many read, and writes that wait are saved together."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from douyinbot.errors import StoreError
from douyinbot.store import Database, Store, engine, open_database, statements

BROKEN = text("INSERT INTO entries (namespace, key) VALUES (NULL, NULL)")


@contextmanager
def commits() -> Iterator[list[str]]:
    """Collect the BEGINs and the writes that engines run meanwhile."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.extend(word for word in ("BEGIN IMMEDIATE", "INSERT") if statement.lstrip().startswith(word))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def in_file(tmp_path: Path, clock: Any) -> Any:
    return open_database("sqlite:///bot.sqlite", base=tmp_path, clock=clock)


def test_what_waits_together_is_saved_together(tmp_path: Path, clock: Any) -> None:
    async def main() -> list[str]:
        async with await in_file(tmp_path, clock) as database:
            store = database.namespace("x")
            with commits() as seen:
                await asyncio.gather(*(store.incr("n") for _ in range(100)))
            return seen

    seen = asyncio.run(main())
    assert seen.count("INSERT") == 100
    assert seen.count("BEGIN IMMEDIATE") <= 2


def test_a_write_alone_needs_no_begin(tmp_path: Path, clock: Any) -> None:
    async def main() -> list[str]:
        async with await in_file(tmp_path, clock) as database:
            with commits() as seen:
                await database.namespace("x").set("key", 1)
            return seen

    assert asyncio.run(main()) == ["INSERT"]


def test_nobody_pays_for_the_write_of_another(with_store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    @with_store
    async def _(store: Store) -> None:
        async def bad() -> None:
            await store.set("bad", 1)

        good = [asyncio.create_task(store.incr("n")) for _ in range(5)]
        await asyncio.sleep(0)
        monkeypatch.setattr(statements, "PUT", BROKEN)
        bads = [asyncio.create_task(bad()) for _ in range(2)]
        good += [asyncio.create_task(store.incr("n")) for _ in range(5)]
        results = await asyncio.gather(*good, *bads, return_exceptions=True)
        assert results[:10] == list(range(1, 11))
        assert [type(result) for result in results[10:]] == [StoreError, StoreError]
        assert results[10] is not results[11]


def test_a_cancelled_write_is_saved_all_the_same(with_store: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        for n in range(20):
            task = asyncio.create_task(store.incr("n"))
            for _turn in range(n):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait({task})
        # The first was cancelled before it began.
        assert await store.incr("n") == 20


def test_pending(with_database: Any) -> None:
    @with_database
    async def _(database: Database) -> None:
        store = database.namespace("pending")
        assert database.pending == 0
        tasks = [asyncio.create_task(store.incr("n")) for _ in range(3)]
        await asyncio.sleep(0)
        assert database.pending == 3
        await asyncio.gather(*tasks)
        assert database.pending == 0
        async with store.transaction() as inside:
            assert database.pending == 0, "an open transaction waits for the plugin, not for the disk"
            await inside.delete("n")


def test_readers_do_not_wait_for_the_writer(tmp_path: Path, clock: Any) -> None:
    async def main() -> None:
        async with await in_file(tmp_path, clock) as database:
            store = database.namespace("x")
            await store.set("key", "old")
            async with store.transaction() as inside:
                await inside.set("key", "new")
                assert await asyncio.create_task(store.get("key")) == "old"
            assert await store.get("key") == "new"

    asyncio.run(main())


def test_many_readers_and_writers_at_once(with_store: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        async def play(number: int) -> None:
            for _round in range(3):
                await store.set(f"key:{number}", number)
                assert await store.get(f"key:{number}") == number
                await store.incr("all")
                async with store.transaction() as inside:
                    await inside.incr("all")

        await asyncio.gather(*(play(number) for number in range(20)))
        assert await store.get("all") == 120
        assert len(await store.keys("key:")) == 20


def test_a_file_that_another_program_locks(
    tmp_path: Path, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PRAGMAS", ("busy_timeout = 10", *engine.PRAGMAS[1:]))

    async def main() -> None:
        async with await in_file(tmp_path, clock) as database:
            store = database.namespace("x")
            await store.set("key", "value")
            with closing(sqlite3.connect(tmp_path / "bot.sqlite", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                results = await asyncio.gather(*(store.incr("n") for _ in range(50)), return_exceptions=True)
                assert all("another program holds it locked" in str(result) for result in results)
                with pytest.raises(StoreError, match="locked"):
                    async with store.transaction():
                        pass
                assert await store.get("key") == "value"
                other.execute("ROLLBACK")
            assert await store.incr("n") == 1

    asyncio.run(main())


@pytest.mark.parametrize(
    ("pragma", "words"),
    [("max_page_count = 20", "the disk is full"), ("query_only = ON", "may only be read")],
)
def test_a_disk_that_takes_nothing_more(
    tmp_path: Path, clock: Any, monkeypatch: pytest.MonkeyPatch, pragma: str, words: str
) -> None:
    async def main() -> None:
        async with await in_file(tmp_path, clock) as database:
            await database.namespace("x").set("key", "value", ttl=5)
        monkeypatch.setattr(engine, "PRAGMAS", (*engine.PRAGMAS, pragma))
        # Opening writes nothing where nothing is to be migrated.
        async with await in_file(tmp_path, clock) as database:
            store = database.namespace("x")
            with pytest.raises(StoreError, match=words):
                await store.set("big", "x" * 100_000)
            assert await store.get("key") == "value"
            assert await store.keys() == ["key"]
            clock.advance(5)
            assert await store.get("key") is None

    asyncio.run(main())


def test_a_transaction_that_failed_saves_nothing_later(
    tmp_path: Path, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PRAGMAS", (*engine.PRAGMAS, "max_page_count = 20"))

    async def go_on_after_a_failure(store: Store) -> None:
        async with store.transaction() as inside:
            await inside.set("before", 1)
            with pytest.raises(StoreError, match="the disk is full"):
                await inside.set("big", "x" * 100_000)
            with pytest.raises(StoreError, match="an earlier operation in it failed"):
                await inside.set("after", 1)

    async def main() -> None:
        async with await in_file(tmp_path, clock) as database:
            store = database.namespace("x")
            with pytest.raises(StoreError, match="nothing of the transaction of 'x' was saved"):
                await go_on_after_a_failure(store)
            assert await store.keys() == []
            assert await store.incr("n") == 1

    asyncio.run(main())


def test_after_close(with_database: Any) -> None:
    @with_database
    async def _(database: Database) -> None:
        store = database.namespace("x")
        await database.close()
        await database.close()
        for call in (store.get("key"), store.set("key", 1), database.sweep()):
            with pytest.raises(StoreError, match="closed"):
                await call
        with pytest.raises(StoreError, match="closed"):
            async with store.transaction():
                pass


def test_close_lets_what_is_under_way_end(tmp_path: Path, clock: Any) -> None:
    async def main() -> None:
        database = await in_file(tmp_path, clock)
        store = database.namespace("x")
        tasks = [asyncio.create_task(store.incr("n")) for _ in range(20)]
        await asyncio.sleep(0)
        await database.close()
        assert sorted(await asyncio.gather(*tasks)) == list(range(1, 21))
        async with await in_file(tmp_path, clock) as again:
            assert await again.namespace("x").get("n") == 20

    asyncio.run(main())


def test_close_undoes_an_open_transaction(with_database: Any) -> None:
    @with_database
    async def _(database: Database) -> None:
        store = database.namespace("undone")
        opened, goes_on = asyncio.Event(), asyncio.Event()

        async def plugin() -> None:
            async with store.transaction() as inside:
                await inside.set("key", 1)
                opened.set()
                await goes_on.wait()
                await inside.set("key", 2)

        async def second() -> None:
            async with store.transaction():
                pass

        tasks = [asyncio.create_task(plugin())]
        await opened.wait()
        tasks.append(asyncio.create_task(second()))
        await asyncio.sleep(0.01)
        await database.close()
        goes_on.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results] == [StoreError, StoreError]
        assert "the store was closed" in str(results[0])
