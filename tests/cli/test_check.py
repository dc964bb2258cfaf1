"""`douyinbot check`: what can be wrong before the stream."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_the_example_is_fine(invoke: Callable[..., Any], example: Path, tmp_path: Path) -> None:
    checked = invoke("check", example)
    assert checked.code == 0
    assert checked.out[0] == f"{example} is fine."
    assert not (tmp_path / "data").exists(), "check must leave no database behind"


def test_bad_settings_of_a_plugin_are_an_error_here(invoke: Callable[..., Any], example: Path) -> None:
    text = example.read_text(encoding="utf-8").replace("$(user) 的", "$(usr) 的")
    example.write_text(text, encoding="utf-8")
    checked = invoke("check", example, "--json")
    assert checked.code == 2
    result = json.loads(checked.out[0])
    assert result["ok"] is False
    line = text.splitlines().index('text = "谢谢 $(usr) 的 $(gift)x$(count)"') + 1
    place = f"{example}:{line}: plugins.gift_thanks.text"
    assert result["problems"] == [f'{place}: unknown variable $(usr) - did you mean "user"?']


def test_several_bad_plugins_are_all_named(invoke: Callable[..., Any], example: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "one.py").write_text("import nothing_of_that_name", encoding="utf-8")
    (folder / "two.py").write_text("def broken(:", encoding="utf-8")
    text = example.read_text(encoding="utf-8")
    text = text.replace("dirs = []", 'dirs = ["mine"]').replace(
        'enable = ["dice",', 'enable = ["one", "two",'
    )
    example.write_text(text, encoding="utf-8")
    checked = invoke("check", example)
    assert checked.code == 2
    assert [line.split()[:2] for line in checked.err] == [["plugin", "one"], ["plugin", "two"]]


def test_a_token_that_is_not_there_is_found(invoke: Callable[..., Any], example: Path) -> None:
    with example.open("a", encoding="utf-8") as file:
        file.write('\n[web]\ntoken = "env:DOUYINBOT_NO_SUCH_TOKEN"\n')
    checked = invoke("check", example)
    assert checked.code == 2
    assert checked.err[0].startswith("the environment variable DOUYINBOT_NO_SUCH_TOKEN is not set.")
