"""What a plugin has running at the bot, how it begins, and that all of it goes when the plugin goes."""

import asyncio

import pytest

from douyinbot import Duration, PluginError, Timer, command, cron, every, hookimpl

OTHER_ROOM = '[[rooms]]\nid = "other"\nconnector = "air"\nsend = "live"\n'


# ---- timers of ctx --------------------------------------------------------------------------------


def plain_tick(ctx):
    return f"plain {ctx.room.id}"


async def async_tick(ctx):
    await asyncio.sleep(0)
    ctx.say(f"async {ctx.room.id}")


TICKS = pytest.mark.parametrize(("tick", "said"), [(plain_tick, "plain main"), (async_tick, "async main")])


@pytest.fixture
def started(bot, plugin):
    """Load a plugin that starts a timer on its first line: `await started(lambda ctx: ctx.every(...))`."""

    async def start(begin, *, is_async: bool = False):
        jobs = []

        @hookimpl
        def plain(ctx, event):
            jobs.append(begin(ctx))

        @hookimpl
        async def coroutine(ctx, event):
            jobs.append(begin(ctx))

        hook = coroutine if is_async else plain
        hook.__name__ = "on_chat"
        await bot.load(plugin(hook))
        await bot.chat("begin")
        return jobs[0]

    return start


@TICKS
@pytest.mark.parametrize("period", [10, "10s"])
async def test_every(bot, started, tick, said, period):
    await started(lambda ctx: ctx.every(period, tick))
    assert await bot.advance("9s") == []
    assert await bot.advance("21s") == [said] * 3


async def test_every_with_jitter(bot, started):
    await started(lambda ctx: ctx.every("10s", plain_tick, jitter="4s"), is_async=True)
    assert await bot.advance("7s") == []
    assert await bot.advance("6s") == ["plain main"]


@TICKS
async def test_later(bot, started, tick, said):
    job = await started(lambda ctx: ctx.later("10s", tick), is_async=True)
    assert await bot.advance("1m") == [said]
    assert job.done


@TICKS
async def test_cron(bot, started, tick, said):
    await started(lambda ctx: ctx.cron("5,15 * * * *", tick))
    assert await bot.advance("20m") == [said] * 2


async def test_a_wrong_crontab_line_is_the_plugins_error(bot, plugin):
    @hookimpl
    def on_chat(ctx, event):
        ctx.cron("whenever", plain_tick)

    await bot.load(plugin(on_chat))
    await bot.chat("hi")
    assert '"whenever" is not a crontab line' in bot.problems[0]


@pytest.mark.parametrize(
    "begin",
    [
        lambda ctx: ctx.every("10s", plain_tick),
        lambda ctx: ctx.later("10s", plain_tick),
        lambda ctx: ctx.cron("* * * * *", plain_tick),
        lambda ctx: ctx.add_timer(Timer(name="t", every=Duration(10), say="x")),
    ],
    ids=["every", "later", "cron", "add_timer"],
)
async def test_what_a_plugin_started_goes_with_it(bot, started, begin):
    await started(begin)
    await bot.engine.unload("toy")
    assert not len(bot.engine.schedule)
    assert await bot.advance("2m") == []


async def test_a_cancelled_timer_is_over(bot, started):
    job = await started(lambda ctx: ctx.every("10s", plain_tick))
    await bot.advance("10s")
    job.cancel()
    assert await bot.advance("1m") == []


async def test_finished_timers_are_not_collected(bot, plugin):
    @hookimpl
    def on_chat(ctx, event):
        ctx.later(1, lambda ctx: None)

    await bot.load(plugin(on_chat))
    for _ in range(10):
        await bot.chat("hi")
        await bot.advance("2s")
    assert len(bot.engine.seats["toy"]._timers) <= 1


async def test_a_timer_that_fails_is_named_and_comes_again(bot, started):
    def broken(ctx):
        raise KeyError("x")

    await started(lambda ctx: ctx.every("10s", broken))
    await bot.advance("20s")
    assert bot.problems == ["plugin toy: broken failed: KeyError: 'x'"] * 2


async def test_timers_of_setup_are_about_no_room(bot, plugin):
    seen = []

    @hookimpl
    def setup(ctx):
        ctx.every("10s", lambda ctx: seen.append([room.id for room in ctx.rooms]))

    await bot.load(plugin(setup))
    await bot.advance("10s")
    assert seen == [["main"]]


