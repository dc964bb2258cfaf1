"""Reading bot.toml: everything in its place, and every mistake named with file, line and key."""

from pathlib import Path

import pytest

from douyinbot.config import Duration, Rate, load_config, parse_config
from douyinbot.errors import ConfigError
from tests import canaries

CANARY = canaries.SESSION_ID
ROOM = '[[rooms]]\nid = "main"\nconnector = "simulator"\n'
TIMER = '[[timers]]\nname = "t"\nsay = "x"\nevery = "5m"\n'

WHOLE = """\
[bot]
name = "小助手"
prefix = ["!", "#"]
timezone = "Europe/Berlin"
store = "sqlite:///data/bot.sqlite"
log = "debug"

[[rooms]]
id = "main"
connector = "douyin"
url = "https://live.douyin.com/516466932480"
cookies = "env:DOUYIN_COOKIE"
send = "live"
owner = "900"
admins = ["5"]
[rooms.options]
push_hosts = ["ws://127.0.0.1:9000"]

[[rooms]]
id = "second"
connector = "simulator"
after_end = "stop"

[send]
rate = "1/4s"
share = 0.5

[plugins]
dirs = ["plugins"]
enable = ["dice", "gift_thanks"]
[plugins.gift_thanks]
text = "谢谢 $(user)"
rooms = ["main"]
[plugins.dice]
sides = 6

[commands]
"群" = "粉丝群 123456"
"多" = ["一", "二"]
"uptime" = { say = "已开播 $(uptime)", cooldown = "30s", role = "fans", aliases = ["时长"], hidden = true }

[[timers]]
name = "rules"
every = "10m"
jitter = "90s"
say = ["点点关注不迷路", "想听歌发 !点歌 歌名"]
order = "shuffle"
except_rooms = ["second"]

[web]
listen = "127.0.0.1:9999"
token = "file:token.txt"
"""


def problem(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_config(text)
    return str(caught.value)


# ---- right --------------------------------------------------------------------------------------


def test_a_whole_configuration_is_read() -> None:
    config = parse_config(WHOLE, folder=Path("/etc/bot"))
    assert (config.bot.name, config.bot.prefix, str(config.bot.zone)) == (
        "小助手",
        ["!", "#"],
        "Europe/Berlin",
    )
    main, second = config.rooms
    assert (main.id, main.send, main.owner, main.admins) == ("main", "live", "900", ["5"])
    assert (str(main.cookies), main.options) == ("env:DOUYIN_COOKIE", {"push_hosts": ["ws://127.0.0.1:9000"]})
    assert (second.connector, second.after_end) == ("simulator", "stop")
    assert (config.send.rate, config.send.share) == (Rate(1, Duration(4)), 0.5)
    assert (config.plugins.dirs, config.plugins.enable) == (["plugins"], ["dice", "gift_thanks"])
    assert config.plugins.settings == {
        "gift_thanks": {"text": "谢谢 $(user)", "rooms": ["main"]},
        "dice": {"sides": 6},
    }
    assert (config.commands["群"].say, config.commands["多"].say) == ("粉丝群 123456", ["一", "二"])
    uptime = config.commands["uptime"]
    assert (uptime.cooldown, uptime.role, uptime.aliases, uptime.hidden) == (30, "fans", ["时长"], True)
    (timer,) = config.timers
    assert (timer.every, timer.jitter, timer.order) == (600, 90, "shuffle")
    assert (timer.covers("main"), timer.covers("second")) == (True, False)
    assert config.web is not None
    assert (config.web.listen, config.folder) == ("127.0.0.1:9999", Path("/etc/bot"))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_editors_may_save_as_they_like(tmp_path: Path, newline: str, encoding: str) -> None:
    path = tmp_path / "bot.toml"
    path.write_bytes(WHOLE.replace("\n", newline).encode(encoding))
    config = load_config(path)
    assert config.commands["群"].say == "粉丝群 123456"
    assert config.folder == tmp_path.resolve()


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines_are_right_however_the_file_was_saved(tmp_path: Path, newline: str) -> None:
    path = tmp_path / "bot.toml"
    path.write_bytes((ROOM + '[bot]\nlgo = "info"\n').replace("\n", newline).encode("utf-8-sig"))
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert str(caught.value) == f'{path}:5: bot.lgo: unknown key - did you mean "log"?'


def test_files_are_meant_relative_to_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "cookie.txt").write_text(CANARY)
    (tmp_path / "bot.toml").write_text(ROOM + 'cookies = "file:cookie.txt"\n')
    (room,) = load_config(tmp_path / "bot.toml").rooms
    assert room.cookies is not None
    assert room.cookies.reveal() == CANARY


