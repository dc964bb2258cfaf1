"""TikTok's side of the simulator: what a visitor of the room `@name` asks for, and the socket."""

import json
from typing import Any

from aiohttp import web

from douyinbot.connectors.simulator import fetch
from douyinbot.connectors.simulator.channel import Channel
from douyinbot.connectors.simulator.chat import ChatDesk
from douyinbot.connectors.simulator.log import is_fresh
from douyinbot.connectors.simulator.panel import PANEL, gift_row
from douyinbot.connectors.simulator.provider import Provider
from douyinbot.connectors.simulator.reception import Reception, html, refused, throttled, user_agent
from douyinbot.connectors.simulator.room import STATUSES, Room
from douyinbot.webcast.tiktok import query

__all__ = ["TikTokSite"]

WEBCAST = "/webcast.tiktok.com"
_NO_SUCH_USER = {"data": None, "message": "user_not_found", "statusCode": 19881007}
_AGE_RESTRICTED = {"data": {"prompts": "This LIVE is for adults only."}, "status_code": 4003110}
_BAD_PARAMETERS = {"data": {"message": "params error"}, "status_code": 10011}
_PAGE = '<!DOCTYPE html><html lang="en"><head><title>TikTok LIVE</title>{head}</head><body></body></html>'
_FIXED = {
    "aid": "1988",
    "app_name": "tiktok_web",
    "device_platform": "web",
    "live_id": "12",
    "version_code": "180800",
    "identity": "audience",
    "did_rule": "3",
}


