"""When to try again: pure functions of what went wrong and how often."""

import logging
import math
import random
from datetime import datetime
from email.utils import parsedate_to_datetime

from douyinbot.errors import RateLimitedError

__all__ = ["Backoff", "PollPace", "asked_for", "refuses", "retry_after", "shortest_wait"]

log = logging.getLogger(__name__)

STABLE_AFTER = 60.0
"""Seconds a connection must have lived before the next loss counts as a first one."""

LONGEST_WISH = 3600.0
"""Seconds: how long a server may keep us away. A typing error there must not silence a bot for days."""

_SHORTEST = {1001: 2.0, 1012: 3.0, 1013: 5.0}
"""Close codes that ask for patience, in seconds (another client's long experience, 2026-08)."""
_REFUSING = frozenset({1007, 1008})
"""Close codes that say that what we sent is not accepted: the next try must be another one (2026-08)."""


def retry_after(value: str, now: datetime) -> float | None:
    """Read a Retry-After header, seconds or a date, into seconds; None where it says neither.

    Never more than an hour: a longer wish is cut to that, and the log says so.
    """
    wait = _seconds(value.strip(), now)
    if wait is not None and wait > LONGEST_WISH:
        log.warning("the server asks to wait %g s; waiting %g s and trying again then", wait, LONGEST_WISH)
        return LONGEST_WISH
    return wait


def _seconds(value: str, now: datetime) -> float | None:
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def asked_for(error: Exception | None) -> float | None:
    """Return the seconds that an error asks to wait: at most an hour, whoever raised it."""
    wish = error.retry_after if isinstance(error, RateLimitedError) else None
    if wish is None or math.isnan(wish):
        return None
    return min(max(wish, 0.0), LONGEST_WISH)


def shortest_wait(code: int | None, wish: float | None = None) -> float:
    """Return the seconds to wait at least after a close code or a server's own figure."""
    return max(_SHORTEST.get(code or 0, 0.0), wish or 0.0)


def refuses(code: int | None) -> bool:
    """Say whether a close code means that this socket was not accepted, rather than lost."""
    return code in _REFUSING


class PollPace:
    """How far apart polls are: what user, server and platform want, and more where the server is overrun.

    Polling once a second brought HTTP 503. A client that lived with it doubles its floor up to 15 s and backs
    off from 5 to 60 s (2026-10). The floor sinks again, by half, for each run of good polls.
    """

    FLOOR = 1.0
    """Seconds: what doubling begins with where the platform names no floor."""
    HIGHEST_FLOOR = 15.0
    BACK_OFF = (5.0, 60.0)
    GOOD_RUN = 60

    def __init__(self, shortest: float) -> None:
        self.failures = 0
        """Failed polls in a row."""
        self.floor = self._shortest = shortest
        self._throttled = self._good = 0

    def succeeded(self, wished: float) -> float:
        """Return the seconds to the next poll after a good one; `wished` by user and server."""
        self.failures = self._throttled = 0
        self._good += 1
        if self._good >= self.GOOD_RUN:
            self._good, halved = 0, self.floor / 2
            self.floor = halved if halved > max(self._shortest, self.FLOOR / 2) else self._shortest
        return max(wished, self.floor)

    def failed(self, wished: float, error: Exception) -> float:
        """Return the seconds to the next poll after a failed one."""
        self.failures += 1
        self._good = 0
        if not isinstance(error, RateLimitedError):
            return max(wished, self.floor) * 2.0 ** min(self.failures, 16)
        self.floor = min(max(self.floor, self.FLOOR) * 2, self.HIGHEST_FLOOR)
        first, longest = self.BACK_OFF
        wait = min(first * 2.0 ** min(self._throttled, 16), longest)
        self._throttled += 1
        wish = asked_for(error)
        return max(wished, self.floor, wait if wish is None else wish)


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
