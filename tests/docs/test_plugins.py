"""docs/plugins.md against the code: hooks, ctx, events, commands, store, variables, the kit, public names."""

import asyncio
import dataclasses
import inspect
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from click.testing import CliRunner

import douyinbot
from douyinbot import errors, hookspecs
from douyinbot.cli import group
from douyinbot.config import parse_config
from douyinbot.core import engine
from douyinbot.core.bot import Bot
from douyinbot.core.context import Context
from douyinbot.core.dispatch import lane, mailbox, watchdog
from douyinbot.core.dispatch.blocking import HttpReply
from douyinbot.core.dispatch.filters import Message
from douyinbot.core.liveroom import MOST_VIEWERS, LiveRoom
from douyinbot.core.notices import Notice
from douyinbot.core.plugins.registry import Registry
from douyinbot.core.texts.templates import VARIABLES
from douyinbot.events import (
    EVENTS,
    ROLES,
    Badge,
    EmoteInText,
    Event,
    FollowInfo,
    LinkMicArmy,
    TopViewer,
    User,
    UserDetails,
)
from douyinbot.outbox import Receipt
from douyinbot.store import Store, open_database
from douyinbot.testing import BotHarness, pytest_plugin
from douyinbot.webcast import tiktok
from douyinbot.webcast.douyin import TABLE
from tests.web.house import House

ROOT = Path(__file__).parents[2]
HOOKS: dict[str, Callable[..., Any]] = {
    name: value
    for name, value in vars(hookspecs).items()
    if inspect.isfunction(value) and hasattr(value, f"{hookspecs.PROJECT}_spec")
}
FROM_THE_CONNECTION = {
    *("connected", "disconnected", "reconnecting", "websocket_connected", "failure", "raw_data", "unknown")
}
FROM_DOUYIN = FROM_THE_CONNECTION.union(*(row.kinds for row in TABLE.values()))
FROM_TIKTOK = FROM_THE_CONNECTION.union(*(row.kinds for row in tiktok.TABLE.values()))


def signature(function: Callable[..., Any]) -> str:
    """Return a signature as documents write it: no self, no annotations."""
    found = inspect.signature(function)
    parameters = [
        parameter.replace(annotation=parameter.empty)
        for parameter in found.parameters.values()
        if parameter.name != "self"
    ]
    return str(found.replace(parameters=parameters, return_annotation=found.empty))


def public_members(kind: type) -> dict[str, str]:
    """Return the public members of a class, methods with their signature."""
    return {
        name: signature(value) if callable(value) else ""
        for name, value in vars(kind).items()
        if not name.startswith("_")
    }


def fields_of(kind: type[msgspec.Struct]) -> set[str]:
    return set(kind.__struct_fields__)


# ---- hooks --------------------------------------------------------------------------------------


def test_every_hook_is_there_with_its_arguments(plugins_md: Any) -> None:
    documented = [row.code("hook") for row in plugins_md.section("Hooks").table("hook")]
    assert sorted(code[0] for code in documented) == sorted(
        f"{name}{signature(function)}" for name, function in HOOKS.items()
    )


def test_there_are_hooks() -> None:
    assert {"setup", "on_chat", "filter_event", "get_role", "register", "on_raw"} <= set(HOOKS)


def test_limits_of_the_machinery(plugins_md: Any) -> None:
    text = plugins_md.flat
    assert (lane.FAILURES, lane.WINDOW, lane.REST) == (5, 60.0, 300.0)
    assert "| five errors within a minute | the plugin rests for five minutes" in text
    assert f"| a call takes {watchdog.BUSY:g} s |" in text
    assert f"| an `async def` takes {watchdog.GIVE_UP:g} s |" in text
    assert f"| more than {mailbox.Mailbox[Any]().size} calls wait |" in text
    assert f"with {engine.SETUP_TIME:g} seconds to do it. If it raises" in text
    assert f"when the bot stops, with {engine.TEARDOWN_TIME:g} seconds to do it" in text
    assert f"the last {MOST_VIEWERS} names are kept" in text


# ---- ctx ----------------------------------------------------------------------------------------


def test_every_member_of_ctx_is_there_with_its_arguments(plugins_md: Any) -> None:
    rows = plugins_md.section("What `ctx` offers").table("member")
    documented = {code.removeprefix("ctx.") for row in rows for code in row.code("member")}
    assert documented == {f"{name}{arguments}" for name, arguments in public_members(Context).items()}


