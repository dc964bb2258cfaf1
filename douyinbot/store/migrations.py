"""The shape of the database, as numbered steps from an empty one to today's.

Never change a step that was released: add the next number. A step is a statement, or an async function of the
connection where SQL alone will not do. All steps that are missing run in one transaction, so that a failure
leaves the database as it was.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, TypeAlias

from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from douyinbot.errors import StoreError
from douyinbot.store.engine import LOCK_MIGRATIONS, begin

__all__ = ["MIGRATIONS", "migrate"]

Step: TypeAlias = str | Callable[[AsyncConnection], Awaitable[None]]

# {binary} sorts by code point, so that a prefix is a range of keys; {clustered} keeps rows in the key index.
DIALECTS: Final = {
    "sqlite": {"binary": "COLLATE BINARY", "clustered": "WITHOUT ROWID"},
    "postgresql": {"binary": 'COLLATE "C"', "clustered": ""},
}

MIGRATIONS: Final[list[tuple[int, list[Step]]]] = [
    (
        1,
        [
            # A number is in int_value or float_value, any other value in json_value, and the rest is NULL.
            # expires_at counts microseconds since 1970 UTC.
            """
            CREATE TABLE entries (
                namespace TEXT {binary} NOT NULL,
                key TEXT {binary} NOT NULL,
                json_value TEXT,
                int_value BIGINT,
                float_value DOUBLE PRECISION,
                expires_at BIGINT,
                PRIMARY KEY (namespace, key)
            ) {clustered}
            """,
            "CREATE INDEX entries_expiring ON entries (expires_at) WHERE expires_at IS NOT NULL",
        ],
    ),
]

_CREATE_VERSION = (
    "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, applied TEXT NOT NULL)"
)
_READ_VERSION = "SELECT coalesce(max(version), 0) FROM schema_version"
_WRITE_VERSION = text("INSERT INTO schema_version (version, applied) VALUES (:version, :applied)")


async def migrate(engine: AsyncEngine, now: datetime) -> None:
    """Bring the database up to this program's shape.

    Raises:
        StoreError: a newer program has been here; nothing was changed.
    """
    async with engine.connect() as connection:
        # Looking takes no lock: the database may be in use by a bot that runs.
        if await _read_version(connection) == MIGRATIONS[-1][0]:
            return
    async with engine.connect() as connection:
        await begin(connection, LOCK_MIGRATIONS)
        # Another program may have been faster.
        version = await _read_version(connection)
        if version == 0:
            await connection.exec_driver_sql(_CREATE_VERSION)
        for number, steps in MIGRATIONS:
            if number > version:
                for step in steps:
                    await _take(connection, step)
                await connection.execute(_WRITE_VERSION, {"version": number, "applied": now.isoformat()})
        await connection.commit()


async def _read_version(connection: AsyncConnection) -> int:
    if not await connection.run_sync(lambda sync: inspect(sync).has_table("schema_version")):
        return 0
    version: int = (await connection.exec_driver_sql("SELECT max(version) FROM schema_version")).scalar_one()
    newest = MIGRATIONS[-1][0]
    if version > newest:
        raise StoreError(
            f"the database was written by a newer douyinbot (its shape is number {version}, and this program "
            f"knows {newest}). Nothing was changed. Update douyinbot, or give this one another store"
        )
    return version


async def _take(connection: AsyncConnection, step: Step) -> None:
    if isinstance(step, str):
        await connection.exec_driver_sql(step.format_map(DIALECTS[connection.dialect.name]))
    else:
        await step(connection)
