"""Requests to Douyin's web-live endpoints: parameters, headers and cookies as its page sends them."""

import random
import string
from collections.abc import Callable, Mapping
from datetime import datetime

from multidict import CIMultiDict

from douyinbot.connectors.douyin.address import SITE, Address
from douyinbot.connectors.http import Answer, Http, check
from douyinbot.connectors.options import NetworkOptions
from douyinbot.errors import ConnectError, UnconfirmedError
from douyinbot.webcast import a_bogus, query

__all__ = ["Requests"]

_TOKEN_LETTERS = string.ascii_letters + string.digits + "-_"


class Requests:
    """The requests of one visit to one room; every answer but a 200 is a typed error."""

    def __init__(
        self,
        address: Address,
        options: NetworkOptions,
        http: Http,
        *,
        rng: random.Random,
        clock: Callable[[], datetime],
    ) -> None:
        self.visit = query.Visit(web_rid=address.name)
        self.endpoint = (options.endpoint or address.endpoint).rstrip("/")
        self.http = http
        self.options = options
        self.rng = rng
        self.clock = clock

    async def get(self, path: str, pairs: query.Pairs | None = None) -> Answer:
        """Ask for a path of the site.

        Raises:
            ConnectError: no answer, or another one than a 200.
        """
        url = f"{self.endpoint}{path}" + (f"?{query.encode(self.with_params(pairs))}" if pairs else "")
        return check(await self.http.get(url, self._headers), url, self.clock())

    async def get_page(self) -> Answer:
        """Ask for the room's page. A 404 and a 410 are answers, too: there is no such room.

        Raises:
            ConnectError: no answer, or another one.
        """
        url = f"{self.endpoint}/{self.visit.web_rid}"
        answer = await self.http.get(url, self._headers)
        return answer if answer.status in (404, 410) else check(answer, url, self.clock())

    async def get_once(self, path: str, pairs: query.Pairs) -> Answer:
        """Ask with an a_bogus signature, and never a second time; whatever the status, it is an answer.

        Raises:
            UnconfirmedError: the answer was lost.
        """
        plain = query.encode([*pairs, ("msToken", self._token())])
        signed = a_bogus.sign(
            plain,
            browser=a_bogus.Browser(user_agent=self.visit.user_agent),
            now_ms=round(self.clock().timestamp() * 1000),
            rng=self.rng,
        )
        url = f"{self.endpoint}{path}?{plain}&{query.encode([('a_bogus', signed)])}"
        try:
            return await self.http.get(url, self._headers, once=True)
        except ConnectError as error:
            raise UnconfirmedError(
                f"no answer came back ({error}). The line may or may not have been said; it is not repeated"
            ) from error

    async def get_visitor_cookie(self) -> None:
        """Make sure of a ttwid: without that cookie every request is refused.

        Raises:
            ConnectError: the site cannot be reached.
        """
        if "ttwid" not in self.http.cookies:
            await self.get("/")

    def with_params(self, pairs: query.Pairs) -> query.Pairs:
        """Merge the user's `client_params` over the defaults; the cursor belongs to the session alone."""
        wished = self.options.client_params
        own = {name: value for name, value in wished.items() if name not in ("cursor", "internal_ext")}
        merged = [(name, own.pop(name, value)) for name, value in pairs]
        return [*merged, *own.items()]

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
