"""Battles between streamers, and guests on the line: who is there, and how it stands."""

from douyinbot.events import Event, LinkMicArmies, LinkMicArmy, LinkMicBattle, RankUpdate, Unknown
from douyinbot.webcast.decoding import Arrival, head
from douyinbot.webcast.pb import tiktok_pb2 as pb
from douyinbot.webcast.tiktok.people import brief_user, user_from

__all__ = ["armies", "battle", "guest_score", "guest_scores"]

_STATUS = {4: "start", 5: "finish"}  # action of LinkMicBattle, five of each recorded
_SCORE = 8  # type of LinkMicMethod


def battle(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.LinkMicBattle.FromString(payload)
    streamers = (entry.streamer.user for entry in m.streamers if entry.streamer.HasField("user"))
    return (
        LinkMicBattle(
            *head(m.common, id, at, payload),
            battle_users=tuple(
                brief_user(one.id, at, one.nickname, one.display_id, one.avatar_thumb) for one in streamers
            ),
            status=_STATUS.get(m.action, str(m.action)),
            battle_id=str(m.battle_id or ""),
        ),
    )


def armies(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """The score and the best supporters of each side; a side of a team battle has more than one group."""
    m = pb.LinkMicArmies.FromString(payload)
    sides = tuple(
        LinkMicArmy(
            host_user_id=str(side.host_id or ""),
            points=group.points,
            participants=tuple(user_from(user, at) for user in group.users),
        )
        for side in m.sides
        for group in side.groups
    )
    return (
        LinkMicArmies(
            *head(m.common, id, at, payload),
            battle_status=m.trigger,
            battle_armies=sides,
            battle_id=str(m.battle_id or ""),
        ),
    )


def guest_scores(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """What the guests on the line were given so far: one event for each."""
    m = pb.LinkMicFanTicketMethod.FromString(payload)
    first = head(m.common, id, at, payload)
    return tuple(
        RankUpdate(*first, data=_score(ticket.user_id, ticket.score)) for ticket in m.tickets.tickets
    )


def guest_score(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """The same for one guest; everything else in the life of a link stays unknown."""
    m = pb.LinkMicMethod.FromString(payload)
    first = head(m.common, id, at, payload)
    if m.type != _SCORE:
        return (Unknown(*first, method=f"LinkMicMethod/{m.type}"),)
    return (RankUpdate(*first, data=_score(m.user_id, m.score)),)


def _score(user_id: int, score: int) -> dict[str, str | int]:
    return {"what": "guest", "user_id": str(user_id or ""), "score": score, "text": ""}
