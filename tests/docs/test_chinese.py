"""docs/README.zh-CN.md: the README's commands and snippets, every hook and command, the warnings."""

import inspect
from typing import Any

import click

from douyinbot import hookspecs
from douyinbot.cli import COMMANDS, group
from douyinbot.outbox import State

HOOKS = [name for name, value in vars(hookspecs).items() if hasattr(value, "douyinbot_spec")]


def test_the_command_block_is_the_readme_s(chinese_md: Any, readme_md: Any) -> None:
    (own,), (original,) = chinese_md.blocks("sh run"), readme_md.blocks("sh run")
    assert own.text == original.text


def test_plugin_and_test_are_the_readme_s(chinese_md: Any, readme_md: Any) -> None:
    for kind in ("python plugin", "python test"):
        (own,), (original,) = chinese_md.blocks(kind), readme_md.blocks(kind)
        assert own.text == original.text


def test_the_plugin_has_about_ten_lines(chinese_md: Any) -> None:
    (plugin,) = chinese_md.blocks("python plugin")
    assert len(plugin.text.splitlines()) <= 10


def test_every_hook_is_there(chinese_md: Any) -> None:
    rows = chinese_md.section("钩子").table("钩子")
    assert sorted(row.code("钩子")[0] for row in rows) == sorted(HOOKS)
    assert all(inspect.isfunction(getattr(hookspecs, name)) for name in HOOKS)


def test_every_command_is_there_with_its_options(chinese_md: Any) -> None:
    rows = {row.code("命令")[0].split()[1]: row.first for row in chinese_md.section("命令行").table("命令")}
    assert list(rows) == list(COMMANDS)
    for name, shown in rows.items():
        command = group.get_command(click.Context(group), name)
        assert command is not None
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert f"[{parameter.opts[-1]}" in shown


def test_every_state_is_there(chinese_md: Any) -> None:
    section = chinese_md.section("一句话的去向")
    assert [state for state in State if state not in section.text] == []


def test_the_warnings_are_there(chinese_md: Any) -> None:
    for warning in ("网页协议不是官方的", "一句也不会真的发送", "插件没有沙箱", "平台说停，它就停"):
        assert warning in chinese_md.text
