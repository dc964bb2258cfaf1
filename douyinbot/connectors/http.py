"""HTTP to the platform: one client per room, with its own cookies, bounded answers and typed failures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from douyinbot.connectors.options import tls_context
from douyinbot.errors import BlockedError, ConnectError, HttpError, RateLimitedError

__all__ = ["Answer", "Http", "check", "cookie_pairs"]

MAX_BODY = 16 * 1024 * 1024
"""Bytes; a room page had 1.25 MB in 2026, a gift list 2.2 MB."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def retry_after(self, now: datetime) -> float | None:
        """Return the server's Retry-After in seconds, None where it gives none."""
        value = self.headers.get("Retry-After", "").strip()
        if value.isdecimal():
            return float(value)
        try:
            return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
        except (ValueError, TypeError):
            return None


def cookie_pairs(text: str) -> dict[str, str]:
    """Read a Cookie header (`a=1; b=2`) into pairs; what is not a pair is left out."""
    pairs = (part.strip().partition("=") for part in text.split(";"))
    return {name.strip(): value.strip() for name, separator, value in pairs if separator and name.strip()}


class Http:
    """A room's HTTP client.

    Cookies are kept as one flat list of names, as the web client has them for its one site. Errors name the
    host and path only: queries carry signatures, cookies are secrets.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        proxy: str = "",
        timeout: float = 10.0,
    ) -> None:
        self.cookies: dict[str, str] = dict(cookies or {})
        self._headers = {"User-Agent": user_agent, "Accept-Language": "zh-CN,zh;q=0.9", **(headers or {})}
        self._proxy = proxy
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    async def close(self) -> None:
        """Close the connections. The client can be used again."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """GET a URL whose query is already percent-encoded; redirects within its host are followed.

        Raises:
            RateLimitedError: 429 or 503.
            BlockedError: 403 or 444.
            ConnectError: no answer, for whatever reason.
        """
        where = _where(url)
        try:
            answer = await self._request(url, headers)
        except TimeoutError as error:
            raise ConnectError(
                f"{where} did not answer within {self._timeout:g}s. Try again later."
            ) from error
        except aiohttp.TooManyRedirects as error:
            raise ConnectError(f"{where} redirects without end.") from error
        except (aiohttp.ClientError, OSError) as error:
            raise ConnectError(_reason(where, error)) from error
        return answer

    async def _request(self, url: str, headers: Mapping[str, str] | None) -> Answer:
        session = self._opened()
        sent = {**self._headers, **(headers or {})}
        if self.cookies:
            sent["Cookie"] = self.cookie_header
        async with session.get(URL(url, encoded=True), headers=sent, **self._proxy_argument()) as response:
            for name, morsel in _cookies_of(response).items():
                self.cookies[name] = morsel
            body = bytearray()
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > MAX_BODY:
                    raise ConnectError(f"{_where(url)} sends more than {MAX_BODY} bytes; refused.")
            return Answer(response.status, response.headers, bytes(body))

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=self._connector(),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=self._timeout),
                trust_env=False,
            )
        return self._session

    def _connector(self) -> aiohttp.BaseConnector:
        if self._proxy.startswith("socks"):
            from aiohttp_socks import ProxyConnector

            connector: aiohttp.BaseConnector = ProxyConnector.from_url(self._proxy, ssl=tls_context())
            return connector
        return aiohttp.TCPConnector(ssl=tls_context(), limit=4)

    def _proxy_argument(self) -> dict[str, Any]:
        return {"proxy": self._proxy} if self._proxy.startswith("http") else {}


def check(answer: Answer, url: str, now: datetime) -> Answer:
    """Return the answer if it is a 200.

    Raises:
        RateLimitedError, BlockedError, HttpError: as the status says.
    """
    where = _where(url)
    if answer.status in (429, 503):
        wait = answer.retry_after(now)
        asks = f" It asks to wait {wait:g}s." if wait else ""
        raise RateLimitedError(f"{where} says that we ask too often (HTTP {answer.status}).{asks}", wait)
    if answer.status in (403, 444):
        raise BlockedError(
            f"{where} refuses this address or device (HTTP {answer.status}). Try another network, or give "
            "douyinbot the cookies of a browser in which the room opens (`cookies` in bot.toml)."
        )
    if answer.status != 200:
        raise HttpError(f"{where} answered with HTTP {answer.status}.", answer.status)
    return answer


def _cookies_of(response: aiohttp.ClientResponse) -> dict[str, str]:
    jar: SimpleCookie = SimpleCookie()
    for line in response.headers.getall("Set-Cookie", []):
        try:
            jar.load(line)
        except Exception:  # noqa: S112 - http.cookies raises its own; a bad cookie is no cookie
            continue
    return {name: morsel.value for name, morsel in jar.items() if morsel.value}


def _where(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def _reason(where: str, error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"{where} shows a certificate that is not trusted. Check the clock, the network and the proxy."
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"{where}: the host's name cannot be found. Check the network and the address."
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"{where} cannot be reached: {error.os_error.strerror or error.os_error}. Check the network."
    return f"{where} broke off: {type(error).__name__}. Try again later."
