"""How fast an account speaks: token bucket, lines a minute, and backing off after a "too fast"."""

import math
from collections import deque

from douyinbot.config import Send
from douyinbot.outbox.bucket import TokenBucket

__all__ = ["Pace"]

MINUTE = 60.0
LONGEST_GAP = 300.0
# A wild Retry-After must not silence an account until the end of time.
LONGEST_RETRY_AFTER = 3600.0


class Pace:
    """When the account may speak next, all its rooms taken together."""

    def __init__(self, config: Send) -> None:
        self._bucket = TokenBucket(config.rate, config.burst)
        self._minute: deque[float] = deque(maxlen=config.per_minute)
        # Below a second, doubling would knock at the platform's door many times before it gets anywhere.
        self._first_gap = max(config.rate.period / config.rate.count, 1.0)
        self._gap = 0.0
        self._hold = -math.inf

    def ready_at(self) -> float:
        """Return the moment of the next line; a moment that has passed means now."""
        full = len(self._minute) == self._minute.maxlen
        minute = self._minute[0] + MINUTE if full else -math.inf
        return max(self._bucket.ready_at(), minute, self._hold)

    def take(self, now: float) -> bool:
        """Use the right to one line, if there is one. A refused line has used it too."""
        if now < self.ready_at():
            return False
        self._minute.append(now)
        return self._bucket.take(now)

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

    def backing_off(self) -> bool:
        """Tell whether the platform's last word was "too fast"."""
        return self._gap > 0
