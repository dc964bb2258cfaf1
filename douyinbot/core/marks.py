"""The decorators of a plugin: they only note down what a function is for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from douyinbot.config import Duration
from douyinbot.events import ROLES, Role

__all__ = ["CommandMark", "Cooldown", "JobMark", "command", "cron", "every", "marks_of"]

F = TypeVar("F", bound=Callable[..., Any])
_COMMANDS = "__douyinbot_commands__"
_JOBS = "__douyinbot_jobs__"


@dataclass(frozen=True, slots=True)
class Cooldown:
    """How long a command rests after use, for one viewer, for the room, or everywhere (seconds)."""

    user: float = 0.0
    room: float = 0.0
    everywhere: float = 0.0


@dataclass(frozen=True, slots=True)
class CommandMark:
    """What `@command` was told."""

    name: str
    aliases: tuple[str, ...] = ()
    cooldown: Cooldown = Cooldown()
    role: Role = "viewer"
    hidden: bool = False
    examples: Mapping[str, str] = field(default_factory=dict)
    help: str = ""


@dataclass(frozen=True, slots=True)
class JobMark:
    """What `@every` or `@cron` was told."""

    every: float = 0.0
    cron: str = ""
    jitter: float = 0.0
    only_live: bool = True


def command(
    name: str,
    *more: str,
    aliases: Sequence[str] = (),
    cooldown: str | Mapping[Literal["user", "room", "global"], str] = "",
    role: Role = "viewer",
    hidden: bool = False,
    examples: Mapping[str, str] | None = None,
) -> Callable[[F], F]:
    """Make a function a chat command: `@command("dice", aliases=["骰子"], cooldown="3s")`.

    The function takes `ctx` and the command's arguments; annotations (int, float, str, bool, Literal,
    Optional, User) say what is accepted, a keyword-only text is the rest of the line. What it returns is
    said. The first line of its docstring is its help.

    Args:
        name: what viewers type after the prefix; more names may follow, or stand in `aliases`.
        cooldown: a duration, for each viewer; or {"user": "3s", "room": "1s", "global": "1s"}.
        role: the lowest role that may use it.
        hidden: leave it out of `!help`.
        examples: lines and the pattern (re.search) that the reply matches: help and test in one.
    """
    if role not in ROLES:
        raise ValueError(f'@command("{name}"): role must be one of {", ".join(ROLES)}')
    times = {"user": cooldown} if isinstance(cooldown, str) else dict(cooldown)
    seconds = {where: Duration.parse(text) for where, text in times.items() if text}
    if unknown := set(seconds) - {"user", "room", "global"}:
        raise ValueError(f'@command("{name}"): cooldown knows user, room and global, not {unknown.pop()}')
    rest = Cooldown(seconds.get("user", 0.0), seconds.get("room", 0.0), seconds.get("global", 0.0))

    def mark(function: F) -> F:
        text = (function.__doc__ or "").strip().partition("\n")[0]
        note = CommandMark(name, (*more, *aliases), rest, role, hidden, dict(examples or {}), text)
        _note(function, _COMMANDS, note)
        return function

    return mark


def every(period: str, *, jitter: str = "", only_live: bool = True) -> Callable[[F], F]:
    """Call a function of `ctx` again and again, once for each of the plugin's rooms: `@every("10m")`."""
    seconds, spread = Duration.parse(period), Duration.parse(jitter) if jitter else 0.0
    if seconds < 1:
        raise ValueError(f'@every("{period}"): once a second is the most')

    def mark(function: F) -> F:
        _note(function, _JOBS, JobMark(every=seconds, jitter=spread, only_live=only_live))
        return function

    return mark


def cron(expression: str, *, only_live: bool = True) -> Callable[[F], F]:
    """Call a function of `ctx` at fixed times, in the bot's time zone: `@cron("0 20 * * fri")`."""

    def mark(function: F) -> F:
        _note(function, _JOBS, JobMark(cron=expression, only_live=only_live))
        return function

    return mark


def _note(function: Any, where: str, note: Any) -> None:
    setattr(function, where, (*getattr(function, where, ()), note))


def marks_of(function: Any) -> tuple[tuple[CommandMark, ...], tuple[JobMark, ...]]:
    """Return what the decorators noted on a function."""
    commands, jobs = getattr(function, _COMMANDS, ()), getattr(function, _JOBS, ())
    # Anything may lie in a plugin's namespace; a mock object, for one, has every attribute.
    return commands if isinstance(commands, tuple) else (), jobs if isinstance(jobs, tuple) else ()
