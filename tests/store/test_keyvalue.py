"""What a plugin can do with its store, on every database."""

import asyncio
import enum
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from douyinbot.errors import StoreError
from douyinbot.store import Database, Store, open_database

INT_MIN, INT_MAX = -(2**63), 2**63 - 1


class Colour(enum.IntEnum):
    RED = 7


@pytest.mark.parametrize(
    "value",
    [
        *(0, 1, -1, INT_MIN, INT_MAX, 2**53 + 1, 0.1, -2.5e300, 5.0, 1e-320),
        *(True, False, None, "", "点歌", "\0 and 🎲", [], {}, [1, [2.5, None]], {"a": {"b": [True]}}),
    ],
    ids=repr,
)
def test_a_value_comes_back_as_it_was(with_store: Any, value: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        await store.set("key", "something else")
        await store.set("key", value)
        found = await store.get("key", "default")
        assert found == value
        assert type(found) is type(value)


def test_what_json_makes_of_values(with_store: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        await store.set("tuple", (1, 2))
        await store.set("numbered", {1: "one"})
        await store.set("enum", Colour.RED)
        assert await store.get("tuple") == [1, 2]
        assert await store.get("numbered") == {"1": "one"}
        assert await store.incr("enum") == 8


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (object(), "cannot be written as JSON"),
        ([object()], "cannot be written as JSON"),
        ("\ud800", "cannot be written as JSON"),
        ({(1, 2): 3}, "cannot be written as JSON"),
        (INT_MAX + 1, "outside"),
        (10**5000, "outside"),
        (float("nan"), "it is no number"),
        (float("-inf"), "it is no number"),
    ],
    ids=lambda value: str(type(value)),
)
def test_a_value_that_cannot_be_kept_changes_nothing(with_store: Any, value: Any, words: str) -> None:
    @with_store
    async def _(store: Store) -> None:
        await store.set("key", "before")
        with pytest.raises(StoreError, match=words):
            await store.set("key", value)
        assert await store.get("key") == "before"


