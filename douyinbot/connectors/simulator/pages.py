"""What the site tells about a room: its page, `room/web/enter`, `reflow/info`, the streamer's profile."""

import base64
import json
from typing import Any
from urllib.parse import quote

from douyinbot.connectors.simulator import roompage
from douyinbot.connectors.simulator.room import STATUSES, Room
from douyinbot.webcast.composing import Person

__all__ = [
    "enter_answer",
    "front_page",
    "offline_page",
    "old_room_page",
    "profile_page",
    "reflow_answer",
    "room_of",
    "room_page",
    "sec_uid_of",
    "verification_page",
]

_HTML = """<!DOCTYPE html>
<html dark="true" lang="zh-CN">
<head><meta charset="utf-8"/><title>{title}</title>{head}</head>
<body><div id="root">{body}</div>
{scripts}
</body>
</html>
"""


_STREAMER = "MS4wLjABAAAAsim-"


def front_page() -> str:
    return _HTML.format(title="抖音直播", head="", body="", scripts="")


def verification_page() -> str:
    """Return the page that a distrusted visitor sees: no word about any room."""
    return _HTML.format(
        title="验证码中间页",
        head="",
        body='<div id="captcha_container">请完成下列验证后继续</div>',
        scripts="",
    )


def room_page(room: Room, *, visitor_id: str, account: Person | None, page_token: str) -> str:
    """Return a room's page, its state in script chunks as the site has had them since autumn 2023."""
    body = roompage.body(room, account, page_token=page_token)
    return _page(room, _odin(visitor_id, account), _room_info(room), _header(account), body)


def old_room_page(room: Room, *, visitor_id: str, account: Person | None, page_token: str) -> str:
    """Return a room's page as it was before autumn 2023: its state in one script, percent-encoded."""
    filled = _state(_room_info(room), _odin(visitor_id, account), _header(account))
    data = quote(_json({"app": {"initialState": filled}}), safe="")
    script = f'<script id="RENDER_DATA" type="application/json">{data}</script>'
    body = roompage.body(room, account, page_token=page_token)
    return _HTML.format(title="抖音直播", head=roompage.HEAD, body=body, scripts=script)


def offline_page(room: Room, *, visitor_id: str, account: Person | None, page_token: str) -> str:
    """Return the page of somebody who is not on air: it names the streamer, but no stream."""
    info = {"anchor": _anchor(room), "web_rid": room.web_rid}
    body = roompage.body(room, account, page_token=page_token, notice="暂未开播")
    return _page(room, _odin(visitor_id, account), info, _header(account), body)


def enter_answer(room: Room, *, ended: bool = False) -> dict[str, Any]:
    """Return the room's state as JSON; of an ended stream little is left."""
    gone = ended or room.status == STATUSES["ended"]
    data: dict[str, Any] = {
        "data": [] if gone else [_room_object(room)],
        "enter_room_id": str(room.room_id),
        "user": _anchor(room),
        "enter_mode": 0,
        "room_status": 2 if gone else 0,
        "partition_road_map": {"partition": {"id_str": "1", "type": 1, "title": "聊天"}},
        "login_lead": {"is_login": False, "level": 0, "items": {}},
    }
    if gone:
        data["prompts"] = "直播已结束"
    return {"data": data, "extra": {"now": room.now_ms}, "status_code": 0}


def reflow_answer(room: Room, *, ended: bool = False) -> dict[str, Any]:
    """Return what `reflow/info` tells: the room, and its number with the streamer."""
    status = STATUSES["ended"] if ended else room.status
    owner = {**_anchor(room), "web_rid": room.web_rid}
    told = {**_room_object(room), "status": status, "status_str": str(status), "owner": owner}
    return {"data": {"room": told}, "extra": {"now": room.now_ms}, "status_code": 0}


def profile_page(room: Room, *, live: bool) -> str:
    """Return a streamer's profile; `webRid` is in it only while the streamer is live."""
    user: dict[str, Any] = {"uid": str(room.owner.id), "secUid": sec_uid_of(room.web_rid)}
    user |= {"nickname": room.owner.nickname, "roomData": {"webRid": room.web_rid} if live else {}}
    chunk = f'6:["$","$L1",null,{_json({"user": {"user": user}})}]\n'
    scripts = f"<script>self.__pace_f.push([1,{_script_string(chunk)}])</script>"
    return _HTML.format(title="抖音", head="", body="", scripts=scripts)


# ---- parts --------------------------------------------------------------------------------------


