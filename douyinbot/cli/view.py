"""What `run` and `listen` show: the room line by line, what the bot says, and why it does not."""

import json
import logging
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any

from rich.console import Console
from rich.text import Text

from douyinbot.core.notices import Notice
from douyinbot.events import (
    Chat,
    Connected,
    Disconnected,
    Emote,
    Event,
    Failure,
    FansClub,
    Follow,
    Gift,
    Like,
    Member,
    Reconnecting,
    RoomUser,
    Share,
    StreamEnd,
    StreamPaused,
    StreamResumed,
    WebsocketConnected,
)
from douyinbot.events.text import clean
from douyinbot.outbox import Receipt, State
from douyinbot.outbox.lines import FINAL

__all__ = ["JsonLines", "Screen", "View", "print_while_read"]

log = logging.getLogger("douyinbot")

WATCHING_EVERY = 15.0
"""Seconds between two lines about how many are watching."""
ROLE_STYLES = {"owner": "bold magenta", "admin": "bold yellow", "fans": "bold cyan"}
MOST_STREAKS = 500
"""Running streaks that are remembered; of the older ones nobody is told that they are over."""
LEVEL_STYLES = {"info": "blue", "warning": "yellow", "error": "bold red"}


class JsonLines:
    """One JSON object a line on stdout: events, and the bot's lines at each change of their state."""

    sees_everything = True

    def __init__(self, write: Callable[[str], Any] | None = None) -> None:
        self._write = write or print_while_read

    def event(self, event: Event, *, own: bool) -> None:
        self._print(event.to_dict())

    def line(self, receipt: Receipt) -> None:
        self._print(receipt.to_dict())

    def notice(self, notice: Notice) -> None:
        log.log(getattr(logging, notice.level.upper()), "%s", notice.text)

    def _print(self, value: dict[str, Any]) -> None:
        self._write(json.dumps(value, ensure_ascii=False))


def print_while_read(line: str) -> None:
    """Print a line; once nobody reads any more (`| head`), that is taken as a Ctrl-C."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        _stop_in_order()


def _stop_in_order() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    signal.raise_signal(signal.SIGINT)


class Screen(Console):
    """A terminal, or whatever reads our output: once that has seen enough, the program stops in order."""

    def on_broken_pipe(self) -> None:
        _stop_in_order()  # rich would raise SystemExit in the middle of whatever is being told


class View:
    """The room on a terminal. Colours go away by themselves where the output is no terminal.

    Args:
        zone: whose time stands before the lines; None for the machine's.
    """

    sees_everything = True

    def __init__(
        self,
        *,
        several_rooms: bool = False,
        zone: tzinfo | None = None,
        console: Console | None = None,
    ) -> None:
        self.events = 0
        self.lines: Counter[State] = Counter()
        """How many of the bot's lines came to which end."""
        self._console = console or Screen(highlight=False, soft_wrap=True)
        self._several_rooms = several_rooms
        self._zone = zone
        self._watching_at: datetime | None = None
        self._running: dict[str, None] = {}
        self._backing_off: set[str] = set()

    # ---- watching -----------------------------------------------------------------------------------

    def event(self, event: Event, *, own: bool) -> None:
        self.events += 1
        show = _SHOWN.get(type(event))
        if show is None or own:  # the bot's own line is shown by its receipt
            return
        if isinstance(event, RoomUser) and not self._time_for_watching(event):
            return
        text = show(event)
        if isinstance(event, Gift) and not self._is_news(event):
            return
        if text is not None:
            if event.history:
                text.stylize("dim")
            self._print(event.received, event.room, text)

    def line(self, receipt: Receipt) -> None:
        if receipt.parts or not receipt.history:
            return  # each part of a text is told by itself
        before = receipt.history[-2][0] if len(receipt.history) > 1 else None
        if receipt.done:
            if before in FINAL:  # a late echo: it was counted as unseen or unknown
                self.lines[before] -= 1
            self.lines[receipt.state] += 1
        if self._is_worth_a_line(receipt, before):
            self._print(receipt.history[-1][1], receipt.room, _line(receipt))

    def notice(self, notice: Notice) -> None:
        text = Text(f"⚠ {clean(notice.text, 1000)}", style=LEVEL_STYLES[notice.level])
        self._print(datetime.now(UTC), notice.room, text)

    def summary(self, counts: Counter[str]) -> None:
        """Say at the end what there was, and what was lost on the way; nothing where nothing was."""
        if not (self.events or self.lines or counts):
            return  # the room could not be had: the reason is all there is to read
        parts = [_number_of(self.events, "event")]
        for words, states in _ENDS.items():
            if number := sum(self.lines[state] for state in states):
                parts.append(f"{_number_of(number, 'line')} {words}")
        lost = [
            f"{number} {_LOST.get(name, name)}"
            for name, number in counts.items()
            if number and _is_loss(name)
        ]
        text = ", ".join(parts) + (f"; {', '.join(lost)}" if lost else "")
        self._console.print(Text(text, style="dim"))

    # ---- printing -----------------------------------------------------------------------------------

    def _print(self, time: datetime, room: str, text: Text) -> None:
        where = (f"{room} ", "green") if self._several_rooms and room else ""
        clock = time.astimezone(self._zone).strftime("%H:%M:%S ")
        self._console.print(Text.assemble((clock, "dim"), where, text))

    def _time_for_watching(self, event: RoomUser) -> bool:
        last = self._watching_at
        if last is not None and (event.received - last).total_seconds() < WATCHING_EVERY:
            return False
        self._watching_at = event.received
        return True

    def _is_news(self, gift: Gift) -> bool:
        """Tell whether a gift's message has more units, or is the end of a streak that was shown running."""
        runs = gift.combo and not gift.repeat_end
        if runs and gift.delta:
            self._running[gift.streak_id] = None
            if len(self._running) > MOST_STREAKS:
                del self._running[next(iter(self._running))]
            return True
        was_running = gift.streak_id in self._running
        if not runs:
            self._running.pop(gift.streak_id, None)
        return bool(gift.delta) or (was_running and not runs)

    def _is_worth_a_line(self, receipt: Receipt, before: State | None) -> bool:
        """Tell whether a new state is shown: an end, a question to somebody, the beginning of a back-off."""
        match receipt.state:
            case State.SENT:
                self._backing_off.discard(receipt.room)
                return False
            case State.QUEUED if before is State.QUEUED:  # it was refused as too fast, and has gone back
                begins = receipt.room not in self._backing_off
                self._backing_off.add(receipt.room)
                return begins
        return receipt.state is not State.QUEUED


