"""What viewers do: come in, tap, follow, share, subscribe, become super fans."""

from douyinbot.events import Event, FansClub, Follow, Like, Member, Share, Social, Subscribe, Unknown
from douyinbot.webcast.decoding import Arrival, head
from douyinbot.webcast.pb import tiktok_pb2 as pb
from douyinbot.webcast.tiktok.people import mentioned, user_from, user_of

__all__ = ["barrage", "like", "member", "social", "subscribed"]

JOINED = 1
# The types of a barrage: announcements that fly across the picture.
_BY_GRADE, _FANS_LEVEL_UP, _BY_FANS_LEVEL = 9, 10, 11
# In the key of a barrage's text. Whether the second is said of new or of old super fans, sources disagree.
_SUPER_FAN, _SUPER_FAN_JOINED = "ttlive_superfan", "superfanjoined"


def like(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.LikeMessage.FromString(payload)
    text = m.common.display_text
    return (
        Like(
            *head(m.common, id, at, payload, user_of(m, at)),
            like_count=m.count,
            total_like_count=m.total,
            display_type=text.key,
            label=text.default_pattern,
        ),
    )


def member(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.MemberMessage.FromString(payload)
    text = m.common.display_text
    return (
        Member(
            *head(m.common, id, at, payload, user_of(m, at)),
            action=m.action,
            member_count=m.member_count,
            display_type=text.key,
            label=text.default_pattern,
        ),
    )


_SPLIT: tuple[tuple[type[Follow] | type[Share], str, int], ...] = ((Follow, "follow", 1), (Share, "share", 3))


def social(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A follow or a share, told by the text's key (as 1.x of the seed does) or by `action`."""
    m = pb.SocialMessage.FromString(payload)
    text, first = m.common.display_text, head(m.common, id, at, payload, user_of(m, at))
    own = (text.key, text.default_pattern, m.follow_count, m.share_count)
    split = (cls(*first, *own) for cls, word, action in _SPLIT if word in text.key or m.action == action)
    return (Social(*first, *own), *split)


def subscribed(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.SubNotifyMessage.FromString(payload)
    text = m.common.display_text
    return (
        Subscribe(
            *head(m.common, id, at, payload, user_of(m, at)),
            sub_month=m.sub_month,
            exhibition_type=m.exhibition_type,
            subscribe_type=m.subscribe_type,
            old_subscribe_status=m.old_subscribe_status,
            subscribing_status=m.subscribing_status,
            display_type=text.key,
            label=text.default_pattern,
        ),
    )


def barrage(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """Viewers of a high level come in with this instead of a MemberMessage; it announces super fans, too."""
    m = pb.BarrageMessage.FromString(payload)
    text = m.content if m.content.key else m.common_content
    level = m.user_grade if m.HasField("user_grade") else m.fans_level
    user = user_from(level.user, at) if level.HasField("user") else mentioned(text, at)
    first = head(m.common, id, at, payload, user)
    key = text.key.lower()
    if _SUPER_FAN in key:
        action = "super_fan_joined" if _SUPER_FAN_JOINED in key else "super_fan"
        return (FansClub(*first, action=action, level=m.fans_level.current),)
    if m.type in (_BY_GRADE, _BY_FANS_LEVEL):
        return (
            Member(
                *first,
                action=JOINED,
                display_type=text.key,
                label=text.default_pattern,
                via="barrage",
            ),
        )
    if m.type == _FANS_LEVEL_UP:
        return (FansClub(*first, action="upgrade", level=m.fans_level.current),)
    return (Unknown(*first, method=f"BarrageMessage/{m.type}"),)
