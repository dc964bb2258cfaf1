"""From messages to events: what every platform's decoder table has in common.

A table row is a function from one payload to its events. A payload that cannot be decoded loses only itself
and is counted; a method without a row becomes `Unknown`.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Set
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from google.protobuf.message import DecodeError as ProtobufError

from douyinbot.errors import DecodeError
from douyinbot.events import Event, Like, RawData, StreamEnd, Unknown, User
from douyinbot.webcast.frames import Batch

__all__ = ["HISTORY_AGE_MS", "Arrival", "Decoder", "Head", "Row", "Table", "both_spellings", "head", "moment"]

HISTORY_AGE_MS = 30_000
"""Older messages are history: shown, but not answered."""
_SECONDS_BELOW = 100_000_000_000  # a time below this is in seconds (as ms it would lie before March 1973)
REMEMBERED_CONTENTS = 50
"""How many contents are remembered to recognise one that comes again under another id."""
MOST_USERS = 500
"""How many viewers are remembered as they came, a kilobyte each; then all are forgotten."""
_LONG_AGO = datetime.fromtimestamp(0, UTC)
_LATEST_MS = 4_102_444_800_000  # the year 2100: anything later is nonsense


Head = tuple[datetime, datetime, str, str, str, User | None, bool, bool, Any]
"""The fields that every event begins with, in the order of `Event`: made once, handed on by position."""


class Arrival(msgspec.Struct, frozen=True):
    """What a batch of messages has in common."""

    room: str
    received: datetime
    platform: str = "douyin"
    now_ms: int = 0
    """The server's clock where it told us, else ours."""
    history: bool = False
    simulated: bool = False
    owner_id: str = ""
    users: dict[bytes, tuple[bytes, User]] = {}
    """Who was seen before, as they came and as they were read; by how their bytes begin."""


Decode = Callable[[bytes, str, Arrival], tuple[Event, ...]]
"""(payload, message id, arrival) to events."""


class Row(NamedTuple):
    """How one method is decoded, and which kinds can come out."""

    decode: Decode
    kinds: frozenset[str]
    once: bool = False
    """Whether the platform sends the same again under another id: then only new contents are events."""


Table = Mapping[str, Row]


def both_spellings(rows: Mapping[str, Row]) -> dict[str, Row]:
    """Return the table with and without the `Webcast` prefix: since September 2026 both are on the wire."""
    return {**rows, **{f"Webcast{method}": row for method, row in rows.items()}}


def moment(stamp: int, at: Arrival) -> tuple[datetime, bool]:
    """Turn a platform time (ms or s, 0 = unknown) into a time and whether the message is history."""
    if stamp <= 0:
        return at.received, at.history
    if stamp < _SECONDS_BELOW:
        stamp *= 1000
    if stamp > _LATEST_MS:
        return at.received, at.history
    return datetime.fromtimestamp(stamp / 1000, UTC), at.history or at.now_ms - stamp > HISTORY_AGE_MS


def head(common: Any, id: str, at: Arrival, payload: bytes, user: User | None = None, stamp: int = 0) -> Head:
    """Return what an event begins with, from the `Common` of either platform.

    `stamp` is a message's own time, for when Common has none.
    """
    created = common.create_time
    time, history = moment(created if created > 0 else stamp, at)
    return (
        time,
        at.received,
        id or (str(common.msg_id) if common.msg_id else ""),
        at.room,
        at.platform,
        user,
        at.simulated,
        history,
        payload,
    )


