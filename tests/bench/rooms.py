"""Many rooms in one process, on one core: `python tests/bench/rooms.py`.

The rooms are simulated by a second process, on another core where there is one; it speaks Douyin's protocol
and writes down every heartbeat that comes late. Two things are measured:

    hold    200 rooms for a minute: no heartbeat may be missed; prints the memory of an idle room
    drop    500 rooms whose connections are cut at the same moment: prints how the returns are spread
"""

import argparse
import asyncio
import gc
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from douyinbot.config import Room
from douyinbot.connectors.base import Setup
from douyinbot.connectors.douyin import connect_douyin
from douyinbot.connectors.pace import ConnectPace
from douyinbot.connectors.simulator import Chatter, RoomSpec, Scenario, Simulator, Step
from douyinbot.events import Connected, WebsocketConnected
from tests.bench.process import Server, on_one_core, orders, other_process

FILES_PER_ROOM = 3
SPARE_FILES = 100


# ---- the other process ----------------------------------------------------------------------------------


async def serve(rate: float) -> None:
    """Simulate rooms; each line on stdin is an order, each answer a line of JSON on stdout."""
    scenario = Scenario(room=RoomSpec(history=0), chatter=Chatter(rate=rate))
    async with Simulator(scenario=scenario) as simulator:
        print(json.dumps({"address": simulator.address}), flush=True)
        async for order in orders():
            if order[0] == "drop":
                for number in range(int(order[1])):
                    await simulator.do(f"room{number}", Step(do="drop"))
            print(json.dumps(simulator.report.to_dict()), flush=True)


def allow_files(rooms: int) -> None:
    """Raise the soft limit of open files as far as needed, or say what to do."""
    needed = rooms * FILES_PER_ROOM + SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= needed or soft == resource.RLIM_INFINITY:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise SystemExit(
            f"{rooms} rooms need {needed} open files, and this shell allows {hard} at most (`ulimit -Hn`). "
            f"Raise the limit (`ulimit -n {needed}` as root, or LimitNOFILE= of the service), or ask for "
            "fewer --rooms."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


# ---- this process ---------------------------------------------------------------------------------------


class WatchedPace(ConnectPace):
    """Writes down when turns were given."""

    def __init__(self, per_second: float) -> None:
        super().__init__(per_second)
        self.given: list[float] = []

    async def turn(self) -> None:
        await super().turn()
        self.given.append(time.monotonic())


@dataclass
class Crowd:
    """Rooms that are listened to, and what was seen of all of them together."""

    count: int
    pace: WatchedPace
    opened: list[float] = field(default_factory=list)
    """When sockets were opened."""
    connected: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self, address: str, number: int) -> None:
        room = Room(id=f"room{number}", connector="douyin", url=f"{address}/room{number}", options={})
        setup = Setup(room=room, pace=self.pace, rng=random.Random(number))
        async with connect_douyin(setup) as connector, aclosing(connector.batches()) as batches:
            async for batch in batches:
                for event in batch:
                    self.kinds[event.kind] += 1
                    if isinstance(event, WebsocketConnected):
                        self.opened.append(time.monotonic())
                    if isinstance(event, Connected):
                        self.connected += 1
                        self.changed.set()

    async def until_connected(self, times: int) -> None:
        """Wait until so many connections have been made since the beginning."""
        while self.connected < times:
            self.changed.clear()
            await self.changed.wait()


@asynccontextmanager
async def listening(server: Server, count: int, per_second: float) -> AsyncIterator[Crowd]:
    crowd = Crowd(count, WatchedPace(per_second))
    async with asyncio.TaskGroup() as tasks:
        listeners = [tasks.create_task(crowd.listen(server.address, number)) for number in range(count)]
        await crowd.until_connected(count)
        yield crowd
        for listener in listeners:
            listener.cancel()


