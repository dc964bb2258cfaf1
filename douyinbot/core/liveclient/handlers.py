"""Handlers by the name of an event: plain or `async`, each isolated from the others."""

import asyncio
import inspect
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from douyinbot.config import nearest
from douyinbot.events import EVENTS, Event

__all__ = ["DECODED", "EVERY", "NAMES", "Handlers", "kind_of"]

log = logging.getLogger(__name__)

EVERY = "*"
"""Every event of any kind (of `raw_data` only while somebody listens to that, too)."""
DECODED = "decoded_data"
"""Every decoded message of the room, before the handlers of its own kind: the seed's `decodedData`."""
MOST_RUNNING = 10_000
"""Calls of `async` handlers that may run at once; of further ones the event is lost, and that is logged."""
PATIENCE = 5.0
"""Seconds that the last calls may take before they are cancelled."""

_NOT_DECODED = frozenset(
    {
        *("connected", "disconnected", "reconnecting", "websocket_connected"),
        *("raw_data", "unknown", "failure"),
    }
)
"""What did not come out of a message that we understand."""

# TikTok-Live-Connector's names in both spellings; the kinds of our events are names of themselves.
_SEED_NAMES: Mapping[str, str] = {
    "roomUser": "room_user",
    "questionNew": "question",
    "question_new": "question",
    "linkMicBattle": "link_mic_battle",
    "linkMicArmies": "link_mic_armies",
    "liveIntro": "live_intro",
    "streamEnd": "stream_end",
    "rawData": "raw_data",
    "websocketConnected": "websocket_connected",
    "error": "failure",
    "decodedData": DECODED,
}
NAMES: Mapping[str, str] = {
    **{kind: kind for kind in EVENTS},
    **_SEED_NAMES,
    **{name: name for name in (DECODED, EVERY)},
}
"""Everything that `on` takes, and the kind that it means."""


class Handlers:
    """Who is called for what.

    Args:
        on_error: told about each handler that raised: (event, handler, error).
    """

    def __init__(self, on_error: Callable[[Event, str, Exception], None]) -> None:
        self._handlers: dict[str, list[Callable[..., Any]]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._lost = 0
        self._on_error = on_error

    def add(self, name: str, handler: Callable[..., Any]) -> str:
        """Call a handler for an event from now on; return the event's kind.

        Raises:
            ValueError: there is no such event.
        """
        kind = kind_of(name)
        self._handlers.setdefault(kind, []).append(handler)
        return kind

    def remove(self, name: str, handler: Callable[..., Any]) -> None:
        """Take a handler away again; one that is not there does no harm.

        Raises:
            ValueError: there is no such event.
        """
        handlers = self._handlers.get(kind_of(name), [])
        if handler in handlers:
            handlers.remove(handler)

    def listens_to(self, kind: str) -> bool:
        """Say whether anybody waits for a kind of event."""
        return bool(self._handlers.get(kind))

    def call(self, event: Event) -> None:
        """Call everybody who waits for this event: plain handlers now, `async` ones as tasks."""
        decoded = () if event.kind in _NOT_DECODED else self._handlers.get(DECODED, ())
        own = self._handlers.get(event.kind, ())
        for handler in [*decoded, *own, *self._handlers.get(EVERY, ())]:
            try:
                outcome = handler(event)
            except Exception as error:
                self._failed(event, handler, error)
                continue
            if inspect.iscoroutine(outcome):
                self._start(event, handler, outcome)

    async def settle(self, patience: float = PATIENCE) -> None:
        """Let the calls that still run come to their end; those that take too long are cancelled.

        A handler may wait for this itself: its own call is not waited for.
        """
        if running := self._tasks - {asyncio.current_task()}:
            _, late = await asyncio.wait(running, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _start(self, event: Event, handler: Callable[..., Any], call: Coroutine[Any, Any, Any]) -> None:
        if len(self._tasks) >= MOST_RUNNING:
            call.close()
            self._lost += 1
            if self._lost == 1:
                log.warning("%d calls of handlers are still running: events are lost", MOST_RUNNING)
            return
        if self._lost:
            log.warning("handlers lost %d events while they were too slow", self._lost)
            self._lost = 0
        task = asyncio.ensure_future(self._finish(event, handler, call))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _finish(
        self, event: Event, handler: Callable[..., Any], call: Coroutine[Any, Any, Any]
    ) -> None:
        try:
            await call
        except Exception as error:
            self._failed(event, handler, error)

    def _failed(self, event: Event, handler: Callable[..., Any], error: Exception) -> None:
        name = getattr(handler, "__qualname__", repr(handler))
        log.error("the handler %s of %s failed", name, event.kind, exc_info=error)
        self._on_error(event, name, error)


def kind_of(name: str) -> str:
    """Return the kind of event that a name means.

    Raises:
        ValueError: there is no such event.
    """
    if name not in NAMES:
        raise ValueError(f'there is no event "{name}"{nearest(name, list(NAMES))}')
    return NAMES[name]
