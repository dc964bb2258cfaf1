"""What plugins did not get, because they could not keep up or had to rest: counted, told, written down."""

from collections import Counter
from collections.abc import Callable

from douyinbot.core.clock import Clock
from douyinbot.core.dispatch.lane import Lane
from douyinbot.core.journal import Journal
from douyinbot.core.notices import Notice

__all__ = ["TELL_EVERY", "Missed"]

TELL_EVERY = 60.0
"""Seconds between two times that this is told of one plugin."""


class Missed:
    """Keeps the count for all plugins, those too that are gone."""

    def __init__(self, journal: Journal, notify: Callable[[Notice], None], clock: Clock) -> None:
        self.total: Counter[str] = Counter()
        """Events by kind and plugin: "like dropped by dice"."""
        self._journal = journal
        self._notify = notify
        self._clock = clock
        self._counted: dict[str, Counter[str]] = {}
        self._told: dict[str, tuple[float, Counter[str]]] = {}

    def look(self, lane: Lane) -> None:
        """Count what a plugin has missed since the last look, and tell it, if that was not just told."""
        name, dropped = lane.plugin.name, lane.mailbox.dropped
        self._count(name, dropped)
        at, told = self._told.get(name, (-TELL_EVERY, Counter()))
        if dropped.total() == told.total() or self._clock.monotonic() - at < TELL_EVERY:
            return
        self._told[name] = self._clock.monotonic(), dropped.copy()
        what = _listed(dropped - told)
        if lane.resting:  # that it rests has been told
            self._note(name, "resting", f"while it rests it did not get {what}")
        else:
            self._note(name, "overflow", f"it could not keep up and did not get {what}")
            self._warn(lane, f"cannot keep up and did not get everything: {what}")

    def is_untold(self, lane: Lane) -> bool:
        """Say whether a plugin has missed more than was told."""
        _, told = self._told.get(lane.plugin.name, (0.0, Counter[str]()))
        return lane.mailbox.dropped.total() != told.total()

    def gone(self, lane: Lane) -> None:
        """The same for the last time: the plugin goes, with what still waited for it."""
        name, dropped = lane.plugin.name, lane.mailbox.dropped
        self._count(name, dropped)
        _, told = self._told.pop(name, (0.0, Counter[str]()))
        self._counted.pop(name, None)
        lost = dropped - told
        if lost:
            self._note(name, "stopped", f"it was stopped and did not get {_listed(lost)}")
        if lost["gift"]:
            self._warn(lane, f"was stopped and did not get everything: {_listed(lost)}")

    def _count(self, name: str, dropped: Counter[str]) -> None:
        news = dropped - self._counted.get(name, Counter())
        if news:
            self._counted[name] = dropped.copy()
            self.total.update({f"{kind} dropped by {name}": number for kind, number in news.items()})

    def _note(self, name: str, cause: str, why: str) -> None:
        self._journal.silent(None, name, "mailbox", cause, why)

    def _warn(self, lane: Lane, what: str) -> None:
        self._notify(Notice("warning", f"plugin {lane.plugin} {what}", plugin=lane.plugin.name))


def _listed(lost: Counter[str]) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in lost.most_common())
