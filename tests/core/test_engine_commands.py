"""From a line of chat to a command of a plugin: who may, how often, and what is answered."""

import pytest

from douyinbot import ROLES, PluginError, User, command, hookimpl

OTHER_ROOM = '[[rooms]]\nid = "other"\nconnector = "air"\nsend = "live"\n'


@command("dice", aliases=["骰子"])
def dice(ctx, sides: int = 6):
    return f"1-{sides}"


async def test_a_line_becomes_a_call(bot, plugin):
    await bot.load(plugin(dice))
    for line in ("!dice 20", "！ＤＩＣＥ ２０", " ! 骰子  20 "):
        assert await bot.chat(line) == ["1-20"]
    assert await bot.chat("dice 20") == []
    assert await bot.chat("!dicey 20") == []


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("!dice x", "sides 应为整数。用法: !dice [sides]"),
        ("!dice 1 2", "参数太多。用法: !dice [sides]"),
        ("!give", "缺少 who。用法: !give <who> [amount]"),
        ("!give @nobody", "who 应为@观众。用法: !give <who> [amount]"),
    ],
)
async def test_wrong_arguments_are_answered_with_the_usage(bot, plugin, line, answer):
    @command("give")
    def give(ctx, who: User, amount: int = 1): ...

    await bot.load(plugin(dice, give))
    assert await bot.chat(line) == [answer]
    assert bot.problems == []


async def test_a_viewer_is_found_by_name(bot, plugin):
    @command("give")
    def give(ctx, who: User):
        return who.id

    await bot.load(plugin(give))
    await bot.emit("member", user="小红")
    assert await bot.chat("!give @小红") == [bot.user("小红").id]


async def test_coroutines_are_commands_too(bot, plugin):
    @command("count")
    async def count(ctx, *, what: str = "all"):
        return f"{what} {await ctx.store.incr(what)}"

    await bot.load(plugin(count))
    assert await bot.chat("!count red apples") == ["red apples 1"]
    assert await bot.chat("!count red apples") == ["red apples 2"]


async def test_a_command_may_do_without_ctx(bot, plugin):
    @command("add")
    def add(*numbers: int):
        return str(sum(numbers))

    await bot.load(plugin(add))
    assert await bot.chat("!add 1 2 3") == ["6"]


async def test_history_calls_no_command(bot, plugin):
    await bot.load(plugin(dice))
    assert await bot.chat("!dice", history=True) == []


async def test_nobody_calls_no_command(bot, plugin):
    await bot.load(plugin(dice))
    assert await bot.emit("chat", user=None, comment="!dice") == []


# ---- cooldowns ------------------------------------------------------------------------------------


@pytest.mark.parametrize("bot", [OTHER_ROOM], indirect=True, ids=["two rooms"])
@pytest.mark.parametrize(
    ("cooldown", "answers"),
    [
        ("3s", [1, 0, 1, 1]),
        ({"room": "3s"}, [1, 0, 0, 1]),
        ({"global": "3s"}, [1, 0, 0, 0]),
        ("", [1, 1, 1, 1]),
    ],
    ids=["user", "room", "global", "none"],
)
async def test_a_command_rests(bot, plugin, cooldown, answers):
    @command("ping", cooldown=cooldown)
    def ping(ctx):
        return "pong"

    await bot.load(plugin(ping))
    lines = [("小明", "main"), ("小明", "main"), ("小红", "main"), ("小绿", "other")]
    assert [len(await bot.chat("!ping", user, room=room)) for user, room in lines] == answers
    await bot.advance("3s")
    assert await bot.chat("!ping") == ["pong"]


async def test_a_usage_error_costs_no_cooldown(bot, plugin):
    @command("roll", cooldown="1h")
    def roll(ctx, sides: int):
        return str(sides)

    await bot.load(plugin(roll))
    assert len(await bot.chat("!roll x")) == 1
    assert await bot.chat("!roll 6") == ["6"]
    assert await bot.chat("!roll 6") == []
    assert bot.engine.counts["command on cooldown"] == 1


async def test_aliases_share_a_cooldown(bot, plugin):
    @command("ping", "乒", cooldown="3s")
    def ping(ctx):
        return "pong"

    await bot.load(plugin(ping))
    assert await bot.chat("!ping") == ["pong"]
    assert await bot.chat("!乒") == []


# ---- roles ----------------------------------------------------------------------------------------


