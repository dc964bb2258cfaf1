"""docs/README.zh-CN.md: the README's commands and snippets, every hook and command, the warnings."""

import inspect
from typing import Any

import click

from douyinbot import hookspecs
from douyinbot.cli import COMMANDS, group
from douyinbot.config import parse_config
from douyinbot.connectors.catalogue import platform_of
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


def test_rooms_and_the_bot_on_both_platforms_are_the_readme_s(chinese_md: Any, readme_md: Any) -> None:
    """The same forms of addresses; the same bot.toml, which is one; the same example of TikTok."""
    own, original = chinese_md.section("直播间"), readme_md.section("Rooms")
    forms = [code for row in own.table("写法") for code in row.code("写法")]
    assert forms == [code for row in original.table("it may be") for code in row.code("it may be")]
    (bot,), (same,) = own.blocks("toml"), original.blocks("toml")
    assert bot.text == same.text
    assert [(room.connector, room.url) for room in parse_config(bot.text).rooms] == [
        ("douyin", "https://live.douyin.com/516466932480"),
        ("tiktok", "https://www.tiktok.com/@some.name/live"),
    ]
    for connector, url in ((room.connector, room.url) for room in parse_config(bot.text).rooms):
        assert platform_of(url) == connector
    (client,), (english,) = chinese_md.blocks("python tiktok"), readme_md.blocks("python tiktok")
    assert client.text == english.text
    for command in (
        "douyinbot simulate --serve 127.0.0.1:9000",
        "listen http://127.0.0.1:9000/@some.name/live",
    ):
        assert command in own.flat
        assert command in original.flat


def test_the_table_of_the_seed_has_the_readme_s_rows(chinese_md: Any, readme_md: Any) -> None:
    column = "TikTok-Live-Connector"
    own, original = chinese_md.table(column), readme_md.table(column)
    names = [[(row.first, row["`LiveClient`"]) for row in rows] for rows in (own, original)]
    assert names[0] == names[1]
    assert [bool(row["说明"]) for row in own] == [bool(row["what to know"]) for row in original]


def test_every_bundled_plugin_is_there_as_in_the_readme(chinese_md: Any, readme_md: Any) -> None:
    names = [row.code("自带的插件")[0] for row in chinese_md.table("自带的插件")]
    assert names == [row.code("bundled plugin")[0] for row in readme_md.table("bundled plugin")]


def test_it_says_that_what_it_links_to_is_english(chinese_md: Any) -> None:
    assert "本页链接到的文档都是英文" in chinese_md.text


def test_every_state_is_there(chinese_md: Any) -> None:
    section = chinese_md.section("一句话的去向")
    assert [state for state in State if state not in section.text] == []


def test_the_warnings_are_there(chinese_md: Any) -> None:
    for warning in ("网页协议不是官方的", "一句也不会真的发送", "插件没有沙箱", "平台说停，它就停"):
        assert warning in chinese_md.text
