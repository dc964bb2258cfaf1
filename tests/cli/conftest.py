"""Running the program as its users do: in a process of its own, on loopback only."""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from douyinbot.cli import main

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
"""Seconds of real time that anything may take on a busy machine."""


class Program:
    """One running `douyinbot`, with what it has printed so far."""

    def __init__(self, arguments: list[str], folder: Path) -> None:
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", "COLUMNS": "200"}
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "douyinbot", *arguments],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.out: list[str] = []
        self.err: list[str] = []
        self._news = threading.Condition()
        self._readers = [
            threading.Thread(target=self._read, args=(self.process.stdout, self.out), daemon=True),
            threading.Thread(target=self._read, args=(self.process.stderr, self.err), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def wait_for(self, found: Callable[["Program"], Any]) -> Any:
        """Wait until something is true of what was printed, and return it."""
        end = time.monotonic() + PATIENCE
        with self._news:
            while not (value := found(self)):
                left = end - time.monotonic()
                ended = self.process.poll() is not None and not any(r.is_alive() for r in self._readers)
                if left <= 0 or ended:
                    raise AssertionError(f"it never came:\n{self.text}")
                self._news.wait(min(left, 0.2))
        return value

    def interrupt(self, number: int = signal.SIGINT) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.end()

    def end(self) -> int:
        """Wait for the end and return the exit code."""
        code = self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        return code

    def json(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in list(self.out)]

    @property
    def text(self) -> str:
        return "\n".join([*self.out, "--- stderr", *self.err])

    def _read(self, stream: Any, lines: list[str]) -> None:
        for line in stream:
            with self._news:
                lines.append(line.rstrip("\n"))
                self._news.notify_all()
        stream.close()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Start programs; those that still run at the end are killed."""
    started: list[Program] = []

    def start(*arguments: str | Path, folder: Path | None = None) -> Program:
        running = Program([str(argument) for argument in arguments], folder or tmp_path)
        started.append(running)
        return running

    yield start
    for running in started:
        if running.process.poll() is None:
            running.process.kill()
            running.end()


class Outcome(NamedTuple):
    """What one call printed, and how it ended."""

    code: int
    out: list[str]
    err: list[str]


@pytest.fixture
def invoke(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Callable[..., Outcome]]:
    """Call the command line in this process: for calls that end by themselves."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, logging.getLogger("douyinbot").level
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str | Path) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["douyinbot", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), printed.out.splitlines(), printed.err.splitlines())

    yield call
    root.handlers[:], level, own = before
    root.setLevel(level)
    logging.getLogger("douyinbot").setLevel(own)


@pytest.fixture
def simulator(program: Callable[..., Program]) -> str:
    """The address of a simulator in a process of its own."""
    server = program("simulate", "--serve", "127.0.0.1:0", "--pace", "4")
    line = server.wait_for(lambda p: next((line for line in p.out if "is open" in line), None))
    return str(line).rpartition(" ")[2]


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of bot.example.toml, so that its database does not land in the repository."""
    copy = tmp_path / "bot.example.toml"
    copy.write_text((ROOT / "bot.example.toml").read_text(encoding="utf-8"), encoding="utf-8")
    return copy