class TikTokSite:
    """The handlers. Messages and lines are those of the same rooms, in TikTok's form.

    Args:
        reception: what the handlers share.
        channel: where messages come from.
        desk: where lines are said.
        provider: whose tickets open sockets, too.
    """

    def __init__(self, reception: Reception, channel: Channel, desk: ChatDesk, provider: Provider) -> None:
        self._provider = provider
        self._reception = reception
        self._channel = channel
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        """Return where each is asked for: www.tiktok.com at the root, the other host in its folder."""
        return [
            web.get("/@{name}/live", self.page),
            web.get(query.API_LIVE, self.api_live),
            web.get(f"{WEBCAST}{query.ALIVE}", self.alive),
            web.get(f"{WEBCAST}{query.ROOM_INFO}", self.room_info),
            web.get(f"{WEBCAST}{query.GIFT_LIST}", self.gifts),
            web.get(f"{WEBCAST}{query.FETCH}", self.fetch),
            web.post(f"{WEBCAST}{query.CHAT}", self._desk.chat),
            web.get(query.PUSH, self.push),
        ]

    # ---- the room -----------------------------------------------------------------------------------

    async def page(self, request: web.Request) -> web.Response:
        reception = self._reception
        reception.report.pages += 1
        room = reception.house.room(f"@{request.match_info['name']}")
        kind = "not_found" if room is None else room.faults.page()
        if room is None or kind == "not_found":
            return web.Response(status=404)
        reception.glance(request, room)
        if (refusal := refused(room, kind)) is not None:
            return refusal
        if kind == "offline":
            return html(_PAGE.format(head='<meta property="og:url" data-og="&quot;og:url&quot;"/>'))
        state = json.dumps({"LiveRoom": {"liveRoomUserInfo": _user_and_room(room)}}).replace("<", "\\u003c")
        head = f'<script id="SIGI_STATE" type="application/json">{state}</script>'
        response = html(_PAGE.format(head=head))
        if room.faults.trouble.cookie == "none":
            reception.give_cookie(request, response)
        return response

    async def api_live(self, request: web.Request) -> web.Response:
        reception = self._reception
        reception.report.enters += 1
        room = reception.house.room(f"@{request.query.get('uniqueId', '')}")
        kind = "error" if room is None else room.faults.enter()
        if room is None or kind == "error":
            return web.json_response(_NO_SUCH_USER)
        reception.glance(request, room)
        if (refusal := refused(room, kind)) is not None:
            return refusal
        if kind == "garbage":
            return web.Response(text='{"data": [', content_type="application/json")
        told = _user_and_room(room)
        if kind == "offline":
            told["user"]["roomId"] = ""
        return web.json_response({"data": told, "message": "", "statusCode": 0})

    async def alive(self, request: web.Request) -> web.Response:
        ids = request.query.get("room_ids", "")
        room = self._reception.room(request, ids)
        known = room is not None and str(room.room_id) == ids and room.on_air
        goes_on = known and room is not None and room.faults.trouble.enter != "offline"
        return web.json_response({"data": [{"alive": goes_on, "room_id_str": ids}], "status_code": 0})

    async def room_info(self, request: web.Request) -> web.Response:
        room = self._reception.room(request, request.query.get("room_id", ""))
        if room is None or "version_code" in request.query:
            return web.json_response(_BAD_PARAMETERS)
        if room.faults.trouble.enter == "login" and self._reception.account(request) is None:
            return web.json_response(_AGE_RESTRICTED)
        return web.json_response({"data": _room_info(room), "status_code": 0})

    async def gifts(self, request: web.Request) -> web.Response:
        self._reception.report.gift_lists += 1
        room = self._reception.room(request, request.query.get("room_id", ""))
        kind = "none" if room is None else room.faults.gift_list()
        if kind == "empty" or (kind == "unsigned" and not _is_signed(request)):
            return web.Response()
        if room is not None and kind in ("throttled", "503"):
            return throttled(room, kind)
        if kind == "garbage":
            return web.Response(text='{"data": [', content_type="application/json")
        kinds = PANEL if room is None else room.gifts.values()
        data = {"gifts": [gift_row(kind) for kind in kinds], "pages": [], "is_full_gift_data": True}
        return web.json_response({"data": data, "status_code": 0})

    # ---- messages -----------------------------------------------------------------------------------

    async def fetch(self, request: web.Request) -> web.Response:
        reception = self._reception
        reception.report.fetches += 1
        room, ttwid = reception.room(request, request.query.get("room_id", "")), reception.ttwid(request)
        cursor = request.query.get("cursor", "")
        if room is None or not ttwid:
            return web.json_response(_BAD_PARAMETERS)
        kind = room.faults.fetch()
        if (refusal := await self._channel.fetch_trouble(room, kind, _is_signed(request))) is not None:
            return refusal
        if not is_fresh(cursor) and self._channel.polls_too_fast(ttwid):
            return web.Response(status=503)
        reception.arrive(request, room, polls=not is_fresh(cursor))
        body = fetch.answer(
            room,
            request.query["room_id"],
            cursor,
            visitor_id="",
            logged_in=True,
            push_server=f"{self._channel.push_address}{query.PUSH}",
            tells_cursor=kind != "no_cursor",
        )
        return web.Response(body=body, content_type="application/protobuf")

    async def push(self, request: web.Request) -> web.StreamResponse:
        room = self._reception.room(request, request.query.get("room_id", ""))
        return await self._channel.answer_handshake(request, room, self._handshake_faults(request, room))

    def _handshake_faults(self, request: web.Request, room: Room | None) -> list[str]:
        """Return why a socket is refused."""
        asked = request.query
        faults = [
            f"{key} is {asked.get(key, 'missing')}, not {value}"
            for key, value in _FIXED.items()
            if asked.get(key) != value
        ]
        ttwid = self._reception.ttwid(request)
        if not ttwid:
            faults.append("the ttwid cookie is missing")
        if fault := self._provider.fault(ttwid, asked.getall("version_code", [])):
            faults.append(fault)
        if not user_agent(request).startswith("Mozilla/"):
            faults.append("the User-Agent is not that of a browser")
        if room is None:
            faults.append(f"room_id {asked.get('room_id') or 'missing'} is not that of a room")
        return faults


def _is_signed(request: web.Request) -> bool:
    """Whether there is a signature; what it must be is TikTok's secret."""
    return "X-Bogus" in request.query or "X-Gnarly" in request.query


def _user_and_room(room: Room) -> dict[str, Any]:
    owner = room.owner
    return {
        "user": {
            "id": str(owner.id),
            "uniqueId": room.web_rid[1:],
            "nickname": owner.nickname,
            "secUid": f"MS4wLjABAAAAsim{owner.id}",
            "roomId": str(room.room_id),
            "status": 2 if room.on_air else 4,
        },
        "liveRoom": {"status": _status(room), "title": room.title},
    }


def _room_info(room: Room) -> dict[str, Any]:
    owner = room.owner
    return {
        "id_str": str(room.room_id),
        "status": _status(room),
        "title": room.title,
        "user_count": room.viewers,
        "stats": {"like_count": room.likes, "total_user": room.visits},
        "owner": {
            "id_str": str(owner.id),
            "sec_uid": f"MS4wLjABAAAAsim{owner.id}",
            "nickname": owner.nickname,
            "display_id": room.web_rid[1:],
        },
        "stream_url": {},
    }


def _status(room: Room) -> int:
    return STATUSES["live"] if room.on_air else room.status