class Decoder:
    """Decode the messages of one room, counting what could not be used.

    Args:
        table: the platform's rows.
        room: the room's id in bot.toml.
        kinds: the kinds of event that anybody listens to; None for all. Methods that can only give other
            kinds are not even parsed. The set is looked at again at each batch and may have grown by then.
            The end of the stream is always wanted: the session acts on it.
        raw: give a RawData for every message, all of a batch before its first decoded event.
    """

    def __init__(
        self,
        table: Table,
        *,
        room: str,
        platform: str = "douyin",
        simulated: bool = False,
        kinds: Set[str] | None = None,
        raw: bool = False,
    ) -> None:
        self.room = room
        self.platform = platform
        self.simulated = simulated
        self.raw = raw
        self.owner_id = ""
        self.counts: Counter[str] = Counter()
        """messages, unknown, unwanted, repeated, and `bad:METHOD` for payloads that could not be decoded."""
        self._table = table
        self._wanted = kinds
        self._chosen_for = 0 if kinds is None else len(kinds)
        self._rows: dict[str, Row | None] = {}
        self._most_likes = 0
        self._users: dict[bytes, tuple[bytes, User]] = {}
        self._users_under = ""
        """The owner for whom they were read: that is a role."""
        self._contents: deque[Event] = deque(maxlen=REMEMBERED_CONTENTS)

    def begin_stream(self) -> None:
        """Another stream begins in the room: its likes are counted from nothing."""
        self._most_likes = 0

    def arrival(self, batch: Batch, received: datetime, *, history: bool = False) -> Arrival:
        """Return what the messages of a batch have in common."""
        if len(self._users) > MOST_USERS or self._users_under != self.owner_id:
            self._users.clear()
            self._users_under = self.owner_id
        return Arrival(
            room=self.room,
            platform=self.platform,
            received=received,
            now_ms=batch.now_ms or round(received.timestamp() * 1000),
            history=history,
            simulated=self.simulated,
            owner_id=self.owner_id,
            users=self._users,
        )

    def decode(self, messages: Iterable[tuple[str, int, bytes]], at: Arrival) -> list[Event]:
        """Decode messages in order; a bad one is counted and left out."""
        events: list[Event] = []
        if self.raw:
            messages = list(messages)
            events.extend(self._raw(method, number, payload, at) for method, number, payload in messages)
        if self._wanted is not None and len(self._wanted) != self._chosen_for:
            self._chosen_for = len(self._wanted)
            self._rows.clear()
        rows, counts, taken, unwanted = self._rows, self.counts, 0, 0
        for method, number, payload in messages:
            taken += 1
            try:
                row = rows[method]
            except KeyError:
                row = self._row(method)
            if row is None:
                unwanted += 1
                continue
            try:
                events += row.decode(payload, str(number) if number else "", at)
            except (ProtobufError, DecodeError, ValueError, OverflowError):
                counts[f"bad:{method}"] += 1
        counts["messages"] += taken
        if unwanted:
            counts["unwanted"] += unwanted
        for index, event in enumerate(events):
            if type(event) is Like:
                events[index] = self._monotonic(event)
        return events

    def _row(self, method: str) -> Row | None:
        """Choose once per method: its row, None when nobody listens, or the row that gives `Unknown`."""
        row = self._table.get(method) or Row(self._unknown_row(method), frozenset({"unknown"}))
        wanted = self._wanted is None or StreamEnd.kind in row.kinds or not row.kinds.isdisjoint(self._wanted)
        chosen = row if wanted else None
        if chosen is not None and chosen.once:
            chosen = chosen._replace(decode=self._each_once(chosen.decode))
        if len(self._rows) < 1000:  # a hostile server could invent methods without end
            self._rows[method] = chosen
        return chosen

    def _each_once(self, decode: Decode) -> Decode:
        def once(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
            return tuple(event for event in decode(payload, id, at) if self._is_new(event))

        return once

    def _is_new(self, event: Event) -> bool:
        """Compare contents: everything but when it came, and under which id."""
        content = event.replace(time=_LONG_AGO, received=_LONG_AGO, id="", history=False, raw=None)
        if content in self._contents:
            self.counts["repeated"] += 1
            return False
        self._contents.append(content)
        return True

    def _unknown_row(self, method: str) -> Decode:
        def unknown(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
            self.counts["unknown"] += 1
            return (Unknown(*self._head(payload, id, at), method=method),)

        return unknown

    def _raw(self, method: str, number: int, payload: bytes, at: Arrival) -> RawData:
        head = self._head(None, str(number) if number else "", at)
        return RawData(*head, method=method, payload=payload)

    def _head(self, raw: bytes | None, id: str, at: Arrival) -> Head:
        """What an event begins with whose message was not looked into, in the order of `Event`."""
        return at.received, at.received, id, at.room, at.platform, None, at.simulated, at.history, raw

    def _monotonic(self, like: Like) -> Like:
        """Totals come from several replicas and run backwards (seen on both platforms): keep the highest."""
        if like.total_like_count >= self._most_likes:
            self._most_likes = like.total_like_count
            return like
        return like.replace(total_like_count=self._most_likes)
