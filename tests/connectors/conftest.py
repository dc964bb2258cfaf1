"""Real sockets on loopback: coroutine tests run on a loop of their own, and must leave nothing behind."""

import asyncio
import gc
import inspect
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 20.0
"""Seconds of real time that anything may take on a busy machine."""
FDS = Path("/proc/self/fd")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: Any) -> bool | None:
    """Run a coroutine test; a task or a socket that is left over fails it."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    before = open_sockets()
    asyncio.run(_alone(pyfuncitem.obj(**arguments)))
    if len(open_sockets()) > len(before):
        gc.collect()  # a failed test's traceback may still hold one
        assert len(open_sockets()) <= len(before), "a socket was left open"
    return True


async def _alone(test: Coroutine[Any, Any, None]) -> None:
    async with asyncio.timeout(PATIENCE):
        await test
    for _ in range(20):  # what was closed in time needs a turn or two to be gone
        if len(asyncio.all_tasks()) == 1:
            return
        await asyncio.sleep(0.01)
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    raise AssertionError(f"tasks were left running: {others}")


def open_sockets() -> set[str]:
    """Return the sockets of this process, where the system tells."""
    if not FDS.is_dir():
        return set()
    found = set()
    for fd in FDS.iterdir():
        try:
            target = os.readlink(fd)
        except OSError:
            continue
        if target.startswith("socket:"):
            found.add(target)
    return found


@pytest.fixture(scope="session")
def captures() -> Path:
    """The folder of recorded Douyin data. It is not ours to ship, so a test that reads it may be skipped."""
    folder = Path(__file__).parents[3] / "shared/captures/douyin"
    if not folder.is_dir():
        pytest.skip(f"NOT CHECKED against real recorded data: {folder} is not there")
    return folder
