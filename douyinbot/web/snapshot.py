"""The bot as it is at this moment, as JSON-ready values. Settings, cookies and tokens are no part of it."""

from collections import Counter
from dataclasses import asdict
from typing import Any

import msgspec

from douyinbot import __version__
from douyinbot.core.bot import Bot
from douyinbot.core.commands.orders import REASONS
from douyinbot.core.journal import Entry
from douyinbot.core.room import RoomRunner
from douyinbot.events.redaction import redact
from douyinbot.outbox import Awaiting, Outbox

__all__ = ["entry", "pending", "plugins", "status"]


def status(bot: Bot) -> dict[str, Any]:
    """Return rooms, accounts, and what was counted."""
    outboxes = bot.engine.outboxes if bot.engine is not None else {}
    return {
        "name": bot.config.bot.name,
        "version": __version__,
        "rooms": [_room(bot, runner, outboxes[runner.live_room.id]) for runner in bot.rooms],
        "accounts": _accounts(outboxes),
        "counts": dict(bot.engine.counts) if bot.engine is not None else {},
        "dropped": dict(bot.shed),
    }


def plugins(bot: Bot) -> list[dict[str, Any]]:
    """Return how each plugin is doing, and in which rooms it is switched off (`off_in`)."""
    switches = bot.engine.switches if bot.engine is not None else None
    return [
        {
            **asdict(state),
            "detail": redact(state.detail),
            "off_in": switches.rooms_without("plugin", state.name) if switches is not None else [],
        }
        for state in bot.control.plugins()
    ]


def pending(bot: Bot, room: str = "") -> list[dict[str, Any]]:
    """Return the lines that await approval, the oldest first."""
    return [_awaiting(line) for line in bot.control.pending(room)]


def entry(one: Entry) -> dict[str, Any]:
    """Return an entry of the journal, whole, and its cause as the bot would say it in the chat (`told`)."""
    steps = [msgspec.structs.asdict(step) for step in one.steps]
    return {**msgspec.structs.asdict(one), "steps": steps, "told": REASONS.get(one.cause, "")}


def _room(bot: Bot, runner: RoomRunner, outbox: Outbox) -> dict[str, Any]:
    room = runner.live_room
    failure = str(runner.failure) if runner.failure is not None else ""
    return {
        "id": room.id,
        "connector": room.config.connector,
        "platform": room.platform,
        "simulated": room.simulated,
        "title": room.title,
        "owner": room.owner,
        "state": _state(runner),
        "failure": redact(failure),
        "since": room.since.isoformat(timespec="seconds") if room.since is not None else None,
        "viewers": room.viewers,
        "lines": room.lines,
        "mode": outbox.mode(room.id),
        "stopped": redact(outbox.stopped_reason),
        "pending": len(bot.control.pending(room.id)),
        "commands_off": bot.control.commands_off(room.id),
        "counts": dict(_counts(runner)),
    }


def _state(runner: RoomRunner) -> str:
    """Return how a room is: live, paused, connecting (on air, but not connected), waiting, or failed."""
    room = runner.live_room
    if runner.failure is not None:
        return "failed"
    if room.connected:
        return "live" if room.live else "paused"
    return "connecting" if room.live else "waiting"


def _counts(runner: RoomRunner) -> Counter[str]:
    """Add up what this room's connectors have counted, the one at work included."""
    total = Counter(runner.counts)
    if runner.connector is not None:
        total.update(runner.connector.counts)
    return total


def _accounts(outboxes: dict[str, Outbox]) -> list[dict[str, Any]]:
    return [
        {
            "rooms": [room for room, each in outboxes.items() if each is outbox],
            "stopped": redact(outbox.stopped_reason),
            "pending": outbox.pending,
            "counts": dict(outbox.counts),
        }
        for outbox in dict.fromkeys(outboxes.values())
    ]


def _awaiting(line: Awaiting) -> dict[str, Any]:
    return {**asdict(line), "left": round(line.left, 1)}