_ENDS: dict[str, tuple[State, ...]] = {
    "said": (State.SEEN, State.UNSEEN),
    "rehearsed": (State.DRY,),
    "not said": (State.DROPPED, State.FAILED),
    "of which nobody knows": (State.UNKNOWN,),
}
_LOST = {
    "unknown": "of an unknown kind",
    "bad_frames": "bad frames",
    "gift_list_refused": "refusals of the gift list",
}


def _number_of(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _is_loss(name: str) -> bool:
    return (
        name in ("duplicates", "bad_frames", "unknown", "gift_list_refused")
        or name.startswith("bad:")
        or " dropped by " in name
    )


# ---- one function for each kind of line -----------------------------------------------------------


def _name(event: Event) -> Text:
    user = event.user
    if user is None:
        return Text("?")
    return Text(clean(user.nickname, 24), style=ROLE_STYLES.get(user.role, "bold"))


def _told(symbol: str, event: Event, words: str, style: str = "") -> Text:
    return Text.assemble(f"{symbol} ", _name(event), (f" {words}", style))


def _chat(event: Chat) -> Text:
    return Text.assemble("💬 ", _name(event), f": {clean(event.comment)}")


def _gift(event: Gift) -> Text:
    running = " …" if event.combo and not event.repeat_end else ""
    words = f"{clean(event.gift_name, 20)} ×{event.total} ({_number_of(event.value, 'diamond')}){running}"
    return _told("🎁", event, words, "bold red")


def _connected(event: Connected) -> Text:
    how = "socket" if event.websocket else "polling"
    again = "again " if event.reconnected else ""
    who = f"{clean(event.owner, 24)}: " if event.owner else ""
    return Text(f"● connected {again}({how}) {who}{clean(event.title, 60)}", style="bold green")


def _next_try(event: Reconnecting) -> str:
    if not event.delay:
        return "polling from now on; the socket is tried again every minute"
    return f"trying again in {event.delay:.1f}s (attempt {event.attempt})"


def _failure(event: Failure) -> Text:
    return Text(f"⚠ {event.info}: {clean(str(event.exception or ''), 1000)}", style="yellow")


_SHOWN: dict[type[Event], Callable[[Any], Text | None]] = {
    Chat: _chat,
    Gift: _gift,
    Emote: lambda e: _told("🙂", e, "sent a sticker", "dim"),
    Member: lambda e: _told("→", e, "came in", "dim") if e.action == 1 else None,
    Like: lambda e: _told("♥", e, f"likes ×{e.like_count} ({e.total_like_count})", "dim"),
    Follow: lambda e: _told("★", e, "follows the streamer", "yellow"),
    Share: lambda e: _told("↗", e, "shared the room", "yellow"),
    FansClub: lambda e: _told(
        "♛", e, "joined the fan club" if e.action == "join" else "rose in the fan club"
    ),
    RoomUser: lambda e: Text(f"👀 {e.viewer_count} watching", style="dim"),
    WebsocketConnected: lambda e: Text(f"○ socket open: {e.host}" if e.host else "○ recording", style="dim"),
    Connected: _connected,
    Disconnected: lambda e: Text(f"○ disconnected: {e.reason}", style="yellow"),
    Reconnecting: lambda e: Text(f"○ {_next_try(e)}", style="dim"),
    StreamPaused: lambda e: Text("‖ the streamer paused", style="yellow"),
    StreamResumed: lambda e: Text("▶ the streamer is back", style="yellow"),
    StreamEnd: lambda e: Text(f"■ the stream has ended {clean(e.tips, 60)}".rstrip(), style="bold yellow"),
    Failure: _failure,
}

_LINES: dict[State, tuple[str, str, str]] = {
    State.QUEUED: ("…", "waits", "dim"),
    State.AWAITING_APPROVAL: ("?", "waits for your approval", "magenta"),
    State.SEEN: ("✔", "seen in the room", "green"),
    State.UNSEEN: ("✘", "not seen", "yellow"),
    State.DRY: ("◌", "dry run, not sent", "cyan"),
    State.DROPPED: ("✘", "not said", "yellow"),
    State.FAILED: ("✘", "refused", "bold red"),
    State.UNKNOWN: ("?", "unknown", "yellow"),
}


def _line(receipt: Receipt) -> Text:
    """The bot's own line: what it says, and what became of that."""
    symbol, words, style = _LINES[receipt.state]
    if receipt.state is State.AWAITING_APPROVAL:
        words += f" as {receipt.id}"
    why = f": {receipt.reason}" if receipt.reason else ""
    told = f"  [{words}{why}; {receipt.plugin or 'bot'}]"
    return Text.assemble((f"{symbol} 🤖 {clean(receipt.text)}", style), (told, "dim"))
