"""Requests to Douyin's other hosts: short links, shared streams, profiles, and where a ttwid is had.

Login cookies stay within douyin.com: of these hosts only the profile's gets them, and no short link does.
"""

from functools import partial

from douyinbot.connectors.douyin.address import Address, Kind, parse_link, site_url
from douyinbot.connectors.douyin.requests import Requests
from douyinbot.connectors.http import Answer, check
from douyinbot.connectors.short_links import ShortLinks, Trail
from douyinbot.errors import RoomNotFoundError
from douyinbot.webcast.douyin import query
from douyinbot.webcast.pairs import encode

__all__ = ["TRAIL", "Elsewhere"]


class Elsewhere:
    """The requests of one visit that go to other hosts than the room's."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests
        self._stranger = requests.http.stranger(query.MOBILE_USER_AGENT)
        place = partial(site_url, requests.endpoint)
        self._links = ShortLinks(TRAIL, self._stranger, place, requests.clock)

    async def close(self) -> None:
        """Close the connections."""
        await self._stranger.close()

    async def follow(self, code: str) -> Address:
        """Return what a short link stands for.

        Raises:
            RoomNotFoundError, InvalidUniqueIdError, ConnectError: as `ShortLinks.follow`.
        """
        return await self._links.follow(f"https://{query.SHORT}/{code}/")

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


def _lead(link: str) -> Address | None:
    found = parse_link(link)
    return None if found is None or found.kind is Kind.SHORT else found


TRAIL = Trail(
    site="Douyin",
    hosts=frozenset({query.SHORT, query.IESDOUYIN, query.AMEMV, query.WWW, query.LIVE}),
    read=_lead,
    instead="Use the number in the address of the room.",
    share="Let the app share the live room, or the streamer's profile, and take that link.",
)
"""Where `v.douyin.com` may lead."""
