"""What a streamer can learn about every way in which nothing is said: a bot with all of them."""

import pytest

from douyinbot import Drop, Like, command, hookimpl
from douyinbot.core.dispatch.lane import FAILURES


def notes(bot):
    """What came to nothing: who, in which call, why."""
    return [(entry.plugin, entry.handler, entry.cause, entry.why) for entry in bot.engine.journal.find()]


@pytest.fixture
def filters(plugin):
    """A plugin that replaces, and one that drops."""

    @hookimpl
    def filter_event(event):
        if event.kind != "chat":
            return None
        if "加微信" in event.comment:
            return Drop("an advertisement")
        return event.replace(comment=event.comment.upper())

    @hookimpl
    def filter_message(message):
        return Drop("not in this house") if message.text == "NO" else None

    strict = plugin(filter_event, filter_message, name="strict")

    @hookimpl(specname="filter_message")
    def polite(message):
        return message.text.replace("BAD", "***")

    return strict, plugin(polite, name="polite")


async def test_the_plugin_that_changed_or_dropped_something_is_named(bot, plugin, filters):
    @hookimpl
    def on_chat(event):
        return event.comment

    for one in filters:
        await bot.load(one)
    await bot.load(plugin(on_chat, name="echo"))
    await bot.chat("加微信 123")
    await bot.chat("bad")
    await bot.chat("no")
    dropped, said, refused = bot.engine.journal.recent
    assert (dropped.plugin, dropped.handler, dropped.why) == ("strict", "filter_event", "an advertisement")
    assert (said.words, said.words_before, said.words_changed_by) == ("BAD", "bad", ["strict"])
    assert (said.before, said.text, said.changed_by) == ("BAD", "***", ["polite"])
    assert (refused.dropped_by, refused.why, refused.cause) == ("strict", "not in this house", "filtered")


async def test_a_drop_without_a_reason_is_one_all_the_same(bot, plugin):
    @hookimpl
    def filter_message(message):
        return Drop("")

    @hookimpl
    def on_chat(event):
        return "hi"

    await bot.load(plugin(filter_message, on_chat))
    assert await bot.chat("x") == []
    assert bot.engine.journal.recent[0].dropped_by == "toy"


async def test_commands_that_ran_and_said_nothing(bot, plugin):
    @command("count")
    def count(ctx):
        "Say nothing."

    @command("poke")
    async def poke(ctx):
        ctx.say("poked")

    @command("bare")
    def bare():
        return None

    await bot.load(plugin(count, poke, bare))
    for line in ("!count", "!poke", "!bare", "!plugin", "!why"):
        await bot.chat(line, role="owner")
    quiet = ("quiet", "it ran, and had nothing to say")
    assert notes(bot) == [("toy", "!count", *quiet), ("toy", "!bare", *quiet)]
    assert (await bot.chat("!why", role="owner")) == ["!bare: 运行了，但没话说"]


async def test_what_was_wrong_with_the_arguments_stands_beside_the_usage_line(bot, plugin):
    @command("add")
    def add(ctx, number: int):
        return str(number)

    await bot.load(plugin(add))
    await bot.chat("!add many")
    (entry,) = bot.engine.journal.recent
    assert entry.text == "number 应为整数。用法: !add <number>"
    assert entry.note == "wrong arguments, so it did not run: number 应为整数"


async def test_what_was_there_before_the_bot_is_not_answered_and_that_is_noted(bot, plugin):
    @command("dice")
    def dice(ctx):
        return "6"

    @hookimpl
    def on_chat(event):
        return "hello" if event.comment == "hi" else None

    @hookimpl
    def on_gift(event):
        return "thanks"

    await bot.load(plugin(dice, on_chat, on_gift))
    for line in ("!dice", "hi", "nothing to say to"):
        await bot.chat(line, history=True)
    await bot.gift(combo=[1], history=True)
    history = ("history", "it was there before the bot came, and is only shown")
    assert notes(bot) == [
        ("toy", "!dice", *history),
        ("toy", "on_chat", *history),
        ("", "on_gift", *history),
    ]
    assert bot.sent == []


async def test_the_bots_own_line_that_looks_like_a_command(bot, plugin):
    @command("dice")
    def dice(ctx):
        return "!dice is a game"

    await bot.load(plugin(dice))
    assert await bot.chat("!dice") == ["!dice is a game"]
    assert notes(bot) == [("toy", "!dice", "own", "the bot said it itself, and does not answer itself")]


async def test_what_a_full_mailbox_and_a_resting_plugin_did_not_get(bot, plugin):
    @hookimpl
    async def on_chat(ctx, event):
        if event.comment == "wait":
            await ctx.wait_for("follow", timeout="90s")
        else:
            raise ValueError(event.comment)

    await bot.load(plugin(on_chat))
    bot.engine.seats["toy"].lane.mailbox.size = FAILURES + 3
    await bot.chat("wait")
    for number in range(FAILURES + 5):
        await bot.chat(str(number))
    await bot.advance("2s")
    assert notes(bot) == [("toy", "mailbox", "overflow", "it could not keep up and did not get 2 chat")]
    await bot.advance("95s")
    await bot.chat("too late")
    await bot.advance("65s")
    resting = [why for _, handler, cause, why in notes(bot) if (handler, cause) == ("mailbox", "resting")]
    assert resting == ["while it rests it did not get 3 chat", "while it rests it did not get 1 chat"]
    assert await bot.chat("!why", role="owner") == ["mailbox: 插件出错太多，在休息"]


async def test_other_kinds_of_events_are_not_noted(bot, plugin):
    @hookimpl
    def filter_event(event):
        return Drop("likes") if isinstance(event, Like) else None

    await bot.load(plugin(filter_event))
    await bot.emit("like")
    assert notes(bot) == []
    assert bot.engine.counts["filtered: likes"] == 1


async def test_an_error_tells_whose_line_or_deed_it_was(bot, plugin):
    @command("猜")
    async def guess(ctx, side: str):
        raise RuntimeError("boom")

    @hookimpl
    def on_follow(event):
        raise RuntimeError("bang")

    @hookimpl
    def filter_event(event):
        if event.kind == "share":
            raise RuntimeError("bing")

    await bot.load(plugin(guess, on_follow, filter_event, name="toy"))
    await bot.chat("!猜 大", "小红")
    await bot.follow("小明")
    await bot.share("小刚")
    assert [
        (entry.handler, entry.room, entry.user, entry.event, entry.words)
        for entry in bot.engine.journal.recent
    ] == [
        ("!猜", "main", "小红", "chat", "!猜 大"),
        ("on_follow", "main", "小明", "follow", ""),
        ("filter_event", "main", "小刚", "share", ""),
    ]
    assert [entry.handler for entry in bot.engine.journal.find("小红")] == ["!猜"]
