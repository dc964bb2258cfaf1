"""From a bot's end to an exit code."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from douyinbot.cli.drive import INTERRUPTED, _held_up, drive, run_until_signal
from douyinbot.errors import RoomNotFoundError


def bot(rooms: int, failures: int) -> Any:
    async def run() -> None:
        await asyncio.sleep(0)

    return SimpleNamespace(
        run=run,
        stop=lambda: None,
        rooms=[object()] * rooms,
        failures=[RoomNotFoundError(f"no room {number}") for number in range(failures)],
    )


def test_an_orderly_end_is_0() -> None:
    assert drive(bot(rooms=2, failures=0)) == 0


def test_one_of_several_rooms_that_failed_is_1() -> None:
    assert drive(bot(rooms=2, failures=1)) == 1


def test_when_no_room_could_be_had_the_first_reason_is_raised() -> None:
    with pytest.raises(RoomNotFoundError, match="no room 0"):
        drive(bot(rooms=2, failures=2))


def test_what_it_runs_within_is_opened_before_and_closed_after() -> None:
    seen: list[str] = []

    @asynccontextmanager
    async def door() -> AsyncIterator[None]:
        seen.append("open")
        yield
        seen.append("closed")

    one = bot(rooms=1, failures=0)

    async def run() -> None:
        seen.append("ran")

    one.run = run
    assert drive(one, within=door()) == 0
    assert seen == ["open", "ran", "closed"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_to_stop_and_gives_130(number: int) -> None:
    stopped = []

    async def work() -> None:
        over = asyncio.Event()
        stopped.append(over)
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), number)
        await over.wait()

    assert run_until_signal(work, lambda: stopped[0].set()) == INTERRUPTED


def test_a_stop_that_is_cut_short_says_what_held_it_up() -> None:
    script = (
        "import asyncio, os, signal, sys, threading\n"
        "from douyinbot.cli import drive\n"
        "drive.STOP_TIME = 0.05\n"
        "async def work():\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    await asyncio.Event().wait()\n"
        "drive.run_until_signal(work, lambda: None, lambda: ': plugin slow is still in its teardown')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == INTERRUPTED
    told = "douyinbot: the stop was cut short after 0.05 s: plugin slow is still in its teardown\n"
    assert done.stderr == told


def test_it_is_known_whose_goodbye_holds_up_the_stop() -> None:
    assert _held_up(SimpleNamespace(engine=None)) == ""
    assert _held_up(SimpleNamespace(engine=SimpleNamespace(leaving=""))) == ""
    held = _held_up(SimpleNamespace(engine=SimpleNamespace(leaving="slow")))
    assert held == ": plugin slow is still in its teardown"
