"""`[[timers]]` at work: the schedule says when, the announcement says what, the room says whether."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from douyinbot.config import Scope, Timer
from douyinbot.core.announcements import Announcement
from douyinbot.core.context import Context
from douyinbot.core.liveroom import LiveRoom
from douyinbot.core.origins import Origin
from douyinbot.core.textcommands import OWN
from douyinbot.schedule import Job

if TYPE_CHECKING:
    from douyinbot.core.engine import Engine

__all__ = ["Timers"]

IDLE_CHECK = 1.0
"""Seconds between two looks at whether a room has been silent for long enough."""


class _Entry:
    """One timer in one room."""

    def __init__(self, announcement: Announcement, room: LiveRoom, plugin: str) -> None:
        self.announcement = announcement
        self.room = room
        self.plugin = plugin
        self.job: Job | None = None
        self.spoke_at: datetime | None = None


class Timers:
    """All timers of a bot, those of bot.toml and those that plugins add."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._entries: list[_Entry] = []

    def add(self, timer: Timer, *, plugin: str = "timers", scope: Scope | None = None) -> None:
        """Start a timer in every room that it and the plugin cover.

        Raises:
            ValueError: its crontab line or a time of day is wrong, or a text has an unknown variable.
        """
        for text in timer.lines:
            self._engine.texts.template(text)
        for room in self._engine.rooms.values():
            if timer.covers(room.id) and (scope is None or scope.covers(room.id)):
                entry = _Entry(Announcement(timer, self._engine.rng), room, plugin)
                entry.job = self._schedule(timer, entry)
                self._entries.append(entry)

    def remove_plugin(self, plugin: str) -> None:
        """Stop the timers of a plugin."""
        for entry in [entry for entry in self._entries if entry.plugin == plugin]:
            if entry.job is not None:
                entry.job.cancel()
            self._entries.remove(entry)

    def heard(self, room: LiveRoom) -> None:
        """Somebody else wrote a line in a room."""
        for entry in self._entries:
            if entry.room is room:
                self._say(entry, entry.announcement.heard(live=room.live))

    def _schedule(self, timer: Timer, entry: _Entry) -> Job:
        schedule, name = self._engine.schedule, f"timer {timer.name}"
        due: Callable[[], None] = lambda: self._say(entry, entry.announcement.due(live=entry.room.live))  # noqa: E731
        if timer.every is not None:
            return schedule.every(timer.every, due, jitter=timer.jitter, name=name)
        if timer.cron is not None:
            return schedule.cron(timer.cron, due, name=name)
        if timer.at is not None:
            return schedule.at(timer.at, due, name=name)
        return schedule.every(IDLE_CHECK, lambda: self._look_whether_idle(entry), name=name)

    def _look_whether_idle(self, entry: _Entry) -> None:
        """Speak once for each silence, however long it lasts."""
        idle, now = entry.announcement.timer.idle or 0.0, self._engine.clock.now()
        since = max(filter(None, (entry.room.last_line, entry.room.since)), default=None)
        if since is None or (now - since).total_seconds() < idle:
            return
        if entry.spoke_at is None or entry.spoke_at < since:
            entry.spoke_at = now
            self._say(entry, entry.announcement.due(live=entry.room.live))

    def _say(self, entry: _Entry, text: str | None) -> None:
        if text is not None:
            timer = entry.announcement.timer
            self._announce(text, entry.room, entry.plugin, timer)

    def _announce(self, text: str, room: LiveRoom, plugin: str, timer: Timer) -> None:
        """Say a text, with its variables and counters filled in."""
        template, origin = self._engine.texts.template(text), Origin(f"timer {timer.name}")

        async def speak(ctx: Context) -> None:
            filled = await self._engine.texts.fill(ctx, template)
            self._engine.say(filled, room=room.id, plugin=plugin, priority=timer.priority, origin=origin)

        self._engine.seats[OWN].call("timer", speak, room)
