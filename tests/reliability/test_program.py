"""Load, stuck plugins, clocks, and what the package never does: cases 11, 13, 40 to 42, 44 to 46."""

import ast
import asyncio
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from douyinbot import hookimpl
from douyinbot.events import Gift, Like
from douyinbot.schedule import cron_trigger

ROOT = Path(__file__).parents[2]
SOURCES = [path for folder in ("douyinbot", "plugins") for path in (ROOT / folder).rglob("*.py")]


class Counting:
    """A plugin that counts the gifts it gets."""

    def __init__(self, name: str, hang: float = 0.0) -> None:
        self.name = name
        self.hang = hang
        self.gifts = 0

    @hookimpl
    async def on_event(self, ctx, event):
        if self.hang:
            await asyncio.sleep(self.hang)
        self.gifts += event.kind == "gift"


async def test_case_11_a_flood_costs_likes_and_never_a_gift(bot):
    plugins = [Counting(f"toy{number}") for number in range(9)]
    sleeper = Counting("sleeper", hang=0.02)
    for plugin in (*plugins, sleeper):
        await bot.load(plugin)
    now = bot.clock.now()
    common = {"room": "main", "time": now, "received": now}
    flood = [
        Gift(id=f"g{n}", group_id="0", **common) if n % 10 == 0 else Like(id=f"l{n}", **common)
        for n in range(10_000)
    ]
    bot.rooms["main"].put(*flood)
    await bot.settle()
    assert [plugin.gifts for plugin in plugins] == [1000] * 9
    await bot.advance("60s")
    lost = bot.engine.seats["sleeper"].lane.mailbox.dropped
    assert set(lost) == {"like"}
    assert sleeper.gifts == 1000


async def test_case_13_a_plugin_that_hangs_is_named_and_nobody_waits_for_it(bot):
    await bot.load(Counting("stuck", hang=1e6))
    other = Counting("other")
    await bot.load(other)
    await bot.gift()
    assert other.gifts > 0
    await bot.advance("6s")
    assert any("stuck" in notice.text and "busy" in notice.text for notice in bot.notices)


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


@pytest.mark.parametrize("error", [SystemExit(3), RuntimeError("x"), RecursionError(), MemoryError()])
async def test_case_45_a_broken_plugin_rests_and_the_others_go_on(bot, error):
    class Broken:
        name = "broken"

        @hookimpl
        def on_event(self, ctx, event):
            raise error

    other = Counting("other")
    await bot.load(Broken())
    await bot.load(other)
    for _ in range(8):
        await bot.gift(combo=[1], end=False)
    assert other.gifts == 8
    assert bot.engine.seats["broken"].lane.resting
    assert bot.problems
