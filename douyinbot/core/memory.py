"""What a plugin remembers while it is loaded (`ctx.state`, `ctx.shared`), and a rehearsal's copy of it."""

import copy
from typing import Any

__all__ = ["SeatMemory"]


class SeatMemory:
    """One dict for each room, and "" for all rooms together."""

    def __init__(self) -> None:
        self._real: dict[str, dict[str, Any]] = {}
        self._copies: dict[str, dict[str, Any]] = {}
        self._rehearsal = 0

    def of(self, room: str) -> dict[str, Any]:
        """Return what is remembered about a room."""
        return self._real.setdefault(room, {})

    def rehearsed(self, room: str, rehearsal: int) -> dict[str, Any]:
        """Return a copy of that, which lives as long as the rehearsal of this number.

        Values that cannot be copied (a task, a connection) are the real ones.
        """
        if rehearsal != self._rehearsal:
            self._copies, self._rehearsal = {}, rehearsal
        if room not in self._copies:
            self._copies[room] = {key: _copied(value) for key, value in self.of(room).items()}
        return self._copies[room]


def _copied(value: Any) -> Any:
    try:
        return copy.deepcopy(value)
    except Exception:  # whatever lies there is the plugin's
        return value
