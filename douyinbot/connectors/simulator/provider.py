"""A sign provider for the simulator's TikTok rooms, in the folder `/provider` of its address.

It signs nothing, as there is nothing to be signed here: it hands out what opens one socket, and says lines.
How it treats a client is up to the key, as accounts are up to the session id.
"""

import asyncio
from collections import OrderedDict
from http.cookies import SimpleCookie
from typing import Any

import msgspec
from aiohttp import web

from douyinbot.connectors.simulator import fetch
from douyinbot.connectors.simulator.channel import Channel
from douyinbot.connectors.simulator.chat import ChatDesk
from douyinbot.connectors.simulator.reception import Reception
from douyinbot.webcast.tiktok import query

__all__ = ["FOLDER", "KEY", "TOKEN", "Provider"]

FOLDER = "/provider"
KEY = "simulated"
"""The key that everything is allowed to."""
TOKEN = "simulated"  # noqa: S105 - it opens nothing but the simulator
"""The token of an account; like a session id, any other is a further account."""
GOOD_FOR = 30.0
"""Seconds within which a ticket is to be used."""
REMEMBERED = 1000
_TOKENS = ("msToken", "X-Bogus", "X-Gnarly")
_LIMIT = {"code": 429, "message": "Too many requests.", "limit_label": "minute"}
_Refusal = tuple[int, dict[str, Any], dict[str, str]]
_REFUSALS: dict[str, _Refusal] = {
    "": (401, {"code": 401, "message": "An API key is required."}, {}),
    "unpaid": (402, {"code": 402, "message": "This needs a premium plan."}, {}),
    "forbidden": (403, {"code": 403, "message": "Your plan has no permission for this."}, {}),
    "busy": (429, _LIMIT, {"Retry-After": "2", "RateLimit-Remaining": "0", "RateLimit-Reset": "2"}),
    "broken": (502, {}, {}),
}
_UNKNOWN_KEY: _Refusal = (401, {"code": 401, "message": "The API key is not known."}, {})


class _ToSign(msgspec.Struct, rename="camel"):
    url: str
    user_agent: str = ""
    session_id: str = ""
    tt_target_idc: str = ""


