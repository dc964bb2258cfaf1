"""Code in documents: it compiles, it can be read, and whole examples run."""

import ast
import asyncio
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomli

from douyinbot.testing import BotHarness
from douyinbot.testing.golden import Golden
from tests.testing.recordings import record


def test_python_compiles(python_block: Any) -> None:
    compile(python_block.text, str(python_block), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def test_toml_can_be_read(toml_block: Any) -> None:
    tomli.loads(toml_block.text)


def test_examples_run(
    test_block: Any,
    documents: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make_bot: Callable[..., BotHarness],
    hostile_names: tuple[str, ...],
    hostile_lines: tuple[str, ...],
) -> None:
    """Each `python test` block runs in a folder with all `python plugin PATH` blocks of its document.

    What it takes for golden must be the block `text golden`.
    """
    for plugin in documents[test_block.file].blocks("python plugin"):
        path = tmp_path / plugin.info.split()[2]
        path.parent.mkdir(exist_ok=True)
        path.write_text(plugin.text, encoding="utf-8")
    record(tmp_path / "evening.dyrec")
    for block in documents[test_block.file].blocks("text golden"):
        (tmp_path / "test_show.test_evening.txt").write_text(block.text, encoding="utf-8")
    fixtures = {
        "golden": Golden(tmp_path, "test_show.py::test_evening", update=False, written=[]),
        "hostile_names": hostile_names,
        "hostile_lines": hostile_lines,
    }
    monkeypatch.chdir(tmp_path)
    names = _run(test_block)
    tests = [value for name, value in names.items() if name.startswith("test_")]
    assert tests, f"{test_block} holds no test"
    for test in tests:
        first, *others = inspect.signature(test).parameters
        assert first == "bot"
        bot = names["bot"](make_bot) if "bot" in names else make_bot()
        bot.loop.run_until_complete(test(bot, **{name: fixtures[name] for name in others}))


def _run(block: Any) -> dict[str, Any]:
    """Execute a block; its fixtures stay plain functions."""
    tree = ast.parse(block.text, str(block))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and ast.unparse(node.decorator_list[:1]) == "pytest.fixture":
            node.decorator_list = []
    names: dict[str, Any] = {}
    exec(compile(tree, str(block), "exec"), names)
    return names


def test_every_plugin_shown_whole_has_a_test(documents: dict[str, Any]) -> None:
    for document in documents.values():
        tests = "".join(block.text for block in document.blocks("python test"))
        for plugin in document.blocks("python plugin"):
            assert plugin.info.split()[2] in tests, f"{plugin} is never loaded"


def test_the_program_around_a_bot_runs(
    plugins_md: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The example with `Bot` plays a recording of nothing and ends."""
    (block,) = [block for block in plugins_md.blocks("python") if "load_config" in block.text]
    recording = tmp_path / "empty.dyrec"
    recording.write_bytes(b"DYREC\x00\x01\n")
    (tmp_path / "bot.toml").write_text(
        f"""
        [bot]
        store = "sqlite://"
        [[rooms]]
        id = "main"
        connector = "replay"
        url = "{recording.name}"
        """,
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(block.text, names)
    names["main"]()
    assert asyncio.iscoroutinefunction(names["Bot"].run)
    assert capsys.readouterr().out == ""
