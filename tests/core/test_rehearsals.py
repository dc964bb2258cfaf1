"""Made-up viewers in real rooms: nothing that answers them is ever sent."""

import pytest

from douyinbot import Connected, command, hookimpl
from douyinbot.core.rehearsals import AFTERMATH

REAL = '[[rooms]]\nid = "real"\nconnector = "air"\nsend = "live"\n'


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
