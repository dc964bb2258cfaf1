"""What every event has in common: the base class, viewers and their badges."""

from datetime import datetime
from typing import Any, ClassVar, Literal, Self

import msgspec

from douyinbot.events import legacy
from douyinbot.events.text import shorten

__all__ = ["ROLES", "Badge", "Event", "FollowInfo", "Role", "User", "UserDetails"]

Role = Literal["owner", "admin", "fans", "follower", "viewer"]
ROLES: tuple[Role, ...] = ("viewer", "follower", "fans", "admin", "owner")
"""The ladder of roles, lowest first."""


class Badge(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One badge beside a viewer's name; the last three fields are TikTok's."""

    type: str = ""
    """"honour", "fan_club", or "image" for any other."""
    name: str = ""
    level: int = 0
    url: str = ""
    """Its picture."""
    display_type: int = 0
    scene: int = 0
    """What it is worn for: 1 moderator, 4 and 7 subscriber, 8 gifter's level, 10 team level."""
    privilege_id: str = ""


class FollowInfo(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How many follow somebody, and how it stands between them and the streamer (`User.follow_role`)."""

    following_count: int = 0
    follower_count: int = 0
    follow_status: int = 0
    push_status: int = 0


class UserDetails(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What TikTok tells of somebody beyond what every platform does."""

    create_time: int = 0
    bio: str = ""
    picture_urls: tuple[str, ...] = ()
    badge_scenes: tuple[int, ...] = ()
    """The scene of every badge, also of those that have neither text, picture nor level."""
    follow: FollowInfo | None = None
    """None where the message only says who it is: lists of supporters and of viewers."""


class User(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A viewer, the streamer or the bot itself, as the room shows them.

    `id` is the platform's numeric id as text. Guests see masked viewers only (`***` in the name, one id for
    all): those have `is_anonymous`, and `key` tells them apart as well as it can be done.
    """

    id: str = ""
    unique_id: str = ""
    """The name that a viewer is found by (Douyin: 抖音号)."""
    nickname: str = ""
    """What is shown; anything may be in it."""
    sec_uid: str = ""
    """The platform's long id, of which addresses of profiles are made."""
    avatar_url: str = ""
    follow_role: int = 0
    """0 none, 1 follows the streamer, 2 friends; TikTok also sends 3, which nobody has explained."""
    badges: tuple[Badge, ...] = ()
    is_moderator: bool = False
    is_new_gifter: bool = False
    """This is their first gift here (TikTok)."""
    is_subscriber: bool = False
    top_gifter_rank: int | None = None
    """The place among the givers (TikTok)."""
    level: int = 0
    """The honour (pay-grade) level."""
    fan_level: int = 0
    """The level in the streamer's fan club, `fan_club`."""
    fan_club: str = ""
    gender: Literal["male", "female"] | None = None
    is_anonymous: bool = False
    """Masked by the platform: `id` is nobody's own."""
    role: Role = "viewer"
    """owner > admin > fans > follower > viewer."""
    details: UserDetails | None = None
    """TikTok's only."""

    @property
    def short_name(self) -> str:
        """The nickname without invisible characters, cut to eight visible ones."""
        return shorten(self.nickname)

    @property
    def key(self) -> str:
        """What identifies this person: the id, or name and picture of a masked viewer.

        The same picture comes from several hosts and under changing signatures, so only its path counts.
        """
        if self.id and not self.is_anonymous:
            return self.id
        return f"{self.nickname}|{_picture_of(self.avatar_url)}"

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed."""
        return msgspec.structs.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return the user as plain JSON-ready values."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        plain["badges"] = list(plain["badges"])
        plain["details"] = _plain(self.details)
        plain["short_name"] = self.short_name
        return plain


class Event(msgspec.Struct, frozen=True, gc=False):
    """Something that happened in a room.

    `room` is the room's id in bot.toml; `time` is what the platform gives, else the arrival; `received` is
    the arrival. `history` marks what came with the first batch or is older than 30 s: it is shown, but gets
    no answer. `raw` is whatever it was decoded from and may change between releases.
    """

    kind: ClassVar[str] = "event"

    time: datetime
    received: datetime
    id: str = ""
    room: str = ""
    platform: str = "douyin"
    user: User | None = None
    simulated: bool = False
    history: bool = False
    raw: Any = None

    def to_dict(self) -> dict[str, Any]:
        """Return the event as JSON-ready values: snake_case keys, times in ISO 8601 with offset, no `raw`."""
        plain: dict[str, Any] = {"kind": self.kind}
        for name in self.__struct_fields__:
            if name != "raw":
                plain[name] = _plain(getattr(self, name))
        return plain

    def to_legacy(self) -> dict[str, Any]:
        """Return TikTok-Live-Connector 0.9.21's flattened camelCase object of this event."""
        return legacy.flatten(self)

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed."""
        return msgspec.structs.replace(self, **changes)


def _picture_of(url: str) -> str:
    """Return the part of a picture's address that names it: no host, no size, no signature."""
    address = url.partition("//")[2] or url
    path = address.partition("/")[2] or address
    return path.partition("?")[0].partition("~")[0]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, User):
        return value.to_dict()
    if isinstance(value, msgspec.Struct):
        return {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, BaseException):
        return str(value)
    return msgspec.to_builtins(value)
