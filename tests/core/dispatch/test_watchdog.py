import asyncio
import logging
import threading

from douyinbot import command, hookimpl
from douyinbot.core.dispatch import watchdog
from douyinbot.core.dispatch.lane import FAILURES, REST
from douyinbot.core.dispatch.watchdog import BUSY, GIVE_UP, Watchdog


def told(bot, level: str) -> list[str]:
    return [notice.text for notice in bot.notices if notice.level == level]


async def test_a_busy_plugin_is_named_once(bot, plugin):
    @hookimpl
    async def on_chat(ctx, event):
        await asyncio.sleep(20)

    await bot.load(plugin(on_chat, name="slow"))
    await bot.chat("hi")
    await bot.advance(BUSY - 1)
    assert told(bot, "warning") == []
    await bot.advance(10)
    (warning,) = told(bot, "warning")
    assert warning.startswith("plugin slow: on_chat has been busy for ")
    assert warning.endswith("only it has to wait")
    assert [notice.plugin for notice in bot.notices if notice.level == "warning"] == ["slow"]
    await bot.advance(20)
    assert bot.problems == []


async def test_each_long_call_is_named(bot, plugin):
    @command("slow")
    async def slow(ctx):
        await asyncio.sleep(10)

    await bot.load(plugin(slow, name="slow"))
    for _ in range(2):
        await bot.chat("!slow")
        await bot.advance(15)
    assert len(told(bot, "warning")) == 2
    assert "!slow has been busy" in told(bot, "warning")[0]


async def test_a_stuck_coroutine_is_given_up_and_its_plugin_goes_on(bot, plugin):
    @hookimpl
    async def on_chat(ctx, event):
        if event.comment == "hang":
            await asyncio.Event().wait()
        return event.comment

    await bot.load(plugin(on_chat, name="stuck"))
    await bot.chat("hang")
    assert await bot.chat("next") == []
    await bot.advance(GIVE_UP - 2)
    assert bot.problems == []
    assert await bot.advance(4) == ["next"]
    assert [text.split(" after ")[0] for text in bot.problems] == [
        "plugin stuck: on_chat was given up",
        "plugin stuck: on_chat failed: TimeoutError: it took too long and was given up",
    ]


async def test_a_plain_function_that_waits_too_long_is_only_named(bot, plugin):
    @hookimpl
    def on_chat(ctx, event):
        ctx._seat.runner.wait(asyncio.sleep(100))
        return "done"

    await bot.load(plugin(on_chat, name="slow"))
    await bot.chat("hi")
    assert await bot.advance(101) == ["done"]
    assert len(told(bot, "warning")) == 1
    assert bot.problems == []


async def test_a_plugin_that_waits_for_an_event_is_not_busy(bot, plugin):
    @command("quiz")
    async def quiz(ctx):
        answer = await ctx.wait_for("chat", lambda event: event.comment == "42", timeout="10m")
        return f"{answer.user.nickname} 答对了"

    await bot.load(plugin(quiz))
    await bot.chat("!quiz")
    await bot.advance("9m")
    assert await bot.chat("42", "小红") == ["小红 答对了"]
    assert told(bot, "warning") == bot.problems == []


async def test_after_waiting_the_time_to_be_busy_begins_anew(bot, plugin):
    @command("quiz")
    async def quiz(ctx):
        await ctx.wait_for("chat", timeout="60s")
        await asyncio.sleep(BUSY - 1)
        return "done"

    await bot.load(plugin(quiz))
    await bot.chat("!quiz")
    assert await bot.advance("70s") == ["done"]
    assert told(bot, "warning") == bot.problems == []


def test_a_blocked_event_loop_is_logged_with_the_place_where_it_stands(monkeypatch, caplog):
    """The watchdog's thread sees that the loop's own heart has stopped."""
    monkeypatch.setattr(watchdog, "BUSY", 0.01)
    logged = threading.Event()

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if "block_here" in (record.stack_info or ""):
                logged.set()

    handler = Handler()
    watchdog.log.addHandler(handler)

    async def main() -> None:
        running = asyncio.create_task(Watchdog({}, None, None, print, asyncio.Event()).run())
        await asyncio.sleep(0)
        block_here(logged)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    try:
        asyncio.run(main())
    finally:
        watchdog.log.removeHandler(handler)
    for thread in threading.enumerate():
        if thread.name == "watchdog":
            thread.join(5)  # it may still be on its way from our handler to the next one
    assert "the event loop has been blocked" in caplog.text
    assert "block_here" in caplog.text


