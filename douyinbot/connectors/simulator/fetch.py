"""`im/fetch`: the first answer, and the rounds of those who poll."""

from typing import Any

from douyinbot.connectors.simulator.log import Entry, is_fresh
from douyinbot.connectors.simulator.room import Room
from douyinbot.webcast import composing

__all__ = ["REFUSAL", "answer", "json_answer"]

BATCH = 100
"""The most messages in one answer; the rest comes with the next."""

REFUSAL: dict[str, Any] = {
    "data": {"message": "parameter error", "prompts": "参数错误"},
    "extra": {"now": 0},
    "status_code": 10011,
}
"""What a refusal looks like although protobuf was asked for."""


def answer(
    room: Room,
    room_id: str,
    cursor: str,
    *,
    visitor_id: str,
    logged_in: bool,
    push_server: str,
    tells_cursor: bool = True,
) -> bytes:
    """Return one round: without a cursor some old messages, else what has happened since.

    Either way it tells where the socket is, unless the room has none. Of an earlier stream nothing comes.
    """
    entries: list[Entry]
    if str(room.room_id) != room_id:
        entries, last = [], room.log.last_id
    elif is_fresh(cursor):
        entries, last = room.log.first(), room.log.last_id
    else:
        entries = room.log.after(room.log.position(cursor))[:BATCH]
        last = entries[-1].id if entries else room.log.position(cursor)
    spec = room.scenario.room
    return composing.response(
        [(e.method, e.id, e.payload if logged_in else e.guest_payload) for e in entries],
        cursor=room.log.cursor(last) if tells_cursor else "",
        internal_ext=room.internal_ext(visitor_id),
        now_ms=room.now_ms,
        fetch_type=room.fetch_type,
        fetch_interval_ms=round(spec.fetch_interval * 1000),
        push_server=(spec.push_server or push_server) if room.fetch_type else "",
    )


def json_answer(room: Room, visitor_id: str) -> dict[str, Any]:
    """Return the answer for `resp_content_type=json`, which carries no chat (seen 2026-10)."""
    extra = {
        "cursor": room.log.cursor(room.log.last_id),
        "fetch_interval": round(room.scenario.room.fetch_interval * 1000),
        "now": room.now_ms,
    }
    return {"data": [], "extra": extra, "internal_ext": room.internal_ext(visitor_id), "status_code": 0}
