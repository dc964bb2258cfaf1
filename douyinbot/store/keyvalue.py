"""What a plugin has of the disk: its own keys and values."""

import math
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

import msgspec
from sqlalchemy import TextClause

from douyinbot.errors import StoreError
from douyinbot.store import statements

__all__ = ["Rows", "Runner", "Store", "check_name", "microseconds"]

Rows = Sequence[Sequence[Any]]

INT_MIN: Final = -(2**63)
INT_MAX: Final = 2**63 - 1
FLOAT_MAX: Final = sys.float_info.max

# PostgreSQL keeps at most 2,700 bytes in an index row: a namespace and a key of four bytes a character fit.
KEY_LENGTH: Final = 512
NAMESPACE_LENGTH: Final = 64

# Sorts after every other character. It is no character of any language, and is refused in keys.
LAST: Final = "\U0010ffff"

# Three thousand years: more microseconds would not fit into the column, and nobody means it.
LONGEST: Final = 1e11

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Runner(Protocol):
    """What carries a store's statements to the disk: the database, or one transaction."""

    async def read(self, statement: TextClause, values: Mapping[str, Any]) -> Rows:
        """Run a statement that changes nothing."""

    async def write(self, statement: TextClause, values: Mapping[str, Any]) -> Rows:
        """Run a statement that changes something, and return when it is safe on the disk."""

    def transaction(self, owner: str) -> AbstractAsyncContextManager["Runner"]:
        """Begin a transaction; `owner` is the plugin that an error will name."""


class Store:
    """The keys and values of one namespace, which is one plugin.

    A value is anything that JSON can hold; it comes back as JSON gives it, so a tuple as a list. Numbers that
    are a value of their own can also be counted up and ranked; whole ones are exact from -2**63 to 2**63 - 1.
    A key is a text of 1 to 512 characters. Every method raises StoreError where the disk, the key or the
    value is not as it should be.
    """

    def __init__(self, name: str, runner: Runner, clock: Callable[[], datetime]) -> None:
        self.name = name
        self._runner = runner
        self._clock = clock

    def __repr__(self) -> str:
        return f"<Store {self.name!r}>"

    async def get(self, key: str, default: Any = None) -> Any:
        """Return the value of `key`, or `default` if there is none."""
        values = self._key(key)
        rows = await self._runner.read(statements.GET, values)
        if not rows:
            return default
        json, whole, fraction, expires = rows[0]
        if expires is not None and expires <= self._now():
            # It is gone all the same if the disk takes no change just now.
            with suppress(StoreError):
                await self._runner.write(statements.REMOVE_EXPIRED, values | {"now": self._now()})
            return default
        if json is None:
            return _joined(whole, fraction)
        try:
            return msgspec.json.decode(json)
        except (msgspec.DecodeError, RecursionError) as exc:
            raise StoreError(
                f"the value of {key!r} in {self.name!r} is not JSON: someone else wrote it"
            ) from exc

    async def set(self, key: str, value: Any, *, ttl: float | None = None) -> None:
        """Set `key` to `value`, for `ttl` seconds or, without `ttl`, for good."""
        values = self._key(key) | {"json": None, "int": None, "float": None, "expires": self._until(ttl)}
        if isinstance(value, int | float) and not isinstance(value, bool):
            kind, number = _number(value)
            values[kind] = number
        else:
            values["json"] = self._encode(key, value)
        await self._runner.write(statements.PUT, values)

    async def incr(self, key: str, by: float = 1, *, ttl: float | None = None) -> int | float:
        """Add `by` to the number at `key`, which starts at 0, and return the new number.

        `ttl` holds from the call that starts the count, so that `incr("calls", ttl=60)` counts within a
        minute; the calls that go on counting leave the end where it is (`expire` moves it).
        """
        values = self._key(key)
        kind, number = _number(by)
        limits = {"now": self._now(), "expires": self._until(ttl), kind: number}
        if kind == "int":
            limits |= {"int_low": INT_MIN - min(number, 0), "int_high": INT_MAX - max(number, 0)}
            statement = statements.INCREMENT_INT
        else:
            limits |= {"float_low": -FLOAT_MAX - min(number, 0), "float_high": FLOAT_MAX - max(number, 0)}
            statement = statements.INCREMENT_FLOAT
        rows = await self._runner.write(statement, values | limits)
        if not rows:
            raise StoreError(
                f"{by!r} cannot be added to {key!r} in {self.name!r}: {await self._obstacle(key)}"
            )
        return _joined(*rows[0])

    async def delete(self, key: str) -> bool:
        """Remove `key` and tell whether it was there."""
        rows = await self._runner.write(statements.DELETE, self._key(key))
        return any(expires is None or expires > self._now() for (expires,) in rows)

    async def expire(self, key: str, seconds: float) -> bool:
        """Let `key` be gone in `seconds` from now, and tell whether it is there; 0 or less removes it."""
        values = self._key(key) | {"now": self._now(), "expires": self._until(seconds)}
        return bool(await self._runner.write(statements.EXPIRE, values))

    async def top(self, prefix: str, n: int = 10) -> list[tuple[str, float]]:
        """Return the `n` highest numbers among the keys that start with `prefix`, ties by key."""
        values = self._range(prefix) | {"n": max(0, min(n, 2**31 - 1))}
        rows = await self._runner.read(statements.TOP, values)
        return [(key, _joined(whole, fraction)) for key, whole, fraction in rows]

    async def keys(self, prefix: str = "") -> list[str]:
        """Return the keys that start with `prefix`, sorted by code point."""
        return [key for (key,) in await self._runner.read(statements.KEYS, self._range(prefix))]

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["Store"]:
        """Give a Store whose changes are saved together at the end, or not at all if anything is raised.

        Everybody's writes wait meanwhile, so compute and ask others before. One that is open for more than 10
        seconds is given up.
        """
        async with self._runner.transaction(self.name) as runner:
            yield Store(self.name, runner, self._clock)

    async def _obstacle(self, key: str) -> str:
        value = await self.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return "the sum would be too large to be kept"
        return f"the value there is not a number but {type(value).__name__}"

    def _encode(self, key: str, value: Any) -> str:
        try:
            return msgspec.json.encode(value).decode()
        except (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError) as exc:
            raise StoreError(
                f"the value for {key!r} in {self.name!r} cannot be written as JSON: {exc}"
            ) from exc

    def _key(self, key: str) -> dict[str, Any]:
        check_name("a key", key, KEY_LENGTH)
        return {"namespace": self.name, "key": key}

    def _range(self, prefix: str) -> dict[str, Any]:
        if prefix:
            check_name("a prefix", prefix, KEY_LENGTH)
        return {"namespace": self.name, "first": prefix, "last": prefix + LAST, "now": self._now()}

    def _now(self) -> int:
        return microseconds(self._clock())

    def _until(self, ttl: float | None) -> int | None:
        if ttl is None:
            return None
        if not -LONGEST < ttl < LONGEST:
            raise StoreError("a key cannot be kept for that many seconds")
        return self._now() + round(ttl * 1_000_000)


