"""A TCP proxy that does what a bad network does, without root: to put between a client and its server."""

import asyncio
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from tests.connectors.relay import RawServer, reset

__all__ = ["ChaosProxy", "Request"]


class Request(NamedTuple):
    """The head of a request that went through."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    """By name in small letters."""

    @classmethod
    def parse(cls, head: bytes) -> "Request":
        first, *lines = head.decode("latin-1").split("\r\n")
        target = urlsplit(first.split(" ")[1])
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return cls(target.path, dict(parse_qsl(target.query, keep_blank_values=True)), headers)


class ChaosProxy(RawServer):
    """Passes everything through as it is, until told otherwise. Faults are on the way to the client.

    Args:
        target: host and port of the server.
    """

    def __init__(self, target: str) -> None:
        super().__init__()
        self.target = target.rpartition("/")[2]
        self.latency = 0.0
        """Seconds that every chunk is late."""
        self.upward_delay = 0.0
        """Seconds that what the client says is late."""
        self.piece = 0
        """So many bytes go out at a time; 0 for whole chunks."""
        self.repeat = 0
        """So many of the next chunks go out twice."""
        self.flip_in: int | None = None
        """One bit is wrong in the byte that comes after so many more."""
        self.reset_in: int | None = None
        """The connection is reset after so many more bytes."""
        self.cut_in: int | None = None
        """The connection ends quietly after so many more bytes."""
        self.passed = 0
        """Bytes that went to clients."""
        self._heard: list[bytearray] = []
        self._open = asyncio.Event()
        self._open.set()
        self._links: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()

    @property
    def push_host(self) -> str:
        return f"ws://{self.authority}"

    @property
    def address(self) -> str:
        return f"http://{self.authority}"

    @property
    def requests(self) -> list[Request]:
        """What clients asked for, in order of their connections."""
        heads = [head for heard in self._heard for head in bytes(heard).split(b"\r\n\r\n")]
        return [Request.parse(head) for head in heads if head.startswith(b"GET ")]

    def freeze(self) -> None:
        """From now on a black hole: connections are taken and stay open, but nothing moves."""
        self._open.clear()

    def thaw(self) -> None:
        """Let new connections through; those that were frozen are dead."""
        for client, server in self._links:
            client.transport.abort()
            server.transport.abort()
        self._open.set()

    def reset(self) -> None:
        """Reset all connections now."""
        for client, server in self._links:
            reset(client)
            server.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._open.wait()
        down, up = await self.open(self.target)
        link = (writer, up)
        self._links.add(link)
        upward = asyncio.create_task(self._up(reader, up))
        try:
            await self._down(down, writer)
        finally:
            self._links.discard(link)
            upward.cancel()
            with suppress(asyncio.CancelledError):
                await upward
            up.transport.abort()

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard = bytearray()
        self._heard.append(heard)
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                heard += data
                await asyncio.sleep(self.upward_delay)
                await self._open.wait()
                writer.write(data)
                await writer.drain()
            writer.write_eof()

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                await self._open.wait()
                if self.latency:
                    await asyncio.sleep(self.latency)
                if self.repeat:
                    self.repeat -= 1
                    data += data
                data = self._flipped(data)
                if await self._ends_within(data, writer):
                    return
                await self._write(data, writer)

    def _flipped(self, data: bytes) -> bytes:
        if self.flip_in is None:
            return data
        place, self.flip_in = self.flip_in, self.flip_in - len(data)
        if place >= len(data):
            return data
        self.flip_in = None
        return data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :]

    async def _ends_within(self, data: bytes, writer: asyncio.StreamWriter) -> bool:
        """Count down to the end of the connection; say whether it has come."""
        for fault in ("reset_in", "cut_in"):
            left: int | None = getattr(self, fault)
            if left is None:
                continue
            if len(data) < left:
                setattr(self, fault, left - len(data))
                continue
            setattr(self, fault, None)
            await self._write(data[:left], writer)
            if fault == "reset_in":
                reset(writer)
            return True
        return False

    async def _write(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        self.passed += len(data)
        step = self.piece or max(1, len(data))
        for start in range(0, len(data), step):
            writer.write(data[start : start + step])
            await writer.drain()
            if self.piece:
                await asyncio.sleep(0)
