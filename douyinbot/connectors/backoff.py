"""When to try again: pure functions of what went wrong and how often."""

import random
from datetime import datetime
from email.utils import parsedate_to_datetime

from douyinbot.errors import RateLimitedError

__all__ = ["Backoff", "asked_for", "retry_after", "shortest_wait"]

STABLE_AFTER = 60.0
"""Seconds a connection must have lived before the next loss counts as a first one."""

# Close codes that ask for patience, in seconds (another client's long experience, 2026-08).
_SHORTEST = {1001: 2.0, 1012: 3.0, 1013: 5.0}


def retry_after(value: str, now: datetime) -> float | None:
    """Read a Retry-After header, seconds or a date, into seconds; None where it says neither."""
    value = value.strip()
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def shortest_wait(code: int | None, retry_after: float | None = None) -> float:
    """Return the seconds to wait at least after a close code or a server's own figure."""
    return max(_SHORTEST.get(code or 0, 0.0), retry_after or 0.0)


def asked_for(error: Exception | None) -> float | None:
    """Return the seconds that the platform asks to wait."""
    return error.retry_after if isinstance(error, RateLimitedError) else None


class Backoff:
    """Delays that double from `shortest` to `longest`, each drawn between half and the whole of it.

    A server that takes us in and drops us again at once is no success: the delays grow on until a
    connection has lived for a minute.
    """

    def __init__(self, rng: random.Random, *, shortest: float = 1.0, longest: float = 60.0) -> None:
        self.attempt = 0
        self._rng = rng
        self._shortest = shortest
        self._longest = longest

    def lived(self, seconds: float) -> None:
        """Say how long the connection that was just lost had lived."""
        if seconds >= STABLE_AFTER:
            self.attempt = 0

    def next_delay(self, at_least: float = 0.0) -> float:
        """Count one more attempt and return the seconds before it."""
        ceiling = min(self._longest, self._shortest * 2.0 ** min(self.attempt, 16))
        self.attempt += 1
        return max(at_least, self._rng.uniform(ceiling / 2, ceiling))
