"""Which command a line calls, and how it rests afterwards. Arguments: test_arguments.py."""

import pytest

from douyinbot.core.commands.arguments import fold, split_words
from douyinbot.core.commands.marks import CommandMark, Cooldown
from douyinbot.core.commands.table import Command, CommandTable, Cooldowns
from douyinbot.errors import PluginError


def nothing(ctx): ...


def make(name: str, *aliases: str, plugin: str = "toy", **mark) -> Command:
    return Command(CommandMark(name, tuple(aliases), **mark), nothing, plugin)


def table(*names: str, prefixes=("!",)) -> CommandTable:
    made = CommandTable(prefixes)
    for name in names:
        made.add(make(name))
    return made


def called(commands: CommandTable, line: str) -> tuple[str, str] | None:
    """The name of the command that a line calls, and the rest of the line."""
    found = commands.find(line)
    return None if found is None else (found[0].mark.name, found[1])


# ---- finding --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("!dice", ""),
        ("！dice", ""),
        ("!DICE", ""),
        ("!ＤｉＣＥ", ""),
        ("！ＤＩＣＥ ６", "６"),
        ("! dice 6", "6"),
        ("  !dice   6  ", "6"),
        ("!dice\u30006", "6"),
        ("!dice\t6 7", "6 7"),
        ("！ 　dice", ""),
    ],
)
def test_one_command_in_many_spellings(line, rest):
    assert called(table("dice"), line) == ("dice", rest)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "!",
        "！",
        "!!!!!",
        "dice",
        "!dic",
        "!dices",
        "!dice6",
        "hello !dice",
        "?dice",
        "!d1ce",
        "!dісе",
        "! ",
        "!\u200bdice",
    ],
)
def test_lines_that_call_nothing(line):
    assert called(table("dice"), line) is None


def test_names_fold_as_lines_do():
    commands = table("Ｄice", "STRASSE", "点歌")
    assert called(commands, "!dice") == ("Ｄice", "")
    assert called(commands, "!straße 5") == ("STRASSE", "5")
    assert called(commands, "!点歌 稻香") == ("点歌", "稻香")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("!dice", "dice"),
        ("#dice", "dice"),
        ("＃dice", "dice"),
        ("bot dice", "dice"),
        ("ＢＯＴ dice", "dice"),
        ("/dice", None),
    ],
)
def test_several_prefixes(line, expected):
    found = called(table("dice", prefixes=["!", "#", "Bot "]), line)
    assert (found and found[0]) == expected


@pytest.mark.parametrize("prefixes", [["!", "!!"], ["!!", "!"]])
def test_the_longest_prefix_wins(prefixes):
    commands = table("dice", "!dice", prefixes=prefixes)
    assert called(commands, "!!dice") == ("dice", "")
    assert called(commands, "!dice") == ("dice", "")


def test_a_full_width_prefix_of_the_configuration_is_the_same_one():
    assert called(table("dice", prefixes=["！"]), "!dice") == ("dice", "")


def test_the_longest_name_wins():
    commands = table("song", "song add", "song add to list please")
    assert called(commands, "!song 稻香") == ("song", "稻香")
    assert called(commands, "!song add 稻香") == ("song add", "稻香")
    assert called(commands, "!SONG   ADD  x") == ("song add", "x")
    assert called(commands, "!song add to 稻香") == ("song add", "to 稻香")
    assert called(commands, "!song add to list please 稻香") == ("song add to list please", "稻香")


def test_all_names_of_a_command_call_it():
    commands = CommandTable()
    commands.add(make("dice", "骰子", "roll it"))
    assert {called(commands, line) for line in ("!dice", "!骰子", "!Roll It")} == {("dice", "")}
    assert [command.names for command in commands] == [("dice", "骰子", "roll it")]


# ---- the table ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "aliases"), [("dice", ()), ("roll", ("ＤＩＣＥ",)), ("骰子", ()), ("r", ("x", "骰子"))]
)
def test_a_name_that_is_taken_names_both_plugins(name, aliases):
    commands = CommandTable()
    commands.add(make("dice", "骰子", plugin="first"))
    with pytest.raises(PluginError, match=r"plugin second: the command name .* is taken by plugin first"):
        commands.add(make(name, *aliases, plugin="second"))


