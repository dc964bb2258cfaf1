"""How fast an account speaks: token bucket, lines a minute, and backing off after a "too fast"."""

import math
from collections import deque

from douyinbot.config import Send
from douyinbot.outbox.bucket import TokenBucket
from douyinbot.outbox.lines import Held

__all__ = ["Pace"]

MINUTE = 60.0
CLOSEST = 1.0
"""Seconds between two lines of a burst. Closer ones are refused as too fast, however few they are."""
TICK = 0.001
"""Seconds that no event loop keeps apart: who asks for such a pace (a test) asks for none."""
LONGEST_GAP = 300.0
# A wild Retry-After must not silence an account until the end of time.
LONGEST_RETRY_AFTER = 3600.0


class Pace:
    """When the account may speak next, all its rooms taken together."""

    def __init__(self, config: Send) -> None:
        self._bucket = TokenBucket(config.rate, config.burst)
        self._minute: deque[float] = deque(maxlen=config.per_minute)
        interval = config.rate.period / config.rate.count
        self._closest = min(CLOSEST, interval) if interval > TICK else 0.0
        self._next = -math.inf
        # Below a second, doubling would knock at the platform's door many times before it gets anywhere.
        self._first_gap = max(interval, 1.0)
        self._gap = 0.0
        self._hold = -math.inf

    def ready_at(self) -> float:
        """Return the moment of the next line; a moment that has passed means now."""
        return max(self._bucket.ready_at(), self._next, self._minute_ends_at(), self._hold)

    def held_by(self, now: float) -> Held | None:
        """Return which rule keeps the account from speaking now, the longest if there are several."""
        if self._gap:
            return Held.BACK_OFF
        if now >= self.ready_at():
            return None
        return Held.PER_MINUTE if self._minute_ends_at() == self.ready_at() else Held.RATE

    def _minute_ends_at(self) -> float:
        full = len(self._minute) == self._minute.maxlen
        return self._minute[0] + MINUTE if full else -math.inf

    def take(self, now: float) -> bool:
        """Use the right to one line, if there is one. A refused line has used it too."""
        if now < self.ready_at():
            return False
        self._minute.append(now)
        self._next = now + self._closest
        taken = self._bucket.take(now)
        if self._gap:
            # The probe goes alone: a burst right behind it would be refused again.
            self._bucket.drain(now)
        return taken

    def back_off(self, now: float, retry_after: float | None = None) -> float:
        """Be silent for a while, twice as long as the last time, and return for how many seconds.

        Whatever comes first after that is the probe: only when it is accepted does `reset` end the doubling.
        """
        self._gap = min(2 * (self._gap or self._first_gap), LONGEST_GAP)
        wait = self._gap
        if retry_after is not None and retry_after > wait:
            wait = min(retry_after, LONGEST_RETRY_AFTER)
        self._hold = max(self._hold, now + wait)
        return wait

    def reset(self) -> None:
        """Forget the back-off: the platform took a line."""
        self._gap = 0.0
