"""`[rooms.options]` of every network connector: the seed library's options, and ours."""

import ipaddress
import ssl
from functools import cache
from typing import Literal
from urllib.parse import unquote, urlsplit

import msgspec

from douyinbot.config import Duration, Secret
from douyinbot.webcast.pairs import Pairs

__all__ = [
    "UNTRUSTED",
    "NetworkOptions",
    "Reconnect",
    "RequestOptions",
    "SignerOptions",
    "WebsocketOptions",
    "check_service",
    "is_loopback",
    "tls_context",
]

UNTRUSTED = "shows a certificate that is not trusted. Check the clock, the network and the proxy."


class Reconnect(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """How patient reconnecting is."""

    min: Duration = Duration(1)
    max: Duration = Duration(60)

    def __post_init__(self) -> None:
        if not 0 < self.min <= self.max:
            raise ValueError("`min` must be longer than nothing and not longer than `max`")


class _Discreet(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Options whose repr names those that are set, and no value: cookies and passwords are among them."""

    def __repr__(self) -> str:
        given = (f.name for f in msgspec.structs.fields(self) if getattr(self, f.name) != f.default)
        return f"{type(self).__name__}({', '.join(given)})"


class RequestOptions(_Discreet, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What goes for HTTP alone."""

    timeout: Duration = Duration(10)
    proxy: str = ""
    headers: dict[str, str] | None = None
    """Replaces all headers but the User-Agent, as in the seed library."""


class WebsocketOptions(_Discreet, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What goes for the socket alone."""

    timeout: Duration = Duration(10)
    proxy: str = ""


class SignerOptions(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """An HTTP service that signs requests; docs/protocol.md has what is said there."""

    url: str
    token: Secret | None = None
    timeout: Duration = Duration(5)

    def __post_init__(self) -> None:
        check_service("signer.url", self.url, key_name="token")
        if self.timeout <= 0:
            raise ValueError("`signer.timeout` must be longer than nothing")


class NetworkOptions(_Discreet, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The options; docs/configuration.md explains each."""

    process_initial_data: bool = True
    fetch_room_info_on_connect: bool = True
    enable_extended_gift_info: bool = False
    enable_websocket_upgrade: bool = True
    enable_request_polling: bool = True
    request_polling_interval_ms: int = 1000
    session_id: Secret | None = None
    client_params: dict[str, str] = {}
    request_headers: dict[str, str] = {}
    websocket_headers: dict[str, str] = {}
    request_options: RequestOptions = RequestOptions()
    websocket_options: WebsocketOptions = WebsocketOptions()
    proxy: str = ""
    endpoint: str = ""
    push_hosts: list[str] = []
    reconnect: bool | Reconnect = True
    stale_after: Duration | None = None
    refusals_before_polling: int = 3
    signer: Literal["native", "none"] | SignerOptions = "native"
    signature_fields: list[str] | None = None

    @property
    def http_proxy(self) -> str:
        return _with_password(self.request_options.proxy or self.proxy)

    @property
    def socket_proxy(self) -> str:
        return _with_password(self.websocket_options.proxy or self.proxy)

    def merged(self, pairs: Pairs) -> Pairs:
        """Merge the user's `client_params` over the defaults of a query, if it has any.

        The cursor belongs to the session alone.
        """
        if not pairs:
            return []
        own = {n: value for n, value in self.client_params.items() if n not in ("cursor", "internal_ext")}
        merged = [(name, own.pop(name, value)) for name, value in pairs]
        return [*merged, *own.items()]

    def __post_init__(self) -> None:
        if self.endpoint:
            _check("endpoint", self.endpoint, ("http", "https"))
        for host in self.push_hosts:
            _check("push_hosts", host, ("ws", "wss"))
        for proxy in (self.proxy, self.request_options.proxy, self.websocket_options.proxy):
            if proxy:
                _check("proxy", proxy, ("http", "https", "socks4", "socks5"))
            if proxy.startswith("http") and not unquote(proxy.rpartition("@")[0]).isascii():
                raise ValueError(
                    "`proxy` has letters beyond ASCII in its user or password: clients and proxies do not "
                    "agree on how those are sent. Give the proxy another password"
                )
            if proxy.startswith("socks") and urlsplit(proxy).port is None:
                raise ValueError('`proxy` needs its port, for instance "socks5://127.0.0.1:1080"')
        if self.request_polling_interval_ms < 0:
            raise ValueError("`request_polling_interval_ms` must not be negative")
        fields = self.signature_fields or []
        if twice := next((name for name in fields if fields.count(name) > 1), ""):
            raise ValueError(f'`signature_fields` names "{twice}" twice')


def _check(key: str, address: str, schemes: tuple[str, ...]) -> None:
    """Refuse what is no address of one of these kinds, without repeating it: it may hold a password."""
    if address.partition("://")[0] not in schemes:
        *others, last = (f"{scheme}://" for scheme in schemes)
        raise ValueError(f"`{key}` must begin with {', '.join(others)} or {last}")
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname and parts.hostname.encode("idna")) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f'`{key}` must be like "{schemes[0]}://127.0.0.1:8000"; its host or port is none')


def check_service(key: str, address: str, *, key_name: str) -> None:
    """Refuse an address that secrets cannot be trusted to: over plain http, or with a password in it.

    Args:
        key: of the address, for the error.
        key_name: the key under which a password belongs.

    Raises:
        ValueError: it is such a one. The text does not repeat it.
    """
    _check(key, address, ("https", "http"))
    parts = urlsplit(address)
    if "@" in parts.netloc:
        raise ValueError(f"`{key}` must hold no password; give the service's key as `{key_name}`")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise ValueError(f"`{key}` must begin with https:// unless the service is on this machine")


def is_loopback(host: str) -> bool:
    """Say whether a host name is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _with_password(proxy: str) -> str:
    """Give a user without a password, as SOCKS4 knows it, an empty one: libraries drop the user otherwise."""
    login, at, host = proxy.rpartition("@")
    return f"{login}:@{host}" if at and ":" not in login.partition("://")[2] else proxy


@cache
def tls_context() -> ssl.SSLContext:
    """Return the one TLS context of the process: making one takes 20 ms and 832 KiB."""
    return ssl.create_default_context()
