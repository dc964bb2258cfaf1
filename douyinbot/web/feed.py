"""What happens, handed to everybody who watches over a socket; who does not keep up harms nobody else."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from douyinbot.core.notices import Notice
from douyinbot.events import Event
from douyinbot.events.redaction import redact
from douyinbot.outbox import Receipt
from douyinbot.web.wire import to_json

__all__ = ["QUEUE", "Feed", "Watcher"]

QUEUE = 1024
"""What waits for one watcher at most; then the oldest goes."""
PATIENCE = 5.0
"""Seconds after which a watcher that does not read is cut off."""
MOST = 64
"""Watchers at the same time."""
SEND = "send"
"""The kind of the bot's own lines, as with `--jsonl`."""


@dataclass(eq=False, slots=True)
class Watcher:
    """One socket: what it wants to see, and what waits for it. Empty sets want everything."""

    rooms: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    missed: int = 0
    """What it has not got because its queue was full."""
    _queue: deque[str] = field(default_factory=deque)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once nothing more will come."""

    def wants(self, room: str, kind: str) -> bool:
        return (not self.rooms or room in self.rooms) and (not self.kinds or kind in self.kinds)

    def put(self, text: str) -> None:
        """Add what is to be sent; the oldest goes where too much waits."""
        if len(self._queue) >= QUEUE:
            self._queue.popleft()
            self.missed += 1
        self._queue.append(text)
        self._news.set()

    def close(self) -> None:
        """End once what waits is sent."""
        self.closing.set()
        self._news.set()

    async def send_to(self, socket: web.WebSocketResponse, patience: float) -> None:
        """Send what comes, until closed.

        Raises:
            TimeoutError: the other side has not read for that many seconds.
        """
        while True:
            while self._queue:
                async with asyncio.timeout(patience):
                    await socket.send_str(self._queue.popleft())
            if self.closing.is_set():
                return
            self._news.clear()
            await self._news.wait()


class Feed:
    """An observer of the bot that passes on what it sees.

    Args:
        clock: for the times of notices.
        patience: seconds after which a watcher that does not read is cut off.
    """

    sees_everything = True

    def __init__(self, clock: Callable[[], datetime], patience: float = PATIENCE) -> None:
        self.watchers: set[Watcher] = set()
        self.counts: Counter[str] = Counter()
        """Watchers that were cut off, and what they and others have missed."""
        self.notices: deque[dict[str, str]] = deque(maxlen=20)
        """The newest notices, the latest at the end."""
        self.patience = patience
        self._clock = clock

    @property
    def full(self) -> bool:
        """Whether nobody else may watch."""
        return len(self.watchers) >= MOST

    def event(self, event: Event, *, own: bool) -> None:
        self._pass_on(event.room, event.kind, event.to_dict)

    def line(self, receipt: Receipt) -> None:
        self._pass_on(receipt.room, SEND, receipt.to_dict)

    def notice(self, notice: Notice) -> None:
        self.notices.append(
            {
                "time": self._clock().isoformat(timespec="seconds"),
                "level": notice.level,
                "room": notice.room,
                "plugin": notice.plugin,
                "text": redact(notice.text),
            }
        )

    def join(self, watcher: Watcher) -> None:
        """Pass on to one more."""
        self.watchers.add(watcher)

    def leave(self, watcher: Watcher) -> None:
        """Pass on to one less."""
        self.watchers.discard(watcher)
        if watcher.missed:
            self.counts["missed"] += watcher.missed

    def close(self) -> None:
        """Let everybody go."""
        for watcher in self.watchers:
            watcher.close()

    def _pass_on(self, room: str, kind: str, make: Callable[[], dict[str, Any]]) -> None:
        """Write something down once, for all who want it."""
        wanting = [watcher for watcher in self.watchers if watcher.wants(room, kind)]
        if wanting:
            text = to_json(make())
            for watcher in wanting:
                watcher.put(text)
