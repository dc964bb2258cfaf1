"""Where an error is and what was meant: lines, full keys, nearest names."""

import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
import tomli

from douyinbot.config import Duration, Rate, Secret, Source, nearest
from douyinbot.errors import ConfigError

TEXT = '''\
# the first line
[bot]
name = "x"
log . "level" = "info"

[[rooms]]
id = "a"
[rooms.options]
proxy = "p"
[[rooms]] # the second
  id = "b"
  options = { proxy = 1 }

[commands]
"群" = "1"
'quoted.key' = "2"
say = """
[rooms]
id = "not a key"
"""
after = 1

[plugins."gift.thanks"]
text = [
  "a = b",
]
[[deep.list.of]]
x = 1
[[deep.list.of]]
x = 2
[deep]
\tend=3
'''


@dataclass
class Inner:
    size: int = 1
    colour: str = ""


@dataclass
class Settings:
    """What a plugin's Config may look like."""

    text: str = ""
    mode: Literal["fast", "slow"] = "fast"
    every: Duration = field(default_factory=lambda: Duration(3))
    rate: Rate = field(default_factory=lambda: Rate(1, Duration(1)))
    key: Secret | None = None
    inner: Inner | None = None
    many: list[Inner] = field(default_factory=list)
    named: dict[str, Inner] = field(default_factory=dict)
    pair: tuple[Inner, ...] = ()
    number: int | str = 0


class Strict(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    name: str
    count: int = 0

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("`count` must not be negative")


def problem(
    value: Any, kind: Any = Settings, text: str = "", keys: tuple[str | int, ...] = ("plugins", "p")
) -> str:
    with pytest.raises(ConfigError) as caught:
        Source("bot.toml", text).convert(value, kind, keys)
    return str(caught.value)


# ---- lines --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("bot",), 2),
        (("bot", "name"), 3),
        (("bot", "log", "level"), 4),
        (("bot", "nowhere"), 2),
        (("rooms",), 6),
        (("rooms", 0), 6),
        (("rooms", 0, "id"), 7),
        (("rooms", 0, "options"), 8),
        (("rooms", 0, "options", "proxy"), 9),
        (("rooms", 1), 10),
        (("rooms", 1, "id"), 11),
        (("rooms", 1, "options", "proxy"), 12),
        (("rooms", 1, "nowhere"), 10),
        (("commands", "群"), 15),
        (("commands", "quoted.key"), 16),
        (("commands", "say"), 17),
        (("commands", "after"), 21),
        (("plugins", "gift.thanks", "text", 0), 24),
        (("deep", "list", "of", 0, "x"), 28),
        (("deep", "list", "of", 1, "x"), 30),
        (("deep", "end"), 32),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_of_a_key_or_of_the_nearest_table(keys: tuple[str | int, ...], line: int, newline: str) -> None:
    text = TEXT.replace("\n", newline)
    tomli.loads(text)
    assert str(Source("bot.toml", text).error(keys, "x")).startswith(f"bot.toml:{line}: ")


def test_lines_end_only_where_toml_says_so() -> None:
    text = '[bot]\nname = "one\u2028two\u0085three\x0bfour"\nlog = 1\n'
    assert str(Source("b", text).error(("bot", "log"), "x")).startswith("b:3: ")


@pytest.mark.parametrize("quotes", ['"""', "'''"])
@pytest.mark.parametrize("inside", ["[bot]\nlog = 1", "# \"'", ""])
def test_texts_of_several_lines_hold_no_keys(quotes: str, inside: str) -> None:
    text = f"[commands]\nx = {quotes}{inside}\n{quotes}\n[bot]\nlog = 2\n"
    line = text[: text.rindex("log")].count("\n") + 1
    assert str(Source("b", text).error(("bot", "log"), "x")).startswith(f"b:{line}: ")


def test_error_names_file_line_and_full_key() -> None:
    error = Source("my.toml", TEXT).error(("rooms", 1, "options", "proxy"), "is wrong")
    assert isinstance(error, ConfigError)
    assert str(error) == "my.toml:12: rooms[1].options.proxy: is wrong"


@pytest.mark.parametrize(("keys", "text"), [(("web", "listen"), "f: web.listen: x"), ((), "f: x")])
def test_error_without_a_place_names_the_file(keys: tuple[str | int, ...], text: str) -> None:
    assert str(Source("f", TEXT).error(keys, "x")) == text


# ---- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("prefx", ("name", "prefix", "log"), ' - did you mean "prefix"?'),
        ("zzz", ("b", "a"), " (known: a, b)"),
        ("zzz", (), ""),
        ("zzz", tuple(f"name{n}" for n in range(16)), ""),
        ("name1x", tuple(f"name{n}" for n in range(16)), ' - did you mean "name1"?'),
        ("群主", ("群", "歌"), ' - did you mean "群"?'),
    ],
)
def test_nearest_name_or_a_short_list(word: str, known: tuple[str, ...], hint: str) -> None:
    assert nearest(word, known) == hint


