"""Why each line was or was not said: event, handler, filter, queue, the platform's answer.

Written to the database in chunks, at most every few seconds, so that it costs the room nothing; kept for a
week, but no more than the newest entries. Texts are cleaned of secrets before they are written.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from douyinbot.core.origins import Origin
from douyinbot.errors import StoreError
from douyinbot.events import Chat, Event, Gift
from douyinbot.events.redaction import redact
from douyinbot.events.text import clean
from douyinbot.outbox import Receipt, State
from douyinbot.store import Store
from douyinbot.store.keyvalue import microseconds

__all__ = ["HISTORY", "JOURNAL", "OWN_LINE", "Entry", "Journal", "Step", "chosen", "stored"]

log = logging.getLogger(__name__)

JOURNAL = "bot.journal"
"""The part of the database where it is kept."""
EVERY = 2.0
"""Seconds between two writes."""
KEPT = 2000
"""Entries kept in the database."""
WEEK = 7 * 86400.0
REMEMBERED = 500
"""Entries kept in memory."""
PORTION = 200
"""Entries written at once: to turn thousands into JSON would keep the room waiting."""
SILENCES = 50
"""Events without an answer that are noted between two writes: a flood must not wash the rest away."""
ALIKE, MINUTE = 5, 60.0
"""So many of a kind (plugin, handler, cause) are noted one by one in a minute; the others are counted."""
ALTERED = 200
"""Events that a filter has replaced and of which that is remembered."""

HISTORY = "history", "it was there before the bot came, and is only shown"
OWN_LINE = "own", "the bot said it itself, and does not answer itself"
"""Two causes, in one word and in many."""

_PREFIX = "chunk:"
_SAID = frozenset({State.SEEN, State.SENT, State.UNSEEN, State.DRY})


class Step(msgspec.Struct, frozen=True, array_like=True):
    """One state of a line."""

    state: str
    time: str
    reason: str = ""


class Entry(msgspec.Struct, omit_defaults=True):
    """What became of one line, or of an event that led to none. Times are ISO 8601."""

    time: str
    room: str = ""
    event: str = ""
    """The kind of event that it answers, "" if none."""
    user: str = ""
    words: str = ""
    """What the viewer wrote, or gave."""
    simulated: bool = False
    plugin: str = ""
    handler: str = ""
    line: str = ""
    """The line's id, as in `--jsonl`; "" where nothing was said to the event."""
    text: str = ""
    before: str = ""
    """The text before `filter_message` changed it."""
    changed_by: list[str] = []
    """The plugins whose `filter_message` changed it, in order."""
    dropped_by: str = ""
    """The plugin whose `filter_message` dropped it."""
    words_before: str = ""
    """What the viewer had written before `filter_event` replaced that."""
    words_changed_by: list[str] = []
    """The plugins whose `filter_event` did."""
    note: str = ""
    """What else is to be known about the call: what was wrong with its arguments."""
    times: int = 1
    """How many such things it stands for; it tells of the last of them."""
    steps: list[Step] = []
    cause: str = ""
    """In one word, what kept it from being said."""
    why: str = ""
    """The same in plain words."""

    @property
    def unsaid(self) -> bool:
        """Whether it came to nothing."""
        return bool(self.cause)

    def mentions(self, words: str) -> bool:
        """Tell whether it is about a line's id, or has some words in it."""
        folded = words.casefold()
        if folded == self.line.casefold():
            return True
        parts = (self.user, self.words, self.text, self.plugin, self.handler, self.dropped_by)
        return any(folded in part.casefold() for part in parts)


@dataclass(slots=True)
class _Alike:
    """Silences of the same kind within a minute."""

    since: float
    count: int = 0
    rest: Entry | None = None
    """What stands for those that are only counted. It is written once it grows no more."""


