"""The decorators of a plugin: they only note down what a function is for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypedDict, TypeVar, Unpack

from douyinbot.config import Duration
from douyinbot.events import ROLES, Role

__all__ = [
    "CommandMark",
    "CommandOptions",
    "Cooldown",
    "JobMark",
    "command",
    "command_mark",
    "cron",
    "every",
    "marks_of",
]

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
    group: str = ""
    exempt: Role | None = None

    def of(self, function: Callable[..., Any]) -> "CommandMark":
        """Return the mark of this function: without a help text, the first line of its docstring is that."""
        return replace(self, help=self.help or (function.__doc__ or "").strip().partition("\n")[0])


class CommandOptions(TypedDict, total=False):
    """What `@command` takes beside the name."""

    aliases: Sequence[str]
    cooldown: str | Mapping[Literal["user", "room", "global"], str]
    role: Role
    hidden: bool
    examples: Mapping[str, str] | None
    group: str
    exempt: Role | None
    help: str


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
    group: str = "",
    exempt: Role | None = None,
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
        group: commands of a plugin with the same group share their cooldown.
        exempt: the lowest role that need not wait for the cooldown.
    """
    options: CommandOptions = {
        "aliases": (*more, *aliases),
        "cooldown": cooldown,
        "role": role,
        "hidden": hidden,
        "examples": examples,
        "group": group,
        "exempt": exempt,
    }

    note = command_mark(name, **options)

    def mark(function: F) -> F:
        _note(function, _COMMANDS, note.of(function))
        return function

    return mark


def command_mark(name: str, **options: Unpack[CommandOptions]) -> CommandMark:
    """Return the note on one command.

    Raises:
        ValueError: an unknown role, or a cooldown that is none.
    """
    return CommandMark(
        name=name,
        aliases=tuple(options.get("aliases", ())),
        cooldown=_cooldown(name, options.get("cooldown", "")),
        role=_role(name, "role", options.get("role")) or ROLES[0],
        hidden=options.get("hidden", False),
        examples=dict(options.get("examples") or {}),
        help=options.get("help", ""),
        group=options.get("group", ""),
        exempt=_role(name, "exempt", options.get("exempt")),
    )


def _role(name: str, argument: str, role: Role | None) -> Role | None:
    if role is not None and role not in ROLES:
        raise ValueError(f'@command("{name}"): {argument} must be one of {", ".join(ROLES)}')
    return role


def _cooldown(name: str, cooldown: str | Mapping[Any, str]) -> Cooldown:
    times = {"user": cooldown} if isinstance(cooldown, str) else dict(cooldown)
    seconds = {where: Duration.parse(text) for where, text in times.items() if text}
    if unknown := set(seconds) - {"user", "room", "global"}:
        raise ValueError(f'@command("{name}"): cooldown knows user, room and global, not {unknown.pop()}')
    return Cooldown(seconds.get("user", 0.0), seconds.get("room", 0.0), seconds.get("global", 0.0))


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
