"""The bookkeeping of one socket: frames not yet acknowledged, and heartbeats. It is told the time."""

from collections import OrderedDict
from dataclasses import dataclass

__all__ = ["Delivery", "Limits", "Overdue"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient the server is, in seconds of real time; `pace` does not change them.

    The defaults are what is known of the real one, tests may be less patient.
    """

    resend_after: float = 3.0
    """An unacknowledged frame is sent again after this."""
    resend_times: int = 3
    silence: float = 20.0
    """A line without a heartbeat for so long is cut (seen 2026-06: after 21 s)."""
    chat_gap: float = 0.5
    """An account may say one line in this time. (The real figure is unknown; clients keep 3 s and more.)"""
    poll_gap: float = 0.9
    """Three polls in a row that are faster than this are answered with HTTP 503."""
    empty: float = 2.0
    """How long a room must have been empty before its show begins anew for a stranger."""
    gone: float = 60.0
    """The same for somebody who was there: until then it may be an outage."""


@dataclass(slots=True)
class Overdue:
    """A frame that was not acknowledged."""

    log_id: int
    data: bytes
    internal_ext: str
    due: float
    tries: int = 0


class Delivery:
    """What a socket still owes.

    Args:
        now: a monotonic clock in seconds, here and in all calls.
        limits: how patient to be.
    """

    WAITING = 256
    """How many frames are kept to be sent again; the oldest is given up first."""

    def __init__(self, now: float, limits: Limits) -> None:
        self._limits = limits
        self._waiting: OrderedDict[int, Overdue] = OrderedDict()
        self._exts: OrderedDict[int, str | None] = OrderedDict()
        self._last_heartbeat = now

    @property
    def deadline(self) -> float:
        """When `overdue` and `is_silent` must be asked at the latest."""
        first = min((frame.due for frame in self._waiting.values()), default=float("inf"))
        return min(first, self._last_heartbeat + self._limits.silence)

    def sent(self, log_id: int, data: bytes, internal_ext: str, now: float) -> None:
        """Remember a frame that needs an acknowledgement."""
        self._waiting[log_id] = Overdue(log_id, data, internal_ext, now + self._limits.resend_after)
        self._exts[log_id] = internal_ext
        if len(self._waiting) > self.WAITING:
            self._waiting.popitem(last=False)
        if len(self._exts) > 4 * self.WAITING:
            self._exts.popitem(last=False)

    def excused(self, log_id: int) -> None:
        """A damaged frame goes out: whether and with what text it is acknowledged does not matter."""
        self._exts[log_id] = None

    def acknowledged(self, log_id: int, internal_ext: str) -> str:
        """Take an acknowledgement, and return what is wrong with it, if anything is."""
        self._waiting.pop(log_id, None)
        if log_id not in self._exts:
            return f"acknowledged frame {log_id}, which was never sent on this socket"
        if self._exts[log_id] not in (None, internal_ext):
            return f"acknowledged frame {log_id} with another internal_ext than the frame's"
        return ""

    def overdue(self, now: float) -> list[Overdue]:
        """Return the frames to be sent again now; a frame tried too often is forgotten."""
        late = [frame for frame in self._waiting.values() if frame.due <= now]
        for frame in late:
            frame.tries += 1
            frame.due = now + self._limits.resend_after
            if frame.tries > self._limits.resend_times:
                del self._waiting[frame.log_id]
        return late

    def given_up(self, frame: Overdue) -> bool:
        return frame.tries > self._limits.resend_times

    def heartbeat(self, now: float) -> float:
        """Take a heartbeat, and return the seconds since the one before."""
        gap, self._last_heartbeat = now - self._last_heartbeat, now
        return gap

    def is_silent(self, now: float) -> bool:
        """Whether the line counts as dead."""
        return now - self._last_heartbeat >= self._limits.silence
