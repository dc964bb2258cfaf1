"""A bot with ten plugins in a very busy room, while one plugin sleeps: `python tests/bench/load.py`.

A second process simulates the room, over HTTP and a websocket on the loopback, and sends 2,000 messages a
second of the mix of corpus.py for half a minute, once with a plugin that sleeps in an `async def`, once with
one that blocks its thread. Then the sleeper wakes up. Printed are

    gifts       the units that the room gave, and those that each plugin was told of, message by message in
                on_gift_update and streak by streak in on_gift; the sleeper's too
    latency     from the arrival of a frame until a handler of another plugin runs
    heartbeats  their longest gap, as the room saw it; it cuts who is silent for 21 s
    shed        what the sleeper did not get
"""

import argparse
import asyncio
import json
import logging
import random
import resource
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from douyinbot import hookimpl
from douyinbot.config import parse_config
from douyinbot.connectors.simulator import RoomSpec, Scenario, Simulator
from douyinbot.connectors.simulator.room import At
from douyinbot.core.bot import Bot
from douyinbot.core.plugins.discovery import Candidate
from douyinbot.webcast.composing import Composed
from tests.bench import corpus
from tests.bench.process import Server, orders, other_process

ROOM = "busy"
FRAMES_A_SECOND = 133
BUNDLED = ["dice", "points", "stats", "gift_thanks", "welcome", "auto_reply"]
LATEST = 0.05
"""Seconds until 99 of 100 events must have reached a plugin that works."""
NAP, PATIENCE = 10.0, 60.0
"""Seconds that the sleeper sleeps at an event, and that it may take for what waited for it at the end."""

CONFIG = """
[bot]
store = "sqlite:///bot.sqlite"
[[rooms]]
id = "main"
connector = "douyin"
url = "{address}/busy"
[plugins]
enable = {enable}
"""


# ---- the other process ----------------------------------------------------------------------------------


class Crowd:
    """Lets things happen in the room, and keeps the books of its gifts."""

    def __init__(self) -> None:
        self.sent = 0
        self._rng, self._people = random.Random(7), corpus.people()
        self._streaks: Counter[tuple[int, int, int]] = Counter()

    @property
    def units(self) -> int:
        """All units given so far: a streak counts as much as its highest message says."""
        return self._streaks.total()

    def act(self, at: At) -> Composed:
        """Return the next message."""
        self.sent += 1
        composed = corpus.message(self._rng, self._people, at.id, at.time_ms, at.room_id)
        if composed[0].endswith("GiftMessage"):
            m = corpus.pb.GiftMessage.FromString(composed[1])
            giver = corpus.pb.User.FromString(m.user).id
            streak = giver, m.gift_id or m.gift.id, m.group_id
            self._streaks[streak] = max(self._streaks[streak], m.repeat_count)
        return corpus.heavy(composed)


async def serve() -> None:
    """Simulate the room. Orders: `play SECONDS RATE`, `report`; each answer is a line of JSON."""
    async with Simulator(scenario=Scenario(room=RoomSpec(history=0))) as simulator:
        print(json.dumps({"address": simulator.address}), flush=True)
        crowd = Crowd()
        async for order in orders():
            if order[0] == "play":
                await play(simulator, crowd, float(order[1]), int(order[2]))
            report = simulator.report
            answer = {
                "messages": crowd.sent,
                "units": crowd.units,
                "gaps": list(report.heartbeat_gaps)[1:],
                "cut": report.dropped,
                "handshakes": report.handshakes,
            }
            print(json.dumps(answer), flush=True)


async def play(simulator: Simulator, crowd: Crowd, seconds: float, rate: int) -> None:
    """Let so many messages a second happen, at an even pace, about as many frames a second as a real room."""
    room, loop = simulator._room(ROOM), asyncio.get_running_loop()
    nobody, began, first = room.who(""), loop.time(), crowd.sent
    while (passed := loop.time() - began) < seconds:
        while crowd.sent - first < passed * rate:
            room.publish(crowd.act, nobody)
        await asyncio.sleep(1 / FRAMES_A_SECOND)


# ---- plugins --------------------------------------------------------------------------------------------


@dataclass
class Heard:
    """What a plugin was told."""

    events: int = 0
    units: int = 0
    """By messages: what each adds."""
    finished: int = 0
    """By streaks."""
    delays: list[float] = field(default_factory=list)

    def note(self, event: Any) -> None:
        self.events += 1
        self.delays.append((datetime.now(UTC) - event.received).total_seconds())


class Listening:
    """An overlay: it listens to everything."""

    def __init__(self) -> None:
        self.heard = Heard()

    @hookimpl
    async def on_event(self, ctx: Any, event: Any) -> None:
        self.heard.note(event)

    @hookimpl
    async def on_gift_update(self, ctx: Any, event: Any) -> None:
        self.heard.units += event.delta

    @hookimpl
    async def on_gift(self, ctx: Any, event: Any) -> None:
        self.heard.finished += event.total


class Threaded:
    """The same with plain functions, on a thread of its own."""

    def __init__(self) -> None:
        self.heard = Heard()

    @hookimpl
    def on_event(self, ctx: Any, event: Any) -> None:
        self.heard.note(event)

    @hookimpl
    def on_gift_update(self, ctx: Any, event: Any) -> None:
        self.heard.units += event.delta

    @hookimpl
    def on_gift(self, ctx: Any, event: Any) -> None:
        self.heard.finished += event.total


