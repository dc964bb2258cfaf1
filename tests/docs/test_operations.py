"""docs/operations.md against the code: commands, options, states, symbols, messages, numbers."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest

from douyinbot.cli import COMMANDS, console, drive, group, view
from douyinbot.config import parse_config
from douyinbot.connectors.backoff import Backoff
from douyinbot.core import journal, rehearsals, room
from douyinbot.core.commands.orders import orders
from douyinbot.core.control import Control
from douyinbot.events import ROLES, Gift, Member, User
from douyinbot.events.redaction import redact
from douyinbot.outbox import State, loops, pace, rooms
from douyinbot.outbox.lines import BETTERED, FINAL, Cause
from douyinbot.web import Guard
from douyinbot.web.api import MOST_TOLD, TOLD, api
from douyinbot.web.feed import MOST, PATIENCE, QUEUE, Feed
from douyinbot.web.problems import TYPES
from douyinbot.web.server import LARGEST

ROOM = '[[rooms]]\nid = "main"\nconnector = "simulator"\n'

ROOT = Path(__file__).parents[2]


# ---- the command line ---------------------------------------------------------------------------


def click_commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command by its name; those of a group by both words."""
    for name in COMMANDS:
        command = group.get_command(click.Context(group), name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", each) for inner, each in command.commands.items())
        else:
            yield name, command


def options_of(command: click.Command) -> set[str]:
    return {
        text for parameter in command.params if isinstance(parameter, click.Option) for text in parameter.opts
    }


def test_every_command_is_there_with_its_arguments(operations_md: Any) -> None:
    rows = operations_md.section("Commands").table("command")
    expected = []
    for name, command in click_commands():
        arguments = [p for p in command.params if isinstance(p, click.Argument)]
        words = [p.make_metavar(click.Context(command)) for p in arguments]
        expected.append(" ".join(["douyinbot", name, *words]))
    assert [row.code("command")[0] for row in rows] == [*expected, "douyinbot NAME ..."]


def test_every_option_is_there(operations_md: Any) -> None:
    documented = {
        (command, option)
        for row in operations_md.section("Commands").table("option")
        for option in row.code("option")
        for command in row.code("of") or ["all"]
    }
    expected = {(name, option) for name, command in click_commands() for option in options_of(command)}
    expected |= {("douyinbot", option) for option in options_of(group)}
    assert documented == expected | {("all", "--help"), ("all", "-h")}
    assert group.context_settings["help_option_names"] == ["-h", "--help"]


def test_exit_codes(operations_md: Any) -> None:
    assert [row.first for row in operations_md.section("Exit codes").table("code")] == [
        *("0", "1", "2", str(drive.INTERRUPTED))
    ]
    assert f"takes at most {drive.STOP_TIME:g} seconds" in operations_md.flat


# ---- the view and lines -------------------------------------------------------------------------


def test_every_symbol_is_there(operations_md: Any) -> None:
    rows = operations_md.section("What the view shows").table("symbol")
    documented = [row.code("symbol")[0] for row in rows]
    lines = {symbol for symbol, _, _ in view._LINES.values()}
    now = datetime(2026, 1, 1, tzinfo=UTC)
    common: dict[str, Any] = {"time": now, "received": now, "user": User(nickname="小明")}
    needed = {Member: {"action": 1}, Gift: {"delta": 1}}
    shown = [show(kind(**common, **needed.get(kind, {}))) for kind, show in view._SHOWN.items()]
    assert lines | {text.plain[0] for text in shown if text is not None} == set(documented)
    assert len(documented) == len(set(documented))
    assert f"every {view.WATCHING_EVERY:g} seconds" in operations_md.flat


def test_every_state_is_there(operations_md: Any) -> None:
    rows = operations_md.section("What becomes of a line").table("state")
    assert [row.code("state")[0] for row in rows] == list(State)
    for row in rows:
        state = State(row.code("state")[0])
        assert row["the end"].startswith("yes") == (state in FINAL)
        assert ("a late echo" in row["the end"]) == (state in BETTERED)


def test_every_cause_is_there(operations_md: Any) -> None:
    rows = operations_md.section("What becomes of a line").table("dropped because of")
    assert [row.first for row in rows] == [f"`{cause}`" for cause in Cause]


def test_every_order_of_the_streamer_is_there(operations_md: Any) -> None:
    rows = operations_md.section("Approving lines").table("command")
    documented = [{code.split()[0].removeprefix("!") for code in row.code("command")} for row in rows]
    known = [set(order.names) for order in orders(Control({}, None, None, None)).commands]
    assert documented == [names for names in known if not {"why", "plugin", "command"} & names]


def test_everything_that_the_console_takes_is_there(operations_md: Any) -> None:
    section = operations_md.section("The console")
    documented = [row.code("line")[0] for row in section.table("line")]
    assert documented == [usage for usage, _, _ in console.ORDERS.values()]
    text = section.text.replace("\n", " ")
    assert all(f"`{role}`" in text for role in ROLES)
    assert (rehearsals.AFTERMATH, console.LONGEST_WAIT) == (600, 600)
    assert "For ten minutes after a made-up event" in text


def test_the_bounds_of_the_journal(operations_md: Any) -> None:
    text = operations_md.section("Why was that not said?").text.replace("\n", " ")
    assert (journal.KEPT, journal.WEEK, journal.EVERY, journal.SILENCES) == (2000, 7 * 86400, 2, 50)
    assert "the newest 2000 entries, a week at most. It is written every two seconds" in text
    assert "fifty are noted between two writes" in text
    assert "`!why` (or `!为什么`)" in text


def test_what_counts_as_lost(operations_md: Any) -> None:
    rows = operations_md.section("What is counted").table("name")
    names = [row.code("name")[0] for row in rows]
    assert all(view._is_loss(name) for name in names)
    assert not view._is_loss("frames")
    source = (ROOT / "douyinbot" / "cli" / "view.py").read_text(encoding="utf-8")
    (told,) = re.findall(r"name in \((.*?)\)\s+or name\.startswith\(\"bad:\"\)", source)
    assert names == ["KIND dropped by PLUGIN", *re.findall(r'"(\w+)"', told), "bad:METHOD"]


def test_numbers(operations_md: Any) -> None:
    text = operations_md.flat
    assert room.LOOK_EVERY == 30
    assert "| nobody is live | looks again every 30 s |" in text
    runner = _backoff_of_rooms()
    assert runner == {"shortest": 5.0, "longest": 300.0}
    assert "tries again after 5 s, then 10, 20 … 300 s" in text
    assert (loops.TIMES, loops.WINDOW, loops.MUTE) == (5, 60.0, 600.0)
    assert "said five times within a minute: muted for ten" in text
    assert rooms.MUTE == 600
    assert "nothing is tried in that room for ten minutes" in text
    assert pace.LONGEST_GAP == 300
    assert "up to five minutes" in text


def _backoff_of_rooms() -> dict[str, float]:
    tree = ast.parse((ROOT / "douyinbot" / "core" / "room.py").read_text(encoding="utf-8"))
    (call,) = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == Backoff.__name__
    ]
    return {keyword.arg or "": ast.literal_eval(keyword.value) for keyword in call.keywords}


