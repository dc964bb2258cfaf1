"""Any sequence of operations gives what a plain dict with times would give."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from douyinbot.errors import StoreError
from douyinbot.store import open_database

INT_MIN, INT_MAX = -(2**63), 2**63 - 1

# Few keys, so that they meet; prefixes of each other, with wildcards of LIKE and GLOB.
KEYS = st.sampled_from(["a", "a%", "a_", "ab", "A", "*", "点", "🎲"])
PREFIXES = st.sampled_from(["", "a", "a%", "_", "点", "z"])
INTS = st.integers(INT_MIN, INT_MAX) | st.integers(-3, 3)
FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=32)
VALUES = INTS | FLOATS | st.none() | st.booleans() | st.text(st.characters(codec="utf-8"), max_size=5)
VALUES |= st.lists(INTS | st.booleans(), max_size=2)
TIMES = st.none() | st.sampled_from([-1, 0, 0.000001, 1, 5, 60])


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class StoreMachine(RuleBasedStateMachine):
    """Does everything twice: to a Store in memory, and to a dict."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        # Value and time of expiry, as long as the key is there.
        self.model: dict[str, tuple[Any, datetime | None]] = {}
        self.runner = asyncio.Runner()
        self.database = self.runner.run(open_database("sqlite://", clock=lambda: self.now))
        self.store = self.database.namespace("model")

    def teardown(self) -> None:
        self.runner.run(self.database.close())
        self.runner.close()

    def until(self, ttl: float | None) -> datetime | None:
        return None if ttl is None else self.now + timedelta(seconds=ttl)

    def forget(self) -> None:
        self.model = {k: v for k, v in self.model.items() if v[1] is None or v[1] > self.now}

    def added(self, key: str, by: float) -> float | None:
        """Give the sum, or None where there is none."""
        value = self.model[key][0] if key in self.model else 0
        if not is_number(value):
            return None
        total: float = value + by
        return total if isinstance(total, float) or INT_MIN <= total <= INT_MAX else None

    @rule(key=KEYS, value=VALUES, ttl=TIMES)
    def set(self, key: str, value: Any, ttl: float | None) -> None:
        self.runner.run(self.store.set(key, value, ttl=ttl))
        self.model[key] = (value, self.until(ttl))
        self.forget()

    @rule(key=KEYS, by=INTS | FLOATS, ttl=TIMES)
    def incr(self, key: str, by: float, ttl: float | None) -> None:
        total = self.added(key, by)
        if total is None:
            with pytest.raises(StoreError):
                self.runner.run(self.store.incr(key, by, ttl=ttl))
            return
        assert repr(self.runner.run(self.store.incr(key, by, ttl=ttl)) + 0) == repr(total + 0)
        self.model[key] = (total, self.model[key][1] if key in self.model else self.until(ttl))
        self.forget()

    @rule(key=KEYS)
    def delete(self, key: str) -> None:
        assert self.runner.run(self.store.delete(key)) == (self.model.pop(key, None) is not None)

    @rule(key=KEYS, seconds=TIMES.filter(lambda ttl: ttl is not None))
    def expire(self, key: str, seconds: float) -> None:
        assert self.runner.run(self.store.expire(key, seconds)) == (key in self.model)
        if key in self.model:
            self.model[key] = (self.model[key][0], self.until(seconds))
            self.forget()

    @rule(seconds=st.sampled_from([0.000001, 1, 4, 100]))
    def time_passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.forget()

    @rule()
    def sweep(self) -> None:
        self.runner.run(self.database.sweep())
        assert self.runner.run(self.database.sweep()) == 0

    @rule(changes=st.lists(st.tuples(KEYS, VALUES), max_size=3), fails=st.booleans())
    def transaction(self, changes: list[tuple[str, Any]], fails: bool) -> None:
        async def change() -> None:
            async with self.store.transaction() as store:
                for key, value in changes:
                    await store.set(key, value)
                    assert await store.get(key) == value
                if fails:
                    raise LookupError

        if fails:
            with pytest.raises(LookupError):
                self.runner.run(change())
        else:
            self.runner.run(change())
            self.model |= {key: (value, None) for key, value in changes}

    @rule(prefix=PREFIXES, n=st.integers(0, 5))
    def top(self, prefix: str, n: int) -> None:
        numbers = [(k, v) for k, (v, _) in self.model.items() if k.startswith(prefix) and is_number(v)]
        expected = sorted(numbers, key=lambda pair: (-pair[1], pair[0]))[:n]
        assert self.runner.run(self.store.top(prefix, n)) == expected

    @rule(prefix=PREFIXES)
    def keys(self, prefix: str) -> None:
        assert self.runner.run(self.store.keys(prefix)) == sorted(
            k for k in self.model if k.startswith(prefix)
        )

    @rule(key=KEYS)
    def get(self, key: str) -> None:
        found = self.runner.run(self.store.get(key, "absent"))
        expected = self.model[key][0] if key in self.model else "absent"
        assert found == expected
        assert type(found) is type(expected)

    @invariant()
    def nothing_is_pending(self) -> None:
        assert self.database.pending == 0


TestStore = StoreMachine.TestCase
TestStore.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
