"""Documents taken apart: sections, tables and fenced blocks."""

import dataclasses
import inspect
import re
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
import pytest

from douyinbot.config import Duration, Rate, Secret

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_HEADING = re.compile(r"(#+) +(.*?) *#*")
_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
_CELL = re.compile(r"(?<!\\)\|")
_LINK = re.compile(r"(?<!!)\[(?:`[^`]*`|[^\[\]`])*\]\(([^)\s]+)\)")
_RULE = re.compile(r"\|(?: *:?-+:? *\|)+")
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Block:
    """One fenced block: what stands after the three backticks, its text and its line in the file."""

    file: str
    line: int
    info: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Row(dict[str, str]):
    """One row of a table, by the heading of each column."""

    @property
    def first(self) -> str:
        return next(iter(self.values()))

    def code(self, column: str) -> list[str]:
        """Return what stands in backticks in a column."""
        return _CODE.findall(self[column])


@dataclass(frozen=True)
class Doc:
    """A document, or a section of one."""

    name: str
    text: str

    @property
    def flat(self) -> str:
        """The text on one line, for looking for a phrase wherever it is wrapped."""
        return " ".join(self.text.split())

    def section(self, title: str) -> "Doc":
        """Return what stands under a heading, its subsections included."""
        lines, start, level = self.text.split("\n"), -1, 0
        fenced = False
        for number, line in enumerate(lines):
            fenced ^= line.startswith("```")
            match = None if fenced else _HEADING.fullmatch(line)
            if match is None:
                continue
            if start >= 0 and len(match[1]) <= level:
                return Doc(self.name, "\n".join(lines[start:number]))
            if start < 0 and match[2] == title:
                start, level = number + 1, len(match[1])
        assert start >= 0, f"{self.name} has no section {title!r}"
        return Doc(self.name, "\n".join(lines[start:]))

    @property
    def headings(self) -> list[str]:
        plain = _FENCE.sub("", self.text)
        return [match[2] for line in plain.split("\n") if (match := _HEADING.fullmatch(line))]

    @property
    def anchors(self) -> set[str]:
        """What links may name, as GitHub makes it from headings."""
        kept = (re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in self.headings)
        return set(kept)

    @property
    def links(self) -> list[str]:
        return _LINK.findall(_FENCE.sub("", self.text))

    @property
    def tables(self) -> list[list[Row]]:
        return _tables_of(self.text, self.name)

    @property
    def rows(self) -> list[Row]:
        """All rows of all tables."""
        return [row for table in self.tables for row in table]

    def table(self, column: str) -> list[Row]:
        """Return the rows of all tables whose first column has this heading."""
        return [row for row in self.rows if next(iter(row)) == column]

    def blocks(self, info: str) -> list[Block]:
        """Return the fenced blocks whose info begins with these words."""
        return [block for block in self._blocks() if f"{block.info} ".startswith(f"{info} ")]

    def _blocks(self) -> Iterator[Block]:
        for match in _FENCE.finditer(self.text):
            line = self.text.count("\n", 0, match.start()) + 1
            yield Block(self.name, line, match["info"].strip(), match["text"])


@cache
def _tables_of(text: str, name: str) -> list[list[Row]]:
    lines = _FENCE.sub("", text).split("\n")
    tables, number = [], 0
    while number < len(lines):
        head = _cells(lines[number])
        number += 1
        if not head or number >= len(lines) or not _RULE.fullmatch(lines[number]):
            continue
        number += 1
        rows = []
        while number < len(lines) and (cells := _cells(lines[number])):
            assert len(cells) == len(head), f"{name}: a row has too many or too few cells: {cells}"
            rows.append(Row(zip(head, cells, strict=True)))
            number += 1
        tables.append(rows)
    return tables


def _cells(line: str) -> list[str]:
    if not (line.startswith("|") and line.rstrip().endswith("|")):
        return []
    return [cell.strip().replace("\\|", "|") for cell in _CELL.split(line.rstrip()[1:-1])]


# ---- keys of configurations ----------------------------------------------------------------------


@dataclass
class Key:
    """One key as documents show it."""

    name: str
    type: str
    default: str


