"""`douyinbot plugins`: what is there, and what is wrong with it."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from douyinbot.core.commands.textcommands import OWN
from douyinbot.core.dispatch.rests import Rests
from douyinbot.core.switches import Switches
from douyinbot.store import open_database


def test_the_bundled_plugins_are_listed(invoke: Callable[..., Any]) -> None:
    listed = invoke("plugins", "--json")
    assert listed.code == 0
    rows = {row["name"]: row for row in json.loads("\n".join(listed.out))}
    assert {"announce", "dice", "gift_thanks"} <= set(rows)
    assert rows["dice"]["commands"] == ["dice", "骰子"]
    assert rows["gift_thanks"]["hooks"] == ["on_gift", "on_stream_end", "setup"]


def test_a_folder_of_the_configuration_is_listed_with_its_broken_ones(
    invoke: Callable[..., Any], example: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "bad.py").write_text("import sys; sys.exit(7)", encoding="utf-8")
    text = example.read_text(encoding="utf-8").replace("dirs = []", 'dirs = ["mine"]')
    example.write_text(text, encoding="utf-8")
    listed = invoke("plugins", example)
    assert listed.code == 0
    assert any(line.startswith("● dice") for line in listed.out)
    assert any(line.startswith("✘ bad") for line in listed.out)
    assert any("SystemExit: 7" in line for line in listed.out)


def test_a_resting_plugin_is_shown_as_such(invoke: Callable[..., Any], example: Path, tmp_path: Path) -> None:
    async def note() -> None:
        base, clock = example.parent, lambda: datetime.now(UTC)
        async with await open_database("sqlite:///data/bot.sqlite", clock=clock, base=base) as database:
            rests = Rests(database.namespace(OWN))
            rests.note("dice", 300, clock())
            await rests.settle()

    asyncio.run(note())
    listed = invoke("plugins", example, "--json")
    row = next(row for row in json.loads("\n".join(listed.out)) if row["name"] == "dice")
    assert row["status"] == "resting"
    assert "failed too often" in row["problem"]


def test_locked_plugins_that_change_are_told_of(
    invoke: Callable[..., Any], program: Callable[..., Any], example: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    toy = "from douyinbot import command\n\n@command('toy')\ndef toy(ctx):\n    return 'x'\n"
    (folder / "toy.py").write_text(toy, encoding="utf-8")
    text = example.read_text(encoding="utf-8").replace("dirs = []", 'dirs = ["mine"]')
    example.write_text(text.replace("enable = [", 'enable = ["toy", '), encoding="utf-8")
    assert invoke("plugins", example, "--lock").out == [f"{example.parent / 'plugins.lock'}: 4 plugins"]
    (folder / "toy.py").write_text(toy.replace("'x'", "'y'"), encoding="utf-8")
    bot = program("run", example)
    bot.wait_for(lambda p: any("has changed since plugins.lock was written" in line for line in p.out))
    assert bot.interrupt() == 130
    careful = program("run", example, "--safe-mode")
    careful.wait_for(lambda p: any("safe mode: left out toy" in line for line in p.out))
    assert careful.interrupt() == 130
    assert not any("toy (" in line for line in careful.out)


def test_a_lock_needs_a_file(invoke: Callable[..., Any]) -> None:
    asked = invoke("plugins", "--lock")
    assert asked.code == 2
    assert any("--lock needs FILE" in line for line in asked.err)


def test_what_is_switched_off_is_shown_as_such(invoke: Callable[..., Any], example: Path) -> None:
    async def note() -> None:
        base, clock = example.parent, lambda: datetime.now(UTC)
        async with await open_database("sqlite:///data/bot.sqlite", clock=clock, base=base) as database:
            store = database.namespace(OWN)
            await store.set("off:dice", ["dice"])
            switches = Switches(store, lambda: None)
            await switches.switch("main", "plugin", "help", on=False)
            await switches.switch("main", "command", "群", on=False)

    asyncio.run(note())
    listed = invoke("plugins", example)
    assert any(line.startswith("○ dice") for line in listed.out)
    assert any("off: somebody has switched it off" in line for line in listed.out)
    assert any("switched off in main" in line for line in listed.out)
    assert listed.out[-1] == "commands that are switched off in main: 群"
    rows = {row["name"]: row for row in json.loads("\n".join(invoke("plugins", example, "--json").out))}
    assert (rows["dice"]["status"], rows["help"]["off_in"]) == ("off", ["main"])


def test_columns_are_straight_and_marks_are_explained(invoke: Callable[..., Any]) -> None:
    *rows, legend = (line for line in invoke("plugins").out if not line.startswith("    "))
    assert len({line.index("douyinbot 0") for line in rows if "douyinbot 0" in line}) == 1
    assert all(mark in legend for mark in "●○✘")
