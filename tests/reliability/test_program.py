"""Clocks, and what the package never does: cases 40 to 42, 44 to 46."""

import ast
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from douyinbot.schedule import cron_trigger

ROOT = Path(__file__).parents[2]
SOURCES = [path for folder in ("douyinbot", "plugins") for path in (ROOT / folder).rglob("*.py")]


def test_case_41_a_time_that_the_clock_skips_or_shows_twice_comes_once():
    helsinki = ZoneInfo("Europe/Helsinki")
    trigger = cron_trigger("30 3 * * *", helsinki)
    for begin in (datetime(2026, 3, 29, tzinfo=helsinki), datetime(2026, 10, 25, tzinfo=helsinki)):
        due = trigger.get_next_fire_time(None, begin)
        following = trigger.get_next_fire_time(due, due)
        assert due.date() == begin.date()
        assert following.astimezone(UTC).date() > due.astimezone(UTC).date()


def forbidden(node: ast.AST) -> str:
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = {alias.name.partition(".")[0] for alias in node.names}
        names |= {(getattr(node, "module", "") or "").partition(".")[0]}
        return ", ".join(names & {"pickle", "marshal", "shelve", "dill"})
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        if name in ("eval", "exec", "yaml.load", "os.system", "os.popen"):
            return name
        if any(
            k.arg == "shell" and not (isinstance(k.value, ast.Constant) and k.value.value is False)
            for k in node.keywords
        ):
            return "shell="
    return ""


@pytest.mark.parametrize(
    "source", ["import pickle", "eval('1')", "subprocess.run('x', shell=True)", "yaml.load(f)"]
)
def test_case_46_the_gate_bites(source):
    assert any(forbidden(node) for node in ast.walk(ast.parse(source)))


def test_case_46_nothing_is_unpickled_evaluated_or_given_to_a_shell():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {what}"
        for path in SOURCES
        if not path.name.endswith("_pb2.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (what := forbidden(node))
    ]
    assert found == []


TIMER = '[[timers]]\nname = "rules"\nevery = "10m"\nsay = "公告"\n'


@pytest.mark.parametrize("bot", [TIMER], indirect=True, ids=["timer"])
async def test_case_40_a_machine_that_slept_says_one_announcement_and_no_burst(bot):
    bot.loop.move_to(86_400)
    assert await bot.advance(0) == ["公告"]
    assert await bot.advance("9m") == []


def test_case_42_a_restart_at_the_due_time_says_it_once(make_bot, tmp_path):
    store = f"sqlite:///{tmp_path / 'bot.sqlite'}"
    first = make_bot(TIMER, store=store)
    loop = first.loop
    said = loop.run_until_complete(first.advance("600s"))
    loop.run_until_complete(first.stop())
    second = make_bot(TIMER, store=store)
    said += loop.run_until_complete(second.advance("5m"))
    assert said == ["公告"]


def test_case_44_what_the_bot_writes_is_its_owners(make_bot, tmp_path):
    before = os.umask(0)
    try:
        bot = make_bot(TIMER, store=f"sqlite:///{tmp_path / 'bot.sqlite'}")
        bot.loop.run_until_complete(bot.stop())
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "bot.sqlite").stat().st_mode) == 0o600
