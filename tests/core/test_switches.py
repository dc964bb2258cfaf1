"""What is switched off in a room: on the disk, and in all that a plugin does."""

import asyncio

import pytest

from douyinbot import command, every, hookimpl
from douyinbot.core.switches import Switches, switched_off
from douyinbot.store import open_database
from douyinbot.testing.loop import START

SIDE = '[[rooms]]\nid = "side"\nconnector = "air"\nsend = "live"\n'


def with_store(scene):
    async def main():
        async with await open_database("sqlite://", clock=lambda: START) as database:
            return await scene(database.namespace("bot.toml"))

    return asyncio.run(main())


def test_what_is_off_in_one_room_is_on_in_the_others_also_after_a_new_start():
    async def scene(store):
        changes = []
        switches = Switches(store, lambda: changes.append(1))
        await switches.switch("main", "command", "dice", on=False)
        await switches.switch("main", "plugin", "dice", on=False)
        await switches.switch("a:b", "plugin", "points", on=False)
        assert len(changes) == 3
        again = Switches(store, lambda: None)
        await again.load(["main", "side"])
        return (
            await switched_off(store),
            again.is_off("main", "command", "dice"),
            again.is_off("side", "command", "dice"),
            again.is_off("a:b", "plugin", "points"),
            again.off("main", "plugin"),
            again.rooms_without("plugin", "dice"),
        )

    stored, *answers = with_store(scene)
    assert stored == {"main": {("command", "dice"), ("plugin", "dice")}, "a:b": {("plugin", "points")}}
    assert answers == [True, False, False, ["dice"], ["main"]]


def test_what_is_on_again_leaves_nothing_behind():
    async def scene(store):
        switches = Switches(store, lambda: None)
        await switches.switch("main", "command", "dice", on=False)
        await switches.switch("main", "command", "dice", on=True)
        await switches.switch("main", "command", "never", on=True)
        return await store.keys(), switches.off("main", "command")

    assert with_store(scene) == ([], [])


# ---- a whole bot ----------------------------------------------------------------------------------


@pytest.fixture
def toy(plugin):
    @command("dice")
    def dice(ctx):
        return f"{ctx.room.id}: {' '.join(room.id for room in ctx.rooms)}"

    @command("later")
    def later(ctx):
        ctx.later("5s", lambda ctx: f"late in {ctx.room.id}")
        return "wait"

    @hookimpl
    def on_gift(ctx, event):
        return f"thanks in {ctx.room.id}"

    @every("1m")
    def beat(ctx):
        return f"beat {ctx.room.id}"

    @hookimpl
    def filter_message(message):
        return message.text + "."

    @hookimpl
    def get_role(user):
        return "admin" if user.nickname == "小红" else None

    return plugin(dice, later, on_gift, beat, filter_message, get_role, name="toy")


@pytest.mark.parametrize("bot", [SIDE], indirect=True)
async def test_a_plugin_that_is_off_in_a_room_does_nothing_there(bot, toy):
    await bot.load(toy)
    await bot.chat("!later", room="main")
    await bot.engine.switches.switch("main", "plugin", "toy", on=False)
    assert await bot.chat("!dice", room="main") == []
    assert await bot.gift() == []
    assert await bot.chat("!dice", room="side") == ["side: side."]
    assert await bot.gift(room="side") == ["thanks in side."]
    assert await bot.advance("61s") == ["beat side."]  # and nothing of what was to come later
    assert await bot.chat("!why", role="admin", room="main") == ["!dice: 在这个直播间关着"]
    await bot.engine.switches.switch("main", "plugin", "toy", on=True)
    assert await bot.gift() == ["thanks in main."]
    assert sorted(await bot.advance("60s")) == ["beat main.", "beat side."]


@pytest.mark.parametrize("bot", [SIDE], indirect=True)
async def test_the_owner_switches_a_command_off_in_the_room_where_that_is_said(bot, toy):
    await bot.load(toy)
    assert await bot.chat("!command dice off", role="admin") == []
    assert await bot.chat("!command", role="owner") == ["没有关着的命令."]
    assert await bot.chat("!command !DICE off", role="owner") == ["!DICE 关了."]
    assert await bot.chat("!dice") == []
    assert await bot.chat("!dice", room="side") == ["side: main side."]
    assert await bot.gift() == ["thanks in main."]
    assert await bot.chat("!命令开关", role="owner") == ["关着的命令: dice."]
    assert await bot.chat("!command dice", role="owner") == ["dice 关着."]
    assert await bot.chat("!command dice on", role="owner") == ["dice 开了."]
    assert await bot.chat("!dice") == ["main: main side."]


@pytest.mark.parametrize("name", ["command", "插件", "why", "!resume", "nothing"])
async def test_the_bots_own_orders_cannot_be_switched_off(bot, name):
    assert await bot.chat(f"!command {name} off", role="owner") == [f"{name} 没有关了，原因见终端"]
    assert await bot.chat("!command", role="owner") == ["没有关着的命令"]


TIMERS = """
    [[timers]]
    name = "own"
    every = "1m"
    say = "from bot.toml"
"""


@pytest.mark.parametrize("bot", [TIMERS], indirect=True)
async def test_timers_of_a_plugin_are_silent_where_it_is_off(bot, plugin):
    from douyinbot import Timer

    @hookimpl
    def setup(ctx):
        ctx.add_timer(Timer(name="t", every=60.0, say="from the plugin"))

    await bot.load(plugin(setup, name="speaker"))
    assert sorted(await bot.advance("75s")) == ["from bot.toml", "from the plugin"]
    await bot.engine.switches.switch("main", "plugin", "speaker", on=False)
    assert await bot.advance("60s") == ["from bot.toml"]


@pytest.mark.parametrize("bot", ['[commands]\n"群" = "123"\n'], indirect=True)
async def test_text_commands_have_switches_too_and_the_help_leaves_them_out(bot):
    await bot.load("douyinbot_help")
    assert "群" in (await bot.chat("!help"))[0]
    await bot.chat("!command 群 off", role="owner")
    assert await bot.chat("!群") == []
    await bot.advance("10s")
    assert "群" not in (await bot.chat("!help"))[0]
