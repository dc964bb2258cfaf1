"""When things happen in a room: the scenario's steps and its chatter. It is told the time."""

import heapq
import itertools
import random

from douyinbot.connectors.simulator.audience import random_step
from douyinbot.connectors.simulator.scenario import Scenario, Step
from douyinbot.connectors.simulator.stage import Cue, FollowUp

__all__ = ["Script"]

CHATTER = "chatter"
SOONEST = 0.02
"""Seconds: the shortest pause between two pieces of chatter at rate 1."""


class Script:
    """What is still to happen.

    Args:
        scenario: steps and chatter.
        rng: decides what the chatter is, and when.
    """

    def __init__(self, scenario: Scenario, rng: random.Random) -> None:
        self._scenario = scenario
        self._rng = rng
        self._counter = itertools.count()
        self._plan: list[tuple[float, int, Cue | None, int]] = []
        """(at, order of entry, what - None for chatter -, how many times it has happened)."""
        for step in scenario.steps:
            self._add(step.at, step)
        if scenario.chatter.rate > 0:
            self._add(scenario.chatter.start + self._pause(), None)

    @property
    def next_at(self) -> float | None:
        """When the next thing happens, in seconds from the beginning; None when nothing is left."""
        return self._plan[0][0] if self._plan else None

    def pop(self, now: float) -> tuple[float, Cue] | None:
        """Take the next thing that is due, with the time at which it was to happen."""
        if not self._plan or self._plan[0][0] > now:
            return None
        at, _, cue, count = heapq.heappop(self._plan)
        if cue is None:
            cue = random_step(self._rng, self._scenario.chatter)
            self._add(at + self._pause(), None)
        elif isinstance(cue, Step) and cue.every is not None and (not cue.times or count + 1 < cue.times):
            self._add(at + cue.every, cue, count + 1)
        return at, cue

    def follow(self, at: float, follow_ups: list[FollowUp]) -> None:
        """Plan what a thing brings with it: counted from its own time, however late it came."""
        for delay, cue in follow_ups:
            self._add(at + delay, cue)

    def _add(self, at: float, cue: Cue | None, count: int = 0) -> None:
        heapq.heappush(self._plan, (at, next(self._counter), cue, count))

    def _pause(self) -> float:
        """Return a pause as between strangers, but never so long that the room seems dead."""
        mean = 1 / self._scenario.chatter.rate
        return min(max(self._rng.expovariate(1) * mean, SOONEST * mean), 4 * mean)
