"""Which events reach which hooks, and who decides on the way. Commands: test_engine_commands.py."""

import pytest

from douyinbot import hookimpl
from douyinbot.events import EVENTS
from douyinbot.hookspecs import EVENT_HOOKS

OTHER_ROOM = '[[rooms]]\nid = "other"\nconnector = "air"\nsend = "live"\n'


def hooks(calls: list[tuple[str, object]]) -> list[str]:
    return [hook for hook, _ in calls]


# ---- events to hooks ------------------------------------------------------------------------------


async def test_every_kind_of_event_reaches_its_hook_and_on_event_before(bot, heard):
    calls = await heard(*EVENT_HOOKS.values(), "on_event")
    for kind, hook in EVENT_HOOKS.items():
        calls.clear()
        await bot.emit(kind)
        assert hooks(calls) == ["on_event", hook]
        assert calls[0][1] is calls[1][1]
        assert calls[0][1].kind == kind


async def test_kinds_without_a_hook_reach_on_event(bot, heard):
    calls = await heard("on_event", *EVENT_HOOKS.values())
    without = sorted(set(EVENTS) - set(EVENT_HOOKS) - {"gift", "raw_data"})
    for kind in without:
        await bot.emit(kind)
    assert [(hook, event.kind) for hook, event in calls] == [("on_event", kind) for kind in without]


async def test_on_gift_comes_once_a_streak_and_on_gift_update_with_each_message(bot, heard):
    calls = await heard("on_gift", "on_gift_update")
    await bot.gift("小红", "棒棒糖", combo=[1, 2, 5, 5])
    assert [(hook, gift.delta, gift.total, gift.value) for hook, gift in calls] == [
        ("on_gift_update", 1, 1, 9),
        ("on_gift_update", 1, 2, 18),
        ("on_gift_update", 3, 5, 45),
        ("on_gift_update", 0, 5, 45),
        ("on_gift_update", 0, 5, 45),
        ("on_gift", 5, 5, 45),
    ]


async def test_a_streak_whose_end_was_lost_is_over_after_six_seconds(bot, heard):
    calls = await heard("on_gift")
    await bot.gift(combo=[1, 2, 3], end=False)
    await bot.advance("5900ms")
    assert calls == []
    await bot.advance("100ms")
    assert [gift.total for _, gift in calls] == [3]


async def test_the_end_of_the_stream_finishes_what_is_open(bot, heard):
    calls = await heard("on_gift")
    await bot.gift(combo=[2], end=False)
    await bot.emit("stream_end")
    assert [gift.total for _, gift in calls] == [2]


@pytest.mark.parametrize("is_async", [True, False], ids=["async", "plain"])
async def test_a_bot_that_stops_finishes_what_is_open(bot, plugin, is_async):
    totals = []

    @hookimpl
    def on_gift(ctx, event):
        totals.append(event.total)

    @hookimpl
    async def on_gift_async(ctx, event):
        await ctx.store.incr("total", event.total)
        totals.append(event.total)

    on_gift_async.__name__ = "on_gift"
    await bot.load(plugin(on_gift_async if is_async else on_gift))
    for _ in range(3):
        await bot.gift(combo=[2], end=False)
    await bot.stop()
    assert totals == [2, 2, 2]


async def test_gifts_without_a_group_are_handed_over_at_once(bot, heard):
    calls = await heard("on_gift")
    await bot.gift(combo=[2], group="")
    await bot.gift(combo=[3], group="")
    assert [(gift.total, gift.streak_id) for _, gift in calls] == [(2, ""), (3, "")]


async def test_on_raw_gets_method_and_payload_and_on_event_the_event(bot, plugin, heard):
    seen = []

    @hookimpl
    def on_raw(ctx, method, payload):
        seen.append((ctx.room.id, method, payload))

    calls = await heard("on_event", name="other")
    await bot.load(plugin(on_raw))
    await bot.emit("raw_data", method="WebcastChatMessage", payload=b"\x00")
    assert seen == [("main", "WebcastChatMessage", b"\x00")]
    assert [(event.kind, event.method) for _, event in calls] == [("raw_data", "WebcastChatMessage")]


