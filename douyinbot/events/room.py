"""What happens in a room: chat, gifts, joins, likes and everything else that viewers cause."""

from typing import Any, ClassVar

import msgspec

from douyinbot.events.model import Event, User

__all__ = [
    "Chat",
    "Deleted",
    "Emote",
    "EmoteInText",
    "Envelope",
    "FansClub",
    "Follow",
    "Gift",
    "Like",
    "LinkMicArmies",
    "LinkMicArmy",
    "LinkMicBattle",
    "LiveIntro",
    "Member",
    "Question",
    "RankUpdate",
    "RoomNotice",
    "RoomUser",
    "Share",
    "Shopping",
    "Social",
    "Subscribe",
    "TopViewer",
    "Unknown",
]


class EmoteInText(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A picture inside a chat line, standing before the character at `place`."""

    emote_id: str = ""
    emote_image_url: str = ""
    place: int = 0


class Chat(Event, frozen=True, gc=False):
    """A viewer wrote a line."""

    kind: ClassVar[str] = "chat"
    comment: str = ""
    emotes: tuple[EmoteInText, ...] = ()


class Gift(Event, frozen=True, gc=False):
    """A viewer gave a gift, or clicked again inside a running streak.

    The platform's `repeat_count` is cumulative inside a streak and may skip, repeat or run backwards.
    `delta`, `total`, `value` and `streak_id` are worked out from it: add up `delta`, never `repeat_count`.
    """

    kind: ClassVar[str] = "gift"
    gift_id: str = ""
    gift_name: str = ""
    diamond_count: int = 0
    """Diamonds for one unit (10 diamonds are 1 yuan)."""
    repeat_count: int = 1
    repeat_end: bool = False
    gift_type: int = 0
    combo: bool = False
    """Whether this gift can streak (the seed library's `giftType == 1`)."""
    describe: str = ""
    gift_picture_url: str = ""
    group_id: str = ""
    receiver_user_id: str = ""
    extended_gift_info: dict[str, Any] | None = None
    delta: int = 0
    """Units that are new in this message."""
    total: int = 0
    """Units of the streak so far."""
    value: int = 0
    """Diamonds of `total`."""
    streak_id: str = ""


class Member(Event, frozen=True, gc=False):
    """A viewer came in (action 1), or was moderated (see docs/protocol.md for the other numbers)."""

    kind: ClassVar[str] = "member"
    action: int = 0
    member_count: int = 0


class Like(Event, frozen=True, gc=False):
    """A viewer tapped the screen; `total_like_count` never falls."""

    kind: ClassVar[str] = "like"
    like_count: int = 0
    total_like_count: int = 0


class Social(Event, frozen=True, gc=False):
    """A viewer followed or shared; a Follow or Share with the same id comes right after it."""

    kind: ClassVar[str] = "social"
    display_type: str = ""
    label: str = ""
    follow_count: int = 0
    share_count: int = 0


class Follow(Event, frozen=True, gc=False):
    """A viewer now follows the streamer."""

    kind: ClassVar[str] = "follow"
    display_type: str = ""
    label: str = ""
    follow_count: int = 0
    share_count: int = 0


class Share(Event, frozen=True, gc=False):
    """A viewer shared the room."""

    kind: ClassVar[str] = "share"
    display_type: str = ""
    label: str = ""
    follow_count: int = 0
    share_count: int = 0


class TopViewer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One row of the audience list; `coin_count` is the score that the room shows."""

    user: User | None = None
    coin_count: int = 0
    rank: int = 0


class RoomUser(Event, frozen=True, gc=False):
    """How many are watching; `total_viewers` is None where the platform does not say."""

    kind: ClassVar[str] = "room_user"
    viewer_count: int = 0
    total_viewers: int | None = None
    top_viewers: tuple[TopViewer, ...] = ()


class Emote(Event, frozen=True, gc=False):
    """A viewer sent a sticker."""

    kind: ClassVar[str] = "emote"
    emote_id: str = ""
    emote_image_url: str = ""


class Envelope(Event, frozen=True, gc=False):
    """A red packet or lucky bag; `coins` in diamonds."""

    kind: ClassVar[str] = "envelope"
    coins: int = 0
    can_open: int = 0
    status: str = ""


class Question(Event, frozen=True, gc=False):
    """A viewer asked a question in the question box."""

    kind: ClassVar[str] = "question"
    question_text: str = ""


class FansClub(Event, frozen=True, gc=False):
    """A viewer joined the fan club (action "join") or rose in it ("upgrade")."""

    kind: ClassVar[str] = "fans_club"
    action: str = ""
    level: int = 0


class Subscribe(Event, frozen=True, gc=False):
    """A viewer subscribed, for the `sub_month`-th month."""

    kind: ClassVar[str] = "subscribe"
    sub_month: int = 0


class LinkMicBattle(Event, frozen=True, gc=False):
    """A PK between streamers began or ended."""

    kind: ClassVar[str] = "link_mic_battle"
    battle_users: tuple[User, ...] = ()
    status: str = ""


class LinkMicArmy(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One side's supporters in a PK."""

    host_user_id: str = ""
    points: int = 0
    participants: tuple[User, ...] = ()


class LinkMicArmies(Event, frozen=True, gc=False):
    """The score of a PK, running (battle_status 1) or just over (2)."""

    kind: ClassVar[str] = "link_mic_armies"
    battle_status: int = 0
    battle_armies: tuple[LinkMicArmy, ...] = ()


class LiveIntro(Event, frozen=True, gc=False):
    """The streamer's own introduction of the stream."""

    kind: ClassVar[str] = "live_intro"
    description: str = ""


class RoomNotice(Event, frozen=True, gc=False):
    """A line from the system."""

    kind: ClassVar[str] = "room_notice"
    text: str = ""


class Shopping(Event, frozen=True, gc=False):
    """Something changed in the shop; `data` is as the wire gives it."""

    kind: ClassVar[str] = "shopping"
    data: dict[str, Any] = msgspec.field(default_factory=dict)


class RankUpdate(Event, frozen=True, gc=False):
    """A ranking changed; `data` is as the wire gives it."""

    kind: ClassVar[str] = "rank"
    data: dict[str, Any] = msgspec.field(default_factory=dict)


class Deleted(Event, frozen=True, gc=False):
    """Lines were withdrawn; the ids are those of the earlier events."""

    kind: ClassVar[str] = "deleted"
    message_ids: tuple[str, ...] = ()


class Unknown(Event, frozen=True, gc=False):
    """A message that douyinbot has no event for; `raw` holds its bytes."""

    kind: ClassVar[str] = "unknown"
    method: str = ""
