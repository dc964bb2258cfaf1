"""Golden transcripts: what came out once, was read and found good, and must come out again."""

import difflib
import re
from pathlib import Path

import pytest

__all__ = ["Golden"]


class Golden:
    """Compares a transcript with the file of its test.

    Args:
        folder: where the test is.
        test: the test's name, as `pytest` takes it.
        update: write the file instead.
        written: takes the files that were written.
    """

    def __init__(self, folder: Path, test: str, *, update: bool, written: list[Path]) -> None:
        self._folder = folder
        self._test = test
        self._update = update
        self._written = written

    def __call__(self, transcript: str, name: str = "") -> None:
        """Compare; the test fails with the difference. A second transcript of a test has a name."""
        __tracebackhide__ = True
        file = self.file(name)
        again = f"pytest --update-golden {self._test!r}"
        if self._update:
            if self._read(file) != transcript:
                file.write_text(transcript, encoding="utf-8", newline="\n")
                self._written.append(file)
        elif (expected := self._read(file)) is None:
            pytest.fail(
                f"There is no golden transcript {file.name} yet. Write it with\n"
                f"    {again}\n"
                f"then read it, and keep it with the test. It would be:\n\n{transcript}",
                pytrace=False,
            )
        elif expected != transcript:
            pytest.fail(
                f"The transcript is not that of {file.name}. If this is how it should be:\n"
                f"    {again}\n\n{_difference(expected, transcript, file.name)}",
                pytrace=False,
            )

    def file(self, name: str = "") -> Path:
        """Return the file: beside the test, named after it."""
        module, _, test = self._test.partition("::")
        stem = Path(module).stem
        words = re.sub(r"[^\w.-]+", "_", "-".join(filter(None, [test.replace("::", "."), name]))).strip("_")
        return self._folder / f"{stem}.{words}.txt"

    def _read(self, file: Path) -> str | None:
        try:
            return file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None


def _difference(expected: str, found: str, file: str) -> str:
    lines = difflib.unified_diff(
        expected.splitlines(), found.splitlines(), file, "this run", lineterm="", n=2
    )
    return "\n".join(lines)
