"""All rooms of a simulator: opened when somebody asks for them, each with its show."""

import asyncio
import logging
import random
import re
import time
from collections.abc import Callable, Mapping

from douyinbot.connectors.simulator.audience import lively
from douyinbot.connectors.simulator.delivery import Limits
from douyinbot.connectors.simulator.room import Room
from douyinbot.connectors.simulator.scenario import Scenario
from douyinbot.connectors.simulator.script import Script
from douyinbot.connectors.simulator.special import SPECIAL_ROOMS
from douyinbot.connectors.simulator.stage import perform

__all__ = ["House"]

logger = logging.getLogger(__name__)

MOST_ROOMS = 2000
IDLE = 120.0
"""Seconds without anybody after which a show that can begin anew is stopped."""
POLLER_STAYS = 20.0
"""Seconds until a poller's next round: clients poll every 1.2 to 15 s."""
_NAME = re.compile(r"@?[A-Za-z0-9_.-]{1,64}")


class House:
    """The rooms.

    Args:
        scenario: of every room that has none of its own; None for the lively one.
        rooms: scenarios by room name; they go before the special rooms.
        seed: for all that happens by chance. A room's chance does not depend on the other rooms.
        pace: how fast the shows run; 10 is ten times as fast as written.
        limits: among them how long a room must have been empty before its show may begin anew.
    """

    def __init__(
        self,
        *,
        scenario: Scenario | None,
        rooms: Mapping[str, Scenario],
        seed: int,
        pace: float,
        limits: Limits,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.pace = pace
        self._scenario = scenario
        self._scenarios = dict(rooms)
        self._seed = seed
        self._limits = limits
        self._clock = clock
        self._rooms: dict[str, Room] = {}
        self._shows: dict[str, asyncio.Task[None]] = {}
        self._last_seen: dict[str, float] = {}

    @property
    def now_ms(self) -> int:
        return round(self._clock() * 1000)

    def room(self, web_rid: str) -> Room | None:
        """Return the room of this name, opened if need be; None for what cannot be one."""
        if (room := self._rooms.get(web_rid)) is not None:
            return room
        if not _NAME.fullmatch(web_rid) or len(self._rooms) >= MOST_ROOMS:
            return None
        rng = random.Random(f"{self._seed} {web_rid}")  # noqa: S311 - a made-up room
        room = self._rooms[web_rid] = Room(web_rid, self._scenario_of(web_rid), rng=rng, clock=self._clock)
        return room

    def room_by_id(self, room_id: str, web_rid: str = "") -> Room | None:
        """Return the room with this id. One not opened yet is found if its name is told, too."""
        for room in self._rooms.values():
            if room_id in room.ids:
                return room
        named = self.room(web_rid) if web_rid else None
        return named if named is not None and room_id in named.ids else None

    def glance(self, room: Room, *, known: bool) -> None:
        """Somebody looks at a room's page: an empty room of the sort that restarts is as new.

        Who is known to have listened to it before is more likely to come back after an outage.
        """
        patience = self._limits.gone if known else self._limits.empty
        if room.scenario.restart and room.web_rid in self._last_seen and self._empty(room) >= patience:
            if (task := self._shows.pop(room.web_rid, None)) is not None:
                task.cancel()
            self._forget(room)

    def arrive(self, room: Room, *, polls: bool = False) -> None:
        """Somebody listens to a room: its show begins, unless it has begun. Who polls stays for a while."""
        first = room.web_rid not in self._last_seen
        self._last_seen[room.web_rid] = asyncio.get_running_loop().time() + (POLLER_STAYS if polls else 0)
        if first:
            task = asyncio.create_task(self._show(room), name=f"simulated room {room.web_rid}")
            self._shows[room.web_rid] = task
            task.add_done_callback(_log_failure)

    async def close(self) -> None:
        """End all shows."""
        tasks = list(self._shows.values())
        self._shows.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _scenario_of(self, web_rid: str) -> Scenario:
        if web_rid in self._scenarios:
            return self._scenarios[web_rid]
        if web_rid in SPECIAL_ROOMS:
            return SPECIAL_ROOMS[web_rid]()
        return self._scenario or lively()

    def _empty(self, room: Room) -> float:
        """Return for how many seconds nobody has listened to a room."""
        now = asyncio.get_running_loop().time()
        if room.lines:
            self._last_seen[room.web_rid] = now
        return now - self._last_seen.get(room.web_rid, now)

    def _forget(self, room: Room) -> None:
        """Make an empty room as new."""
        self._last_seen.pop(room.web_rid, None)
        room.reset()

    async def _show(self, room: Room) -> None:
        """Let everything happen at its time."""
        # A chance of its own, so that no visitor changes the course of the show.
        rng = random.Random(f"{self._seed} {room.web_rid} show")  # noqa: S311 - a made-up room
        script = Script(room.scenario, rng)
        loop = asyncio.get_running_loop()
        began = loop.time()
        while (at := script.next_at) is not None:
            await asyncio.sleep(began + at / self.pace - loop.time())
            now = (loop.time() - began) * self.pace
            if room.scenario.restart and self._empty(room) > IDLE:
                self._forget(room)
                return
            while (due := script.pop(now)) is not None:
                script.follow(due[0], perform(room, due[1]))


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("%s failed", task.get_name(), exc_info=error)
