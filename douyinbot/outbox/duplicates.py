"""The duplicate window: what was said in a room a moment ago is not said again."""

__all__ = ["Duplicates"]


class Duplicates:
    """When each text was last said in each room. Bounded by the pace: only what has been said is kept."""

    def __init__(self, window: float) -> None:
        self._window = window
        self._said: dict[tuple[str, str], float] = {}

    def said(self, room: str, text: str, now: float) -> None:
        """Remember a text."""
        self._forget(now)
        # Out and in again: the dict stays in the order of time, so that forgetting looks at its front only.
        self._said.pop((room, text), None)
        self._said[room, text] = now

    def since(self, room: str, text: str, now: float) -> float | None:
        """Return how many seconds ago the text was said, None if it may be said again."""
        self._forget(now)
        time = self._said.get((room, text))
        return None if time is None else now - time

    def _forget(self, now: float) -> None:
        while self._said and next(iter(self._said.values())) + self._window <= now:
            del self._said[next(iter(self._said))]
