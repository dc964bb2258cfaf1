"""One made-up room: its state, its people, and how something is said in it."""

import random
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple, Protocol

from douyinbot.connectors.simulator.cast import AUDIENCE, LINES, gift_kind, masked, number_from, person
from douyinbot.connectors.simulator.log import Entry, Log
from douyinbot.connectors.simulator.panel import PANEL
from douyinbot.connectors.simulator.scenario import BadFrame, Scenario, Viewer
from douyinbot.connectors.simulator.tongues import Tongue, tongue_of
from douyinbot.connectors.simulator.trouble import Faults
from douyinbot.webcast.composing import GiftKind, Person

__all__ = ["STATUSES", "At", "Line", "Make", "Room"]

STATUSES = {"preparing": 1, "live": 2, "paused": 3, "ended": 4}


class At(NamedTuple):
    """What every message has: the first arguments of all functions of both composers."""

    id: int
    room_id: int
    time_ms: int
    who: Person


Make = Callable[[At], tuple[str, bytes]]
"""Composes one message, to (method, payload)."""


class Line(Protocol):
    """A socket, as the room sees it."""

    def wake(self) -> None:
        """There are new messages."""

    def put(self, payload_type: str) -> None:
        """Send a frame without a payload: `close`, `reconnect`."""

    def put_bad(self, kind: BadFrame) -> None: ...

    def cut(self) -> None:
        """Cut the connection without a word."""

    def hang_up(self, code: int) -> None:
        """Close the socket with a code."""

    def stall(self) -> None:
        """Send nothing any more."""


