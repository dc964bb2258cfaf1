"""One open socket: what goes over it in both directions."""

import asyncio
import itertools
from collections import deque

from aiohttp import WSCloseCode, WSMsgType, web

from douyinbot.connectors.simulator.delivery import Delivery, Limits
from douyinbot.connectors.simulator.report import Report
from douyinbot.connectors.simulator.room import Entry, Room
from douyinbot.connectors.simulator.scenario import BadFrame
from douyinbot.connectors.simulator.trouble import bad_frame
from douyinbot.errors import DecodeError
from douyinbot.webcast import compose
from douyinbot.webcast.frames import HEARTBEAT, Frame, parse_frame

__all__ = ["HEARTBEAT_S", "SocketLine"]

HEARTBEAT_S = 15
"""The server's own figure in every frame seen."""
LATEST_HEARTBEAT = HEARTBEAT_S + 1.0
GOOD_BEFORE_BAD = 2
"""How many good frames a socket gets before the bad one of `trouble.frames`."""
QUEUED = 256
BATCH = 50
"""The most messages in one frame."""


class SocketLine:
    """One open socket.

    Args:
        socket: the prepared WebSocket.
        room: what it listens to.
        visitor_id: whose it is.
        logged_in: guests get a masked room's guest messages.
        position: the id of the last message that the client has.
    """

    def __init__(
        self,
        request: web.Request,
        socket: web.WebSocketResponse,
        room: Room,
        *,
        visitor_id: str,
        logged_in: bool,
        position: int,
        limits: Limits,
        report: Report,
    ) -> None:
        self._request = request
        self._socket = socket
        self._room = room
        self._visitor_id = visitor_id
        self._logged_in = logged_in
        self._position = position
        self._report = report
        self._now = asyncio.get_running_loop().time
        self._delivery = Delivery(self._now(), limits)
        self._queue: deque[bytes] = deque(maxlen=QUEUED)
        self._woken = asyncio.Event()
        self._log_ids = itertools.count(room.now_ms << 20)
        self._sequence = itertools.count(1)
        self._good_frames = 0
        self._stalled = False
        self._close_code: int | None = None

    # ---- what the room asks for ---------------------------------------------------------------------

    def wake(self) -> None:
        self._woken.set()

    def put(self, payload_type: str) -> None:
        self._collect()  # what was said before goes first
        self._queue.append(compose.push_frame(b"", log_id=next(self._log_ids), payload_type=payload_type))
        self.wake()

    def put_bad(self, kind: BadFrame) -> None:
        self._collect()
        self._queue.append(bad_frame(kind, self._bad_log_id(kind)))
        self.wake()

    def cut(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()

    def hang_up(self, code: int) -> None:
        self._collect()
        self._close_code = code
        self.wake()

    def stall(self) -> None:
        self._stalled = True

    # ---- the two directions -------------------------------------------------------------------------

    async def run(self) -> None:
        """Serve the socket until it is closed, by whomever."""
        self._room.lines.add(self)
        self._report.connections += 1
        try:
            async with asyncio.TaskGroup() as tasks:
                writer = tasks.create_task(self._write())
                await self._read()
                writer.cancel()
        finally:
            self._room.lines.discard(self)
            self._report.connections -= 1

    async def close(self) -> None:
        """Say goodbye: the server is going away."""
        await self._socket.close(code=WSCloseCode.GOING_AWAY)

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is WSMsgType.BINARY:
                self._take(message.data)
            elif message.type is WSMsgType.PING:
                if message.data == HEARTBEAT:  # some clients send the heartbeat this way; it counts
                    self._heard_heartbeat()
                await self._socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._report.violate("sent a text message over the socket; all of them are binary")

    def _take(self, data: bytes) -> None:
        try:
            frame = parse_frame(data)
        except DecodeError as error:
            self._report.violate(f"sent what is not a push frame: {error}")
            return
        if frame.payload_type == "hb":
            self._heard_heartbeat()
            self.put("hb")
        elif frame.payload_type == "ack":
            self._acknowledged(frame)
        elif frame.payload_type != "subscribe":
            self._report.violate(f'sent a frame of the unknown type "{frame.payload_type}"')

    def _heard_heartbeat(self) -> None:
        gap = self._delivery.heartbeat(self._now())
        self._report.heartbeats += 1
        self._report.heartbeat_gaps.append(gap)
        if gap > LATEST_HEARTBEAT:
            self._report.violate(f"heartbeat after {gap:.1f} s; {HEARTBEAT_S} s are allowed")

    def _acknowledged(self, frame: Frame) -> None:
        self._report.acks += 1
        fault = self._delivery.acknowledged(frame.log_id, frame.payload.decode(errors="replace"))
        if fault:
            self._report.violate(fault)

    async def _write(self) -> None:
        try:
            while self._close_code is None or self._queue:
                self._woken.clear()
                self._collect()
                self._send_again()
                while self._queue and not self._stalled:
                    await self._socket.send_bytes(self._queue.popleft())
                if self._delivery.is_silent(self._now()):
                    self._report.dropped += 1
                    self._report.violate("no heartbeat came, so the socket was cut")
                    self.cut()
                    return
                if self._close_code is None:
                    await self._wait()
            await self._socket.close(code=self._close_code)
        except ConnectionError:
            self.cut()  # the client is gone; the reader will notice

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout_at(self._delivery.deadline):
                await self._woken.wait()
        except TimeoutError:
            pass

    # ---- frames -------------------------------------------------------------------------------------

    def _collect(self) -> None:
        """Turn the room's new messages into frames."""
        if self._stalled:
            return
        entries = self._room.after(self._position)
        for start in range(0, len(entries), BATCH):
            self._queue.append(self._frame(entries[start : start + BATCH]))
            self._good_frames += 1
            if self._good_frames == GOOD_BEFORE_BAD and (kind := self._room.faults.frame()) != "none":
                self._queue.append(bad_frame(kind, self._bad_log_id(kind)))

    def _frame(self, entries: list[Entry]) -> bytes:
        self._position = entries[-1].id
        log_id = next(self._log_ids)
        now_ms, cursor = self._room.now_ms, self._room.cursor(self._position)
        internal_ext = self._room.internal_ext(self._visitor_id, log_id)
        response = compose.response(
            [(e.method, e.id, e.payload if self._logged_in else e.guest_payload) for e in entries],
            cursor=cursor,
            internal_ext=internal_ext,
            now_ms=now_ms,
            need_ack=True,
            heartbeat_s=HEARTBEAT_S,
        )
        data = compose.push_frame(
            response,
            log_id=log_id,
            seq_id=next(self._sequence),
            internal_ext=internal_ext,
            headers={"im-cursor": cursor, "im-now": str(now_ms), "im-live_cursor": "d-1_u-1"},
        )
        self._report.frames += 1
        self._delivery.sent(log_id, data, internal_ext, self._now())
        return data

    def _bad_log_id(self, kind: BadFrame) -> int:
        """Return a log id for a bad frame. An acknowledgement of it is right, and so is none."""
        log_id = next(self._log_ids)
        self._delivery.excused(log_id)
        return log_id

    def _send_again(self) -> None:
        if self._stalled:
            return
        for frame in self._delivery.overdue(self._now()):
            self._report.unacked += frame.tries == 1
            if self._delivery.given_up(frame):
                self._report.violate(f"never acknowledged frame {frame.log_id}")
            else:
                self._report.resent += 1
                self._queue.append(frame.data)
