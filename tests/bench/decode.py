"""Messages per CPU second, from a frame to what a plugin's handler receives: `python tests/bench/decode.py`.

Every contender gets the same bytes in the same process, in turns, several times; the best of each is printed
(what else runs on the machine can only add), and their ratios, which hold where absolute figures do not. The
floor is what no program can beat: inflate, parse the envelope and each message, build nothing. The last lines
hold the ratios against the targets. For the whole bot see bot.py.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from douyinbot import hookimpl
from douyinbot.config import parse_config
from douyinbot.connectors.base import Capabilities
from douyinbot.core.bot import Bot
from douyinbot.core.plugins.discovery import Candidate
from douyinbot.webcast import douyin
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.frames import gunzip
from douyinbot.webcast.pb import douyin_pb2, frame_pb2
from douyinbot.webcast.session import Session
from tests.bench import corpus

CONFIG = '[bot]\nstore = "sqlite://"\n[[rooms]]\nid = "main"\nconnector = "none"\nsender = "none"\n'
PARSERS = {
    f"Webcast{name}": getattr(douyin_pb2, name)
    for name in (
        *("ChatMessage", "MemberMessage", "LikeMessage", "GiftMessage", "SocialMessage"),
        *("RoomStatsMessage", "RoomUserSeqMessage", "FansclubMessage", "ControlMessage", "EmojiChatMessage"),
    )
}


def floor(frames: list[bytes]) -> None:
    for data in frames:
        frame = frame_pb2.PushFrame.FromString(data)
        response = frame_pb2.Response.FromString(gunzip(frame.payload))
        for message in response.messages:
            if (parser := PARSERS.get(message.method)) is not None:
                parser.FromString(message.payload)


def decode(frames: list[bytes], kinds: frozenset[str] | None = None) -> None:
    session = Session(Decoder(douyin.TABLE, room="main", kinds=kinds))
    session.opened(0.0)
    now = datetime.now(UTC)
    for data in frames:
        session.receive(data, 0.0, now)
        session.data_to_send()
        session.events_received()


class Listener:
    """A plugin that listens to everything, as an overlay would."""

    def __init__(self) -> None:
        self.seen = 0

    @hookimpl
    async def on_event(self, ctx: object, event: object) -> None:
        self.seen += 1


class Dispatch:
    """A bot with so many plugins, fed by hand."""

    def __init__(self, plugins: int) -> None:
        self.listeners = [Listener() for _ in range(plugins)]
        candidates = [
            Candidate(f"listener{number}", "bench", lambda listener=listener: listener)
            for number, listener in enumerate(self.listeners)
        ]
        quiet = SimpleNamespace(event=lambda event, own: None, line=lambda line: None, notice=print)
        self.bot = Bot(
            parse_config(CONFIG),
            observers=[quiet],
            plugins=candidates,
            connectors={"none": nowhere},
        )

    async def feed(self, frames: list[bytes]) -> float:
        """Return the CPU seconds for all frames, until every plugin has handled every event."""
        heard = 0
        async with self.bot._built("sqlite://") as engine:
            room = self.bot.rooms[0]
            session = Session(Decoder(douyin.TABLE, room="main"))
            session.opened(0.0)
            lanes = [seat.lane for seat in engine.seats.values()]
            began, now = time.process_time(), datetime.now(UTC)
            for data in frames:
                session.receive(data, 0.0, now)
                session.data_to_send()
                events = session.events_received()
                heard += len(events)
                room.process(events)
                await asyncio.sleep(0)
            while not all(lane.idle for lane in lanes):
                await asyncio.sleep(0)
            spent = time.process_time() - began
            room.close()
            if any(listener.seen != heard for listener in self.listeners):
                raise AssertionError("not every plugin got every event")
            return spent


def nowhere(setup: object) -> Any:
    """A connector that is never asked for anything: these bots are fed by hand."""
    return SimpleNamespace(capabilities=Capabilities(live=False))


def cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    rows = list(corpus.frames(arguments.frames))
    frames, total = [frame for frame, _ in rows], sum(count for _, count in rows)
    contenders: dict[str, Callable[[], float]] = {
        "floor: gunzip + protobuf, nothing built": lambda: cpu(lambda: floor(frames)),
        "frame -> event, all kinds": lambda: cpu(lambda: decode(frames)),
        "frame -> event, only chat and gifts": lambda: cpu(
            lambda: decode(frames, frozenset({"chat", "gift"}))
        ),
        "... -> dispatch to 0 plugins": lambda: asyncio.run(Dispatch(0).feed(frames)),
        "... -> dispatch to 1 plugin": lambda: asyncio.run(Dispatch(1).feed(frames)),
        "... -> dispatch to 10 plugins": lambda: asyncio.run(Dispatch(10).feed(frames)),
    }
    order = list(contenders)
    times: dict[str, list[float]] = {name: [] for name in order}
    for _ in range(arguments.rounds):
        random.shuffle(order)
        for name in order:
            times[name].append(contenders[name]())
    best = {name: min(times[name]) for name in contenders}
    floor_time = next(iter(best.values()))
    print(f"{len(frames)} frames, {total} messages, best of {arguments.rounds} rounds")
    for name, seconds in best.items():
        rate, micros = total / seconds, seconds / total * 1e6
        print(f"{name:<42} {rate:>9,.0f} msg/CPU-s {micros:6.2f} us  {floor_time / seconds:5.2f}")
    report(best, total)


def report(best: dict[str, float], messages: int) -> None:
    """Hold the ratios against the targets."""
    floor_time, everything, some, nobody, _, ten = best.values()
    to_ten = (ten - nobody) / messages * 1e6
    print("target                                        is      wanted")
    for name, value, wanted, met in (
        (
            "frame -> event against the floor",
            floor_time / everything,
            ">= 0.65",
            floor_time / everything >= 0.65,
        ),
        ("only chat and gifts against all kinds", everything / some, ">= 1.4", everything / some >= 1.4),
        ("one message to ten plugins, us", to_ten, "<= 6", to_ten <= 6),
    ):
        print(f"{name:<42} {value:6.2f}    {wanted:<8} {'ok' if met else 'missed'}")


if __name__ == "__main__":
    main()
