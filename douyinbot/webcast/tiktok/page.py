"""What TikTok tells about a room: api-live, the room's page, room/info, check_alive, the gift list."""

import json
import re
from typing import Any, TypeVar

import msgspec

from douyinbot.errors import (
    BlockedError,
    LoginRequiredError,
    ProtocolError,
    RoomNotFoundError,
    UserOfflineError,
    VerificationRequiredError,
)
from douyinbot.webcast.room_state import ENDED, RoomState

__all__ = ["parse_alive", "parse_api_live", "parse_gifts", "parse_live_page", "parse_room_info", "room_state"]

T = TypeVar("T")
_NO_SUCH_USER = 19881007
_AGE_RESTRICTED = 4003110
_STATE = re.compile(r'<script id="SIGI_STATE"[^>]*>(.*?)</script>', re.DOTALL)
_CAPTCHA = ("captcha", "please wait...", "verify to continue")
_AGE = (
    "TikTok shows this room to grown-ups only (age restricted). Log in with your browser and give douyinbot "
    "its cookies (`cookies` in bot.toml)."
)


class _User(msgspec.Struct):
    id: str = ""
    room_id: str = msgspec.field(name="roomId", default="")
    nickname: str = ""
    sec_uid: str = msgspec.field(name="secUid", default="")
    unique_id: str = msgspec.field(name="uniqueId", default="")


class _Stream(msgspec.Struct):
    status: int | None = None
    title: str = ""


class _UserAndRoom(msgspec.Struct):
    user: _User = msgspec.field(default_factory=_User)
    live_room: _Stream = msgspec.field(name="liveRoom", default_factory=_Stream)


class _ApiLive(msgspec.Struct):
    status_code: int = msgspec.field(name="statusCode", default=0)
    message: str = ""
    data: _UserAndRoom | None = None


class _LiveRoom(msgspec.Struct):
    info: _UserAndRoom = msgspec.field(name="liveRoomUserInfo", default_factory=_UserAndRoom)


class _Page(msgspec.Struct):
    live_room: _LiveRoom | None = msgspec.field(name="LiveRoom", default=None)


class _Owner(msgspec.Struct):
    id_str: str = ""
    sec_uid: str = ""
    nickname: str = ""
    display_id: str = ""


class _RoomInfo(msgspec.Struct):
    id_str: str = ""
    status: int | None = None
    title: str = ""
    user_count: int = 0
    owner: _Owner = msgspec.field(default_factory=_Owner)


def parse_api_live(body: bytes) -> RoomState:
    """Read the answer of api-live/user/room.

    Raises:
        RoomNotFoundError: there is no such user.
        BlockedError: it is empty, or the code of another refusal.
        VerificationRequiredError: it is a page.
        ProtocolError: it is something else.
    """
    answer = _json(body, _ApiLive, "api-live/user/room")
    if answer.status_code == _NO_SUCH_USER:
        raise RoomNotFoundError("TikTok has no such user. Check the name in the address of the room.")
    if answer.status_code or answer.data is None:
        said = f": {answer.message}" if answer.message else ""
        raise BlockedError(f"TikTok refuses to tell the room (code {answer.status_code}{said}).")
    return _state(answer.data)


def parse_live_page(text: str) -> RoomState:
    """Read the page of a user's room.

    Raises:
        UserOfflineError: it is a user's page without a room.
        VerificationRequiredError: it is a captcha.
        BlockedError: it is empty, or a page that tells nothing.
        ProtocolError: what it tells cannot be read.
    """
    match = _STATE.search(text)
    if match is None:
        if any(word in text[:100_000].lower() for word in _CAPTCHA):
            raise VerificationRequiredError(
                "TikTok asks for verification (captcha). Open the room in your own browser, pass the check, "
                "and give douyinbot that browser's cookies (`cookies` in bot.toml)."
            )
        if '"og:url"' in text:
            raise UserOfflineError("The page tells of no room: the user might be offline.")
        raise BlockedError("The page is not that of a room: your IP or country might be blocked by TikTok.")
    page = _json(match[1].encode(), _Page, "the room's page")
    if page.live_room is None:
        raise UserOfflineError("The page tells of no room: the user might be offline.")
    return _state(page.live_room.info)


