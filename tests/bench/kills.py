"""A bot that is killed in the middle of its work, again and again: `python tests/bench/kills.py [KILLS]`.

The bot counts in its database and says each number in a simulated room, as fast as it can; it is killed with
SIGKILL at a random moment and started again on the same database. The simulator keeps the ledger. What must
hold: no line is said twice, none comes before an earlier one, no count is lost (a number is never used again,
and the counter is never behind what was said), and a kill costs one line at most. Needs Linux or macOS.
"""

import argparse
import asyncio
import itertools
import multiprocessing
import random
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from douyinbot import hookimpl
from douyinbot.config import load_config
from douyinbot.connectors.simulator import Limits, RoomSpec, Scenario, Simulator
from douyinbot.core.bot import Bot
from douyinbot.core.plugins.discovery import Candidate

CONFIG = """
[bot]
store = "sqlite:///kills.sqlite"
log = "error"
[[rooms]]
id = "main"
connector = "douyin"
url = "{address}/kills"
cookies = "file:cookie.txt"
send = "live"
[send]
rate = "1000/1s"
burst = 1000
per_minute = 100000
dedupe = "0s"
"""
PATIENCE = 60.0
"""Seconds that a life may take to say its first line on a busy machine."""


class Counting:
    """Says one number after the other, each once it is in the database and the last one was seen."""

    @hookimpl
    async def on_connected(self, ctx):
        while True:
            number = await ctx.store.incr("lines")
            await ctx.say(f"line {number}")


def live(path: str) -> None:
    """One life of the bot; it has no end of its own."""
    plugin = Candidate("counting", "kills.py", Counting)
    asyncio.run(Bot(load_config(Path(path)), plugins=[plugin]).run())


class Ledger:
    """What the simulator was given to say."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self.numbers: list[int] = []
        self.refused: list[str] = []

    def collect(self) -> int:
        """Take over what is new, as the simulator keeps only the newest; return how many lines there are."""
        lines = self._simulator.report.chat_lines
        for line in lines:
            if line.answer == "ok":
                self.numbers.append(int(line.text.removeprefix("line ")))
            else:
                self.refused.append(line.answer)
        lines.clear()
        return len(self.numbers)


async def kill_again_and_again(folder: Path, kills: int, rng: random.Random) -> Ledger:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["douyinbot.core.bot", "douyinbot.connectors.douyin", "kills"])
    quiet = Scenario(room=RoomSpec(history=0))
    async with Simulator(scenario=quiet, limits=Limits(chat_gap=0.0, poll_gap=0.0)) as simulator:
        ledger, file = Ledger(simulator), folder / "bot.toml"
        file.write_text(CONFIG.format(address=simulator.address), encoding="utf-8")
        (folder / "cookie.txt").write_text(simulator.LOGIN, encoding="utf-8")
        for number in range(1, kills + 1):
            before, end = ledger.collect(), time.monotonic() + PATIENCE
            process = processes.Process(target=live, args=(str(file),), daemon=True)
            process.start()
            while ledger.collect() == before:
                if time.monotonic() > end or not process.is_alive():
                    raise SystemExit(f"life {number} said nothing (exit code {process.exitcode})")
                await asyncio.sleep(0.002)
            await asyncio.sleep(rng.uniform(0, 0.05))
            process.kill()
            await asyncio.to_thread(process.join)
            if number % 100 == 0:
                print(f"{number} kills, {ledger.collect()} lines", flush=True)
        await asyncio.sleep(0.1)  # what was on its way to the simulator when the last life ended
        ledger.collect()
        return ledger


def counter(folder: Path) -> int:
    """Return what the bot has counted to, as the database has it."""
    with sqlite3.connect(folder / "kills.sqlite") as database:
        query = "SELECT int_value FROM entries WHERE namespace = 'counting' AND key = 'lines'"
        value: int = database.execute(query).fetchone()[0]
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return value


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill a sending bot again and again.")
    parser.add_argument("kills", nargs="?", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ledger = asyncio.run(kill_again_and_again(folder, options.kills, random.Random(options.seed)))
        counted = counter(folder)
    said = ledger.numbers
    findings = {
        "said twice": len(said) - len(set(said)),
        "out of order": sum(second < first for first, second in itertools.pairwise(said)),
        "said but not counted": sum(number > counted for number in said),
        "refused": len(ledger.refused),
        "lost beyond one for each kill": max(0, counted - len(said) - options.kills),
    }
    print(
        f"{options.kills} kills in {time.monotonic() - began:.0f} s: {len(said)} lines said, "
        f"counted to {counted}, {counted - len(said)} counted and not said"
    )
    print("; ".join(f"{what}: {count}" for what, count in findings.items()))
    return 1 if any(findings.values()) else 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    sys.exit(main())
