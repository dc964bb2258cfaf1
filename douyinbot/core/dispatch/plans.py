"""Who listens to what, looked up once and kept until plugins come, go, or change places."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from douyinbot.core.dispatch.job import Job, Target
from douyinbot.core.liveroom import LiveRoom
from douyinbot.core.plugins.host import Hook, PluginHost
from douyinbot.events import Gift, RawData
from douyinbot.hookspecs import EVENT_HOOKS

if TYPE_CHECKING:
    from douyinbot.core.seat import Seat

__all__ = ["FINISHED", "Calls", "Plans"]

Calls = list[tuple[Callable[[Job], None], Target]]
"""What is called on some occasion: where each call goes, and what it calls."""

FINISHED = "finished gift"
"""The occasion that a streak is over; every other one is a kind of event."""


class Plans:
    """The plans of one bot.

    Args:
        seats: the loaded plugins that work, by name.
    """

    def __init__(self, host: PluginHost, seats: "Mapping[str, Seat]") -> None:
        self._host = host
        self._seats = seats
        self._having: dict[tuple[str, str], list[tuple[Seat, Hook]]] = {}
        self._calls: dict[tuple[str, str, bool], Calls] = {}

    def forget(self) -> None:
        """Look anew."""
        self._having.clear()
        self._calls.clear()

    def having(self, hook: str, room: str = "") -> "list[tuple[Seat, Hook]]":
        """Return who has a hook, in the order of asking; with a room, only who works there."""
        plan = self._having.get((hook, room))
        if plan is None:
            found = self._host.implementing(hook)
            plan = [(self._seats[p.name], h) for p, h in found if p.name in self._seats]
            if room:
                plan = [entry for entry in plan if entry[0].works_in(room)]
            self._having[hook, room] = plan
        return plan

    def calls(self, occasion: str, room: LiveRoom, *, history: bool) -> Calls:
        """Return what is called on an occasion in a room; what handlers return to history is not said."""
        calls = self._calls.get((occasion, room.id, history))
        if calls is None:
            calls = self._calls[occasion, room.id, history] = [
                (seat.lane.parcel.append, seat.target(hook, room, answered=not history))
                for name in _hooks(occasion)
                for seat, hook in self.having(name, room.id)
            ]
        return calls


def _hooks(occasion: str) -> list[str]:
    """Return the hooks that are called on an occasion, in order."""
    if occasion == FINISHED:
        return ["on_gift"]
    own = _OF_THEIR_OWN.get(occasion) or EVENT_HOOKS.get(occasion)
    return ["on_event", own] if own else ["on_event"]


_OF_THEIR_OWN = {Gift.kind: "on_gift_update", RawData.kind: "on_raw"}