def check_name(what: str, name: str, longest: int) -> None:
    """Raise a StoreError if a key or a namespace (`what`) cannot be one on every database."""
    if not isinstance(name, str):
        raise StoreError(f"{what} is a text, not {type(name).__name__}")
    if not 0 < len(name) <= longest:
        raise StoreError(f"{what} has 1 to {longest} characters, and this one {len(name)}")
    # Half a surrogate pair cannot be written at all, and PostgreSQL takes no NUL.
    if any(char in ("\0", LAST) or "\ud800" <= char <= "\udfff" for char in name):
        raise StoreError(f"{what} {name!r} has characters in it that cannot be saved")


def microseconds(time: datetime) -> int:
    """Count the whole microseconds from 1970 to an aware time, exactly."""
    return (time - _EPOCH) // timedelta(microseconds=1)


def _number(value: object) -> tuple[str, Any]:
    """Tell which column a number goes into, and give it as a plain int or float."""
    if isinstance(value, int) and not isinstance(value, bool):
        if not INT_MIN <= value <= INT_MAX:
            raise StoreError(
                "a whole number is kept exactly from -2**63 to 2**63 - 1, and this one is outside"
            )
        return "int", int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise StoreError(f"{value} cannot be saved: it is no number")
        return "float", float(value)
    raise StoreError(f"a number is needed, not {type(value).__name__}")


def _joined(whole: int | None, fraction: float | None) -> int | float:
    """Give the number of an entry, of which one column is filled."""
    if whole is not None:
        return whole
    # SQLite's RETURNING gives 2.0 as 2.
    return float(fraction or 0.0)
