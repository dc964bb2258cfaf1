"""The `bot` of a test: puts events in, hands back what was said, moves time."""

import asyncio
import importlib
import random
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, Self, TypeVar

from douyinbot.config import Duration, parse_config
from douyinbot.core.bot import Bot
from douyinbot.core.dispatch.runners import InlineRunner
from douyinbot.core.engine import Engine
from douyinbot.core.notices import Notice
from douyinbot.core.plugins.discovery import Candidate, find_candidates
from douyinbot.core.puppets import PRICES
from douyinbot.errors import PluginError
from douyinbot.events import EVENTS, Event, Role, User
from douyinbot.hookspecs import PROJECT
from douyinbot.outbox import Receipt, State
from douyinbot.store import Store
from douyinbot.testing.loop import VirtualClock, VirtualLoop
from douyinbot.testing.room import AirRoom

__all__ = ["BotHarness", "Dropped"]

T = TypeVar("T")

ROOM = "main"

# Pace and repetition are the outbox's own business and tested there: here they would only be in the way.
CONFIG = f"""
[bot]
store = "STORE"
[[rooms]]
id = "{ROOM}"
connector = "air"
send = "live"
owner = "owner"
[send]
rate = "1000/1s"
burst = 1000
per_minute = 100000
dedupe = "0s"
"""


class Dropped(NamedTuple):
    """A line that was not said, and why."""

    text: str
    reason: str