# ---- wrong --------------------------------------------------------------------------------------

TABLES = "bot, commands, plugins, rooms, send, timer_groups, timers, web"
ROOM_KEYS = (
    "admins, after_end, browser, connector, cookies, gift_silence, id, options, owner, send, sender, "
    "url, vips"
)
NO_ROOM_MAN = 'there is no room "man"'
NO_ROOM_B = 'there is no room "b"'
ROLES = '"admin", "fans", "follower", "owner", "viewer"'


@pytest.mark.parametrize(
    ("text", "place", "complaint"),
    [
        ("[bott]", "1: bott", 'unknown key - did you mean "bot"?'),
        ("\nzzz = 1", "2: zzz", f"unknown key (known: {TABLES})"),
        ('[bot]\nprefixes = ["!"]', "2: bot.prefixes", 'unknown key - did you mean "prefix"?'),
        ("[bot]\nname = 5", "2: bot.name", "expected text, got a whole number"),
        ("bot = 5", "1: bot", "expected a table, got a whole number"),
        ("[[bot]]", "1: bot", "expected a table, got a list"),
        ('[rooms]\nid = "a"', "1: rooms", "expected a list, got a table"),
        ('[[rooms]]\nid = "a"', "1: rooms[0]", "the key `connector` is missing"),
        ('[[rooms]]\nconnector = "x"', "1: rooms[0]", "the key `id` is missing"),
        (f"plugins = 5\n{ROOM}", "1: plugins", "expected a table"),
        (f"commands = []\n{ROOM}", "1: commands", "expected a table"),
        (ROOM * 2, "5: rooms[1].id", 'the room id "main" is used twice'),
    ],
)
def test_mistakes_are_named_with_line_key_and_what_is_right(text: str, place: str, complaint: str) -> None:
    assert problem(text) == f"bot.toml:{place}: {complaint}"


@pytest.mark.parametrize(
    ("text", "place", "complaint"),
    [
        ('[[rooms]]\nconector = "x"', "5: rooms[1].conector", 'unknown key - did you mean "connector"?'),
        ('send = "yes"', "4: rooms[0].send", 'must be one of "approve", "dry", "live"'),
        ("admins = [5]", "4: rooms[0].admins[0]", "expected text, got a whole number"),
        ("options = []", "4: rooms[0].options", "expected a table, got a list"),
        ("zzz = 5", "4: rooms[0].zzz", f"unknown key (known: {ROOM_KEYS})"),
        ("[send]\nbrust = 3", "5: send.brust", 'unknown key - did you mean "burst"?'),
        ("[send]\nburst = 1.5", "5: send.burst", "expected a whole number, got a number"),
        ('[plugins]\nenabled = ["dice"]', "5: plugins.enabled", 'unknown key - did you mean "enable"?'),
        ("[plugins]\nsettings = 1", "5: plugins.settings", "unknown key (known: dirs, enable)"),
        ("[plugins]\nenable = true", "5: plugins.enable", "expected a list, got true or false"),
        ("[plugins]\nenable = { x = 1 }", "5: plugins.enable", "expected a list, got a table"),
        ('[plugins.dirs]\nx = "y"', "4: plugins.dirs", "expected a list, got a table"),
        ("[commands]\nx = 5", "5: commands.x", "expected a table, got a whole number"),
        ('[commands]\n"群" = { sya = "x" }', "5: commands.群.sya", 'unknown key - did you mean "say"?'),
        ('[commands]\nx = { role = "fans" }', "5: commands.x", "the key `say` is missing"),
        ('[commands.x]\nsay = "x"\nrole = "boss"', "6: commands.x.role", f"must be one of {ROLES}"),
        ("[web]\nlisten = 8765", "5: web.listen", "expected text, got a whole number"),
        # rooms that plugins and timers name
        ('[plugins.x]\nrooms = ["man"]', "5: plugins.x.rooms", f"{NO_ROOM_MAN} - did you mean \"main\"?"),
        ('[plugins.x]\nexcept_rooms = ["b"]', "5: plugins.x.except_rooms", f"{NO_ROOM_B} (known: main)"),
        ('[plugins.x]\nrooms = "main"', "5: plugins.x.rooms", "expected a list, got text"),
        ("[plugins.x]\nrooms = 5", "5: plugins.x.rooms", "expected a list, got a whole number"),
        ("[plugins.x]\nrooms = false", "5: plugins.x.rooms", "expected a list, got true or false"),
        ("[plugins.x]\nrooms = [5]", "5: plugins.x.rooms[0]", "expected text, got a whole number"),
        (f'{TIMER}rooms = ["b"]', "8: timers[0].rooms", f"{NO_ROOM_B} (known: main)"),
        (f'{TIMER}except_rooms = ["b"]', "8: timers[0].except_rooms", f"{NO_ROOM_B} (known: main)"),
        (TIMER * 2, "9: timers[1].name", 'the timer name "t" is used twice'),
    ],
)  # fmt: skip
def test_mistakes_after_a_room_are_named_so_too(text: str, place: str, complaint: str) -> None:
    assert problem(ROOM + text) == f"bot.toml:{place}: {complaint}"


