"""Requests to TikTok's web-live endpoints: parameters, headers, cookies, and the user's signer."""

import logging
import random
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

from multidict import CIMultiDict

from douyinbot.connectors.http import Answer, Http, check
from douyinbot.connectors.options import SignerOptions
from douyinbot.connectors.sign_service import SignService
from douyinbot.connectors.signer import Signer, ToSign
from douyinbot.connectors.tiktok.address import SITE, WEBCAST, WWW, Address, site_url
from douyinbot.connectors.tiktok.options import TikTokOptions
from douyinbot.connectors.tiktok.provider import Provider
from douyinbot.connectors.tiktok.provider_signer import ProviderSigner
from douyinbot.errors import (
    ConnectError,
    ProviderError,
    RateLimitedError,
    SendError,
    SignatureError,
    TooFastError,
    UnconfirmedError,
)
from douyinbot.webcast.pairs import Pairs, encode
from douyinbot.webcast.tiktok import query

__all__ = ["Requests"]

log = logging.getLogger(__name__)


class Requests:
    """The requests of one visit to one room; every answer but a 200 is a typed error.

    Nothing is signed unless the user names a service that signs (`signer = { url = ... }`); that service
    learns addresses and the User-Agent, never a cookie.

    Args:
        provider: signs in place of such a service, if the user wants it to.

    Raises:
        ConfigError: the token of the signing service cannot be read.
    """

    def __init__(
        self,
        address: Address,
        options: TikTokOptions,
        http: Http,
        *,
        rng: random.Random,
        clock: Callable[[], datetime],
        provider: Provider | None = None,
    ) -> None:
        self.visit = query.Visit(address.unique_id)
        self.address = address
        self.endpoint = (options.endpoint or address.endpoint).rstrip("/")
        self.http = http
        self.options = options
        self.rng = rng
        self.clock = clock
        self._signatures = 0
        self._signer: Signer | None = None
        if isinstance(options.signer, SignerOptions):
            self._signer = SignService(options.signer, proxy=options.http_proxy, clock=clock)
        elif provider is not None and provider.options.sign:
            self._signer = ProviderSigner(provider, http)

    async def close(self) -> None:
        """Close the connections."""
        self._signatures = 0
        if self._signer is not None:
            await self._signer.close()
        await self.http.close()

    async def get(self, path: str, pairs: Pairs, host: str = WEBCAST) -> Answer:
        """Ask for a path of one of TikTok's hosts, as it is.

        Raises:
            ConnectError: no answer, or another one than a 200.
        """
        url = self._url(host, path, self.options.merged(pairs))
        return check(await self.http.get(url, self._headers), url, self.clock())

    async def get_signed(self, path: str, pairs: Pairs) -> Answer:
        """Ask with a signature, if there is somebody who signs.

        Raises:
            ConnectError: no answer, another one than a 200, or no signature to be had.
        """
        url, headers = await self._signed(path, pairs)
        return check(await self.http.get(url, headers), url, self.clock())

    async def get_page(self) -> Answer:
        """Ask for the room's page. A 404 is an answer, too: there is no such user.

        Raises:
            ConnectError: no answer, or another one.
        """
        url = self._url(WWW, f"/@{self.visit.unique_id}/live", [])
        answer = await self.http.get(url, self._headers)
        return answer if answer.status in (404, 410) else check(answer, url, self.clock())

    async def post_once(self, path: str, pairs: Pairs) -> Answer:
        """POST an empty body, signed if there is somebody who signs, and never a second time.

        Raises:
            SendError: it could not be signed, and was not sent.
            UnconfirmedError: the answer was lost.
        """
        try:
            url, headers = await self._signed(path, pairs, "POST")
        except RateLimitedError as error:
            raise TooFastError(f"The line was not sent: {error}", error.retry_after) from error
        except (SignatureError, ProviderError) as error:
            raise SendError(f"The line was not sent: {error}") from error
        try:
            return await self.http.post(url, "", headers)
        except ConnectError as error:
            raise UnconfirmedError(
                f"no answer came back ({error}). The line may or may not have been said; it is not repeated"
            ) from error

    async def get_visitor_cookie(self) -> None:
        """Make sure of a ttwid: the socket is not opened without.

        Raises:
            ConnectError: the site cannot be reached, or gives none.
        """
        if "ttwid" in self.http.cookies:
            return
        ttwid = (await self.get("/", [], WWW)).cookies.get("ttwid", "")
        if not ttwid:
            raise ConnectError(
                f"{self.endpoint} gives no ttwid cookie, which the socket needs. Open TikTok in your browser "
                "and give douyinbot its cookies (`cookies` in bot.toml)."
            )
        self.http.cookies["ttwid"] = ttwid

    async def _signed(
        self, path: str, pairs: Pairs, method: Literal["GET", "POST"] = "GET"
    ) -> tuple[str, Mapping[str, str]]:
        url = self._url(WEBCAST, path, self.options.merged(pairs))
        if self._signer is None:
            return url, self._headers
        self._signatures += 1
        signed = await self._signer.sign(
            ToSign(
                kind="http",
                url=url,
                user_agent=self.visit.user_agent,
                count=self._signatures,
                method=method,
            )
        )
        agent = {"User-Agent": signed.user_agent} if signed.user_agent else {}
        return signed.complete(url), {**self._headers, **agent}

    def _url(self, host: str, path: str, pairs: Pairs) -> str:
        return site_url(self.endpoint, host, path) + (f"?{encode(pairs)}" if pairs else "")

    @property
    def _headers(self) -> Mapping[str, str]:
        if self.options.request_options.headers is not None:
            return {}  # those replace all others
        headers = CIMultiDict(
            {
                "User-Agent": self.visit.user_agent,
                "Referer": f"{SITE}/@{self.visit.unique_id}/live",
                "Origin": SITE,
                "Accept-Language": "en-US,en;q=0.9",
            }
        )
        headers.update(self.options.request_headers)
        return headers