class Answering(Listening):
    """It answers every line, too."""

    @hookimpl
    async def on_chat(self, ctx: Any, event: Any) -> None:
        ctx.say(event.comment)


class Asleep(Listening):
    """It sleeps at everything, until it wakes up."""

    def __init__(self, nap: float = NAP) -> None:
        super().__init__()
        self.awake, self._nap = False, nap

    @hookimpl
    async def on_event(self, ctx: Any, event: Any) -> None:
        self.heard.events += 1
        if not self.awake:
            await asyncio.sleep(self._nap)


class Blocked(Threaded):
    """The same, but it blocks its thread."""

    def __init__(self, nap: float = NAP) -> None:
        super().__init__()
        self.awake, self._nap = False, nap

    @hookimpl
    def on_event(self, ctx: Any, event: Any) -> None:
        self.heard.events += 1
        if not self.awake:
            time.sleep(self._nap)


# ---- this process ---------------------------------------------------------------------------------------


def candidates(plugins: dict[str, Any]) -> list[Candidate]:
    return [Candidate(name, "bench", lambda plugin=plugin: plugin) for name, plugin in plugins.items()]


async def load(sleeper: Any, seconds: float, rate: int) -> dict[str, Any]:
    """Run a bot through the busy room, and return what came of it."""
    plugins = {"listening": Listening(), "threaded": Threaded(), "answering": Answering(), "sleeper": sleeper}
    connected = asyncio.Event()

    def see(event: Any, own: bool) -> None:
        if event.kind == "websocket_connected":
            connected.set()

    observer = SimpleNamespace(event=see, line=lambda line: None, notice=lambda notice: None)
    async with other_process(__file__, "serve") as server:
        with TemporaryDirectory() as folder:
            config = parse_config(
                CONFIG.format(address=server.address, enable=json.dumps(BUNDLED)), folder=Path(folder)
            )
            bot = Bot(config, observers=[observer], plugins=candidates(plugins))
            running = asyncio.create_task(bot.run())
            await connected.wait()
            cpu = time.process_time()
            room = await busy(server, seconds, rate)
            cpu = time.process_time() - cpu
            sleeper.awake = True
            await caught_up(bot, plugins, room["units"])
            assert bot.engine is not None
            connector = bot.rooms[0].connector
            arrived = connector.counts["messages"] if connector is not None else 0
            dropped = {name: dict(s.lane.mailbox.dropped) for name, s in bot.engine.seats.items()}
            bot.stop()
            await running
    delays = {name: sorted(plugin.heard.delays) for name, plugin in plugins.items() if name != "sleeper"}
    return {
        "room": room,
        "arrived": arrived,
        "cpu_share": cpu / seconds,
        "told": {name: plugin.heard for name, plugin in plugins.items()},
        "latency": {name: (x[len(x) // 2], x[len(x) * 99 // 100], x[-1]) for name, x in delays.items()},
        "dropped": {name: lost for name, lost in dropped.items() if lost},
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


async def busy(server: Server, seconds: float, rate: int) -> dict[str, Any]:
    answer: dict[str, Any] = await server.order(f"play {seconds} {rate}")
    return answer


async def caught_up(bot: Bot, plugins: dict[str, Any], units: int) -> None:
    """Wait until every plugin has got all gifts, the last streaks too, which silence has to close."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if all(units == p.heard.units == p.heard.finished for p in plugins.values()):
            return
        await asyncio.sleep(0.1)


def show(title: str, result: dict[str, Any]) -> bool:
    room, told = result["room"], result["told"]
    missed = [name for name, heard in told.items() if not heard.units == heard.finished == room["units"]]
    longest = max(room["gaps"], default=0.0)
    print(f"{title}: {room['messages']} messages, of which {result['arrived']} arrived")
    print(f"  units of gifts             {room['units']:>9}")
    for name, heard in told.items():
        print(f"    told to {name:<16} {heard.units:>9} in messages, {heard.finished} in streaks")
    print("  latency, ms                      p50     p99   worst")
    for name, seconds in result["latency"].items():
        print(f"    of {name:<22}" + "".join(f"{second * 1000:8.1f}" for second in seconds))
    print(f"  heartbeats                 {len(room['gaps']):>9}, the longest gap {longest:.2f} s")
    print(f"  sockets, and cut for silence {room['handshakes']:>7}, {room['cut']}")
    print(f"  share of a core            {result['cpu_share']:>9.0%}, most memory {result['memory']:.0f} MiB")
    for name, lost in result["dropped"].items():
        print(f"  shed by {name:<18} " + ", ".join(f"{number} {kind}" for kind, number in lost.items()))
    slow = [name for name, (_, p99, _) in result["latency"].items() if p99 >= LATEST]
    fine = not missed and not slow and longest < 15 and room["handshakes"] == 1
    print(f"  {'ok' if fine else 'MISSED: ' + ', '.join([*missed, *slow])}")
    return fine


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["serve"], help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--rate", type=int, default=2000, help="messages a second")
    given = parser.parse_args()
    if given.what == "serve":
        asyncio.run(serve())
        return 0
    fine = True
    logging.disable(logging.WARNING)  # that the sleeper is busy is no news here
    for sleeper in (Asleep(), Blocked()):
        result = asyncio.run(load(sleeper, given.seconds, given.rate))
        fine = show(f"one plugin is {type(sleeper).__name__.lower()}", result) and fine
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
