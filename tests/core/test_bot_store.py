"""A whole bot on every kind of database: what it remembers over a restart, and what a rehearsal does not.

PostgreSQL takes part if DOUYINBOT_TEST_POSTGRES names a database that may be written to.
"""

import os

import pytest

from douyinbot import Connected
from douyinbot.testing import BotHarness

POSTGRES = os.environ.get("DOUYINBOT_TEST_POSTGRES", "")
TOML = """
    [plugins]
    enable = ["dice", "text_commands", "points"]
    [commands]
    "次" = "第 $(count calls) 次"
    [[rooms]]
    id = "real"
    connector = "air"
    send = "live"
"""


@pytest.fixture(params=["sqlite", "postgres"])
def store(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/bot.sqlite"
    if not POSTGRES:
        pytest.skip("not tested on PostgreSQL: DOUYINBOT_TEST_POSTGRES names no database")
    return POSTGRES


@pytest.fixture
def bot(make_bot, store):
    return make_bot(TOML, store=store)


async def forget(bot):
    """Remove what the bot has written: a server's database outlives the test."""
    for name in ("bot.toml", "bot.journal", "text_commands", "points", "dice"):
        for key in await bot.store(name).keys():
            await bot.store(name).delete(key)


async def test_a_bot_remembers_what_it_was_told(bot, store):
    await forget(bot)
    assert await bot.chat("!addcom 歌单 晴天", role="admin") == ["命令 歌单 加上了"]
    assert await bot.chat("!次") == ["第 1 次"]
    assert await bot.chat("!command dice off", role="owner") == ["dice 关了"]
    await bot._finish(bot.loop.create_task(bot._bot.control.disable("points")))
    assert await bot.chat("!dice") == []
    await bot.stop()

    again = BotHarness(TOML, loop=bot.loop, store=store)
    await again.start()
    try:
        assert await again.chat("!歌单") == ["晴天"]
        assert await again.chat("!次") == ["第 2 次"]
        assert await again.chat("!dice") == []
        assert {state.name: state.status for state in again._bot.control.plugins()}["points"] == "off"
        assert [entry.cause for entry in again.engine.journal.find()] == ["off"]
        assert again.problems == []
    finally:
        await forget(again)
        await again.stop()


async def test_a_rehearsal_leaves_no_trace(bot):
    await forget(bot)
    now = bot.clock.now()
    await bot.emit(Connected(time=now, received=now, room="real"))
    await bot.emit("chat", user="真人", comment="!次", room="real", simulated=False)
    for _ in range(3):
        bot._bot.puppets.say("real", bot._bot.puppets.viewer("木偶", "admin"), "!次")
        await bot.settle()
        await bot.advance("10s")
    assert [(line.text, str(line.state)) for line in bot.receipts] == [
        ("第 1 次", "unseen"),  # this room echoes no real lines
        ("第 2 次", "dry"),
        ("第 3 次", "dry"),
        ("第 4 次", "dry"),
    ]
    assert await bot.store("bot.toml").get("count:calls") == 1
    await forget(bot)
