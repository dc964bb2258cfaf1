"""The texts of a file, one a line, read again whenever it changes."""

import logging
from collections.abc import Callable
from pathlib import Path

__all__ = ["TextFile"]

log = logging.getLogger(__name__)

LARGEST = 1024 * 1024


class TextFile:
    """A file of texts. Once it could be read, it always has some: a change for the worse is only told.

    Args:
        check: raises ValueError for a text that cannot be said.

    Raises:
        ValueError: the file cannot be read, has no text, or has one that cannot be said.
    """

    def __init__(self, path: Path, check: Callable[[str], object]) -> None:
        self._path = path
        self._check = check
        self._stamp = self._look()
        self._texts = self._read()

    def texts(self) -> list[str]:
        """Return the texts as the file has them now; while it cannot be used, those that it had before."""
        try:
            stamp = self._look()
            if stamp != self._stamp:
                self._stamp = stamp
                self._texts = self._read()
        except ValueError as error:
            log.warning("%s Its earlier texts stay in use.", error)
        return self._texts

    def _look(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except OSError as error:
            if getattr(self, "_stamp", None) == (0, 0):
                return 0, 0  # that was told already
            self._stamp = (0, 0)
            raise ValueError(f"the file {self._path} cannot be read: {error.strerror}.") from error
        return found.st_mtime_ns, found.st_size

    def _read(self) -> list[str]:
        try:
            if self._stamp[1] > LARGEST:
                raise ValueError(f"the file {self._path} is larger than {LARGEST // 1024} KiB.")
            lines = self._path.read_text(encoding="utf-8-sig").splitlines()
        except UnicodeDecodeError as error:
            raise ValueError(f"the file {self._path} is not UTF-8 text; save it as UTF-8.") from error
        except OSError as error:
            raise ValueError(f"the file {self._path} cannot be read: {error.strerror}.") from error
        texts = []
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                self._check(line)
            except ValueError as error:
                raise ValueError(f"{self._path}:{number}: {error}") from error
            texts.append(line.strip())
        if not texts:
            raise ValueError(f"the file {self._path} has no text in it.")
        return texts