@pytest.mark.parametrize(
    "secret",
    [
        *("sessionid=S3CRET", "sid_guard=S3CRET", "ttwid=S3CRET", "odin_tt=S3CRET", "uid_tt=S3CRET"),
        *("passport_csrf_token=S3CRET", "msToken=S3CRET", "a_bogus=S3CRET", "signature=S3CRET"),
        *("token: S3CRET", "password=S3CRET", "Cookie: S3CRET"),
    ],
)
def test_secrets_are_taken_out_of_logs(secret: str) -> None:
    assert "S3CRET" not in redact(f"the request had {secret}")


# ---- messages -----------------------------------------------------------------------------------


@cache
def said_by_the_code() -> str:
    """Return all texts of the code, with `…` in place of what differs."""
    return "\n".join(
        text
        for path in sorted((ROOT / "douyinbot").rglob("*.py"))
        if "pb" not in path.parts
        for text in _texts(ast.parse(path.read_text(encoding="utf-8")))
    )


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.sub(r"%(?:\.\d)?[sdg]", "…", node.value)  # the log's own placeholders


def test_every_message_is_really_said(operations_md: Any) -> None:
    rows = operations_md.section("Troubleshooting").table("it says")
    assert len(rows) > 40
    missing = [code for row in rows for code in row.code("it says") if code not in said_by_the_code()]
    assert not missing


def test_messages_stand_there_once(operations_md: Any) -> None:
    rows = operations_md.section("Troubleshooting").table("it says")
    messages = [row.first for row in rows]
    assert len(messages) == len(set(messages))
    assert all(len(row.code("it says")) == 1 for row in rows)


# ---- the web pages ------------------------------------------------------------------------------


def test_every_request_of_the_api_is_there(operations_md: Any) -> None:
    house: Any = SimpleNamespace(config=parse_config(ROOM + "[web]\n"), observers=[])
    app = api(house, Feed(lambda: datetime.now(UTC)), Guard(house.config))
    expected = {
        f"{route.method} /api{route.resource.canonical}"
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    rows = operations_md.section("The API").table("request")
    assert {row.code("request")[0] for row in rows} == expected | {"GET /ws"}


def test_every_error_of_the_api_is_there(operations_md: Any) -> None:
    rows = operations_md.section("The API").table("type")
    assert [(row.code("type")[0], int(row["status"])) for row in rows] == list(TYPES.items())


def test_numbers_of_the_web_server(operations_md: Any) -> None:
    text = operations_md.section("The API").text + operations_md.section("The web pages").text
    assert f"({TOLD}, at most {MOST_TOLD})" in text
    assert f"{LARGEST // 1024} KiB" in text
    assert f"{MOST} are watching already" in text
    assert f"{QUEUE} messages wait" in text
    assert f"nothing for {PATIENCE:g} seconds" in text


def test_every_parameter_of_the_overlay_is_there(operations_md: Any) -> None:
    script = (ROOT / "douyinbot/web/static/overlay.js").read_text(encoding="utf-8")
    table = operations_md.section("The web pages").table("parameter")
    rows = {row.code("parameter")[0]: row for row in table}
    assert set(rows) == set(re.findall(r'asked\.get\("(\w+)"\)', script))
    for name, usual in re.findall(r'within\(asked\.get\("(\w+)"\), \d+, \d+, (\d+)\)', script):
        assert rows[name].code("default") == [usual]
    (usual,) = re.findall(r'asked\.get\("show"\) \?\? "([\w,]+)"', script)
    assert rows["show"].code("default") == [usual]
    (words,) = re.findall(r"const WORDS = \{(.*?)^\};", script, re.DOTALL | re.MULTILINE)
    assert rows["show"].code("meaning") == re.findall(r"^  (\w+):", words, re.MULTILINE)


def test_the_buttons_are_called_so(operations_md: Any) -> None:
    script = (ROOT / "douyinbot/web/static/dashboard.js").read_text(encoding="utf-8")
    assert "复制 OBS 叠加层地址" in script
    assert "复制 OBS 叠加层地址" in operations_md.section("The web pages").text
