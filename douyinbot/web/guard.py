"""Who may ask the web server for what: the host that was meant, the page that asks, the token.

A browser on this computer opens other people's pages, too. None of them may reach the bot: neither by a name
of theirs that leads to this computer (so `Host` must be ours), nor by sending requests here (so `Origin` must
be the same as `Host`).
"""

import base64
import binascii
import hmac
from collections import Counter
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Middleware

from douyinbot.config import Config, is_loopback
from douyinbot.web.problems import Handler, Problem

__all__ = ["PROTOCOL", "Guard", "is_own_host"]

PROTOCOL = "douyinbot"
"""The WebSocket subprotocol of our pages."""
SHORTEST = 16
"""Characters that a token has at least."""
_KEY = "key."
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """Lets in who may come in, and counts the others.

    Args:
        config: the bot's; its `[web]` must be there.

    Raises:
        ConfigError: the token cannot be read, or is too short.
    """

    def __init__(self, config: Config) -> None:
        assert config.web is not None
        self.refused: Counter[str] = Counter()
        """Requests that were turned away, by the reason."""
        self._hosts = [host.casefold() for host in config.web.hosts]
        self._token = config.web.token.reveal() if config.web.token is not None else ""
        if self._token and len(self._token) < SHORTEST:
            raise config.source.error(
                ("web", "token"),
                f"the token has {len(self._token)} characters, and needs at least {SHORTEST}. Make one: "
                'python -c "import secrets; print(secrets.token_urlsafe())"',
            )

    @property
    def overlay_key(self) -> str:
        """What an overlay shows in place of the token: with it one can only watch. "" without a token."""
        if not self._token:
            return ""
        return hmac.new(self._token.encode(), b"douyinbot overlay", "sha256").hexdigest()[:32]

    # ---- every request --------------------------------------------------------------------------------

    def same_site(self) -> Middleware:
        """Return what turns away requests that other sites are behind."""

        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
            if not self._is_ours(request, host):
                raise self._refuse(
                    "host",
                    f'this is not "{host}". If that is how you reach the bot, add it to `hosts` in [web]',
                )
            if origin is not None and not _same(origin, host):
                raise self._refuse("origin", "pages of other sites may not use the bot")
            return await handler(request)

        return check

    def with_token(self, *, watching: bool = False) -> Middleware:
        """Return what wants the token shown; to read, the overlay's key is enough where `watching` is set."""

        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            self.admit(request, watching=watching and request.method in _READS)
            return await handler(request)

        return check

    def admit(self, request: web.Request, *, watching: bool) -> None:
        """Let a request pass that shows the token, or for watching the overlay's key.

        Raises:
            Problem: it does not, or a page of another site has caused it.
        """
        # Browsers say so where they leave `Origin` out, too.
        if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            raise self._refuse("origin", "pages of other sites may not use the bot")
        if not self._token:
            return
        shown = _shown(request).encode()
        good = [self._token, self.overlay_key] if watching else [self._token]
        if not any(hmac.compare_digest(shown, one.encode()) for one in good):
            raise self._refuse("token", "the token is missing or wrong (Authorization: Bearer ...)")

    def _is_ours(self, request: web.Request, host: str) -> bool:
        socket = request.transport.get_extra_info("sockname") if request.transport is not None else None
        return socket is not None and is_own_host(host, (socket[0], socket[1]), self._hosts)

    def _refuse(self, reason: str, message: str) -> Problem:
        self.refused[reason] += 1
        return Problem("unauthorized" if reason == "token" else "forbidden", message)


def is_own_host(host: str, arrived_at: tuple[str, int], others: Sequence[str]) -> bool:
    """Tell whether a `Host` is the address at which a request has arrived, or one of `hosts` in [web].

    One of `hosts` without a port is right with every port.
    """
    told = host.casefold()
    address, port = ip_address(arrived_at[0].partition("%")[0]), arrived_at[1]
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    names = [f"[{address}]" if address.version == 6 else str(address)]
    if is_loopback(str(address)):
        names.append("localhost")
    own = {f"{name}:{port}" for name in names} | (set(names) if port == 80 else set())
    bare = told if told.endswith("]") else told.rpartition(":")[0] or told
    return told in own or told in others or bare in others


def _same(origin: str, host: str) -> bool:
    """Tell whether an origin is the host that was asked; a proxy may have spoken TLS in between."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.casefold() == host.casefold()


def _shown(request: web.Request) -> str:
    """Return what a request shows as its token: in a header, or, for a page's socket, as a subprotocol.

    Never in an address: those are logged, kept in histories, and shown on stream.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() == "bearer":
        return token.strip()
    offered = request.headers.get("Sec-WebSocket-Protocol", "").split(",")
    for protocol in map(str.strip, offered):
        if protocol.startswith(_KEY):
            text = protocol.removeprefix(_KEY)
            try:
                return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
            except (binascii.Error, UnicodeDecodeError):
                return ""
    return ""
