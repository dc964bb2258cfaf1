"""The `bot` of a test: puts events in, hands back what was said, moves time."""

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar

from douyinbot.config import Duration
from douyinbot.core.bot import Bot
from douyinbot.core.dispatch.runners import InlineRunner
from douyinbot.core.engine import Engine
from douyinbot.core.notices import Notice
from douyinbot.events import Event, Role, User
from douyinbot.outbox import Receipt, State
from douyinbot.store import Store
from douyinbot.testing.happenings import VIEWER, gift_fields, happening, viewer
from douyinbot.testing.loading import candidate_of
from douyinbot.testing.loop import VirtualClock, VirtualLoop
from douyinbot.testing.playing import play
from douyinbot.testing.room import AirRoom
from douyinbot.testing.settings import AIR, ROOM, settings_of
from douyinbot.testing.transcript import Transcript

__all__ = ["BotHarness", "Dropped"]

T = TypeVar("T")


class Dropped(NamedTuple):
    """A line that was not said, and why."""

    text: str
    reason: str


class BotHarness:
    """A whole bot in a room made of air.

    Args:
        toml: tables of bot.toml, or a whole one: see `settings_of`.
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
        self._likes = 0
        self._log = Transcript(self.loop.time)
        self._task: asyncio.Task[None] | None = None
        self._bot: Bot

    # ---- life ---------------------------------------------------------------------------------------

    async def start(self) -> Self:
        """Start the bot; the fixture does this."""

        def connect(setup: Any) -> AirRoom:
            room = self.rooms[setup.room.id] = AirRoom(setup, self._said)
            return room

        self._bot = Bot(
            settings_of(self._toml, store=self._store, folder=self._folder),
            observers=[self],
            connectors={AIR: connect},
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
        loading = asyncio.create_task(self.engine.load(candidate_of(plugin), settings))
        return (await self._finish(loading)).plugin.module

    # ---- what happens -------------------------------------------------------------------------------

    def user(self, name: str = VIEWER, role: Role = "viewer", **fields: Any) -> User:
        """Return a viewer; the same name is always the same person."""
        return viewer(name, role, **fields)

    async def chat(
        self, text: str, user: str | User = VIEWER, role: Role = "viewer", **fields: Any
    ) -> list[str]:
        """Let somebody write a line; return what the bot said to it."""
        return await self.emit("chat", user=self._user(user, role), comment=text, **fields)

    async def gift(
        self,
        user: str | User = VIEWER,
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
        said: list[str] = []
        for position, count in enumerate([*combo, combo[-1]] if end and group_id else combo):
            streak = {"combo": bool(group_id), "repeat_end": position == len(combo), "group_id": group_id}
            message = {**gift_fields(gift, count, diamonds), **streak}
            said += await self.emit("gift", user=giver, **{**message, **fields})
        return said

    async def emit(self, event: str | Event, **fields: Any) -> list[str]:
        """Let an event of any kind happen: `bot.emit("emote", user="小红")`; return what was said to it.

        It happens in the room "main", or in that of `room=`. What is not given is as it usually is; what only
        a viewer can do is done by 小明, or with `user=None` by nobody.
        """
        if isinstance(event, str):
            if isinstance(user := fields.get("user"), str):
                fields["user"] = self.user(user)
            event = self._happening(event, **fields)
        return await self._let_happen(event)

    async def follow(self, user: str | User = VIEWER, role: Role = "viewer", **fields: Any) -> list[str]:
        """Let somebody follow the streamer; as in a room, that is a Social and a Follow."""
        return await self._social("follow", user, role, fields)

    async def share(self, user: str | User = VIEWER, role: Role = "viewer", **fields: Any) -> list[str]:
        """Let somebody share the room; as in a room, that is a Social and a Share."""
        return await self._social("share", user, role, fields)

    async def member(self, user: str | User = VIEWER, role: Role = "viewer", **fields: Any) -> list[str]:
        """Let somebody come in."""
        return await self.emit("member", user=self._user(user, role), **fields)

    async def like(
        self, user: str | User = VIEWER, count: int = 1, role: Role = "viewer", **fields: Any
    ) -> list[str]:
        """Let somebody tap the screen so many times; the room's total grows."""
        self._likes += count
        totals = {"like_count": count, "total_like_count": self._likes}
        return await self.emit("like", user=self._user(user, role), **{**totals, **fields})

    async def replay(
        self,
        path: str | Path,
        *,
        start: str = "",
        end: str = "",
        rest: str | float = "30s",
        room: str = ROOM,
    ) -> str:
        """Play a recording to the bot and return the transcript; it takes no longer than its work.

        Args:
            path: a `.dyrec` file, or a single captured frame or answer.
            start: where to begin: "10m" after the recording's beginning, "20:15", or a date and time.
            end: where to end, likewise.
            rest: how long time goes on afterwards: for open streaks, and for what is yet to be said.
            room: where it happens.

        Raises:
            ConfigError, DecodeError: the recording cannot be read.
        """
        if self.engine.rooms[room].connected:
            leaving = {"room": room, "reason": "a recording takes its place"}
            await self._let_happen(self._happening("disconnected", **leaving))
        first, began = len(self._log), self.loop.time()
        raw = self.engine.wants_raw
        playing = play(str(path), self.rooms[room], self.clock, room=room, raw=raw, start=start, end=end)
        await self._finish(asyncio.create_task(playing))
        await self.advance(rest)
        return self._log.text(first, began)

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

    @property
    def transcript(self) -> str:
        """Everything so far, line by line: what happened, what was said, and what was not and why."""
        return self._log.text()

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
        if not own:  # its own line is there already
            self._log.event(event)

    def line(self, receipt: Receipt) -> None:
        if receipt not in self.receipts:
            self.receipts.append(receipt)
        self._log.line(receipt)

    def notice(self, notice: Notice) -> None:
        self.notices.append(notice)
        self._log.notice(notice)

    # ---- inside -------------------------------------------------------------------------------------

    def _happening(self, kind: str, **fields: Any) -> Event:
        now, room = self.clock.now(), fields.get("room") or ROOM
        common = {"room": room, "id": self.rooms[room].next_id(), "simulated": True}
        return happening(kind, **{**common, "time": now, "received": now, **fields})

    async def _let_happen(self, *events: Event) -> list[str]:
        """Put events into their room as one frame; return what was said to them."""
        before = len(self._said)
        self.rooms[events[0].room or ROOM].put(*events)
        await self.settle()
        return self._said[before:]

    async def _social(self, kind: str, user: str | User, role: Role, fields: dict[str, Any]) -> list[str]:
        who = self._user(user, role)
        frame = [self._happening(each, user=who, **fields) for each in ("social", kind)]
        return await self._let_happen(*frame)

    def _user(self, user: str | User, role: Role = "viewer") -> User:
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
