"""What a room's page and the `room/web/enter` answer say about the room."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

import msgspec

from douyinbot.errors import ProtocolError, VerificationRequiredError

__all__ = [
    "ENDED",
    "LIVE",
    "PAUSED",
    "RoomState",
    "parse_enter",
    "parse_gift_list",
    "parse_room_info",
    "parse_room_page",
]

LIVE, PAUSED, ENDED = 2, 3, 4
"""Values of `status`; 1 is preparing, 0 never started."""

# The page is a stream of `self.__pace_f.push([1,"<escaped JSON>"])` since autumn 2023.
# Possessive, because remembering where it could go back to takes a hundred times the page's memory.
_CHUNK = re.compile(r'self\.__pace_f\.push\(\[1,\s*"((?:[^"\\]++|\\.)*+)"\]\)')
_ROOM_ID = re.compile(r'\\"roomId\\":\\"(\d+)')
T = TypeVar("T")
_TRIES = 10  # a hostile page could nest one marker in another a hundred thousand times
_OFFLINE_TEXTS = ("直播已结束", "暂未开播", "未开播")


@dataclass(frozen=True, slots=True)
class RoomState:
    """A room as the platform describes it; empty where it does not say."""

    room_id: str = ""
    """The id of the running (or last) stream, 19 digits."""
    web_rid: str = ""
    """The number in the room's address."""
    status: int | None = None
    title: str = ""
    owner_id: str = ""
    owner_name: str = ""
    owner_sec_uid: str = ""
    visitor_id: str = ""
    account_id: str = ""
    """The logged-in account's user id; empty for a guest."""
    viewers: str = ""
    notice: str = ""
    """What the platform itself says about the room (`prompts`)."""
    chat_closed: str = ""
    """Why the visitor may not chat, in the platform's words; "" where nothing is known against it."""

    @property
    def is_live(self) -> bool:
        """Whether somebody is on air; a pause counts, and so does a status that is not told."""
        return self.status in (LIVE, PAUSED) or (self.status is None and bool(self.room_id))


class _Anchor(msgspec.Struct):
    id_str: str = ""
    sec_uid: str = ""
    nickname: str = ""


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


def parse_room_page(html: str) -> RoomState:
    """Read the state out of a room's page.

    Raises:
        VerificationRequiredError: the page carries no room state. That says nothing about the room.
    """
    text = "".join(_unescaped(match[1]) for match in _CHUNK.finditer(html))
    odin = next(_objects(text, '"odin":', _Odin), _Odin())
    # The first `roomInfo` of a page is an empty one, the second is filled.
    infos = [info for info in _objects(text, '"roomInfo":', _RoomInfo) if info != _RoomInfo()]
    fallback = _ROOM_ID.search(html)
    if not infos and fallback is None and not any(words in html for words in _OFFLINE_TEXTS):
        raise VerificationRequiredError(
            "Douyin answered with a verification page instead of the room. Open the room in your own "
            "browser, pass the check there, and give douyinbot its cookies (`cookies` in bot.toml)."
        )
    info = infos[0] if infos else _RoomInfo()
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
        VerificationRequiredError: the body is empty or HTML, the platform's way to refuse.
        ProtocolError: it is JSON, but not of the known form, or carries an error code.
    """
    if not body.strip() or body.lstrip().startswith(b"<"):
        raise VerificationRequiredError("Douyin refused to tell the room's state (empty or HTML answer).")
    try:
        answer = msgspec.json.decode(body, type=_Enter)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ProtocolError(f"the answer of room/web/enter has an unknown form: {error}") from error
    if answer.status_code:
        raise ProtocolError(
            f"room/web/enter answered with code {answer.status_code} {answer.data.prompts}".strip()
        )
    data = answer.data
    if not (data.data or data.enter_room_id or data.user.id_str or data.prompts):
        raise ProtocolError("room/web/enter told nothing about the room, not even that it has ended")
    room = data.data[0] if data.data else _Room()
    return RoomState(
        room_id=room.id_str or data.enter_room_id,
        status=room.status if data.data else ENDED,
        title=room.title,
        owner_id=data.user.id_str or room.owner.id_str,
        owner_name=data.user.nickname or room.owner.nickname,
        owner_sec_uid=data.user.sec_uid or room.owner.sec_uid,
        viewers=room.user_count_str,
        notice=data.prompts,
        chat_closed=_chat_closed(room),
    )


def parse_room_info(body: bytes) -> dict[str, Any]:
    """Return the room object of a `room/web/enter` answer as the platform gives it.

    Raises:
        ProtocolError: there is none, because the stream has ended or the platform refuses to tell.
    """
    try:
        rooms = msgspec.json.decode(body)["data"]["data"]
        info: dict[str, Any] = dict(rooms[0])
    except (msgspec.MsgspecError, ValueError, RecursionError, LookupError, TypeError) as error:
        raise ProtocolError("room/web/enter told nothing about a running stream") from error
    return info


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
