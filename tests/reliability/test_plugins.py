"""Case 45: plugins that are broken, badly written, or not what they seem. One toy for each behaviour.

Plugins are not sandboxed, and docs/plugins.md says so: one that means harm (`os._exit`, reading the
streamer's files) is out of scope. What is held here: nothing runs that was not named, what runs is known by
version and hash, and whatever a plugin does by mistake costs the others nothing.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomli

from douyinbot import Bot, ConfigError, hookimpl
from douyinbot.config import parse_config
from tests.cli.conftest import Program
from tests.reliability.test_flood import Counting


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


# ---- one file for each behaviour, all in one bot --------------------------------------------------------

HOOK = "from douyinbot import hookimpl\n"
ON_CHAT = HOOK + "@hookimpl\ndef on_chat(ctx, event):\n"
TOYS = {
    "wildcard": "from douyinbot import *\n@command('wild')\ndef wild(ctx):\n    return 'wild'\n",
    "exits_at_import": "import sys\nsys.exit(3)\n",
    "exits_at_setup": HOOK + "@hookimpl\ndef setup(ctx):\n    raise SystemExit(4)\n",
    "exits_in_handler": ON_CHAT + "    raise SystemExit(5)\n",
    "asks_the_network": "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:1/', timeout=5)\n"
    + ON_CHAT
    + "    return None\n",
    "turns_for_ever": ON_CHAT + "    while True: pass\n",
    "leaks_threads": (
        "import threading, time\n"
        + ON_CHAT
        + "    threading.Thread(target=time.sleep, args=(600,), daemon=False).start()\n"
    ),
    "patches": (
        "import douyinbot, random\n" + HOOK + "@hookimpl\ndef setup(ctx):\n"
        "    random.Random.randint = lambda self, low, high: 99\n"
    ),
}
TOLD = {
    "exits_at_import": "does not import: SystemExit: 3",
    "exits_at_setup": "setup failed: SystemExit: 4",
    "exits_in_handler": "on_chat failed: SystemExit: 5",
    "asks_the_network": "does not import: URLError",
    "turns_for_ever": "on_chat has been busy for",
}
NEVER_NAMED = "from pathlib import Path\nPath('it-ran').touch()\n"
ROOM = """
[bot]
store = "sqlite://"
[[rooms]]
id = "main"
connector = "simulator"
send = "live"
[rooms.options]
scenario = "scene.toml"
[plugins]
dirs = ["mine"]
"""
SCENE = '[[steps]]\ndo = "chat"\ntext = "!dice"\nat = "1s"\nevery = "500ms"\n'


@pytest.fixture
def run(program: Callable[..., Program], tmp_path: Path) -> Callable[..., Program]:
    """Start a bot with all toys and dice; a look-alike of dice lies beside them, and nobody has named it."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, source in {**TOYS, "dicee": NEVER_NAMED}.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    (tmp_path / "scene.toml").write_text(SCENE, encoding="utf-8")
    text = ROOM + f"enable = {json.dumps([*TOYS, 'dice'])}\n"
    (tmp_path / "bot.toml").write_text(text, encoding="utf-8")
    return lambda command, *options: program(command, "bot.toml", *options)


def answers(bot: Program) -> list[str]:
    rows = [row for row in bot.json() if row["kind"] == "send" and row["state"] == "seen"]
    return [row["text"] for row in rows if row["plugin"] == "dice"]


def test_case_45_each_kind_of_bad_plugin_is_named_and_dice_goes_on(run, tmp_path: Path) -> None:
    bot = run("run", "--jsonl")
    for name, words in TOLD.items():
        bot.wait_for(lambda p, name=name, words=words: any(name in x and words in x for x in p.err))
    bot.wait_for(answers)
    assert bot.interrupt(signal.SIGINT) == 130
    assert any("has left threads running, which are cut off" in line for line in bot.err)
    assert not (tmp_path / "it-ran").exists()
    assert "Fatal" not in bot.text


def test_case_45_in_safe_mode_none_of_them_runs(run, tmp_path: Path) -> None:
    bot = run("run", "--jsonl", "--safe-mode")
    bot.wait_for(answers)
    assert bot.interrupt(signal.SIGINT) == 130
    assert all(answer != "🎲 99" for answer in answers(bot))
    (left_out,) = [line for line in bot.err if "safe mode: left out" in line]
    assert all(name in left_out for name in TOYS)
    assert not any(name in line for name in TOYS for line in bot.err if line != left_out)


