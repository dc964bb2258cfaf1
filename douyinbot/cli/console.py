"""`run --console`: be any viewer of a room, and decide what the bot says, from the keyboard."""

import asyncio
import inspect
import logging
import shlex
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

from douyinbot.cli.keyboard import INTERRUPT
from douyinbot.cli.why import told
from douyinbot.config import Duration, nearest
from douyinbot.core.bot import Bot
from douyinbot.errors import DouyinbotError
from douyinbot.events import ROLES

__all__ = ["Console"]

log = logging.getLogger(__name__)

NAME = "观众"
LONGEST_WAIT = 600.0
MOST_TOLD = 5
OPENING = 10.0
"""Seconds that the first line waits for made-up rooms to open."""


class Console:
    """Turns typed lines into events and decisions.

    Args:
        write: shows a line of text.
        typed: somebody types the lines, each when it is wanted: none is held back by a /wait.
    """

    def __init__(self, bot: Bot, write: Callable[[str], Any], *, typed: bool = False) -> None:
        self._bot = bot
        self._write = write
        self._typed = typed
        self._waiting: asyncio.Task[None] | None = None
        self._room = bot.config.rooms[0].id
        self._name = NAME
        self._role: Any = ROLES[0]

    async def run(self, lines: AsyncIterator[str]) -> None:
        """Work off lines until there are no more of them."""
        await self._bot.started.wait()
        await self._made_up_rooms_are_open()
        self._write(f"console: you are {self._name} in room {self._room}; /help lists what you can do")
        try:
            async for line in lines:
                await self.handle(line)
        finally:
            self._end_wait()

    async def _made_up_rooms_are_open(self) -> None:
        """Wait for rooms that surely open: an answer to the first line could not be sent before that."""
        with suppress(TimeoutError):
            async with asyncio.timeout(OPENING):
                for room in self._bot.rooms:
                    if room.live_room.simulated:
                        await room.met.wait()

    async def handle(self, line: str) -> None:
        """Do what one line says; a mistake in it is told, and harms nothing."""
        text = line.strip()
        self._end_wait()
        try:
            if line == INTERRUPT:
                self._quit()
            elif text.startswith("/"):
                await self._order(text[1:])
            elif text:
                self._bot.puppets.say(self._room, self._me, text)
        except (DouyinbotError, ValueError) as error:
            self._write(f"console: {error}")
        except Exception as error:
            log.exception("the console could not do this: %s", text)
            self._write(f"console: that failed with {type(error).__name__}; the log has more")

    async def _order(self, text: str) -> None:
        word, _, rest = text.partition(" ")
        if word not in ORDERS:
            known = [f"/{name}" for name in ORDERS]
            raise ValueError(f'there is no "/{word}"{nearest(f"/{word}", known)}')
        usage, _, order = ORDERS[word]
        arguments = [rest.strip()] if usage.endswith("TEXT]") else shlex.split(rest)
        arguments = [argument for argument in arguments if argument]
        try:
            inspect.signature(order).bind(self, *arguments)
        except TypeError:
            raise ValueError(f"write it so: {usage}") from None
        outcome = order(self, *arguments)
        if inspect.isawaitable(outcome):
            await outcome

    @property
    def _me(self) -> Any:
        return self._bot.puppets.viewer(self._name, self._role)

    # ---- viewers ------------------------------------------------------------------------------------

    def _as(self, name: str, role: str = ROLES[0]) -> None:
        if role not in ROLES:
            raise ValueError(f'there is no role "{role}"{nearest(role, ROLES)}')
        self._name, self._role = name, role
        self._write(f"console: you are {name} ({role})")

    def _in(self, room: str) -> None:
        rooms = self._bot.puppets.rooms
        if room not in rooms:
            raise ValueError(f'there is no room "{room}"{nearest(room, rooms)}')
        self._room = room
        self._write(f"console: you are in room {room}")

    def _gift(self, name: str, count: str = "1", diamonds: str = "") -> None:
        price = _number(diamonds) if diamonds else None
        self._bot.puppets.give(self._room, self._me, name, _number(count), price)

    def _come(self) -> None:
        self._bot.puppets.come(self._room, self._me)

    def _follow(self) -> None:
        self._bot.puppets.follow(self._room, self._me)

    def _like(self, count: str = "1") -> None:
        self._bot.puppets.like(self._room, self._me, _number(count))

    async def _wait(self, time: str) -> None:
        """Let time pass. A running bot has no other time than everybody: nothing can be skipped."""
        wanted = Duration.parse(time)
        seconds = Duration(min(wanted, LONGEST_WAIT))
        cut = f", the most that is waited, not {wanted}" if wanted > seconds else ""
        if not self._typed:
            self._write(f"console: the next line is read in {seconds}{cut}; time cannot be skipped here")
            await asyncio.sleep(seconds)
            return
        self._write(
            f"console: waiting for {seconds}{cut}; any line ends the wait. Time cannot be skipped here"
        )
        self._waiting = asyncio.create_task(self._wait_over(seconds), name="wait")

    async def _wait_over(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._write("console: the wait is over")

    def _end_wait(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    # ---- decisions ----------------------------------------------------------------------------------

    def _pending(self) -> None:
        for line in self._bot.control.pending():
            self._write(f"{line.id} {line.room} {line.plugin}: {line.text}  ({line.left:.0f} s left)")
        if not self._bot.control.pending():
            self._write("console: no line awaits approval")

    def _approve(self, id: str) -> None:
        lines = self._bot.control.approve(id)
        self._write(f"console: approved {', '.join(line.id for line in lines) or 'nothing'}")

    def _reject(self, id: str, *why: str) -> None:
        lines = self._bot.control.reject(id, " ".join(why))
        self._write(f"console: rejected {', '.join(line.id for line in lines) or 'nothing'}")

    def _pause(self, room: str = "") -> None:
        rooms = self._bot.control.pause(room, "paused at the console")
        self._write(f"console: nothing is sent in {', '.join(rooms)} until /resume")

    def _resume(self, room: str = "") -> None:
        self._write(f"console: sending goes on in {', '.join(self._bot.control.resume(room))}")

    def _plugins(self) -> None:
        for state in self._bot.control.plugins():
            detail = f"  {state.detail}" if state.detail else ""
            self._write(f"{state.name:<16} {state.status:<8} {state.version}{detail}".rstrip())

        for room in self._bot.puppets.rooms:
            if off := self._bot.control.commands_off(room):
                self._write(f"console: commands that are switched off in {room}: {', '.join(off)}")

    async def _enable(self, name: str, room: str = "") -> None:
        await self._bot.control.enable(name, room)
        self._write(f"console: {name} is switched on{f' in {room}' if room else ''}")

    async def _disable(self, name: str, room: str = "") -> None:
        await self._bot.control.disable(name, room)
        where, again = (f" in {room}", f"{name} {room}") if room else ("", name)
        self._write(f"console: {name} is switched off{where}, until /enable {again}")

    async def _command(self, name: str, what: str) -> None:
        if what not in ("on", "off"):
            raise ValueError("say on or off")
        done = await self._bot.control.switch_command(name, self._room, on=what == "on")
        self._write(f"console: the command {done} is switched {what} in {self._room}")

    async def _reload(self, name: str) -> None:
        await self._bot.control.reload(name)
        self._write(f"console: {name} was loaded anew")

    def _why(self, words: str = "") -> None:
        entries = self._bot.control.why(words)[-MOST_TOLD:]
        for line in (line for entry in entries for line in told(entry, self._bot.config.bot.zone)):
            self._write(line)
        if not entries:
            self._write(
                "console: nothing is known about that" if words else "console: nothing was left unsaid"
            )

    def _help(self) -> None:
        self._write("a line without / is a chat line of yours. Further:")
        for usage, text, _ in ORDERS.values():
            self._write(f"  {usage:<28} {text}")

    def _quit(self) -> None:
        self._bot.stop()


def _number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 10**9:
        raise ValueError(f'"{text}" is not a whole number from 1 up')
    return int(text)


Order = Callable[..., Awaitable[None] | None]

ORDERS: dict[str, tuple[str, str, Order]] = {
    "as": ("/as NAME [ROLE]", f"be another viewer; roles: {', '.join(ROLES)}", Console._as),
    "in": ("/in ROOM", "go to another room of the bot", Console._in),
    "gift": ("/gift NAME [COUNT] [DIAMONDS]", "give a gift", Console._gift),
    "follow": ("/follow", "follow the streamer", Console._follow),
    "member": ("/member", "come in", Console._come),
    "like": ("/like [COUNT]", "like the stream", Console._like),
    "wait": ("/wait TIME", "let time pass (10s, 2m); at a terminal any line ends it", Console._wait),
    "pending": ("/pending", "list the lines that await approval", Console._pending),
    "approve": ("/approve ID", "let a line go out; `all` lets every one", Console._approve),
    "reject": ("/reject ID [WHY]", "drop a line; `all` drops every one", Console._reject),
    "pause": ("/pause [ROOM]", "send nothing more, in this room's account or all", Console._pause),
    "resume": ("/resume [ROOM]", "send again, after a pause or a lost login", Console._resume),
    "plugins": ("/plugins", "how each plugin is doing, and which commands are off", Console._plugins),
    "enable": ("/enable NAME [ROOM]", "switch a plugin on, everywhere or in one room", Console._enable),
    "disable": ("/disable NAME [ROOM]", "switch a plugin off, also after a new start", Console._disable),
    "command": (
        "/command NAME on|off",
        "switch a command on or off in your room",
        Console._command,
    ),
    "reload": ("/reload NAME", "read a plugin's code anew; a bad one is refused", Console._reload),
    "why": ("/why [TEXT]", "why something was not said; or all about a line's id or words", Console._why),
    "help": ("/help", "list these", Console._help),
    "quit": ("/quit", "stop the bot", Console._quit),
}
"""What can be typed: how, what it does, and what does it. The last word TEXT takes the rest of the line."""