# ---- jobs by decorator ----------------------------------------------------------------------------


@pytest.mark.parametrize("bot", [OTHER_ROOM], indirect=True, ids=["two rooms"])
async def test_a_job_runs_once_for_each_of_the_plugins_rooms(bot, plugin):
    @every("10s")
    def remind(ctx):
        return ctx.room.id

    @cron("1 * * * *")
    async def minute(ctx):
        return f"minute {ctx.room.id}"

    await bot.load(plugin(remind, minute), rooms=["other"])
    assert await bot.advance("10s") == ["other"]
    await bot.load(plugin(remind, name="everywhere"))
    assert sorted(await bot.advance("10s")) == ["main", "other", "other"]
    assert "minute other" in await bot.advance("40s")


@pytest.mark.parametrize(("only_live", "said"), [(True, []), (False, ["tick"])])
@pytest.mark.parametrize("is_async", [True, False])
async def test_a_job_rests_while_nobody_is_live_unless_it_says_so(bot, plugin, only_live, said, is_async):
    @every("10s", only_live=only_live)
    def plain(ctx):
        return "tick"

    @every("10s", only_live=only_live)
    async def coroutine(ctx):
        return "tick"

    await bot.load(plugin(coroutine if is_async else plain))
    await bot.emit("stream_paused")
    assert await bot.advance("10s") == said
    await bot.emit("stream_resumed")
    assert await bot.advance("10s") == ["tick"]


async def test_a_job_that_fails_is_named_by_its_function(bot, plugin):
    @every("10s")
    def remind(ctx):
        raise KeyError("x")

    await bot.load(plugin(remind))
    await bot.advance("10s")
    assert bot.problems == ["plugin toy: remind failed: KeyError: 'x'"]


async def test_a_wrong_crontab_line_of_a_decorator_stops_the_plugin(bot, plugin):
    @cron("whenever")
    def evening(ctx): ...

    with pytest.raises(PluginError, match='"whenever" is not a crontab line'):
        await bot.load(plugin(evening))
    assert "toy" not in bot.engine.seats


# ---- replies --------------------------------------------------------------------------------------


@pytest.fixture
def answering(bot, plugin):
    """Load a plugin that returns each of some values in turn."""

    async def load(*answers):
        waiting = list(answers)

        @command("x")
        def x(ctx):
            return waiting.pop(0)

        await bot.load(plugin(x))

    return load


async def test_what_a_handler_returns_is_said(bot, answering):
    await answering("a", ["b", "c"], ("d", "e"), [], None, "")
    assert [await bot.chat("!x") for _ in range(6)] == [["a"], ["b", "c"], ["d", "e"], [], [], []]
    assert bot.problems == []


async def test_anything_else_is_the_plugins_failure(bot, answering):
    await answering(5, {"a": 1}, b"b", True)
    for name in ("int", "dict", "bytes", "bool"):
        assert await bot.chat("!x") == []
        assert bot.problems[-1].endswith(f"it returned {name}; text or a list of texts is expected")


async def test_of_a_list_all_is_said_up_to_what_is_no_text(bot, answering):
    await answering(["a", 5, "b"])
    assert await bot.chat("!x") == ["a"]
    assert len(bot.problems) == 1


async def test_while_a_job_still_runs_its_next_call_is_left_out(bot, started, caplog):
    calls = []

    async def slow(ctx):
        calls.append(ctx.clock.monotonic())
        await asyncio.sleep(25)

    await started(lambda ctx: ctx.every("10s", slow))
    await bot.advance("95s")
    assert calls == [10, 40, 70]
    assert caplog.text.count("slow was left out once: its last call is still running") == 6


async def test_a_job_that_was_dropped_from_a_full_mailbox_comes_again(bot, started):
    calls = []

    async def tick(ctx):
        calls.append(ctx.clock.monotonic())

    await started(lambda ctx: ctx.every("10s", tick))
    bot.loop.move_to(10)
    bot.loop.call_soon(lambda: bot.engine.seats["toy"].lane.mailbox.clear())
    await bot.advance("20s")
    assert calls[-2:] == [20, 30]
