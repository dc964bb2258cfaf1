"""The README is true: its snippets run, its tables are whole, its links lead somewhere."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
import tomli

from douyinbot import hookspecs
from douyinbot.cli import COMMANDS, group
from douyinbot.testing import BotHarness

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def snippets(kind: str) -> list[str]:
    return re.findall(rf"^```{re.escape(kind)}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_plugin_and_its_test_run(
    make_bot: Callable[..., BotHarness], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (plugin,), (test,) = snippets("python plugin"), snippets("python test")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dice.py").write_text(plugin, encoding="utf-8")
    space: dict[str, Any] = {}
    exec(compile(test, "README.md", "exec"), space)
    bot = make_bot()
    bot.loop.run_until_complete(space["test_dice"](bot))


def test_the_toml_snippets_parse() -> None:
    assert snippets("toml")
    for text in snippets("toml"):
        tomli.loads(text)


def test_there_are_the_two_commands() -> None:
    (run,), (check,) = snippets("sh run"), snippets("sh check")
    assert run.rstrip().endswith("douyinbot run bot.example.toml")
    assert all(tool in check for tool in ("ruff", "mypy", "lint-imports", "pytest"))


def test_every_hook_is_in_the_table() -> None:
    hooks = [name for name, value in vars(hookspecs).items() if hasattr(value, "douyinbot_spec")]
    assert len(hooks) > 30
    assert [hook for hook in hooks if f"`{hook}`" not in README] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_table_with_all_its_options(name: str) -> None:
    (row,) = [line for line in README.splitlines() if line.startswith(f"| `douyinbot {name}")]
    command = group.get_command(click.Context(group), name)
    assert command is not None
    for parameter in command.params:
        shown = parameter.opts[-1] if isinstance(parameter, click.Option) else (parameter.name or "").upper()
        assert shown in row


def test_every_bundled_plugin_is_in_the_table() -> None:
    for folder in (ROOT / "plugins").iterdir():
        if folder.is_dir() and folder.name.startswith("douyinbot_"):
            assert f"| `{folder.name.removeprefix('douyinbot_')}` |" in README


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)", README):
        assert target.startswith("http") or (ROOT / target).exists(), target
