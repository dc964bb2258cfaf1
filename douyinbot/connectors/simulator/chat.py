"""`room/chat`: who may say a line, and what the platform answers."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from douyinbot.connectors.simulator.pages import verification_page
from douyinbot.connectors.simulator.reception import Reception, html, raw_query, throttled, user_agent
from douyinbot.connectors.simulator.report import ChatLine
from douyinbot.connectors.simulator.room import Room
from douyinbot.connectors.simulator.signing import signature_faults
from douyinbot.connectors.simulator.visitors import Account
from douyinbot.webcast.composing import Person

__all__ = ["LONGEST", "LONGEST_ON_TIKTOK", "REFUSALS", "REFUSALS_ON_TIKTOK", "ChatDesk", "say"]

LONGEST = 50
"""UTF-16 units: what the web page's own box takes."""
LONGEST_WAIT = 300.0
"""Seconds after which even a request that is never answered ends."""

# 20003 is certain (four sources) and 4003101 one client's word; for the others no public list was found, so
# that a client must go by the text.
REFUSALS: dict[str, tuple[int, str]] = {
    "logged_out": (20003, "请先登录"),
    "ended": (30003, "直播已结束"),
    "too_fast": (4003101, "发言太快啦，请稍后再试"),
    "muted": (4003010, "你已被禁言，暂时无法发言"),
    "rejected": (4003020, "评论包含敏感词，请修改后再发"),
    "closed": (4003011, "主播已关闭评论"),
    "bad_parameters": (10011, "参数不合法"),
    "too_long": (4003030, "评论不能超过50个字"),
    "no_text": (4003040, "评论不能为空"),
}

LONGEST_ON_TIKTOK = 150
REFUSALS_ON_TIKTOK: dict[str, tuple[int, str]] = {
    "logged_out": (20003, "User doesn't login"),
    "ended": (30003, "LIVE has ended"),
    "too_fast": (4003101, "You are commenting too fast. Try again later."),
    "muted": (4003010, "You are muted and can't comment."),
    "rejected": (4003020, "Your comment may violate our Community Guidelines."),
    "closed": (4003011, "The host turned off comments."),
    "bad_parameters": (10011, "params error"),
    "too_long": (4003030, "The comment is too long."),
    "no_text": (4003040, "The comment is empty."),
}
"""Of TikTok's only 20003 is certain; the words are made up after those of the app."""


_UNTOLD = (4004000, "TikTok refused the line.")
"""What a provider tells of refusals that have no words."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that somebody wants to say."""

    room: Room | None
    account: Account | None
    text: str
    faults: list[str]
    """What is wrong with its signature."""