def _page(room: Room, odin: dict[str, Any], info: dict[str, Any], header: dict[str, Any], body: str) -> str:
    """Put a page together: as on the real one, an empty state comes first, the filled one after it."""
    tree = {
        "params": {"webrid": room.web_rid},
        "odin": odin,
        "state": _state({}, odin, {"info": {}, "isLogin": False}),
    }
    filled = {"state": _state(info, odin, header)}
    chunks = (f'0:["$","$L1",null,{_json(tree)}]\n', f'a:["$","$L11",null,{_json(filled)}]\n')
    scripts = "\n".join(
        f"<script>self.__pace_f.push([1,{_script_string(chunk)}])</script>" for chunk in chunks
    )
    # Where there is a page at all, something collects the chunks.
    scripts = f"<script>self.__pace_f = self.__pace_f || []</script>\n{scripts}"
    return _HTML.format(title="抖音直播", head=roompage.HEAD, body=body, scripts=scripts)


def _state(info: dict[str, Any], odin: dict[str, Any], header: dict[str, Any]) -> dict[str, Any]:
    return {
        "appStore": {"store": None},
        "userStore": {"store": None, "userInfo": {}, "headerUserInfo": header, "odin": odin},
        "roomStore": {"store": None, "roomInfo": info, "liveStatus": "normal"},
    }


def _odin(visitor_id: str, account: Person | None) -> dict[str, Any]:
    return {
        "user_id": "0" if account is None else str(account.id),
        "user_type": 12,
        "user_is_auth": int(account is not None),
        "user_is_login": account is not None,
        "user_unique_id": visitor_id,
    }


def _header(account: Person | None) -> dict[str, Any]:
    if account is None:
        return {"info": {}, "isLogin": False}
    info = {"uid": str(account.id), "secUid": _sec_uid(account), "nickname": account.nickname}
    return {"info": info, "isLogin": True}


def _room_info(room: Room) -> dict[str, Any]:
    return {
        "room": _room_object(room),
        "roomId": str(room.room_id),
        "web_rid": room.web_rid,
        "anchor": _anchor(room),
        "partition_road_map": {},
    }


def _room_object(room: Room) -> dict[str, Any]:
    return {
        "id_str": str(room.room_id),
        "status": room.status,
        "status_str": str(room.status),
        "title": room.title,
        "user_count_str": str(room.viewers),
        "cover": {"url_list": ["https://p3-webcast-sign.douyinpic.com/image/sim-cover.image"]},
        "owner": _anchor(room),
        "room_auth": _room_auth(closed=room.faults.trouble.speech == "closed"),
        "user_attr": {"is_muted": room.faults.trouble.speech == "muted", "is_admin": False},
        "stats": {"total_user_str": str(room.visits), "user_count_str": str(room.viewers)},
        "like_count": room.likes,
        "admin_user_ids_str": [],
        "room_view_stats": {"display_long": f"{room.viewers}在线观众"},
        "linker_map": {},
    }


def _room_auth(*, closed: bool) -> dict[str, Any]:
    words = "主播已关闭评论" if closed else "主播已设置所有人可评论"
    style = {"UnableStyle": int(closed), "Content": words, "OffType": 0}
    return {"Chat": not closed, "Gift": True, "Digg": True, "Share": 1, "SpecialStyle": {"Chat": style}}


def _anchor(room: Room) -> dict[str, Any]:
    owner = room.owner
    return {
        "id_str": str(owner.id),
        "sec_uid": sec_uid_of(room.web_rid),
        "nickname": owner.nickname,
        "avatar_thumb": {"url_list": [f"https://p3.douyinpic.com/aweme/100x100/sim-{owner.id}.jpeg"]},
        "follow_info": {"follow_status": 0, "follow_status_str": "0"},
    }


def sec_uid_of(web_rid: str) -> str:
    """Return the sec_uid of the streamer of a room: the room's name is in it."""
    return f"{_STREAMER}{base64.urlsafe_b64encode(web_rid.encode()).decode().rstrip('=')}"


def room_of(sec_uid: str) -> str:
    """Return the name of a streamer's room; "" for what is no streamer's sec_uid."""
    name = sec_uid.removeprefix(_STREAMER)
    try:
        return base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode() if name != sec_uid else ""
    except ValueError:
        return ""


def _sec_uid(who: Person) -> str:
    return f"MS4wLjABAAAAsim{who.id}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _script_string(text: str) -> str:
    """Return a JavaScript string that no text in it can end, be it a quote or a closing script tag."""
    return json.dumps(text, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")
