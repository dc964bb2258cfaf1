"""What the room says of itself: how many watch, notices, rankings, treasure boxes, pauses and the end."""

from douyinbot.events import (
    Envelope,
    Event,
    FansClub,
    LiveIntro,
    RankUpdate,
    RoomNotice,
    RoomUser,
    StreamEnd,
    StreamPaused,
    StreamResumed,
    TopViewer,
)
from douyinbot.webcast.decoding import Arrival, head, moment
from douyinbot.webcast.pb import tiktok_pb2 as pb
from douyinbot.webcast.texts import render
from douyinbot.webcast.tiktok.people import mentioned, user_from, user_of

__all__ = [
    "banner",
    "control",
    "envelope",
    "hourly_rank",
    "intro",
    "rank_text",
    "rank_update",
    "room_message",
    "user_seq",
]

_DISPLAY = {1: "packet", 2: "packet over"}  # EnvelopeMessage.display
_SUPER_FAN_BOX = 19  # its business_type
_JOINED_TEAM = "pm_mt_fan_live_joined_comment"


def user_seq(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.RoomUserSeqMessage.FromString(payload)
    return (
        RoomUser(
            *head(m.common, id, at, payload),
            viewer_count=m.total,
            total_viewers=m.total_user if m.total_user > 0 else None,
            top_viewers=tuple(
                TopViewer(
                    user=user_from(row.user, at) if row.HasField("user") else None,
                    coin_count=row.coin_count,
                    rank=row.rank,
                )
                for row in m.ranks
            ),
        ),
    )


def control(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.ControlMessage.FromString(payload)
    first = head(m.common, id, at, payload)
    if m.action == 1:
        return (StreamPaused(*first),)
    if m.action == 2:
        return (StreamResumed(*first),)
    return (StreamEnd(*first, action=m.action, tips=m.tips),) if m.action in (3, 4) else ()


def room_message(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A line from the system; that somebody joined the team (the fan club) is one of them."""
    m = pb.RoomMessage.FromString(payload)
    text = m.common.display_text
    first = head(m.common, id, at, payload, mentioned(text, at))
    notice = RoomNotice(*first, text=m.content.strip() or render(text), topic="room")
    return (notice, FansClub(*first, action="join")) if text.key == _JOINED_TEAM else (notice,)


def banner(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A banner over the picture, as JSON whose form changes."""
    m = pb.InRoomBannerMessage.FromString(payload)
    return (RoomNotice(*head(m.common, id, at, payload), text=m.json, topic="banner"),)


def intro(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.LiveIntroMessage.FromString(payload)
    return (
        LiveIntro(
            *head(m.common, id, at, payload, user_of(m, at)),
            description=m.description,
            room_id=str(m.room_id) if m.room_id else "",
        ),
    )


def envelope(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A treasure box; `can_open` is how many people may. One that is taken away names nobody and nothing."""
    m = pb.EnvelopeMessage.FromString(payload)
    info, text = m.info, m.common.display_text
    is_super_fans = info.business_type == _SUPER_FAN_BOX or "ttlive_superfanbox" in text.key.lower()
    return (
        Envelope(
            *head(m.common, id, at, payload, mentioned(text, at)),
            coins=info.diamond_count,
            can_open=info.people_count,
            status="super fan box" if is_super_fans else _DISPLAY.get(m.display, str(m.display)),
            envelope_id=info.id,
            opens_at=moment(info.unpack_at, at)[0] if info.unpack_at > 0 else None,
        ),
    )


def hourly_rank(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.HourlyRankMessage.FromString(payload)
    data = {"what": "hourly", "type": m.ranking.type, "text": render(m.ranking.text)}
    return (RankUpdate(*head(m.common, id, at, payload), data=data),)


def rank_update(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.RankUpdateMessage.FromString(payload)
    rows = [{"type": row.type, "owner_rank": row.owner_rank, "text": render(row.text)} for row in m.updates]
    return (RankUpdate(*head(m.common, id, at, payload), data={"what": "rankings", "updates": rows}),)


def rank_text(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.RankTextMessage.FromString(payload)
    data = {
        "what": "place",
        "before": m.owner_rank_before,
        "after": m.owner_rank_after,
        "text": render(m.text),
    }
    return (RankUpdate(*head(m.common, id, at, payload), data=data),)
