"""HTTP to the platform: one client per room, with its own cookies, bounded answers and typed failures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.cookies import SimpleCookie
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp
from multidict import CIMultiDict, MultiMapping
from yarl import URL

from douyinbot.connectors.backoff import retry_after
from douyinbot.connectors.options import UNTRUSTED, tls_context
from douyinbot.errors import (
    BlockedError,
    ConnectError,
    HttpError,
    LoginRequiredError,
    RateLimitedError,
    VerificationRequiredError,
)

__all__ = ["Answer", "Http", "check", "cookies_in", "open_session"]

MAX_BODY = 16 * 1024 * 1024
"""Bytes; a room page had 1.25 MB in 2026, a gift list 2.2 MB."""
MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, read whole."""

    status: int
    headers: MultiMapping[str] = field(repr=False)  # Set-Cookie is in there
    body: bytes = field(repr=False)
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Those that came with it."""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def retry_after(self, now: datetime) -> float | None:
        """Return the server's Retry-After in seconds, None where it gives none."""
        return retry_after(self.headers.get("Retry-After", ""), now)


class Http:
    """A room's HTTP client.

    Cookies are kept as one flat list of names, as the web client has them for its one site. Errors name the
    host and path only: queries carry signatures, cookies are secrets.

    Args:
        headers: sent with every request, instead of the usual ones.
        keeps_cookies: whether cookies are sent, and those that come are kept.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        proxy: str = "",
        timeout: float = 10.0,
        keeps_cookies: bool = True,
    ) -> None:
        self.cookies: dict[str, str] = dict(cookies or {})
        self._keeps_cookies = keeps_cookies
        usual = {"Accept-Language": "zh-CN,zh;q=0.9"}
        self._headers = {"User-Agent": user_agent, **(usual if headers is None else headers)}
        self._proxy = proxy
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def stranger(self, user_agent: str) -> Self:
        """Return a client that goes the same way, but neither has nor keeps cookies."""
        return type(self)(
            user_agent=user_agent, proxy=self._proxy, timeout=self._timeout, keeps_cookies=False
        )

    async def close(self) -> None:
        """Close the connections. The client can be used again."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        once: bool = False,
        max_body: int | None = None,
    ) -> Answer:
        """GET a URL whose query is already percent-encoded; redirects within its host are followed.

        Args:
            once: never ask a second time, be it that the answer is lost or points elsewhere.
            max_body: the most bytes that are taken; None for MAX_BODY.

        Raises:
            ConnectError: no answer, for whatever reason.
        """
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self._ask("GET", url, headers, once=once, max_body=max_body)
            location = answer.headers.get("Location", "")
            if once or answer.status not in _REDIRECTS or not location:
                return answer
            url = _next_url(url, location)
        raise ConnectError(f"{_where(url)} redirects without end.")

    async def post(self, url: str, body: str, headers: Mapping[str, str] | None = None) -> Answer:
        """POST a text once; whatever the status, it is an answer.

        Raises:
            ConnectError: no answer, for whatever reason.
        """
        return await self._ask("POST", url, headers, once=True, data=body)

    async def _ask(self, method: str, url: str, headers: Mapping[str, str] | None, **how: Any) -> Answer:
        where = _where(url)
        try:
            return await self._request(method, url, headers, **how)
        except TimeoutError as error:
            raise ConnectError(
                f"{where} did not answer within {self._timeout:g}s. Try again later."
            ) from error
        except aiohttp.ClientResponseError as error:
            raise ConnectError(_reason(where, error)) from None  # its text has the whole address in it
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ConnectError(_reason(where, error)) from error

    async def _request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        *,
        once: bool,
        max_body: int | None = None,
        data: str | None = None,
    ) -> Answer:
        session = self._opened()
        sent = CIMultiDict(self._headers)
        sent.update(headers or {})
        if self.cookies:
            sent["Cookie"] = self.cookie_header
        async with session.request(
            method,
            URL(url, encoded=True),
            data=data,
            headers=sent,
            allow_redirects=False,
            middlewares=(_only_once,) if once else (),
        ) as response:
            given = cookies_in(response.headers)
            if self._keeps_cookies:
                self.cookies.update(given)
            body, most = bytearray(), MAX_BODY if max_body is None else max_body
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > most:
                    raise ConnectError(f"{_where(url)} sends more than {most} bytes; refused.")
            return Answer(response.status, response.headers, bytes(body), given)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = open_session(self._proxy, self._timeout)
        return self._session