def test_everything_about_the_room_is_there(plugins_md: Any) -> None:
    rows = plugins_md.section("What is known").table("field")
    documented = {row.code("field")[0].partition("(")[0] for row in rows}
    fields = {field.name for field in dataclasses.fields(LiveRoom) if not field.name.startswith("_")}
    methods = {name for name in public_members(LiveRoom) if name not in fields}
    assert documented == fields | (methods - {"note"})  # which the bot itself calls


def test_everything_about_a_receipt_is_there(plugins_md: Any) -> None:
    rows = plugins_md.section("Speaking").table("member of a receipt")
    documented = {row.code("member of a receipt")[0] for row in rows} - {"await receipt"}
    told = Receipt("L1", "", room="", plugin="", clock=lambda: None)  # type: ignore[arg-type, return-value]
    own = {name for name in vars(told) if not name.startswith("_")}
    methods = public_members(Receipt)
    for_the_outbox = {"divide", "record"}
    expected = {f"receipt.{name}" for name in own} | {
        f"receipt.{name}{arguments}" for name, arguments in methods.items() if name not in for_the_outbox
    }
    assert documented == expected


def test_the_blocking_answer_is_there(plugins_md: Any) -> None:
    cell = next(row for row in plugins_md.table("member") if row.first == "`ctx.http`")["what it does"]
    for name in [*(field.name for field in dataclasses.fields(HttpReply)), "text()", "json()"]:
        assert f"`{name}`" in cell


def test_message_and_notice_are_there(plugins_md: Any) -> None:
    sentence = re.search(r"A `Message` has (.*?)\. An error", plugins_md.text, re.DOTALL)
    assert sentence is not None
    assert set(re.findall(r"`(\w+)`", sentence[1])) == {field.name for field in dataclasses.fields(Message)}
    row = next(row for row in plugins_md.table("method") if row.first == "`bot.notices`")
    assert set(row.code("what it does")) == {field.name for field in dataclasses.fields(Notice)}


# ---- events -------------------------------------------------------------------------------------


def test_every_event_is_there_with_its_fields(plugins_md: Any) -> None:
    rows = {row.code("class")[0]: row for row in plugins_md.section("Events").table("class")}
    assert set(rows) == {kind.__name__ for kind in EVENTS.values()}
    for kind, event in EVENTS.items():
        row = rows[event.__name__]
        assert row["kind"] == f"`{kind}`"
        if event.__name__ != "Gift":
            fields = set(row.code("own fields")) & {*event.__struct_fields__}
            assert fields - fields_of(Event) == fields_of(event) - fields_of(Event), event.__name__


def test_gifts_have_a_table_of_their_own(plugins_md: Any) -> None:
    rows = plugins_md.section("Gifts").table("field of `Gift`")
    assert {row.code("field of `Gift`")[0] for row in rows} == fields_of(EVENTS["gift"]) - fields_of(Event)


def test_hooks_of_events_are_right(plugins_md: Any) -> None:
    for row in plugins_md.section("Events").table("class"):
        kind = row.code("kind")[0]
        expected = {
            "gift": ["on_gift", "on_gift_update"],
            "raw_data": ["on_raw"],
        }.get(kind, [hookspecs.EVENT_HOOKS.get(kind, "on_event")])
        assert row.code("hook") == expected, kind


def test_which_events_each_platform_gives(plugins_md: Any) -> None:
    for row in plugins_md.section("Events").table("class"):
        kind = row.code("kind")[0]
        assert row["Douyin"] == ("yes" if kind in FROM_DOUYIN else "no"), kind
        assert row["TikTok"] == ("yes" if kind in FROM_TIKTOK else "no"), kind


def test_words_for_the_state_of_packets_and_battles(plugins_md: Any) -> None:
    folder = ROOT / "douyinbot" / "webcast" / "douyin"
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    (packets,) = re.findall(r"An `Envelope` is (.*?)\. The result", plugins_md.flat)
    (row,) = [row for row in plugins_md.table("class") if row.first == "`LinkMicBattle`"]
    words = [*re.findall(r'`"([a-z ]+)"`', packets), *re.findall(r'`"([a-z ]+)"`', row["own fields"])]
    assert len(words) == 13
    assert [word for word in words if f'"{word}' not in code] == []


