"""Find a TikTok room and its state, by the ways that are left when one of them is refused."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from douyinbot.connectors.refusals import Refusals, is_final
from douyinbot.connectors.short_links import ShortLinks
from douyinbot.connectors.tiktok.address import TRAIL, WWW, site_url
from douyinbot.connectors.tiktok.provider import Provider
from douyinbot.connectors.tiktok.requests import Requests
from douyinbot.errors import (
    ConnectError,
    LoginRequiredError,
    ProtocolError,
    RateLimitedError,
    RoomNotFoundError,
    UserOfflineError,
)
from douyinbot.webcast.room_state import ENDED, LIVE, RoomState
from douyinbot.webcast.tiktok import page, query

__all__ = ["Lookup"]

log = logging.getLogger(__name__)

SECOND_LOOK = 3.0
"""Seconds between the two readings that are needed before a stream counts as over."""


class Lookup:
    """Looks one room up.

    Args:
        provider: asked last, if there is one: whoever asks it gives away what room is watched.
    """

    def __init__(self, requests: Requests, provider: Provider | None = None) -> None:
        self._requests = requests
        self._provider = provider
        self._stranger = requests.http.stranger(query.USER_AGENT)
        place = partial(site_url, requests.endpoint)
        self._links = ShortLinks(TRAIL, self._stranger, place, requests.clock)

    async def close(self) -> None:
        """Close the connections to hosts that get no cookies."""
        await self._stranger.close()

    async def look(self) -> RoomState:
        """Ask api-live, read the room's page where that is refused, and at last ask the provider.

        Raises:
            ConnectError: not found, a captcha, blocked, throttled, no network; where all ways were refused,
                the error names each with its reason.
        """
        await self._find_user()
        refusals = Refusals("TikTok")
        try:
            await self._requests.get_visitor_cookie()
        except ConnectError as error:  # only the socket cannot do without
            if is_final(error):
                raise
            log.info("no visitor's cookie is to be had: %s", error)
            refusals.add("front page", error)
        for step, way in self._ways():
            try:
                return await way()
            except (ConnectError, ProtocolError) as error:
                if is_final(error) or isinstance(error, LoginRequiredError):
                    raise
                log.info("%s was refused: %s", step, error)
                refusals.add(step, error)
        raise refusals.verdict()

    async def enter(self, *, with_info: bool) -> RoomState:
        """Find the room, and what room/info tells about it; a room/info that tells nothing is no obstacle.

        Raises:
            LoginRequiredError: the room is age restricted.
            ConnectError: as `look`.
        """
        state = await self.look()
        self._requests.visit = replace(self._requests.visit, room_id=state.room_id)
        if not state.room_id or not with_info:
            return state
        try:
            told = page.room_state(await self.room_info())
        except (LoginRequiredError, RateLimitedError):
            raise
        except (ConnectError, ProtocolError) as error:
            log.info("room/info tells nothing: %s", error)
            return state
        return replace(
            state,
            status=state.status if told.status is None else told.status,
            title=told.title or state.title,
            viewers=told.viewers,
            owner_id=told.owner_id or state.owner_id,
            owner_name=told.owner_name or state.owner_name,
        )

    async def is_over(self) -> bool:
        """Say whether the stream has ended. Two readings must say so.

        Raises:
            ConnectError: nothing tells.
        """
        for reading in range(2):
            if reading:
                await asyncio.sleep(SECOND_LOOK)
            if await self._is_alive():
                return False
        return True

    async def room_info(self) -> dict[str, Any]:
        """Return all that room/info tells; the room is looked up if its id is not known.

        Raises:
            ConnectError: it does not tell.
        """
        if not self._requests.visit.room_id:
            state = await self.look()
            if not state.room_id:
                raise UserOfflineError("Failed to fetch room info. The user is not live now.")
            self._requests.visit = replace(self._requests.visit, room_id=state.room_id)
        answer = await self._requests.get(query.ROOM_INFO, self._requests.visit.room_info())
        try:
            return page.parse_room_info(answer.body)
        except ProtocolError as error:
            raise ConnectError(f"Failed to fetch room info. {error}") from error

    async def _is_alive(self) -> bool:
        if self._requests.visit.room_id:
            try:
                answer = await self._requests.get(query.ALIVE, self._requests.visit.alive())
                return page.parse_alive(answer.body)
            except RateLimitedError:
                raise
            except (ConnectError, ProtocolError) as error:
                log.info("room/check_alive tells nothing: %s", error)
        try:
            state = await self.look()
        except (RoomNotFoundError, UserOfflineError):
            return False
        return bool(state.room_id) and state.status != ENDED

    async def _find_user(self) -> None:
        """Follow the short link that the user wrote, if it is one; once for each connection."""
        visit, link = self._requests.visit, self._requests.address.short
        if link and not visit.unique_id:
            name = await self._links.follow(link)
            log.info("the short link stands for the room of @%s", name)
            self._requests.visit = replace(visit, unique_id=name)

    def _ways(self) -> Iterator[tuple[str, Callable[[], Awaitable[RoomState]]]]:
        yield "api-live", self._ask_api_live
        yield "room page", self._read_page
        if self._provider is not None:
            yield "sign provider", partial(self._ask_provider, self._provider)

    async def _ask_api_live(self) -> RoomState:
        answer = await self._requests.get(query.API_LIVE, self._requests.visit.api_live(), WWW)
        return self._named(page.parse_api_live(answer.body))

    async def _read_page(self) -> RoomState:
        answer = await self._requests.get_page()
        if answer.status != 200:
            raise RoomNotFoundError(
                f'TikTok has no user "{self._requests.visit.unique_id}". Check the name in the address of '
                "the room."
            )
        return self._named(page.parse_live_page(answer.text))

    async def _ask_provider(self, provider: Provider) -> RoomState:
        state = await provider.find_room(self._requests.visit.unique_id)
        if not state.room_id and state.status is None:
            raise ProtocolError("it does not know the room")
        return state

    def _named(self, state: RoomState) -> RoomState:
        """Add what we know ourselves: the user's name; a room whose state is not told counts as live."""
        status = LIVE if state.status is None and state.room_id else state.status
        return replace(state, web_rid=state.web_rid or self._requests.visit.unique_id, status=status)
