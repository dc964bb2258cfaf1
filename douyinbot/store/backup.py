"""Copies of a SQLite file, one a day, made while the bot goes on writing."""

import glob
import os
import re
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from douyinbot.store.sqlite_file import PRIVATE

__all__ = ["KEPT", "back_up"]

KEPT = 7
"""So many copies are kept, the newest ones."""
PAGES, PAUSE = 256, 0.01
"""Pages that are copied at a time, and seconds between, in which others may write."""


def back_up(path: Path, day: date) -> Path | None:
    """Copy the database to `NAME.backup-YYYYMMDD` and remove the oldest copies; None if the day has its copy.

    It blocks: call it on a thread. The copy is whole or not there at all.

    Raises:
        OSError, sqlite3.Error: the disk is full, or the file cannot be read.
    """
    target = path.with_name(f"{path.name}.backup-{day:%Y%m%d}")
    if target.exists():
        return None
    unfinished = path.with_name(f"{path.name}.backup-unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE))
    unfinished.chmod(PRIVATE)  # a umask may have taken more away
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy, pages=PAGES, sleep=PAUSE)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, that can be put in place as it is
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    for old in _copies(path)[:-KEPT]:
        old.unlink(missing_ok=True)
    return target


def _copies(path: Path) -> list[Path]:
    """Return the copies there are, the oldest first; nothing else that happens to be called alike."""
    found = path.parent.glob(f"{glob.escape(path.name)}.backup-*")
    return sorted(one for one in found if re.fullmatch(r"\d{8}", one.name.rpartition("-")[2]))
