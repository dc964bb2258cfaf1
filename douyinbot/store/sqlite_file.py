"""Look after a SQLite file before it is used: create it private, check it, copy a damaged one aside.

A sound file is put into WAL mode here, once, and stays in it: while one program changes the mode, SQLite
refuses others at once instead of letting them wait, so that several bots that start together on a new file
must try again (seen in CI, 2026-11-24).
"""

import glob
import os
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from douyinbot.errors import StoreError
from douyinbot.store.faults import is_busy, is_damage

__all__ = ["prepare_file"]

# What viewers did is nobody else's business on a shared computer.
PRIVATE = 0o600

# How many seconds another program may take to finish what it does.
PATIENCE = 5.0

# How many seconds lie between two tries to change the file's mode.
PAUSE = 0.02


def prepare_file(path: Path, now: datetime) -> None:
    """Create the file if there is none, and make sure that what is there can be read.

    Raises:
        StoreError: the file is damaged; it was copied aside, and the text says how to go on.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _create(path)
    with closing(sqlite3.connect(path, timeout=PATIENCE)) as connection:
        damage = _find_damage(connection)
        if damage is not None:
            # While the connection is open: closing it may fold the -wal file into a damaged database.
            raise StoreError(_advice(path, damage, _copy_aside(path, now)))
        _keep_log_ahead(connection)


def _create(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE)
    except FileExistsError:
        return
    os.close(descriptor)
    # A umask can take away the owner's rights too. SQLite gives -wal and -shm the rights of the main file.
    path.chmod(PRIVATE)


def _find_damage(connection: sqlite3.Connection) -> str | None:
    try:
        # One finding is enough to stop; quick_check leaves out the indexes and so reads each page once.
        (finding,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as exc:
        if not is_damage(exc):
            raise
        return str(exc)
    return None if finding == "ok" else str(finding).replace("\n", " ")


def _keep_log_ahead(connection: sqlite3.Connection) -> None:
    patience = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as exc:
            if not is_busy(exc) or time.monotonic() > patience:
                raise
            time.sleep(PAUSE)
        else:
            return


def _copy_aside(path: Path, now: datetime) -> Path | None:
    """Copy the file and its -wal, and return where to, or None if that failed."""
    was = path.stat()
    # A bot that is restarted in a loop makes one copy, not hundreds.
    for old in path.parent.glob(f"{glob.escape(path.name)}.corrupt-*"):
        found = old.stat()
        if (found.st_size, found.st_mtime_ns) == (was.st_size, was.st_mtime_ns):
            return old
    copy = path.with_name(f"{path.name}.corrupt-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    try:
        for suffix in ("-wal", ""):
            source = path.with_name(path.name + suffix)
            if source.exists():
                _copy(source, copy.with_name(copy.name + suffix))
    except OSError:
        return None
    return copy


def _copy(source: Path, target: Path) -> None:
    _create(target)
    with source.open("rb") as reader, target.open("r+b") as writer:
        shutil.copyfileobj(reader, writer)
    was = source.stat()
    os.utime(target, ns=(was.st_atime_ns, was.st_mtime_ns))


def _advice(path: Path, damage: str, copy: Path | None) -> str:
    kept = f"A copy was kept as {copy}" if copy else "It could not be copied aside (is the disk full?)"
    return (
        f"the database {path} is damaged or is no SQLite database ({damage}). {kept}; the file itself was "
        "not changed. What to do next: put a backup in its place; or save what can still be read with "
        f'sqlite3 "{path}" .recover | sqlite3 rescued.sqlite; or move it away to start with an empty store'
    )
