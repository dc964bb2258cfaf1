"""A simulator in a process of its own, so that its work is not counted: orders and answers are lines."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

__all__ = ["Server", "on_one_core", "orders", "other_process"]


async def orders() -> AsyncIterator[list[str]]:
    """Yield what the other process wants, word by word; for the process that serves."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while order := (await reader.readline()).decode().split():
        yield order


class Server:
    """The simulator in its own process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.address = ""

    async def answer(self) -> Any:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise SystemExit("the process of the simulator has died; its last words are above")
        return json.loads(line)

    async def order(self, what: str) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what}\n".encode())
        return await self.answer()


@asynccontextmanager
async def other_process(*command: str, core: int | None = None) -> AsyncIterator[Server]:
    """Run a Python file that answers orders: the first answer, unasked, is where it listens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=16 * 1024 * 1024,
    )
    try:
        if core is not None:
            os.sched_setaffinity(process.pid, {core})
        server = Server(process)
        server.address = (await server.answer())["address"]
        yield server
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        if process.stdin is not None:
            process.stdin.close()


@contextmanager
def on_one_core(wanted: bool) -> Iterator[int | None]:
    """Keep this process on one core, and hand out another for the simulator, where the system allows it."""
    if not wanted or not hasattr(os, "sched_setaffinity"):
        yield None
        return
    before = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {before[0]})
    try:
        yield before[-1]
    finally:
        os.sched_setaffinity(0, before)
