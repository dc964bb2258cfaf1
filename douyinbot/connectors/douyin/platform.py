"""Douyin: where a room is found, how requests are signed, how a line is said."""

import asyncio
import logging
import random
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from multidict import CIMultiDict

from douyinbot.connectors.douyin.address import SITE, Address, is_loopback
from douyinbot.connectors.http import Answer, Http, check
from douyinbot.connectors.options import NetworkOptions
from douyinbot.connectors.socket import SocketRequest
from douyinbot.errors import (
    BlockedError,
    ConnectError,
    InvalidSessionError,
    ProtocolError,
    RoomNotFoundError,
    UnconfirmedError,
    VerificationRequiredError,
)
from douyinbot.webcast import a_bogus, query, signature
from douyinbot.webcast.chat_answer import Accepted, parse_chat_answer
from douyinbot.webcast.douyin import TABLE
from douyinbot.webcast.page import ENDED, RoomState, parse_enter, parse_gift_list, parse_room_page
from douyinbot.webcast.session import Session

__all__ = ["DouyinPlatform"]

log = logging.getLogger(__name__)

SECOND_LOOK = 3.0
"""Seconds between the two readings that are needed before a stream counts as over."""
_TOKEN_LETTERS = string.ascii_letters + string.digits + "-_"


class DouyinPlatform:
    """One room on live.douyin.com, or on an endpoint that speaks like it."""

    name = "douyin"
    table = TABLE

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
        self._endpoint = (options.endpoint or address.endpoint).rstrip("/")
        self.shortest_poll = 1.2 if self._endpoint == SITE else 0.0  # 1/s brought HTTP 503 (2026-10)
        self._options = options
        self._http = http
        self._rng = rng
        self._clock = clock
        self._signatures = 0

    async def close(self) -> None:
        await self._http.close()

    # ---- the room -----------------------------------------------------------------------------------

    async def enter(self) -> RoomState:
        if "ttwid" not in self._http.cookies:
            await self._get("/")
        state = await self._look()
        visitor = state.visitor_id or self.visit.visitor_id
        self.visit = replace(
            self.visit,
            room_id=state.room_id,
            web_rid=state.web_rid or self.visit.web_rid,
            # Without one, clients make one up in this range (four implementations).
            visitor_id=visitor
            or str(self._rng.randrange(7_300_000_000_000_000_000, 8_000_000_000_000_000_000)),
        )
        return state

    async def _look(self) -> RoomState:
        """Read the room's page, or ask room/web/enter where the page asks for verification."""
        try:
            return await self._page()
        except VerificationRequiredError:
            log.info("the room's page asks for verification, trying room/web/enter")
            return await self._enter_api()

    async def _page(self) -> RoomState:
        url = f"{self._endpoint}/{self.visit.web_rid}"
        answer = await self._http.get(url, self._headers)
        if answer.status in (404, 410):
            raise RoomNotFoundError(
                f'Douyin has no room "{self.visit.web_rid}". Check the number in the address of the room.'
            )
        return parse_room_page(check(answer, url, self._clock()).text)

    async def _enter_api(self) -> RoomState:
        answer = await self._get(query.ENTER, self.visit.enter())
        try:
            return parse_enter(answer.body)
        except (ProtocolError, VerificationRequiredError) as error:
            raise VerificationRequiredError(
                f"Douyin asks for verification ({str(error).rstrip('.')}). Open the room in your own "
                "browser, pass the check, and give douyinbot that browser's cookies (`cookies` in bot.toml)."
            ) from error

    async def is_over(self) -> bool:
        """Two readings must say so: one empty or odd page is no end."""
        for reading in range(2):
            if reading:
                await asyncio.sleep(SECOND_LOOK)
            try:
                state = await self._look()
                if state.room_id and state.status != ENDED:
                    return False
            except RoomNotFoundError:
                pass  # that is an end, too: the room was closed or banned
        return True

    # ---- messages -----------------------------------------------------------------------------------

    async def fetch(self, session: Session) -> bytes:
        answer = await self._get(query.FETCH, self.visit.fetch(session.cursor, session.internal_ext))
        if not answer.body:
            raise BlockedError("Douyin refuses to hand out messages (empty answer of im/fetch).")
        if answer.body.lstrip()[:1] in (b"{", b"<"):
            raise BlockedError("Douyin refuses to hand out messages (im/fetch answered with text).")
        return answer.body

    async def gift_list(self) -> list[dict[str, Any]]:
        answer = await self._get(query.GIFT_LIST, self.visit.gift_list())
        try:
            return parse_gift_list(answer.body)
        except ProtocolError as error:
            raise ConnectError(f"Failed to fetch available gifts. {error}") from error

    def push_hosts(self, session: Session) -> Sequence[str]:
        if self._options.push_hosts:
            return self._options.push_hosts
        ours = query.PUSH_HOSTS if self._endpoint == SITE else (f"ws{self._endpoint[4:]}{query.PUSH}",)
        announced = _as_socket_address(session.push_server)
        if announced and self._trusted(announced):
            return (announced, *(host for host in ours if host != announced))
        return ours

    def _trusted(self, address: str) -> bool:
        """Cookies go there: only the platform's own hosts, and the machine of the configured endpoint."""
        parts, ours = urlsplit(address), urlsplit(self._endpoint)
        host = parts.hostname or ""
        if parts.scheme == "wss" and (host == "douyin.com" or host.endswith(".douyin.com")):
            return True
        return host == ours.hostname and (is_loopback(host) or parts.scheme == "wss")

    def socket_request(self, session: Session, host: str) -> SocketRequest:
        self._signatures += 1
        nonce = signature.Nonce.draw(self._rng, self._signatures)
        pairs = self._with_params(
            self.visit.push(
                session.cursor, session.internal_ext, signature.sign(self.visit.stub_values(), nonce)
            )
        )
        address = host if urlsplit(host).path.strip("/") else host.rstrip("/") + query.PUSH
        headers = CIMultiDict({"User-Agent": self.visit.user_agent, "Origin": self.visit.origin})
        headers["Cookie"] = self._http.cookie_header
        headers.update(self._options.websocket_headers)
        return SocketRequest(
            f"{address}?{query.encode(pairs)}",
            headers,
            proxy=self._options.socket_proxy,
            timeout=self._options.websocket_options.timeout,
        )

    # ---- speaking -----------------------------------------------------------------------------------

    async def send(self, text: str) -> Accepted:
        if "sessionid" not in self._http.cookies:
            raise InvalidSessionError(
                "there is no login: log in with your browser and give douyinbot its cookies "
                '(`cookies = "env:DOUYIN_COOKIE"` in bot.toml)'
            )
        plain = query.encode([*self.visit.chat(text), ("msToken", self._token())])
        signed = a_bogus.sign(
            plain,
            browser=a_bogus.Browser(user_agent=self.visit.user_agent),
            now_ms=round(self._clock().timestamp() * 1000),
            rng=self._rng,
        )
        url = f"{self._endpoint}{query.CHAT}?{plain}&{query.encode([('a_bogus', signed)])}"
        try:
            answer = await self._http.get(url, self._headers, once=True)
        except ConnectError as error:
            raise UnconfirmedError(
                f"no answer came back ({error}). The line may or may not have been said; it is not repeated"
            ) from error
        return parse_chat_answer(answer.status, answer.body, answer.retry_after(self._clock()))

    # ---- requests -----------------------------------------------------------------------------------

    @property
    def _headers(self) -> Mapping[str, str]:
        if self._options.request_options.headers is not None:
            return {}  # those replace all others
        headers = CIMultiDict({"Referer": f"{SITE}/{self.visit.web_rid}"})
        headers.update(self._options.request_headers)
        return headers

    async def _get(self, path: str, pairs: query.Pairs | None = None) -> Answer:
        url = f"{self._endpoint}{path}" + (f"?{query.encode(self._with_params(pairs))}" if pairs else "")
        return check(await self._http.get(url, self._headers), url, self._clock())

    def _with_params(self, pairs: query.Pairs) -> query.Pairs:
        """Merge the user's `client_params` over the defaults; the cursor belongs to the session alone."""
        own = {k: v for k, v in self._options.client_params.items() if k not in ("cursor", "internal_ext")}
        merged = [(name, own.pop(name, value)) for name, value in pairs]
        return [*merged, *own.items()]

    def _token(self) -> str:
        """A made-up msToken: guests do without, and any of this form is taken (two sources, 2026-09)."""
        return "".join(self._rng.choices(_TOKEN_LETTERS, k=126)) + "=="


def _as_socket_address(announced: str) -> str:
    """Return where a socket is announced to be; "" where it is no address."""
    address = announced if "://" in announced else f"wss://{announced}"
    try:
        parts = urlsplit(address)
        return address if parts.hostname and parts.port != 0 else ""
    except ValueError:
        return ""
