"""What is said: lines, how urgent they are, and the states they pass through."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Protocol, Self

__all__ = ["BETTERED", "FINAL", "Awaiting", "Cause", "Held", "Line", "Priority", "Slip", "State"]


class State(StrEnum):
    """How far a line has come."""

    QUEUED = "queued"
    AWAITING_APPROVAL = "awaiting_approval"
    SENT = "sent"
    """The platform took it. Whether anybody sees it is not known yet."""
    SEEN = "seen"
    """It came back in the room's own stream."""
    UNSEEN = "unseen"
    """The platform took it, but it did not come back in time."""
    DRY = "dry"
    """It would have been sent, but the room is only rehearsing."""
    DROPPED = "dropped"
    """We decided not to send it."""
    FAILED = "failed"
    """The platform refused it."""
    UNKNOWN = "unknown"
    """The answer was lost: it may or may not have been said, and is never repeated."""


FINAL = frozenset(
    {State.SEEN, State.UNSEEN, State.DRY, State.DROPPED, State.FAILED, State.UNKNOWN},
)
"""States in which a line is no longer waited for."""

BETTERED = frozenset({State.UNSEEN, State.UNKNOWN})
"""Final states that still become `seen` if the line turns up late."""


class Cause(StrEnum):
    """Why a line was dropped, in one word: reasons are for people, these are for counting."""

    EMPTY = "empty"
    FILTERED = "filtered"
    DUPLICATE = "duplicate"
    LOOP = "loop"
    FULL = "full"
    EXPIRED = "expired"
    REPLACED = "replaced"
    REJECTED = "rejected"
    PART = "part"
    STOPPED = "stopped"
    MUTED = "muted"
    ENDED = "ended"
    NO_ROOM = "no_room"
    NO_SENDER = "no_sender"
    CLOSED = "closed"


class Held(StrEnum):
    """What an account that may not speak at this moment waits for."""

    RATE = "rate"
    PER_MINUTE = "per_minute"
    BACK_OFF = "back_off"


class Priority(IntEnum):
    """How urgent a line is; the more urgent one goes first."""

    LOW = 0
    NORMAL = 1
    HIGH = 2

    @classmethod
    def parse(cls, value: "Priority | str | int") -> Self:
        """Read "low", "normal" or "high".

        Raises:
            ValueError: it is none of them.
        """
        try:
            return cls[value.upper()] if isinstance(value, str) else cls(value)
        except (KeyError, ValueError):
            raise ValueError(f"the priority of a line is low, normal or high, not {value!r}") from None


class Slip(Protocol):
    """What the policy writes its decisions about one line down on: a receipt."""

    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def state(self) -> State: ...

    def record(self, state: State, reason: str = "", cause: Cause | None = None) -> None:
        """Note a new state."""


@dataclass(eq=False, slots=True)
class Line:
    """One text on its way to a room. A long one goes out in several parts, each with a slip of its own."""

    id: str
    room: str
    plugin: str
    folded: str
    """The whole text as `fold` leaves it."""
    slips: tuple[Slip, ...]
    priority: Priority
    ttl: float
    key: str | None = None
    approval: float | None = None
    """Seconds that a person has to approve it, where that is asked for; None for `ttl`."""
    approved: bool = False
    """A person has asked for this very line: it needs no approval."""
    dry: bool = False
    """It is only rehearsed, whatever the room's mode is."""
    deadline: float = field(default=0.0)
    queued_at: float = field(default=0.0)
    order: int = field(default=0)
    """Where it stands among all lines of the account."""
    at: int = field(default=0)
    """Which part is next."""
    end: int = field(default=-1)
    """Before which part the text ends: some at its end may have been dropped."""

    def __post_init__(self) -> None:
        self.end = len(self.slips)

    @property
    def slip(self) -> Slip:
        """The part that is next, or under way."""
        return self.slips[self.at]

    @property
    def left(self) -> int:
        """How many parts are not finished."""
        return self.end - self.at

    def start(self, now: float, *, awaiting: bool = False) -> None:
        """Begin (again) to count the time to live, or the time for somebody to approve it."""
        self.queued_at = now
        self.deadline = now + (self.patience if awaiting else self.ttl)

    @property
    def patience(self) -> float:
        """Seconds for somebody to approve it."""
        return self.ttl if self.approval is None else self.approval

    def record(self, state: State, reason: str = "") -> None:
        """Note a new state on every part that is left."""
        for slip in self.slips[self.at : self.end]:
            slip.record(state, reason)

    def drop(self, reason: str, cause: Cause, *, keep: int = 0) -> None:
        """Give up the parts that are left, but for the first `keep` of them."""
        lost = self.slips[self.at + keep : self.end]
        self.end = self.at + keep
        for slip in lost:
            slip.record(State.DROPPED, reason, cause)


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A text that waits for somebody's word."""

    id: str
    room: str
    plugin: str
    text: str
    left: float
    """Seconds until it is dropped."""