def test_case_45_what_runs_is_listed_with_version_and_hash_and_can_be_locked(run, tmp_path: Path) -> None:
    listed = run("plugins", "--json")
    assert listed.end() == 0
    rows: dict[str, dict[str, Any]] = {row["name"]: row for row in json.loads("\n".join(listed.out))}
    assert {name for name, row in rows.items() if row["enabled"]} == {*TOYS, "dice"}
    assert all(len(row["hash"]) == 64 for row in rows.values())
    assert rows["dice"]["version"]
    assert rows["dicee"]["hash"] != rows["dice"]["hash"]
    assert run("plugins", "--lock").end() == 0
    locked = tomli.loads((tmp_path / "plugins.lock").read_text(encoding="utf-8"))
    assert {name: entry["hash"] for name, entry in locked.items()} == {
        name: row["hash"] for name, row in rows.items() if row["enabled"]
    }


@pytest.mark.skipif(sys.platform == "win32", reason="there are other signals")
@pytest.mark.parametrize("place", ["import", "coroutine"])
def test_case_45_a_plugin_that_never_gives_the_loop_back_does_not_keep_the_program_alive(
    run, tmp_path: Path, place: str
) -> None:
    """At the import and in an `async def` nobody can take the event loop from it; Ctrl-C still ends it."""
    loop = "print('turning', file=sys.stderr, flush=True)\n    while True: pass\n"
    source = (
        "import sys\n"
        + {
            "import": f"if True:\n    {loop}",
            "coroutine": f"{HOOK}@hookimpl\nasync def on_connected(ctx):\n    {loop}",
        }[place]
    )
    (tmp_path / "mine" / "wildcard.py").write_text(source, encoding="utf-8")
    (tmp_path / "bot.toml").write_text(ROOM + 'enable = ["wildcard"]\n', encoding="utf-8")
    bot = run("run", "--jsonl")
    bot.wait_for(lambda p: "turning" in p.err)
    assert bot.interrupt(signal.SIGINT) == 130


# ---- names ----------------------------------------------------------------------------------------------


async def test_case_45_a_plugin_that_takes_in_all_of_another_one_does_not_do_its_work_twice(bot, tmp_path):
    (tmp_path / "copycat.py").write_text(
        "from douyinbot_gift_thanks import *\n" + ON_CHAT + "    return 'copycat'\n", encoding="utf-8"
    )
    await bot.load(tmp_path / "copycat.py")
    await bot.load("gift_thanks")
    said = await bot.gift("小红", "玫瑰")
    assert len([line for line in said + await bot.advance("30s") if "小红" in line]) == 1
    assert await bot.chat("hi") == ["copycat"]


def test_case_45_a_wrong_name_loads_nothing_and_is_told_the_right_one(tmp_path: Path) -> None:
    (tmp_path / "dicee.py").write_text("raise RuntimeError('it ran')\n", encoding="utf-8")
    toml = '[[rooms]]\nid = "main"\nconnector = "simulator"\n[plugins]\ndirs = ["."]\nenable = ["Dice"]\n'
    with pytest.raises(ConfigError, match='there is no plugin "Dice" - did you mean "dice"'):
        asyncio.run(Bot(parse_config(toml, folder=tmp_path)).check())


def test_case_45_a_package_that_takes_a_bundled_plugins_name_replaces_nothing(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is taken until the streamer has decided; the other plugins go on."""
    site = tmp_path / "site"
    info = site / "evil_dice-6.6.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: evil-dice\nVersion: 6.6\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[douyinbot]\ndice = evil_dice\n", encoding="utf-8")
    (site / "evil_dice.py").write_text(NEVER_NAMED, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")]))
    (tmp_path / "bot.toml").write_text(ROOM + 'enable = ["dice", "wildcard"]\n', encoding="utf-8")
    bot = run("run", "--jsonl")
    bot.wait_for(lambda p: any('two packages bring a plugin named "dice"' in line for line in p.err))
    bot.wait_for(lambda p: any(row["kind"] == "connected" for row in p.json()))
    assert bot.interrupt(signal.SIGINT) == 130
    assert answers(bot) == []
    assert not (tmp_path / "it-ran").exists()
