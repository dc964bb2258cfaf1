"""The seam to the platform: what a sender is, and what its answers and errors mean for a line."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from douyinbot.errors import (
    InvalidSessionError,
    MutedError,
    RoomEndedError,
    SendError,
    TooFastError,
    UnconfirmedError,
)
from douyinbot.events.text import clean
from douyinbot.webcast.chat_answer import Accepted

__all__ = ["Accepted", "Kind", "Outcome", "Sender", "outcome_of", "unanswered"]


class Sender(Protocol):
    """Says one line in one room, once."""

    async def send(self, text: str) -> Accepted:
        """Hand a line to the platform and return its answer.

        Raises:
            SendError: the platform refused the line.
            UnconfirmedError, TimeoutError, OSError: the answer was lost.
        """


class Kind(Enum):
    """What became of a line that was handed over."""

    SAID = auto()
    DRY = auto()
    LOST = auto()
    TOO_FAST = auto()
    LOGGED_OUT = auto()
    MUTED = auto()
    ENDED = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one attempt to say a line."""

    kind: Kind
    reason: str = ""
    retry_after: float | None = None


_KINDS: tuple[tuple[type[SendError], Kind], ...] = (
    (TooFastError, Kind.TOO_FAST),
    (InvalidSessionError, Kind.LOGGED_OUT),
    (MutedError, Kind.MUTED),
    (RoomEndedError, Kind.ENDED),
    (UnconfirmedError, Kind.LOST),
)


def outcome_of(error: Exception) -> Outcome:
    """Tell what an error of a sender means.

    Only the texts of our own errors are shown: that of a strange one may hold a cookie or an address.
    """
    if isinstance(error, SendError):
        kind = next((kind for cls, kind in _KINDS if isinstance(error, cls)), Kind.REFUSED)
        text = clean(str(error), 300)
        if kind is Kind.LOST:
            return unanswered(text)
        retry_after = error.retry_after if isinstance(error, TooFastError) else None
        return Outcome(kind, text or "the platform refused the line", retry_after)
    if isinstance(error, OSError):  # TimeoutError is one too
        return unanswered("")
    return Outcome(Kind.REFUSED, f"the sender failed with {type(error).__name__}; this is a defect in it")


def unanswered(why: str) -> Outcome:
    """Return the outcome of a line whose answer will never come."""
    told = why or "no answer came back from the platform"
    return Outcome(Kind.LOST, f"{told}; the line may or may not have been said, so it is not repeated")
