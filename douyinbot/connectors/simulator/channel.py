"""How messages get out: the handlers of `im/fetch` and of the socket, `im/push/v2`."""

import asyncio
from contextlib import suppress

from aiohttp import web

from douyinbot.connectors.simulator import fetch
from douyinbot.connectors.simulator.log import is_fresh
from douyinbot.connectors.simulator.outgoing import Reader
from douyinbot.connectors.simulator.push import SocketLine
from douyinbot.connectors.simulator.reception import Reception, html, throttled, user_agent
from douyinbot.connectors.simulator.room import Room
from douyinbot.connectors.simulator.signing import handshake_faults
from douyinbot.webcast.douyin.signature import STUB_FIELDS

__all__ = ["Channel"]

REPEATED = 3
"""How many messages a returning socket gets a second time."""
LARGEST_FRAME = 64 * 1024
SLOW = 0.2
"""Seconds that a slow answer of im/fetch takes."""
NEVER = 3600.0
GOODBYE = 0.3
"""Seconds that a closing handshake may take: the real server does not wait for one at all."""


class Channel:
    """The handlers that answer with messages; `push_address` is where clients are sent for a socket."""

    def __init__(self, reception: Reception) -> None:
        self.push_address = ""
        self.lines: set[SocketLine] = set()
        self._reception = reception
        self._closing = asyncio.Event()

    async def fetch(self, request: web.Request) -> web.Response:
        reception, query = self._reception, request.query
        reception.report.fetches += 1
        room, ttwid = reception.room(request, query.get("room_id", "")), reception.ttwid(request)
        if not ttwid:
            return web.Response()
        if room is None:
            return web.json_response(fetch.REFUSAL)
        signed = reception.check_signature(request)
        visitor_id, cursor = query.get("user_unique_id", ""), query.get("cursor", "")
        # Unlike the socket, polling works without a visitor's id (seen 2026-09 and 2026-10).
        if visitor_id and (fault := reception.visitors.wrong_id(ttwid, visitor_id)):
            reception.report.violate(f"{request.path}: {fault}")
        kind = room.faults.fetch()
        if (refusal := await self.fetch_trouble(room, kind, signed)) is not None:
            return refusal
        if not is_fresh(cursor) and self.polls_too_fast(ttwid):
            return web.Response(status=503)
        reception.arrive(request, room, polls=not is_fresh(cursor))
        if query.get("resp_content_type") != "protobuf":
            return web.json_response(fetch.json_answer(room, visitor_id))
        body = fetch.answer(
            room,
            query["room_id"],
            cursor,
            visitor_id=visitor_id,
            logged_in=reception.account(request) is not None,
            push_server=self.push_address,
            tells_cursor=kind != "no_cursor",
        )
        return web.Response(body=body, content_type="application/protobuf")

    async def push(self, request: web.Request) -> web.StreamResponse:
        room = self._reception.room(request, request.query.get("room_id", ""))
        return await self.answer_handshake(request, room, self._handshake_faults(request, room))

    async def answer_handshake(
        self, request: web.Request, room: Room | None, faults: list[str]
    ) -> web.StreamResponse:
        """Open a socket, unless something is wrong with the request or the scenario wants it otherwise."""
        reception = self._reception
        kind = "none" if room is None else room.faults.handshake()
        if kind == "refuse":
            faults.append("the scenario wants it")
        if faults or room is None:
            reception.report.refuse("; ".join(faults))
            return web.Response(headers={"Handshake-Msg": "DEVICE_BLOCKED", "Handshake-Status": "415"})
        if kind.startswith("http_"):
            reception.report.refuse(f"the scenario wants {kind}")
            busy = kind in ("http_429", "http_503")
            return throttled(room, kind[-3:]) if busy else web.Response(status=int(kind[-3:]))
        self._check_browser(request)
        return await self._serve(request, room, kind)

    async def close(self) -> None:
        """Say goodbye on all sockets, and let go of whoever waits for an answer that never comes."""
        self._closing.set()
        await asyncio.gather(*(line.close() for line in self.lines), return_exceptions=True)

    async def _serve(self, request: web.Request, room: Room, kind: str) -> web.WebSocketResponse:
        reception, limits = self._reception, self._reception.limits
        again = reception.visitors.comes_again(reception.ttwid(request), room.web_rid)
        cursor, old = request.query.get("cursor", ""), request.query.get("history_comment_count", "")
        position = room.log.position(cursor, overlap=REPEATED if again else 0)
        if is_fresh(cursor) and old.isdecimal():
            position = room.log.before_last(int(old))
        socket = web.WebSocketResponse(
            timeout=GOODBYE,
            autoping=False,
            heartbeat=limits.silence * 2 / 3,  # pings; who does not answer is gone at `silence`
            compress=False,
            max_msg_size=LARGEST_FRAME,
        )
        await socket.prepare(request)
        reception.report.handshakes += 1
        reception.arrive(request, room)
        line = SocketLine(
            request,
            socket,
            room,
            Reader(
                visitor_id=request.query.get("user_unique_id", ""),
                logged_in=reception.account(request) is not None,
                position=position,
            ),
            limits,
            reception.report,
        )
        # The id of an earlier stream: the real server opens the socket, and nothing comes.
        if kind == "silent" or str(room.room_id) != request.query.get("room_id"):
            line.stall()
        if kind == "dropped":
            line.cut()
        self.lines.add(line)
        try:
            await line.run()
        finally:
            self.lines.discard(line)
        return socket

    def _handshake_faults(self, request: web.Request, room: Room | None) -> list[str]:
        """Return why a socket is refused."""
        query, ttwid = request.query, self._reception.ttwid(request)
        demanded = None if room is None else room.faults.trouble.signature_fields
        faults = handshake_faults(query, STUB_FIELDS if demanded is None else demanded)
        if not ttwid:
            faults.append("the ttwid cookie is missing")
        if fault := self._reception.visitors.wrong_id(ttwid, query.get("user_unique_id", "")):
            faults.append(fault)
        if room is None:
            faults.append(f"room_id {query.get('room_id') or 'missing'} is not that of a room")
        return faults

    def _check_browser(self, request: web.Request) -> None:
        """Note what the real server was not seen to refuse, but no browser does."""
        version, agent = request.query.get("browser_version"), user_agent(request)
        if version is not None and version != agent.removeprefix("Mozilla/"):
            self._reception.report.violate("the socket's browser_version is not that of its User-Agent")
        if "Origin" not in request.headers:
            self._reception.report.violate("the socket was opened without an Origin")

    async def fetch_trouble(self, room: Room, kind: str, signed: bool) -> web.Response | None:
        """Do what the scenario wants to go wrong; return the answer, None where nothing keeps from one."""
        if kind in ("throttled", "503"):
            return throttled(room, kind)
        if kind == "empty" or (kind == "unsigned" and not signed):
            return web.Response()
        if kind == "json":
            return web.json_response(fetch.REFUSAL)
        if kind == "html":
            return html("<html>验证</html>")
        if kind == "slow":
            await asyncio.sleep(SLOW)
        if kind == "timeout":
            with suppress(TimeoutError):
                async with asyncio.timeout(NEVER):
                    await self._closing.wait()
            return web.Response()
        if kind == "garbage":
            return web.Response(body=b"\xff\xfe not protobuf", content_type="application/protobuf")
        return None

    def polls_too_fast(self, ttwid: str) -> bool:
        """Say whether a visitor polls faster than the server likes, and note it."""
        reception = self._reception
        now = asyncio.get_running_loop().time()
        if not reception.visitors.polls_too_fast(ttwid, now, reception.limits.poll_gap):
            return False
        reception.report.violate(f"polled several times within {reception.limits.poll_gap:g} s each")
        return True
