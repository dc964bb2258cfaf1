"""Things that come close together, handled in one go: several gifts in one line, a crowd greeted at once."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from douyinbot.schedule import Job

__all__ = ["MOST_ITEMS", "Gatherings"]

MOST_ITEMS = 1000
"""Items kept of one gathering; what comes beyond is counted in `left_out`."""

Later = Callable[[float, Callable[..., Any]], Job]


@dataclass(slots=True)
class _Gathering:
    since: float
    items: list[Any] = field(default_factory=list)
    job: Job | None = None


class Gatherings:
    """What one plugin gathers in one room, by name.

    Args:
        later: calls a function of `ctx` after so many seconds.
        monotonic: the seconds that only grow.
    """

    def __init__(self, later: Later, monotonic: Callable[[], float]) -> None:
        self.left_out = 0
        self._later = later
        self._monotonic = monotonic
        self._open: dict[str, _Gathering] = {}

    def add(
        self, name: str, item: Any, function: Callable[..., Any], *, window: float, longest: float
    ) -> None:
        """Add an item; `function(ctx, items)` follows when `window` seconds long nothing more came, and at
        the latest `longest` seconds after the first."""
        now = self._monotonic()
        gathering = self._open.setdefault(name, _Gathering(since=now))
        if len(gathering.items) < MOST_ITEMS:
            gathering.items.append(item)
        else:
            self.left_out += 1
        if gathering.job is not None:
            gathering.job.cancel()
        wait = min(window, gathering.since + longest - now)
        gathering.job = self._later(max(0.0, wait), self._finishing(name, function))

    def _finishing(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return what the timer calls. It takes whatever is there when it runs, so an item that comes between
        the timer and its turn in the plugin's queue is in, and the timer of that item then finds nothing."""
        if inspect.iscoroutinefunction(function):

            async def later(ctx: Any) -> Any:
                items = self._take(name)
                return await function(ctx, items) if items else None

            later.__name__ = function.__name__
            return later

        def now(ctx: Any) -> Any:
            items = self._take(name)
            return function(ctx, items) if items else None

        now.__name__ = getattr(function, "__name__", "gathering")
        return now

    def _take(self, name: str) -> list[Any]:
        gathering = self._open.pop(name, None)
        return gathering.items if gathering is not None else []
