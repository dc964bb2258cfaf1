"""Logging of the command line: to stderr, one record a line, without secrets and control characters.

A record's traceback stands below it, indented: whatever is in an error's text cannot pass for a record.
"""

import logging
import re
import sys
from collections.abc import Sequence
from datetime import datetime, tzinfo

from douyinbot.events.redaction import redact

__all__ = ["Formatter", "set_up_logging"]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Formatter(logging.Formatter):
    """`20:01:02 WARNING douyinbot.core: text`."""

    def __init__(self, zone: tzinfo | None = None, known: Sequence[str] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%H:%M:%S")
        self._zone = zone
        self._known = known

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        return datetime.fromtimestamp(record.created, self._zone).strftime(datefmt or "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        return super().formatMessage(record).replace("\n", "\\n").replace("\r", "\\r")

    def format(self, record: logging.LogRecord) -> str:
        text = redact(super().format(record), self._known).replace("\n", "\n    ")
        return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


def set_up_logging(level: str, zone: tzinfo | None = None, known: Sequence[str] = ()) -> None:
    """Send the log to stderr, with the time of a zone (None: the machine's), and without the known secrets.

    Other libraries only speak up at warnings, unless everything is wanted.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Formatter(zone, known))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if level == "debug" else logging.WARNING)
    logging.getLogger("douyinbot").setLevel(level.upper())
    # Their debug lines hold whole requests, cookies included.
    for library in ("websockets", "aiohttp", "asyncio", "sqlalchemy", "aiosqlite", "apscheduler"):
        logging.getLogger(library).setLevel(logging.WARNING)
