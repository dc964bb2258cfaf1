"""The scenario format: what is read, and how a mistake is told."""

import inspect
import json
import textwrap
from pathlib import Path

import pytest

from douyinbot.config import Duration
from douyinbot.connectors.simulator import Scenario, Step, Trouble, load_scenario, parse_scenario, scenario
from douyinbot.connectors.simulator.scenario import ACTIONS
from douyinbot.errors import ConfigError

TEXT = """
[room]
title = "唱歌"
viewers = 7

[[people]]
name = "小明🐶"
level = 12
moderator = true

[[gifts]]
name = "大蛋糕"
price = 88

[[steps]]
at = "2s"
do = "chat"
who = "小明🐶"
text = "!dice"
every = "1m30s"
times = 3

[[steps]]
do = "gift"
gift = "大蛋糕"
counts = [1, 3]

[chatter]
rate = 2.5

[trouble]
page = "throttled"
times = { page = 2 }
retry_after = "7s"
"""


def test_toml_gives_typed_values() -> None:
    read = parse_scenario(TEXT)
    assert (read.room.title, read.room.viewers, read.people[0].moderator) == ("唱歌", 7, True)
    assert read.steps[0].at == 2
    assert read.steps[0].every == 90
    assert (read.steps[1].counts, read.steps[1].end) == ([1, 3], True)
    assert (read.trouble.page, read.trouble.times.page, read.trouble.times.enter) == ("throttled", 2, None)
    assert read.trouble.retry_after == Duration(7)


def test_json_is_the_same() -> None:
    text = json.dumps({"steps": [{"do": "like", "count": 3}], "restart": True})
    assert parse_scenario(text) == Scenario(steps=[Step(do="like", count=3)], restart=True)


def test_nothing_at_all_is_a_scenario() -> None:
    assert parse_scenario("") == Scenario()


def test_the_format_as_documented_is_valid() -> None:
    documented = inspect.getdoc(scenario) or ""
    example = "\n".join(line[4:] for line in documented.splitlines() if line.startswith("    "))
    read = parse_scenario(textwrap.dedent(example))
    assert read.steps
    assert read.chatter.commands


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[room", "not valid TOML"),
        ("{]", "not valid JSON"),
        (
            "[[steps]]\ndo = 'chat'\ntext = 'a'\nwhom = 'b'",
            'show:4: steps[0].whom: unknown key - did you mean "who"?',
        ),
        ("[[steps]]\ndo = 'dance'", "show:2: steps[0].do: must be one of"),
        ("[[steps]]\ndo = 'chat'", 'the step "chat" needs the key `text`'),
        ("[[steps]]\ndo = 'like'\ntext = 'a'", 'the step "like" has no key `text` (its keys: who, count)'),
        ("[[steps]]\ndo = 'pause'\nwho = 'a'", "has no key `who` (its keys: none of its own)"),
        ("[[steps]]\ndo = 'gift'\ngift = '大象'", "show:3: steps[0].gift: there is no such gift"),
        ("[[steps]]\ndo = 'gift'\ngift = '玫瑰'\ncounts = []", "`counts` needs at least one number"),
        ("[[steps]]\ndo = 'gift'\ngift = '玫瑰'\ncounts = [0]", "each 1 or more"),
        ("[[steps]]\ndo = 'like'\nevery = '0s'", "`every` must be longer than nothing"),
        ("[[steps]]\ndo = 'like'\nat = 2", "show:3: steps[0].at: write it as text in quotes"),
        ("[[steps]]\ndo = 'like'\nat = 'soon'", "is not a duration"),
        ("[[people]]\nname = ' '", "a person needs a `name`"),
        ("[chatter]\nrate = -1", "`rate` must be between"),
        ("[trouble]\npage = 'gone'", 'show:2: trouble.page: must be one of "444", "503"'),
        ("[trouble]\ntimes = { pages = 1 }", 'trouble.times.pages: unknown key - did you mean "page"?'),
        ("[trouble]\nframes = 'odd'", "trouble.frames: must be one of"),
    ],
)
def test_mistakes_are_told_with_their_place(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_scenario(text, name="show")
    assert str(caught.value).startswith("show")
    assert told in str(caught.value)


def test_a_step_in_python_is_checked_as_well() -> None:
    with pytest.raises(ValueError, match="needs the key `gift`"):
        Step(do="gift")


def test_an_empty_trouble_heals() -> None:
    assert parse_scenario("[[steps]]\ndo = 'trouble'\ntrouble = {}").steps[0].trouble == Trouble()


def test_every_action_names_keys_that_a_step_has() -> None:
    for needed, allowed in ACTIONS.values():
        assert {*needed, *allowed} <= set(Step.__struct_fields__)


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "show.toml"
    file.write_text(TEXT, encoding="utf-8-sig")
    assert load_scenario(file) == parse_scenario(TEXT)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"title = '\xff'")
    for name, told in {"no.toml": "no such file", "latin.toml": "not UTF-8", ".": "cannot be read"}.items():
        with pytest.raises(ConfigError, match=told):
            load_scenario(tmp_path / name)
