"""Made-up viewers in real rooms: nothing that answers them is ever sent, and nothing is kept."""

import pytest

from douyinbot import Connected, command, hookimpl
from douyinbot.core.rehearsals import AFTERMATH

REAL = """
    [[rooms]]
    id = "real"
    connector = "air"
    send = "live"
    [commands]
    "次" = "第 $(count calls) 次"
"""


@pytest.fixture
def stage(bot, plugin):
    """A bot in a real room, with a plugin that answers in every way."""

    class Stage:
        async def open(self):
            @command("now")
            def now(ctx):
                return f"now {ctx.user.nickname}"

            @command("later")
            async def later(ctx):
                ctx.later("5s", lambda ctx: "later")

            @command("ask")
            async def ask(ctx):
                answer = await ctx.wait_for("chat", timeout="20s")
                return f"asked {answer and answer.user.nickname}"

            @hookimpl
            def on_gift(ctx, event):
                return f"thanks {event.user.nickname}"

            await bot.load(plugin(now, later, ask, on_gift))
            await bot.emit(
                Connected(time=bot.clock.now(), received=bot.clock.now(), room="real", owner="主播")
            )

        async def made_up(self, text):
            bot._bot.puppets.say("real", bot._bot.puppets.viewer("木偶"), text)
            await bot.settle()

        async def real(self, text):
            return await bot.emit("chat", user="真人", comment=text, room="real", simulated=False)

        @property
        def lines(self):
            return [(line.text, str(line.state)) for line in bot.receipts]

    return Stage()


pytestmark = pytest.mark.parametrize("bot", [REAL], indirect=True)


async def test_answers_to_made_up_viewers_are_rehearsed_and_others_sent(bot, stage):
    await stage.open()
    await stage.made_up("!now")
    assert await stage.real("!now") == ["now 真人"]
    bot._bot.puppets.give("real", bot._bot.puppets.viewer("木偶"), "玫瑰", 3)
    await bot.settle()
    assert stage.lines == [("now 木偶", "dry"), ("now 真人", "sent"), ("thanks 木偶", "dry")]
    assert bot.receipts[0].reason == "it answers a made-up viewer in a real room"
    assert bot.sent == ["now 真人"]


async def test_what_comes_later_is_rehearsed_too_for_a_while(bot, stage):
    await stage.open()
    await stage.made_up("!later")
    await bot.advance("6s")
    assert bot.sent == []
    await bot.advance(AFTERMATH)
    await stage.real("!later")
    assert await bot.advance("6s") == ["later"]
    assert stage.lines == [("later", "dry"), ("later", "sent")]


async def test_made_up_and_real_viewers_do_not_hear_each_other(bot, stage):
    await stage.open()
    await stage.real("!ask")
    await stage.made_up("me")
    assert await stage.real("no, me") == ["asked 真人"]
    await stage.made_up("!ask")
    await stage.real("me")
    await stage.made_up("me")
    assert stage.lines[-1] == ("asked 木偶", "dry")


async def test_made_up_lines_do_not_count_as_the_rooms_own(bot, stage):
    await stage.open()
    room = bot.engine.rooms["real"]
    await stage.made_up("hello")
    assert (room.lines, room.last_line) == (0, None)
    await stage.real("hello")
    assert room.lines == 1


async def test_in_a_simulated_room_everybody_is_answered(bot, stage):
    await stage.open()
    bot._bot.puppets.say("main", bot._bot.puppets.viewer("木偶"), "!now")
    await bot.settle()
    assert bot.sent == ["now 木偶"]


# ---- what is kept ---------------------------------------------------------------------------------


@pytest.fixture
def counting(bot, plugin):
    """A plugin that remembers in every way."""

    @command("add", cooldown={"global": "1s"})
    async def add(ctx):
        seen = ctx.state.setdefault("seen", [])
        seen.append(ctx.user.nickname)
        everywhere = ctx.shared.setdefault("everywhere", [])
        everywhere.append(ctx.user.nickname)
        return f"{await ctx.store.incr('count')} {'+'.join(seen)} {'+'.join(everywhere)}"

    @command("plain")
    def plain(ctx):
        with ctx.store.transaction() as store:
            return str(store.incr("plain"))

    @hookimpl
    def on_gift(ctx, event):
        ctx.collect("gifts", event, thank)

    async def thank(ctx, gifts):
        await ctx.store.incr("gifts", sum(gift.total for gift in gifts))
        return " ".join(gift.user.nickname for gift in gifts)

    return plugin(add, plain, on_gift, name="counting")