def resident() -> int:
    """Return the bytes of memory that this process holds, 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def busiest(times: list[float], within: float = 1.0) -> int:
    """Return the most that happened within any such span."""
    times, most, first = sorted(times), 0, 0
    for last, now in enumerate(times):
        while times[first] <= now - within:
            first += 1
        most = max(most, last - first + 1)
    return most


async def hold(
    count: int, seconds: float, *, rate: float, core: int | None, per_second: float
) -> dict[str, Any]:
    """Listen to so many rooms for a while, and return what came of it."""
    async with other_process(__file__, "serve", "--rate", str(rate), core=core) as server:
        async with listening(server, 1, per_second):
            gc.collect()  # the first room loads what all of them share
            before = resident()
        async with listening(server, count, per_second) as crowd:
            gc.collect()
            memory, cpu = resident() - before, time.process_time()
            sockets = (await server.order("report"))["handshakes"] - 1
            await asyncio.sleep(seconds)
            report, cpu = await server.order("report"), time.process_time() - cpu
    return {
        "rooms": count,
        "sockets": sockets,
        "seconds": seconds,
        "memory_per_room": memory / count,
        "cpu_share": cpu / seconds,
        "events": dict(crowd.kinds),
        "heartbeats": report["heartbeats"],
        "longest_gap": max(report["heartbeat_gaps"], default=0.0),
        "cut_for_silence": report["dropped"],
        "violations": report["violations"],
    }


async def drop(count: int, *, core: int | None, per_second: float) -> dict[str, Any]:
    """Cut the connections of so many rooms at once, and return how they came back."""
    async with other_process(__file__, "serve", core=core) as server:
        async with listening(server, count, per_second) as crowd:
            await asyncio.sleep(0.1)
            turns, opened = len(crowd.pace.given), len(crowd.opened)
            began = time.monotonic()
            report = await server.order(f"drop {count}")
            await crowd.until_connected(2 * count)
            report = await server.order("report")
    attempts = [at - began for at in crowd.pace.given[turns:]]
    back = [at - began for at in crowd.opened[opened:]]
    return {
        "rooms": count,
        "back": len(back),
        "first": min(back),
        "last": max(back),
        "attempts": len(attempts),
        "busiest_second": busiest(attempts),
        "histogram": [Counter(map(int, back))[second] for second in range(int(max(back)) + 1)],
        "violations": report["violations"],
    }


# ---- by hand --------------------------------------------------------------------------------------------


def show_hold(result: dict[str, Any]) -> bool:
    print(f"{result['rooms']} rooms held for {result['seconds']:g} s on one core")
    print(f"  memory of an idle room   {result['memory_per_room'] / 1024:.0f} KiB")
    print(f"  share of the core        {result['cpu_share']:.1%}")
    print(f"  events                   {sum(result['events'].values())}")
    print(f"  heartbeats               {result['heartbeats']}, the longest gap {result['longest_gap']:.1f} s")
    print(
        f"  missed heartbeats        {len(result['violations'])}, cut for silence {result['cut_for_silence']}"
    )
    for violation in result["violations"][:5]:
        print(f"    {violation}")
    return not result["violations"] and not result["cut_for_silence"]


def show_drop(result: dict[str, Any], per_second: float) -> bool:
    print(f"{result['rooms']} rooms dropped together; {result['back']} came back")
    print(f"  first after {result['first']:.1f} s, last after {result['last']:.1f} s")
    print(f"  busiest second: {result['busiest_second']} attempts ({per_second:g} a second are allowed)")
    for second, opened in enumerate(result["histogram"]):
        print(f"  {second:4d} s {opened:4d} {'#' * opened}")
    return result["back"] == result["rooms"] and result["busiest_second"] <= per_second * 1.5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["hold", "drop", "serve"])
    parser.add_argument("--rooms", type=int, help="200 for hold, 500 for drop")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=0.0, help="chatter in each room, messages a second")
    given = parser.parse_args()
    if given.what == "serve":
        allow_files(1000)
        asyncio.run(serve(given.rate))
        return 0
    rooms = given.rooms or {"hold": 200, "drop": 500}[given.what]
    per_second = 1 / ConnectPace()._gap
    allow_files(rooms)
    with on_one_core(True) as core:
        if given.what == "hold":
            held = hold(rooms, given.seconds, rate=given.rate, core=core, per_second=per_second)
            return 0 if show_hold(asyncio.run(held)) else 1
        return 0 if show_drop(asyncio.run(drop(rooms, core=core, per_second=per_second)), per_second) else 1


if __name__ == "__main__":
    sys.exit(main())