async def test_a_command_may_need_a_role(bot, plugin):
    @command("secret", role="fans")
    def secret(ctx):
        return "秘密"

    await bot.load(plugin(secret))
    answered = [role for role in ROLES if await bot.chat("!secret", role=role)]
    assert answered == ["fans", "admin", "owner"]


STAFF = """
[[rooms]]
id = "staffed"
connector = "air"
send = "live"
owner = "100"
admins = ["200", "dy_admin"]
vips = ["300"]
"""


@pytest.mark.parametrize("bot", [STAFF], indirect=True, ids=["staffed"])
async def test_roles_come_from_the_platform_and_from_ids_never_from_names(bot, plugin):
    @hookimpl
    def on_chat(ctx, event):
        return f"{event.comment}: {ctx.user.role}"

    people = {
        "owner by id": ({"id": "100"}, "owner"),
        "owner by number": ({"id": "1", "unique_id": "100"}, "owner"),
        "admin by id": ({"id": "200"}, "admin"),
        "admin by number": ({"id": "1", "unique_id": "dy_admin"}, "admin"),
        "vip": ({"id": "300"}, "fans"),
        "vip and moderator": ({"id": "300", "role": "admin"}, "admin"),
        "admin and streamer": ({"id": "200", "role": "owner"}, "owner"),
        "the platform's fan": ({"id": "1", "role": "fans"}, "fans"),
        "the platform's moderator": ({"id": "1", "role": "admin"}, "admin"),
        "a viewer": ({"id": "1"}, "viewer"),
        "the owner's id as nickname": ({"id": "1", "nickname": "100"}, "viewer"),
        "an admin's number as nickname": ({"id": "1", "nickname": "dy_admin", "sec_uid": "200"}, "viewer"),
        "a masked one": ({"id": "100", "is_anonymous": True}, "viewer"),
        "without any id": ({"id": "", "unique_id": ""}, "viewer"),
    }
    await bot.load(plugin(on_chat))
    for who, (fields, _) in people.items():
        await bot.chat(who, User(**{"nickname": "小明", **fields}), room="staffed")
    assert bot.sent == [f"{who}: {role}" for who, (_, role) in people.items()]


async def test_the_first_plugin_that_knows_a_role_decides(bot, plugin):
    def naming(name: str, **roles: str):
        @hookimpl
        def get_role(user):
            return roles.get(user.nickname)

        return plugin(get_role, name=name)

    @hookimpl
    def on_chat(ctx, event):
        return ctx.user.role

    await bot.load(naming("one", a="admin", b="fans"))
    await bot.load(naming("two", b="owner", c="king", d="viewer"))
    await bot.load(plugin(on_chat))
    said = [(await bot.chat("hi", name, role="follower"))[0] for name in "abcde"]
    assert said == ["admin", "fans", "follower", "viewer", "follower"]


async def test_a_plugin_that_cannot_name_a_role_decides_nothing(bot, plugin):
    @hookimpl
    def get_role(ctx, user):
        raise KeyError(user.nickname)

    @hookimpl
    def on_chat(ctx, event):
        return ctx.user.role

    await bot.load(plugin(get_role, name="broken"))
    await bot.load(plugin(on_chat))
    assert await bot.chat("hi", role="fans") == ["fans"]
    assert bot.problems[0] == "plugin broken: get_role failed: KeyError: '小明'"


# ---- rooms, names, plugins that go ----------------------------------------------------------------


@pytest.mark.parametrize("bot", [OTHER_ROOM], indirect=True, ids=["two rooms"])
async def test_a_command_works_in_its_plugins_rooms(bot, plugin):
    await bot.load(plugin(dice), rooms=["other"])
    assert await bot.chat("!dice", room="main") == []
    assert await bot.chat("!dice", room="other") == ["1-6"]
    assert bot.receipts[0].room == "other"


async def test_a_name_that_is_taken_keeps_the_second_plugin_out(bot, plugin):
    @command("骰子")
    def other(ctx): ...

    await bot.load(plugin(dice, name="one"))
    with pytest.raises(PluginError, match='plugin two: the command name "骰子" is taken by plugin one'):
        await bot.load(plugin(other, name="two"))
    assert await bot.chat("!骰子") == ["1-6"]
    assert set(bot.engine.host.failed) == {"two"}


async def test_commands_of_an_unloaded_plugin_are_gone(bot, plugin):
    await bot.load(plugin(dice))
    await bot.engine.unload("toy")
    assert await bot.chat("!dice") == []
    await bot.load(plugin(dice))
    assert await bot.chat("!dice") == ["1-6"]


