"""Short links of a platform's app, followed to what they stand for: over the platform's own hosts alone.

Whoever writes such a link may have it lead anywhere. So every hop is checked before anything is asked of it,
no cookie goes along and none is kept, and hops, bytes and seconds are bounded.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from urllib.parse import quote, urljoin, urlsplit

from douyinbot.connectors.http import Answer, Http, check
from douyinbot.errors import ConnectError, InvalidUniqueIdError, RoomNotFoundError

__all__ = ["MOST_BYTES", "MOST_HOPS", "MOST_SECONDS", "ShortLinks", "Trail"]

MOST_HOPS = 5
MOST_BYTES = 64 * 1024
MOST_SECONDS = 5.0
"""For all hops together."""
# What browsers and URL libraries read in different ways is no link: odd letters, a scheme without a host.
_LOCATION = re.compile(r"(?:(?:https:)?//[^/]|/(?!/))[^\x00-\x20\x7f\\]*|/", re.IGNORECASE)
_IN_A_LINK = "%/:?#[]@!$&'()*+,;=-._~"

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Trail(Generic[A]):
    """Where a platform's short links may lead, and what is said of those that lead elsewhere."""

    site: str
    """Its name, for errors."""
    hosts: frozenset[str]
    """Every host that a link may lead over. All others are refused before anything is asked of them."""
    read: Callable[[str], A | None]
    """What a link stands for; None for one that leads on, or nowhere."""
    instead: str
    """What to write in place of a link that leads to a stranger."""
    share: str
    """What to share in place of a link that leads to no room."""

    def next_hop(self, link: str, location: str) -> str:
        """Return where a redirect leads.

        Raises:
            ConnectError: anywhere but to one of the hosts over https, at its usual port.
        """
        try:
            parts = urlsplit(urljoin(link, location) if _LOCATION.fullmatch(location) else "")
        except ValueError:
            parts = urlsplit("")
        if parts.scheme != "https" or parts.netloc.lower() not in self.hosts:
            raise ConnectError(
                f"the short link {_shown(link)} leads to {_shown(location)}, which is not one of "
                f"{self.site}'s own pages; it is not followed. {self.instead}"
            )
        text = parts._replace(netloc=parts.netloc.lower(), fragment="").geturl()
        return quote(text, safe=_IN_A_LINK, errors="replace")


class ShortLinks(Generic[A]):
    """Follows the links of one platform.

    Args:
        trail: where they may lead.
        stranger: a client without cookies.
        place: where a path of a host is asked for, which on an endpoint is not that host.
        clock: for a Retry-After that names a date.
    """

    def __init__(
        self,
        trail: Trail[A],
        stranger: Http,
        place: Callable[[str, str], str],
        clock: Callable[[], datetime],
    ) -> None:
        self._trail = trail
        self._stranger = stranger
        self._place = place
        self._clock = clock

    async def follow(self, link: str) -> A:
        """Return what a short link stands for.

        Raises:
            RoomNotFoundError: the link is gone.
            InvalidUniqueIdError: it leads to something else than a room.
            ConnectError: it leads to another host, leads nowhere, takes too long, or cannot be asked.
        """
        try:
            async with asyncio.timeout(MOST_SECONDS):
                return await self._hop_on(link)
        except TimeoutError as error:
            raise ConnectError(
                f"{link} did not tell its room within {MOST_SECONDS:g}s. Try again later, or do without it. "
                f"{self._trail.instead}"
            ) from error

    async def _hop_on(self, first: str) -> A:
        link = first
        for _ in range(MOST_HOPS):
            answer = await self._ask(link, first)
            location = answer.headers.get("Location", "")
            if not 300 <= answer.status < 400 or not location:
                raise InvalidUniqueIdError(
                    f"{first} leads to {_shown(link)}, which is no room. {self._trail.share}"
                )
            link = self._trail.next_hop(link, location)
            found = self._trail.read(link)
            if found is not None:
                return found
        raise ConnectError(f"{first} leads on and on ({MOST_HOPS} times). Copy a new link from the app.")

    async def _ask(self, link: str, first: str) -> Answer:
        parts = urlsplit(link)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        url = self._place(parts.netloc.lower(), path)
        answer = await self._stranger.get(url, once=True, max_body=MOST_BYTES)
        if answer.status in (404, 410):
            raise RoomNotFoundError(f"{first} does not exist any more. Copy a new link from the app.")
        return answer if 300 <= answer.status < 400 else check(answer, url, self._clock())


def _shown(link: str) -> str:
    """Return a link as it can be shown: without a query, which may hold tokens, and without odd letters."""
    return ascii(link.partition("?")[0].partition("#")[0][:100])[1:-1]
