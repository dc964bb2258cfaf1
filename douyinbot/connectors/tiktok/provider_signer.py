"""`provider = { url = ..., sign = true }`: the provider signs im/fetch, the gift list and lines, too."""

from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from douyinbot.connectors.http import Http
from douyinbot.connectors.sign_service import LOGINS
from douyinbot.connectors.signer import Signed, ToSign
from douyinbot.connectors.tiktok.provider import SIGNING, Provider
from douyinbot.errors import ProviderError

__all__ = ["TOKENS", "ProviderSigner"]

TOKENS = frozenset({"X-Bogus", "X-Gnarly", "msToken"})
"""What a signature of TikTok consists of. Old ones are taken out before: they would be signed, too."""
LONGEST = 16 * 1024


class _Response(msgspec.Struct, rename="camel"):
    signed_url: str = ""
    user_agent: str = ""


class _Answer(msgspec.Struct):
    response: _Response | None = None


class ProviderSigner:
    """A signer for the requests of one visit.

    Args:
        provider: who signs.
        http: whose cookies are the login. The provider sees it only where it may, as in all else.
    """

    def __init__(self, provider: Provider, http: Http) -> None:
        self._provider = provider
        self._http = http

    async def close(self) -> None:
        """There is nothing to close: the provider is not ours."""

    async def sign(self, request: ToSign) -> Signed:
        """Ask the provider, once.

        Raises:
            ProviderError: it refuses, or answers with what is no signature.
            RateLimitedError: it asks to wait, or did so a moment ago.
        """
        if any(name.lower() in LOGINS for name, _ in parse_qsl(urlsplit(request.url).query)):
            raise ProviderError(
                f"{self._provider.name} was not asked: `client_params` has a login in it, which no service "
                "may see. Take it out and use `cookies`."
            )
        url = _without_tokens(request.url)
        question = {
            "url": url,
            "method": request.method,
            "userAgent": request.user_agent,
            "type": "fetch",
            "payload": "",
        }
        if session := self._provider.session(self._http.cookies):
            question |= zip(("sessionId", "ttTargetIdc"), session.values(), strict=True)
        answer = await self._provider.ask_to_sign(question)
        try:
            told = msgspec.json.decode(answer.body, type=_Answer).response or _Response()
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            told = _Response()
        if not _is_signed(url, told.signed_url) or not _is_plain(told.user_agent):
            raise ProviderError(f"{self._provider.name}, {SIGNING} answered with none.", answer.status)
        return Signed(params=[], url=told.signed_url, user_agent=told.user_agent)


def _without_tokens(url: str) -> str:
    """Return an address without the tokens of an earlier signature."""
    base, mark, raw_query = url.partition("?")
    parts = (part for part in raw_query.split("&") if unquote(part.partition("=")[0]) not in TOKENS)
    return base + mark + "&".join(parts)


def _is_signed(asked: str, given: str) -> bool:
    """Whether an address is the one that was asked about, with a signature: cookies go there."""
    if not _is_plain(given) or given.partition("?")[0] != asked.partition("?")[0] or "#" in given:
        return False
    was = dict(parse_qsl(urlsplit(asked).query, keep_blank_values=True))
    now = dict(parse_qsl(urlsplit(given).query, keep_blank_values=True))
    tokens = {name for name in TOKENS if now.get(name)}
    return bool(tokens) and was.items() <= now.items()


def _is_plain(text: str) -> bool:
    """Whether a text can stand in an address and in a header."""
    return len(text) <= LONGEST and text.isascii() and (text.isprintable() or not text)
