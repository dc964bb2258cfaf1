"""For the whole suite: whatever a test does, no secret gets into a log."""

import logging
import re
from collections.abc import Iterator

import pytest

from tests.canaries import MARK

# Packages of others, which are installed and tested by tests/plugins/test_third_party.py.
collect_ignore = ["packages"]

NAMES = r"(?:sessionid(?:_ss)?|sid_tt|ttwid|odin_tt|msToken|a_bogus|signature)"
LEAK = re.compile(rf"{MARK}|\b{NAMES}=(?!\*\*\*)[^\s&;,'\")]+")
"""A canary, or a secret that the program made or was given while it ran: a name with a value behind it."""


class Listener(logging.Handler):
    """Keeps the lines in which a secret is."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))
        self.leaks: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)  # with the traceback, if there is one
        if LEAK.search(line):
            self.leaks.append(line)


@pytest.fixture(autouse=True)
def leaks(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Listen to all that douyinbot logs, at debug level, and to what other libraries log at their own."""
    ours, root, listener = logging.getLogger("douyinbot"), logging.getLogger(), Listener()
    level = ours.level
    ours.setLevel(logging.DEBUG)
    root.addHandler(listener)
    try:
        yield listener.leaks
    finally:
        root.removeHandler(listener)
        ours.setLevel(level)
    assert not listener.leaks, f"a secret was logged: {listener.leaks[0]}"