def test_a_configuration_without_a_room_is_told_how_to_add_one() -> None:
    assert problem("") == "bot.toml: there is no room; add a [[rooms]] table (see bot.example.toml)"


def test_a_plugins_own_settings_are_left_to_the_plugin() -> None:
    settings = parse_config(ROOM + "[plugins.x]\nanything = { goes = [1, 2] }\n").plugins.settings
    assert settings == {"x": {"anything": {"goes": [1, 2]}}}


@pytest.mark.parametrize(
    ("text", "line"),
    [("[bot", 1), ("a = ", 1), ("a = 1\na = 2", 2), ('\nx = "\n', 2), ('[bot]\nname = "x"\nlog = info\n', 3)],
)
def test_broken_toml_is_named_with_its_line(text: str, line: int) -> None:
    assert problem(text).startswith(f"bot.toml:{line}: this is not valid TOML: ")


# ---- files --------------------------------------------------------------------------------------


def test_a_missing_file_is_named_with_where_to_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no such file\. Start from bot\.example\.toml") as caught:
        load_config(tmp_path / "nowhere.toml")
    assert str(caught.value).startswith(str(tmp_path / "nowhere.toml"))


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-16", "gbk"])
def test_other_encodings_are_refused_with_what_to_do(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "bot.toml"
    path.write_bytes(WHOLE.encode(encoding))
    with pytest.raises(ConfigError, match="not UTF-8 text; save it as UTF-8"):
        load_config(path)


# ---- secrets ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        f'cookies = "{CANARY}"',
        f'cookies = "sessionid={CANARY}; ttwid=1"',
        f'cookies = "env:sessionid={CANARY}"',
        f'cookies = ["{CANARY}"]',
        f'cookies = {{ sessionid = "{CANARY}" }}',
        f'cookies = "{CANARY}',
        f'cookies = """{CANARY}',
        f'cookies = {CANARY}',
        f'cookie = "{CANARY}"',
        f'cookies = "env:X"\ncookies = "{CANARY}"',
        f'[web]\ntoken = "{CANARY}"',
        f'[web]\ntoken = "{CANARY}"\ntokn = "{CANARY}"',
    ],
)  # fmt: skip
def test_a_secret_written_into_the_file_is_refused_and_not_repeated(line: str) -> None:
    assert CANARY not in problem(ROOM + line)


def test_a_configuration_does_not_show_its_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUYIN_COOKIE", CANARY)
    config = parse_config(WHOLE)
    assert config.rooms[0].cookies is not None
    assert config.rooms[0].cookies.reveal() == CANARY
    assert CANARY not in repr(config) + str(config) + repr(config.rooms)


def test_the_texts_of_the_examples_timers_do_not_come_again_within_dedupe():
    config = load_config(Path(__file__).parents[2] / "bot.example.toml")
    announce = config.plugins.settings["announce"]
    spoken = [(timer.every, timer.say) for timer in config.timers]
    for every, say in [*spoken, (Duration.parse(announce["every"]), announce["say"])]:
        assert every * len(say) > config.send.dedupe
