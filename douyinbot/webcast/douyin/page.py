"""What Douyin's pages and answers say about a room: its page, web/enter, reflow/info, a profile."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import unquote

import msgspec

from douyinbot.errors import (
    BlockedError,
    DouyinbotError,
    LoginRequiredError,
    ProtocolError,
    SignatureError,
    VerificationRequiredError,
)
from douyinbot.webcast.room_state import ENDED, RoomState

__all__ = [
    "parse_enter",
    "parse_gift_list",
    "parse_profile",
    "parse_reflow",
    "parse_reflow_info",
    "parse_room_info",
    "parse_room_page",
]

# The page is a stream of `self.__pace_f.push([1,"<escaped JSON>"])` since autumn 2023.
# Possessive, because remembering where it could go back to takes a hundred times the page's memory.
_CHUNK = re.compile(r'self\.__pace_f\.push\(\[1,\s*"((?:[^"\\]++|\\.)*+)"\]\)')
# Before, and still on profiles: one script with percent-encoded JSON.
_RENDER_DATA = re.compile(r'<script id="RENDER_DATA"[^>]{0,200}>([^<]*)<')
_ROOM_ID = re.compile(r'\\?"roomId\\?":\\?"(\d+)')
_WEB_RID = re.compile(r'\\?"(?:web_rid|webRid)\\?":\\?"([1-9]\d*)')
T = TypeVar("T")
_TRIES = 10  # a hostile page could nest one marker in another a hundred thousand times
_OFFLINE_TEXTS = ("直播已结束", "暂未开播", "未开播")
_CHALLENGES = ("验证", "captcha", "__ac_signature")
_INVISIBLE = "可见范围"
"""Of 你不在主播设置的可见范围内: the streamer shows the room to some accounts only."""
_GONE = 30003
"""The status_code of a stream that is over."""
_CODES: dict[int, type[DouyinbotError]] = {
    101: SignatureError,
    10011: ProtocolError,
    20003: LoginRequiredError,
    4001038: BlockedError,
}
"""What others mean; 4001038 is "unavailable", said of good rooms to distrusted visitors (2026-06)."""


class _Anchor(msgspec.Struct):
    id_str: str = ""
    sec_uid: str = ""
    nickname: str = ""
    web_rid: str = ""


class _Room(msgspec.Struct):
    id_str: str = ""
    status: int | None = None
    title: str = ""
    user_count_str: str = ""
    owner: _Anchor = msgspec.field(default_factory=_Anchor)
    room_auth: Any = None
    user_attr: Any = None


class _RoomInfo(msgspec.Struct):
    room: _Room = msgspec.field(default_factory=_Room)
    anchor: _Anchor = msgspec.field(default_factory=_Anchor)
    room_id: str = msgspec.field(name="roomId", default="")
    web_rid: str = ""


class _Odin(msgspec.Struct):
    user_id: str = ""
    user_is_login: bool | int = False
    user_unique_id: str = ""


class _EnterData(msgspec.Struct):
    data: list[_Room] = msgspec.field(default_factory=list)
    user: _Anchor = msgspec.field(default_factory=_Anchor)
    enter_room_id: str = ""
    room_status: int | None = None
    prompts: str = ""


class _Enter(msgspec.Struct):
    status_code: int = 0
    data: _EnterData = msgspec.field(default_factory=_EnterData)


class _ReflowData(msgspec.Struct):
    room: _Room | None = None
    prompts: str = ""


class _Reflow(msgspec.Struct):
    status_code: int = 0
    data: _ReflowData = msgspec.field(default_factory=_ReflowData)


def parse_room_page(html: str) -> RoomState:
    """Read the state out of a room's page.

    Raises:
        BlockedError: the page is empty.
        VerificationRequiredError: it carries no room state. That says nothing about the room.
    """
    if not html.strip():
        raise BlockedError("the room's page is empty")
    text = _state_text(html)
    odin = next(_objects(text, '"odin":', _Odin), _Odin())
    # The first `roomInfo` of a page is an empty one, the second is filled.
    infos = [info for info in _objects(text, '"roomInfo":', _RoomInfo) if info != _RoomInfo()]
    fallback, web_rid = _ROOM_ID.search(html), _WEB_RID.search(html)
    if not infos and fallback is None and not any(words in html for words in _OFFLINE_TEXTS):
        raise VerificationRequiredError("the room's page is a verification page and does not tell its state")
    info = infos[0] if infos else _RoomInfo(web_rid=web_rid[1] if web_rid and fallback else "")
    anchor = info.anchor if info.anchor.id_str else info.room.owner
    return RoomState(
        room_id=info.room.id_str or info.room_id or (fallback[1] if fallback else ""),
        web_rid=info.web_rid,
        status=info.room.status if infos else (None if fallback else ENDED),
        title=_whole(info.room.title),
        owner_id=anchor.id_str,
        owner_name=_whole(anchor.nickname),
        owner_sec_uid=anchor.sec_uid,
        visitor_id=odin.user_unique_id,
        account_id=odin.user_id if odin.user_is_login else "",
        viewers=info.room.user_count_str,
        chat_closed=_chat_closed(info.room),
    )


def parse_enter(body: bytes) -> RoomState:
    """Read a `room/web/enter` answer.

    Raises:
        BlockedError, VerificationRequiredError, LoginRequiredError, SignatureError: the platform refuses.
        ProtocolError: it is JSON, but not of the known form, or carries an unknown code.
    """
    answer = _answer(body, _Enter, "room/web/enter")
    data = answer.data
    if _refused(answer.status_code, data.prompts, "room/web/enter"):
        return RoomState(status=ENDED, room_id=data.enter_room_id, notice=data.prompts)
    if not (data.data or data.enter_room_id or data.user.id_str or data.prompts):
        raise ProtocolError("room/web/enter told nothing about the room, not even that it has ended")
    room = data.data[0] if data.data else _Room()
    return RoomState(
        room_id=room.id_str or data.enter_room_id,
        status=_status(data),
        title=room.title,
        owner_id=data.user.id_str or room.owner.id_str,
        owner_name=data.user.nickname or room.owner.nickname,
        owner_sec_uid=data.user.sec_uid or room.owner.sec_uid,
        viewers=room.user_count_str,
        notice=data.prompts,
        chat_closed=_chat_closed(room),
    )


def parse_reflow(body: bytes) -> RoomState:
    """Read a `reflow/info` answer, which tells the number of the room, too.

    Raises:
        BlockedError, VerificationRequiredError, LoginRequiredError, SignatureError: the platform refuses.
        ProtocolError: it is JSON, but not of the known form, carries an unknown code, or tells of no room.
    """
    answer = _answer(body, _Reflow, "reflow/info")
    over = _refused(answer.status_code, answer.data.prompts, "reflow/info")
    room = answer.data.room
    if over or (room is None and any(words in answer.data.prompts for words in _OFFLINE_TEXTS)):
        return RoomState(status=ENDED, notice=answer.data.prompts)
    if room is None or not (room.id_str or room.owner.web_rid):
        raise ProtocolError("reflow/info told nothing about the room")
    return RoomState(
        room_id=room.id_str,
        web_rid=room.owner.web_rid,
        status=room.status,
        title=room.title,
        owner_id=room.owner.id_str,
        owner_name=room.owner.nickname,
        owner_sec_uid=room.owner.sec_uid,
        viewers=room.user_count_str,
        notice=answer.data.prompts,
    )


def parse_profile(html: str, sec_uid: str) -> RoomState:
    """Read a streamer's profile page. It names the room only while the streamer is live.

    Raises:
        BlockedError: the page is empty.
        VerificationRequiredError: it is not the page of this streamer.
    """
    if not html.strip():
        raise BlockedError("the profile page is empty")
    text = f"{_state_text(html)} {html}"
    if (found := _WEB_RID.search(text)) is not None:
        return RoomState(web_rid=found[1], owner_sec_uid=sec_uid)
    if not re.search(rf'\\?"(?:secUid|sec_uid)\\?":\\?"{re.escape(sec_uid)}', text):
        raise VerificationRequiredError("the profile page is a verification page")
    return RoomState(status=ENDED, owner_sec_uid=sec_uid)


def parse_room_info(body: bytes) -> dict[str, Any]:
    """Return the room object of a `room/web/enter` answer as the platform gives it.

    Raises:
        ProtocolError: there is none, because the stream has ended or the platform refuses to tell.
    """
    return _room_object(body, "room/web/enter", lambda data: data["data"][0])


def parse_reflow_info(body: bytes) -> dict[str, Any]:
    """Return the room object of a `reflow/info` answer as the platform gives it.

    Raises:
        ProtocolError: there is none.
    """
    return _room_object(body, "reflow/info", lambda data: data["room"])


def _room_object(body: bytes, what: str, pick: Callable[[Any], Any]) -> dict[str, Any]:
    try:
        info: dict[str, Any] = dict(pick(msgspec.json.decode(body)["data"]))
    except (msgspec.MsgspecError, ValueError, RecursionError, LookupError, TypeError) as error:
        raise ProtocolError(f"{what} told nothing about a running stream") from error
    return info


def _answer(body: bytes, form: type[T], what: str) -> T:
    if not body.strip():
        raise BlockedError(f"{what} gave an empty answer")
    if body.lstrip().startswith(b"<"):
        text = body.decode("utf-8", "replace")
        kind = VerificationRequiredError if any(word in text for word in _CHALLENGES) else BlockedError
        raise kind(f"{what} answered with a page in place of data")
    try:
        return msgspec.json.decode(body, type=form)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ProtocolError(f"the answer of {what} has an unknown form: {error}") from error


def _refused(code: int, prompts: str, what: str) -> bool:
    """Say whether a code means that the stream is over.

    Raises:
        ConnectError, ProtocolError: it means that the platform refuses to tell.
    """
    if _INVISIBLE in prompts:
        raise LoginRequiredError(f"{what} shows the room to chosen accounts only ({prompts})")
    if code in (0, _GONE):
        return code == _GONE
    raise _CODES.get(code, ProtocolError)(f"{what} answered with code {code} {prompts}".strip())


def _status(data: _EnterData) -> int | None:
    """Return the room's own status, else what `room_status` says: 2 ended, 0 and 1 (audio) on air."""
    own = data.data[0].status if data.data else None
    if own is not None:
        return own
    on_air = data.room_status in (0, 1) and bool(data.data or data.enter_room_id)
    return None if on_air and not any(words in data.prompts for words in _OFFLINE_TEXTS) else ENDED


