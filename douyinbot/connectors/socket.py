"""One socket around a session: feed it bytes, write what it asks, hand on what it saw."""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
    ProxyError,
    WebSocketException,
)

from douyinbot.connectors.backoff import retry_after
from douyinbot.connectors.options import UNTRUSTED, NetworkOptions, is_loopback, tls_context
from douyinbot.connectors.recording import Recorder
from douyinbot.errors import BlockedError, ConnectError, HttpError, LoginRequiredError, RateLimitedError
from douyinbot.events import Event
from douyinbot.webcast.frames import MAX_FRAME
from douyinbot.webcast.session import Session

__all__ = ["Closed", "SocketRequest", "announced_host", "hosts_to_try", "listen", "open_socket", "with_path"]

CLOSE_TIMEOUT = 1.0
"""Seconds that a goodbye may take; a dead line takes all of them."""
_log = logging.getLogger(f"{__name__}.frames")
_log.setLevel(logging.INFO)  # at DEBUG the library writes down whole requests, cookies included


@dataclass(frozen=True, slots=True)
class SocketRequest:
    """Where a socket goes, and with what. Its repr leaves out signature, cookies and password."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    proxy: str = field(default="", repr=False)
    timeout: float = 10.0
    first_frames: tuple[bytes, ...] = ()
    """What the platform wants to hear right after the first heartbeat."""

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc.rpartition("@")[2]


@dataclass(slots=True)
class Closed:
    """Why a socket ended; filled in by `listen`."""

    code: int | None = None
    reason: str = ""
    error: ConnectError | None = None
    by_polling: bool = False
    """The error is one of polling."""
    over: bool = False
    """The platform was asked, and says that the stream is over."""


def announced_host(text: str, domain: str, endpoint: str) -> str:
    """Return the socket address that a server names, "" where it is none or not to be trusted.

    Cookies go there: only the platform's own hosts, and the machine of the configured endpoint.

    Args:
        domain: the platform's.
        endpoint: the site that we talk to.
    """
    try:
        parts, ours = urlsplit(text if "://" in text else f"//{text}"), urlsplit(endpoint)
        host, usable = parts.hostname or "", parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        return ""
    at_home = host == ours.hostname and is_loopback(host)
    scheme = parts.scheme or ("ws" if at_home and ours.scheme == "http" else "wss")
    known = host in (domain, ours.hostname) or host.endswith(f".{domain}")
    trusted = (scheme == "wss" and known) or (scheme == "ws" and at_home)
    return f"{scheme}://{parts.netloc}{parts.path}" if usable and trusted else ""


def hosts_to_try(options: NetworkOptions, announced: str, known: Sequence[str]) -> Sequence[str]:
    """Return where the socket may go, the first choice first: the user's hosts alone, if there are any.

    Args:
        announced: the host that the server names, as `announced_host` lets it pass.
        known: those that the platform is known to have.
    """
    if options.push_hosts:
        return options.push_hosts
    return (announced, *(host for host in known if host != announced)) if announced else known


def with_path(host: str, path: str) -> str:
    """Return a socket's address; a host that was given with a path keeps its own."""
    return host if urlsplit(host).path.strip("/") else host.rstrip("/") + path


async def open_socket(request: SocketRequest, clock: Callable[[], datetime]) -> ClientConnection:
    """Open a socket.

    Raises:
        BlockedError: refused with HTTP 200 and `Handshake-Msg`, or with 403: signature, host, address or
            device are not accepted.
        RateLimitedError, LoginRequiredError, HttpError: as the status says.
        ConnectError: no answer.
    """
    secure = request.url.startswith("wss:")
    options: dict[str, Any] = {"ssl": tls_context()} if secure else {}
    try:
        return await connect(
            request.url,
            additional_headers=dict(request.headers),
            user_agent_header=None,
            compression=None,
            max_size=MAX_FRAME,
            # The server pings us; it does not answer ours on TikTok. Liveness is in the session.
            ping_interval=None,
            open_timeout=request.timeout,
            close_timeout=CLOSE_TIMEOUT,
            logger=_log,
            # As for HTTP, the proxy looks up the name: where it is needed, we often cannot.
            proxy=request.proxy.replace("socks5:", "socks5h:", 1) or None,
            **options,
        )
    except InvalidStatus as error:
        raise _refusal(request.host, error, clock()) from error
    except TimeoutError as error:
        raise ConnectError(f"{request.host} did not open a socket within {request.timeout:g}s.") from error
    except (WebSocketException, InvalidHandshake, OSError, EOFError, ValueError) as error:
        raise ConnectError(_unreachable(request.host, error)) from error


