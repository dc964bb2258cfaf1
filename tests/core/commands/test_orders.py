"""Commands in the chat by which the streamer decides."""

import pytest

from douyinbot import command
from douyinbot.core.commands.orders import ORDERS
from douyinbot.errors import PluginError

APPROVE = """
    [[rooms]]
    id = "asks"
    connector = "air"
    send = "approve"
"""


@pytest.fixture
def say(bot):
    """Say something in the room where lines wait."""

    async def line(text, role="owner"):
        return await bot.emit("chat", user=bot.user(role, role=role), comment=text, room="asks")

    return line


@pytest.mark.parametrize("bot", [APPROVE], indirect=True)
async def test_the_streamer_approves_in_the_chat(bot, say):
    await bot.load("dice")
    assert await say("!dice", "viewer") == []
    (line,) = bot.receipts
    assert line.state == "awaiting_approval"
    assert await say("!pending") == [f"待审 1 句: {line.id}"]
    assert await say(f"!approve {line.id}") == [line.text]
    assert await say("!待审") == ["没有待审的话"]
    assert await say("!approve all") == ["没有待审的话"]
    assert await say("!approve L99") == ["没有待审的 L99"]
    assert bot.problems == []


@pytest.mark.parametrize("bot", [APPROVE], indirect=True)
async def test_or_rejects(bot, say):
    await bot.load("dice")
    await say("!dice", "viewer")
    (line,) = bot.receipts
    assert await say(f"!reject {line.id} not in this room") == []
    assert (line.state, line.reason) == ("dropped", "rejected: not in this room")
    assert await say("!reject all") == ["没有待审的话"]
    assert await say("!reject L99") == ["没有待审的 L99"]


@pytest.mark.parametrize("bot", [APPROVE], indirect=True)
async def test_only_the_first_lines_are_named(bot, say):
    await bot.load("dice")
    for number in range(7):
        await bot.emit("chat", user=f"viewer {number}", comment="!dice", room="asks")
    assert await say("!pending") == ["待审 7 句: L1 L2 L3 L4 L5 …"]
    assert len(await say("!approve all")) == 7


@pytest.mark.parametrize("bot", [APPROVE], indirect=True)
@pytest.mark.parametrize("role", ["viewer", "fans", "admin"])
@pytest.mark.parametrize("order", ["pending", "approve all", "reject all", "pause", "resume"])
async def test_nobody_else_does(bot, say, role, order):
    await bot.load("dice")
    await say("!dice", "viewer")
    assert await say(f"!{order}", role) == []
    assert [str(line.state) for line in bot.receipts] == ["awaiting_approval"]
    assert bot.engine.outboxes["asks"].stopped_reason == ""


async def test_a_bot_is_told_to_be_quiet_and_to_speak(bot):
    await bot.load("dice")
    assert await bot.chat("!pause", role="owner") == []
    assert await bot.chat("!dice") == []
    assert bot.dropped[-1].reason == "sending is stopped: the streamer paused it in the chat"
    assert await bot.chat("!说话", role="owner") == ["好的，我可以说话了"]
    assert len(await bot.chat("!dice", user="小红")) == 1


async def test_no_plugin_can_take_an_order_away(bot, plugin):
    @command("resume")
    def mine(ctx):
        return "mine"

    with pytest.raises(PluginError, match=f"taken by plugin {ORDERS}"):
        await bot.load(plugin(mine))
    assert await bot.chat("!resume", role="owner") == ["好的，我可以说话了"]
