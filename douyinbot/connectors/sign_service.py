"""`signer = { url = ... }`: requests are signed by an HTTP service that the user names.

The exchange is in docs/protocol.md. The service learns the address of a request and the User-Agent, never a
cookie; errors name its host alone, because its address and token may be secret.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import msgspec

from douyinbot.connectors.backoff import retry_after
from douyinbot.connectors.http import open_session
from douyinbot.connectors.options import UNTRUSTED, SignerOptions
from douyinbot.connectors.signer import Signed, ToSign
from douyinbot.errors import ConnectError, RateLimitedError, SignatureError

__all__ = ["SignService"]

MAX_ANSWER = 64 * 1024
"""Bytes; a real answer has a few hundred."""
MOST_PARAMS = 16
LONGEST_PARAM = 4096
LOGINS = frozenset({"sessionid", "sessionid_ss", "sid_tt", "sid_guard", "uid_tt", "uid_tt_ss"})
"""Cookies that are a login. `client_params` might put one into a query."""
_REFUSED = {
    401: "does not know our token. Check `token` of `signer` in bot.toml.",
    402: "wants to be paid: its free or booked requests are used up.",
    407: "cannot be reached: the proxy lets nothing through. Check `proxy`, with its user and password.",
    403: "refuses our token. Check `token` of `signer` in bot.toml.",
}


class _Answer(msgspec.Struct):
    signature: str = ""
    params: dict[str, str] = {}
    user_agent: str = ""


class SignService:
    """A client of one signing service.

    Args:
        options: where it is.
        proxy: the room's, "" for none.
        clock: for a Retry-After that names a date.

    Raises:
        ConfigError: the token cannot be read.
    """

    def __init__(self, options: SignerOptions, *, proxy: str, clock: Callable[[], datetime]) -> None:
        self._name = f"the signing service {urlsplit(options.url).netloc}"
        self._options = options
        self._proxy = proxy
        self._clock = clock
        self._headers = {"User-Agent": "douyinbot", "Content-Type": "application/json"}
        if options.token is not None:
            self._headers["Authorization"] = f"Bearer {options.token.reveal()}"
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def sign(self, request: ToSign) -> Signed:
        """Ask the service, once.

        Raises:
            SignatureError: it cannot be reached, refuses, or answers with what is no signature.
            RateLimitedError: HTTP 429 or 503.
        """
        if any(name.lower() in LOGINS for name, _ in parse_qsl(urlsplit(request.url).query)):
            raise SignatureError(
                f"{self._name} was not asked: `client_params` has a login in it, which no service may see. "
                "Take it out and use `cookies`."
            )
        question: dict[str, Any] = {
            "kind": request.kind,
            "url": request.url,
            "user_agent": request.user_agent,
            "fields": dict(request.fields),
            "count": request.count,
        }
        status, wait, body = await self._ask(msgspec.json.encode(question))
        if status in (429, 503):
            asks = f" It asks to wait {wait:g}s." if wait else ""
            raise RateLimitedError(f"{self._name} says that we ask too often (HTTP {status}).{asks}", wait)
        if status != 200:
            raise SignatureError(f"{self._name} {_REFUSED.get(status, f'answered with HTTP {status}.')}")
        return self._read(request, body)

    async def _ask(self, question: bytes) -> tuple[int, float | None, bytes]:
        """Return status, seconds to wait and body. What aiohttp says may name the path, so it is not kept."""
        try:
            return await self._post(question)
        except SignatureError:
            raise
        except ConnectError as error:  # what the SOCKS proxy says names hosts only
            problem = f"cannot be reached. {error}"
        except TimeoutError:
            problem = f"did not answer within {self._options.timeout:g}s."
        except aiohttp.ClientConnectorCertificateError:
            problem = UNTRUSTED
        except (aiohttp.ClientHttpProxyError, aiohttp.ClientProxyConnectionError):
            problem = "cannot be reached through the proxy. Check `proxy`."
        except aiohttp.ClientConnectorError as error:
            problem = f"cannot be reached: {error.os_error.strerror or 'the name is not known'}."
        except (aiohttp.ClientError, OSError, ValueError) as error:
            problem = f"broke off: {type(error).__name__}."
        raise SignatureError(f"{self._name} {problem}")

    async def _post(self, question: bytes) -> tuple[int, float | None, bytes]:
        if self._session is None:
            self._session = open_session(self._proxy, self._options.timeout)
        async with self._session.post(
            self._options.url, data=question, headers=self._headers, allow_redirects=False
        ) as response:
            body = bytearray()
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > MAX_ANSWER:
                    raise SignatureError(f"{self._name} sends more than {MAX_ANSWER} bytes; refused.")
            wait = retry_after(response.headers.get("Retry-After", ""), self._clock())
            return response.status, wait, bytes(body)

    def _read(self, request: ToSign, body: bytes) -> Signed:
        try:
            answer = msgspec.json.decode(body, type=_Answer)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            answer = _Answer()
        params = dict(answer.params)
        if request.kind == "socket" and answer.signature:
            params["signature"] = answer.signature
        texts = [*params, *params.values(), answer.user_agent]
        if not params or len(params) > MOST_PARAMS or not all(map(_is_plain, texts)) or "" in params:
            raise SignatureError(
                f"{self._name} answered with what is no signature. docs/protocol.md says what is expected."
            )
        return Signed(params=list(params.items()), user_agent=answer.user_agent)


def _is_plain(text: str) -> bool:
    """Whether a text can stand in an address and in a header."""
    return len(text) <= LONGEST_PARAM and text.isascii() and (text.isprintable() or not text)