def _state_text(html: str) -> str:
    """Return the JSON that a page carries in its scripts, of both generations."""
    chunks = (_unescaped(match[1]) for match in _CHUNK.finditer(html))
    older = (unquote(match[1]) for match in islice(_RENDER_DATA.finditer(html), _TRIES))
    return "".join((*chunks, *older))


def parse_gift_list(body: bytes) -> list[dict[str, Any]]:
    """Read a `gift/list` answer: the gifts of both places where the platform puts them, once each.

    Raises:
        ProtocolError: it is no gift list.
    """
    try:
        answer = msgspec.json.decode(body)
        data = answer["data"]
        places = [data.get("gifts"), *(page.get("gifts") for page in data.get("pages") or [])]
        gifts = {gift["id"]: gift for place in places for gift in place or []}
    except (
        msgspec.MsgspecError,
        ValueError,
        RecursionError,
        LookupError,
        TypeError,
        AttributeError,
    ) as error:
        raise ProtocolError("the answer of gift/list is empty or has an unknown form") from error
    return list(gifts.values())


def _chat_closed(room: _Room) -> str:
    """Return why the visitor may not chat.

    `room_auth` is as on real pages (2023-09, 2026-04), where the words of an open room are
    主播已设置所有人可评论; no page of a muted visitor was recorded.
    """
    if _inside(room.user_attr, "is_muted") is True:
        return "你已被禁言"
    allowed = _inside(room.room_auth, "Chat")
    if allowed is None or allowed:
        return ""
    words = _inside(room.room_auth, "SpecialStyle", "Chat", "Content")
    return words if isinstance(words, str) and words else "主播已关闭评论"


def _inside(value: Any, *keys: str) -> Any:
    """Return what stands under the keys, None where there is no such place."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _unescaped(chunk: str) -> str:
    try:
        return str(json.loads(f'"{chunk}"', strict=False))
    except ValueError:
        return ""


def _whole(text: str) -> str:
    """Replace halves of characters: a title that was cut inside an emoji has one, and no encoder takes it."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _objects(text: str, marker: str, kind: type[T]) -> Iterator[T]:
    """Yield each JSON object after one of the first markers that fits the form."""
    decoder = json.JSONDecoder(strict=False)
    for place in islice(re.finditer(re.escape(marker), text), _TRIES):
        try:
            value: Any = decoder.raw_decode(text, place.end())[0]
            yield msgspec.convert(value, kind, strict=False)
        except (ValueError, RecursionError, msgspec.ValidationError):
            continue
