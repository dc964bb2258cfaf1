"""The command line as a whole: help, version, exit codes, and how soon it is there."""

import importlib
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import click
import pytest

from douyinbot import __version__
from douyinbot.cli import COMMANDS


def test_help_and_version_need_no_heavy_imports() -> None:
    code = (
        "import sys; sys.argv = ['douyinbot', '--help']\n"
        "from douyinbot.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "names = 'aiohttp sqlalchemy rich apscheduler websockets google.protobuf'.split()\n"
        "heavy = set(names) & set(sys.modules)\n"
        "print('heavy:', *heavy)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "heavy:"


def test_the_version(invoke: Callable[..., Any]) -> None:
    asked = invoke("--version")
    assert asked.code == 0
    assert asked.out == [f"douyinbot {__version__}"]


def test_help_lists_every_command(invoke: Callable[..., Any]) -> None:
    asked = invoke("--help")
    assert asked.code == 0
    assert all(any(line.strip().startswith(name) for line in asked.out) for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_in_the_module_of_its_name(name: str) -> None:
    command = getattr(importlib.import_module(f"douyinbot.cli.{name}"), name)
    assert isinstance(command, click.Command)
    assert command.help


@pytest.mark.parametrize("arguments", [["walk"], ["run"], ["run", "x.toml", "--nonsense"]])
def test_wrong_arguments_exit_2(invoke: Callable[..., Any], arguments: list[str]) -> None:
    asked = invoke(*arguments)
    assert asked.code == 2
    assert any(line.startswith("Error:") for line in asked.err)
