"""Who decides on the way: filters of events, and of what is said."""

import pytest

from douyinbot import Chat, Drop, Gift, Message, PluginError, hookimpl

OTHER_ROOM = '[[rooms]]\nid = "other"\nconnector = "air"\nsend = "live"\n'


# ---- filter_event ---------------------------------------------------------------------------------


def deciding(plugin, hook: str, argument: str, decide, name: str = "filter"):
    namespace: dict = {"decide": decide}
    exec(f"def {hook}({argument}): return decide({argument})", namespace)
    return plugin(hookimpl(namespace[hook]), name=name)


async def test_a_filter_keeps_replaces_or_drops(bot, plugin, heard):
    def decide(event):
        if not isinstance(event, Chat):
            return None
        return Drop("ads") if "加微信" in event.comment else event.replace(comment=event.comment.upper())

    calls = await heard("on_event")
    await bot.load(deciding(plugin, "filter_event", "event", decide))
    await bot.chat("hi")
    await bot.chat("加微信")
    await bot.emit("like")
    assert [getattr(event, "comment", event.kind) for _, event in calls] == ["HI", "like"]
    assert bot.engine.counts["filtered: ads"] == 1
    assert [event.comment for event in bot.events if event.kind == "chat"] == ["HI"]


async def test_filters_are_asked_one_after_the_other(bot, plugin, heard):
    def add(letter: str):
        return lambda event: event.replace(comment=event.comment + letter) if event.kind == "chat" else None

    calls = await heard("on_chat")
    await bot.load(deciding(plugin, "filter_event", "event", add("a"), "a"))
    await bot.load(deciding(plugin, "filter_event", "event", add("b"), "b"))
    await bot.chat("-")
    assert calls[0][1].comment == "-ab"


async def test_a_filter_decides_on_finished_streaks_too(bot, plugin, heard):
    def decide(event):
        if not isinstance(event, Gift):
            return None
        return Drop("test gift") if event.gift_name == "测试" else event.replace(gift_name="礼物")

    calls = await heard("on_gift")
    await bot.load(deciding(plugin, "filter_event", "event", decide))
    await bot.gift(gift="测试")
    await bot.gift(gift="玫瑰")
    assert [gift.gift_name for _, gift in calls] == ["礼物"]


def boom(value):
    raise KeyError("x")


def leave(value):
    raise SystemExit(3)


WRONG = pytest.mark.parametrize(
    ("decide", "told"),
    [(boom, "KeyError: 'x'"), (leave, "SystemExit: 3"), (lambda value: 5, "TypeError: it returned int")],
    ids=["raises", "exits", "returns nonsense"],
)


@WRONG
async def test_a_filter_that_fails_decides_nothing(bot, plugin, heard, decide, told):
    calls = await heard("on_chat")
    await bot.load(deciding(plugin, "filter_event", "event", decide))
    await bot.chat("hi")
    assert [hook for hook, _ in calls] == ["on_chat"]
    assert f"plugin filter: filter_event failed: {told}" in bot.problems


@WRONG
async def test_a_message_filter_that_fails_decides_nothing_and_spares_the_speaker(bot, plugin, decide, told):
    @hookimpl
    def on_chat(ctx, event):
        return "said"

    await bot.load(plugin(on_chat))
    await bot.load(deciding(plugin, "filter_message", "message", decide))
    assert await bot.chat("hi") == ["said"]
    assert bot.problems == [f"plugin filter: filter_message failed: {told}"]


async def test_a_filter_that_keeps_failing_is_asked_no_more(bot, plugin, heard):
    calls = await heard("on_chat")
    await bot.load(deciding(plugin, "filter_event", "event", boom))
    for number in range(10):
        await bot.chat(str(number))
    assert len(calls) == 10
    assert len(bot.problems) == 6
    assert "rests for 5 minutes" in bot.problems[-1]


# ---- filter_message -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decide", "said", "dropped"),
    [
        (lambda message: None, ["一句话"], []),
        (lambda message: message.text + "!", ["一句话!"], []),
        (lambda message: Message("别的", message.room), ["别的"], []),
        (lambda message: Drop("banned word"), [], [("一句话", "banned word")]),
    ],
    ids=["keep", "text", "message", "drop"],
)
async def test_the_final_text_can_be_kept_replaced_or_dropped(bot, plugin, decide, said, dropped):
    @hookimpl
    def on_chat(ctx, event):
        return "一句话"

    await bot.load(plugin(on_chat))
    await bot.load(deciding(plugin, "filter_message", "message", decide))
    assert await bot.chat("hi") == said
    assert bot.dropped == dropped


async def test_a_message_names_who_says_it_where_and_how(bot, plugin):
    seen: list[Message] = []

    @hookimpl
    def on_chat(ctx, event):
        ctx.say("一句话", priority="high")

    await bot.load(plugin(on_chat))
    await bot.load(deciding(plugin, "filter_message", "message", seen.append))
    await bot.chat("hi")
    assert seen == [Message("一句话", "main", "toy", "high")]


@pytest.mark.parametrize("bot", [OTHER_ROOM], indirect=True, ids=["two rooms"])
async def test_filters_work_in_their_rooms(bot, plugin):
    await bot.load(deciding(plugin, "filter_message", "message", lambda message: Drop("no")), rooms=["other"])
    bot.engine.say("一句话", room="main")
    bot.engine.say("一句话", room="other")
    await bot.settle()
    assert [line.room for line in bot.receipts if line.state == "dropped"] == ["other"]


async def test_there_is_no_way_to_speak_in_a_room_that_is_none(bot):
    with pytest.raises(PluginError, match='there is no room "nowhere"'):
        bot.engine.say("hi", room="nowhere")
