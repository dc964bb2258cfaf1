"""Find a Douyin room and its state, by the ways that are left when one of them is refused."""

import asyncio
import logging
from typing import Any

from douyinbot.connectors.douyin.requests import Requests
from douyinbot.errors import ConnectError, ProtocolError, RoomNotFoundError, VerificationRequiredError
from douyinbot.webcast import query
from douyinbot.webcast.page import ENDED, RoomState, parse_enter, parse_room_info, parse_room_page

__all__ = ["Lookup"]

log = logging.getLogger(__name__)

SECOND_LOOK = 3.0
"""Seconds between the two readings that are needed before a stream counts as over."""


class Lookup:
    """Looks one room up."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests

    async def look(self) -> RoomState:
        """Read the room's page, or ask room/web/enter where the page asks for verification.

        Raises:
            ConnectError: not found, a verification page, blocked, throttled, no network.
        """
        await self._requests.get_visitor_cookie()
        try:
            return await self._read_page()
        except VerificationRequiredError:
            log.info("the room's page asks for verification, trying room/web/enter")
            return await self._ask_enter()

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
        """Return all that room/web/enter tells about the room.

        Raises:
            ConnectError: it does not tell.
        """
        await self._requests.get_visitor_cookie()
        try:
            return parse_room_info(await self._enter_body())
        except ProtocolError as error:
            raise ConnectError(f"Failed to fetch room info. {error}") from error

    async def _read_page(self) -> RoomState:
        answer = await self._requests.get_page()
        if answer.status != 200:
            raise RoomNotFoundError(
                f'Douyin has no room "{self._requests.visit.web_rid}". Check the number in the address of '
                "the room."
            )
        return parse_room_page(answer.text)

    async def _ask_enter(self) -> RoomState:
        try:
            return parse_enter(await self._enter_body())
        except (ProtocolError, VerificationRequiredError) as error:
            raise VerificationRequiredError(
                f"Douyin asks for verification ({str(error).rstrip('.')}). Open the room in your own "
                "browser, pass the check, and give douyinbot that browser's cookies (`cookies` in bot.toml)."
            ) from error

    async def _enter_body(self) -> bytes:
        return (await self._requests.get(query.ENTER, self._requests.visit.enter())).body
