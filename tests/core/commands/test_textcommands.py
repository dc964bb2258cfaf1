import pytest

from douyinbot import ConfigError

TOML = """
[commands]
"群" = "粉丝群 123456"
hi = ["你好 $(user)", "{嗨/嘿} $(user)"]
echo = "$(user) 说 $(rest) ($(1))"
deaths = "死了 $(count deaths) 次"
uptime = { say = "已开播 $(uptime)", cooldown = "30s", aliases = ["时长"] }
secret = { say = "秘密", role = "fans", hidden = true }
"""
configured = pytest.mark.parametrize("bot", [TOML], indirect=True, ids=["toml"])


@configured
async def test_a_text_command_says_its_text(bot):
    assert await bot.chat("！群") == ["粉丝群 123456"]
    assert await bot.chat("!nothing") == []


@configured
async def test_of_several_texts_one_is_said(bot):
    said = {(await bot.chat("!hi", f"观众{number}"))[0].partition(" ")[0] for number in range(20)}
    assert said == {"你好", "嗨", "嘿"}


@configured
async def test_arguments_are_put_in_as_they_were_typed(bot):
    assert await bot.chat("!echo $(user) {a/b}") == ["小明 说 $(user) {a/b} ($(user))"]
    assert await bot.chat("!echo") == ["小明 说 ()"]


@configured
async def test_counters_are_kept_in_the_store(bot):
    assert [await bot.chat("!deaths") for _ in range(3)] == [[f"死了 {n} 次"] for n in (1, 2, 3)]
    assert await bot.store("bot.toml").get("count:deaths") == 3


@configured
async def test_aliases_share_the_cooldown_of_the_whole_room(bot):
    assert await bot.chat("!uptime", "小明") == ["已开播 0分钟"]
    assert await bot.chat("!时长", "小红") == []
    await bot.advance("10m")
    assert await bot.chat("!时长", "小红") == ["已开播 10分钟"]


@configured
async def test_a_role_may_be_needed(bot):
    assert await bot.chat("!secret") == []
    assert await bot.chat("!secret", "小红", role="fans") == ["秘密"]
    assert [each.mark.hidden for each in bot.engine.commands if each.mark.name == "secret"] == [True]


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        (
            '[commands]\nx = "$(usr)"',
            r'test\.toml:\d+: commands\.x: unknown variable \$\(usr\) - did you mean "user"\?',
        ),
        ("[commands]\nx = []", r"commands\.x: `say` needs at least one text"),
        (
            '[commands]\nx = { say = "a", aliases = ["y"] }\ny = "b"',
            r'test\.toml:\d+: commands: .*name "y" is taken',
        ),
        ('[commands]\n" " = "a"', r"commands: .*a command needs a name"),
    ],
    ids=["unknown variable", "no text", "one name twice", "empty name"],
)
def test_a_wrong_text_command_stops_the_start(make_bot, toml, problem):
    with pytest.raises(ConfigError, match=problem):
        make_bot(toml)


@pytest.mark.parametrize(
    "bot",
    [
        """
        [[rooms]]
        id = "side"
        connector = "air"
        send = "live"
        [commands]
        here = { say = "main only", rooms = ["main"] }
        there = { say = "not in main", except_rooms = ["main"] }
        """
    ],
    indirect=True,
)
async def test_a_text_command_may_be_for_some_rooms_only(bot):
    assert [await bot.chat(line) for line in ("!here", "!there")] == [["main only"], []]
    assert [await bot.chat(line, room="side") for line in ("!here", "!there")] == [[], ["not in main"]]
    assert {entry.why for entry in bot.engine.journal.find()} == {"it is not for this room"}
    assert [info.name for info in bot.engine.desk.infos(bot.engine.rooms["side"], None)] == ["there"]