def parse_room_info(body: bytes) -> dict[str, Any]:
    """Return all that room/info tells.

    Raises:
        LoginRequiredError: the room is age restricted.
        BlockedError, VerificationRequiredError, ProtocolError: it is no such answer.
    """
    answer = _object(body, "room/info")
    data = answer.get("data")
    if not isinstance(data, dict):
        data = {}
    if answer.get("status_code") == _AGE_RESTRICTED or (data.get("prompts") and "id_str" not in data):
        raise LoginRequiredError(_AGE)
    if answer.get("status_code") or not data:
        raise BlockedError(f"TikTok refuses to tell the room (code {answer.get('status_code')}).")
    return data


def room_state(info: dict[str, Any]) -> RoomState:
    """Return the state in what `parse_room_info` returned.

    Raises:
        ProtocolError: it cannot be read.
    """
    try:
        room = msgspec.convert(info, _RoomInfo)
    except msgspec.ValidationError as error:
        raise ProtocolError(f"room/info has another form than expected: {error}") from error
    owner = room.owner
    return RoomState(
        room_id=room.id_str,
        web_rid=owner.display_id,
        status=room.status,
        title=room.title,
        owner_id=owner.id_str,
        owner_name=owner.nickname,
        owner_sec_uid=owner.sec_uid,
        viewers=str(room.user_count or ""),
    )


def parse_alive(body: bytes) -> bool:
    """Return whether the stream that was asked about goes on.

    Raises:
        BlockedError, VerificationRequiredError, ProtocolError: it does not tell.
    """
    rows = _object(body, "room/check_alive").get("data")
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], dict) or "alive" not in rows[0]:
        raise ProtocolError("room/check_alive does not tell whether the stream goes on")
    return bool(rows[0]["alive"])


def parse_gifts(body: bytes) -> list[dict[str, Any]]:
    """Return the gifts of a gift/list answer.

    Raises:
        BlockedError, VerificationRequiredError, ProtocolError: there are none in it.
    """
    answer = _object(body, "gift/list")
    data = answer.get("data")
    gifts = data.get("gifts") if isinstance(data, dict) else None
    if not isinstance(gifts, list):
        raise ProtocolError(f"gift/list has no gifts in it (code {answer.get('status_code')})")
    return [gift for gift in gifts if isinstance(gift, dict)]


def _state(told: _UserAndRoom) -> RoomState:
    user, room_id = told.user, told.user.room_id.strip("0 ")
    return RoomState(
        room_id=user.room_id if room_id else "",
        web_rid=user.unique_id,
        status=told.live_room.status if room_id else ENDED,
        title=told.live_room.title,
        owner_id=user.id,
        owner_name=user.nickname,
        owner_sec_uid=user.sec_uid,
    )


def _object(body: bytes, what: str) -> dict[str, Any]:
    _refuse_pages(body, what)
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"{what} is no JSON") from error
    if not isinstance(answer, dict):
        raise ProtocolError(f"{what} has another form than expected")
    return answer


def _json(body: bytes, kind: type[T], what: str) -> T:
    _refuse_pages(body, what)
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ProtocolError(f"{what} has another form than expected") from error


def _refuse_pages(body: bytes, what: str) -> None:
    start = body.lstrip()[:1]
    if not start:
        raise BlockedError(f"TikTok answers {what} with nothing: it refuses this address or device.")
    if start == b"<":
        raise VerificationRequiredError(
            f"TikTok answers {what} with a page instead: it probably wants a verification. Open the room in "
            "your own browser, pass it, and give douyinbot that browser's cookies (`cookies` in bot.toml)."
        )
