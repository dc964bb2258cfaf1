"""What the site tells about a room: its page, and the `room/web/enter` answer."""

import json
from typing import Any

from douyinbot.connectors.simulator import roompage
from douyinbot.connectors.simulator.room import STATUSES, Room
from douyinbot.webcast.compose import Person

__all__ = ["enter_answer", "front_page", "offline_page", "room_page", "verification_page"]

_HTML = """<!DOCTYPE html>
<html dark="true" lang="zh-CN">
<head><meta charset="utf-8"/><title>{title}</title>{head}</head>
<body><div id="root">{body}</div>
{scripts}
</body>
</html>
"""


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


def offline_page(room: Room, *, visitor_id: str, account: Person | None, page_token: str) -> str:
    """Return the page of somebody who is not on air: it names the streamer, but no stream."""
    info = {"anchor": _anchor(room.owner), "web_rid": room.web_rid}
    body = roompage.body(room, account, page_token=page_token, notice="暂未开播")
    return _page(room, _odin(visitor_id, account), info, _header(account), body)


def enter_answer(room: Room, *, ended: bool = False) -> dict[str, Any]:
    """Return the room's state as JSON; of an ended stream little is left."""
    gone = ended or room.status == STATUSES["ended"]
    data: dict[str, Any] = {
        "data": [] if gone else [_room_object(room)],
        "enter_room_id": str(room.room_id),
        "user": _anchor(room.owner),
        "enter_mode": 0,
        "room_status": 2 if gone else 0,
        "partition_road_map": {"partition": {"id_str": "1", "type": 1, "title": "聊天"}},
        "login_lead": {"is_login": False, "level": 0, "items": {}},
    }
    if gone:
        data["prompts"] = "直播已结束"
    return {"data": data, "extra": {"now": room.now_ms}, "status_code": 0}


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
        "anchor": _anchor(room.owner),
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
        "owner": _anchor(room.owner),
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


def _anchor(owner: Person) -> dict[str, Any]:
    return {
        "id_str": str(owner.id),
        "sec_uid": _sec_uid(owner),
        "nickname": owner.nickname,
        "avatar_thumb": {"url_list": [f"https://p3.douyinpic.com/aweme/100x100/sim-{owner.id}.jpeg"]},
        "follow_info": {"follow_status": 0, "follow_status_str": "0"},
    }


def _sec_uid(who: Person) -> str:
    return f"MS4wLjABAAAAsim{who.id}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _script_string(text: str) -> str:
    """Return a JavaScript string that no text in it can end, be it a quote or a closing script tag."""
    return json.dumps(text, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")
