"""Every public name of ctx, as plugins use it: from plain functions and from coroutines."""

import logging
import random
from dataclasses import dataclass, field

import pytest

from douyinbot import ROLES, ConfigError, Context, Duration, PluginError, Timer, command, hookimpl
from douyinbot.testing.loop import START


@pytest.fixture
def captured(bot, plugin):
    """Load a plugin that keeps the ctx it is given: `ctx = await captured("async")`."""

    async def capture(kind: str = "plain", event=None, **settings) -> Context:
        seen: list[Context] = []

        @hookimpl
        def on_event(ctx, event):
            seen.append(ctx)

        @hookimpl
        async def on_event_async(ctx, event):
            seen.append(ctx)

        @dataclass
        class Config:
            times: int = 3

        on_event_async.__name__ = "on_event"
        await bot.load(plugin(on_event if kind == "plain" else on_event_async, Config=Config), **settings)
        if event is None:
            await bot.chat("hi", "小明", role="fans")
        else:
            await bot.emit(*event)
        return seen[-1]

    return capture


BOTH = pytest.mark.parametrize("kind", ["plain", "async"])


# ---- what is known --------------------------------------------------------------------------------


@BOTH
async def test_what_a_plugin_knows(bot, captured, kind):
    ctx = await captured(kind, times=5)
    assert ctx.event.comment == "hi"
    assert ctx.user.nickname == "小明"
    assert (ctx.room.id, ctx.room.title, ctx.room.live) == ("main", "测试直播间", True)
    assert [room.id for room in ctx.rooms] == ["main"]
    assert ctx.config.times == 5
    assert ctx.simulated is True
    assert ctx.log.name == "douyinbot.plugin.toy"
    assert ctx.clock.now() == START
    assert isinstance(ctx.rng, random.Random)
    assert ctx.command == ""


async def test_an_event_of_nobody_has_no_user(captured):
    ctx = await captured(event=("room_user",))
    assert ctx.user is None
    assert not ctx.has_role("viewer")


async def test_the_clock_is_the_tests_own(bot, captured):
    ctx = await captured()
    await bot.advance("90s")
    assert (ctx.clock.now() - START).total_seconds() == 90
    assert ctx.clock.monotonic() == 90


async def test_a_role_includes_those_below_it(captured):
    ctx = await captured()
    assert [role for role in ROLES if ctx.has_role(role)] == ["viewer", "follower", "fans"]


async def test_state_is_kept_for_each_room(bot, plugin):
    @command("count")
    def count(ctx):
        ctx.state["n"] = ctx.state.get("n", 0) + 1
        return str(ctx.state["n"])

    await bot.load(plugin(count))
    assert [(await bot.chat("!count"))[0] for _ in range(3)] == ["1", "2", "3"]
    assert bot.engine.seats["toy"].state_of("other") == {}


async def test_a_command_is_named_to_on_chat(bot, plugin):
    @command("dice", aliases=["骰子"])
    def dice(ctx):
        return f"command: {ctx.command}"

    @hookimpl
    def on_chat(ctx, event):
        return f"on_chat: {ctx.command}"

    await bot.load(plugin(dice, on_chat))
    assert sorted(await bot.chat("!骰子")) == ["command: dice", "on_chat: dice"]
    assert await bot.chat("hi") == ["on_chat:"]


@pytest.mark.parametrize("hook", ["setup", "teardown"])
async def test_outside_of_a_room_there_is_none(bot, plugin, hook):
    seen = []

    def life(ctx):
        seen.append((ctx.event, ctx.user, ctx.simulated, [room.id for room in ctx.rooms]))
        for use in (lambda: ctx.room, lambda: ctx.state, lambda: ctx.say("x")):
            with pytest.raises(PluginError, match=r"plugin toy: there is no room here; use ctx\.rooms"):
                use()

    life.__name__ = hook
    await bot.load(plugin(hookimpl(life)))
    await bot.engine.unload("toy")
    assert seen == [(None, None, False, ["main"])]
    assert bot.notices == []


# ---- speaking -------------------------------------------------------------------------------------


@BOTH
async def test_say_queues_at_once_and_returns_a_receipt(bot, captured, kind):
    ctx = await captured(kind)
    receipt = ctx.say("你好", priority="high", ttl="5s", key="greeting")
    assert (receipt.text, receipt.room, receipt.plugin) == ("你好", "main", "toy")
    await bot.settle()
    assert bot.sent == ["你好"]
    assert receipt.state == "seen"
    assert await receipt is receipt


async def test_a_forgotten_await_still_sends(bot, plugin):
    @command("x")
    async def x(ctx):
        ctx.say("forgotten")
        receipt = await ctx.say("awaited")
        return receipt.state.value

    await bot.load(plugin(x))
    assert await bot.chat("!x") == ["forgotten", "awaited", "seen"]


async def test_a_plain_function_says_and_returns(bot, plugin):
    @command("x")
    def x(ctx):
        ctx.say("said")
        return ["returned", "twice"]

    await bot.load(plugin(x))
    assert await bot.chat("!x") == ["said", "returned", "twice"]


