"""Arguments of a chat command: what a function's signature asks for, and words turned into it.

No I/O, no clock.
"""

import inspect
import re
import types
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from douyinbot.errors import PluginError
from douyinbot.events import User

__all__ = ["BadArguments", "Parameter", "fold", "labelled", "parameters", "split_words"]

_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "＂": "＂"}
_TRUE = frozenset({"1", "on", "yes", "true", "y", "开", "是", "对"})
_FALSE = frozenset({"0", "off", "no", "false", "n", "关", "否", "不"})
_KINDS = {int: "整数", float: "数字", str: "文字", bool: "开/关", User: "@观众"}
MOST_DIGITS = 18
_USAGE_FORM = re.compile(r"[!！]\S+(.*)")
_BRACKETED = re.compile(r"[<\[]([^<>\[\]]+)[>\]]")


class BadArguments(ValueError):  # noqa: N818 - it is no error of anybody's program
    """A viewer typed arguments that the command does not take."""


def fold(text: str) -> str:
    """Return a text with full-width forms and case folded away."""
    return unicodedata.normalize("NFKC", text).casefold()


def split_words(text: str) -> list[str]:
    """Split at white space; ASCII and CJK quotes keep words together. An open quote is just a character."""
    words: list[str] = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        closing = _QUOTES.get(text[position])
        end = text.find(closing, position + 1) if closing else -1
        if end > position:
            words.append(text[position + 1 : end])
            position = end + 1
            continue
        end = position
        while end < len(text) and not text[end].isspace():
            end += 1
        words.append(text[position:end])
        position = end
    return words


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a command."""

    name: str
    types: tuple[Any, ...]
    """What is tried, in order: int, float, bool, str, User, or a tuple of literal values."""
    default: Any = inspect.Parameter.empty
    takes: Literal["word", "words", "rest"] = "word"
    label: str = ""
    """What viewers call it; without one, its name."""

    @property
    def shown(self) -> str:
        return self.label or self.name

    @property
    def required(self) -> bool:
        return self.default is inspect.Parameter.empty and self.takes != "words"

    def read(self, word: str, find_user: Callable[[str], User | None]) -> Any:
        """Turn a word into a value.

        Raises:
            BadArguments: it fits none of the types.
        """
        for kind in self.types:
            value = _read(word, kind, find_user)
            if value is not None:
                return value
        expected = "/".join(map(str, self.types[0])) if isinstance(self.types[0], tuple) else None
        raise BadArguments(f"{self.shown} 应为{expected or _KINDS.get(self.types[0], '文字')}")

    def usage(self) -> str:
        text = "|".join(map(str, self.types[0])) if isinstance(self.types[0], tuple) else self.shown
        if self.takes != "word":
            text += "..."
        return f"<{text}>" if self.required else f"[{text}]"


def _read(word: str, kind: Any, find_user: Callable[[str], User | None]) -> Any:
    """Return the value, or None where the word is none of this kind."""
    if kind is str:
        return word
    if kind is User:
        return find_user(word.lstrip("@＠"))
    folded = fold(word)
    if isinstance(kind, tuple):
        return next((choice for choice in kind if fold(str(choice)) == folded), None)
    if kind is bool:
        return True if folded in _TRUE else False if folded in _FALSE else None
    if len(folded) > MOST_DIGITS:
        return None
    try:
        number = kind(folded)
    except ValueError:
        return None
    return number if number == number and abs(number) != float("inf") else None


def parameters(function: Callable[..., Any], name: str) -> tuple[list[Parameter], bool]:
    """Read a command function's signature: its parameters, and whether it wants `ctx`."""
    try:
        hints = get_type_hints(function)
        signature = inspect.signature(function)
    except Exception as error:  # annotations are the plugin's code, and may hold anything
        raise PluginError(f"command {name}: its signature cannot be read: {error}") from error
    found: list[Parameter] = []
    wants_ctx = False
    for parameter in signature.parameters.values():
        if parameter.name == "ctx":
            wants_ctx = True
            continue
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            raise PluginError(f"command {name}: **{parameter.name} cannot be typed in a chat line")
        takes: Literal["word", "words", "rest"] = "word"
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            takes = "words"
        elif parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            takes = "rest"
        kinds, optional = _types(hints.get(parameter.name, str), f'command {name}: "{parameter.name}"')
        default = None if optional and parameter.default is inspect.Parameter.empty else parameter.default
        found.append(Parameter(parameter.name, kinds, default, takes))
    return found, wants_ctx


def labelled(found: list[Parameter], help_text: str) -> list[Parameter]:
    """Give parameters the names that a usage form in a help text has for them: `掷骰子: !dice [面数]`.

    It begins with the `!`, and must have as many words in brackets as there are parameters.
    """
    form = _USAGE_FORM.search(help_text)
    labels = _BRACKETED.findall(form[1]) if form else []
    if len(labels) != len(found):
        return found
    return [
        replace(parameter, label=label.strip(" .…")) for parameter, label in zip(found, labels, strict=True)
    ]


def _types(hint: Any, where: str) -> tuple[tuple[Any, ...], bool]:
    """Return the types to try, and whether None is one of them."""
    if get_origin(hint) in (Union, types.UnionType):
        members = [member for member in get_args(hint) if member is not type(None)]
        tried = tuple(kind for member in members for kind in _types(member, where)[0])
        return tried, len(members) < len(get_args(hint))
    if get_origin(hint) is Literal:
        return (get_args(hint),), False
    if isinstance(hint, type) and hint in _KINDS:
        return (hint,), False
    shown = hint.__name__ if type(hint) is type else hint
    readable = ", ".join(kind.__name__ for kind in _KINDS)
    raise PluginError(
        f"{where} has the type {shown}, which cannot be read from a chat line; take {readable} or "
        "Literal[...], or several of them with |"
    )