async def test_hooks_take_any_subset_of_their_arguments(bot, plugin):
    seen = []

    @hookimpl
    def on_chat(event, ctx):
        seen.append((event.kind, ctx.event.kind))

    @hookimpl
    def on_like():
        seen.append("nothing")

    @hookimpl
    def on_follow(ctx):
        seen.append(ctx.event.kind)

    @hookimpl
    def on_share(event):
        seen.append(event.kind)

    await bot.load(plugin(on_chat, on_like, on_follow, on_share))
    for kind in ("chat", "like", "follow", "share"):
        await bot.emit(kind)
    assert seen == [("chat", "chat"), "nothing", "follow", "share"]


async def test_plugins_share_one_event(bot, heard):
    one, two = await heard("on_chat", name="one"), await heard("on_chat", name="two")
    await bot.chat("hi")
    assert one[0][1] is two[0][1]


@pytest.mark.parametrize("bot", [OTHER_ROOM], indirect=True, ids=["two rooms"])
@pytest.mark.parametrize(
    ("settings", "rooms"),
    [({}, ["main", "other"]), ({"rooms": ["other"]}, ["other"]), ({"except_rooms": ["other"]}, ["main"])],
    ids=["everywhere", "rooms", "except_rooms"],
)
async def test_a_plugin_works_in_its_rooms(bot, heard, settings, rooms):
    calls = await heard("on_chat", "on_gift", **settings)
    for room in ("main", "other"):
        await bot.chat("hi", room=room)
        await bot.gift(room=room)
    assert [event.room for _, event in calls] == sorted(rooms * 2)


# ---- history and echoes ---------------------------------------------------------------------------


async def test_history_is_shown_but_gets_no_thanks(bot, heard):
    calls = await heard("on_chat", "on_gift", "on_gift_update")
    await bot.chat("old", history=True)
    await bot.gift(history=True)
    assert hooks(calls) == ["on_chat", "on_gift_update", "on_gift_update"]


async def test_what_a_handler_returns_about_history_is_not_said(bot, plugin):
    @hookimpl
    def on_chat(ctx, event):
        return f"re: {event.comment}"

    await bot.load(plugin(on_chat))
    assert await bot.chat("old", history=True) == []
    assert await bot.chat("new") == ["re: new"]


async def test_the_bots_own_line_is_seen_and_answered_by_nobody(bot, plugin, heard):
    @hookimpl
    def on_chat(ctx, event):
        return "echo: " + event.comment

    calls = await heard("on_event", name="other")
    await bot.load(plugin(on_chat))
    assert await bot.chat("hi") == ["echo: hi"]
    assert [event.comment for _, event in calls] == ["hi"]
    assert bot.receipts[0].state == "seen"
    assert [event.comment for event in bot.events if event.kind == "chat"] == ["hi", "echo: hi"]


# ---- what is wanted of connectors -----------------------------------------------------------------


async def test_connectors_need_only_decode_what_somebody_listens_to(bot, heard):
    always = set(bot.engine.kinds())
    assert {"chat", "connected", "stream_end", "room_user"} <= always
    assert not {"gift", "like", "member"} & always
    await heard("on_like", name="likes")
    assert bot.engine.kinds() == always | {"like"}
    await heard("on_gift", name="thanks")
    assert bot.engine.kinds() == always | {"like", "gift"}
    assert not bot.engine.wants_raw


@pytest.mark.parametrize("hook", ["on_event", "filter_event"])
async def test_a_plugin_that_wants_all_gets_all(bot, heard, hook):
    await heard(hook)
    assert bot.engine.kinds() is None


async def test_raw_messages_are_only_wanted_by_who_implements_the_hook(bot, plugin):
    @hookimpl
    def on_raw(ctx, payload): ...

    await bot.load(plugin(on_raw))
    assert bot.engine.wants_raw


# ---- what the operator is told --------------------------------------------------------------------


async def test_what_viewers_wrote_cannot_play_tricks_on_the_operators_screen(bot, plugin):
    @hookimpl
    def on_chat(ctx, event):
        raise ValueError(event.comment)

    await bot.load(plugin(on_chat))
    await bot.chat("\x1b[2J\u202eevil\r\nline" + "x" * 5000)
    (text,) = bot.problems
    assert text.startswith("plugin toy: on_chat failed: ValueError: [2Jevil  line")
    assert text.isprintable()
    assert len(text) < 300


async def test_errors_are_counted_for_each_plugin(bot, plugin):
    @hookimpl
    def on_chat(ctx, event):
        raise KeyError(event.comment)

    await bot.load(plugin(on_chat))
    for _ in range(3):
        await bot.chat("hi")
    assert bot.engine.counts["errors of toy"] == 3
