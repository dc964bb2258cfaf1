"""Errors of disks, sockets and databases in plain words."""

import errno
import socket
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from douyinbot.errors import StoreError
from douyinbot.store.faults import is_damage, plain_words


class PostgresError(Exception):
    """An error as asyncpg's adapter in SQLAlchemy makes it."""

    def __init__(self, text: str, sqlstate: str) -> None:
        super().__init__(text)
        self.sqlstate = sqlstate


def sqlite_error(code: int, text: str = "as SQLite says it") -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error


def wrapped(cause: Exception) -> DBAPIError:
    return OperationalError("INSERT …", {"key": "secret"}, cause, hide_parameters=True)


CASES = [
    (wrapped(sqlite_error(sqlite3.SQLITE_FULL)), "the disk is full"),
    (wrapped(sqlite_error(sqlite3.SQLITE_READONLY)), "may only be read"),
    (wrapped(sqlite_error(sqlite3.SQLITE_BUSY)), "another program holds it locked"),
    (wrapped(sqlite_error(sqlite3.SQLITE_BUSY | 2 << 8)), "another program holds it locked"),
    (wrapped(sqlite_error(sqlite3.SQLITE_LOCKED)), "another program holds it locked"),
    (wrapped(sqlite_error(sqlite3.SQLITE_CORRUPT)), "it is damaged. Restart"),
    (wrapped(sqlite_error(sqlite3.SQLITE_IOERR)), "the disk reports an error"),
    (sqlite_error(sqlite3.SQLITE_CANTOPEN), "it cannot be opened"),
    (wrapped(sqlite3.ProgrammingError("closed")), "it failed: closed"),
    (OSError(errno.ENOSPC, "No space"), "the disk is full"),
    (OSError(errno.EROFS, "Read-only"), "may only be read"),
    (PermissionError(errno.EACCES, "denied"), "may only be read"),
    (OSError(errno.EMFILE, "Too many open files"), "it failed: .*Too many"),
    (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "the server cannot be reached"),
    (socket.gaierror(-2, "unknown"), "the server cannot be reached"),
    (TimeoutError(), r"the server cannot be reached.*\(It says: TimeoutError\)"),
    (wrapped(PostgresError("no room", "53100")), "the disk is full"),
    (wrapped(PostgresError("bad login", "28P01")), "refuses the login"),
    (wrapped(PostgresError("no such database", "3D000")), "no database of that name"),
    (PostgresError("odd", "XX000"), "it failed: odd"),
    (SQLAlchemyError("strange"), "it failed: strange"),
]


@pytest.mark.parametrize(("error", "words"), CASES, ids=lambda value: repr(value)[:40])
def test_what_is_said(error: Exception, words: str) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        with plain_words("data/bot.sqlite"):
            raise error
    assert str(caught.value).startswith("the database (data/bot.sqlite): ")
    assert caught.value.__cause__ is error


def test_only_the_first_line_is_repeated() -> None:
    with pytest.raises(StoreError) as caught, plain_words("x"):
        raise wrapped(PostgresError("null value\nDETAIL: Failing row contains (secret).", "23502"))
    assert str(caught.value) == "the database (x): it failed: null value"


def test_a_store_error_is_left_alone() -> None:
    error = StoreError("plain already")
    with pytest.raises(StoreError) as caught, plain_words("x"):
        raise error
    assert caught.value is error
    assert error.__cause__ is None


def test_cancelling_is_no_fault() -> None:
    with pytest.raises(KeyboardInterrupt), plain_words("x"):
        raise KeyboardInterrupt


def test_what_real_sqlite_says_of_a_full_disk() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("PRAGMA max_page_count = 2")
        with pytest.raises(StoreError, match="disk is full"), plain_words("memory"):
            connection.execute("INSERT INTO t VALUES (zeroblob(100000))")


def test_damage() -> None:
    assert is_damage(sqlite_error(sqlite3.SQLITE_NOTADB))
    assert is_damage(sqlite_error(sqlite3.SQLITE_CORRUPT | 1 << 8))
    assert not is_damage(sqlite_error(sqlite3.SQLITE_BUSY))
    assert not is_damage(sqlite3.ProgrammingError("made by the driver"))