def test_words_of_notices_rankings_and_guests(plugins_md: Any, protocol_md: Any) -> None:
    rows = plugins_md.section("From the room").table("word")
    told = {word for row in rows for word in row.code("word")}
    sections = [protocol_md.section(title) for title in ("Messages", "TikTok's messages")]
    named = {
        word
        for section in sections
        for row in section.table("method")
        if {"room_notice", "rank", "shopping"} & set(row.code("event"))
        for word in row.code("what of it, or why not")
    } - {"user", "what", "chat"}
    guests = {"enter", "leave", "mute", "unmute", "seats", "group"}
    assert told == named | guests
    folder = ROOT / "douyinbot" / "webcast"
    code = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    assert [word for word in told if f'"{word}"' not in code] == []


def test_what_all_events_have(plugins_md: Any) -> None:
    (first, *_) = plugins_md.section("Events").tables
    assert [row.code("field")[0] for row in first if row.code("field")[0] != "kind"] == [
        *("id", "room", "platform", "time", "received", "user", "simulated", "history", "raw")
    ]
    assert {row.code("field")[0] for row in first} == {*Event.__struct_fields__, "kind"}


def test_users_and_other_parts(plugins_md: Any) -> None:
    rows = plugins_md.section("Users").table("field of `User`")
    documented = {row.code("field of `User`")[0] for row in rows}
    assert documented == fields_of(User) | {"short_name", "key"}
    parts = {row.code("part of an event")[0]: row for row in plugins_md.table("part of an event")}
    for kind in (Badge, UserDetails, FollowInfo, EmoteInText, TopViewer, LinkMicArmy):
        assert set(parts[kind.__name__].code("fields")) == fields_of(kind)


def test_roles(plugins_md: Any) -> None:
    ladder = " > ".join(f"`{role}`" for role in reversed(ROLES))
    assert f"The ladder is {ladder}." in plugins_md.flat


# ---- commands, timers, store, texts -------------------------------------------------------------


@pytest.mark.parametrize("name", ["command", "every", "cron"])
def test_decorators_are_there_with_their_arguments(plugins_md: Any, name: str) -> None:
    blocks = "".join(block.text for block in plugins_md.blocks("text"))
    assert f"{name}{signature(getattr(douyinbot, name))}\n" in blocks


def test_every_argument_of_command_is_explained(plugins_md: Any) -> None:
    rows = plugins_md.section("Commands").table("argument")
    assert [row.code("argument")[0] for row in rows] == list(inspect.signature(douyinbot.command).parameters)


def test_words_for_true_and_false(plugins_md: Any) -> None:
    from douyinbot.core.commands import arguments

    (row,) = [row for row in plugins_md.table("annotation") if row.first == "`bool`"]
    yes, no = row.code("what is accepted")
    assert set(yes.split()) == arguments._TRUE
    assert set(no.split()) == arguments._FALSE
    assert f"at most {arguments.MOST_DIGITS} digits" in plugins_md.flat


def test_quotes(plugins_md: Any) -> None:
    from douyinbot.core.commands import arguments

    (line,) = re.findall(r"Quotes keep words together: (.*)\.", plugins_md.text)
    documented = [quotes.split("…") for quotes in re.findall(r"`([^`]+)`", line)]
    ours = {one: other for one, other in arguments._QUOTES.items() if one != "＂"}
    assert dict(documented) == ours


def test_every_method_of_the_store_is_there(plugins_md: Any) -> None:
    rows = plugins_md.section("The store").table("method")
    assert {row.code("method")[0] for row in rows} == {
        f"{name}{arguments}" for name, arguments in public_members(Store).items()
    }


def test_every_variable_is_there(plugins_md: Any) -> None:
    rows = plugins_md.section("Texts with variables").table("variable")
    documented = {match[1] for row in rows if (match := re.match(r"`\$\(([\w.]+)", row.first))}
    assert documented - {"1"} == set(VARIABLES)
    assert "1" in documented


# ---- the kit ------------------------------------------------------------------------------------


def test_every_method_of_the_harness_is_there(plugins_md: Any, bot: BotHarness) -> None:
    rows = plugins_md.section("Testing").table("method")
    documented = {
        code.removeprefix("await ").removeprefix("bot.") for row in rows for code in row.code("method")
    }
    own = {name for name in vars(bot) if not name.startswith("_")}
    methods = {f"{name}{arguments}" for name, arguments in public_members(BotHarness).items()}
    assert documented == own | methods


def test_awaited_methods_are_shown_awaited(plugins_md: Any) -> None:
    for row in plugins_md.section("Testing").table("method"):
        for code in row.code("method"):
            name = code.removeprefix("await ").removeprefix("bot.").partition("(")[0]
            is_async = inspect.iscoroutinefunction(getattr(BotHarness, name, None))
            assert code.startswith("await ") == is_async, code