def open_session(proxy: str, timeout: float) -> aiohttp.ClientSession:
    """Open a client that goes through a proxy, if one is given, keeps no cookies and reads no environment."""
    connector: aiohttp.BaseConnector
    if proxy.startswith("socks"):
        from douyinbot.connectors.socks import SocksConnector

        connector = SocksConnector.from_url(proxy, ssl=tls_context())
    else:
        connector = aiohttp.TCPConnector(ssl=tls_context(), limit=4)
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=timeout),
        trust_env=False,
        proxy=proxy if proxy.startswith("http") else None,
    )


def check(answer: Answer, url: str, now: datetime) -> Answer:
    """Return the answer if it is a 200.

    Raises:
        RateLimitedError, BlockedError, LoginRequiredError, HttpError: as the status says.
    """
    where = _where(url)
    if answer.status == 401:
        raise LoginRequiredError(f"{where} wants a logged-in user (HTTP 401). Give douyinbot your cookies.")
    if answer.status in (429, 503):
        wait = answer.retry_after(now)
        asks = f" It asks to wait {wait:g}s." if wait else ""
        raise RateLimitedError(f"{where} says that we ask too often (HTTP {answer.status}).{asks}", wait)
    if answer.status in (403, 444):
        raise BlockedError(
            f"{where} refuses this address or device (HTTP {answer.status}). Try another network, or give "
            "douyinbot the cookies of a browser in which the room opens (`cookies` in bot.toml)."
        )
    if answer.status == 407:
        raise HttpError(_proxy_refuses(where, 407), answer.status)
    if answer.status != 200:
        raise HttpError(f"{where} answered with HTTP {answer.status}.", answer.status)
    return answer


def cookies_in(headers: MultiMapping[str], name: str = "Set-Cookie") -> dict[str, str]:
    """Return the cookies that an answer gives, but for those that would break the header they go back in."""
    jar: SimpleCookie = SimpleCookie()
    for line in headers.getall(name, []):
        try:
            jar.load(line)
        except Exception:  # noqa: S112 - http.cookies raises its own; a bad cookie is no cookie
            continue
    found = ((name, morsel.value) for name, morsel in jar.items())
    return {name: value for name, value in found if value and value.isprintable() and ";" not in value}


async def _only_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from asking again by itself when the answer of a GET is lost."""
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise ConnectError(_reason(_where(str(request.url)), error)) from error


def _next_url(url: str, location: str) -> str:
    """Return where a redirect leads.

    Raises:
        VerificationRequiredError: to another host, which must not get our cookies, or from https to http.
        ConnectError: to what is no address.
    """
    here = URL(url, encoded=True)
    try:
        target = here.join(URL(location))
    except ValueError as error:
        raise ConnectError(f"{_where(url)} redirects to what is no address.") from error
    if target.host != here.host or (here.scheme == "https" and target.scheme != "https"):
        raise VerificationRequiredError(
            f"{_where(url)} sends us on to {target.scheme}://{target.host}, which is not followed. Open the "
            "room in your browser, see what it asks for, and give douyinbot its cookies (`cookies`)."
        )
    return str(target)


def _where(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _proxy_refuses(where: str, status: int) -> str:
    return (
        f"{where}: the proxy lets nothing through (HTTP {status}). Check `proxy`, with its user and password."
    )


def _reason(where: str, error: Exception) -> str:
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return _proxy_refuses(where, error.status)
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return f"{where}: the proxy cannot be reached. Check `proxy` and the network."
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"{where} {UNTRUSTED}"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"{where}: the host's name cannot be found. Check the network and the address."
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"{where} cannot be reached: {error.os_error.strerror or error.os_error}. Check the network."
    return f"{where} broke off: {type(error).__name__}. Try again later."
