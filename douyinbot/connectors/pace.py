"""How fast one process may open connections: rooms that drop together must not come back together."""

import asyncio
from functools import cache

__all__ = ["ConnectPace", "pace_of_process"]


class ConnectPace:
    """Hands out turns to connect, `per_second` of them, in the order of asking."""

    def __init__(self, per_second: float = 20.0) -> None:
        self._gap = 1.0 / per_second
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for the next turn."""
        now = asyncio.get_running_loop().time()
        self._next = max(self._next + self._gap, now)
        if self._next > now:
            await asyncio.sleep(self._next - now)


@cache
def pace_of_process() -> ConnectPace:
    """Return the pace that all rooms of this process share, be they of a bot or of LiveClient."""
    return ConnectPace()