class ChatDesk:
    """The handler. Setting `closing` ends the requests that are never answered."""

    def __init__(
        self, reception: Reception, refusals: Mapping[str, tuple[int, str]] = REFUSALS, longest: int = LONGEST
    ) -> None:
        self.closing = asyncio.Event()
        self._refusals = refusals
        self._longest = longest
        self._reception = reception

    async def chat(self, request: web.Request) -> web.Response:
        line = await self._read(request)
        reason, id = self._hear(line)
        return await self._answer(line, reason, id)

    def say_for(self, session_id: str, room_id: str, text: str) -> tuple[int, str]:
        """Say a line that comes another way; return the code and words of a refusal, (0, "") for none."""
        reception = self._reception
        room, account = reception.house.room_by_id(room_id), reception.visitors.account(session_id)
        reason, _ = self._hear(_Line(room, account, text, faults=[]))
        return (0, "") if reason in ("ok", "silent") else self._refusals.get(reason, _UNTOLD)

    def _hear(self, line: _Line) -> tuple[str, int]:
        """Show a line to the room if it may be; return "ok", or why not, and the message's id."""
        reason, id = self._judge(line), 0
        if line.room is not None and line.account is not None and reason in ("ok", "silent"):
            id = line.room.log.new_id(line.room.now_ms)
            if reason == "ok":
                say(line.room, line.account.person, line.text, id=id)
        self._note(line, reason, id)
        return reason, id

    async def _read(self, request: web.Request) -> _Line:
        """Take the fields of the query, and of the form if some client posts them."""
        body = (await request.read()).decode(errors="replace") if request.method == "POST" else ""
        fields = {**dict(parse_qsl(body, keep_blank_values=True)), **request.query}
        return _Line(
            room=self._reception.room(request, fields.get("room_id", "")),
            account=self._reception.account(request),
            text=fields.get("content", ""),
            faults=self._faults(request, body) if self._refusals is REFUSALS else [],
        )

    def _faults(self, request: web.Request, body: str) -> list[str]:
        """Return what is wrong with the signature, or with the token that our own page has in its place.

        The real page's JavaScript signs; ours would need a signer, and shows its visitor's token instead.
        Only a page of this site may: browsers tell where a request comes from, and let no script tell it.
        """
        token = request.query.get("page_token")
        if token is None or "a_bogus" in request.query:
            return signature_faults(raw_query(request), body=body, user_agent=user_agent(request))
        right = self._reception.visitors.page_token(self._reception.ttwid(request))
        ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
        return [] if ours and token == right else ["the page_token is not that of the visitor's page"]

    def _judge(self, line: _Line) -> str:
        """Return "ok", or why the line is not shown."""
        if line.faults:
            return "forbidden"
        if line.account is None:
            return "logged_out"
        if line.room is None:
            return "ended"
        if (kind := line.room.faults.chat()) != "none":
            return kind
        if (kind := line.room.faults.trouble.speech) != "none":
            return kind
        if not line.room.on_air:
            return "ended"
        if not line.text.strip():
            return "no_text"
        if len(line.text.encode("utf-16-le", "surrogatepass")) // 2 > self._longest:
            return "too_long"
        now = asyncio.get_running_loop().time()
        return "ok" if line.account.may_speak(now, self._reception.limits.chat_gap) else "too_fast"

    def _note(self, line: _Line, reason: str, id: int) -> None:
        report = self._reception.report
        if line.faults:
            report.violate(f"room/chat: {'; '.join(line.faults)}")
        if reason in ("no_text", "too_long"):
            report.violate(f"room/chat: {self._refusals[reason][1]}")
        report.heard(
            ChatLine(
                room="" if line.room is None else line.room.web_rid,
                account_id="" if line.account is None else str(line.account.person.id),
                text=line.text,
                answer=reason,
                message_id=str(id or ""),
            )
        )

    async def _answer(self, line: _Line, reason: str, id: int) -> web.Response:
        if reason == "timeout":
            await self._never()
        if reason == "forbidden":
            return web.Response(status=403)
        if reason in ("empty", "timeout"):
            return web.Response()
        if reason == "http_502":
            return web.Response(status=502)
        if reason == "html":
            return html(verification_page())
        if reason == "throttled" and line.room is not None:
            return throttled(line.room, reason)
        extra = {"now": self._reception.house.now_ms}
        if line.account is None or reason not in ("ok", "silent"):
            code, prompts = self._refusals[reason]
            data: dict[str, Any] = {"message": prompts, "prompts": prompts}
            return web.json_response({"data": data, "extra": extra, "status_code": code})
        who = line.account.person
        user = {"id": who.id, "id_str": str(who.id), "nickname": who.nickname}
        data = {"msg_id": id, "msg_id_str": str(id), "content": line.text, "user": user}
        return web.json_response({"data": data, "extra": extra, "status_code": 0})

    async def _never(self) -> None:
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                await self.closing.wait()
        except TimeoutError:
            pass


def say(room: Room, who: Person, text: str, *, id: int = 0) -> int:
    """Show a line to everybody in the room, and return its id."""
    return room.publish(lambda at: room.tongue.chat(*at, text), who, id=id)
