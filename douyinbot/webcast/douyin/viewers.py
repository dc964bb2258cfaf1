"""What viewers do: come in, tap, follow, share, join the fan club."""

from douyinbot.events import Event, FansClub, Follow, Like, Member, Share, Social
from douyinbot.webcast.decoding import Arrival
from douyinbot.webcast.douyin.people import head, packed_user, user_of
from douyinbot.webcast.pb import douyin_pb2 as pb

__all__ = ["fans_club", "like", "member", "social"]

_FANS_CLUB_ACTIONS = {1: "upgrade", 2: "join"}


def like(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.LikeMessage.FromString(payload)
    text, first = m.common.display_text, head(m.common, id, at, payload, packed_user(m.user, at))
    return (Like(*first, m.count, m.total, text.key, text.default_pattern),)


def member(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.MemberMessage.FromString(payload)
    text, first = m.common.display_text, head(m.common, id, at, payload, packed_user(m.user, at))
    return (Member(*first, m.action, m.member_count, text.key, text.default_pattern),)


def social(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.SocialMessage.FromString(payload)
    text, first = m.common.display_text, head(m.common, id, at, payload, packed_user(m.user, at))
    own = (text.key, text.default_pattern, m.follow_count, m.share_total_count)
    split = {1: Follow, 3: Share}.get(m.action)
    whole = Social(*first, *own)
    return (whole,) if split is None else (whole, split(*first, *own))


def fans_club(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.FansclubMessage.FromString(payload)
    return (
        FansClub(
            *head(m.common, id, at, payload, user_of(m, at)),
            action=_FANS_CLUB_ACTIONS.get(m.action, str(m.action)),
            level=m.user.fans_club.data.level,
        ),
    )