async def test_what_made_up_viewers_change_is_forgotten(bot, stage, counting):
    await stage.open()
    await bot.load(counting)
    store = bot.store("counting")
    assert await stage.real("!add") == ["1 真人 真人"]
    await bot.advance("2s")
    for _ in range(2):
        await stage.made_up("!add")
        await bot.advance("2s")
    await stage.made_up("!plain")
    assert [line for line, _ in stage.lines[-3:]] == [
        "2 真人+木偶 真人+木偶",
        "3 真人+木偶+木偶 真人+木偶+木偶",
        "1",
    ]
    assert (await store.get("count"), await store.get("plain")) == (1, None)
    assert await stage.real("!add") == ["2 真人+真人 真人+真人"]
    await bot.advance(AFTERMATH)
    await stage.made_up("!add")
    assert stage.lines[-1] == ("3 真人+真人+木偶 真人+真人+木偶", "dry")
    assert await store.get("count") == 2


async def test_gifts_of_made_up_viewers_are_not_gathered_with_real_ones(bot, counting):
    await bot.load(counting)
    await bot.emit(Connected(time=bot.clock.now(), received=bot.clock.now(), room="real"))
    bot._bot.puppets.give("real", bot._bot.puppets.viewer("木偶"), "玫瑰", 5)
    await bot.gift("真人", combo=[2], room="real", simulated=False)
    await bot.advance("10s")
    assert sorted(line.text for line in bot.receipts) == ["木偶", "真人"]
    assert await bot.store("counting").get("gifts") == 2


async def test_counters_of_texts_are_not_counted_up(bot, stage):
    await stage.open()
    await stage.made_up("!次")
    await stage.made_up("!次")
    assert await stage.real("!次") == ["第 1 次"]


async def test_what_is_called_much_later_is_rehearsed_all_the_same(bot, stage, plugin):
    await stage.open()

    @command("remind")
    async def remind(ctx):
        ctx.later(2 * AFTERMATH, note)

    async def note(ctx):
        await ctx.store.incr("reminded")
        return "remember"

    await bot.load(plugin(remind, name="memo"))
    await stage.made_up("!remind")
    await bot.advance(2 * AFTERMATH + 1)
    assert stage.lines[-1] == ("remember", "dry")
    assert await bot.store("memo").get("reminded") is None


async def test_in_a_simulated_room_points_are_points(bot, counting):
    await bot.load(counting)
    bot._bot.puppets.say("main", bot._bot.puppets.viewer("木偶"), "!add")
    await bot.settle()
    assert await bot.store("counting").get("count") == 1


async def test_what_another_plugin_offers_is_rehearsed_too(bot, stage, plugin):
    @hookimpl
    def provide(ctx):
        return ctx.store

    @command("pay")
    async def pay(ctx):
        return str(await ctx.use("bank").incr("money"))

    await stage.open()
    await bot.load(plugin(provide, name="bank"))
    await bot.load(plugin(pay, name="shop"))
    assert await stage.real("!pay") == ["1"]
    await stage.made_up("!pay")
    await stage.made_up("!pay")
    assert stage.lines[-1] == ("3", "dry")
    assert await stage.real("!pay") == ["2"]


async def test_what_cannot_be_offered_in_a_rehearsal_is_none(bot, stage, plugin):
    @hookimpl
    def provide(ctx):
        if ctx.rehearsed:
            raise ValueError("no")
        return "the real one"

    @command("use")
    def use(ctx):
        return str(ctx.use("bank"))

    await stage.open()
    await bot.load(plugin(provide, name="bank"))
    await bot.load(plugin(use, name="shop"))
    await stage.made_up("!use")
    assert stage.lines[-1] == ("None", "dry")
    assert await stage.real("!use") == ["the real one"]
