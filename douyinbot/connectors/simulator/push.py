"""One open socket: its two directions, and how it ends."""

import asyncio
from contextlib import suppress

from aiohttp import WSCloseCode, WSMsgType, web

from douyinbot.connectors.simulator.delivery import Delivery, Limits
from douyinbot.connectors.simulator.outgoing import HEARTBEAT_S, Outgoing, Reader
from douyinbot.connectors.simulator.report import Report
from douyinbot.connectors.simulator.room import Room
from douyinbot.connectors.simulator.scenario import BadFrame
from douyinbot.errors import DecodeError
from douyinbot.webcast.frames import HEARTBEAT, Frame, parse_frame
from douyinbot.webcast.tiktok.compose import enters

__all__ = ["SocketLine"]

LATEST_HEARTBEAT = HEARTBEAT_S + 1.0


class SocketLine:
    """One open socket.

    Args:
        request: what opened it.
        socket: the prepared WebSocket.
        room: what it listens to.
        reader: whose it is.
        limits: how patient to be.
        report: what is written down.
    """

    def __init__(
        self,
        request: web.Request,
        socket: web.WebSocketResponse,
        room: Room,
        reader: Reader,
        limits: Limits,
        report: Report,
    ) -> None:
        self._request = request
        self._socket = socket
        self._room = room
        self._report = report
        self._now = asyncio.get_running_loop().time
        self._delivery = Delivery(self._now(), limits)
        self._outgoing = Outgoing(room, reader, self._delivery, report, self._now)
        self._outgoing.waiting = room.is_tiktok
        self._woken = asyncio.Event()
        self._close_code: int | None = None

    # ---- what the room asks for ---------------------------------------------------------------------

    def wake(self) -> None:
        self._woken.set()

    def put(self, payload_type: str) -> None:
        self._outgoing.put(payload_type)
        self.wake()

    def put_bad(self, kind: BadFrame) -> None:
        self._outgoing.put_bad(kind)
        self.wake()

    def cut(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()

    def hang_up(self, code: int) -> None:
        self._outgoing.collect()
        self._close_code = code
        self.wake()

    def stall(self) -> None:
        self._outgoing.stalled = True

    # ---- the two directions -------------------------------------------------------------------------

    async def run(self) -> None:
        """Serve the socket until it is closed, by whomever."""
        self._room.lines.add(self)
        self._report.connections += 1
        try:
            async with asyncio.TaskGroup() as tasks:
                writer = tasks.create_task(self._write())
                with suppress(ConnectionError):  # gone while we answered a ping
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
        elif frame.payload_type == "im_enter_room" and self._room.is_tiktok:
            self._enter(frame)
        elif frame.payload_type != "subscribe":
            self._report.violate(f'sent a frame of the unknown type "{frame.payload_type}"')

    def _enter(self, frame: Frame) -> None:
        """From here on the socket brings the room; before it stays silent, as TikTok's does."""
        if (id := enters(frame.payload)) != str(self._room.room_id):
            self._report.violate(f"im_enter_room enters {id or 'no room'}, not {self._room.room_id}")
            return
        self._outgoing.waiting = False
        self.put("im_enter_room_resp")

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
            while self._close_code is None:
                self._woken.clear()
                self._outgoing.collect()
                self._outgoing.send_again()
                await self._flush()
                if self._delivery.is_silent(self._now()):
                    self._report.dropped += 1
                    self._report.violate("no heartbeat came, so the socket was cut")
                    self.cut()
                    return
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(self._delivery.deadline):
                        await self._woken.wait()
            await self._flush()
            await self._socket.close(code=self._close_code)
        except ConnectionError:
            self.cut()  # the client is gone; the reader will notice

    async def _flush(self) -> None:
        queue = self._outgoing.queue
        while queue and not self._outgoing.stalled:
            await self._socket.send_bytes(queue.popleft())
