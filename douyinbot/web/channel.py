"""`/ws`: the events and the bot's lines as they come, one JSON object a message, as `--jsonl` prints them."""

import asyncio
from collections.abc import Callable, Sequence

from aiohttp import web

from douyinbot.config import nearest
from douyinbot.core.notices import Notice
from douyinbot.events import EVENTS
from douyinbot.web.feed import SEND, Feed, Watcher
from douyinbot.web.guard import PROTOCOL, Guard
from douyinbot.web.problems import Handler, Problem

__all__ = ["channel"]

GOODBYE = 0.5
"""Seconds for the other side to take what is left, and to answer our goodbye."""
HEARTBEAT = 20.0
"""Seconds between two pings; who does not answer within half of that is gone."""
LONGEST = 4096
"""Bytes of a message to us. Nothing that a watcher says is asked for, or heard."""


def channel(feed: Feed, guard: Guard, rooms: Sequence[str], notify: Callable[[Notice], None]) -> Handler:
    """Return what answers `/ws?rooms=ROOM,...&kinds=KIND,...`."""

    async def watch(request: web.Request) -> web.StreamResponse:
        guard.admit(request, watching=True)
        if feed.full:
            raise Problem("full", f"{len(feed.watchers)} are watching already")
        watcher = Watcher(_chosen(request, "rooms", list(rooms)), _chosen(request, "kinds", [*EVENTS, SEND]))
        socket = web.WebSocketResponse(
            protocols=(PROTOCOL,),
            heartbeat=HEARTBEAT,
            timeout=GOODBYE,
            max_msg_size=LONGEST,
            compress=False,
        )
        feed.join(watcher)
        try:
            await socket.prepare(request)
            reads = await _serve(socket, watcher, feed.patience)
        except TimeoutError:
            reads = False
            feed.counts["cut"] += 1
            notify(Notice("warning", f"web: {request.remote} did not read for {feed.patience:g}s: cut off"))
        finally:
            feed.leave(watcher)
        if reads:
            await socket.close()
        elif request.transport is not None:
            request.transport.abort()
        return socket

    return watch


async def _serve(socket: web.WebSocketResponse, watcher: Watcher, patience: float) -> bool:
    """Send until either side has enough; return whether the other side still reads.

    Raises:
        TimeoutError: it has not read for so many seconds.
    """
    sending = asyncio.create_task(watcher.send_to(socket, patience), name="web watcher")
    listening = asyncio.create_task(_listen(socket), name="web watcher's goodbye")
    closing = asyncio.create_task(watcher.closing.wait(), name="our goodbye")
    tasks = (sending, listening, closing)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if closing.done():
            await asyncio.wait([sending], timeout=GOODBYE)
        stuck = closing.done() and not sending.done()
    finally:
        for task in tasks:
            task.cancel()
        sent, *_ = await asyncio.gather(*tasks, return_exceptions=True)
    if isinstance(sent, Exception) and not isinstance(sent, ConnectionError):
        raise sent
    return not stuck


async def _listen(socket: web.WebSocketResponse) -> None:
    """Wait for the other side's goodbye; pings and pongs are answered on the way."""
    async for _ in socket:
        await asyncio.sleep(0)


def _chosen(request: web.Request, name: str, known: Sequence[str]) -> frozenset[str]:
    """Read a list out of the address.

    Raises:
        Problem: something in it does not exist.
    """
    words = [word for word in request.query.get(name, "").split(",") if word]
    for word in words:
        if word not in known:
            raise Problem("bad_request", f'{name}: there is no "{word}"{nearest(word, known)}')
    return frozenset(words)
