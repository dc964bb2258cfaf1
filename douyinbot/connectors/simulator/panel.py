"""The `gift/list` answer about the gifts of a made-up room, in the shape of the real one."""

from collections.abc import Iterable
from typing import Any

from douyinbot.webcast.composing import GiftKind
from douyinbot.webcast.douyin.panel import PANEL

__all__ = ["PANEL", "gift_list", "gift_row"]

_BATCHES = {
    1: "一心一意",
    10: "完美",
    66: "6的飞起",
    188: "要抱抱",
    520: "为爱应援",
    999: "钟爱于你",
    1314: "Dou是你",
}


def gift_list(gifts: Iterable[GiftKind], now_ms: int) -> dict[str, Any]:
    """Return the answer's JSON. As on the real site, `data.gifts` is empty and the pages hold the gifts."""
    rows = [gift_row(kind) for kind in gifts]
    batches = [{"group_count": count, "group_text": text} for count, text in _BATCHES.items()]
    pages = [
        {
            "page_type": page_type,
            "page_name": name,
            "gifts": rows if page_type == 1 else [],
            "display": True,
            "event_name": "livesdk_gift_tab_click",
        }
        for page_type, name in ((1, "礼物"), (2, "粉丝团"), (5, "背包"))
    ]
    info = {
        "new_gift_id": 0,
        "fansclub_gift_ids": [],
        "honor_gift_ids": [],
        "speedy_gift_id": PANEL[0].id,
        "gift_words": "",
        "gift_group_infos": batches,
        "gift_combo_infos": [],
    }
    data = {"gifts_info": info, "gifts": [], "pages": pages, "doodle_templates": []}
    return {"data": data, "extra": {"now": now_ms}, "status_code": 0}


def gift_row(kind: GiftKind) -> dict[str, Any]:
    """Return a gift as the list has it; the same fields on both platforms."""
    uri = f"webcast/sim-gift-{kind.id}.png"
    image = {
        "url_list": [f"https://p3-webcast.douyinpic.com/img/{uri}"],
        "uri": uri,
        "height": 0,
        "width": 0,
        "avg_color": "#3D3D3D",
        "image_type": 0,
    }
    batches = [{"group_count": count, "group_text": text} for count, text in _BATCHES.items() if count > 1]
    return {
        "image": image,
        "icon": image,
        "describe": f"送出{kind.name}",
        "notify": False,
        "duration": 0,
        "id": kind.id,
        "for_linkmic": True,
        "doodle": False,
        "for_fansclub": False,
        "combo": kind.combo,
        "type": 1 if kind.combo else 2,
        "diamond_count": kind.price,
        "is_displayed_on_panel": True,
        "primary_effect_id": 0,
        "name": kind.name,
        "item_type": 1,
        "event_name": "livesdk_gift_click",
        "app_id": 1128,
        "group_info": batches if kind.combo else [],
    }
