"""Find a Douyin room and its state, by the ways that are left when one of them is refused."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

from douyinbot.connectors.douyin.address import Address, Kind
from douyinbot.connectors.douyin.elsewhere import Elsewhere
from douyinbot.connectors.douyin.requests import Requests
from douyinbot.connectors.refusals import Refusals, is_final
from douyinbot.errors import ConnectError, ProtocolError, RoomNotFoundError
from douyinbot.webcast.douyin import query
from douyinbot.webcast.douyin.page import (
    parse_enter,
    parse_profile,
    parse_reflow,
    parse_reflow_info,
    parse_room_info,
    parse_room_page,
)
from douyinbot.webcast.room_state import ENDED, RoomState

__all__ = ["Lookup"]

log = logging.getLogger(__name__)

SECOND_LOOK = 3.0
"""Seconds between the two readings that are needed before a stream counts as over."""
T = TypeVar("T")


class Lookup:
    """Looks one room up. What an address was found to stand for is kept: no link is followed twice.

    Args:
        address: what the user wrote.
    """

    def __init__(self, requests: Requests, address: Address) -> None:
        self._requests = requests
        self._elsewhere = Elsewhere(requests)
        self._address = address
        self._room_id = address.name if address.kind is Kind.STREAM else ""
        self._sec_uid = address.name if address.kind is Kind.USER else address.sec_uid
        self._is_guest = not requests.http.cookies

    async def close(self) -> None:
        """Close the connections to other hosts than the room's."""
        await self._elsewhere.close()

    async def look(self) -> RoomState:
        """Find the room and its state: its page, else room/web/enter, else reflow/info.

        Raises:
            ConnectError: not found, a verification page, blocked, throttled, a login needed, no network.
                Where all ways were refused, the error names each with its reason.
        """
        refusals = Refusals()
        await self.get_visitor_cookie(refusals)
        state = await self._find(refusals)
        if state is not None and not self._has_number:
            return state
        return await self._first(
            refusals,
            ("room page", self._read_page),
            ("room/web/enter", self._ask_enter),
            ("reflow/info", self._ask_reflow),
        )

    async def is_over(self) -> bool:
        """Say whether the stream has ended. Two readings must say so: one empty or odd page is no end.

        Raises:
            ConnectError: the room cannot be looked up.
        """
        for reading in range(2):
            if reading:
                await asyncio.sleep(SECOND_LOOK)
            try:
                state = await self.look()
                if state.room_id and state.status != ENDED:
                    return False
            except RoomNotFoundError:
                pass  # that is an end, too: the room was closed or banned
        return True

    async def room_info(self) -> dict[str, Any]:
        """Return all that room/web/enter tells about the room, or else reflow/info.

        Raises:
            ConnectError: neither tells.
        """
        refusals = Refusals()
        await self.get_visitor_cookie(refusals)
        await self._find(refusals)
        return await self._first(
            refusals,
            ("room/web/enter", self._enter_info),
            ("reflow/info", self._reflow_info),
            about="Failed to fetch room info. ",
        )

    async def get_visitor_cookie(self, refusals: Refusals | None = None) -> None:
        """Make sure of a ttwid: without that cookie nearly every request is refused.

        It is this room's own, as a second room on it disturbs the first. Where the site gives none, one is
        registered, but for guests only: a login's cookies and another device's do not go together.

        Raises:
            ConnectError: the site cannot be reached, or asks to wait.
        """
        cookies, refusals = self._requests.http.cookies, Refusals() if refusals is None else refusals
        if "ttwid" in cookies:
            return
        await self._attempt(refusals, "front page", lambda: self._requests.get("/"))
        if "ttwid" in cookies or not self._is_guest or "sessionid" in cookies:
            return
        ttwid = await self._attempt(refusals, "ttwid registration", self._elsewhere.register)
        if ttwid and "ttwid" not in cookies:
            cookies["ttwid"] = ttwid

    # ---- from what was written to the room's number -------------------------------------------------

    async def _find(self, refusals: Refusals) -> RoomState | None:
        """Find the number of the room, once; return a state if that was all that could be had.

        Raises:
            ConnectError: there is no way from the address to a room.
        """
        if self._address.kind is Kind.SHORT:
            self._take(await self._elsewhere.follow(self._address.name))
        state = None
        if self._address.kind is Kind.USER:
            state = self._learn(await self._attempt(refusals, "profile page", self._read_profile))
        if not self._has_number:
            state = await self._attempt(refusals, "reflow/info", self._ask_reflow) or state
            if state is None:
                raise refusals.verdict()
        return state

    @property
    def _has_number(self) -> bool:
        """Whether the room's own number or 抖音号 is known."""
        return self._address.kind is Kind.ROOM

    def _take(self, address: Address) -> None:
        """Go on with what an address was found to stand for."""
        log.info("the address stands for the %s %s", address.kind, address.name)
        self._address = address
        if address.kind is Kind.ROOM:
            self._requests.visit = replace(self._requests.visit, web_rid=address.name)
        elif address.kind is Kind.STREAM:
            self._room_id, self._sec_uid = address.name, address.sec_uid
        elif address.kind is Kind.USER:
            self._sec_uid = address.name

    def _learn(self, state: RoomState | None) -> RoomState | None:
        """Keep what a state tells for the next look."""
        if state is not None:
            self._room_id = state.room_id or self._room_id
            self._sec_uid = state.owner_sec_uid or self._sec_uid
            if state.web_rid and not self._has_number:
                self._take(Address(state.web_rid))
        return state

    # ---- ways to a state ----------------------------------------------------------------------------

    async def _first(
        self, refusals: Refusals, *ways: tuple[str, Callable[[], Awaitable[T | None]]], about: str = ""
    ) -> T:
        for step, way in ways:
            if (found := await self._attempt(refusals, step, way)) is not None:
                return found
        raise refusals.verdict(about)

    async def _attempt(self, refusals: Refusals, step: str, way: Callable[[], Awaitable[T]]) -> T | None:
        """Try one way, and note why it is refused.

        Raises:
            ConnectError: trying another is of no use: a definite answer, throttled, or there is no network.
        """
        try:
            return await way()
        except (ConnectError, ProtocolError) as error:
            if is_final(error) or (type(error) is ConnectError and not refusals):
                raise
            log.info("%s was refused: %s", step, error)
            refusals.add(step, error)
            return None

    async def _read_page(self) -> RoomState | None:
        answer = await self._requests.get_page()
        if answer.status != 200:
            raise RoomNotFoundError(
                f'Douyin has no room "{self._requests.visit.web_rid}". Check the number in the address of '
                "the room."
            )
        return self._learn(parse_room_page(answer.text))

    async def _ask_enter(self) -> RoomState | None:
        return self._learn(parse_enter(await self._enter_body()))

    async def _ask_reflow(self) -> RoomState | None:
        return self._learn(parse_reflow(await self._reflow_body()))

    async def _read_profile(self) -> RoomState:
        return parse_profile((await self._elsewhere.profile(self._sec_uid)).text, self._sec_uid)

    async def _enter_info(self) -> dict[str, Any]:
        return parse_room_info(await self._enter_body())

    async def _reflow_info(self) -> dict[str, Any]:
        return parse_reflow_info(await self._reflow_body())

    async def _enter_body(self) -> bytes:
        return (await self._requests.get(query.ENTER, self._requests.visit.enter())).body

    async def _reflow_body(self) -> bytes:
        if not (self._room_id or self._sec_uid):
            raise ProtocolError("it needs the id of the stream or the sec_uid of the streamer")
        return (await self._elsewhere.reflow(self._room_id, self._sec_uid)).body
