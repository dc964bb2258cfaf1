"""How fast one process may open connections: rooms that drop together must not come back together."""

import asyncio
import logging
from collections import deque
from functools import cache

from douyinbot.config import Rate
from douyinbot.errors import RateLimitedError

__all__ = ["ConnectPace", "ProviderPace", "pace_of_process"]

log = logging.getLogger(__name__)

NOTEWORTHY = 3.0
"""Seconds: who waits longer for a turn is told so in the log."""


class ConnectPace:
    """Hands out turns to connect, `per_second` of them, in the order of asking."""

    def __init__(self, per_second: float = 20.0) -> None:
        self._gap = 1.0 / per_second
        self._next = 0.0
        self._providers: dict[str, ProviderPace] = {}

    def at_provider(self, account: str, rate: Rate, host: str = "") -> "ProviderPace":
        """Return the pace of all rooms at one provider; where they disagree about it, the slowest counts.

        Args:
            account: what rooms must have in common to share the provider's limits.
            host: the provider's, for errors.
        """
        pace = self._providers.setdefault(account, ProviderPace(rate, host))
        pace.at_most(rate)
        return pace

    async def turn(self) -> None:
        """Wait for the next turn."""
        now = asyncio.get_running_loop().time()
        self._next = max(self._next + self._gap, now)
        if self._next > now:
            await asyncio.sleep(self._next - now)


class ProviderPace:
    """Hands out turns to ask a sign provider: so many in any period, in the order of asking.

    Several rooms of one process share the provider's limits; and what it tells one of them goes for all.
    """

    def __init__(self, rate: Rate, host: str = "") -> None:
        self._host = host
        self._rate = rate
        self._turns: deque[float] = deque(maxlen=rate.count)
        self._rests_until = float("-inf")

    def at_most(self, rate: Rate) -> None:
        """Hand out turns at this rate from now on, if that is slower."""
        if rate.count / rate.period < self._rate.count / self._rate.period:
            self._rate, self._turns = rate, deque(self._turns, maxlen=rate.count)

    async def turn(self) -> None:
        """Wait for the next turn.

        Raises:
            RateLimitedError: the provider has asked to be left alone for now.
        """
        self.check()
        now = asyncio.get_running_loop().time()
        turn = now
        if len(self._turns) == self._rate.count:
            turn = max(now, self._turns[0] + self._rate.period)
        self._turns.append(turn)
        if turn > now:
            if turn - now > NOTEWORTHY:
                log.info("waiting %.0f s for a turn at the sign provider (%s)", turn - now, self._rate)
            await asyncio.sleep(turn - now)
            self.check()  # another room may have been sent away meanwhile

    def rest(self, seconds: float) -> None:
        """Let nobody ask for so long: the provider wants it."""
        self._rests_until = max(self._rests_until, asyncio.get_running_loop().time() + seconds)

    def check(self) -> None:
        """Raise RateLimitedError as long as the provider has asked to be left alone."""
        left = self._rests_until - asyncio.get_running_loop().time()
        if left > 0:
            raise RateLimitedError(
                f"the sign provider {self._host} was not asked: it wants to be left alone for another "
                f"{left:.0f}s. It is asked again then.",
                left,
            )


@cache
def pace_of_process() -> ConnectPace:
    """Return the pace that all rooms of this process share, be they of a bot or of LiveClient."""
    return ConnectPace()
