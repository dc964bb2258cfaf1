"""What the bot tells its operator, and who listens: the seam between the core and any view of it."""

from dataclasses import dataclass
from typing import Literal, Protocol

from douyinbot.events import Event
from douyinbot.outbox import Receipt

__all__ = ["Notice", "Observer", "sentences"]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the operator should know: a plugin that fails, a room that is waited for."""

    level: Literal["info", "warning", "error"]
    text: str
    room: str = ""
    plugin: str = ""


def sentences(*texts: object) -> str:
    """Join texts as sentences: each but the last gets the full stop that it may lack."""
    *before, last = (str(text).strip() for text in texts)
    return " ".join(
        (*(text if text.endswith((".", "!", "?", "。")) else f"{text}." for text in before), last)
    )


class Observer(Protocol):
    """Somebody who watches the bot. Called on the event loop; must not block."""

    def event(self, event: Event, *, own: bool) -> None:
        """See an event; `own` marks the bot's own line coming back."""
        ...

    def line(self, receipt: Receipt) -> None:
        """See a line of the bot at each change of its state."""
        ...

    def notice(self, notice: Notice) -> None:
        """See a notice."""
        ...
