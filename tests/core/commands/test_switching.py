"""Which commands can be switched on and off, and by which names."""

import asyncio

import pytest

from douyinbot import command
from douyinbot.core.commands.marks import marks_of
from douyinbot.core.commands.switching import ORDERS, CommandSwitches
from douyinbot.core.commands.table import Command, CommandTable
from douyinbot.core.plugins.roster import Refused
from douyinbot.core.switches import Switches


class Store:
    """What the switches need of one: a dict."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}

    async def set(self, key: str, value: object) -> None:
        self.values[key] = value

    async def delete(self, key: str) -> bool:
        return self.values.pop(key, None) is not None


@command("song list", aliases=["歌单"])
def songs(ctx):
    return None


@command("pause")
def pause(ctx):
    return None


@pytest.fixture
def commands():
    table = CommandTable(["!"])
    table.add(Command(marks_of(songs)[0][0], songs, "songs"))
    table.add(Command(marks_of(pause)[0][0], pause, ORDERS))
    return CommandSwitches(table, Switches(Store(), lambda: None)), table


@pytest.mark.parametrize("name", ["song list", "Song  List", "!song list", "！歌单", "歌单"])
def test_any_name_of_a_command_will_do(commands, name):
    switches, _ = commands
    assert asyncio.run(switches.switch(name, "main", on=False)) == "song list"
    assert (switches.off("main"), switches.off("side")) == (["song list"], [])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pause", "pause is the bot's own: it cannot be switched off"),
        ("songlist", 'there is no command "songlist" - did you mean "song list"'),
        ("!song list x", "there is no command"),
    ],
)
def test_what_cannot_be_switched_is_refused(commands, name, words):
    with pytest.raises(Refused, match=words):
        asyncio.run(commands[0].switch(name, "main", on=False))


def test_a_command_whose_plugin_has_gone_can_be_switched_on_again(commands):
    switches, table = commands
    asyncio.run(switches.switch("歌单", "main", on=False))
    table.remove_plugin("songs")
    assert asyncio.run(switches.switch("song list", "main", on=True)) == "song list"
    assert switches.off("main") == []
