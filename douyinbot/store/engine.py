"""Make the SQLAlchemy engine of an address: pragmas, pool and how a transaction begins."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, TextClause, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from douyinbot.errors import StoreError
from douyinbot.store.address import Address

__all__ = ["LOCK_ENTRIES", "LOCK_MIGRATIONS", "begin", "execute", "make_engine"]

# FULL, not NORMAL: points and counters are money to viewers, and in NORMAL a power cut loses the last of
# them. It costs a sync for each commit, which `traffic` shares between all writes that wait at the same time.
PRAGMAS: Final = ("busy_timeout = 5000", "synchronous = FULL")

# A connection is a thread with SQLite and a socket with PostgreSQL; one writes, the others read meanwhile.
CONNECTIONS: Final = 4

# What a transaction on PostgreSQL locks first, so that two of them never work on the same old values: writers
# wait, readers do not. BEGIN IMMEDIATE does just that on SQLite.
LOCK_ENTRIES: Final = "LOCK TABLE entries IN SHARE ROW EXCLUSIVE MODE"
# There is no table to lock yet when the first migration runs. The number is "dybot" in ASCII.
LOCK_MIGRATIONS: Final = "SELECT pg_advisory_xact_lock(431533223796)"


def make_engine(address: Address) -> AsyncEngine:
    """Make an engine on which every statement outside `begin` commits itself."""
    sqlite = address.url.get_backend_name() == "sqlite"
    options: dict[str, Any] = {}
    if not sqlite:
        # Bounded, so that a server that went silent is an error and not a bot that hangs.
        options = {"connect_args": {"timeout": 10, "command_timeout": 30}, "pool_pre_ping": True}
    if not sqlite or address.path is not None:
        options |= {"pool_size": CONNECTIONS, "max_overflow": 0, "pool_use_lifo": True}
    try:
        # hide_parameters: what viewers wrote stays out of errors and logs.
        engine = create_async_engine(
            address.url, isolation_level="AUTOCOMMIT", hide_parameters=True, **options
        )
    except ImportError as exc:
        raise StoreError(
            'PostgreSQL needs one more package: pip install "douyinbot[postgres]" (or use a sqlite:/// store)'
        ) from exc
    if sqlite:
        event.listen(engine.sync_engine, "connect", _set_pragmas)
    return engine


async def begin(connection: AsyncConnection, lock: str) -> None:
    """Begin a transaction that no other writer can interfere with, until commit() or rollback()."""
    if connection.dialect.name == "sqlite":
        # IMMEDIATE: a transaction that reads first and then writes would else be refused half-way.
        await connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        await connection.execution_options(isolation_level="READ COMMITTED")
        await connection.exec_driver_sql(lock)


async def execute(
    connection: AsyncConnection, statement: TextClause, values: Mapping[str, Any]
) -> Sequence[Row[Any]]:
    """Run one statement and fetch whatever it returns."""
    result = await connection.execute(statement, values)
    return result.all() if result.returns_rows else ()


def _set_pragmas(connection: Any, record: object) -> None:
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
