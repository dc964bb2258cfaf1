"""The commands by all their names, and how they rest: from a line to the function that it calls.

`！ＤＩＣＥ ６` is `!dice 6`: prefixes, command words and digits are folded (NFKC, any case). The longest name
of the table that fits wins. No I/O, no clock of its own.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from douyinbot.config import Scope
from douyinbot.core.commands.arguments import BadArguments, Parameter, fold, labelled, parameters, split_words
from douyinbot.core.commands.marks import CommandMark, Cooldown
from douyinbot.errors import PluginError
from douyinbot.events import Role, User

__all__ = ["Command", "CommandInfo", "CommandTable", "Cooldowns"]

MOST_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class CommandInfo:
    """What one may know about a command: for lists of commands and their help."""

    name: str
    aliases: tuple[str, ...]
    usage: str
    """How it is typed, with the bot's first prefix: `!dice [sides]`."""
    help: str
    role: Role
    plugin: str
    hidden: bool
    examples: tuple[str, ...]


@dataclass(slots=True, eq=False)
class Command:
    """One command of one plugin."""

    mark: CommandMark
    function: Callable[..., Any]
    plugin: str
    scope: Scope = Scope()
    """Where it is at work, within the rooms of its plugin."""
    parameters: list[Parameter] = field(init=False)
    wants_ctx: bool = field(init=False)

    def __post_init__(self) -> None:
        found, self.wants_ctx = parameters(self.function, self.mark.name)
        self.parameters = labelled(found, self.mark.help)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.mark.name, *self.mark.aliases)

    def usage(self, prefix: str = "!", typed: str = "") -> str:
        """Return how it is typed: `!dice [sides]`; `typed` is how somebody has called it just now."""
        called = " ".join(fold(typed).split()) or prefix + self.mark.name
        return " ".join([called, *(parameter.usage() for parameter in self.parameters)])

    def info(self, prefix: str) -> CommandInfo:
        """Return what one may know about it."""
        mark = self.mark
        return CommandInfo(
            name=mark.name,
            aliases=mark.aliases,
            usage=self.usage(prefix),
            help=mark.help,
            role=mark.role,
            plugin=self.plugin,
            hidden=mark.hidden,
            examples=tuple(mark.examples),
        )

    def bind(self, rest: str, find_user: Callable[[str], User | None]) -> tuple[list[Any], dict[str, Any]]:
        """Turn the rest of the line into arguments.

        Raises:
            BadArguments: something is missing, too much, or of the wrong kind.
        """
        words, args, named = split_words(rest), [], {}
        for parameter in self.parameters:
            if parameter.takes == "words":
                args += [parameter.read(word, find_user) for word in words]
                words = []
            elif parameter.takes == "rest":
                text = " ".join(words)
                if not text and parameter.default is inspect.Parameter.empty:
                    raise BadArguments(f"缺少 {parameter.shown}")
                named[parameter.name] = text or parameter.default
                words = []
            elif words:
                args.append(parameter.read(words.pop(0), find_user))
            elif parameter.required:
                raise BadArguments(f"缺少 {parameter.shown}")
            else:
                args.append(parameter.default)
        if words:
            raise BadArguments("参数太多")
        return args, named


class CommandTable:
    """All commands by all their names."""

    def __init__(self, prefixes: Iterable[str] = ("!",)) -> None:
        self._prefixes = sorted({fold(prefix) for prefix in prefixes}, key=len, reverse=True)
        self._commands: dict[str, Command] = {}
        self._most_words = 1

    def __len__(self) -> int:
        return len(self._commands)

    def __iter__(self) -> Iterator[Command]:
        return iter(dict.fromkeys(self._commands.values()))

    def add(self, command: Command) -> None:
        """Add a command under all its names.

        Raises:
            PluginError: a name is taken, or cannot be typed.
        """
        for name in command.names:
            folded = " ".join(fold(name).split())
            if not folded:
                raise PluginError(f"plugin {command.plugin}: a command needs a name")
            if (other := self._commands.get(folded)) is not None and other is not command:
                raise PluginError(
                    f'plugin {command.plugin}: the command name "{name}" is taken by plugin {other.plugin}'
                )
        for name in command.names:
            words = fold(name).split()
            self._commands[" ".join(words)] = command
            self._most_words = max(self._most_words, len(words))

    def remove(self, command: Command) -> None:
        """Forget one command; one that is not there does no harm."""
        self._commands = {n: other for n, other in self._commands.items() if other is not command}

    def remove_plugin(self, plugin: str) -> None:
        """Forget the commands of a plugin."""
        self._commands = {n: command for n, command in self._commands.items() if command.plugin != plugin}

    def named(self, name: str) -> Command | None:
        """Return the command of a name, which may be typed with a prefix."""
        if (found := self.find(name)) is not None and not found[1]:
            return found[0]
        return self._commands.get(" ".join(fold(name).split()))

    def find(self, line: str) -> tuple[Command, str] | None:
        """Return the command that a line calls and the rest of the line, None where it calls none."""
        text = line.strip()
        for prefix in self._prefixes:
            taken = _folded_length(text, prefix)
            if taken:
                return self._longest(text[taken:].lstrip())
        return None

    def _longest(self, text: str) -> tuple[Command, str] | None:
        words = text.split()
        for count in range(min(len(words), self._most_words), 0, -1):
            command = self._commands.get(fold(" ".join(words[:count])))
            if command is not None:
                rest = text
                for word in words[:count]:
                    rest = rest.lstrip()[len(word) :]
                return command, rest.strip()
        return None


def _folded_length(text: str, prefix: str) -> int:
    """Return how many characters of the text fold to the prefix, 0 where it does not begin so."""
    for length in range(1, min(len(text), len(prefix)) + 1):
        if fold(text[:length]) == prefix:
            return length
    return 0


class Cooldowns:
    """When which command was used last, by whom and where (monotonic seconds)."""

    def __init__(self) -> None:
        self._free_at: dict[tuple[str, ...], float] = {}

    def remaining(self, command: Command, user: str, room: str, now: float) -> float:
        """Return the seconds until the command may be used again, 0 where it may now."""
        waits = [self._free_at.get(key, 0.0) - now for key, _ in _keys(command, user, room)]
        return max(0.0, *waits) if waits else 0.0

    def use(self, command: Command, user: str, room: str, now: float) -> None:
        """Note one use."""
        for key, rest in _keys(command, user, room):
            self._free_at[key] = now + rest
        if len(self._free_at) > MOST_KEYS:
            self._free_at = {key: until for key, until in self._free_at.items() if until > now}


def _keys(command: Command, user: str, room: str) -> list[tuple[tuple[str, ...], float]]:
    rest: Cooldown = command.mark.cooldown
    name = f"{command.plugin}.{command.mark.group or command.mark.name}"
    keys = [
        ((name, "user", room, user), rest.user),
        ((name, "room", room), rest.room),
        ((name,), rest.everywhere),
    ]
    return [(key, seconds) for key, seconds in keys if seconds > 0]