@pytest.mark.parametrize("bot", ['[commands]\nhi = "你好"\n'], indirect=True, ids=["toml"])
async def test_a_plugin_cannot_take_the_name_of_a_text_command(bot, plugin):
    @command("HI")
    def other(ctx): ...

    with pytest.raises(PluginError, match=r'name "HI" is taken by plugin bot\.toml'):
        await bot.load(plugin(other))


# ---- commands that come and go ------------------------------------------------------------------------


async def test_a_command_can_be_added_and_taken_away(bot, plugin):
    @hookimpl
    async def on_follow(ctx, event):
        async def speak(ctx, *words: str):
            return f"{ctx.command} {words}"

        ctx.state["remove"] = ctx.add_command("早", speak, aliases=["morning"], help="问好")

    @hookimpl
    def on_share(ctx, event):
        ctx.state["remove"]()

    await bot.load(plugin(on_follow, on_share))
    assert await bot.chat("!早") == []
    await bot.emit("follow", user="小明")
    assert await bot.chat("!早 a") == ["早 ('a',)"]
    assert await bot.chat("!MORNING") == ["早 ()"]
    await bot.emit("share", user="小明")
    assert await bot.chat("!早") == []


async def test_added_commands_go_with_their_plugin(bot, plugin):
    @hookimpl
    def setup(ctx):
        ctx.add_command("早", lambda ctx: "早上好")

    await bot.load(plugin(setup))
    assert await bot.chat("!早") == ["早上好"]
    await bot.engine.unload("toy")
    assert await bot.chat("!早") == []


async def test_an_added_command_must_be_sound(bot, plugin):
    @command("早")
    def morning(ctx):
        return "早"

    @hookimpl
    def on_follow(ctx, event):
        for attempt in (
            lambda: ctx.add_command("早", lambda ctx: "x"),
            lambda: ctx.add_command("晚", lambda ctx, **more: "x"),
            lambda: ctx.add_command("晚", lambda ctx: "x", role="king"),
        ):
            try:
                attempt()
            except (PluginError, ValueError) as error:
                ctx.state.setdefault("errors", []).append(str(error))

    await bot.load(plugin(morning, on_follow))
    await bot.emit("follow", user="小明")
    taken, untypable, no_role = bot.engine.seats["toy"].state_of("main")["errors"]
    assert "is taken by plugin toy" in taken
    assert "cannot be typed" in untypable
    assert "role must be one of" in no_role


async def test_commands_are_listed_for_whom_they_are(bot, plugin):
    @command("a", "甲", examples={"!a": "a"})
    def first(ctx, number: int = 3):
        "第一个"

    @command("b", role="admin")
    def second(ctx):
        return None

    @command("c", hidden=True)
    def third(ctx):
        return None

    @hookimpl
    def on_chat(ctx, event):
        ctx.state["seen"] = ctx.commands

    module = await bot.load(plugin(first, second, third, on_chat))
    assert module
    await bot.chat("hi")
    (info,) = bot.engine.seats["toy"].state_of("main")["seen"]
    assert (info.name, info.aliases, info.usage, info.help) == ("a", ("甲",), "!a [number]", "第一个")
    assert (info.role, info.plugin, info.hidden, info.examples) == ("viewer", "toy", False, ("!a",))
    await bot.chat("hi", user="房管", role="admin")
    assert [info.name for info in bot.engine.seats["toy"].state_of("main")["seen"]] == ["a", "b"]


async def test_commands_of_a_group_rest_together(bot, plugin):
    @command("a", cooldown={"room": "5s"}, group="games")
    def first(ctx):
        return "a"

    @command("b", cooldown={"room": "5s"}, group="games")
    def second(ctx):
        return "b"

    await bot.load(plugin(first, second))
    assert await bot.chat("!a") == ["a"]
    assert await bot.chat("!b") == []
    await bot.advance("5s")
    assert await bot.chat("!b") == ["b"]


async def test_some_need_not_wait(bot, plugin):
    @command("a", cooldown={"room": "5s"}, exempt="admin")
    def first(ctx):
        return f"{ctx.user.short_name}"

    await bot.load(plugin(first))
    assert await bot.chat("!a", user="小明") == ["小明"]
    assert await bot.chat("!a", user="小红") == []
    assert await bot.chat("!a", user="房管", role="admin") == ["房管"]
