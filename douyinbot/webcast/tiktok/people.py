"""Who did it: TikTok's user as ours, with badges and pictures."""

import re
from typing import Any

from douyinbot.events import Badge, FollowInfo, Role, User, UserDetails
from douyinbot.webcast.decoding import Arrival
from douyinbot.webcast.pb import tiktok_pb2 as pb
from douyinbot.webcast.texts import named_user

__all__ = ["brief_user", "last_url", "mentioned", "user_from", "user_of"]

# What a badge is worn for.
_MODERATOR, _SUBSCRIBER, _GIFTER, _TEAM = 1, frozenset({4, 7}), 8, 10
_RANK = re.compile(r"/ranklist_top_gifter_(\d{1,9})(?=.png)")
_NOBODY = pb.UserIdentity()


def user_of(message: Any, at: Arrival) -> User | None:
    """Return the user of a message that has one, with what the message says of their standing."""
    if not message.HasField("user"):
        return None
    return user_from(message.user, at, getattr(message, "user_identity", _NOBODY))


def user_from(user: pb.User, at: Arrival, identity: pb.UserIdentity = _NOBODY) -> User:
    """Turn TikTok's user into ours; `identity` is what they are to the streamer, where a message tells.

    A moderator or subscriber is known by identity, by the badge's scene, or by its picture or key, as they
    were in 2022. A follower is, too, although `follow_status` says 0 (30 of 136 gifts of 2023).
    """
    id = str(user.id) if user.id else ""
    badges, scenes = _badges(user), tuple(badge.scene for badge in user.badges)
    levels = {badge.scene: badge.level for badge in reversed(badges) if badge.level}
    pictures = tuple(user.avatar_thumb.url_list)
    is_moderator = (
        identity.is_moderator or _MODERATOR in scenes or any("moderator" in b.type.lower() for b in badges)
    )
    is_subscriber = (
        identity.is_subscriber
        or not _SUBSCRIBER.isdisjoint(scenes)
        or any("/sub_" in badge.url.lower() for badge in badges)
    )
    fan_level, follow_role = levels.get(_TEAM, 0), user.follow_info.follow_status
    role: Role = "viewer"
    if identity.is_anchor or (id and id == at.owner_id):
        role = "owner"
    elif is_moderator:
        role = "admin"
    elif fan_level > 0:
        role = "fans"
    elif follow_role > 0 or identity.is_follower or identity.is_mutual_following:
        role = "follower"
    return User(
        id=id,
        unique_id=user.display_id,
        nickname=user.nickname,
        sec_uid=user.sec_uid,
        avatar_url=_avatar(pictures),
        follow_role=follow_role,
        badges=badges,
        is_moderator=is_moderator,
        is_new_gifter=any("live_ng_" in badge.type.lower() for badge in badges),
        is_subscriber=is_subscriber,
        top_gifter_rank=_rank(badges),
        level=levels.get(_GIFTER, 0),
        fan_level=fan_level,
        is_anonymous=not id,
        role=role,
        details=_details(user, pictures, scenes),
    )


def _details(user: pb.User, pictures: tuple[str, ...], scenes: tuple[int, ...]) -> UserDetails:
    follow = user.follow_info
    return UserDetails(
        create_time=user.create_time,
        bio=user.bio,
        picture_urls=pictures,
        badge_scenes=scenes,
        follow=FollowInfo(
            following_count=follow.following_count,
            follower_count=follow.follower_count,
            follow_status=follow.follow_status,
            push_status=follow.push_status,
        )
        if user.HasField("follow_info")
        else None,
    )


def brief_user(id: int, at: Arrival, nickname: str = "", display_id: str = "", avatar: Any = None) -> User:
    """Return somebody of whom a message tells only this much."""
    return user_from(pb.User(id=id, nickname=nickname, display_id=display_id, avatar_thumb=avatar), at)


def last_url(image: pb.Image) -> str:
    """Return where a picture is; the seed declared the list as one field, so the last address is its own."""
    urls = image.url_list
    return urls[-1] if urls else ""


def mentioned(text: pb.Text, at: Arrival) -> User | None:
    """Return the first person that a text names."""
    user = named_user(text)
    return None if user is None else user_from(user, at)


def _badges(user: pb.User) -> tuple[Badge, ...]:
    """Take badges apart: texts, pictures, and levels, which came with the badges of 2023."""
    badges: list[Badge] = []
    for worn in user.badges:
        scene = worn.scene
        badges += [Badge(type=text.key, name=text.default_pattern, scene=scene) for text in worn.texts]
        badges += [
            Badge(type="image", url=url, display_type=picture.display_type, scene=scene)
            for picture in worn.images
            if (url := last_url(picture.image))
        ]
        level = _number(worn.log_extra.level)
        if level:
            badges.append(
                Badge(type="privilege", level=level, scene=scene, privilege_id=worn.log_extra.privilege_id)
            )
    return tuple(badges)


def _number(text: str) -> int:
    return int(text) if len(text) < 10 and text.isdecimal() else 0


def _rank(badges: tuple[Badge, ...]) -> int | None:
    """Read the rank off the pictures of 2022; those of 2023 no longer tell it."""
    found = next(filter(None, (_RANK.search(badge.url) for badge in badges)), None)
    return int(found[1]) if found else None


def _avatar(urls: tuple[str, ...]) -> str:
    """Choose as 1.x of the seed does: 100 pixels, WebP before JPEG, else one that is not shrunk."""
    for wanted in (("100x100", ".webp"), ("100x100", ".jpeg")):
        for url in urls:
            if all(part in url for part in wanted):
                return url
    whole = (url for url in urls if "shrink" not in url)
    return next(whole, urls[0] if urls else "")
