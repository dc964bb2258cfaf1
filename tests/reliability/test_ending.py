"""Case 50: how the program ends, whatever it is doing. (Closing its window on Windows is not tried.)"""

import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import PATIENCE, Program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are other signals")

LONGEST = 5.0
"""Seconds that an end may take."""
UNTIDY = (
    "Task was destroyed",
    "never awaited",
    "Traceback",
    "unclosed",
    "never retrieved",
    "Event loop is closed",
)

ROOM = """
[bot]
store = "sqlite://"
[[rooms]]
id = "main"
connector = "douyin"
url = "{address}"
cookies = "file:cookie.txt"
send = "live"
[rooms.options]
reconnect = {{ min = "30s", max = "60s" }}
[send]
rate = "1/1h"
ttl = "1h"
[plugins]
dirs = ["mine"]
"""
TALKER = """
from douyinbot import hookimpl
@hookimpl
def on_connected(ctx):
    return [f"line {number}" for number in range(20)]
"""
STUCK = """
import sys
import time
from douyinbot import hookimpl
@hookimpl
def {hook}(ctx):
    print("{hook} begins", file=sys.stderr, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def start(program: Callable[..., Program], tmp_path: Path) -> Callable[..., Program]:
    """Start the bot of ROOM at an address, with plugins given as source."""

    def start(address: str, **plugins: str) -> Program:
        (tmp_path / "mine").mkdir()
        for name, source in plugins.items():
            (tmp_path / "mine" / f"{name}.py").write_text(source, encoding="utf-8")
        text = ROOM.format(address=address) + f"enable = {list(plugins)}\n"
        (tmp_path / "bot.toml").write_text(text, encoding="utf-8")
        (tmp_path / "cookie.txt").write_text("sessionid=simulated", encoding="utf-8")
        return program("run", "bot.toml", "--jsonl")

    return start


def rows(bot: Program, kind: str) -> list[dict[str, Any]]:
    return [row for row in bot.json() if row["kind"] == kind]


def end(bot: Program, *signals: signal.Signals) -> float:
    """Send signals one after the other, and return the seconds until the program was gone."""
    began = time.monotonic()
    for number in signals:
        bot.process.send_signal(number)
        time.sleep(0.05)  # two of a kind at the same moment are one
    code = bot.end()
    took = time.monotonic() - began
    assert code == 130, bot.text
    assert not [line for line in bot.err if any(word in line for word in UNTIDY)], bot.text
    return took


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_case_50_what_is_still_queued_is_accounted_for(start, simulator: str, number: signal.Signals) -> None:
    bot = start(f"{simulator}/abc", talker=TALKER)
    bot.wait_for(lambda p: len({row["id"] for row in rows(p, "send")}) == 20)
    assert end(bot, number) < LONGEST
    last = {row["id"]: row for row in rows(bot, "send")}
    states = Counter(row["state"] for row in last.values())
    assert states["dropped"] >= 18  # two lines may go out at once
    assert set(states) <= {"dropped", "seen", "unseen", "unknown"}
    assert {row["reason"] for row in last.values() if row["state"] == "dropped"} == {"the bot is stopping"}


def test_case_50_it_ends_while_it_waits_to_connect_again(start, program, tmp_path: Path) -> None:
    server = program("simulate", "--serve", "127.0.0.1:0")
    line = server.wait_for(lambda p: next((line for line in p.out if "is open" in line), None))
    bot = start(str(line).rpartition(" ")[2] + "/abc", talker=TALKER)
    bot.wait_for(lambda p: rows(p, "connected"))
    server.process.kill()
    server.end()
    bot.wait_for(lambda p: rows(p, "reconnecting"))
    assert end(bot, signal.SIGTERM) < LONGEST


def test_case_50_it_ends_while_the_site_does_not_answer(start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(PATIENCE)
        bot = start(f"http://127.0.0.1:{silent.getsockname()[1]}/abc")
        connection, _ = silent.accept()
        with connection:
            assert connection.recv(4).startswith(b"GET")
            assert end(bot, signal.SIGTERM) < LONGEST


@pytest.mark.parametrize("hook", ["setup", "teardown"])
def test_case_50_a_plugin_that_hangs_does_not_keep_it_alive(start, simulator: str, hook: str) -> None:
    bot = start(f"{simulator}/abc", stuck=STUCK.format(hook=hook))
    bot.wait_for(lambda p: "setup begins" in p.err if hook == "setup" else rows(p, "connected"))
    assert end(bot, signal.SIGTERM) < LONGEST + 3.0  # it is cut short after 4.5 s


def test_case_50_a_second_ctrl_c_ends_it_at_once(start, simulator: str) -> None:
    bot = start(f"{simulator}/abc", stuck=STUCK.format(hook="teardown"))
    bot.wait_for(lambda p: rows(p, "connected"))
    bot.process.send_signal(signal.SIGINT)
    bot.wait_for(lambda p: "teardown begins" in p.err)
    assert end(bot, signal.SIGINT) < 3.0
