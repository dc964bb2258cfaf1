"""What a test writes of bot.toml, and what becomes of it."""

from pathlib import Path

import pytest

from douyinbot import ConfigError, Drop, command, hookimpl
from douyinbot.testing.settings import settings_of


class Parrot:
    @command("say")
    def say(self, ctx, *, text: str):
        return text

    @hookimpl
    def filter_message(self, message):
        return Drop("not today") if "秘密" in message.text else None


def read(toml: str):
    return settings_of(toml, store="sqlite://", folder=Path())


def test_a_bot_without_settings_is_in_no_hurry_and_has_a_room():
    config = read("")
    assert [(room.id, room.connector, room.send) for room in config.rooms] == [("main", "air", "live")]
    assert (config.send.rate.count, config.send.per_minute, config.send.dedupe) == (1000, 100_000, 0)


def test_what_is_asked_of_the_outbox_holds_and_the_rest_holds_nothing_up():
    send = read('[send]\ndedupe = "60s"\nmax_length = 20\n').send
    assert (send.dedupe, send.max_length, send.burst) == (60, 20, 1000)


def test_other_tables_may_be_given_too():
    config = read('[bot]\nprefix = ["#"]\nstore = "sqlite:///data/bot.sqlite"\n')
    assert (config.bot.prefix, config.bot.store) == (["#"], "sqlite://")


def test_a_room_of_ones_own_takes_the_place_of_the_usual_one():
    config = read('[[rooms]]\nid = "main"\nconnector = "air"\nsend = "approve"\nadmins = ["a"]\n')
    assert [(room.id, room.send, room.admins) for room in config.rooms] == [("main", "approve", ["a"])]


def test_a_whole_bot_toml_runs_without_network_and_without_secrets():
    example = Path(__file__).parents[2] / "bot.example.toml"
    config = read(example.read_text(encoding="utf-8"))
    assert {(room.connector, room.send, room.cookies) for room in config.rooms} == {("air", "live", None)}
    assert config.bot.store == "sqlite://"


def test_rooms_of_the_network_become_rooms_made_of_air():
    toml = """
        [[rooms]]
        id = "dy"
        connector = "douyin"
        url = "https://live.douyin.com/1"
        cookies = "env:NOT_SET"
        sender = "browser"
        [rooms.options]
        proxy = "http://127.0.0.1:1"
    """
    main, dy = read(toml).rooms
    assert (dy.id, dy.connector, dy.url, dy.cookies, dy.sender, dy.options) == (
        *("dy", "air", "", None, "http", {}),
    )
    assert main.id == "main"


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        ('[send]\nrtae = "1/s"', r'test\.toml:2: send\.rtae: unknown key - did you mean "rate"'),
        ("[send", "not valid TOML"),
        ("rooms = [1]", r"test\.toml:1: rooms"),
        ('rooms = "main"', r"test\.toml:1: rooms: expected a list"),
        ('[[rooms]]\nid = "a"\nconnector = "air"\n[[rooms]]\nid = "a"\nconnector = "air"', "used twice"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(toml, problem):
    with pytest.raises(ConfigError, match=problem):
        read(toml)


# ---- why a line is not said, each reason with the settings that bring it about --------------------------


@pytest.fixture
def told(make_bot):
    """Run a scene with a `[send]` of its own; return what was said, and what was not and why."""

    def run(send: str, scene):
        bot = make_bot(f"[send]\n{send}\n")

        async def play():
            await bot.load(Parrot())
            await scene(bot)
            return bot.sent, [(line.text, line.reason) for line in bot.dropped]

        return bot.loop.run_until_complete(play())

    return run


def test_a_filter(told):
    async def scene(bot):
        await bot.chat("!say 秘密")

    assert told("", scene) == ([], [("秘密", "not today")])


def test_a_repetition(told):
    async def scene(bot):
        await bot.chat("!say a")
        await bot.advance("9s")
        await bot.chat("!say a")
        await bot.advance("1s")
        await bot.chat("!say a")

    assert told('dedupe = "10s"', scene) == (["a", "a"], [("a", "said the same 9 s ago")])


def test_a_line_that_waited_too_long(told):
    async def scene(bot):
        for text in "abc":
            await bot.chat(f"!say {text}")
        await bot.advance("30s")

    assert told('rate = "1/8s"\nburst = 1\nttl = "10s"', scene) == (
        ["a", "b"],
        [("c", "waited longer than 10s: rate = 1/8s lets no more through")],
    )


def test_a_bot_that_talks_too_much(told):
    async def scene(bot):
        for number in range(20):
            await bot.chat(f"line {number}", user="小红")
        for number in range(20):
            await bot.chat(f"!say {number}")
        await bot.advance("1m")

    said, dropped = told('share = 0.2\nttl = "20s"', scene)
    assert 0 < len(said) < 20
    assert {reason for _, reason in dropped} == {
        "waited longer than 20s: the bot has had its share of the room's lines"
    }
    assert len(said) + len(dropped) == 20


def test_too_many_lines_at_once(told):
    async def scene(bot):
        for number in range(5):
            await bot.chat(f"!say {number}")

    said, dropped = told('rate = "1/10s"\nburst = 1\nqueue = 2', scene)
    assert said == ["0"]
    assert len(dropped) == 2
    assert all("queue" in reason for _, reason in dropped)