class BotHarness:
    """A whole bot in a room made of air.

    Args:
        toml: further tables of bot.toml: `[commands]`, `[[timers]]` and so on.
        seed: of the bot's randomness.
        loop: share it with another bot, and both live at the same time.
        store: a file that a next bot may open again: `"sqlite:///bot.sqlite"`.
        folder: where relative paths of the configuration start.
    """

    def __init__(
        self,
        toml: str = "",
        *,
        seed: int = 0,
        loop: VirtualLoop | None = None,
        store: str = "sqlite://",
        folder: Path = Path(),
    ) -> None:
        self.loop = loop or VirtualLoop()
        self.clock = VirtualClock(self.loop)
        self.receipts: list[Receipt] = []
        """A receipt for every line, in order."""
        self.events: list[Event] = []
        self.notices: list[Notice] = []
        self.rooms: dict[str, AirRoom] = {}
        self._said: list[str] = []
        self._toml = toml
        self._seed = seed
        self._store = store
        self._folder = folder
        self._last_group = 0
        self._task: asyncio.Task[None] | None = None
        self._bot: Bot

    # ---- life ---------------------------------------------------------------------------------------

    async def start(self) -> Self:
        """Start the bot; the fixture does this."""

        def connect(setup: Any) -> AirRoom:
            room = self.rooms[setup.room.id] = AirRoom(setup, self._said)
            return room

        self._bot = Bot(
            parse_config(
                CONFIG.replace("STORE", self._store) + self._toml, name="test.toml", folder=self._folder
            ),
            observers=[self],
            connectors={"air": connect},
            clock=self.clock,
            rng=random.Random(self._seed),  # noqa: S311 - tests want the same dice every time
            runner=lambda name: InlineRunner(),
        )
        self._task = asyncio.create_task(self._bot.run())
        while not (self._bot.started.is_set() or self._task.done()):
            await asyncio.sleep(0)
            self.loop.wait_for_threads()
        if self._task.done():
            task, self._task = self._task, None
            await task
        await self.settle()
        return self

    async def stop(self) -> None:
        """Stop the bot; the fixture does this."""
        if self._task is not None:
            self._bot.stop()
            await self._finish(self._task)

    @property
    def engine(self) -> Engine:
        engine = self._bot.engine
        if engine is None:
            raise RuntimeError("the bot has not started")
        return engine

    async def load(self, plugin: Any, **settings: Any) -> Any:
        """Load a plugin: a name, a module name, a path to a .py file or package, a module or an object.

        Raises:
            PluginError, ConfigError: as in the real bot, where they would be reported.
        """
        loading = asyncio.create_task(self.engine.load(_candidate(plugin), settings))
        return (await self._finish(loading)).plugin.module

    # ---- what happens -------------------------------------------------------------------------------

    def user(self, name: str = "小明", role: Role = "viewer", **fields: Any) -> User:
        """Return a viewer; the same name is always the same person."""
        number = sum(ord(char) << 8 * (index % 6) for index, char in enumerate(name)) % 10**12 + 1000
        defaults: dict[str, Any] = {
            "id": str(number),
            "unique_id": f"dy{number}",
            "nickname": name,
            "role": role,
            "is_moderator": role == "admin",
            "fan_level": 1 if role == "fans" else 0,
            "follow_role": int(role != "viewer"),
        }
        return User(**{**defaults, **fields})

    async def chat(
        self, text: str, user: str | User = "小明", role: Role = "viewer", **fields: Any
    ) -> list[str]:
        """Let somebody write a line; return what the bot said to it."""
        return await self.emit("chat", user=self._user(user, role), comment=text, **fields)

    async def gift(
        self,
        user: str | User = "小明",
        gift: str = "玫瑰",
        *,
        combo: Sequence[int] = (1,),
        end: bool = True,
        diamonds: int | None = None,
        group: str | None = None,
        role: Role = "viewer",
        **fields: Any,
    ) -> list[str]:
        """Let somebody give a gift in a streak whose messages carry these counts; return what was said.

        Each call is a streak of its own, unless `group` says which one. `end=False`: the closing message is
        lost. `group=""`: a gift that cannot streak.
        """
        giver = self._user(user, role)
        group_id = self._next_group() if group is None else group
        price = PRICES.get(gift, 1) if diamonds is None else diamonds
        said: list[str] = []
        for position, count in enumerate([*combo, combo[-1]] if end and group_id else combo):
            message: dict[str, Any] = {
                "gift_id": str(sum(map(ord, gift))),
                "gift_name": gift,
                "diamond_count": price,
                "repeat_count": count,
                "total": count,
                "combo": bool(group_id),
                "gift_type": 1,
                "repeat_end": position == len(combo),
                "group_id": group_id,
            }
            said += await self.emit("gift", user=giver, **{**message, **fields})
        return said

    async def emit(self, event: str | Event, user: str | User | None = None, **fields: Any) -> list[str]:
        """Let an event of any kind happen: `bot.emit("follow", user="小红")`; return what was said to it.

        It happens in the room "main", or in that of `room=`.
        """
        if isinstance(event, str):
            now = self.clock.now()
            giver = self._user(user, "viewer") if user is not None else None
            common = {"id": self.rooms[ROOM].next_id(), "time": now, "received": now, "simulated": True}
            event = EVENTS[event](**{"room": ROOM, "user": giver, **common, **fields})
        before = len(self._said)
        self.rooms[event.room or ROOM].put(event)
        await self.settle()
        return self._said[before:]

    async def advance(self, duration: str | float) -> list[str]:
        """Let time pass ("10s", or seconds): timers run, one after the other; return what was said."""
        seconds = Duration.parse(duration) if isinstance(duration, str) else duration
        before, target = len(self._said), self.loop.time() + seconds
        await self.settle()
        while (due := self.loop.next_timer()) is not None and due <= target:
            self.loop.move_to(due)
            await self.settle()
        self.loop.move_to(target)
        await self.settle()
        return self._said[before:]

    async def settle(self) -> None:
        """Let everything that can happen now happen, without letting time pass."""
        while True:
            await asyncio.sleep(0)  # what has become due and what threads have sent is ready after one turn
            if self.engine.store_busy:
                self.loop.wait_for_threads()
            elif not self.loop.has_ready():
                return

    # ---- what was said ------------------------------------------------------------------------------

    @property
    def sent(self) -> list[str]:
        """Everything the bot has said so far."""
        return list(self._said)

    @property
    def dropped(self) -> list[Dropped]:
        """What it did not say, and why."""
        lost = (State.DROPPED, State.FAILED)
        return [Dropped(line.text, line.reason) for line in self.receipts if line.state in lost]

    def store(self, plugin: str) -> Store:
        """Return the store of a plugin."""
        return self.engine.store_of(plugin)

    @property
    def problems(self) -> list[str]:
        """What the operator was told about errors."""
        return [notice.text for notice in self.notices if notice.level == "error"]

    # ---- watching (see core.notices.Observer) -------------------------------------------------------

    def event(self, event: Event, *, own: bool) -> None:
        self.events.append(event)

    def line(self, receipt: Receipt) -> None:
        if receipt not in self.receipts:
            self.receipts.append(receipt)

    def notice(self, notice: Notice) -> None:
        self.notices.append(notice)

    # ---- inside -------------------------------------------------------------------------------------

    def _user(self, user: str | User, role: Role) -> User:
        return user if isinstance(user, User) else self.user(user, role)

    def _next_group(self) -> str:
        """The platform's group is the second of the first click."""
        self._last_group = max(int(self.clock.now().timestamp()), self._last_group + 1)
        return str(self._last_group)

    async def _finish(self, task: asyncio.Task[T]) -> T:
        """Wait for a task, and let time pass as far as it needs that."""
        await self.settle()
        while not task.done():
            due = self.loop.next_timer()
            await self.advance(max(0.0, due - self.loop.time()) if due is not None else 0.0)
            self.loop.wait_for_threads()
        return await task


def _candidate(plugin: Any) -> Candidate:
    if isinstance(plugin, Candidate):
        return plugin
    if isinstance(plugin, ModuleType):
        return Candidate(
            plugin.__name__.rpartition(".")[2].removeprefix(f"{PROJECT}_"), "test", lambda: plugin
        )
    if isinstance(plugin, Path) or (isinstance(plugin, str) and (plugin.endswith(".py") or "/" in plugin)):
        return _file(Path(plugin))
    if not isinstance(plugin, str):
        name = getattr(plugin, "name", None) or type(plugin).__name__.lower()
        return Candidate(str(name), "test", lambda: plugin)
    for entry in entry_points(group=PROJECT):
        if plugin in (entry.name, entry.value.partition(":")[0]):
            return find_candidates()[entry.name]
    return Candidate(
        plugin.rpartition(".")[2].removeprefix(f"{PROJECT}_"),
        plugin,
        lambda: importlib.import_module(plugin),
    )


def _file(path: Path) -> Candidate:
    """Find a plugin in its folder, exactly as `[plugins] dirs` does."""
    path = path.resolve()
    found = find_candidates([path.parent]).get(path.stem.removeprefix(f"{PROJECT}_"))
    if found is None or found.origin != str(path):
        raise PluginError(f"{path} is no plugin file.")
    return found
