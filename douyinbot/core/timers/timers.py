"""`[[timers]]` at work: the schedule says when, the announcement says what, the room says whether."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from douyinbot.config import Scope, Timer, nearest
from douyinbot.core.commands.textcommands import OWN
from douyinbot.core.context import Context
from douyinbot.core.liveroom import LiveRoom
from douyinbot.core.origins import Origin
from douyinbot.core.texts.textfile import TextFile
from douyinbot.core.timers.announcements import Announcement
from douyinbot.core.timers.memory import TimerMemory
from douyinbot.schedule import Job

if TYPE_CHECKING:
    from douyinbot.core.engine import Engine

__all__ = ["Timers"]

log = logging.getLogger(__name__)

BOT_TOML = "timers"
"""The name under which the timers of bot.toml speak."""
QUIET = 30.0
"""Seconds after the start in which no timer speaks, but those whose own period is shorter."""
APART = 10.0
"""Seconds that lie between the first firings in a room."""
MADE_UP_FOR = 300.0
"""Seconds that a time may have passed while the bot was down, and is still made up for."""


class _Entry:
    """One timer in one room."""

    def __init__(
        self,
        announcement: Announcement,
        room: LiveRoom,
        plugin: str,
        texts: Callable[[], list[str]],
        now: datetime,
    ) -> None:
        self.announcement = announcement
        self.timer = announcement.timer
        self.room = room
        self.plugin = plugin
        self.texts = texts
        self.name = f"{plugin}:{room.id}:{announcement.timer.name}"
        self.jobs: list[Job] = []
        self.due = now
        """The time for which it speaks, or waits to speak."""
        self.first = 0.0
        self.spoke: float | None = None
        self.spoke_at: datetime | None = None


class _Gap:
    """What the timers of a group share in a room: when one may speak again, and who waits for that."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.free_at = 0.0
        self.waiting: deque[_Entry] = deque()


