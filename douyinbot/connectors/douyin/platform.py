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
from douyinbot.webcast.page import (
    ENDED,
    RoomState,
    parse_enter,
    parse_gift_list,
    parse_room_info,
    parse_room_page,
)
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
        self._known_room = ""

    def know_room(self, room_id: str) -> None:
        """Enter this stream without looking the room up; "" looks it up again."""
        self._known_room = room_id

    @property
    def has_login(self) -> bool:
        return "sessionid" in self._http.cookies

    def log_in(self, session_id: str) -> None:
        for name in ("sessionid", "sessionid_ss", "sid_tt"):
            self._http.cookies[name] = session_id

    async def close(self) -> None:
        await self._http.close()

    # ---- the room -----------------------------------------------------------------------------------

    async def enter(self) -> RoomState:
        if "ttwid" not in self._http.cookies:
            await self._get("/")
        state = RoomState(room_id=self._known_room) if self._known_room else await self._look()
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

    async def room_info(self) -> dict[str, Any]:
        if "ttwid" not in self._http.cookies:
            await self._get("/")
        try:
            return parse_room_info((await self._get(query.ENTER, self.visit.enter())).body)
        except ProtocolError as error:
            raise ConnectError(f"Failed to fetch room info. {error}") from error

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
        if announced := self._announced(session.push_server):
            return (announced, *(host for host in ours if host != announced))
        return ours

    def _announced(self, text: str) -> str:
        """Return the socket address that the server names, "" where it is none or not to be trusted.

        Cookies go there: only the platform's own hosts, and the machine of the configured endpoint.
        """
        try:
            parts, ours = urlsplit(text if "://" in text else f"//{text}"), urlsplit(self._endpoint)
            host, usable = parts.hostname or "", parts.port != 0 and "@" not in parts.netloc
        except ValueError:
            return ""
        at_home = host == ours.hostname and is_loopback(host)
        scheme = parts.scheme or ("ws" if at_home and ours.scheme == "http" else "wss")
        known = host in ("douyin.com", ours.hostname) or host.endswith(".douyin.com")
        trusted = (scheme == "wss" and known) or (scheme == "ws" and at_home)
        return f"{scheme}://{parts.netloc}{parts.path}" if usable and trusted else ""

    def socket_request(self, session: Session, host: str) -> SocketRequest:
        self._signatures += 1
        pairs = self._with_params(self.visit.push(session.cursor, session.internal_ext))
        # Signed as sent: `client_params` may have changed what is under the signature.
        signed = signature.sign(dict(pairs), signature.Nonce.draw(self._rng, self._signatures))
        pairs = [(name, signed if name == "signature" else value) for name, value in pairs]
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
        if not self.has_login:
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
