"""The kit's bot: what authors of plugins rely on in their tests."""

import asyncio

import pytest

from douyinbot import ROLES, Follow, User, command, hookimpl
from douyinbot.testing import BotHarness
from douyinbot.testing.loop import START


class Echo:
    @hookimpl
    def on_event(self, ctx, event):
        return f"{event.kind} {event.user.nickname if event.user else '-'}"


# ---- viewers --------------------------------------------------------------------------------------


async def test_the_same_name_is_always_the_same_person(bot):
    assert bot.user("小明") == bot.user("小明")
    names = ["小明", "小红", "小绿", "viewer1", "viewer2", "viewer10", "a", "b", ""]
    assert len({bot.user(name).id for name in names}) == len(names)
    assert len({bot.user(name).unique_id for name in names}) == len(names)


async def test_a_user_is_known_from_test_to_test(bot):
    assert bot.user("小明").id == "6712823"


async def test_a_role_shows_in_what_the_platform_would_say(bot):
    users = [bot.user("小明", role) for role in ROLES]
    assert [(user.role, user.is_moderator, user.fan_level, user.follow_role) for user in users] == [
        ("viewer", False, 0, 0),
        ("follower", False, 0, 1),
        ("fans", False, 1, 1),
        ("admin", True, 0, 1),
        ("owner", False, 0, 1),
    ]


async def test_fields_of_a_user_can_be_set(bot):
    assert bot.user("小明", level=30, id="7", is_anonymous=True) == bot.user("小明").replace(
        level=30, id="7", is_anonymous=True
    )


# ---- events ---------------------------------------------------------------------------------------


async def test_chat_returns_what_was_said_to_it(bot):
    await bot.load(Echo())
    assert await bot.chat("hi") == ["chat 小明"]
    assert await bot.chat("hi", "小红", role="fans") == ["chat 小红"]
    assert await bot.chat("hi", User(nickname="小绿")) == ["chat 小绿"]
    assert bot.sent == ["chat 小明", "chat 小红", "chat 小绿"]


async def test_events_look_as_if_a_room_had_sent_them(bot):
    await bot.advance("5s")
    await bot.chat("hi")
    event = bot.events[-1]
    assert (event.room, event.simulated, event.history) == ("main", True, False)
    assert event.id.isdecimal()
    assert (event.time - START).total_seconds() == (event.received - START).total_seconds() == 5


async def test_events_of_any_kind_by_name_or_whole(bot):
    await bot.load(Echo())
    assert await bot.emit("follow", user="小红") == ["follow 小红"]
    assert await bot.emit("room_user", viewer_count=5) == ["room_user -"]
    assert await bot.emit(Follow(time=START, received=START, user=bot.user("小绿"))) == ["follow 小绿"]


@pytest.mark.parametrize(
    ("kind", "fields", "error"), [("folow", {}, KeyError), ("follow", {"colour": 1}, TypeError)]
)
async def test_a_misspelt_event_is_an_error_of_the_test(bot, kind, fields, error):
    with pytest.raises(error):
        await bot.emit(kind, **fields)


async def test_a_streak_of_gifts_with_its_end(bot):
    seen = []

    class Thanks:
        @hookimpl
        def on_gift(self, ctx, event):
            seen.append((event.user.nickname, event.gift_name, event.total, event.value))
            return "谢谢"

    await bot.load(Thanks())
    assert await bot.gift("小红", "棒棒糖", combo=[1, 2, 5]) == ["谢谢"]
    assert await bot.gift("小红", "某礼物", diamonds=7) == ["谢谢"]
    assert await bot.gift("小红", "玫瑰", combo=[3], end=False) == []
    assert await bot.advance("6s") == ["谢谢"]
    assert await bot.gift("小红", "玫瑰", group="") == ["谢谢"]
    assert seen == [
        ("小红", "棒棒糖", 5, 45),
        ("小红", "某礼物", 1, 7),
        ("小红", "玫瑰", 3, 3),
        ("小红", "玫瑰", 1, 1),
    ]


async def test_each_gift_is_a_streak_of_its_own_unless_told_otherwise(bot):
    totals = []

    class Thanks:
        @hookimpl
        def on_gift(self, ctx, event):
            totals.append(event.total)

    await bot.load(Thanks())
    await bot.gift()
    await bot.gift()
    await bot.gift(combo=[1], end=False, group="5")
    await bot.gift(combo=[2, 3], group="5")
    assert totals == [1, 1, 3]


# ---- time -----------------------------------------------------------------------------------------


async def test_time_stands_still_by_itself(bot):
    before = bot.clock.now()
    await bot.chat("hi")
    await bot.settle()
    assert bot.clock.now() == before


async def test_time_passes_when_told(bot):
    passed = 0.0
    for duration, seconds in (("10s", 10), ("1m30s", 90), (2.5, 2.5), (0, 0)):
        await bot.advance(duration)
        passed += seconds
        assert (bot.clock.now() - START).total_seconds() == passed


