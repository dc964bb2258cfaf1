"""Handlers by the name of an event: plain or `async`, each isolated from the others."""

import asyncio
import inspect
import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from douyinbot.config import nearest
from douyinbot.events import EVENTS, Event

__all__ = ["NAMES", "Handlers"]

H = TypeVar("H", bound=Callable[..., Any])
log = logging.getLogger(__name__)

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
    "decodedData": "*",
    "decoded_data": "*",
}
NAMES: Mapping[str, str] = {**{kind: kind for kind in EVENTS}, **_SEED_NAMES, "*": "*"}
"""Everything that `on` takes, and the kind that it means; "*" is every event."""


class Handlers:
    """Who is called for what.

    Args:
        on_error: told about each handler that raised: (event, handler, error).
    """

    def __init__(self, on_error: Callable[[Event, str, Exception], None]) -> None:
        self._handlers: dict[str, list[Callable[..., Any]]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._on_error = on_error

    def add(self, name: str, handler: Callable[..., Any]) -> str:
        """Call a handler for an event from now on; return the event's kind.

        Raises:
            ValueError: there is no such event.
        """
        kind = _kind(name)
        self._handlers.setdefault(kind, []).append(handler)
        return kind

    def remove(self, name: str, handler: Callable[..., Any]) -> None:
        """Take a handler away again; one that is not there does no harm.

        Raises:
            ValueError: there is no such event.
        """
        handlers = self._handlers.get(_kind(name), [])
        if handler in handlers:
            handlers.remove(handler)

    def listens_to(self, kind: str) -> bool:
        """Say whether anybody waits for a kind of event."""
        return bool(self._handlers.get(kind))

    def call(self, event: Event) -> None:
        """Call everybody who waits for this event: plain handlers now, `async` ones as tasks."""
        for handler in [*self._handlers.get(event.kind, ()), *self._handlers.get("*", ())]:
            try:
                outcome = handler(event)
            except Exception as error:
                self._failed(event, handler, error)
                continue
            if inspect.isawaitable(outcome):
                task = asyncio.ensure_future(self._finish(event, handler, outcome))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait for the handlers that still run."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _finish(self, event: Event, handler: Callable[..., Any], outcome: Any) -> None:
        try:
            await outcome
        except Exception as error:
            self._failed(event, handler, error)

    def _failed(self, event: Event, handler: Callable[..., Any], error: Exception) -> None:
        name = getattr(handler, "__qualname__", repr(handler))
        log.error("the handler %s of %s failed", name, event.kind, exc_info=error)
        self._on_error(event, name, error)


def _kind(name: str) -> str:
    if name not in NAMES:
        raise ValueError(f'there is no event "{name}"{nearest(name, list(NAMES))}')
    return NAMES[name]