def test_a_refused_command_leaves_no_name_behind():
    commands = CommandTable()
    commands.add(make("dice", plugin="first"))
    with pytest.raises(PluginError):
        commands.add(make("fresh", "dice", plugin="second"))
    assert called(commands, "!fresh") is None


@pytest.mark.parametrize("name", ["", "  ", "\u3000"])
def test_a_command_needs_a_name_that_can_be_typed(name):
    with pytest.raises(PluginError, match="plugin toy: a command needs a name"):
        CommandTable().add(make(name))


def test_a_command_may_repeat_its_own_name():
    commands = CommandTable()
    commands.add(make("dice", "DICE"))
    assert len(list(commands)) == 1


def test_commands_go_with_their_plugin():
    commands = CommandTable()
    commands.add(make("dice", plugin="one"))
    commands.add(make("song", plugin="two"))
    commands.remove_plugin("one")
    assert called(commands, "!dice") is None
    assert called(commands, "!song") == ("song", "")


# ---- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("  a   b\t c　d ", ["a", "b", "c", "d"]),
        ('"a b" c', ["a b", "c"]),
        ("'a b' c", ["a b", "c"]),
        ("“稻 香” x", ["稻 香", "x"]),
        ("‘稻 香’", ["稻 香"]),
        ("「稻 香」『a b』《c d》", ["稻 香", "a b", "c d"]),
        ("＂a b＂", ["a b"]),
        ('""', [""]),
        ('"open quote', ['"open', "quote"]),
        ("it's fine", ["it's", "fine"]),
        ('a"b c"', ['a"b', 'c"']),
        ('“mixed"', ['“mixed"']),
        ("「a」b", ["a", "b"]),
    ],
)
def test_words_and_quotes(text, words):
    assert split_words(text) == words


def test_folding_takes_width_and_case_away():
    assert fold("！ＤＩＣＥ６ß") == "!dice6ss"


# ---- cooldowns ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cooldown", "same_user", "other_user", "other_room"),
    [
        (Cooldown(user=3), 3, 0, 0),
        (Cooldown(room=3), 3, 3, 0),
        (Cooldown(everywhere=3), 3, 3, 3),
        (Cooldown(user=9, room=3), 9, 3, 0),
        (Cooldown(), 0, 0, 0),
    ],
    ids=["user", "room", "everywhere", "the longer one", "none"],
)
def test_a_command_rests_after_use(cooldown, same_user, other_user, other_room):
    cooldowns, command = Cooldowns(), make("dice", cooldown=cooldown)
    assert cooldowns.remaining(command, "1", "main", 100.0) == 0
    cooldowns.use(command, "1", "main", 100.0)
    assert cooldowns.remaining(command, "1", "main", 100.0) == same_user
    assert cooldowns.remaining(command, "2", "main", 100.0) == other_user
    assert cooldowns.remaining(command, "2", "other", 100.0) == other_room


def test_a_rest_is_over_when_its_time_is():
    cooldowns, command = Cooldowns(), make("dice", cooldown=Cooldown(user=3))
    cooldowns.use(command, "1", "main", 100.0)
    assert cooldowns.remaining(command, "1", "main", 102.5) == 0.5
    assert cooldowns.remaining(command, "1", "main", 103.0) == 0


def test_commands_of_one_name_in_two_plugins_rest_apart():
    cooldowns = Cooldowns()
    one, two = (make("dice", plugin=name, cooldown=Cooldown(everywhere=3)) for name in ("one", "two"))
    cooldowns.use(one, "1", "main", 0.0)
    assert cooldowns.remaining(two, "1", "main", 0.0) == 0


def test_finished_rests_are_forgotten():
    cooldowns, command = Cooldowns(), make("dice", cooldown=Cooldown(user=1))
    for number in range(12_000):
        cooldowns.use(command, str(number), "main", float(number))
    assert len(cooldowns._free_at) <= 10_001
