"""The two chains of decisions: on every event before anybody sees it, and on every text before it is said."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from douyinbot.events import Event
from douyinbot.hookspecs import Drop

__all__ = ["Message", "filter_event", "filter_message"]


@dataclass(frozen=True, slots=True)
class Message:
    """A text that the bot is about to say."""

    text: str
    room: str = ""
    plugin: str = ""
    priority: str = "normal"


def filter_event(event: Event, filters: Iterable[Callable[[Event], Event | Drop | None]]) -> Event | Drop:
    """Pass an event through filters in order: None keeps it, an event replaces it, Drop ends it."""
    for one in filters:
        answer = one(event)
        if isinstance(answer, Drop):
            return answer
        event = event if answer is None else answer
    return event


def filter_message(
    message: Message, filters: Iterable[Callable[[Message], Message | str | Drop | None]]
) -> Message | Drop:
    """Pass a message through filters in order: None keeps it, text or a Message replaces it, Drop ends it."""
    for one in filters:
        answer = one(message)
        if isinstance(answer, Drop):
            return answer
        if isinstance(answer, str):
            message = replace(message, text=answer)
        elif answer is not None:
            message = answer
    return message
