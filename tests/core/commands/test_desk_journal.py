"""What the journal has of commands that were not started."""

import pytest

from douyinbot import command
from douyinbot.core.dispatch.lane import FAILURES


@pytest.fixture
def toy(plugin):
    @command("boom")
    def boom(ctx):
        raise ValueError("boom")

    @command("clean", role="admin", cooldown={"room": "5s"})
    def clean(ctx, count: int):
        return f"cleaned {count}"

    return plugin(boom, clean)


def obstacles(bot):
    return [(entry.handler, entry.cause, entry.why) for entry in bot.engine.journal.find() if not entry.line]


async def test_roles_and_cooldowns_are_noted(bot, toy):
    await bot.load(toy)
    assert await bot.chat("!clean 3", role="fans") == []
    assert await bot.chat("!clean 3", role="admin") == ["cleaned 3"]
    await bot.advance("1s")
    assert await bot.chat("!clean 3", role="owner") == []
    assert obstacles(bot) == [
        ("!clean", "role", "it is for admin, and who called it is fans"),
        ("!clean", "cooldown", "it rests for 4 s more"),
    ]
    assert bot.engine.counts["command on cooldown"] == 1


async def test_a_plugin_that_rests_is_noted(bot, toy):
    await bot.load(toy)
    for _ in range(FAILURES + 1):
        await bot.chat("!boom")
    *failures, rests = obstacles(bot)
    assert failures == [("!boom", "error", "it failed with ValueError: boom")] * FAILURES
    assert rests == ("!boom", "resting", "plugin toy failed too often, and is left alone for a while")
    assert await bot.chat("!why", role="owner") == ["!boom: 插件出错太多，在休息"]


async def test_wrong_arguments_get_a_usage_line_which_uses_nothing_up(bot, toy):
    await bot.load(toy)
    assert await bot.chat("!clean many", role="admin") == ["count 应为整数。用法: !clean <count>"]
    assert await bot.chat("!clean 2", role="admin") == ["cleaned 2"]
    assert [entry.handler for entry in bot.engine.journal.recent] == ["!clean", "!clean"]
    assert obstacles(bot) == []


@pytest.mark.parametrize("line", ["clean 3", "!nothing", "hello"])
async def test_lines_that_call_nothing_are_not_noted(bot, toy, line):
    await bot.load(toy)
    assert await bot.chat(line, role="admin") == []
    assert list(bot.engine.journal.recent) == []
