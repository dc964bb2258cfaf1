"""`douyinbot NAME ...`: what plugins bring for the command line."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

EXPORT = """
import asyncio
from dataclasses import dataclass
import click
from douyinbot import hookimpl

@dataclass
class Config:
    title: str = "points"

@click.command()
@click.argument("name")
@click.pass_obj
def give(line, name):
    "Give somebody a point."
    async def count():
        async with line.store() as store:
            return await store.incr(name)
    click.echo(f"{line.config.title} of {name}: {asyncio.run(count())}")

@click.command()
@click.pass_obj
def where(line):
    click.echo(str(line.folder))
    return 7

@hookimpl
def register(registry):
    registry.cli(give)
    BOTH
"""
BOT = """
[bot]
store = "sqlite:///data/bot.sqlite"
[[rooms]]
id = "main"
connector = "simulator"
[plugins]
dirs = ["mine"]
enable = ["export"]
[plugins.export]
title = "gold"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    (tmp_path / "bot.toml").write_text(BOT, encoding="utf-8")
    write(tmp_path, EXPORT.replace("BOTH", "registry.cli(where)"))
    return tmp_path


def write(folder: Path, code: str) -> None:
    (folder / "mine" / "export.py").write_text(code, encoding="utf-8")


def test_the_commands_of_a_plugin_have_its_settings_and_its_store(
    invoke: Callable[..., Any], folder: Path
) -> None:
    assert invoke("export", "give", "ming").out == ["gold of ming: 1"]
    assert invoke("export", "give", "ming").out == ["gold of ming: 2"]
    assert (folder / "data" / "bot.sqlite").is_file()
    shown = invoke("export", "where")
    assert (shown.code, shown.out) == (7, [str(folder)])
    help_text = "\n".join(invoke("export", "--help").out)
    assert "Give somebody a point." in help_text


def test_a_single_command_is_called_by_the_plugins_name(invoke: Callable[..., Any], folder: Path) -> None:
    write(folder, EXPORT.replace("BOTH", ""))
    assert invoke("export", "hong").out == ["gold of hong: 1"]


def test_another_bot_can_be_named(
    invoke: Callable[..., Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert invoke("export", "where").code == 2
    assert invoke("--bot", folder / "bot.toml", "export", "where").out == [str(folder)]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("exprot", "No such command 'exprot'"),
        ("dice", "is not in `enable` of [plugins] in bot.toml"),
    ],
)
def test_what_is_no_command_is_told(invoke: Callable[..., Any], folder: Path, name: str, words: str) -> None:
    asked = invoke(name)
    assert asked.code == 2
    assert any(words in line for line in asked.err)


def test_without_a_bot_installed_plugins_are_found(invoke: Callable[..., Any]) -> None:
    asked = invoke("dice")
    assert asked.code == 2
    assert asked.err[-1] == 'Error: the plugin "dice" brings no commands for the command line'


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise ValueError('broken')", "does not import: ValueError: broken"),
        (EXPORT.replace("BOTH", "raise KeyError('x')"), "register failed: KeyError: 'x'"),
        (EXPORT.replace("BOTH", "registry.cli('text')"), "registry.cli takes click commands, not str"),
    ],
)
def test_a_broken_plugin_breaks_only_its_own_commands(
    invoke: Callable[..., Any], folder: Path, code: str, words: str
) -> None:
    write(folder, code)
    asked = invoke("export", "where")
    assert asked.code == 1
    assert words in asked.err[-1]
    assert invoke("--help").code == 0
    assert invoke("plugins", folder / "bot.toml").code == 0
    assert invoke("check", folder / "bot.toml").code in (0, 2)


def test_a_broken_configuration_is_told_only_where_it_matters(
    invoke: Callable[..., Any], folder: Path
) -> None:
    (folder / "bot.toml").write_text("nonsense", encoding="utf-8")
    assert "No such command" in invoke("exprot").err[-1]
    assert invoke("dice").code == 2
    assert "bot.toml" in invoke("dice").err[-1]


def test_the_list_of_plugins_shows_who_brings_commands(invoke: Callable[..., Any], folder: Path) -> None:
    lines = invoke("plugins", folder / "bot.toml").out
    (line,) = [line for line in lines if " export " in line]
    assert line.endswith("register `douyinbot export`")
    assert not any("`douyinbot dice`" in line for line in lines)


def test_the_help_loads_no_plugin(folder: Path) -> None:
    write(folder, "print('LOADED')")
    done = subprocess.run(
        [sys.executable, "-m", "douyinbot", "--help"], cwd=folder, check=True, capture_output=True, text=True
    )
    assert "LOADED" not in done.stdout
