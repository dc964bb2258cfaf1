"""What a visitor's browser asks for first: the front page, a room's page, its state and its gifts."""

from typing import Any

from aiohttp import web

from douyinbot.connectors.simulator import pages, roompage
from douyinbot.connectors.simulator.panel import PANEL, gift_list
from douyinbot.connectors.simulator.reception import Reception, html, refused

__all__ = ["Site"]

_UNKNOWN: dict[str, Any] = {"data": {"prompts": "直播间不存在"}, "status_code": 4001038}
_ANSWERS: dict[str, dict[str, Any]] = {
    "error": _UNKNOWN,
    "login": {"data": {"prompts": "用户未登录"}, "status_code": 20003},
    "hidden": {"data": {"data": [], "prompts": "你不在主播设置的可见范围内"}, "status_code": 0},
    "signature": {"data": {}, "status_code": 101},
}
_PAGES = {"offline": pages.offline_page, "old": pages.old_room_page}


class Site:
    """The handlers that answer with pages and JSON."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception

    async def front(self, request: web.Request) -> web.Response:
        response = html(pages.front_page())
        if self._reception.gives_cookies(request):
            self._reception.give_cookie(request, response)
        return response

    async def page(self, request: web.Request) -> web.Response:
        reception = self._reception
        reception.report.pages += 1
        room = reception.house.room(request.match_info["web_rid"])
        if room is None or room.is_tiktok:
            return web.Response(status=404)
        reception.glance(request, room)
        kind = room.faults.page()
        if kind == "not_found":
            return web.Response(status=404)
        if (refusal := refused(room, kind)) is not None:
            return refusal
        response, ttwid, account = html(""), reception.ttwid(request), reception.account(request)
        if room.faults.trouble.cookie == "none":
            ttwid = reception.give_cookie(request, response)
        if ttwid:
            reception.visitors.shown(ttwid)
        write = _PAGES.get(kind, pages.room_page)
        response.text = write(
            room,
            visitor_id=reception.visitors.visitor_id(ttwid),
            account=None if account is None else account.person,
            page_token=reception.visitors.page_token(ttwid),
        )
        return response

    async def lines(self, request: web.Request) -> web.Response:
        """Tell our own page what is new in the room, and whether its visitor may write."""
        reception = self._reception
        room = reception.house.room(request.match_info["web_rid"])
        if room is None or not reception.ttwid(request):
            return web.Response(status=404)
        reception.arrive(request, room, polls=True)
        account = reception.account(request)
        after = request.query.get("after", "")
        return web.json_response(
            {
                "closed": roompage.why_closed(room, account is not None),
                "cursor": str(room.log.last_id),
                "lines": roompage.lines(room, int(after) if after.isdecimal() else 0, account is not None),
            }
        )

    async def enter(self, request: web.Request) -> web.Response:
        reception = self._reception
        reception.report.enters += 1
        room = reception.house.room(request.query.get("web_rid", ""))
        if room is None:
            return web.json_response(_UNKNOWN)
        if not reception.ttwid(request):
            return web.Response()
        signed = reception.check_signature(request)
        reception.glance(request, room)
        kind = room.faults.enter()
        if (refusal := refused(room, kind)) is not None:
            return refusal
        if kind == "unsigned" and not signed:
            return web.Response()
        if kind == "garbage":
            return web.Response(text='{"data": [', content_type="application/json")
        if kind in _ANSWERS:
            return web.json_response(_ANSWERS[kind])
        return web.json_response(pages.enter_answer(room, ended=kind == "offline"))

    async def gifts(self, request: web.Request) -> web.Response:
        reception = self._reception
        reception.report.gift_lists += 1
        room = reception.room(request, request.query.get("room_id", ""))
        signed = reception.check_signature(request)
        kind = "none" if room is None else room.faults.gift_list()
        if room is not None and (refusal := refused(room, kind)) is not None:
            return refusal
        if kind == "unsigned" and not signed:
            return web.Response()
        if kind == "garbage":
            return web.Response(text='{"data": [', content_type="application/json")
        kinds = PANEL if room is None else room.gifts.values()
        return web.json_response(gift_list(kinds, reception.house.now_ms))
