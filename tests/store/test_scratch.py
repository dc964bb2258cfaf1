"""The layer of rehearsals: it reads through, takes every change, and is thrown away."""

import asyncio
from contextlib import asynccontextmanager, suppress

import pytest

from douyinbot.errors import StoreError
from douyinbot.store import open_database


@pytest.fixture
def with_layers(with_database, clock):
    """Run a scene with a store, the same in a scratch layer, and the layer."""

    def run(scene):
        @with_database
        async def _(database):
            name = f"scratch-{clock.now.timestamp()}-{id(scene)}"
            scratch = database.scratch()
            store = database.namespace(name)
            try:
                await scene(store, scratch.namespace(name), scratch)
            finally:
                for key in await store.keys():
                    await store.delete(key)

    return run


@asynccontextmanager
async def undone(layer):
    """Open a transaction that fails at its end."""
    with suppress(ZeroDivisionError):
        async with layer.transaction() as inside:
            yield inside
            raise ZeroDivisionError


def test_what_is_below_is_seen_and_never_changed(with_layers):
    @with_layers
    async def _(store, layer, scratch):
        for key, value in {"a": 1, "b": 2.5, "c": {"x": [1]}, "gone": True}.items():
            await store.set(key, value)
        assert [await layer.get(key) for key in "abc"] == [1, 2.5, {"x": [1]}]
        assert await layer.incr("a", 10) == 11
        assert await layer.incr("b") == 3.5
        await layer.set("c", "other")
        assert await layer.delete("gone") is True
        await layer.set("new", 5)
        assert [await layer.get(key) for key in ("a", "b", "c", "gone", "new")] == [11, 3.5, "other", None, 5]
        assert [await store.get(key) for key in ("a", "b", "c", "gone", "new")] == [
            1,
            2.5,
            {"x": [1]},
            True,
            None,
        ]


def test_lists_and_ranks_are_of_both(with_layers):
    @with_layers
    async def _(store, layer, scratch):
        for name, points in {"ming": 10, "hong": 20, "li": 30}.items():
            await store.set(f"points:{name}", points)
        await store.set("other", 99)
        await layer.incr("points:ming", 100)
        await layer.delete("points:li")
        assert await layer.top("points:") == [("points:ming", 110), ("points:hong", 20)]
        assert await layer.keys("points:") == ["points:hong", "points:ming"]
        assert await layer.keys() == ["other", "points:hong", "points:ming"]
        assert await store.top("points:", 1) == [("points:li", 30)]


def test_what_expires_below_expires_here(with_layers, clock):
    @with_layers
    async def _(store, layer, scratch):
        await store.set("short", 1, ttl=10)
        await store.set("long", 1, ttl=100)
        assert await layer.incr("short") == 2
        assert await layer.expire("long", 5) is True
        clock.advance(11)
        assert [await layer.get(key) for key in ("short", "long")] == [None, None]
        assert [await store.get(key) for key in ("short", "long")] == [None, 1]


def test_a_transaction_is_kept_or_undone_here(with_layers):
    @with_layers
    async def _(store, layer, scratch):
        await store.set("a", 1)
        async with layer.transaction() as inside:
            assert await inside.incr("a") == 2
            assert await inside.keys() == ["a"]
        async with undone(layer) as inside:
            await inside.incr("a", 10)
            await inside.set("b", 1)
        assert (await layer.get("a"), await layer.get("b"), await store.get("a")) == (2, None, 1)
        with pytest.raises(StoreError, match="open already"):
            async with layer.transaction() as inside, inside.transaction():
                pass


def test_what_was_first_read_in_an_undone_transaction_is_read_again(with_layers):
    @with_layers
    async def _(store, layer, scratch):
        await store.set("a", 7)
        async with undone(layer) as inside:
            assert await inside.get("a") == 7
        assert await layer.get("a") == 7


def test_many_at_once_lose_nothing(with_layers):
    @with_layers
    async def _(store, layer, scratch):
        await store.set("a", 100)
        await asyncio.gather(*(layer.incr("a") for _ in range(50)))
        assert (await layer.get("a"), await store.get("a")) == (150, 100)


def test_after_a_rehearsal_everything_is_as_it_really_is(with_layers):
    @with_layers
    async def _(store, layer, scratch):
        await store.set("a", 1)
        await layer.incr("a", 5)
        await layer.set("b", 1)
        scratch.forget()
        await store.set("a", 3)
        assert (await layer.get("a"), await layer.get("b")) == (3, None)
        scratch.forget()
        scratch.forget()
        assert await layer.keys() == ["a"]


def test_a_layer_that_nobody_used_costs_nothing(with_database):
    @with_database
    async def _(database):
        database.scratch().forget()
        assert database.pending == 0


def test_rules_are_those_of_every_store(with_layers):
    @with_layers
    async def _(store, layer, scratch):
        await layer.set("text", "x")
        with pytest.raises(StoreError, match="not a number but str"):
            await layer.incr("text")
        with pytest.raises(StoreError, match="1 to 512 characters"):
            await layer.get("")
        with pytest.raises(StoreError):
            scratch.namespace("")


def test_a_database_that_is_opened_aside_keeps_nothing(url, clock):
    async def scene():
        async with await open_database(url, clock=clock) as real:
            await real.namespace("aside").set("a", 1)
            await real.namespace("aside").set("old", 1, ttl=1)
        clock.advance(2)
        async with await open_database(url, clock=clock, aside=True) as aside:
            store = aside.namespace("aside")
            before = await store.get("a")
            await store.incr("b")
            rehearsal = aside.scratch().namespace("aside")
            layers = await rehearsal.incr("b"), await store.get("b")
            care = await aside.sweep(), await aside.back_up(clock.now.date())
        async with await open_database(url, clock=clock) as real:
            kept = await real.namespace("aside").keys()
            await real.namespace("aside").delete("a")
        return before, layers, care, kept

    before, layers, care, kept = asyncio.run(scene())
    assert before == (None if url == "sqlite://" else 1)  # what is in memory is gone with its database
    assert (layers, care) == ((2, 1), (0, None))
    assert kept == ([] if url == "sqlite://" else ["a"])
