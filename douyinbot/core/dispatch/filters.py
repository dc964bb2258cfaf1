"""The two chains of decisions: on every event before anybody sees it, and on every text before it is said."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from douyinbot.events import Event
from douyinbot.hookspecs import Drop

__all__ = ["Filter", "Message", "Verdict", "filter_event", "filter_message"]

T = TypeVar("T")

Filter = tuple[str, Callable[[Any], Any]]
"""A plugin's name and what it decides by."""


@dataclass(frozen=True, slots=True)
class Message:
    """A text that the bot is about to say."""

    text: str
    room: str = ""
    plugin: str = ""
    priority: str = "normal"


@dataclass(frozen=True, slots=True)
class Verdict(Generic[T]):
    """What has become of an event or a message, and by whom."""

    value: T
    """As the last filter left it; of one that was dropped, as it was when it was dropped."""
    changed_by: tuple[str, ...] = ()
    """The plugins that replaced it, in order."""
    dropped_by: str = ""
    reason: str = ""
    """Why it was dropped."""


def filter_event(event: Event, filters: Iterable[Filter]) -> Verdict[Event]:
    """Pass an event through filters in order: None keeps it, an event replaces it, Drop ends it."""
    return _passed(event, filters)


def filter_message(message: Message, filters: Iterable[Filter]) -> Verdict[Message]:
    """Pass a message through filters in order: None keeps it, text or a Message replaces it, Drop ends it."""
    return _passed(message, filters, lambda old, new: replace(old, text=new) if isinstance(new, str) else new)


def _passed(
    value: T, filters: Iterable[Filter], replaced: Callable[[T, Any], T] = lambda old, new: new
) -> Verdict[T]:
    changed: tuple[str, ...] = ()
    for plugin, decide in filters:
        answer = decide(value)
        if isinstance(answer, Drop):
            return Verdict(value, changed, plugin, answer.reason)
        if answer is not None:
            before, value = value, replaced(value, answer)
            changed = changed if value == before else (*changed, plugin)
    return Verdict(value, changed)