def test_fixtures_are_there(plugins_md: Any) -> None:
    rows = plugins_md.section("Testing").table("fixture")
    documented = {name for row in rows for name in row.code("fixture")}
    marked = {name for name, value in vars(pytest_plugin).items() if "Fixture" in type(value).__name__}
    assert documented == marked == {"bot", "make_bot", "golden", "hostile_names", "hostile_lines"}


# ---- extending, public names --------------------------------------------------------------------


def test_everything_that_can_be_registered_is_there(plugins_md: Any) -> None:
    rows = plugins_md.section("Extending the bot").table("method")
    assert {row.code("method")[0] for row in rows} == {
        f"registry.{name}{arguments}"
        for name, arguments in public_members(Registry).items()
        if name != "withdraw"  # which the bot itself calls
    }


def test_the_commands_of_the_example_run(
    plugins_md: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (plugin,) = [block for block in plugins_md.blocks("python plugin") if "registry.cli" in block.text]
    (tmp_path / "ranking.py").write_text(plugin.text, encoding="utf-8")
    toml = '[[rooms]]\nid = "main"\nconnector = "simulator"\n[plugins]\ndirs = ["."]\nenable = ["ranking"]\n'
    (tmp_path / "bot.toml").write_text(toml, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    async def score() -> None:
        async with await open_database(
            "sqlite:///data/bot.sqlite", clock=lambda: datetime.now(UTC)
        ) as database:
            await database.namespace("ranking").set("points:小红", 5)

    asyncio.run(score())
    shown = CliRunner().invoke(group, ["ranking", "--most", "3"])
    assert (shown.exit_code, shown.output) == (0, "       5 小红\n")


def test_the_routes_of_the_example_answer(plugins_md: Any, tmp_path: Path) -> None:
    (plugin,) = [block for block in plugins_md.blocks("python plugin") if "registry.routes" in block.text]
    (tmp_path / "nowplaying.py").write_text(plugin.text, encoding="utf-8")

    async def ask() -> None:
        async with House(tmp_path, '[plugins]\ndirs = ["."]\nenable = ["nowplaying"]\n') as home:
            assert await home.get("/plugins/nowplaying/now") == {"song": ""}
            await home.bot.engine.store_of("nowplaying").set("song", "晴天")
            assert await home.get("/plugins/nowplaying/now") == {"song": "晴天"}

    asyncio.run(ask())


def test_where_variables_of_plugins_are_known(plugins_md: Any, tmp_path: Path) -> None:
    (row,) = [row for row in plugins_md.table("method") if row.first == "`registry.variable(name, function)`"]
    (plugin,) = [block for block in plugins_md.blocks("python plugin") if "registry.variable" in block.text]
    (tmp_path / "mood.py").write_text(plugin.text, encoding="utf-8")
    toml = """
        [plugins]
        dirs = ["."]
        enable = ["mood"]
        [[rooms]]
        id = "main"
        connector = "simulator"
    """
    timer = '[[timers]]\nname = "x"\nevery = "1h"\nsay = "$(mood)"\n'
    assert asyncio.run(Bot(parse_config(toml + timer, folder=tmp_path)).check()) == []
    assert "`[[timers]]`" in row["what it adds"]
    try:
        known = not asyncio.run(
            Bot(parse_config(f'{toml}[commands]\nx = "$(mood)"\n', folder=tmp_path)).check()
        )
    except errors.ConfigError:
        known = False
    assert known == ("`[commands]`" in row["what it adds"])


def test_every_public_name_is_there(plugins_md: Any) -> None:
    section = plugins_md.section("Public names")
    documented = {code for row in section.rows for column in row for code in row.code(column)}
    classes = {kind.__name__ for kind in EVENTS.values()}
    assert set(douyinbot.__all__) - classes <= documented
    assert classes <= set(douyinbot.__all__)
    assert {name for name in documented if not name.startswith("douyinbot")} <= set(douyinbot.__all__)


def test_every_error_is_there_once(plugins_md: Any) -> None:
    rows = plugins_md.section("Public names").table("error")
    documented = [name for row in rows for column in row for name in row.code(column)]
    assert sorted(documented) == sorted(set(errors.__all__) - {"DouyinbotError"})


def test_roles_a_hook_may_return(plugins_md: Any) -> None:
    row = next(row for row in plugins_md.table("hook") if row.first == "`get_role(ctx, user)`")
    assert {*row.code("what to return")} - {"None"} == set(get_args(douyinbot.Role))