class Journal:
    """The notes of one bot."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.recent: deque[Entry] = deque(maxlen=REMEMBERED)
        """The newest entries, the latest at the end."""
        self._store = store
        self._clock = clock
        self._lines: dict[str, tuple[Receipt, Entry]] = {}
        """Lines that may still change, the oldest first."""
        self._unwritten: dict[int, Entry] = {}
        self._silences = 0
        self._alike: dict[tuple[str, ...], _Alike] = {}
        self._altered: deque[tuple[Event, str, list[str]]] = deque(maxlen=ALTERED)
        self._news = asyncio.Event()
        self._chunks: deque[tuple[str, int]] | None = None

    # ---- notes --------------------------------------------------------------------------------------

    def line(
        self,
        receipt: Receipt,
        origin: Origin,
        *,
        before: str,
        changed_by: Sequence[str] = (),
        dropped_by: str = "",
    ) -> None:
        """Note a line that was just handed to the outbox.

        Args:
            before: its text before the plugins' filters.
            changed_by, dropped_by: the plugins whose filters decided about it.
        """
        entry = self._entry(receipt.room, origin, receipt.plugin)
        entry.line, entry.text, entry.note = receipt.id, _cleaned(receipt.text), _cleaned(origin.note)
        entry.changed_by, entry.dropped_by = list(changed_by), dropped_by
        entry.before = _cleaned(before) if changed_by else ""
        if len(self._lines) >= REMEMBERED:
            del self._lines[next(iter(self._lines))]
        self._lines[receipt.id] = receipt, entry
        self.recent.append(entry)
        self._follow(receipt, entry)

    def changed(self, receipt: Receipt) -> None:
        """Follow a line, or a part of one, to a new state."""
        if (known := self._lines.get(receipt.id.partition(".")[0])) is not None:
            self._follow(*known)

    def altered(self, before: Event, after: Event, by: Sequence[str]) -> None:
        """Note that filters have replaced an event; whatever is noted about it will tell."""
        if isinstance(before, Chat | Gift):
            known, names = self._changes(before)
            self._altered.append((after, known or _words(before), [*names, *by]))

    def silent(self, event: Event | None, plugin: str, handler: str, cause: str, why: str) -> None:
        """Note why an event led to nothing.

        Nobody asks that of a like; only an error is noted whatever it was about.
        """
        if cause != "error" and not isinstance(event, Chat | Gift | None):
            return
        room = event.room if event is not None else ""
        alike = self._alike_of((room, plugin, handler, cause))
        alike.count += 1
        if alike.rest is None and self._silences >= SILENCES:
            return
        entry = self._entry(room, Origin(handler, event), plugin)
        entry.cause, entry.why = cause, _cleaned(why)
        if alike.count <= ALIKE:
            self._silences += 1
            self.recent.append(entry)
            self._write_soon(entry)
        elif alike.rest is None:
            alike.rest = entry
            self.recent.append(entry)
        else:
            for field in ("time", "event", "user", "words", "simulated", "why"):
                setattr(alike.rest, field, getattr(entry, field))
            alike.rest.times += 1

    def find(self, words: str = "", room: str = "") -> list[Entry]:
        """Return what is remembered about some words or a line's id; without any, what came to nothing."""
        return chosen(self.recent, words, room)

    # ---- the database -------------------------------------------------------------------------------

    async def run(self) -> None:
        """Write whatever is new, for ever."""
        while True:
            await self._news.wait()
            await asyncio.sleep(EVERY)
            await self.flush()

    async def flush(self) -> None:
        """Write what has not been written yet."""
        self._news.clear()
        self._silences = 0
        self._sum_up(everything=False)
        entries, self._unwritten = list(self._unwritten.values()), {}
        if not entries:
            return
        try:
            for start in range(0, len(entries), PORTION):
                await self._append(entries[start : start + PORTION], start)
        except StoreError as error:
            log.warning("the journal could not be written: %s", error)

    async def close(self) -> None:
        """Write everything, the lines that came to no end, too."""
        self._sum_up(everything=True)
        for _, entry in self._lines.values():
            self._unwritten[id(entry)] = entry
        await self.flush()

    async def _append(self, entries: list[Entry], place: int) -> None:
        """Write a portion; its place keeps the portions of one moment apart, and in order."""
        if self._chunks is None:
            keys = await self._store.keys(_PREFIX)
            self._chunks = deque((key, int(key.rpartition(":")[2])) for key in keys)
        key = f"{_PREFIX}{microseconds(self._clock()) + place:020d}:{len(entries)}"
        await self._store.set(key, msgspec.to_builtins(entries), ttl=WEEK)
        self._chunks.append((key, len(entries)))
        while len(self._chunks) > 1 and sum(count for _, count in self._chunks) > KEPT:
            await self._store.delete(self._chunks.popleft()[0])

    # ---- inside -------------------------------------------------------------------------------------

    def _entry(self, room: str, origin: Origin, plugin: str) -> Entry:
        event = origin.event
        entry = Entry(
            time=self._clock().isoformat(timespec="milliseconds"),
            room=room,
            plugin=plugin,
            handler=origin.handler,
        )
        if event is not None:
            entry.event, entry.simulated = event.kind, event.simulated
            entry.user = clean(event.user.nickname, 24) if event.user is not None else ""
            entry.words = _words(event)
            if isinstance(event, Chat | Gift):
                entry.words_before, entry.words_changed_by = self._changes(event)
        return entry

    def _changes(self, event: Event) -> tuple[str, list[str]]:
        """Return what an event was before filters replaced it, and who did."""
        return next(((words, names) for after, words, names in self._altered if after is event), ("", []))

    def _alike_of(self, key: tuple[str, ...]) -> _Alike:
        now = self._clock().timestamp()
        alike = self._alike.get(key)
        if alike is None or not 0 <= now - alike.since < MINUTE:
            if alike is not None and alike.rest is not None:
                self._write_soon(alike.rest)
            alike = self._alike[key] = _Alike(now)
        return alike

    def _sum_up(self, *, everything: bool) -> None:
        """Have the counted silences written whose minute is over."""
        now = self._clock().timestamp()
        for key, alike in list(self._alike.items()):
            if everything or not 0 <= now - alike.since < MINUTE:
                del self._alike[key]
                if alike.rest is not None:
                    self._write_soon(alike.rest)

    def _follow(self, receipt: Receipt, entry: Entry) -> None:
        entry.steps = [
            Step(str(state), time.isoformat(timespec="milliseconds"), redact(reason))
            for state, time, reason in receipt.history
        ]
        unsaid = receipt.done and receipt.state not in _SAID
        entry.cause = str(receipt.cause or receipt.state) if unsaid else ""
        entry.why = redact(receipt.reason) if unsaid else ""
        if receipt.done:
            self._write_soon(entry)

    def _write_soon(self, entry: Entry) -> None:
        self._unwritten[id(entry)] = entry
        self._news.set()


async def stored(store: Store) -> list[Entry]:
    """Read a journal, the oldest entry first; of a line that was written twice, only how it stood last."""
    entries: dict[tuple[str, str], Entry] = {}
    for number, key in enumerate(await store.keys(_PREFIX)):
        for entry in msgspec.convert(await store.get(key, []), list[Entry]):
            entries[entry.time, entry.line or f"{number}.{len(entries)}"] = entry
    return sorted(entries.values(), key=lambda entry: entry.time)


def chosen(entries: "deque[Entry] | list[Entry]", words: str, room: str = "") -> list[Entry]:
    """Return the entries about some words or a line's id; without any, what came to nothing."""
    inside = [entry for entry in entries if not room or entry.room in ("", room)]
    return [entry for entry in inside if (entry.mentions(words) if words else entry.unsaid)]


def _words(event: Event) -> str:
    match event:
        case Chat():
            return _cleaned(event.comment)
        case Gift():
            return f"{clean(event.gift_name, 20)} x{event.total}"
    return ""


def _cleaned(text: str) -> str:
    return redact(clean(text, 200))