async def test_a_newer_line_with_the_same_key_replaces_one_that_waits(bot, plugin):
    @command("x")
    def x(ctx):
        ctx.say("old", key="score")
        ctx.say("new", key="score")

    await bot.load(plugin(x))
    assert await bot.chat("!x") == ["new"]
    assert [line.text for line in bot.dropped] == ["old"]


async def test_what_say_cannot_take_is_the_plugins_error(bot, plugin):
    wrong = [{"priority": "urgent"}, {"ttl": "soon"}, {"room": "nowhere"}]

    @command("x")
    def x(ctx):
        ctx.say("x", **wrong[len(bot.problems)])

    await bot.load(plugin(x))
    for _ in wrong:
        assert await bot.chat("!x") == []
    assert [text.split(": ")[0:2] for text in bot.problems] == [["plugin toy", "!x failed"]] * 3


async def test_reply_names_the_viewer(bot, captured):
    ctx = await captured()
    ctx.reply("在")
    await bot.settle()
    assert bot.sent == ["@小明 在"]


async def test_a_reply_to_nobody_names_nobody(bot, captured):
    ctx = await captured(event=("room_user",))
    ctx.reply("在")
    await bot.settle()
    assert bot.sent == ["在"]


# ---- texts ----------------------------------------------------------------------------------------


async def test_render_fills_in_a_text(captured):
    ctx = await captured()
    assert ctx.render("$(user) $(song) $(viewers)", song="稻香") == "小明 稻香 0"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("$(usr)", r'plugin toy: unknown variable \$\(usr\) - did you mean "user"\?'),
        ("$(count deaths)", r"plugin toy: \$\(count NAME\) cannot be used in ctx\.render"),
    ],
)
async def test_what_render_cannot_fill_in(captured, text, problem):
    ctx = await captured()
    with pytest.raises(PluginError, match=problem):
        ctx.render(text)


async def test_a_text_can_be_checked_in_setup_and_filled_in_later(bot, plugin):
    @hookimpl
    def setup(ctx):
        ctx.check_template("$(song)", "song")

    @command("deaths")
    async def deaths(ctx, *words: str):
        return await ctx.fill(ctx.check_template("$(user): $(count deaths) $(1)"), words)

    await bot.load(plugin(setup, deaths))
    assert await bot.chat("!deaths 唉") == ["小明: 1 唉"]
    assert await bot.chat("!deaths") == ["小明: 2"]


async def test_a_text_that_does_not_check_out_stops_the_plugin(bot, plugin):
    @hookimpl
    def setup(ctx):
        ctx.check_template("$(sonq)", "song")

    with pytest.raises(PluginError, match=r'unknown variable \$\(sonq\) - did you mean "song"\?'):
        await bot.load(plugin(setup))


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (
            {"text": "$(usr)"},
            r'^test\.toml: plugins\.toy\.text: unknown variable \$\(usr\) - did you mean "user"',
        ),
        (
            {"rules": [{"say": ["$(user)", "$(usr)"]}]},
            r"^test\.toml: plugins\.toy\.rules\[0\]\.say\[1\]: unknown",
        ),
    ],
    ids=["a text", "a list inside a table of a list"],
)
async def test_a_wrong_text_from_the_settings_is_named_by_its_key(bot, plugin, settings, problem):
    @dataclass
    class Config:
        text: str = ""
        rules: list[dict[str, list[str]]] = field(default_factory=list)

    @hookimpl
    def setup(ctx):
        for text in (ctx.config.text, *(text for rule in ctx.config.rules for text in rule["say"])):
            ctx.check_template(text)

    with pytest.raises(ConfigError, match=problem):
        await bot.load(plugin(setup, Config=Config), **settings)


async def test_a_plugins_own_complaint_about_its_settings_names_the_plugin(bot, plugin):
    @hookimpl
    def setup(ctx):
        raise ConfigError("there is no song")

    with pytest.raises(PluginError, match=r"^plugin toy: there is no song"):
        await bot.load(plugin(setup))


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"every": "10m", "say": "$(usr)"}, r"unknown variable \$\(usr\)"),
        ({"cron": "x", "say": "hi"}, "crontab line"),
    ],
)
async def test_a_wrong_timer_is_the_settings_fault_only_if_it_is_the_settings(bot, plugin, wrong, problem):
    @hookimpl
    def setup(ctx):
        ctx.add_timer(ctx.config)

    @hookimpl
    def on_follow(ctx):
        ctx.add_timer(Timer(name="other", every=Duration(10), say="$(usr)"))

    with pytest.raises(ConfigError, match=rf"^test\.toml: plugins\.toy: .*{problem}"):
        await bot.load(plugin(setup, Config=Timer), name="toy", **wrong)
    await bot.load(plugin(on_follow))
    await bot.emit("follow", user="小明")
    assert "on_follow failed" in bot.problems[0]
    assert "toml" not in bot.problems[0]


async def test_the_log_is_the_plugins_own(captured, caplog):
    ctx = await captured()
    with caplog.at_level(logging.INFO, "douyinbot.plugin.toy"):
        ctx.log.info("hello %s", "world")
    assert caplog.record_tuples == [("douyinbot.plugin.toy", logging.INFO, "hello world")]
