"""Requests to Douyin's other hosts: short links, shared streams, profiles, and where a ttwid is had.

Login cookies stay within douyin.com: of these hosts only the profile's gets them, and no short link does.
"""

import asyncio
import re
from urllib.parse import quote, urljoin, urlsplit

from douyinbot.connectors.douyin.address import Address, Kind, parse_link, site_url
from douyinbot.connectors.douyin.requests import Requests
from douyinbot.connectors.http import Answer, check
from douyinbot.errors import ConnectError, InvalidUniqueIdError, RoomNotFoundError
from douyinbot.webcast.douyin import query
from douyinbot.webcast.pairs import encode

__all__ = ["HOPS", "MOST_BYTES", "MOST_HOPS", "MOST_SECONDS", "Elsewhere", "next_hop"]

HOPS = frozenset({query.SHORT, query.IESDOUYIN, query.AMEMV, query.WWW, query.LIVE})
"""Every host that a short link may lead over. All others are refused before anything is asked of them."""
MOST_HOPS = 5
MOST_BYTES = 64 * 1024
MOST_SECONDS = 5.0
"""For all hops together."""
# What browsers and URL libraries read in different ways is no link: odd letters, a scheme without a host.
_LOCATION = re.compile(r"(?:(?:https:)?//[^/]|/(?!/))[^\x00-\x20\x7f\\]*|/", re.IGNORECASE)
_IN_A_LINK = "%/:?#[]@!$&'()*+,;=-._~"


class Elsewhere:
    """The requests of one visit that go to other hosts than the room's."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests
        self._stranger = requests.http.stranger(query.MOBILE_USER_AGENT)

    async def close(self) -> None:
        """Close the connections."""
        await self._stranger.close()

    async def follow(self, code: str) -> Address:
        """Return what a short link stands for.

        Raises:
            RoomNotFoundError: the link is gone.
            InvalidUniqueIdError: it leads to something else than a room.
            ConnectError: it leads to another host, leads nowhere, takes too long, or cannot be asked.
        """
        link = f"https://{query.SHORT}/{code}/"
        try:
            async with asyncio.timeout(MOST_SECONDS):
                return await self._hop_on(link)
        except TimeoutError as error:
            raise ConnectError(
                f"{link} did not tell its room within {MOST_SECONDS:g}s. Try again later, or use the number "
                "in the address of the room."
            ) from error

    async def _hop_on(self, first: str) -> Address:
        link = first
        for _ in range(MOST_HOPS):
            answer = await self._ask(link, first)
            location = answer.headers.get("Location", "")
            if not 300 <= answer.status < 400 or not location:
                raise InvalidUniqueIdError(
                    f"{first} leads to {_shown(link)}, which is no room. Let the app share the live room, or "
                    "the streamer's profile, and take that link."
                )
            link = next_hop(link, location)
            found = parse_link(link)
            if found is not None and found.kind is not Kind.SHORT:
                return found
        raise ConnectError(f"{first} leads on and on ({MOST_HOPS} times). Copy a new link from the app.")

    async def _ask(self, link: str, first: str) -> Answer:
        parts = urlsplit(link)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        url = site_url(self._requests.endpoint, parts.netloc.lower(), path)
        answer = await self._stranger.get(url, once=True, max_body=MOST_BYTES)
        if answer.status in (404, 410):
            raise RoomNotFoundError(f"{first} does not exist any more. Copy a new link from the app.")
        return answer if 300 <= answer.status < 400 else check(answer, url, self._requests.clock())

    async def reflow(self, room_id: str, sec_uid: str) -> Answer:
        """Ask reflow/info for a stream by its id, or for that of a streamer.

        Raises:
            ConnectError: no answer, or another one than a 200.
        """
        encoded = encode(query.reflow(room_id, sec_uid))
        url = site_url(self._requests.endpoint, query.AMEMV, f"{query.REFLOW}?{encoded}")
        return check(await self._stranger.get(url), url, self._requests.clock())

    async def profile(self, sec_uid: str) -> Answer:
        """Ask for a streamer's profile page, with the cookies of the visit.

        Raises:
            RoomNotFoundError: there is no such streamer.
            ConnectError: no answer, or another one than a 200.
        """
        url = site_url(self._requests.endpoint, query.WWW, f"/user/{sec_uid}")
        answer = await self._requests.http.get(url, {"Referer": f"https://{query.WWW}/"})
        if answer.status in (404, 410):
            raise RoomNotFoundError("Douyin has no such user. Check the link to the streamer's profile.")
        return check(answer, url, self._requests.clock())

    async def register(self) -> str:
        """Ask for a ttwid where one is given to anybody; "" if it is not given.

        Raises:
            ConnectError: no answer, or another one than a 200.
        """
        url = site_url(self._requests.endpoint, query.TTWID, query.REGISTER)
        headers = {"Content-Type": "application/json", "User-Agent": self._requests.visit.user_agent}
        answer = await self._stranger.post(url, query.REGISTRATION, headers)
        return check(answer, url, self._requests.clock()).cookies.get("ttwid", "")


def next_hop(link: str, location: str) -> str:
    """Return where a redirect of a short link leads.

    Raises:
        ConnectError: anywhere but to one of HOPS over https, at its usual port.
    """
    try:
        parts = urlsplit(urljoin(link, location) if _LOCATION.fullmatch(location) else "")
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or parts.netloc.lower() not in HOPS:
        raise ConnectError(
            f"the short link {_shown(link)} leads to {_shown(location)}, which is not one of Douyin's own "
            "pages; it is not followed. Use the number in the address of the room."
        )
    text = parts._replace(netloc=parts.netloc.lower(), fragment="").geturl()
    return quote(text, safe=_IN_A_LINK, errors="replace")


def _shown(link: str) -> str:
    """Return a link as it can be shown: without a query, which may hold tokens, and without odd letters."""
    return ascii(link.partition("?")[0].partition("#")[0][:100])[1:-1]