class Timers:
    """All timers of a bot, those of bot.toml and those that plugins add."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._entries: list[_Entry] = []
        self._gaps: dict[tuple[str, str], _Gap] = {}
        self._memory = TimerMemory(engine.store_of(OWN))
        self._tasks: set[asyncio.Task[None]] = set()
        self._quiet_until = engine.clock.monotonic() + QUIET

    def add(self, timer: Timer, *, plugin: str = BOT_TOML, scope: Scope | None = None) -> None:
        """Start a timer in every room that it and the plugin cover.

        Raises:
            ValueError: its crontab line or a time of day is wrong, a text has an unknown variable, its file
                cannot be read, or its group does not exist.
        """
        texts, groups = self._texts(timer), self._engine.config.timer_groups
        now = self._engine.clock.now()
        if timer.group is not None and timer.group not in groups:
            raise ValueError(f"there is no [timer_groups.{timer.group}]{nearest(timer.group, list(groups))}")
        for room in self._engine.rooms.values():
            if timer.covers(room.id) and (scope is None or scope.covers(room.id)):
                entry = _Entry(Announcement(timer, self._engine.rng), room, plugin, texts, now)
                self._schedule(entry)
                self._entries.append(entry)
                self._spawn(self._begin(entry))

    def remove_plugin(self, plugin: str) -> None:
        """Stop the timers of a plugin."""
        self._remove([entry for entry in self._entries if entry.plugin == plugin])

    def replace(self, timers: Sequence[Timer]) -> None:
        """Have these timers in place of those of bot.toml; one that is the same goes on as it was.

        Raises:
            ValueError: as `add`; all are as they were.
        """
        before = list(self._entries)
        own = [entry for entry in before if entry.plugin == BOT_TOML]
        known = [entry.timer for entry in own]
        try:
            for timer in timers:
                if timer not in known:
                    self.add(timer)
        except ValueError:
            self._remove([entry for entry in self._entries if entry not in before])
            raise
        self._remove([entry for entry in own if entry.timer not in timers])

    def _remove(self, entries: Sequence[_Entry]) -> None:
        for entry in entries:
            self._entries.remove(entry)
            for job in entry.jobs:
                job.cancel()

    def heard(self, room: LiveRoom) -> None:
        """Somebody else wrote a line in a room."""
        for entry in self._entries:
            if entry.room is room and entry.announcement.heard(live=room.live):
                self._offer(entry)

    async def settle(self) -> None:
        """Wait until everything is written down."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    # ---- when ---------------------------------------------------------------------------------------

    def _schedule(self, entry: _Entry) -> None:
        """Set up the times that need no memory."""
        timer, schedule = entry.timer, self._engine.schedule
        if timer.cron is not None:
            job = schedule.cron(timer.cron, lambda: self._fire(entry, job.due), name=f"timer {timer.name}")
        elif timer.at is not None:
            job = schedule.at(timer.at, lambda: self._fire(entry, job.due), name=f"timer {timer.name}")
        elif timer.idle is not None:
            self._look_after(entry, timer.idle)
            return
        else:
            return
        entry.jobs.append(job)

    async def _begin(self, entry: _Entry) -> None:
        """Go on where the last run of the bot has stopped."""
        state = await self._memory.recall(entry.name)
        if entry not in self._entries:
            return
        entry.announcement.restore(state)
        due = state.get("due")
        ahead = None if due is None else due - self._engine.clock.now().timestamp()
        if entry.timer.every is not None:
            self._begin_interval(entry, entry.timer.every, ahead)
        elif due is not None and ahead is not None and -MADE_UP_FOR <= ahead <= 0:
            made_up = datetime.fromtimestamp(due, UTC)
            self._later(entry, self._quiet_left(), lambda: self._fire(entry, made_up))
        gap = self._gap(entry)
        entry.spoke = state.get("spoke")
        if entry.spoke is not None and gap is not None:
            since = self._engine.clock.now().timestamp() - entry.spoke
            gap.free_at = max(gap.free_at, self._engine.clock.monotonic() + gap.seconds - since)
        await self._note(entry)

    def _begin_interval(self, entry: _Entry, period: float, ahead: float | None) -> None:
        """Fix the first firing: as it was before a restart, else after one period, apart from the others."""
        quiet = min(self._quiet_left(), period)
        if ahead is not None and 0 < ahead <= period:
            first = max(ahead, quiet)
        else:
            made_up = ahead is not None and -MADE_UP_FOR <= ahead <= 0
            first = quiet if made_up else max(period, quiet)
            if period >= QUIET:
                first = self._apart(entry, first)
        entry.first = self._engine.clock.monotonic() + first
        timer = entry.timer
        job = self._engine.schedule.every(
            period,
            lambda: self._fire(entry, job.due),
            jitter=timer.jitter,
            first=first,
            name=f"timer {timer.name}",
        )
        entry.jobs.append(job)

    def _apart(self, entry: _Entry, first: float) -> float:
        now = self._engine.clock.monotonic()
        for taken in sorted(other.first - now for other in self._entries if other.room is entry.room):
            if abs(taken - first) < APART:
                first = taken + APART
        return first

    def _quiet_left(self) -> float:
        return max(self._quiet_until - self._engine.clock.monotonic(), 0.0)

    def _look_after(self, entry: _Entry, seconds: float) -> None:
        self._later(entry, seconds, lambda: self._look_whether_idle(entry))

    def _look_whether_idle(self, entry: _Entry) -> None:
        """Speak once for each silence, however long it lasts."""
        idle, now = entry.timer.idle or 0.0, self._engine.clock.now()
        since = max(filter(None, (entry.room.last_line, entry.room.since)), default=None)
        left = idle if since is None else idle - (now - since).total_seconds()
        fresh = since is not None and (entry.spoke_at is None or entry.spoke_at < since)
        if fresh and left <= 0:
            entry.spoke_at = entry.due = now
            if entry.announcement.due(live=entry.room.live):
                self._offer(entry)
        self._look_after(entry, left if 0 < left <= idle else idle)

    def _later(self, entry: _Entry, seconds: float, call: Callable[[], None]) -> None:
        entry.jobs = [job for job in entry.jobs if not job.done]
        entry.jobs.append(self._engine.schedule.later(seconds, call, name=f"timer {entry.timer.name}"))

    # ---- whether and what ---------------------------------------------------------------------------

    def _fire(self, entry: _Entry, due: datetime) -> None:
        quiet = self._quiet_left() if entry.timer.every is None else 0.0
        if quiet:
            self._later(entry, quiet, lambda: self._fire(entry, due))
            return
        if not entry.announcement.waiting:
            entry.due = due
        if entry.announcement.due(live=entry.room.live):
            self._offer(entry)
        self._spawn(self._note(entry))

    def _offer(self, entry: _Entry) -> None:
        """Let an entry speak now, or when its group may; not one of a plugin that is switched off here."""
        if self._engine.switches.is_off(entry.room.id, "plugin", entry.plugin):
            return
        gap = self._gap(entry)
        if gap is None:
            self._speak(entry)
            return
        if entry in gap.waiting:
            return
        gap.waiting.append(entry)
        if len(gap.waiting) == 1:
            self._let_next_speak(gap)

    def _let_next_speak(self, gap: _Gap) -> None:
        """Let those who wait speak one by one, as far apart as their group wants."""
        while gap.waiting:
            wait = gap.free_at - self._engine.clock.monotonic()
            if wait > 0:
                self._engine.schedule.later(wait, lambda: self._let_next_speak(gap), name="timer group")
                return
            entry = gap.waiting.popleft()
            if entry in self._entries and (entry.room.live or not entry.timer.only_live):
                gap.free_at = self._engine.clock.monotonic() + gap.seconds
                self._speak(entry)

    def _gap(self, entry: _Entry) -> _Gap | None:
        if entry.timer.group is None:
            return None
        key = entry.room.id, entry.timer.group
        if key not in self._gaps:
            self._gaps[key] = _Gap(self._engine.config.timer_groups[entry.timer.group].gap)
        return self._gaps[key]

    def _speak(self, entry: _Entry) -> None:
        """Say the next text, with its variables and counters filled in."""
        engine, due = self._engine, entry.due
        template = engine.texts.template(entry.announcement.text(entry.texts()))

        async def speak(ctx: Context) -> None:
            again = entry.timer.every is not None
            if entry.timer.idle is None and not await self._memory.claim(entry.name, due, again=again):
                return
            filled = await engine.texts.fill(ctx, template)
            engine.say(
                filled,
                room=entry.room.id,
                plugin=entry.plugin,
                priority=entry.timer.priority,
                origin=Origin(f"timer {entry.timer.name}"),
            )
            entry.spoke = engine.clock.now().timestamp()
            await self._note(entry)

        if (seat := engine.seats.get(OWN)) is not None:  # it is gone for a moment when texts change
            seat.call("timer", speak, entry.room)

    def _texts(self, timer: Timer) -> Callable[[], list[str]]:
        if timer.file is not None:
            return TextFile(self._engine.config.folder / timer.file, self._engine.texts.template).texts
        for text in timer.lines:
            self._engine.texts.template(text)
        return lambda: timer.lines

    # ---- memory -------------------------------------------------------------------------------------

    async def _note(self, entry: _Entry) -> None:
        job = next((job for job in entry.jobs if not job.done), None)
        due = None if job is None or entry.timer.idle is not None else job.due.timestamp()
        await self._memory.note(entry.name, {"due": due, "spoke": entry.spoke, **entry.announcement.state()})

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a timer could not be begun or noted", exc_info=error)
