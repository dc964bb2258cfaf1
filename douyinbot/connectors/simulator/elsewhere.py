"""Douyin's other hosts, each in a folder of its name: short links, shared streams, profiles, the ttwid."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from douyinbot.connectors.simulator import pages
from douyinbot.connectors.simulator.reception import Reception, html, refused, throttled, user_agent
from douyinbot.connectors.simulator.room import Room
from douyinbot.webcast.douyin import query

__all__ = ["PROFILE", "Elsewhere"]

PROFILE = "profile-"
"""`v.douyin.com/profile-NAME` is what sharing the streamer of room NAME gives; without it, the live room."""
_HUGE = 128 * 1024
_ODD_LINKS = {
    "stranger": "https://evil.example/douyin/webcast/reflow/7300000000000000001",
    "insecure": "http://webcast.amemv.com/douyin/webcast/reflow/7300000000000000001",
    "no_room": "https://www.iesdouyin.com/share/video/7300000000000000001/",
}
_TIKTOK_LINKS = ("vm.tiktok.com", "vt.tiktok.com")
_ODD_TIKTOK_LINKS = {
    "stranger": "https://evil.example/@gisela/live",
    "insecure": "http://www.tiktok.com/@gisela/live",
    "no_room": "https://www.tiktok.com/@gisela/video/7300000000000000001",
}
_UNAVAILABLE: dict[str, Any] = {"data": {"prompts": "内容不可用"}, "status_code": 4001038}
_ANSWERS: dict[str, dict[str, Any]] = {
    "login": {"data": {"prompts": "用户未登录"}, "status_code": 20003},
    "error": _UNAVAILABLE,
}


class Elsewhere:
    """The handlers of the other hosts. They mind cookies: only the profile's host is under douyin.com."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception

    def routes(self) -> list[web.RouteDef]:
        """Return where each is asked for."""
        return [
            web.get(f"/{query.SHORT}/{{code}}/", self.link),
            web.get(f"/{query.SHORT}/{{code}}", self.link),
            *(web.get(f"/{host}/{{code}}/", self.tiktok_link) for host in _TIKTOK_LINKS),
            *(web.get(f"/{host}/{{code}}", self.tiktok_link) for host in _TIKTOK_LINKS),
            web.get(f"/{query.IESDOUYIN}/share/video/{{id}}/", self.video),
            web.get("/@{name}/video/{id}", self.tiktok_video),
            web.get(f"/{query.AMEMV}{query.REFLOW}", self.reflow),
            web.get(f"/{query.WWW}/user/{{sec_uid}}", self.profile),
            web.post(f"/{query.TTWID}{query.REGISTER}", self.register),
        ]

    async def link(self, request: web.Request) -> web.StreamResponse:
        """A short link: the room's, or with `profile-` in front its streamer's."""
        self._mind(request, phone=True)
        code = request.match_info["code"]
        room = self._reception.house.room(code.removeprefix(PROFILE))
        shared = "" if room is None else _shared(room, profile=code.startswith(PROFILE))
        return self._lead(room, _ODD_LINKS, shared, itself=f"https://{query.SHORT}/{code}/")

    async def tiktok_link(self, request: web.Request) -> web.StreamResponse:
        """A short link of TikTok's: `vm.tiktok.com/NAME` is that of the room `@NAME`."""
        self._mind(request)
        code = request.match_info["code"]
        room = self._reception.house.room(f"@{code}")
        shared = f"https://www.tiktok.com/@{code}/live?_t=simulated&_r=1"
        return self._lead(room, _ODD_TIKTOK_LINKS, shared, itself=f"https://vm.tiktok.com/{code}/")

    def _lead(
        self, room: Room | None, odd_links: Mapping[str, str], shared: str, *, itself: str
    ) -> web.StreamResponse:
        """Answer who follows a link to a room, as the scenario wants it."""
        self._reception.report.links += 1
        kind = "not_found" if room is None else room.faults.link()
        if room is None or kind == "not_found":
            return web.Response(status=404)
        if kind in ("throttled", "503"):
            return throttled(room, kind)
        location = itself if kind == "loop" else odd_links.get(kind, shared)
        body = "x" * _HUGE if kind == "huge" else ""
        return web.Response(status=302, headers={"Location": location}, text=body)

    async def video(self, request: web.Request) -> web.Response:
        """What is shared besides rooms."""
        self._mind(request, phone=True)
        return html("<html><title>抖音视频</title></html>")

    async def tiktok_video(self, request: web.Request) -> web.Response:
        """The same on TikTok."""
        self._mind(request)
        return html("<html><title>TikTok</title></html>")

    async def reflow(self, request: web.Request) -> web.Response:
        """A stream's state by its id, or that of a streamer."""
        self._reception.report.reflows += 1
        self._mind(request, phone=True)
        house = self._reception.house
        room_id, sec_uid = request.query.get("room_id", ""), request.query.get("sec_user_id", "")
        room = house.room_by_id(room_id) or house.room(pages.room_of(sec_uid))
        if room is None:
            return web.json_response(_UNAVAILABLE)
        kind = room.faults.reflow()
        if (refusal := refused(room, kind)) is not None:
            return refusal
        answer = _ANSWERS.get(kind) or pages.reflow_answer(room, ended=kind == "offline")
        return web.json_response(answer)

    async def profile(self, request: web.Request) -> web.Response:
        """A streamer's page: while they are live it names the room."""
        self._reception.report.profiles += 1
        room = self._reception.house.room(pages.room_of(request.match_info["sec_uid"]))
        kind = "not_found" if room is None else room.faults.profile()
        if room is None or kind == "not_found":
            return web.Response(status=404)
        if (refusal := refused(room, kind)) is not None:
            return refusal
        return html(pages.profile_page(room, live=room.on_air and kind != "offline"))

    async def register(self, request: web.Request) -> web.Response:
        """Give a ttwid to whoever asks properly."""
        self._reception.report.registrations += 1
        self._mind(request)
        if await request.text() != query.REGISTRATION:
            self._reception.report.violate("register: not the body that asks for a ttwid")
            return web.json_response({"status_code": 1001})
        response = web.json_response({"status_code": 0, "message": "", "redirect_url": ""})
        self._reception.give_cookie(request, response)
        return response

    def _mind(self, request: web.Request, *, phone: bool = False) -> None:
        """Note cookies that have no business here, and a desktop's User-Agent where phones are expected."""
        if request.cookies:
            self._reception.report.violate(f"{request.path}: cookies of live.douyin.com came along")
        if phone and "Mobile" not in user_agent(request):
            self._reception.report.violate(f"{request.path}: not the User-Agent of a phone")


def _shared(room: Room, *, profile: bool) -> str:
    sec_uid = pages.sec_uid_of(room.web_rid)
    if profile:
        return f"https://{query.IESDOUYIN}/share/user/{room.owner.id}?sec_uid={sec_uid}&from_ssr=1"
    path = f"/douyin/webcast/reflow/{room.room_id}"
    return f"https://{query.AMEMV}{path}?u_code=0&share_from=copy&sec_user_id={sec_uid}"
