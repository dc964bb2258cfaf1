"""The token bucket. It is told the time, so a test can run an hour of it in no time."""

import math

from douyinbot.config import Rate

__all__ = ["TokenBucket"]


class TokenBucket:
    """So many in a period, of which the first `burst` may go at once.

    What is kept is the moment at which the bucket is full again, not a number of tokens: adding up fractions
    of tokens would leave 0.999… of one at the very moment that `ready_at` promised, and its caller would
    spin.
    """

    def __init__(self, rate: Rate, burst: int = 1) -> None:
        self._each = rate.period / rate.count
        self._slack = (burst - 1) * self._each
        self._full_at = -math.inf

    def ready_at(self) -> float:
        """Return the moment of the next token; a moment that has passed means now."""
        return self._full_at - self._slack

    def take(self, now: float) -> bool:
        """Take a token, if there is one."""
        if now < self.ready_at():
            return False
        self._full_at = max(now, self._full_at) + self._each
        return True

    def drain(self, now: float) -> None:
        """Empty it: the next token comes one interval from now, and none is saved up."""
        self._full_at = max(self._full_at, now + self._slack + self._each)
