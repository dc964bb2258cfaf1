"""A room's messages in order, and the cursors with which clients say how far they have read."""

import re
from collections import deque
from collections.abc import Callable
from itertools import takewhile
from typing import NamedTuple

__all__ = ["LOGGED", "SHOWN_AT_FIRST", "Entry", "Log", "is_fresh"]

LOGGED = 2000
"""How many messages a room keeps for those that come back; who missed more has lost them."""
SHOWN_AT_FIRST = 15
"""How many messages the first answer carries at most: `need_persist_msg_count` of the web page."""

_CURSOR = re.compile(r"(?:^|_)r-(\d+)")


class Entry(NamedTuple):
    """One message of the log."""

    id: int
    method: str
    payload: bytes
    guest_payload: bytes
    """What a visitor without a login gets: the same, unless the room masks people."""


def is_fresh(cursor: str) -> bool:
    """Whether a cursor names no message: that of somebody who comes for the first time."""
    return _id_of(cursor) <= 1


class Log:
    """The messages of one stream.

    Args:
        now_ms: the time of day in milliseconds.
    """

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self.entries: deque[Entry] = deque(maxlen=LOGGED)
        self.last_id = 0
        self._now_ms = now_ms

    def new_id(self, time_ms: int) -> int:
        """Return an id like the real ones: the second in the upper half, and always rising."""
        second, rest = divmod(time_ms, 1000)
        self.last_id = max(self.last_id + 1, (second << 32) + (rest << 22))
        return self.last_id

    def after(self, id: int) -> list[Entry]:
        """Return the logged messages after an id, oldest first."""
        newer = list(takewhile(lambda entry: entry.id > id, reversed(self.entries)))
        newer.reverse()
        return newer

    def first(self) -> list[Entry]:
        """Return what the first answer shows."""
        return list(self.entries)[-SHOWN_AT_FIRST:]

    def before_last(self, count: int) -> int:
        """Return the id after which the last so many messages come."""
        ids = [entry.id for entry in self.entries]
        if not count or not ids:
            return self.last_id
        return ids[-count - 1] if len(ids) > count else 0

    def cursor(self, id: int) -> str:
        """Return the cursor of somebody who has read as far as this id."""
        return f"t-{self._now_ms()}_r-{id or 1}_d-1_u-1_h-1"

    def position(self, cursor: str, *, overlap: int = 0) -> int:
        """Return the id after which a cursor goes on: for a fresh cursor that of the last message.

        With an overlap so many messages that were already seen come again.
        """
        if is_fresh(cursor):
            return self.last_id
        id = _id_of(cursor)
        if not overlap:
            return id
        seen = [entry.id for entry in self.entries if entry.id <= id]
        return seen[-overlap - 1] if len(seen) > overlap else 0


def _id_of(cursor: str) -> int:
    match = _CURSOR.search(cursor)
    return int(match[1]) if match else 0
