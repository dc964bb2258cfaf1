"""What clients did at the simulator: for tests, and for whoever wants to know whether a client behaves."""

from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

__all__ = ["Asked", "ChatLine", "Report"]

T = TypeVar("T")
KEPT = 1000
"""How many entries each list holds."""


@dataclass(frozen=True, slots=True)
class ChatLine:
    """A line that a client sent."""

    room: str
    account_id: str
    text: str
    answer: str
    """`ok`, `silent`, or why it was refused."""
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, for whatever it was."""

    path: str
    cursor: str
    """"" where it asks from the beginning, or for something else."""
    cookies: tuple[str, ...]
    """The names of the cookies that came with it, sorted."""


@dataclass(slots=True)
class Report:
    """Counts since the start, and texts about whatever a real server would mind."""

    pages: int = 0
    enters: int = 0
    fetches: int = 0
    """Requests of im/fetch, refused ones too."""
    gift_lists: int = 0
    links: int = 0
    """Requests of short links."""
    reflows: int = 0
    profiles: int = 0
    registrations: int = 0
    """Requests for a ttwid where it is given to anybody."""
    tickets: int = 0
    """Requests for what opens a socket at the sign provider, refused ones too."""
    handshakes: int = 0
    """Sockets opened."""
    refusals: list[str] = field(default_factory=list)
    """For each socket that was refused: why, with all reasons found."""
    connections: int = 0
    """Sockets open now."""
    dropped: int = 0
    """Sockets cut because no heartbeat came."""
    frames: int = 0
    acks: int = 0
    unacked: int = 0
    """Frames that were not acknowledged in time and therefore sent again (or given up)."""
    resent: int = 0
    heartbeats: int = 0
    heartbeat_gaps: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT))
    """Seconds between one heartbeat and the next, the first counted from the opening."""
    chat_lines: list[ChatLine] = field(default_factory=list)
    requests: list[Asked] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    """What a correct client does not do. Refused sockets are in `refusals`."""

    def asked(self, request: Asked) -> None:
        _keep(self.requests, request)

    def refuse(self, reason: str) -> None:
        _keep(self.refusals, reason)

    def violate(self, what: str) -> None:
        _keep(self.violations, what)

    def heard(self, line: ChatLine) -> None:
        _keep(self.chat_lines, line)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {**asdict(self), "heartbeat_gaps": list(self.heartbeat_gaps)}


def _keep(entries: list[T], entry: T) -> None:
    """Add to a list; of a full one the oldest goes."""
    if len(entries) >= KEPT:
        del entries[0]
    entries.append(entry)
