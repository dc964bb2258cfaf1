"""Transactions: all or nothing, one at a time, and never for ever."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from douyinbot.errors import StoreError
from douyinbot.store import Database, Store, transaction


def test_all_is_saved_at_the_end(with_store: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        await store.set("alice", 30)
        async with store.transaction() as points:
            assert await points.incr("alice", -10) == 20
            assert await points.incr("bob", 10) == 10
            await points.set("last", {"from": "alice"})
            assert await points.keys() == ["alice", "bob", "last"]
            assert await points.top("") == [("alice", 20), ("bob", 10)]
        assert await store.keys() == ["alice", "bob", "last"]
        assert await store.get("alice") == 20


@pytest.mark.parametrize(
    "error", [LookupError("no"), asyncio.CancelledError("stop"), SystemExit(3)], ids=repr
)
def test_anything_raised_undoes_everything(with_store: Any, error: BaseException) -> None:
    @with_store
    async def _(store: Store) -> None:
        await store.set("key", "before")

        async def fail() -> BaseException | None:
            try:
                async with store.transaction() as inside:
                    await inside.set("key", "after")
                    await inside.set("more", 1)
                    raise error
            except BaseException as exc:
                return exc

        assert await fail() is error
        assert await store.get("key") == "before"
        assert await store.keys() == ["key"]
        assert await store.incr("n") == 1, "others can write again"


def test_an_error_about_a_value_may_be_caught(with_store: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        async with store.transaction() as inside:
            await inside.set("text", "abc")
            with pytest.raises(StoreError, match="not a number"):
                await inside.incr("text")
            await inside.set("n", 1)
        assert await store.keys() == ["n", "text"]


def test_read_then_write_is_safe(with_store: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        async def pay() -> None:
            async with store.transaction() as inside:
                points = await inside.get("points", 0)
                await asyncio.sleep(0)
                await inside.set("points", points + 1)

        await asyncio.gather(*(pay() for _ in range(10)), *(store.incr("points") for _ in range(10)))
        assert await store.get("points") == 20


def test_its_own_task_may_not_wait_for_itself(with_database: Any) -> None:
    @with_database
    async def _(database: Database) -> None:
        store, other = database.namespace("one"), database.namespace("two")
        async with store.transaction() as inside:
            for call in (store.get("key"), other.set("key", 1), store.incr("n"), database.sweep()):
                with pytest.raises(StoreError, match="use the store that it gave you"):
                    await call
            with pytest.raises(StoreError, match="use the store that it gave you"):
                async with store.transaction():
                    pass
            with pytest.raises(StoreError, match="open already"):
                async with inside.transaction():
                    pass
            await inside.set("fine", True)
        assert await store.delete("fine")


def test_several_tasks_may_share_one(with_store: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        async with store.transaction() as inside:
            await asyncio.gather(*(inside.incr("n") for _ in range(20)))
        assert await store.get("n") == 20


def test_afterwards_it_takes_nothing_more(with_store: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        async with store.transaction() as saved:
            await saved.set("key", 1)
        with pytest.raises(StoreError, match="takes nothing more: it has ended"):
            await saved.set("key", 2)
        with pytest.raises(LookupError):
            async with store.transaction() as undone:
                raise LookupError
        with pytest.raises(StoreError, match="takes nothing more: it was undone"):
            await undone.get("key")
        assert await store.get("key") == 1


def test_nobody_sees_it_before_it_is_saved(with_store: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        reader: asyncio.Task[Any]
        async with store.transaction() as inside:
            await inside.set("key", "unsaved")
            reader = asyncio.create_task(store.get("key", "absent"))
            await asyncio.wait({reader}, timeout=0.05)
            # In memory the reader has to wait.
            assert not reader.done() or reader.result() == "absent"
        assert await reader in ("absent", "unsaved")


def test_one_that_hangs_is_given_up(
    with_store: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(transaction, "LONGEST", 0.02)

    @with_store
    async def _(store: Store) -> None:
        started = asyncio.Event()

        async def hang() -> None:
            async with store.transaction() as inside:
                await inside.set("key", "never")
                started.set()
                await never.wait()

        never = asyncio.Event()
        hanging = asyncio.create_task(hang())
        await started.wait()
        assert await store.incr("n") == 1, "others wait no longer than that"
        never.set()
        with pytest.raises(
            StoreError, match=r"nothing of the transaction .* was saved: it was open for more than"
        ):
            await hanging
        assert await store.keys() == ["n"]

    assert "is given up: it was open for more than 0.02 s" in caplog.text


@pytest.mark.parametrize("turns", range(0, 40, 3))
def test_cancelled_at_any_moment_it_leaves_no_lock(with_store: Any, turns: int) -> None:
    @with_store
    async def _(store: Store) -> None:
        async def work() -> None:
            async with store.transaction() as inside:
                await inside.set("a", 1)
                await inside.set("b", 1)

        task = asyncio.create_task(work())
        for _turn in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        assert await store.incr("n") == 1
        assert await store.keys() in (["n"], ["a", "b", "n"])


def test_cancelled_while_it_waits_for_its_turn(with_store: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        async def wait_for_turn() -> None:
            async with store.transaction() as inside:
                await inside.set("late", 1)

        async with store.transaction() as inside:
            waiting = asyncio.create_task(wait_for_turn())
            await asyncio.sleep(0.01)
            waiting.cancel()
            await asyncio.wait({waiting})
            await inside.set("early", 1)
        assert await store.incr("n") == 1
        assert await store.keys() == ["early", "n"]


@pytest.mark.parametrize("name", ["rollback", "close"])
def test_a_connection_that_fails_at_the_end_blocks_nobody(
    with_store: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    original = getattr(AsyncConnection, name)

    async def fail(connection: AsyncConnection) -> None:
        await original(connection)
        monkeypatch.undo()
        raise OSError("broken pipe")

    @with_store
    async def _(store: Store) -> None:
        async def undo() -> None:
            async with store.transaction() as inside:
                await inside.set("key", 1)
                monkeypatch.setattr(AsyncConnection, name, fail)
                raise LookupError("the plugin's own")

        with pytest.raises(LookupError, match="the plugin's own"):
            await undo()
        assert await store.keys() == []
        assert await store.incr("n") == 1

    assert "broken pipe" in caplog.text
