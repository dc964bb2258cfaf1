"""What happened and what was said, line by line, as a person reads it and a file keeps it."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from douyinbot.core.notices import Notice
from douyinbot.events import Chat, Event, Gift, RawData, User
from douyinbot.events.text import clean
from douyinbot.outbox import Receipt, State
from douyinbot.testing.settings import ROOM

__all__ = ["Transcript", "describe"]

Entry = Event | Receipt | Notice

_SHOWN = 60
"""Characters that are shown of a text that is no line of the chat."""
_LISTED = 5
_PLACE = re.compile(r" \([^()]*\.py:\d+\)$")
"""Where in a plugin an error arose: that changes with every line above it, and with the machine."""
_NOT_OWN = {*Event.__struct_fields__, "display_type", "label"}


class Transcript:
    """Takes down events, lines and troubles, each with the seconds that have passed.

    A line of the bot stands where it was said, or where it was decided that it is not, with what has become
    of it by now; those that still wait stand at the end. Each line of the transcript is

        H:MM:SS.s  KIND        WHO: WHAT
        H:MM:SS.s  > PLUGIN    TEXT                    said, and seen in the room
        H:MM:SS.s  > PLUGIN    [STATE: REASON] TEXT    anything else
        H:MM:SS.s  ! LEVEL     what the operator was told
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._entries: list[tuple[float, Entry]] = []
        self._waiting: dict[str, tuple[float, Receipt]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def event(self, event: Event) -> None:
        """Take down that something happened."""
        self._entries.append((self._now(), event))

    def line(self, receipt: Receipt) -> None:
        """Take down that a line has a new state: it stands where it first was not just waiting."""
        if receipt.state in (State.QUEUED, State.AWAITING_APPROVAL):
            self._waiting.setdefault(receipt.id, (self._now(), receipt))
        elif receipt.id in self._waiting or len(receipt.history) == 1:
            self._waiting.pop(receipt.id, None)
            self._entries.append((self._now(), receipt))

    def notice(self, notice: Notice) -> None:
        """Take down a trouble."""
        if notice.level != "info":
            self._entries.append((self._now(), notice))

    def text(self, first: int = 0, began: float = 0.0) -> str:
        """Return the lines from the entry `first` on, with the seconds since `began`."""
        entries = self._entries[first:]
        waiting = [(self._now(), receipt) for since, receipt in self._waiting.values() if since >= began]
        return "".join(
            f"{_offset(time - began)}  {describe(entry)}\n" for time, entry in [*entries, *waiting]
        )


def describe(entry: Entry) -> str:
    """Return an entry as the rest of a line."""
    if isinstance(entry, Notice):
        return f"{'! ' + entry.level:<13} {_PLACE.sub('', clean(entry.text, 1000))}"
    where = f"[{entry.room}] " if entry.room not in ("", ROOM) else ""
    if isinstance(entry, Receipt):
        fate = f"{entry.state}: {entry.reason}" if entry.reason else str(entry.state)
        note = "" if fate == State.SEEN else f"[{fate}] "
        return f"{'> ' + (entry.plugin or 'bot'):<13} {where}{note}{clean(entry.text)}"
    past = "(history) " if entry.history else ""
    return f"{entry.kind:<13} {where}{past}{_what(entry)}".rstrip()


def _what(event: Event) -> str:
    who = f"{clean(event.user.nickname, _SHOWN)}: " if event.user is not None else ""
    if isinstance(event, Chat):
        return f"{who}{clean(event.comment)}"
    if isinstance(event, Gift):
        streak = " in all" if event.repeat_end and event.combo else ""
        return f"{who}{clean(event.gift_name)} x{event.total}{streak}"
    if isinstance(event, RawData):
        return f"{event.method}, {len(event.payload)} bytes"
    return f"{who}{_fields(event, _NOT_OWN)}"


def _fields(value: msgspec.Struct, without: set[str]) -> str:
    """Return the fields that say something: those that differ from their defaults."""
    shown = [
        f"{field.name}={_brief(own)}"
        for field in msgspec.structs.fields(type(value))
        if field.name not in without
        and (own := getattr(value, field.name)) != field.default
        and own not in ({}, [], ())
    ]
    return ", ".join(shown)


def _brief(value: Any) -> str:
    if isinstance(value, str):
        return clean(value, _SHOWN)
    if isinstance(value, User):
        return clean(value.nickname, _SHOWN)
    if isinstance(value, msgspec.Struct):
        return f"({_fields(value, set())})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_brief(key)}: {_brief(own)}" for key, own in value.items()) + "}"
    if isinstance(value, list | tuple):
        more = [f"and {len(value) - _LISTED} more"] if len(value) > _LISTED else []
        return "[" + ", ".join([*map(_brief, value[:_LISTED]), *more]) + "]"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return type(value).__name__ if isinstance(value, BaseException) else clean(str(value), _SHOWN)


def _offset(seconds: float) -> str:
    tenths = round(seconds * 10)
    minutes, tenths = divmod(tenths, 600)
    return f"{minutes // 60}:{minutes % 60:02}:{tenths // 10:02}.{tenths % 10}"