async def test_timers_run_in_their_order_each_at_its_time(bot):
    times = []

    class Timers:
        @hookimpl
        def setup(self, ctx):
            for seconds in (5, 3):
                ctx.every(seconds, lambda ctx: times.append(ctx.clock.monotonic()))

    class Sleeper:
        @hookimpl
        async def on_chat(self, ctx, event):
            await asyncio.sleep(4)
            times.append(("slept", ctx.clock.monotonic()))

    await bot.load(Timers())
    await bot.load(Sleeper())
    await bot.chat("hi")
    await bot.advance("9s")
    assert times == [3, ("slept", 4), 5, 6, 9]


def test_a_day_is_no_more_work_than_what_happens_in_it(make_bot, monkeypatch):
    timers = "".join(f'[[timers]]\nname = "{n}"\nevery = "{n}m"\nsay = "{n}"\n' for n in (10, 15, 20, 30, 60))
    bot, stops = make_bot(timers), []
    monkeypatch.setattr(
        bot.loop, "move_to", lambda time, move=bot.loop.move_to: (stops.append(time), move(time))
    )
    said = bot.loop.run_until_complete(bot.advance("24h"))
    assert len(said) > 350
    assert len(stops) < 3 * len(said)  # and not the 86400 seconds that the day has


async def test_many_small_steps_get_as_far_as_a_large_one(bot):
    """Sums of floats miss the deadline of a streak by the least bit; time must not get stuck there."""
    totals = []

    class Thanks:
        @hookimpl
        def on_gift(self, ctx, event):
            totals.append(event.total)

    await bot.load(Thanks())
    await bot.gift(end=False)
    for _ in range(61):
        await bot.advance(0.1)
    assert totals == [1]


async def test_settling_waits_for_the_database(bot):
    class Points:
        @hookimpl
        async def on_chat(self, ctx, event):
            for _ in range(20):
                await ctx.store.incr("lines")
            return str(await ctx.store.get("lines"))

    await bot.load(Points())
    assert await bot.chat("hi") == ["20"]
    assert await bot.store("points").get("lines") == 20


def test_dice_fall_the_same_in_every_run(make_bot):
    class Dice:
        @command("dice")
        def dice(self, ctx):
            return str(ctx.rng.randint(1, 1000))

    async def roll(bot: BotHarness) -> list[str]:
        await bot.load(Dice())
        return await bot.chat("!dice")

    rolls = []
    for seed in (0, 0, 1):
        bot = make_bot(seed=seed)
        rolls += bot.loop.run_until_complete(roll(bot))
    assert rolls[0] == rolls[1] != rolls[2]


# ---- what was said and what was not ---------------------------------------------------------------


async def test_lines_that_were_not_said_and_why(bot):
    class Toy:
        @hookimpl
        def on_chat(self, ctx, event):
            return event.comment

        @hookimpl
        def filter_message(self, message):
            from douyinbot import Drop

            return Drop("secret") if "秘密" in message.text else None

    await bot.load(Toy())
    assert await bot.chat("秘密") == []
    assert bot.dropped == [("秘密", "secret")]
    assert bot.dropped[0].reason == "secret"
    assert [str(receipt.state) for receipt in bot.receipts] == ["dropped"]


async def test_problems_are_what_the_operator_would_be_told(bot):
    class Toy:
        @hookimpl
        def on_chat(self, ctx, event):
            raise KeyError("x")

    await bot.load(Toy())
    assert bot.problems == []
    await bot.chat("hi")
    assert bot.problems == ["plugin toy: on_chat failed: KeyError: 'x'"]
    assert [(notice.level, notice.plugin) for notice in bot.notices] == [("error", "toy")]


async def test_a_long_line_goes_out_in_several_each_with_its_receipt(bot):
    class Toy:
        @hookimpl
        def on_chat(self, ctx, event):
            return "一" * 80

    await bot.load(Toy())
    assert len(await bot.chat("hi")) == 2
    assert [str(receipt.state) for receipt in bot.receipts] == ["seen", "seen"]


# ---- several bots ---------------------------------------------------------------------------------


@pytest.fixture
def two_bots(make_bot):
    return make_bot(), make_bot("[commands]\nhi = '你好'")


async def test_two_bots_in_one_test_live_apart_but_at_the_same_time(bot, two_bots):
    one, two = two_bots
    await one.load("douyinbot_dice")
    assert len(await one.chat("!dice")) == 1
    assert await two.chat("!dice") == []
    assert await two.chat("!hi") == ["你好"]
    assert (one.loop, one.clock.now()) == (two.loop, two.clock.now())
    await one.advance("1m")
    assert two.clock.now() == one.clock.now()
    assert await two.chat("!hi") == ["你好"]


def test_a_plain_test_can_drive_a_bot_by_hand(make_bot):
    bot = make_bot()
    bot.loop.run_until_complete(bot.load("douyinbot_dice"))
    assert len(bot.loop.run_until_complete(bot.chat("!dice"))) == 1


def test_a_bot_has_no_engine_before_it_has_started():
    bot = BotHarness()
    bot._bot = type("Unstarted", (), {"engine": None})()
    with pytest.raises(RuntimeError, match="the bot has not started"):
        _ = bot.engine
    bot.loop.close()


async def test_stopping_twice_does_no_harm(bot):
    await bot.stop()
    await bot.stop()
