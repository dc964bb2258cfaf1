"""A clock that stands still, and the same tests on every database there is.

PostgreSQL takes part if DOUYINBOT_TEST_POSTGRES holds the URL of a database that may be written to; without
one its tests are skipped, and say so. docs/operations.md tells how to get one.
"""

import asyncio
import os
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from douyinbot.store import Database, Store, open_database


class Clock:
    """A clock that goes only when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


POSTGRES = os.environ.get("DOUYINBOT_TEST_POSTGRES", "")


@pytest.fixture(params=["memory", "file", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "memory":
        return "sqlite://"
    return f"sqlite:///{tmp_path}/bot.sqlite" if request.param == "file" else postgres()


def postgres() -> str:
    """Return the URL of the PostgreSQL database to test with; a test without one is skipped."""
    if not POSTGRES:
        pytest.skip("not tested on PostgreSQL: DOUYINBOT_TEST_POSTGRES names no database")
    return POSTGRES


@pytest.fixture
def with_database(url: str, clock: Clock) -> Callable[[Callable[[Database], Awaitable[None]]], None]:
    """Run the decorated async function at once, with a database that is closed afterwards."""

    def run(scenario: Callable[[Database], Awaitable[None]]) -> None:
        async def main() -> None:
            async with await open_database(url, clock=clock) as database:
                await scenario(database)
                assert database.pending == 0

        asyncio.run(main())

    return run


@pytest.fixture
def with_store(
    with_database: Callable[[Callable[[Database], Awaitable[None]]], None],
) -> Callable[[Callable[[Store], Awaitable[None]]], None]:
    """Run the decorated async function at once, with an empty store."""

    def run(scenario: Callable[[Store], Awaitable[None]]) -> None:
        @with_database
        async def _(database: Database) -> None:
            await scenario(database.namespace(f"test-{uuid.uuid4().hex}"))

    return run
