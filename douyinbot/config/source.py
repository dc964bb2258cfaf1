"""A configuration file with its text, so that every error can say where it is and what was meant."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from douyinbot.config.values import Duration, Rate, Secret
from douyinbot.errors import ConfigError

__all__ = ["Keys", "Source", "nearest"]

Keys = tuple[str | int, ...]
"""The way to a value: ("rooms", 0, "send")."""
T = TypeVar("T")

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_PART = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*(?:\.|$)""")
_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]|\[\.\.\.\]")
_EXPECTED = re.compile(r"Expected `(.+?)`, got `(.+?)`")
_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
}


def nearest(word: str, known: Sequence[str]) -> str:
    """Return ', did you mean "x"?' for the nearest known word, or the list of known ones if it is short."""
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f' - did you mean "{close[0]}"?'
    return f" (known: {', '.join(sorted(known))})" if 0 < len(known) <= 15 else ""


@dataclass(frozen=True)
class Source:
    """The file that a configuration came from."""

    name: str
    text: str = field(default="", repr=False)  # whole files hold proxy passwords
    folder: Path = Path()
    file: Path | None = None
    """Where it is, if it was read from a file."""

    def error(self, keys: Keys, problem: str) -> ConfigError:
        """Return an error that names file, line where known, and the full key."""
        line = _line_of(self.text, keys)
        where = self.name if line is None else f"{self.name}:{line}"
        return ConfigError(f"{where}: {_dotted(keys)}: {problem}" if keys else f"{where}: {problem}")

    def convert(self, value: Any, kind: type[T], keys: Keys) -> T:
        """Turn a plain value into a typed one (msgspec Struct or dataclass), strictly.

        Raises:
            ConfigError: an unknown key, a wrong type or a refused value, with its place.
        """
        for path, unknown, known in _unknown_keys(value, inspect.type_info(kind), keys):
            raise self.error((*path, unknown), f"unknown key{nearest(unknown, known)}")
        try:
            return msgspec.convert(value, kind, dec_hook=self._decode)
        except msgspec.ValidationError as error:
            match = _AT.match(str(error))
            steps = _STEP.findall(match["path"] or "") if match else []
            path = tuple(int(index) if index else name for name, index in steps if name or index)
            problem = _in_words(
                match["what"] if match else str(error), _choices(inspect.type_info(kind), path)
            )
            raise self.error((*keys, *path), problem) from error

    def _decode(self, kind: type, value: Any) -> Any:
        if kind in (Duration, Rate, Secret):
            if not isinstance(value, str):
                raise ValueError(f"write it as text in quotes, not as {_kind_word(value)}")
            parsed = kind.parse(value)
            return parsed.at(self.folder) if isinstance(parsed, Secret) else parsed
        raise NotImplementedError(f"{kind} cannot be read from TOML")


def _kind_word(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    return {int: "a number", float: "a number", list: "a list", dict: "a table"}.get(type(value), "a time")


def _choices(kind: inspect.Type, path: Keys) -> list[str]:
    """Return in words what a key may be, where it is a choice between fixed values."""
    for step in path:
        options = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
        for option in options:
            if isinstance(option, inspect.ListType) and isinstance(step, int):
                kind = option.item_type
            elif isinstance(option, inspect.StructType | inspect.DataclassType):
                kind = {field.encode_name: field.type for field in option.fields}.get(str(step), kind)
    options = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    fixed = [f'"{value}"' for one in options if isinstance(one, inspect.LiteralType) for value in one.values]
    tables = ["a table" for one in options if isinstance(one, inspect.StructType | inspect.DataclassType)]
    return [*fixed, *tables] if fixed else []


def _in_words(problem: str, choices: Sequence[str] = ()) -> str:
    if choices and (problem.startswith("Invalid enum value") or _EXPECTED.fullmatch(problem)):
        return "must be one of " + ", ".join(choices)
    if match := _EXPECTED.fullmatch(problem):
        words = [word for word in match[1].split(" | ") if word != "null"]  # TOML has no null to write
        expected = " or ".join(_WORDS.get(word, word) for word in words)
        return f"expected {expected}, got {_WORDS.get(match[2], match[2])}"
    if problem.startswith("Object missing required field"):
        return f"the key {problem.removeprefix('Object missing required field ')} is missing"
    return problem


def _unknown_keys(value: Any, kind: inspect.Type, path: Keys) -> Iterator[tuple[Keys, str, list[str]]]:
    """Yield (table, unknown key, known keys) for tables that declare their keys."""
    if isinstance(kind, inspect.UnionType):
        for option in kind.types:
            if isinstance(option, inspect.StructType | inspect.DataclassType) == isinstance(value, dict):
                yield from _unknown_keys(value, option, path)
    elif isinstance(kind, inspect.StructType | inspect.DataclassType) and isinstance(value, dict):
        fields = {field.encode_name: field.type for field in kind.fields}
        for key, item in value.items():
            if key not in fields:
                yield path, key, list(fields)
            else:
                yield from _unknown_keys(item, fields[key], (*path, key))
    elif isinstance(kind, inspect.DictType) and isinstance(value, dict):
        for key, item in value.items():
            yield from _unknown_keys(item, kind.value_type, (*path, key))
    elif isinstance(kind, inspect.CollectionType) and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknown_keys(item, kind.item_type, (*path, index))


def _dotted(keys: Keys) -> str:
    text = ""
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text


def _split_key(dotted: str) -> tuple[str, ...]:
    return tuple(a or b or c for a, b, c in _PART.findall(dotted))


def _line_of(text: str, keys: Keys) -> int | None:
    """Find the line of a key, or of the nearest table around it. TOML parsers do not tell, so we look."""
    best: tuple[int, int] | None = None
    here: Keys = ()
    counts: dict[Keys, int] = {}
    for number, line in _lines(text):
        if match := _HEADER.match(line):
            here = _with_indices(_split_key(match[2]), match[1] == "[[", counts)
            found = here if here != (*keys, 0) else keys
        elif match := _KEY.match(line):
            found = here + _split_key(match[1])
        else:
            continue
        if keys[: len(found)] == found and (best is None or len(found) > best[0]):
            best = (len(found), number)
    return best[1] if best else None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines that do not begin inside a multi-line text: only there can a key stand."""
    inside = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if not inside:
            yield number, line
        for quotes in re.findall(r"\"{3}|'{3}", line):
            inside = quotes if not inside else "" if quotes == inside else inside


def _with_indices(parts: tuple[str, ...], is_array: bool, counts: dict[Keys, int]) -> Keys:
    """Turn a header into full keys: `[[rooms]]` counts up, `[rooms.options]` belongs to the last room."""
    path: Keys = ()
    for position, part in enumerate(parts):
        path = (*path, part)
        if is_array and position == len(parts) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
