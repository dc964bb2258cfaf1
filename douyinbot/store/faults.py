"""Put what disks and databases say into plain words: the one place where their errors become StoreError."""

import errno
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from douyinbot.errors import StoreError

__all__ = ["is_busy", "is_damage", "plain_words"]

_FULL = "the disk is full, so nothing more can be saved. Free some space"
_READ_ONLY = "it may only be read. Give the bot's user the right to write the file and its folder"
_LOCKED = "another program holds it locked. Close that program, or look whether the bot is running twice"
_DAMAGED = "it is damaged. Restart the bot: it then copies the file aside and says how to go on"
_NOT_OPENED = "it cannot be opened. Look whether its folder exists and the bot's user may write there"
_DISK = "the disk reports an error. Look at the health of the disk, and keep a backup"
_LOGIN = "the server refuses the login. Look at the user name and password in the store's address"
_NO_DATABASE = "the server has no database of that name. Create it, or correct the store's address"
_UNREACHABLE = "the server cannot be reached. Look whether it is running and the store's address is right"

_SQLITE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_CANTOPEN: _NOT_OPENED,
    sqlite3.SQLITE_IOERR: _DISK,
}
_POSTGRES = {
    "53100": _FULL,
    "25006": _READ_ONLY,
    "42501": _READ_ONLY,
    "55P03": _LOCKED,
    "28P01": _LOGIN,
    "28000": _LOGIN,
    "3D000": _NO_DATABASE,
}
_SYSTEM = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
    errno.EIO: _DISK,
}


@contextmanager
def plain_words(label: str) -> Iterator[None]:
    """Raise a StoreError in plain words for whatever the database `label` refuses inside.

    It stands around drivers' calls only, and SQLAlchemy does not wrap everything that they raise.
    """
    try:
        yield
    except StoreError:
        raise
    except Exception as exc:
        raise StoreError(f"the database ({label}): {_explain(exc)}") from exc


def is_damage(exc: sqlite3.Error) -> bool:
    """Tell whether SQLite says that the file itself is damaged or is no database."""
    return _primary(exc) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_busy(exc: sqlite3.Error) -> bool:
    """Tell whether SQLite says that another connection is in the way."""
    return _primary(exc) == sqlite3.SQLITE_BUSY


def _explain(exc: BaseException) -> str:
    cause = exc.orig if isinstance(exc, DBAPIError) and exc.orig is not None else exc
    found: str | None = None
    if isinstance(cause, sqlite3.Error):
        found = _SQLITE.get(_primary(cause))
    elif isinstance(cause, OSError):
        # A socket's error has no number of the table; a TimeoutError has none at all.
        network = isinstance(cause, ConnectionError | TimeoutError | socket.gaierror)
        found = _UNREACHABLE if network else _SYSTEM.get(cause.errno or 0)
    else:
        found = _POSTGRES.get(str(getattr(cause, "sqlstate", "")))
    # Only the first line: the rest of a database's message may quote the row, and so the viewer.
    said = str(cause).partition("\n")[0].strip() or type(cause).__name__
    return f"{found}. (It says: {said})" if found else f"it failed: {said}"


def _primary(exc: sqlite3.Error) -> int:
    """Give SQLite's error number without its details, or 0 where the driver made the error up itself."""
    return getattr(exc, "sqlite_errorcode", 0) & 0xFF
