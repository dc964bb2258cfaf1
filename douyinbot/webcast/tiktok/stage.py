"""What the streamer does beside talking: captions of what is said, polls, goals, the shop."""

from typing import Any

from douyinbot.events import Event, RankUpdate, RoomNotice, Shopping, User
from douyinbot.webcast.decoding import Arrival, head
from douyinbot.webcast.pb import tiktok_pb2 as pb
from douyinbot.webcast.tiktok.people import brief_user, user_from

__all__ = ["caption", "goal", "poll", "shopping"]


def caption(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """What the streamer says, as the platform's machine hears it: one event for each language."""
    m = pb.CaptionMessage.FromString(payload)
    first = head(m.common, id, at, payload, None, m.timestamp_ms)
    return tuple(RoomNotice(*first, text=said.text, topic="caption") for said in m.contents)


def poll(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """One event for each part that the message has: nearly always one. The user is who began or ended it."""
    m = pb.PollMessage.FromString(payload)
    parts = (
        ("start", m.start, m.HasField("start")),
        ("update", m.update, m.HasField("update")),
        ("end", m.end, m.HasField("end")),
    )
    return tuple(
        RankUpdate(
            *head(m.common, id, at, payload, _operator(part, at)),
            data={
                "what": "poll",
                "poll_id": str(m.poll_id or ""),
                "title": m.start.title or m.basics.title,
                "status": status,
                "options": [
                    {"text": option.text, "votes": option.votes}
                    for option in sorted(part.options, key=lambda option: option.index)
                ],
            },
        )
        for status, part, is_there in parts
        if is_there
    )


def _operator(part: Any, at: Arrival) -> User | None:
    operator = getattr(part, "operator", None)  # who votes is not told
    return user_from(operator, at) if operator is not None and operator.id else None


def goal(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """The streamer's goal came nearer; the user is who did it."""
    m = pb.GoalUpdateMessage.FromString(payload)
    who = brief_user(m.contributor_id, at, display_id=m.contributor_display_id) if m.contributor_id else None
    steps = m.goal.sub_goals or ([m.contributed] if m.HasField("contributed") else [])
    data = {
        "what": "goal",
        "goal_id": str(m.goal.id or ""),
        "description": m.goal.description,
        "steps": [
            {"gift": step.gift.name, "progress": step.progress, "target": step.target} for step in steps
        ],
    }
    return (RankUpdate(*head(m.common, id, at, payload, who), data=data),)


def shopping(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A product is shown (type 1), or something else happens in the shop (4 was seen, without a product)."""
    m = pb.OecLiveShoppingMessage.FromString(payload)
    product = m.product
    data = {
        "what": "shopping",
        "type": m.type,
        "title": product.title,
        "price": product.price,
        "image_url": product.image_url,
        "product_id": str(product.id) if product.id else "",
        "shop": product.shop,
    }
    return (Shopping(*head(m.common, id, at, payload), data=data),)
