"""A call of a plugin that waits its turn."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import msgspec

from douyinbot.core.gifts import together
from douyinbot.events import Event, Gift

__all__ = ["Job", "Target"]


@dataclass(frozen=True, slots=True)
class Target:
    """A function of a plugin that is called, once or again and again.

    Args:
        label: what it is, for messages: `on_chat`, `!dice`.
        reply: takes what the function returned, if not None, and what it was called with; on the event loop.
    """

    label: str
    function: Callable[..., Any]
    is_async: bool
    reply: Callable[[Any, tuple[Any, ...]], None] | None = None


class Job(msgspec.Struct, frozen=True, gc=False):
    """One call."""

    kind: str
    """The kind of event it is about: what it is worth, and how it is counted if it is dropped."""
    target: Target
    args: tuple[Any, ...] = ()
    count: int = 1
    """How many events it stands for."""

    @property
    def event(self) -> Event | None:
        """What it is about: handlers are called with it, commands with a `ctx` that has it."""
        first = self.args[0] if self.args else None
        event = first if isinstance(first, Event) else getattr(first, "event", None)
        return event if isinstance(event, Event) else None

    @property
    def purse(self) -> Hashable:
        """What calls that can be made one have in common: handler, giver, receiver and gift."""
        gift = self.args[0] if self.args else None
        if not isinstance(gift, Gift):
            return id(self)
        giver = gift.user.key if gift.user is not None else ""
        return id(self.target), giver, gift.receiver_user_id, gift.gift_id, gift.simulated

    def joined(self, newer: "Job") -> "Job":
        """Return one call for this one and a newer one of the same purse; no unit of a gift is lost."""
        gift = together(self.args[0], newer.args[0])
        return Job(self.kind, self.target, (gift, *newer.args[1:]), self.count + newer.count)