class Room:
    """The room behind one address.

    Args:
        web_rid: the room's name in the address.
        scenario: what it is like.
        rng: for everything that happens by chance.
        clock: the time of day in seconds.
    """

    def __init__(
        self, web_rid: str, scenario: Scenario, *, rng: random.Random, clock: Callable[[], float]
    ) -> None:
        self.web_rid = web_rid
        self.is_tiktok = web_rid.startswith("@")
        self.tongue = tongue_of(web_rid)
        self.scenario = scenario
        self.rng = rng
        self.lines: set[Line] = set()
        self.ids: deque[str] = deque(maxlen=100)
        """The ids of its streams, the present one last: 19 digits, the first a 7."""
        self._streams = 0
        self._clock = clock
        self.new_stream()
        self.gifts: dict[str, GiftKind] = {
            kind.name: kind for kind in (*PANEL, *map(gift_kind, scenario.gifts))
        }
        self._cast = {viewer.name: person(viewer) for viewer in (*AUDIENCE, *scenario.people)}
        self._crowd = [v.name for v in scenario.people or AUDIENCE if not v.owner]
        owner = next((v.name for v in scenario.people if v.owner), scenario.room.owner)
        self.owner = self.who(owner)
        self.reset()

    def reset(self) -> None:
        """Begin as on the first day, but keep the sockets. Message ids go on rising with the clock."""
        spec = self.scenario.room
        self.status = STATUSES[spec.status]
        self.faults = Faults(self.scenario.trouble)
        self.fetch_type = 0 if spec.polling else spec.fetch_type
        self.viewers, self.likes, self.followers = spec.viewers, spec.likes, spec.followers
        self.visits, self.shares = spec.viewers * 3, 0
        self._last_streak = 0
        self.guests: list[Person] = []
        """Who is on the line with the streamer."""
        self._going_on: dict[str, tuple[int, int]] = {}
        self._begin_log(spec.history)

    # ---- what a client is told ----------------------------------------------------------------------

    @property
    def room_id(self) -> int:
        """The id of the present stream; every stream of a room has its own."""
        return int(self.ids[-1])

    @property
    def title(self) -> str:
        return self.scenario.room.title

    @property
    def on_air(self) -> bool:
        return self.status in (STATUSES["live"], STATUSES["paused"])

    @property
    def now_ms(self) -> int:
        return round(self._clock() * 1000)

    def new_stream(self) -> None:
        """From now on it is another stream. The first one's id follows from the room's name alone."""
        suffix = f" {self._streams}" if self._streams else ""
        self._streams += 1
        self.ids.append(f"7{number_from(f'room {self.web_rid}{suffix}', 18)}")
        self._begin_log(history=0)

    def who(self, name: str) -> Person:
        """Return somebody by name, invented if need be; without a name somebody of the audience."""
        name = name or (self.rng.choice(self._crowd) if self._crowd else "观众")
        return self._cast.get(name) or person(Viewer(name=name))

    # ---- the log ------------------------------------------------------------------------------------

    def publish(self, make: Make, who: Person, *, id: int = 0) -> int:
        """Add one message, wake the sockets, and return its id."""
        id = self._add(make, who, self.now_ms, id)
        for line in tuple(self.lines):
            line.wake()
        return id

    def newest_lines(self, count: int) -> list[int]:
        """Return the ids of the newest chat lines, the last one first."""
        lines = (entry.id for entry in reversed(self.log.entries) if entry.method == "WebcastChatMessage")
        return list(islice(lines, count))

    def new_streak(self) -> int:
        """Return a group id: the second of the first click, as no two streaks may share one."""
        self._last_streak = max(self._last_streak + 1, self.now_ms // 1000)
        return self._last_streak

    def going_on(self, what: str, *, anew: bool = False) -> tuple[int, int]:
        """Return the id and the beginning (ms) of a PK, packet or bag: of a new one if none has begun."""
        if anew or what not in self._going_on:
            self._going_on[what] = (self.log.new_id(self.now_ms), self.now_ms)
        return self._going_on[what]

    def internal_ext(self, visitor_id: str, log_id: int = 0) -> str:
        """Return the text that acknowledges; first in the form of im/fetch, with a log id as pushed."""
        now = self.now_ms
        if not log_id:
            return (
                f"internal_src:dim|wss_push_room_id:{self.room_id}|wss_push_did:{visitor_id}|first_req_ms:{now}"
                f"|fetch_time:{now}|seq:1|wss_info:0-{now}-0-0|wrds_v:{self.log.last_id}"
            )
        return (
            f"internal_src:pushserver|wss_push_room_id:{self.room_id}|wss_push_did:{visitor_id}"
            f"|wss_push_log_id:{log_id}|wss_fetch_ms:{now}|wss_push_ms:{now}|wss_msg_type:r"
            f"|wrds_kvs:WebcastRoomStatsMessage-{now * 10**6}"
        )

    def _add(self, make: Make, who: Person, time_ms: int, id: int = 0) -> int:
        id = id or self.log.new_id(time_ms)
        method, payload = make(At(id, self.room_id, time_ms, who))
        guest_payload = payload
        if self.scenario.room.masked:
            guest_payload = make(At(id, self.room_id, time_ms, masked(who)))[1]
        self.log.entries.append(Entry(id, method, payload, guest_payload))
        return id

    def _begin_log(self, history: int) -> None:
        """Begin with what was said before the first visitor came: 40 s ago and earlier."""
        self.log = Log(lambda: self.now_ms)
        for age in sorted((self.rng.uniform(40, 600) for _ in range(history)), reverse=True):
            self._add(
                _old_line(self.tongue, self.rng, self.viewers), self.who(""), self.now_ms - round(age * 1000)
            )
        self.log.new_id(self.now_ms)  # so that the first cursor names a place even in a room without a past


def _old_line(tongue: Tongue, rng: random.Random, viewers: int) -> Make:
    """Return what somebody did before anybody looked: mostly a chat line."""
    act, text, count = rng.random(), rng.choice(LINES), rng.randint(1, 9)
    if act < 0.7:
        return lambda at: tongue.chat(*at, text)
    if act < 0.9:
        return lambda at: tongue.member(*at, viewers)
    return lambda at: tongue.like(*at, count, count)
