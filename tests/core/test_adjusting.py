"""bot.toml changes while the bot runs."""

import pytest

from douyinbot.config import load_config
from douyinbot.core.adjusting import LOOK_EVERY, Adjuster

CONFIG = """
[bot]
store = "sqlite://"
[[rooms]]
id = "main"
connector = "air"
send = "live"
owner = "owner"
[send]
rate = "1000/1s"
burst = 1000
per_minute = 100000
dedupe = "0s"
"""
TOML = """
[commands]
"群" = "{group}"
[plugins]
enable = ["gift_thanks"]
[plugins.gift_thanks]
text = "{thanks}"
[[timers]]
name = "rules"
every = "{every}"
say = "{rules}"
"""
FIRST = {"group": "123", "thanks": "谢谢 $(user)", "every": "1h", "rules": "点关注"}


@pytest.fixture
def bot(make_bot):
    return make_bot(TOML.format(**FIRST))


@pytest.fixture
def edit(bot, tmp_path):
    """Write another bot.toml, and let the bot read it."""
    file = tmp_path / "bot.toml"

    async def change(more="", **texts):
        file.write_text(CONFIG + TOML.format(**{**FIRST, **texts}) + more, encoding="utf-8")
        adjuster = Adjuster(bot.engine, bot._bot.control.roster, bot._bot.notify)
        await bot._finish(bot.loop.create_task(adjuster.read(file)))
        return bot.notices[-1].text if bot.notices else ""

    return change


async def gift(bot):
    return [*await bot.gift("小红", "玫瑰"), *await bot.advance("10s")]


async def test_texts_and_settings_are_taken_over(bot, edit):
    assert await bot.chat("!群") == ["123"]
    told = await edit(group="456", thanks="多谢 $(user)", rules="发 !dice")
    assert told == (
        "bot.toml has changed: [[timers]], [commands], [plugins.gift_thanks], which has started again"
    )
    assert await bot.chat("!群", user="b") == ["456"]
    assert await gift(bot) == ["多谢 小红"]
    assert await bot.advance("1h") == ["发 !dice"]
    assert bot.problems == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"group": "$(nix)"}, "unknown variable $(nix)"),
        ({"rules": "$(nix)"}, "unknown variable $(nix)"),
        ({"every": "soon"}, "is not a duration"),
        ({"more": "[plugins.gift_thanks.x]\n"}, "unknown key"),
        ({"more": "[nix]\n"}, "unknown key"),
        ({"thanks": "$(nix)"}, "unknown variable $(nix)"),
    ],
)
async def test_what_is_wrong_changes_nothing(bot, edit, change, words):
    told = await edit(**change)
    assert words in told
    assert told.endswith("The bot goes on with what it had before.")
    assert await bot.chat("!群") == ["123"]
    assert await gift(bot) == ["谢谢 小红"]
    assert await bot.advance("1h") == ["点关注"]


async def test_what_needs_a_restart_is_named(bot, edit):
    assert await edit("[web]\n") == "bot.toml has changed: [web] needs a restart"
    assert bot.engine.config.web is None


async def test_a_timer_that_is_the_same_goes_on(bot, edit):
    await bot.advance("40m")
    assert await edit(group="456") == "bot.toml has changed: [commands]"
    assert await bot.advance("21m") == ["点关注"]


async def test_the_file_is_watched(bot, tmp_path):
    file = tmp_path / "bot.toml"
    file.write_text(CONFIG + TOML.format(**FIRST), encoding="utf-8")
    bot.engine.config = load_config(file)
    watching = bot.loop.create_task(Adjuster(bot.engine, bot._bot.control.roster, bot._bot.notify).watch())
    await bot.advance(3 * LOOK_EVERY)
    assert bot.notices == []
    file.write_text(CONFIG + TOML.format(**{**FIRST, "group": "45678"}), encoding="utf-8")
    await bot.advance(2 * LOOK_EVERY)
    assert await bot.chat("!群") == ["45678"]
    file.unlink()
    await bot.advance(2 * LOOK_EVERY)
    watching.cancel()
    assert [notice.text for notice in bot.notices] == ["bot.toml has changed: [commands]"]
