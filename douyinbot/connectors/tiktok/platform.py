"""TikTok: where a room is found, how its socket is opened without a signature, how a line is said."""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from multidict import CIMultiDict

from douyinbot.connectors.http import Http
from douyinbot.connectors.login import SESSION
from douyinbot.connectors.socket import SocketRequest, announced_host, hosts_to_try, with_path
from douyinbot.connectors.tiktok.address import SITE, Address
from douyinbot.connectors.tiktok.lookup import Lookup
from douyinbot.connectors.tiktok.options import TikTokOptions
from douyinbot.connectors.tiktok.provider import Provider, Ticket
from douyinbot.connectors.tiktok.requests import Requests
from douyinbot.errors import BlockedError, ConnectError, InvalidSessionError, ProtocolError
from douyinbot.webcast.chat_answer import Accepted, parse_chat_answer
from douyinbot.webcast.dialect import Dialect
from douyinbot.webcast.pairs import encode
from douyinbot.webcast.room_state import RoomState
from douyinbot.webcast.session import Session
from douyinbot.webcast.tiktok import TABLE, modern, query
from douyinbot.webcast.tiktok.page import parse_gifts

__all__ = ["TikTokPlatform"]

log = logging.getLogger(__name__)


class TikTokPlatform:
    """One room on www.tiktok.com, or on an endpoint that speaks like it.

    Args:
        provider: whoever signs the way in, if the user names one.
        speaks_there: lines go to the provider, and not to TikTok.
    """

    name = "tiktok"
    table = TABLE
    shortest_poll = 0.0

    def __init__(
        self,
        address: Address,
        options: TikTokOptions,
        http: Http,
        *,
        rng: random.Random,
        clock: Callable[[], datetime],
        provider: Provider | None = None,
        speaks_there: bool = False,
    ) -> None:
        self._requests = Requests(address, options, http, rng=rng, clock=clock, provider=provider)
        self._provider = provider
        self._speaks_there = speaks_there
        self._ticket: Ticket | None = None
        self._lookup = Lookup(self._requests, provider)
        self._known_room = ""
        self._entered = False
        """Until `close` the stream is the one that was entered; after that it may be another."""

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
        self._entered = False
        if self._provider is not None:
            await self._provider.close()
        await self._lookup.close()
        await self._requests.close()

    # ---- the room -----------------------------------------------------------------------------------

    async def enter(self) -> RoomState:
        self._entered = True
        if self._known_room:
            self._requests.visit = replace(self.visit, room_id=self._known_room)
            return RoomState(room_id=self._known_room, web_rid=self.visit.unique_id)
        return await self._lookup.enter(with_info=self._requests.options.fetch_room_info_on_connect)

    async def room_info(self) -> dict[str, Any]:
        if not self._entered:
            self._requests.visit = replace(self.visit, room_id="")
        return await self._lookup.room_info()

    async def is_over(self) -> bool:
        return await self._lookup.is_over()

    # ---- messages -----------------------------------------------------------------------------------

    def dialect(self) -> Dialect:
        """Every entry into a room is a new one, with a number of its own."""
        return modern(int(self.visit.room_id or 0), self._requests.rng.randrange(1, 1 << 63))

    async def ticket(self, session: Session) -> bytes | None:
        self._ticket = None
        if self._provider is None:
            return None
        visit, cookies = self.visit, self._requests.http.cookies
        try:
            self._ticket = await self._provider.ticket(
                visit.room_id, session.cursor, visit.user_agent, cookies
            )
        except ConnectError as error:
            if not self._provider.options.fallback:
                raise
            log.warning("opening the socket without the sign provider: %s", error)
            return None
        return self._ticket.body

    async def fetch(self, session: Session) -> bytes:
        pairs = self.visit.fetch(session.cursor, session.internal_ext)
        body = (await self._requests.get_signed(query.FETCH, pairs)).body
        # No white space is skipped: a protobuf answer begins with 0x0a, and the next byte may be any.
        if body[:1] in (b"", b"{", b"<"):
            raise BlockedError(
                "TikTok refuses to hand out messages by im/fetch, as it does to most who do not sign. The "
                "socket needs no signature; a service that signs can be named as `signer`."
            )
        return body

    async def gift_list(self) -> list[dict[str, Any]]:
        answer = await self._requests.get_signed(query.GIFT_LIST, self.visit.gift_list())
        try:
            return parse_gifts(answer.body)
        except ProtocolError as error:
            raise ConnectError(f"Failed to fetch available gifts. {error}") from error

    def push_hosts(self, session: Session) -> Sequence[str]:
        site = self._requests.endpoint
        announced = announced_host(session.push_server, "tiktok.com", site)
        known = query.PUSH_HOSTS if site == SITE else (f"ws{site[4:]}{query.PUSH}",)
        return hosts_to_try(self._requests.options, announced, known)

    async def socket_request(self, session: Session, host: str) -> SocketRequest:
        cookies = await self._socket_cookies()
        pairs = self.visit.push(
            session.cursor, session.internal_ext, self._requests.rng, signed=self._ticket is not None
        )
        names = {name for name, _ in pairs}
        pairs += [
            (name, value) for name, value in session.route_params.items() if value and name not in names
        ]
        headers = CIMultiDict({"User-Agent": self.visit.user_agent, "Origin": SITE, "Referer": f"{SITE}/"})
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        headers.update(self._requests.options.websocket_headers)
        return SocketRequest(
            f"{with_path(host, query.PUSH)}?{encode(self._requests.options.merged(pairs))}",
            headers,
            proxy=self._requests.options.socket_proxy,
            timeout=self._requests.options.websocket_options.timeout,
        )

    async def _socket_cookies(self) -> dict[str, str]:
        """Return the visit's cookies, those of the ticket before them.

        A ticket that was made for a guest goes without the user's login: two identities do not mix.
        """
        given = {} if self._ticket is None else self._ticket.cookies
        if "ttwid" not in given:
            await self._requests.get_visitor_cookie()
        ours = self._requests.http.cookies
        if self._ticket is not None and not self._ticket.has_session:
            ours = {"ttwid": ours["ttwid"]} if "ttwid" in ours else {}
        return {**ours, **given}

    # ---- speaking -----------------------------------------------------------------------------------

    async def send(self, text: str) -> Accepted:
        if self._speaks_there and self._provider is not None:
            return await self._provider.say(self.visit.room_id, text, self._requests.http.cookies)
        if not self.has_login:
            raise InvalidSessionError(
                "there is no login: log in with your browser and give douyinbot its cookies "
                '(`cookies = "env:TIKTOK_COOKIE"` in bot.toml)'
            )
        answer = await self._requests.post_once(query.CHAT, self.visit.chat(text))
        return parse_chat_answer(answer.status, answer.body, answer.retry_after(self._requests.clock()))
