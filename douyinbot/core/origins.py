"""Where a line comes from: which call of which plugin, and about what."""

from dataclasses import dataclass

from douyinbot.events import Event

__all__ = ["NOWHERE", "Origin"]


@dataclass(frozen=True, slots=True)
class Origin:
    """The call that said a line."""

    handler: str = ""
    """`on_gift`, `!dice`, or the name of a function that was called later."""
    event: Event | None = None
    """What it was about; None for timers and what is called later."""
    rehearsed: bool = False
    """Whether somebody made up in a real room is behind it, also where `event` is None."""
    note: str = ""
    """What else is to be known about the call, for the journal."""


NOWHERE = Origin()
