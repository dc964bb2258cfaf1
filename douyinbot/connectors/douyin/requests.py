"""Requests to Douyin's web-live endpoints: parameters, headers and cookies as its page sends them."""

import logging
import random
import string
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

from multidict import CIMultiDict

from douyinbot.connectors.douyin.address import SITE, Address, Kind
from douyinbot.connectors.douyin.signing import SIGNABLE, choose_signer, is_refused
from douyinbot.connectors.http import Answer, Http, check
from douyinbot.connectors.options import NetworkOptions
from douyinbot.connectors.signer import Signed, ToSign
from douyinbot.errors import (
    ConnectError,
    RateLimitedError,
    SendError,
    SignatureError,
    TooFastError,
    UnconfirmedError,
)
from douyinbot.webcast.douyin import query
from douyinbot.webcast.douyin.signature import STUB_FIELDS
from douyinbot.webcast.pairs import Pairs, encode

__all__ = ["Requests"]

log = logging.getLogger(__name__)

_TOKEN_LETTERS = string.ascii_letters + string.digits + "-_"


class Requests:
    """The requests of one visit to one room; every answer but a 200 is a typed error.

    Raises:
        ConfigError: the token of the signing service cannot be read.
    """

    def __init__(
        self,
        address: Address,
        options: NetworkOptions,
        http: Http,
        *,
        rng: random.Random,
        clock: Callable[[], datetime],
    ) -> None:
        self.visit = query.Visit(web_rid=address.name if address.kind is Kind.ROOM else "")
        self.endpoint = (options.endpoint or address.endpoint).rstrip("/")
        self.http = http
        self.options = options
        self.rng = rng
        self.clock = clock
        self._signer = choose_signer(options, rng=rng, clock=clock)
        self._signatures: Counter[str] = Counter()
        self._signing_helps: dict[str, bool] = {}
        """For each path that was refused unsigned: whether a signature changed that."""

    async def close(self) -> None:
        """Close the connections, and forget what was learned about signatures in this one."""
        self._signatures.clear()
        self._signing_helps.clear()
        if self._signer is not None:
            await self._signer.close()
        await self.http.close()

    async def get(self, path: str, pairs: Pairs | None = None) -> Answer:
        """Ask for a path of the site; what is refused without a signature is asked once more with one.

        Whether that helped is remembered, so that a refusal costs a second request only once.

        Raises:
            ConnectError: no answer, another one than a 200, or no signature to be had.
        """
        pairs = self.options.merged(pairs or [])
        answer = await self._ask(path, pairs, signed=self._signing_helps.get(path, False))
        untried = self._signer is not None and path in SIGNABLE and path not in self._signing_helps
        if untried and is_refused(path, answer):
            answer = await self._ask(path, pairs, signed=True)
            helps = not is_refused(path, answer)
            if answer.status == 200 or not helps:  # a 429 or 503 says nothing about the signature
                self._signing_helps[path] = helps
                log.info("%s is refused without a signature; with one, too: %s", path, not helps)
        return check(answer, f"{self.endpoint}{path}", self.clock())

    def retry_signing(self) -> None:
        """Let signatures be tried again where they did not help: the network may be another by now."""
        self._signing_helps = {path: helps for path, helps in self._signing_helps.items() if helps}

    async def get_page(self) -> Answer:
        """Ask for the room's page. A 404 and a 410 are answers, too: there is no such room.

        Raises:
            ConnectError: no answer, or another one.
        """
        url = f"{self.endpoint}/{self.visit.web_rid}"
        answer = await self.http.get(url, self._headers)
        return answer if answer.status in (404, 410) else check(answer, url, self.clock())

    async def get_once(self, path: str, pairs: Pairs) -> Answer:
        """Ask with a signature, and never a second time; whatever the status, it is an answer.

        Raises:
            SendError: it could not be signed, and was not sent.
            UnconfirmedError: the answer was lost.
        """
        try:
            url, headers = await self._signed(path, pairs)
        except RateLimitedError as error:
            raise TooFastError(f"The line was not sent: {error}", error.retry_after) from error
        except SignatureError as error:
            raise SendError(f"The line was not sent: {error}") from error
        try:
            return await self.http.get(url, headers, once=True)
        except ConnectError as error:
            raise UnconfirmedError(
                f"no answer came back ({error}). The line may or may not have been said; it is not repeated"
            ) from error

    async def sign_socket(self, url: str, pairs: Pairs) -> tuple[str, str]:
        """Return a socket's address with its signature, and the User-Agent to open it with.

        Each call counts as one more signature of this connection.

        Raises:
            SignatureError, RateLimitedError: no signature is to be had.
        """
        fields = self.options.signature_fields
        values = dict(pairs)  # as sent: `client_params` may have changed what is under the signature
        covered = {name: values.get(name, "") for name in (STUB_FIELDS if fields is None else fields)}
        signed = await self._sign("socket", url, covered)
        return signed.complete(url), signed.user_agent or self.visit.user_agent

    async def _ask(self, path: str, pairs: Pairs, *, signed: bool) -> Answer:
        if signed:
            return await self.http.get(*await self._signed(path, pairs))
        return await self.http.get(self._url(path, pairs), self._headers)

    async def _signed(self, path: str, pairs: Pairs) -> tuple[str, Mapping[str, str]]:
        """Return address and headers of a signed request."""
        if "msToken" not in dict(pairs):
            pairs = [*pairs, ("msToken", self._token())]
        url = self._url(path, pairs)
        signed = await self._sign("http", url, {})
        agent = {"User-Agent": signed.user_agent} if signed.user_agent else {}
        return signed.complete(url), {**self._headers, **agent}

    async def _sign(self, kind: Literal["socket", "http"], url: str, fields: Mapping[str, str]) -> Signed:
        if self._signer is None:
            return Signed(params=[])
        self._signatures[kind] += 1
        return await self._signer.sign(
            ToSign(
                kind=kind,
                url=url,
                user_agent=self.visit.user_agent,
                fields=fields,
                count=self._signatures[kind],
            )
        )

    def _url(self, path: str, pairs: Pairs) -> str:
        return f"{self.endpoint}{path}" + (f"?{encode(pairs)}" if pairs else "")

    @property
    def _headers(self) -> Mapping[str, str]:
        if self.options.request_options.headers is not None:
            return {}  # those replace all others
        headers = CIMultiDict({"Referer": f"{SITE}/{self.visit.web_rid}"})
        headers.update(self.options.request_headers)
        return headers

    def _token(self) -> str:
        """A made-up msToken: guests do without, and any of this form is taken (two sources, 2026-09)."""
        return "".join(self.rng.choices(_TOKEN_LETTERS, k=126)) + "=="
