"""Small servers on loopback for what the simulator does not do: odd HTTP, faults below HTTP, TLS."""

import asyncio
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from websockets.asyncio.server import ServerConnection, serve

from tests.connectors.relay import RawServer

__all__ = ["Scripted", "Silent", "closed_port", "pushing", "self_signed", "serving"]

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def pushing(
    handler: Callable[[ServerConnection], Awaitable[None]], **options: Any
) -> AsyncIterator[str]:
    """Serve sockets with one handler, and hand out the address."""
    async with serve(handler, "127.0.0.1", 0, compression=None, **options) as server:
        yield f"ws{'s' if options.get('ssl') else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Serve every request with one handler, and hand out the address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        yield f"{'https' if tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class Scripted(RawServer):
    """Reads one request head after the other and answers each with the next piece of the script.

    A piece is bytes, or a function of the writer; after the last one the connection ends.
    """

    def __init__(self, *script: bytes | Callable[[asyncio.StreamWriter], object]) -> None:
        super().__init__()
        self.script = list(script)
        self.heads: list[bytes] = []

    @property
    def address(self) -> str:
        return f"http://{self.authority}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while self.script:
            self.heads.append(await reader.readuntil(b"\r\n\r\n"))
            piece = self.script.pop(0)
            if callable(piece):
                piece(writer)
                return
            writer.write(piece)
            await writer.drain()


class Silent(RawServer):
    """Takes every connection, says its greeting if it has one, reads, and never answers."""

    def __init__(self, greeting: bytes = b"") -> None:
        super().__init__()
        self.greeting = greeting
        self.heard = bytearray()
        self.spoken_to = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(self.greeting)
        while data := await reader.read(65536):
            self.heard += data
            self.spoken_to.set()


def closed_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def self_signed(folder: Path) -> ssl.SSLContext:
    """Return a server's TLS context with a certificate that nobody has signed but itself."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    command = [
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *("-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
        *("-keyout", str(key), "-out", str(certificate)),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"NOT CHECKED against a self-signed certificate: openssl cannot make one ({error})")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
