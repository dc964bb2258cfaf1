"""Case 13: a plugin that blocks, and whom it holds up."""

import asyncio
import logging
import threading
import time
from pathlib import Path

import pytest

from douyinbot import hookimpl
from douyinbot.core.dispatch import watchdog
from douyinbot.webcast import session
from tests.reliability.stage import PATIENCE, come_true, quiet_simulator, running

BEATS = 10


class Sleeper:
    """A plugin that sleeps until it is let go, and never longer than anybody's patience."""

    name = "sleeper"

    def __init__(self) -> None:
        self.asleep = threading.Event()
        self.enough = threading.Event()

    def sleep_on_and_on(self) -> None:
        self.asleep.set()
        end = time.monotonic() + PATIENCE
        while not self.enough.is_set() and time.monotonic() < end:
            time.sleep(0.3)


class Plain(Sleeper):
    @hookimpl
    def on_chat(self, ctx, event):
        self.sleep_on_and_on()


class Async(Sleeper):
    """What no plugin should do: it blocks in an `async def`, on the loop that everybody shares."""

    @hookimpl
    async def on_chat(self, ctx, event):
        if event.comment == "block":
            self.sleep_on_and_on()


class Stacks(logging.Handler):
    """Tells when a stack was logged in which the culprit stands, and in which record."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        self.found = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if "sleep_on_and_on" in (record.stack_info or ""):
            self.records.append(record)
            self.found.set()


@pytest.fixture
def stacks(monkeypatch):
    """What the watchdog logs; it is ten times as impatient as usual, and heartbeats are due more often."""
    monkeypatch.setattr(watchdog, "LOOK_EVERY", 0.1)
    monkeypatch.setattr(watchdog, "BUSY", 0.5)
    monkeypatch.setattr(session, "LONGEST_HEARTBEAT", 0.05)
    handler = Stacks()
    watchdog.log.addHandler(handler)
    yield handler
    watchdog.log.removeHandler(handler)


def test_case_13_a_plugin_that_blocks_delays_no_heartbeat_and_is_logged_with_its_stack(
    stacks, tmp_path: Path
) -> None:
    plugin = Plain()

    async def main() -> None:
        async with quiet_simulator() as simulator, running(simulator, tmp_path, plugin) as bot:
            await simulator.say("abc", "小明", "block")
            await come_true(plugin.asleep.is_set)
            before, report = simulator.report.heartbeats, simulator.report
            await come_true(lambda: stacks.found.is_set() and report.heartbeats >= before + BEATS)
            assert not plugin.enough.is_set()
            for number in range(20):
                await simulator.say("abc", "小红", f"line {number}")
            await come_true(lambda: bot.heard("line 19"))
            plugin.enough.set()
            assert report.unacked == report.dropped == 0
            assert report.handshakes == 1
            (busy,) = [notice for notice in bot.notices if "busy" in notice.text]
            assert busy.plugin == "sleeper"
            assert "only it has to wait" in busy.text

    asyncio.run(main())
    assert stacks.records[0].getMessage() == "plugin sleeper: on_chat stands here:"


def test_case_13_who_blocks_the_event_loop_is_named_with_its_stack_and_the_room_comes_back(
    stacks, tmp_path: Path
) -> None:
    plugin = Async()

    async def main() -> None:
        async with quiet_simulator() as simulator, running(simulator, tmp_path, plugin) as bot:
            # The simulator lives on this loop, too: only a thread can see the loop stand still and let it go.
            release = threading.Thread(target=lambda: (stacks.found.wait(PATIENCE), plugin.enough.set()))
            release.start()
            await simulator.say("abc", "小明", "block")
            await come_true(plugin.enough.is_set)
            release.join()
            before = simulator.report.heartbeats
            await simulator.say("abc", "小红", "and on")
            await come_true(lambda: bot.heard("and on") and simulator.report.heartbeats > before)

    asyncio.run(main())
    (record, *_) = stacks.records
    assert record.levelno == logging.ERROR
    assert "the event loop has been blocked for more than 0.5 s by plugin sleeper" in record.getMessage()


def test_case_13_in_real_life_it_is_five_seconds() -> None:
    assert (watchdog.LOOK_EVERY, watchdog.BUSY) == (1.0, 5.0)
