"""bot.toml's sections: defaults, limits, and who is covered where."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from douyinbot.config import Config, Duration, Rate, Scope, parse_config
from douyinbot.errors import ConfigError

ROOM = '[[rooms]]\nid = "main"\nconnector = "simulator"\n'
TIMER = '[[timers]]\nname = "rules"\nsay = "hi"\n'


def load(text: str = "") -> Config:
    return parse_config(ROOM + text)


def problem(text: str) -> str:
    """The error of a configuration; its table stands on line 4."""
    with pytest.raises(ConfigError) as caught:
        load(text)
    return str(caught.value)


# ---- defaults -----------------------------------------------------------------------------------


def test_a_room_is_all_that_a_configuration_needs() -> None:
    config = load()
    assert (config.bot.name, config.bot.prefix, config.bot.log) == ("小助手", ["!"], "info")
    assert (config.bot.store, config.bot.zone) == ("sqlite:///data/bot.sqlite", ZoneInfo("Asia/Shanghai"))
    assert (config.commands, config.timers, config.web) == ({}, [], None)
    assert (config.plugins.dirs, config.plugins.enable, config.plugins.settings) == ([], [], {})


def test_a_room_listens_only_until_told_to_speak() -> None:
    (room,) = load().rooms
    assert (room.id, room.connector, room.send, room.sender) == ("main", "simulator", "dry", "http")
    assert (room.url, room.cookies, room.owner, room.admins, room.vips) == ("", None, "", [], [])
    assert (room.after_end, room.gift_silence, room.options) == ("wait", 6, {})


def test_sending_is_slow_by_default() -> None:
    send = load().send
    assert (send.rate, send.burst, send.per_minute) == (Rate(1, Duration(4)), 2, 10)
    assert (send.max_length, send.max_parts, send.dedupe, send.ttl) == (50, 3, 60, 20)
    assert (send.queue, send.echo, send.share) == (100, 10, 0.0)


def test_a_timer_posts_in_turn_in_live_rooms_by_default() -> None:
    (timer,) = load(TIMER + 'every = "10m"').timers
    assert (timer.every, timer.lines, timer.jitter, timer.min_lines) == (600, ["hi"], 0, 0)
    assert (timer.only_live, timer.order, timer.priority) == (True, "rotate", "low")
    assert (timer.rooms, timer.except_rooms) == (None, [])


def test_web_listens_on_loopback_and_only_when_asked_for() -> None:
    web = load("[web]\n").web
    assert web is not None
    assert (web.listen, web.token, web.hosts) == ("127.0.0.1:8765", None, [])


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("127.0.0.1:8765", ("127.0.0.1", 8765)),
        ("localhost:0", ("localhost", 0)),
        ("127.8.8.8:1", ("127.8.8.8", 1)),
        ("[::1]:65535", ("::1", 65535)),
    ],
)
def test_web_has_a_host_and_a_port(listen: str, address: tuple[str, int]) -> None:
    web = load(f'[web]\nlisten = "{listen}"').web
    assert web is not None
    assert web.address == address


@pytest.mark.parametrize("listen", ["0.0.0.0:8765", "[::]:8765", "192.168.1.5:8765", "bot.lan:8765"])
def test_web_that_others_can_reach_needs_a_token(listen: str) -> None:
    host = listen.rpartition(":")[0].strip("[]")
    assert problem(f'[web]\nlisten = "{listen}"') == (
        f"bot.toml:4: web: `listen` is open to other computers ({host}), so it needs a `token`; "
        'or write listen = "127.0.0.1:8765"'
    )
    assert load(f'[web]\nlisten = "{listen}"\ntoken = "env:X"').web is not None


def test_text_command_is_for_everybody_by_default() -> None:
    command = load('[commands]\n"群" = "123"\n').commands["群"]
    assert (command.say, command.cooldown, command.role) == ("123", None, "viewer")
    assert (command.aliases, command.hidden) == ([], False)


# ---- limits -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("[bot]\nprefix = []", "bot.toml:4: bot: `prefix` needs at least one entry"),
        ('[bot]\nprefix = ["!", " "]', "bot.toml:4: bot: `prefix` needs at least one entry"),
        ('[bot]\ntimezone = "Asia/Peking"', 'bot.toml:4: bot: "Asia/Peking" is not a time zone'),
        ('[bot]\ntimezone = ""', 'bot.toml:4: bot: "" is not a time zone'),
        ('[bot]\nlog = "loud"', 'bot.toml:5: bot.log: must be one of "debug", "error", "info", "warning"'),
        ('[web]\nlisten = "8765"', "bot.toml:4: web: `listen` must be HOST:PORT"),
        ('[web]\nlisten = "localhost"', "bot.toml:4: web: `listen` must be HOST:PORT"),
        ('[web]\nlisten = ":8765"', "bot.toml:4: web: `listen` must be HOST:PORT"),
        ('[web]\nlisten = "::1:8765"', "bot.toml:4: web: `listen` must be HOST:PORT"),
        ('[web]\nlisten = "127.0.0.1:65536"', "bot.toml:4: web: `listen` must be HOST:PORT"),
        ('[web]\nlisten = "127.0.0.1:８０"', "bot.toml:4: web: `listen` must be HOST:PORT"),
        ("[send]\nburst = 0", "bot.toml:4: send: `burst` must be at least 1"),
        ("[send]\nper_minute = -1", "bot.toml:4: send: `per_minute` must be at least 1"),
        ("[send]\nmax_parts = 0", "bot.toml:4: send: `max_parts` must be at least 1"),
        ("[send]\nqueue = 0", "bot.toml:4: send: `queue` must be at least 1"),
        ("[send]\nmax_length = 9", "bot.toml:4: send: `max_length` must be at least 10"),
        ("[send]\nshare = 1.5", "bot.toml:4: send: `share` is a part of 1"),
        ("[send]\nshare = -0.1", "bot.toml:4: send: `share` is a part of 1"),
        ('[send]\nrate = "0/4s"', 'bot.toml:5: send.rate: "0/4s" is not a rate'),
        ("[send]\nttl = 20", "bot.toml:5: send.ttl: write it as text in quotes"),
        ('[[rooms]]\nid = " "\nconnector = "x"', "bot.toml:4: rooms[1]: a room needs an `id`"),
        (
            '[[rooms]]\nid = "b"\nconnector = "x"\ngift_silence = "500ms"',
            "bot.toml:4: rooms[1]: `gift_silence` must be between 1s and 60s",
        ),
    ],
)
def test_senseless_values_are_refused_with_their_place(table: str, text: str) -> None:
    assert problem(table).startswith(text)


@pytest.mark.parametrize("share", ["0", "1", "0.25"])
def test_share_is_a_part_of_one(share: str) -> None:
    assert load(f"[send]\nshare = {share}").send.share == float(share)


def test_not_a_number_is_no_share() -> None:
    assert "`share` is a part of 1" in problem("[send]\nshare = nan")


# ---- timers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "field", "value"),
    [
        ('every = "5s"', "every", 5),
        ('cron = "0 20 * * fri"', "cron", "0 20 * * fri"),
        ('at = ["20:00", "21:30"]', "at", ["20:00", "21:30"]),
        ('idle = "90s"', "idle", 90),
    ],
)
def test_a_timer_has_one_of_four_ways(when: str, field: str, value: Any) -> None:
    (timer,) = load(TIMER + when).timers
    ways = {name: getattr(timer, name) for name in ("every", "cron", "at", "idle")}
    assert ways == {"every": None, "cron": None, "at": None, "idle": None} | {field: value}


@pytest.mark.parametrize(
    ("when", "text"),
    [
        ("", "a timer needs exactly one of"),
        ('every = "10m"\ncron = "* * * * *"', "a timer needs exactly one of"),
        ('every = "10m"\nat = []', "a timer needs exactly one of"),
        ("at = []", "`at` must not be empty"),
        ('cron = ""', "`cron` must not be empty"),
        ('every = "4s"', "`every` must be at least 5s: a room is not a place to flood"),
        ('every = "0s"', "`every` must be at least 5s"),
        ('idle = "1s"', "`idle` must be at least 5s"),
        ('every = "10m"\nmin_lines = -1', "`min_lines` must not be negative"),
    ],
)
def test_a_timer_that_makes_no_sense_is_refused(when: str, text: str) -> None:
    assert problem(TIMER + when).startswith(f"bot.toml:4: timers[0]: {text}")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("at = '20:00'", "bot.toml:7: timers[0].at: expected a list, got text"),
        ("at = [20]", "bot.toml:7: timers[0].at[0]: expected text, got a whole number"),
        ("order = 'random'", 'bot.toml:7: timers[0].order: must be one of "rotate", "shuffle"'),
        ("priority = 1", 'bot.toml:7: timers[0].priority: must be one of "high", "low", "normal"'),
        ("evry = '10m'", 'bot.toml:7: timers[0].evry: unknown key - did you mean "every"?'),
    ],
)
def test_a_timers_wrong_key_or_value_is_located(line: str, text: str) -> None:
    assert problem(TIMER + line) == text


@pytest.mark.parametrize("say", ["[]", '""', '["hi", " "]', '[""]'])
def test_a_timer_has_something_to_say(say: str) -> None:
    table = f'[[timers]]\nname = "x"\nevery = "10m"\nsay = {say}\n'
    assert "`say` needs at least one text" in problem(table)


# ---- scope --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        (Scope(), ["a", "b", "c"]),
        (Scope(rooms=["a", "b"]), ["a", "b"]),
        (Scope(except_rooms=["a"]), ["b", "c"]),
        (Scope(rooms=["a", "b"], except_rooms=["b"]), ["a"]),
        (Scope(rooms=[]), []),
    ],
)
def test_scope_covers_the_rooms_named_but_not_the_exceptions(scope: Scope, covered: list[str]) -> None:
    assert [room for room in "abc" if scope.covers(room)] == covered