# ---- values -------------------------------------------------------------------------------------


def test_right_values_become_typed_ones(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k")
    value = {
        "mode": "slow",
        "every": "2m",
        "rate": "3/1s",
        "key": "file:key",
        "inner": {"size": 2},
        "named": {"x": {"size": 3}},
        "many": [{"colour": "red"}],
    }
    settings = Source("f", "", tmp_path).convert(value, Settings, ())
    assert (settings.mode, settings.every, settings.rate) == ("slow", 120, Rate(3, Duration(1)))
    assert (settings.inner, settings.named, settings.many) == (
        Inner(2),
        {"x": Inner(3)},
        [Inner(colour="red")],
    )
    assert settings.key is not None
    assert settings.key.reveal() == "k"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"txet": "x"}, 'plugins.p.txet: unknown key - did you mean "text"?'),
        ({"inner": {"sze": 1}}, 'plugins.p.inner.sze: unknown key - did you mean "size"?'),
        ({"many": [{}, {"color": 1}]}, 'plugins.p.many[1].color: unknown key - did you mean "colour"?'),
        ({"named": {"x": {"sise": 1}}}, 'plugins.p.named.x.sise: unknown key - did you mean "size"?'),
        ({"pair": [{"sise": 1}]}, 'plugins.p.pair[0].sise: unknown key - did you mean "size"?'),
        ({"text": 5}, "plugins.p.text: expected text, got a whole number"),
        ({"text": True}, "plugins.p.text: expected text, got true or false"),
        ({"text": 1.5}, "plugins.p.text: expected text, got a number"),
        ({"many": {}}, "plugins.p.many: expected a list, got a table"),
        ({"inner": []}, "plugins.p.inner: expected a table, got a list"),
        ({"inner": {"size": "x"}}, "plugins.p.inner.size: expected a whole number, got text"),
        ({"many": [{}, {"size": 1.5}]}, "plugins.p.many[1].size: expected a whole number, got a number"),
        ({"number": []}, "plugins.p.number: expected a whole number or text, got a list"),
        ({"mode": "fsat"}, 'plugins.p.mode: must be one of "fast", "slow"'),
        ({"mode": 1}, 'plugins.p.mode: must be one of "fast", "slow"'),
        ({"every": 5}, "plugins.p.every: write it as text in quotes, not as a number"),
        ({"every": True}, "plugins.p.every: write it as text in quotes, not as true or false"),
        (
            {"every": datetime.time(20)},
            "plugins.p.every: write it as text in quotes, not as a time",
        ),
        ({"rate": ["1/4s"]}, "plugins.p.rate: write it as text in quotes, not as a list"),
        ({"rate": {"count": 1}}, "plugins.p.rate: write it as text in quotes, not as a table"),
        ({"every": "soon"}, 'plugins.p.every: "soon" is not a duration; write for instance "500ms"'),
        ({"key": "abc"}, "plugins.p.key: a secret does not belong into this file"),
        ("text", "plugins.p: expected a table, got text"),
    ],
)
def test_wrong_values_name_their_full_key_and_what_is_right(value: Any, text: str) -> None:
    assert problem(value).startswith(f"bot.toml: {text}")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "the key `name` is missing"),
        ({"name": "x", "count": -1}, "`count` must not be negative"),
        ({"name": "x", "cuont": 1}, 'cuont: unknown key - did you mean "count"?'),
    ],
)
def test_structs_that_check_themselves_are_located_too(value: Any, text: str) -> None:
    assert text in problem([value], list[Strict], keys=("scenes",))
    assert problem([value], list[Strict], keys=("scenes",)).startswith("bot.toml: scenes[0]")


def test_error_has_the_line_of_the_value() -> None:
    text = '[plugins.p]\ntext = "x"\nmode = "odd"\n'
    assert problem({"text": "x", "mode": "odd"}, text=text).startswith("bot.toml:3: plugins.p.mode: ")


def test_a_type_that_toml_cannot_give_is_the_plugin_authors_mistake() -> None:
    @dataclass
    class Odd:
        source: Source | None = None
        thing: complex = 0j

    with pytest.raises(NotImplementedError, match="complex"):
        Source("f").convert({"thing": 1}, Odd, ())
