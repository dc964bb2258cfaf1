"""What a person sees of a room: a page with the chat and a box to write in, for a browser.

Its chat box is built as on the real page (2026): an editable element that takes Enter, and a GET of
`webcast/room/chat/`. In place of the signature that the real page's scripts compute, the request carries a
`page_token`, which is the simulator's own.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from importlib.resources import files
from typing import Any

from douyinbot.connectors.simulator.log import Entry
from douyinbot.connectors.simulator.room import STATUSES, Room
from douyinbot.events import Chat, Emote, Event, Follow, Gift, Member, Share
from douyinbot.webcast.composing import Person
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.douyin import TABLE, query
from douyinbot.webcast.frames import Batch

__all__ = ["HEAD", "LINES", "body", "lines", "why_closed"]

LINES = "/sim-lines"
"""Behind a room's address: where its page asks for what is new. No other client has to do with it."""
SHOWN = 50
"""How many lines one answer carries at most."""
_KINDS = frozenset({Chat.kind, Emote.kind, Gift.kind, Member.kind, Follow.kind, Share.kind})
_CLOSED = {"closed": "主播已关闭评论", "muted": "你已被禁言，暂时无法发言"}
_NOT_ON_AIR = {STATUSES["preparing"]: "暂未开播", STATUSES["ended"]: "直播已结束"}

_STATIC = files("douyinbot.connectors.simulator")
HEAD = f"<style>\n{_STATIC.joinpath('roompage.css').read_text('utf-8')}</style>"
_SCRIPT = _STATIC.joinpath("roompage.js").read_text("utf-8")
_BODY = """
<main class="webcast-chatroom" data-page="{page}">
<header><span class="avatar">{initial}</span>
<div><h1>{title}</h1><p>{owner} · {viewers} 在线观众</p></div>
<span class="simulated">模拟直播间</span></header>
<ol class="webcast-chatroom___list" aria-label="聊天"></ol>
<p class="toast" role="alert" hidden></p>
<footer class="webcast-chatroom___input-container">{box}</footer>
<aside>{login}</aside>
</main>
<script>{script}</script>
"""
_BOX = (
    '<div class="editor-kit-container" role="textbox" contenteditable="true" aria-label="聊天输入框" '
    'data-placeholder="与大家互动一下..."></div><button class="webcast-chatroom___send-btn">发送</button>'
)


def why_closed(room: Room, logged_in: bool) -> str:
    """Return the words in place of the chat box for a visitor who cannot write; "" for one who can."""
    if room.status in _NOT_ON_AIR:
        return _NOT_ON_AIR[room.status]
    if not logged_in:
        return "需先登录，才能开始聊天"
    return _CLOSED.get(room.faults.trouble.speech, "")


def body(room: Room, account: Person | None, *, page_token: str, notice: str = "") -> str:
    """Return the inside of the page; `notice` stands in place of the chat box."""
    closed = notice or why_closed(room, account is not None)
    page = {
        "chat": query.CHAT,
        "lines": "" if notice else f"/{room.web_rid}{LINES}",
        "room": str(room.room_id),
        "token": page_token,
        "box": _BOX,
    }
    login = (
        f"已登录：{escape(account.nickname)}"
        if account is not None
        else '未登录。<button id="login">以小助手登录（模拟）</button>'
    )
    return _BODY.format(
        page=escape(json.dumps(page, ensure_ascii=False)),
        initial=escape(room.owner.nickname[:1]),
        title=escape(room.title),
        owner=escape(room.owner.nickname),
        viewers=room.viewers,
        box=f'<p class="closed">{closed}</p>' if closed else _BOX,
        login=login,
        script=_SCRIPT,
    )


def lines(room: Room, after: int, logged_in: bool) -> list[dict[str, Any]]:
    """Return the newest of what was said and done after a message, as the visitor may see it."""
    entries = (room.log.after(after) if after else room.log.first())[-SHOWN:]
    return [
        {"id": event.id, "kind": event.kind, "who": event.user.nickname if event.user else "", "text": text}
        for event in _events(entries, logged_in)
        if (text := _words(event))
    ]


def _events(entries: Iterable[Entry], logged_in: bool) -> list[Event]:
    decoder = Decoder(TABLE, room="", simulated=True, kinds=_KINDS)
    messages = [(e.method, e.id, e.payload if logged_in else e.guest_payload) for e in entries]
    return decoder.decode(messages, decoder.arrival(Batch([]), datetime.now(UTC)))


def _words(event: Event) -> str:
    match event:
        case Chat():
            return event.comment
        case Gift():
            return f"送出 {event.gift_name} ×{event.repeat_count}"
        case Member():
            return "来了"
        case Follow():
            return "关注了主播"
        case Share():
            return "分享了直播间"
        case Emote():
            return "发了一个表情"
    return ""
