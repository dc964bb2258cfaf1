"""`[rooms.options]` of every network connector: the seed library's options, and ours."""

import ssl
from functools import cache
from urllib.parse import urlsplit

import msgspec

from douyinbot.config import Duration, Secret

__all__ = ["UNTRUSTED", "NetworkOptions", "Reconnect", "RequestOptions", "WebsocketOptions", "tls_context"]

UNTRUSTED = "shows a certificate that is not trusted. Check the clock, the network and the proxy."


class Reconnect(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """How patient reconnecting is."""

    min: Duration = Duration(1)
    max: Duration = Duration(60)

    def __post_init__(self) -> None:
        if not 0 < self.min <= self.max:
            raise ValueError("`min` must be longer than nothing and not longer than `max`")


class RequestOptions(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What goes for HTTP alone."""

    timeout: Duration = Duration(10)
    proxy: str = ""
    headers: dict[str, str] | None = None
    """Replaces all headers but the User-Agent, as in the seed library."""


class WebsocketOptions(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What goes for the socket alone."""

    timeout: Duration = Duration(10)
    proxy: str = ""


class NetworkOptions(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The options; docs/configuration.md explains each."""

    process_initial_data: bool = True
    fetch_room_info_on_connect: bool = True
    enable_extended_gift_info: bool = False
    enable_websocket_upgrade: bool = True
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

    @property
    def http_proxy(self) -> str:
        return self.request_options.proxy or self.proxy

    @property
    def socket_proxy(self) -> str:
        return self.websocket_options.proxy or self.proxy

    def __post_init__(self) -> None:
        if self.endpoint and urlsplit(self.endpoint).scheme not in ("http", "https"):
            raise ValueError("`endpoint` must begin with http:// or https://")
        if any(urlsplit(host).scheme not in ("ws", "wss") for host in self.push_hosts):
            raise ValueError(
                '`push_hosts` must begin with ws:// or wss://, for instance "ws://127.0.0.1:9000"'
            )
        for proxy in (self.proxy, self.request_options.proxy, self.websocket_options.proxy):
            if proxy and urlsplit(proxy).scheme not in ("http", "https", "socks4", "socks5"):
                raise ValueError("`proxy` must begin with http://, https://, socks4:// or socks5://")
        if self.request_polling_interval_ms < 0:
            raise ValueError("`request_polling_interval_ms` must not be negative")


@cache
def tls_context() -> ssl.SSLContext:
    """Return the one TLS context of the process: making one takes 20 ms and 832 KiB."""
    return ssl.create_default_context()
