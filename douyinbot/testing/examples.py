"""The examples of commands as tests: each line is said to a bot, and its answer must match its pattern."""

import importlib.util
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Self

import pytest

from douyinbot.core.commands.marks import CommandMark
from douyinbot.core.plugins.discovery import Candidate, find_candidates
from douyinbot.core.plugins.host import commands_of
from douyinbot.testing.bot import BotHarness
from douyinbot.testing.loading import candidate_of

__all__ = ["Example", "PluginFile"]

LATEST = 30.0
"""Seconds after which an answer is no answer to the example any more."""


class PluginFile(pytest.File):
    """A plugin in a file or a package; each example of its commands is an item."""

    def collect(self) -> Iterator["Example"]:
        try:
            candidate = _plugin_in(self.path)
            module = candidate.load()
        except (Exception, SystemExit) as error:
            raise self.CollectError(
                f"the plugin in {self.path} cannot be loaded, so its examples cannot be tried: "
                f"{type(error).__name__}: {error}"
            ) from error
        for mark, function in commands_of(module):
            for line, pattern in mark.examples.items():
                trial = partial(_try, candidate, mark, line, pattern)
                yield Example.made(self, line, trial, function)


class Example(pytest.Function):
    """One line that is said to a bot; the fixture `bot` may be one's own."""

    _place: tuple[Path, int]

    @classmethod
    def made(cls, parent: PluginFile, line: str, trial: Any, function: Any) -> Self:
        """Return the item of an example; `function` is its command's."""

        def example(bot: BotHarness) -> None:
            bot.loop.run_until_complete(trial(bot))

        item: Self = cls.from_parent(parent, name=line.replace("\n", " "), callobj=example)
        item._place = (parent.path, function.__code__.co_firstlineno - 1)
        return item

    def reportinfo(self) -> tuple[Path, int, str]:
        return (*self._place, f"example: {self.name}")

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        if isinstance(excinfo.value, _WrongAnswerError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class _WrongAnswerError(AssertionError):
    """An example is not true."""


async def _try(candidate: Candidate, mark: CommandMark, line: str, pattern: str, bot: BotHarness) -> None:
    """Say the line as somebody who may use the command.

    Raises:
        _WrongAnswerError: no line of the answer matches.
    """
    for plugin in _with_needed(candidate):
        if plugin.name not in bot.engine.seats:
            await bot.load(plugin)
    said = await bot.chat(line, role=mark.role) or await bot.advance(LATEST)
    if any(re.search(pattern, text) for text in said):
        return
    told = {
        "line": [line],
        "said": said or ["(nothing)"],
        "pattern": [pattern],
        "not said": [f"{text} ({reason})" for text, reason in bot.dropped],
        "problem": bot.problems,
    }
    rows = [f"    {what + ':':<9} {text}" for what, texts in told.items() for text in texts]
    raise _WrongAnswerError("\n".join([f'An example of the command "{mark.name}" is not true:', *rows]))


def _with_needed(candidate: Candidate) -> Iterator[Candidate]:
    """Yield the plugins that one needs, and then itself."""
    names = getattr(candidate.load(), "requires", ()) if candidate.module else ()
    beside = [candidate.path.parent] if candidate.path is not None else []
    for name in names:
        if (needed := find_candidates(beside).get(name)) is not None:
            yield from _with_needed(needed)
    yield candidate


def _plugin_in(path: Path) -> Candidate:
    """Return the plugin of a file: the installed one of which it is the code, else the file itself.

    Raises:
        PluginError: it is none.
    """
    for candidate in find_candidates().values():
        spec = importlib.util.find_spec(candidate.module)
        if spec is not None and spec.origin is not None and Path(spec.origin).resolve() == path.resolve():
            return candidate
    return candidate_of(path.parent if path.name == "__init__.py" else path)