def block_here(logged: threading.Event) -> None:
    assert logged.wait(10)


def test_the_watchdogs_thread_ends_with_it(monkeypatch):
    monkeypatch.setattr(watchdog, "BUSY", 0.01)

    others = set(threading.enumerate())  # those of bots that have just stopped may still be on their way out

    async def main() -> list[threading.Thread]:
        running = asyncio.create_task(Watchdog({}, None, None, print, asyncio.Event()).run())
        await asyncio.sleep(0)
        threads = [thread for thread in set(threading.enumerate()) - others if thread.name == "watchdog"]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return threads

    for thread in asyncio.run(main()):
        thread.join(10)
        assert not thread.is_alive()


def test_the_limits_are_those_that_are_documented():
    assert (BUSY, GIVE_UP) == (5.0, 30.0)


async def test_what_a_slow_plugin_does_not_get_is_counted_and_told_once_a_minute(bot, plugin):
    @hookimpl
    async def on_event(ctx, event):
        await asyncio.sleep(25)

    await bot.load(plugin(on_event, name="slow"))
    seat = bot.engine.seats["slow"]
    seat.lane.mailbox.size = 3
    await bot.chat("hi")
    for _ in range(2):
        for _ in range(5):
            await bot.emit("like", like_count=1)
        await bot.emit("gift", user="小红", gift_name="玫瑰", total=1)
        await bot.advance("2s")
    assert bot._bot.shed == {"like dropped by slow": 9}
    (told,) = [text for text in told_of(bot) if "cannot keep up" in text]
    (entry,) = bot.engine.journal.find("slow")
    assert entry.why == "it could not keep up and did not get 3 like"
    assert told == "plugin slow cannot keep up and did not get everything: 3 like"
    assert seat.lane.mailbox.dropped["gift"] == 0


def told_of(bot) -> list[str]:
    return [notice.text for notice in bot.notices]


async def test_a_busy_plugins_stack_is_logged(bot, plugin, caplog):
    async def deep_inside():
        await asyncio.sleep(20)

    @hookimpl
    async def on_chat(ctx, event):
        await deep_inside()

    await bot.load(plugin(on_chat, name="slow"))
    await bot.chat("hi")
    await bot.advance(BUSY + 1)
    (record,) = [record for record in caplog.records if record.name == watchdog.log.name]
    assert record.getMessage() == "plugin slow: on_chat stands here:"
    assert "in on_chat" in record.stack_info
    assert "await asyncio.sleep(20)" in record.stack_info


async def test_the_end_of_a_rest_is_told(bot, plugin):
    @hookimpl
    async def on_chat(ctx, event):
        raise RuntimeError

    await bot.load(plugin(on_chat, name="weak"))
    for _ in range(FAILURES):
        await bot.chat("hi")
    await bot.advance(REST - 2)
    assert told(bot, "info") == []
    await bot.advance(4)
    assert told(bot, "info") == ["plugin weak has rested and is called again"]
    await bot.advance(60)
    assert len(told(bot, "info")) == 1


async def test_nobody_looks_while_no_plugin_works(bot, plugin, monkeypatch):
    looks = []
    monkeypatch.setattr(Watchdog, "look", lambda self: looks.append(bot.loop.time()))

    @hookimpl
    async def on_chat(ctx, event):
        await asyncio.sleep(float(event.comment))

    await bot.load(plugin(on_chat))
    await bot.advance("1h")
    assert looks == []
    await bot.chat("3.5")
    await bot.advance("1h")
    assert looks == [3601, 3602, 3603, 3604]


async def test_what_a_resting_plugin_loses_is_counted_but_not_called_slow(bot, plugin):
    @hookimpl
    async def on_chat(ctx, event):
        raise ValueError(event.comment)

    await bot.load(plugin(on_chat, name="broken"))
    for number in range(7):
        await bot.chat(str(number))
    await bot.advance("1m")
    assert bot._bot.shed == {"chat dropped by broken": 2}
    await bot.advance("10m")
    await bot.chat("again")
    await bot.advance("1m")
    assert [text for text in told_of(bot) if "cannot keep up" in text] == []