def test_absent_is_not_none(with_store: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        assert await store.get("key") is None
        assert await store.get("key", 7) == 7
        await store.set("key", None)
        assert await store.get("key", 7) is None


@pytest.mark.parametrize("key", ["", "x" * 513, "a\0b", "\ud800", "\U0010ffff", 7], ids=repr)
def test_a_key_that_no_database_takes(with_store: Any, key: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        for call in (store.get(key), store.set(key, 1), store.incr(key), store.delete(key)):
            with pytest.raises(StoreError, match="a key"):
                await call


def test_the_longest_key(with_database: Any) -> None:
    @with_database
    async def _(database: Database) -> None:
        store = database.namespace("𝕏" * 64)
        key = "🎲" * 512
        await store.set(key, 1)
        assert await store.keys(key) == [key]
        assert await store.delete(key)


def test_namespaces_do_not_see_each_other(with_database: Any) -> None:
    @with_database
    async def _(database: Database) -> None:
        one, two = database.namespace("one"), database.namespace("one-and-more")
        await one.set("key", 1)
        await two.set("key", 2)
        assert await one.get("key") == 1
        assert await one.top("") == [("key", 1)]
        assert await two.delete("key")
        assert await one.keys() == ["key"]
        assert await one.delete("key")


def test_counting(with_store: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        assert await store.incr("n") == 1
        assert await store.incr("n", 41) == 42
        assert await store.incr("n", -50) == -8
        assert repr(await store.incr("n", 0.5)) == "-7.5"
        assert repr(await store.incr("n", 1)) == "-6.5"
        assert await store.get("n") == -6.5
        assert repr(await store.incr("fresh", 2.0)) == "2.0"


def test_whole_numbers_stay_exact_to_the_last(with_store: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        await store.set("n", 2**53)
        assert await store.incr("n") == 2**53 + 1
        assert await store.incr("n", INT_MAX - 2**53 - 1) == INT_MAX
        assert await store.incr("low", INT_MIN) == INT_MIN
        for key, by in [("n", 1), ("low", -1), ("n", INT_MAX)]:
            with pytest.raises(StoreError, match="too large"):
                await store.incr(key, by)
        assert await store.get("n") == INT_MAX
        assert await store.incr("n", INT_MIN) == -1
        await store.set("huge", 1.7e308)
        with pytest.raises(StoreError, match="too large"):
            await store.incr("huge", 1.7e308)
        assert await store.incr("huge", -1.7e308) == 0


@pytest.mark.parametrize("value", ["7", True, None, [1], {}], ids=repr)
def test_only_numbers_can_be_counted_up(with_store: Any, value: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        await store.set("key", value)
        for by in (1, 0.5):
            with pytest.raises(StoreError, match=f"not a number but {type(value).__name__}"):
                await store.incr("key", by)
        assert await store.get("key") == value


@pytest.mark.parametrize("by", ["1", True, None, float("inf"), INT_MAX + 1], ids=repr)
def test_only_numbers_can_be_added(with_store: Any, by: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        with pytest.raises(StoreError, match="number"):
            await store.incr("key", by)


def test_two_hundred_at_once_are_two_hundred(with_store: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        results = await asyncio.gather(*(store.incr("n") for _ in range(200)))
        assert sorted(results) == list(range(1, 201))
        assert await store.get("n") == 200


def test_delete(with_store: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        assert not await store.delete("key")
        await store.set("key", None)
        assert await store.delete("key")
        assert not await store.delete("key")
        assert await store.get("key", "gone") == "gone"


def test_time_to_live(with_store: Any, clock: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        await store.set("key", "value", ttl=10)
        clock.advance(9.999999)
        assert await store.get("key") == "value"
        clock.advance(0.000001)
        assert await store.get("key") is None
        assert await store.keys() == []
        clock.advance(-5)
        assert await store.get("key") is None, "a look at an expired key removes it"


def test_expired_keys_behave_as_absent(with_store: Any, clock: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        for key in ("text", "number", "deleted", "revived"):
            await store.set(key, "text" if key == "text" else 100, ttl=1)
        clock.advance(1)
        assert await store.keys() == []
        assert await store.top("") == []
        assert not await store.delete("deleted")
        assert not await store.expire("revived", 100)
        assert await store.incr("text", 2) == 2
        assert repr(await store.incr("number", 0.5)) == "0.5"
        clock.advance(10**6)
        assert await store.keys() == ["number", "text"], "what starts anew without ttl stays"


def test_set_forgets_an_earlier_time_to_live(with_store: Any, clock: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        await store.set("key", 1, ttl=1)
        await store.set("key", 2)
        clock.advance(2)
        assert await store.get("key") == 2


def test_a_count_ends_when_its_first_call_said(with_store: Any, clock: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        for expected in (1, 2, 3):
            assert await store.incr("calls", ttl=60) == expected
            clock.advance(20)
        assert await store.incr("calls", ttl=60) == 1
        await store.incr("for good")
        await store.incr("for good", ttl=1)
        clock.advance(1000)
        assert await store.get("for good") == 2


def test_expire(with_store: Any, clock: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        assert not await store.expire("key", 10)
        await store.set("key", 1)
        assert await store.expire("key", 10)
        assert await store.expire("key", 0.5)
        clock.advance(0.5)
        assert await store.get("key") is None
        await store.set("key", 1)
        assert await store.expire("key", 0), "it was there until now"
        assert await store.get("key") is None


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), 1e12, 10**400], ids=lambda s: str(s)[:9])
def test_a_time_that_is_none(with_store: Any, seconds: float) -> None:
    @with_store
    async def _(store: Store) -> None:
        with pytest.raises(StoreError, match="seconds"):
            await store.set("key", 1, ttl=seconds)


def test_top(with_store: Any) -> None:
    @with_store
    async def _(store: Store) -> None:
        values = {"p:b": 5, "p:a": 5, "p:c": 5.5, "p:d": -1, "p:text": "9", "p:true": True, "q:x": 100}
        for key, value in values.items():
            await store.set(key, value)
        assert await store.top("p:") == [("p:c", 5.5), ("p:a", 5), ("p:b", 5), ("p:d", -1)]
        assert await store.top("p:", 2) == [("p:c", 5.5), ("p:a", 5)]
        assert await store.top("") == [("q:x", 100), ("p:c", 5.5), ("p:a", 5), ("p:b", 5), ("p:d", -1)]
        assert await store.top("p:", 0) == await store.top("p:", -1) == await store.top("none") == []


def test_a_prefix_is_literal(with_store: Any) -> None:
    keys = [
        "%",
        "%a",
        "*",
        "A",
        "[a]",
        "_",
        "_a",
        "a",
        "a%",
        "a'b",
        "a\\",
        "a_",
        "aa",
        "ab",
        "é",
        "🎲",
        "🎲🎲",
    ]

    @with_store
    async def _(store: Store) -> None:
        for key in keys:
            await store.set(key, 1)
        for prefix in ["", "x", "é🎲", *keys, "\\", "a["]:
            found = await store.keys(prefix)
            assert found == sorted(key for key in keys if key.startswith(prefix))
            assert [key for key, _ in await store.top(prefix, 100)] == found


def test_a_value_that_someone_else_wrote(tmp_path: Path, clock: Any) -> None:
    async def main() -> None:
        async with await open_database("sqlite:///bot.sqlite", clock=clock, base=tmp_path) as database:
            store = database.namespace("x")
            await store.set("key", "text")
            with closing(sqlite3.connect(tmp_path / "bot.sqlite")) as other, other:
                other.execute("UPDATE entries SET json_value = 'by hand'")
            with pytest.raises(StoreError, match="'key' in 'x' is not JSON"):
                await store.get("key")
            await store.set("key", "mended")
            assert await store.get("key") == "mended"

    asyncio.run(main())


def test_reprs(with_database: Any) -> None:
    @with_database
    async def _(database: Database) -> None:
        assert repr(database.namespace("dice")) == "<Store 'dice'>"
