"""The file before it is used: private, checked, and copied aside when it is damaged."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from douyinbot.errors import StoreError
from douyinbot.store import sqlite_file
from douyinbot.store.sqlite_file import prepare_file

NOON = datetime(2026, 3, 4, 20, 0, tzinfo=timezone(timedelta(hours=8)))
COPY = "bot.sqlite.corrupt-20260304T120000Z"

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights")


@contextmanager
def umask(value: int) -> Iterator[None]:
    before = os.umask(value)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def fill(path: Path) -> None:
    """Make a database of many pages."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.executemany("INSERT INTO t VALUES (?)", [("spam" * 100,)] * 200)
        connection.commit()


def damage(path: Path) -> bytes:
    """Overwrite two pages in the middle, as a bad disk does, and return the whole file."""
    content = bytearray(path.read_bytes())
    content[8192:16384] = os.urandom(8192)
    path.write_bytes(content)
    return bytes(content)


@posix
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o377])
def test_a_new_file_is_private_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    with umask(mask):
        prepare_file(tmp_path / "bot.sqlite", NOON)
    assert mode(tmp_path / "bot.sqlite") == 0o600


def test_parent_folders_are_made(tmp_path: Path) -> None:
    prepare_file(tmp_path / "a/b/bot.sqlite", NOON)
    assert (tmp_path / "a/b/bot.sqlite").exists()


@posix
def test_a_file_that_is_there_keeps_its_rights_and_content(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    fill(path)
    path.chmod(0o640)
    before = dump(path)
    prepare_file(path, NOON)
    assert mode(path) == 0o640
    assert dump(path) == before


def test_a_file_is_in_wal_mode_once_and_for_all(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    fill(path)
    prepare_file(path, NOON)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_damaged_file_is_copied_aside(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    fill(path)
    content = damage(path)
    with pytest.raises(StoreError, match=r"damaged.*was kept as .*What to do next") as caught:
        prepare_file(path, NOON)
    assert COPY in str(caught.value)
    assert (tmp_path / COPY).read_bytes() == content
    assert path.read_bytes() == content


@posix
def test_the_copy_is_private_too(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    path.write_bytes(b"no database at all, but long enough to look at")
    with umask(0), pytest.raises(StoreError, match="no SQLite database"):
        prepare_file(path, NOON)
    assert mode(tmp_path / COPY) == 0o600


def test_restarting_makes_no_second_copy(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    fill(path)
    damage(path)
    for hours in range(3):
        with pytest.raises(StoreError, match=COPY):
            prepare_file(path, NOON + timedelta(hours=hours))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bot.sqlite", COPY]


def test_another_damage_makes_another_copy(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    fill(path)
    for hours in range(2):
        damage(path)
        os.utime(path, (hours, hours))
        with pytest.raises(StoreError, match="was kept as"):
            prepare_file(path, NOON + timedelta(hours=hours))
    assert len(list(tmp_path.glob("*.corrupt-*"))) == 2


def test_the_wal_is_copied_with_it(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    path.write_bytes(b"x" * 5000)
    path.with_name("bot.sqlite-wal").write_bytes(b"the last changes")
    with pytest.raises(StoreError, match="damaged"):
        prepare_file(path, NOON)
    assert (tmp_path / f"{COPY}-wal").read_bytes() == b"the last changes"


def test_no_room_for_the_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "bot.sqlite"
    path.write_bytes(b"x" * 5000)
    monkeypatch.setattr(sqlite_file, "_copy", full)
    with pytest.raises(StoreError, match=r"could not be copied aside.*What to do next"):
        prepare_file(path, NOON)


def test_a_file_that_is_in_use_is_not_taken_for_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bot.sqlite"
    fill(path)
    monkeypatch.setattr(sqlite_file, "PATIENCE", 0.01)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            prepare_file(path, NOON)
    assert [file.name for file in tmp_path.iterdir()] == ["bot.sqlite"]


def test_a_folder_in_its_place_is_not_taken_for_damage(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        prepare_file(tmp_path, datetime.now(UTC))