async def listen(
    ws: ClientConnection,
    session: Session,
    closed: Closed,
    *,
    clock: Callable[[], datetime],
    recorder: Recorder | None = None,
    first_frames: tuple[bytes, ...] = (),
) -> AsyncGenerator[list[Event]]:
    """Yield the events of each frame until the socket ends; `closed` then says why.

    `tick` runs at every turn: if it ran only on silence, a busy room would starve the heartbeat.
    """
    now = asyncio.get_running_loop().time
    try:
        session.opened(now())
        await _write(ws, [*session.data_to_send(), *first_frames])
        while session.ending is None:
            try:
                async with asyncio.timeout_at(session.deadline):
                    data = await ws.recv()
            except TimeoutError:
                pass
            else:
                if isinstance(data, bytes):  # the protocol knows no text
                    received = clock()
                    if recorder is not None:
                        recorder.frame(data, received)
                    session.receive(data, now(), received)
            session.tick(now())
            await _write(
                ws, session.data_to_send()
            )  # the acknowledgement goes out before anybody sees the events
            if events := session.events_received():
                yield events
        closed.reason = session.ending.value
    except ConnectionClosed as error:
        closed.code = error.rcvd.code if error.rcvd is not None else 1006
        closed.reason = (
            error.rcvd.reason if error.rcvd is not None else ""
        ) or f"socket closed ({closed.code})"
    finally:
        await ws.close()


async def _write(ws: ClientConnection, frames: Sequence[bytes]) -> None:
    with suppress(ConnectionClosed):  # what came before the end is still to be read; reading notices it, too
        for frame in frames:
            await ws.send(frame)


def _refusal(host: str, error: InvalidStatus, now: datetime) -> ConnectError:
    response = error.response
    status, said = response.status_code, response.headers.get("Handshake-Msg", "")
    code = response.headers.get("Handshake-Status", "")
    if status == 200 or said:
        words = f"{said or 'no reason given'}{f' ({code})' if code else ''}"
        return BlockedError(f"{host} refuses the socket (HTTP {status} instead of 101): {words}. {_BLOCKED}")
    if status in (429, 503):
        wait = retry_after(response.headers.get("Retry-After", ""), now)
        return RateLimitedError(f"{host} says that we connect too often (HTTP {status}).", wait)
    if status in _REFUSALS:
        kind, text = _REFUSALS[status]
        return kind(f"{host} {text}")
    return HttpError(
        f"{host} refused the socket with HTTP {status}.{_ADVICE.get(status, _OUT_OF_DATE)}", status
    )


_BLOCKED = (
    "The signature or the host list may be out of date, or this address or device is blocked: try another "
    "network, give douyinbot your browser's cookies, or look for a newer version."
)
_REFUSALS: dict[int, tuple[type[ConnectError], str]] = {
    401: (LoginRequiredError, "wants a logged-in user (HTTP 401). Give douyinbot your cookies."),
    403: (BlockedError, "refuses this address or device (HTTP 403). Try another network."),
    415: (BlockedError, f"refuses the socket (HTTP 415). {_BLOCKED}"),
}
_OUT_OF_DATE = " If all rooms are refused so, look for a newer version of douyinbot."
_ADVICE = {
    407: " Check `proxy`, with its user and password.",
    # A gateway answered a wrong signature so (2023-12); it may also be what it says.
    502: " The server is in trouble, or the signature out of date: if it stays so, look for a newer version.",
}


def _unreachable(host: str, error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{host} {UNTRUSTED}"
    if isinstance(error, socket.gaierror):
        return f"{host}: the host's name cannot be found. Check the network and the address."
    if isinstance(error, ProxyError):
        return f"{host}: the proxy lets nothing through. Check `proxy`, with its user and password."
    return f"{host} cannot be reached by socket: {_short(error)}. Check the network."


def _short(error: BaseException) -> str:
    """Say what went wrong without the address, which carries the signature."""
    return getattr(error, "strerror", None) or type(error).__name__
