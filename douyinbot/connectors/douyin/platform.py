"""Douyin: where a room is found, how requests are signed, how a line is said."""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from multidict import CIMultiDict

from douyinbot.connectors.douyin.address import SITE, Address
from douyinbot.connectors.douyin.lookup import Lookup
from douyinbot.connectors.douyin.requests import Requests
from douyinbot.connectors.http import Http
from douyinbot.connectors.login import SESSION
from douyinbot.connectors.options import NetworkOptions
from douyinbot.connectors.socket import SocketRequest, announced_host, hosts_to_try, with_path
from douyinbot.errors import BlockedError, ConnectError, InvalidSessionError, MutedError, ProtocolError
from douyinbot.webcast.chat_answer import Accepted, parse_chat_answer
from douyinbot.webcast.dialect import DOUYIN, Dialect
from douyinbot.webcast.douyin import TABLE, query
from douyinbot.webcast.douyin.page import parse_gift_list
from douyinbot.webcast.pairs import encode
from douyinbot.webcast.room_state import RoomState
from douyinbot.webcast.session import Session

__all__ = ["DouyinPlatform"]

log = logging.getLogger(__name__)


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
        self._requests = Requests(address, options, http, rng=rng, clock=clock)
        self._lookup = Lookup(self._requests, address)
        # 1/s brought HTTP 503 (2026-10)
        self.shortest_poll = 1.2 if self._requests.endpoint == SITE else 0.0
        self._known_room = ""
        self._chat_closed = ""

    @property
    def visit(self) -> query.Visit:
        return self._requests.visit

    def know_room(self, room_id: str) -> None:
        """Enter this stream without looking the room up; "" looks it up again."""
        self._known_room = room_id

    @property
    def has_login(self) -> bool:
        return "sessionid" in self._requests.http.cookies

    def log_in(self, session_id: str) -> None:
        self._requests.http.cookies.update(dict.fromkeys(SESSION, session_id))

    async def close(self) -> None:
        await self._lookup.close()
        await self._requests.close()

    # ---- the room -----------------------------------------------------------------------------------

    async def enter(self) -> RoomState:
        self._requests.retry_signing()
        if self._known_room:
            await self._lookup.get_visitor_cookie()
            state = RoomState(room_id=self._known_room)
        else:
            state = await self._lookup.look()
        self._requests.visit = replace(
            self.visit,
            room_id=state.room_id,
            web_rid=state.web_rid or self.visit.web_rid,
            visitor_id=state.visitor_id or self.visit.visitor_id or self._made_up_visitor(),
        )
        self._chat_closed = state.chat_closed
        return state

    def _made_up_visitor(self) -> str:
        """Clients that find no visitor id make one up in this range (four implementations)."""
        return str(self._requests.rng.randrange(7_300_000_000_000_000_000, 8_000_000_000_000_000_000))

    async def room_info(self) -> dict[str, Any]:
        return await self._lookup.room_info()

    async def is_over(self) -> bool:
        return await self._lookup.is_over()

    # ---- messages -----------------------------------------------------------------------------------

    async def ticket(self, session: Session) -> None:
        """Douyin's socket needs none: its address is signed here."""

    async def fetch(self, session: Session) -> bytes:
        pairs = self.visit.fetch(session.cursor, session.internal_ext)
        body = (await self._requests.get(query.FETCH, pairs)).body
        if not body:
            raise BlockedError("Douyin refuses to hand out messages (empty answer of im/fetch).")
        # No white space is skipped: a protobuf answer begins with 0x0a, and the next byte may be any.
        if body[:1] in (b"{", b"<"):
            raise BlockedError("Douyin refuses to hand out messages (im/fetch answered with text).")
        return body

    async def gift_list(self) -> list[dict[str, Any]]:
        answer = await self._requests.get(query.GIFT_LIST, self.visit.gift_list())
        try:
            return parse_gift_list(answer.body)
        except ProtocolError as error:
            raise ConnectError(f"Failed to fetch available gifts. {error}") from error

    def push_hosts(self, session: Session) -> Sequence[str]:
        site = self._requests.endpoint
        announced = announced_host(session.push_server, "douyin.com", site)
        known = query.PUSH_HOSTS if site == SITE else (f"ws{site[4:]}{query.PUSH}",)
        return hosts_to_try(self._requests.options, announced, known)

    def dialect(self) -> Dialect:
        return DOUYIN

    async def socket_request(self, session: Session, host: str) -> SocketRequest:
        pairs = self._requests.options.merged(self.visit.push(session.cursor, session.internal_ext))
        pairs = [(name, value) for name, value in pairs if name != "signature" or value]
        url, agent = await self._requests.sign_socket(f"{with_path(host, query.PUSH)}?{encode(pairs)}", pairs)
        headers = CIMultiDict({"User-Agent": agent, "Origin": self.visit.origin})
        headers["Cookie"] = self._requests.http.cookie_header
        headers.update(self._requests.options.websocket_headers)
        return SocketRequest(
            url,
            headers,
            proxy=self._requests.options.socket_proxy,
            timeout=self._requests.options.websocket_options.timeout,
        )

    # ---- speaking -----------------------------------------------------------------------------------

    async def send(self, text: str) -> Accepted:
        if not self.has_login:
            raise InvalidSessionError(
                "there is no login: log in with your browser and give douyinbot its cookies "
                '(`cookies = "env:DOUYIN_COOKIE"` in bot.toml)'
            )
        if self._chat_closed:
            await self._look_whether_chat_is_open()
        answer = await self._requests.get_once(query.CHAT, self.visit.chat(text))
        return parse_chat_answer(answer.status, answer.body, answer.retry_after(self._requests.clock()))

    async def _look_whether_chat_is_open(self) -> None:
        """The room said that the account may not chat. That may be over, so look again before giving up.

        Raises:
            MutedError: it still says so.
        """
        try:
            self._chat_closed = (await self._lookup.look()).chat_closed
        except ConnectError as error:
            log.info("whether the room is open for chat again cannot be read: %s", error)
        if self._chat_closed:
            raise MutedError(
                f"the account may not speak in this room (its page says {self._chat_closed}): not tried"
            )
