"""Small forward proxies: HTTP (plain and CONNECT, also over TLS), SOCKS5 and SOCKS4, each with a login."""

import asyncio
import base64
import socket
import struct
from urllib.parse import quote, urlsplit

from tests.connectors.relay import RawServer, pump

__all__ = ["HttpProxy", "HttpsProxy", "Proxy", "Socks4Proxy", "Socks5Proxy"]


class Proxy(RawServer):
    """Writes down where it was asked to go.

    Args:
        user, password: whom it serves; everybody if there is no user.
        refuses: it takes connections, but goes nowhere.
    """

    scheme = ""

    def __init__(self, user: str = "", password: str = "", *, refuses: bool = False) -> None:
        super().__init__()
        self.user, self.password, self.refuses = user, password, refuses
        self.targets: list[str] = []
        self.turned_away = 0

    @property
    def login(self) -> str:
        """User and password as they stand in an address."""
        password = f":{quote(self.password, safe='')}" if self.password else ""
        return f"{quote(self.user, safe='')}{password}@" if self.user else ""

    @property
    def address(self) -> str:
        return f"{self.scheme}://{self.login}{self.authority}"

    async def join(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str, first: bytes = b""
    ) -> None:
        """Connect the client with its target, until both are done."""
        far_reader, far_writer = await self.open(target)
        if first:
            far_writer.write(first)
        await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))


class HttpProxy(Proxy):
    scheme = "http"

    def __init__(self, user: str = "", password: str = "", *, refuses: bool = False) -> None:
        super().__init__(user, password, refuses=refuses)
        self.methods: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        self.methods.append(method)
        if self.user and headers.get("proxy-authorization") != self._expected:
            self.turned_away += 1
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        if self.refuses:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            return
        if method == "CONNECT":
            self.targets.append(target)
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await self.join(reader, writer, target)
            return
        parts = urlsplit(target)
        self.targets.append(parts.netloc)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        kept = [line for line in lines if line and not line.lower().startswith(("proxy-", "connection:"))]
        request = "\r\n".join([f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", ""])
        await self.join(reader, writer, parts.netloc, request.encode("latin-1"))

    @property
    def _expected(self) -> str:
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


class HttpsProxy(HttpProxy):
    """The same, spoken to over TLS; set `tls`."""

    scheme = "https"


class Socks5Proxy(Proxy):
    scheme = "socks5"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, count = await reader.readexactly(2)
        offered = await reader.readexactly(count)
        method = 2 if self.user else 0
        if method not in offered:
            self.turned_away += 1
            writer.write(b"\x05\xff")
            return
        writer.write(bytes([5, method]))
        if method == 2 and not await self._knows(reader, writer):
            return
        _, _, _, kind = await reader.readexactly(4)
        host = await self._host(reader, kind)
        (port,) = struct.unpack("!H", await reader.readexactly(2))
        if self.refuses:
            writer.write(b"\x05\x02\x00\x01" + bytes(6))  # not allowed by the rules
            return
        self.targets.append(f"{host}:{port}")
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await self.join(reader, writer, f"{host}:{port}")

    async def _knows(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await reader.readexactly(1)
        said = []
        for _ in range(2):
            (length,) = await reader.readexactly(1)
            said.append((await reader.readexactly(length)).decode())
        right = said == [self.user, self.password]
        self.turned_away += not right
        writer.write(bytes([1, not right]))
        return right

    async def _host(self, reader: asyncio.StreamReader, kind: int) -> str:
        if kind == 1:
            return socket.inet_ntop(socket.AF_INET, await reader.readexactly(4))
        if kind == 4:
            return f"[{socket.inet_ntop(socket.AF_INET6, await reader.readexactly(16))}]"
        (length,) = await reader.readexactly(1)
        return (await reader.readexactly(length)).decode()


class Socks4Proxy(Proxy):
    scheme = "socks4"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, _, port = struct.unpack("!BBH", await reader.readexactly(4))
        host = socket.inet_ntop(socket.AF_INET, await reader.readexactly(4))
        user = (await reader.readuntil(b"\0"))[:-1].decode()
        if user != self.user:
            self.turned_away += 1
            writer.write(b"\x00\x5d" + bytes(6))  # the user ids differ
            return
        if self.refuses:
            writer.write(b"\x00\x5b" + bytes(6))
            return
        self.targets.append(f"{host}:{port}")
        writer.write(b"\x00\x5a" + bytes(6))
        await self.join(reader, writer, f"{host}:{port}")
