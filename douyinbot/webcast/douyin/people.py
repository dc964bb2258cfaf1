"""Who did it: the platform's user as ours, and what every message has in common."""

from typing import Any, Literal

from douyinbot.events import Badge, Role, User
from douyinbot.webcast.decoding import Arrival, head
from douyinbot.webcast.pb import douyin_pb2 as pb

__all__ = ["MASKED_ID", "brief_user", "first_url", "head", "packed_user", "user_from", "user_of"]

MASKED_ID = 111111
"""The one id under which guests see every viewer."""

_BEGINNING = 24
_MYSTERY = 2  # mystery_man: 1 no, 2 yes
_GENDERS: dict[int, Literal["male", "female"]] = {1: "male", 2: "female"}
_BADGES = {1: "honour", 7: "fan_club"}


def user_of(message: Any, at: Arrival) -> User | None:
    """Return the user of a message that has one."""
    return user_from(message.user, at) if message.HasField("user") else None


def packed_user(packed: bytes, at: Arrival) -> User | None:
    """Return the user of a message that keeps it packed.

    Who was seen before with the same bytes is not read again: that would be half the work of a message.
    They are found by the first few bytes, which hold the id: to hash all would cost more than to compare.
    """
    if not packed:
        return None
    known = at.users.get(packed[:_BEGINNING])
    if known is not None and known[0] == packed:
        return known[1]
    user = user_from(pb.User.FromString(packed), at)
    at.users[packed[:_BEGINNING]] = packed, user
    return user


def user_from(user: pb.User, at: Arrival) -> User:
    """Turn the platform's user into ours.

    Each reading of a protobuf field costs as much as building a small object, so each is read once.
    """
    number, nickname, sec_uid = user.id, user.nickname, user.sec_uid
    attributes, club = user.user_attr, user.fans_club.data
    id = str(number) if number else user.id_str
    is_admin = attributes.is_admin or attributes.is_super_admin
    fan_level, follow_role = club.level, user.follow_info.follow_status or user.follow_status
    images = user.badge_image_list_v2 or user.badge_image_list
    role: Role = "viewer"
    if id and id == at.owner_id:
        role = "owner"
    elif is_admin:
        role = "admin"
    elif fan_level > 0:
        role = "fans"
    elif follow_role > 0:
        role = "follower"
    return User(
        id=id,
        unique_id=user.display_id or str(user.short_id or ""),
        nickname=nickname or user.desensitized_nickname,
        sec_uid=sec_uid,
        avatar_url=first_url(user.avatar_thumb),
        follow_role=follow_role,
        badges=tuple(map(_badge, images)) if images else (),
        is_moderator=is_admin,
        is_subscriber=user.subscribe.is_member,
        level=user.pay_grade.level,
        fan_level=fan_level,
        fan_club=club.club_name,
        gender=_GENDERS.get(user.gender),
        is_anonymous=(
            number == MASKED_ID
            or user.mystery_man == _MYSTERY
            or user.is_anonymous
            or (not sec_uid and nickname.endswith("***"))
        ),
        role=role,
    )


def brief_user(id: int, nickname: str, avatar: pb.Image, at: Arrival, gender: int = 0) -> User:
    """Return somebody of whom a message tells only this much; masked or the owner all the same."""
    return user_from(pb.User(id=id, nickname=nickname, avatar_thumb=avatar, gender=gender), at)


def first_url(image: pb.Image) -> str:
    """Return where a picture is, "" where that is not told."""
    urls = image.url_list
    return urls[0] if urls else ""


def _badge(image: pb.Image) -> Badge:
    content = image.content
    return Badge(
        type=_BADGES.get(image.image_type, "image"),
        name=content.alternative_text or content.name,
        level=content.level,
        url=first_url(image),
    )