def type_in_words(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(f"`{value}`" for value in get_args(hint))
    if get_origin(hint) in (Union, types.UnionType):
        members = [member for member in get_args(hint) if member is not type(None)]
        first, *others = (type_in_words(member) for member in members)
        return first + "".join(", or a table" if other == "table" else f" or {other}" for other in others)
    if get_origin(hint) in (list, dict):
        *_, inner = get_args(hint)
        kind = "list" if get_origin(hint) is list else "table"
        return kind if inner is Any else f"{kind} of {type_in_words(inner)}s"
    if isinstance(hint, type) and (issubclass(hint, msgspec.Struct) or dataclasses.is_dataclass(hint)):
        return "table"
    words_of: dict[Any, str] = {
        str: "text",
        bool: "true / false",
        int: "whole number",
        float: "number",
        Duration: "duration",
        Rate: "rate",
        Secret: "secret",
    }
    return words_of[hint]


def value_in_toml(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, msgspec.Struct):
        return "see below"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str | Duration | Rate):
        return f'`"{value if value != 0 else "0s"}"`'
    if isinstance(value, list):
        return f"`[{', '.join(value_in_toml(item).strip('`') for item in value)}]`"
    return f"`{value}`"


def keys_of(kind: Any) -> Iterator[Key]:
    """Yield the keys of a msgspec Struct or a dataclass."""
    hints = inspect.get_annotations(kind, eval_str=True)
    for base in kind.__mro__[1:]:
        hints = {**inspect.get_annotations(base, eval_str=True), **hints}
    found: Any = (
        msgspec.structs.fields(kind) if issubclass(kind, msgspec.Struct) else dataclasses.fields(kind)
    )
    for field in found:
        default, name = field.default, getattr(field, "encode_name", field.name)
        if default in (msgspec.NODEFAULT, dataclasses.MISSING):
            factory = field.default_factory
            if factory in (msgspec.NODEFAULT, dataclasses.MISSING):
                yield Key(name, type_in_words(hints[field.name]), "required")
                continue
            default = factory()
        yield Key(name, type_in_words(hints[field.name]), value_in_toml(default))


def documented_keys(section: Any) -> list[Key]:
    """Return the keys of the first table with the column `key`."""
    table = next(table for table in section.tables if table and next(iter(table[0])) == "key")
    return [Key(row.code("key")[0], row["type"], row["default"]) for row in table]


@cache
def read(name: str) -> Doc:
    path = ROOT / name if name == "README.md" else DOCS / name
    return Doc(name, path.read_text(encoding="utf-8"))


NAMES = ("plugins.md", "configuration.md", "protocol.md", "operations.md", "simulator.md", "README.zh-CN.md")


@pytest.fixture(scope="session")
def documents() -> dict[str, Doc]:
    """All documents by name."""
    return {name: read(name) for name in NAMES}


@pytest.fixture(scope="session")
def code_keys() -> Callable[[Any], list[Key]]:
    """The keys of a msgspec Struct or a dataclass, as documents should show them."""
    return lambda kind: list(keys_of(kind))


@pytest.fixture(scope="session")
def told_keys() -> Callable[[Doc], list[Key]]:
    """The keys in the first table of a section that is about keys."""
    return documented_keys


@pytest.fixture(scope="session")
def plugins_md() -> Doc:
    return read("plugins.md")


@pytest.fixture(scope="session")
def configuration_md() -> Doc:
    return read("configuration.md")


@pytest.fixture(scope="session")
def protocol_md() -> Doc:
    return read("protocol.md")


@pytest.fixture(scope="session")
def operations_md() -> Doc:
    return read("operations.md")


@pytest.fixture(scope="session")
def simulator_md() -> Doc:
    return read("simulator.md")


@pytest.fixture(scope="session")
def chinese_md() -> Doc:
    return read("README.zh-CN.md")


@pytest.fixture(scope="session")
def readme_md() -> Doc:
    return read("README.md")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Hand each block of code to the tests that ask for one of its language, and each document."""
    for argument, info in {
        "python_block": "python",
        "toml_block": "toml",
        "test_block": "python test",
    }.items():
        if argument in metafunc.fixturenames:
            found = [block for name in NAMES for block in read(name).blocks(info)]
            metafunc.parametrize(argument, found, ids=str)
    if "document" in metafunc.fixturenames:
        metafunc.parametrize("document", [read(name) for name in NAMES], ids=NAMES)
