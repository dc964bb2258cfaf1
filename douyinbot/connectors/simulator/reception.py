"""Who asks for what: the parts of a request that all handlers look at, and answers that several give."""

from aiohttp import web

from douyinbot.connectors.simulator.delivery import Limits
from douyinbot.connectors.simulator.house import House
from douyinbot.connectors.simulator.pages import verification_page
from douyinbot.connectors.simulator.report import Report
from douyinbot.connectors.simulator.room import Room
from douyinbot.connectors.simulator.signing import signature_faults
from douyinbot.connectors.simulator.visitors import Account, Visitors

__all__ = ["Reception", "html", "refused", "throttled"]

YEAR = 365 * 24 * 60 * 60


class Reception:
    """What the handlers share.

    Args:
        house: the rooms.
        visitors: who has been here.
        report: what is written down.
        limits: how patient the server is.
    """

    def __init__(self, house: House, visitors: Visitors, report: Report, limits: Limits) -> None:
        self.house = house
        self.visitors = visitors
        self.report = report
        self.limits = limits

    def ttwid(self, request: web.Request) -> str:
        return request.cookies.get("ttwid", "")

    def give_cookie(self, request: web.Request, response: web.Response) -> str:
        """Return the visitor's ttwid; a new visitor gets one with this response."""
        if ttwid := self.ttwid(request):
            return ttwid
        ttwid = self.visitors.new_ttwid(self.house.now_ms)
        response.set_cookie("ttwid", ttwid, max_age=YEAR, path="/", httponly=True)
        return ttwid

    def account(self, request: web.Request) -> Account | None:
        """Return who is logged in; None for a guest."""
        return self.visitors.account(request.cookies.get("sessionid", ""))

    def room(self, request: web.Request, room_id: str) -> Room | None:
        """Return the room of an id; the Referer tells the name of one that was not opened yet."""
        return self.house.room_by_id(room_id, _referer(request))

    def gives_cookies(self, request: web.Request) -> bool:
        """Whether the pages around the room that the visitor is on its way to give a ttwid."""
        room = self.house.room(_referer(request))
        return room is None or room.faults.trouble.cookie == "none"

    def glance(self, request: web.Request, room: Room) -> None:
        """A visitor looks at a room from outside."""
        self.house.glance(room, known=self.visitors.has_listened(self.ttwid(request), room.web_rid))

    def arrive(self, request: web.Request, room: Room, *, polls: bool = False) -> None:
        """A visitor begins to listen, or goes on."""
        self.visitors.listens(self.ttwid(request), room.web_rid)
        self.house.arrive(room, polls=polls)

    def check_signature(self, request: web.Request) -> bool:
        """Say whether a request has a right a_bogus, and note a wrong one.

        None at all is no fault: most networks get these answers without (2026-10).
        """
        if "a_bogus" not in request.query:
            return False
        faults = signature_faults(raw_query(request), body="", user_agent=user_agent(request))
        for fault in faults:
            self.report.violate(f"{request.path}: {fault}")
        return not faults


def _referer(request: web.Request) -> str:
    """Return the name of the room that the visitor comes from, or nothing."""
    parts = request.headers.get("Referer", "").partition("?")[0].split("/")
    return next((part for part in parts if part.startswith("@")), parts[-1])  # TikTok's end in /@NAME/live


def raw_query(request: web.Request) -> str:
    """Return the query letter for letter as it came over the wire."""
    return request.raw_path.partition("?")[2]


def user_agent(request: web.Request) -> str:
    return request.headers.get("User-Agent", "")


def html(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html")


def refused(room: Room, kind: str) -> web.Response | None:
    """Return the refusal of this kind that any host may give; None where it is something else."""
    if kind in ("throttled", "503"):
        return throttled(room, kind)
    if kind in ("blocked", "444"):
        return web.Response(status=403 if kind == "blocked" else 444)
    if kind in ("verification", "html"):
        return html(verification_page())
    return html("") if kind == "empty" else None


def throttled(room: Room, kind: str) -> web.Response:
    """Return HTTP 503, or 429 for any other kind, and when to come again."""
    trouble = room.faults.trouble
    wait = trouble.retry_header or str(max(1, round(trouble.retry_after)))
    return web.Response(status=503 if kind == "503" else 429, headers={"Retry-After": wait})