class Provider:
    """The handlers, and the book of the tickets that were handed out.

    Args:
        reception: what all handlers share.
        channel: knows where sockets are.
        desk: where lines are said.
    """

    def __init__(self, reception: Reception, channel: Channel, desk: ChatDesk) -> None:
        self._reception = reception
        self._channel = channel
        self._desk = desk
        self._tickets: OrderedDict[str, float] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        """Return where each is asked for."""
        return [
            web.get(f"{FOLDER}/webcast/fetch", self.ticket),
            web.get(f"{FOLDER}/webcast/anchors/{{name}}/room_id", self.room_id),
            web.post(f"{FOLDER}/webcast/rooms/{{room_id}}/chat", self.chat),
            web.post(f"{FOLDER}/tiktok/sign_url", self.sign),
        ]

    def fault(self, ttwid: str, versions: list[str]) -> str:
        """Use a ticket up; return what is wrong with it, "" where all is well or it is none of ours."""
        if ttwid not in self._tickets:
            return ""
        given, self._tickets[ttwid] = self._tickets[ttwid], float("-inf")
        if asyncio.get_running_loop().time() - given > GOOD_FOR:
            return "the ticket is too old, or was used before"
        return "" if versions[-1:] == ["270000"] else "the ticket's version_code is missing"

    async def ticket(self, request: web.Request) -> web.Response:
        reception, asked = self._reception, request.query
        reception.report.tickets += 1
        self._mind(request, ("client", "room_id", "cursor", "user_agent", "client_enter"))
        if (refusal := _refusal(request)) is not None:
            return refusal
        room = reception.house.room_by_id(asked.get("room_id", ""))
        if room is None:
            return web.json_response({"code": 404, "message": "There is no such room."}, status=404)
        headers = {"X-Room-Id": asked["room_id"], "X-Request-Id": "1", "X-Agent-Id": "1"}
        if request.headers.get("x-api-key") == "detected":
            return web.Response(headers=headers)
        if request.headers.get("x-api-key") == "garbage":
            return web.Response(body=b"\xff\xfe not protobuf", headers=headers)
        body = fetch.answer(
            room,
            asked["room_id"],
            asked.get("cursor", ""),
            visitor_id="",
            logged_in=bool(asked.get("session_id")),
            push_server=f"{self._channel.push_address}{query.PUSH}",
        )
        headers["X-Set-TT-Cookie"] = self._new_cookie()
        return web.Response(body=body, content_type="application/protobuf", headers=headers)

    async def room_id(self, request: web.Request) -> web.Response:
        self._mind(request)
        if (refusal := _refusal(request)) is not None:
            return refusal
        room = self._reception.house.room(f"@{request.match_info['name']}")
        if room is None:
            return web.json_response({"ok": False, "code": 404, "message": "There is no such user."})
        told = {"ok": True, "code": 200, "is_live": room.on_air, "room_id": str(room.room_id)}
        return web.json_response(told)

    async def chat(self, request: web.Request) -> web.Response:
        """Say a line for the account of the session, or of the token."""
        self._mind(request)
        if (refusal := _refusal(request)) is not None:
            return refusal
        try:
            text = msgspec.json.decode(await request.read(), type=dict[str, str])["content"]
        except (msgspec.MsgspecError, KeyError):
            return web.json_response({"code": 400, "message": "There is no content."}, status=400)
        session_id = _session_id(request)
        code, message = self._desk.say_for(session_id, request.match_info["room_id"], text)
        if code == 0:
            return web.json_response({"code": 200, "message": "Sent."})
        return web.json_response({"code": code, "message": message})

    async def sign(self, request: web.Request) -> web.Response:
        """Sign an address, as far as the simulator looks at signatures: there must be one."""
        self._mind(request)
        if (refusal := _refusal(request)) is not None:
            return refusal
        try:
            asked = msgspec.json.decode(await request.read(), type=_ToSign)
        except msgspec.MsgspecError:
            return web.json_response({"code": 400, "message": "There is no url."}, status=400)
        if any(f"{token}=" in asked.url for token in _TOKENS):
            self._reception.report.violate(f"{request.path}: the url has an old signature in it")
        if bool(asked.session_id) != bool(asked.tt_target_idc):
            self._reception.report.violate(f"{request.path}: sessionId and ttTargetIdc go together")
        tokens = dict.fromkeys(_TOKENS, "simulated")
        signed = "&".join([asked.url, *(f"{name}={value}" for name, value in tokens.items())])
        told = {"signedUrl": signed, "userAgent": asked.user_agent, "tokens": tokens}
        return web.json_response({"code": 200, "response": told})

    def _new_cookie(self) -> str:
        ttwid = self._reception.visitors.new_ttwid(self._reception.house.now_ms)
        self._tickets[ttwid] = asyncio.get_running_loop().time()
        if len(self._tickets) > REMEMBERED:
            self._tickets.popitem(last=False)
        return f"ttwid={ttwid}; Path=/; HttpOnly"

    def _mind(self, request: web.Request, needed: tuple[str, ...] = ()) -> None:
        """Note what no client of a provider does: cookies of another host, half a session, nothing said."""
        report = self._reception.report
        if request.cookies:
            report.violate(f"{request.path}: cookies of TikTok came along as such")
        if ("session_id" in request.query) != ("tt_target_idc" in request.query):
            report.violate(f"{request.path}: session_id and tt_target_idc go together")
        for name in needed:
            if name not in request.query:
                report.violate(f"{request.path}: {name} is missing")


def _refusal(request: web.Request) -> web.Response | None:
    key = request.headers.get("x-api-key", "")
    if key in (KEY, "detected", "garbage"):
        return None
    status, said, headers = _REFUSALS.get(key, _UNKNOWN_KEY)
    return web.json_response(said, status=status, headers=headers)


def _session_id(request: web.Request) -> str:
    """Return who speaks, as a session id; "" for nobody."""
    cookies: SimpleCookie = SimpleCookie(request.headers.get("x-cookie-header", ""))
    if "sessionid" in cookies and "tt-target-idc" in cookies:
        return cookies["sessionid"].value
    return request.headers.get("x-oauth-token", "")
