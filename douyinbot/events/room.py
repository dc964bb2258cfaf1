"""What happens in a room: chat, gifts, joins, likes and everything else that viewers cause."""

from datetime import datetime
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
    "LinkMicGuests",
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
    """The index of that character in the line."""


class Chat(Event, frozen=True, gc=False):
    """A viewer wrote a line, or spoke one, or paid for one that floats over the picture."""

    kind: ClassVar[str] = "chat"
    comment: str = ""
    """The line as it was written: anything may be in it."""
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
    """The platform's own count, as it came."""
    repeat_end: bool = False
    """Whether this message ends the streak."""
    gift_type: int = 0
    """The platform's number: 1 ordinary, 2 with a large effect, 4 an item."""
    combo: bool = False
    """Whether this gift can streak (the seed library's `giftType == 1`)."""
    describe: str = ""
    gift_picture_url: str = ""
    group_id: str = ""
    """The platform's id of the streak, "" for a gift without one."""
    receiver_user_id: str = ""
    """Who gets it: the streamer, or a guest on the line."""
    extended_gift_info: dict[str, Any] | None = None
    """The gift's entry in the platform's gift list, where `enable_extended_gift_info` asks for it; as far as
    the gift's own message tells, where the list is refused.
    """
    delta: int = 0
    """Units that are new in this message."""
    total: int = 0
    """Units of the streak so far."""
    value: int = 0
    """Diamonds of `total`."""
    streak_id: str = ""
    """The same for all messages of a streak; "" for a gift without one."""
    display_type: str = ""
    label: str = ""
    monitor_extra: dict[str, Any] | None = None
    """The app's own notes about the sending, where TikTok passes them on."""


class Member(Event, frozen=True, gc=False):
    """A viewer came in (action 1), or was moderated (see docs/protocol.md for the other numbers)."""

    kind: ClassVar[str] = "member"
    action: int = 0
    member_count: int = 0
    """How many are in the room, as this message counts them."""
    display_type: str = ""
    label: str = ""
    via: str = ""
    """"barrage" where TikTok announced a viewer of a high level instead of sending an ordinary join."""


class Like(Event, frozen=True, gc=False):
    """A viewer tapped the screen; `total_like_count` never falls."""

    kind: ClassVar[str] = "like"
    like_count: int = 0
    """Taps in this message."""
    total_like_count: int = 0
    """Taps of the whole stream."""
    display_type: str = ""
    label: str = ""


class Social(Event, frozen=True, gc=False):
    """A viewer followed or shared; a Follow or Share with the same id comes right after it."""

    kind: ClassVar[str] = "social"
    display_type: str = ""
    """The platform's name of the text, such as `room_follow_msg`."""
    label: str = ""
    """The platform's text pattern, such as `{0:user} 关注了主播`."""
    follow_count: int = 0
    """Followers of the streamer after it, 0 where it is not told."""
    share_count: int = 0
    """Shares of the stream after it, 0 where it is not told."""


class Follow(Event, frozen=True, gc=False):
    """A viewer now follows the streamer."""

    kind: ClassVar[str] = "follow"
    display_type: str = ""
    """The platform's name of the text, such as `room_follow_msg`."""
    label: str = ""
    """The platform's text pattern, such as `{0:user} 关注了主播`."""
    follow_count: int = 0
    """Followers of the streamer after it, 0 where it is not told."""
    share_count: int = 0
    """Shares of the stream after it, 0 where it is not told."""


class Share(Event, frozen=True, gc=False):
    """A viewer shared the room."""

    kind: ClassVar[str] = "share"
    display_type: str = ""
    """The platform's name of the text, such as `room_follow_msg`."""
    label: str = ""
    """The platform's text pattern, such as `{0:user} 关注了主播`."""
    follow_count: int = 0
    """Followers of the streamer after it, 0 where it is not told."""
    share_count: int = 0
    """Shares of the stream after it, 0 where it is not told."""


class TopViewer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One row of the audience list; `coin_count` is the score that the room shows."""

    user: User | None = None
    coin_count: int = 0
    rank: int = 0
    """The place in the list, 1 being the first."""


class RoomUser(Event, frozen=True, gc=False):
    """How many are watching; `total_viewers` is None where the platform does not say."""

    kind: ClassVar[str] = "room_user"
    viewer_count: int = 0
    total_viewers: int | None = None
    top_viewers: tuple[TopViewer, ...] = ()
    """The best of the audience, where the message brings them."""


class Emote(Event, frozen=True, gc=False):
    """A viewer sent a sticker."""

    kind: ClassVar[str] = "emote"
    emote_id: str = ""
    """The platform's number of the sticker, its text where it has no number, "" where neither is told."""
    emote_image_url: str = ""


class Envelope(Event, frozen=True, gc=False):
    """A red packet or lucky bag: put up, running, opened or drawn, over.

    `status` is "packet", "packet opened", "packet over"; "lottery running", "lottery joined", "lottery
    refused", "lottery drawn", "lottery burst", or "lottery" with the platform's number of its state.
    """

    kind: ClassVar[str] = "envelope"
    coins: int = 0
    """Diamonds in it."""
    can_open: int = 0
    """Of a packet: seconds until it opens. Of a bag: how many win; of a burst: seconds that it lasts."""
    status: str = ""
    envelope_id: str = ""
    """The same for all messages about one packet or bag, "" where it is not told."""
    title: str = ""
    """A packet's words, or what there is to win."""
    opens_at: datetime | None = None
    """When it can be opened, where the platform says so."""


class Question(Event, frozen=True, gc=False):
    """A viewer asked a question in the question box."""

    kind: ClassVar[str] = "question"
    question_text: str = ""


class FansClub(Event, frozen=True, gc=False):
    """A viewer joined the fan club (action "join") or rose in it ("upgrade"; else the platform's number).

    TikTok's super fans come as "super_fan" and "super_fan_joined".
    """

    kind: ClassVar[str] = "fans_club"
    action: str = ""
    level: int = 0
    """The viewer's level in the club."""


class Subscribe(Event, frozen=True, gc=False):
    """A viewer subscribed, for the `sub_month`-th month."""

    kind: ClassVar[str] = "subscribe"
    sub_month: int = 0
    exhibition_type: int = 0
    subscribe_type: int = 0
    old_subscribe_status: int = 0
    subscribing_status: int = 0
    display_type: str = ""
    label: str = ""


class LinkMicBattle(Event, frozen=True, gc=False):
    """A PK between streamers began or ended.

    `status` is "start", "over" (time is up), "finish" (the result is there: once for each result, although
    the platform sends it several times), or "punishment over".
    """

    kind: ClassVar[str] = "link_mic_battle"
    battle_users: tuple[User, ...] = ()
    """The streamers, as far as the message names them."""
    status: str = ""
    battle_id: str = ""
    """The same for all messages of one PK, "" where it is not told."""


class LinkMicArmy(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One side's supporters in a PK."""

    host_user_id: str = ""
    """The streamer of this side."""
    points: int = 0
    participants: tuple[User, ...] = ()
    """The best supporters, where the message names them."""


class LinkMicArmies(Event, frozen=True, gc=False):
    """The score of a PK, running (battle_status 1) or just over (2)."""

    kind: ClassVar[str] = "link_mic_armies"
    battle_status: int = 0
    battle_armies: tuple[LinkMicArmy, ...] = ()
    """The sides."""
    battle_id: str = ""
    """The PK, "" in the list of supporters, which does not tell it."""


class LinkMicGuests(Event, frozen=True, gc=False):
    """Who is on the line with the streamer; `user` is who came, went or was muted.

    `action` is "enter", "leave", "seats" (the list as it is now), "group" (who streams together), "mute",
    "unmute", or the platform's number of another act.
    """

    kind: ClassVar[str] = "link_mic_guests"
    action: str = ""
    guests: tuple[User, ...] = ()
    """Who is on the line now, where the message tells."""


class LiveIntro(Event, frozen=True, gc=False):
    """The streamer's own introduction of the stream."""

    kind: ClassVar[str] = "live_intro"
    description: str = ""
    room_id: str = ""
    """The platform's id of the stream, where the message names it."""


class RoomNotice(Event, frozen=True, gc=False):
    """A line that nobody wrote: from the room, or from the platform."""

    kind: ClassVar[str] = "room_notice"
    text: str = ""
    """What is shown; of a banner its JSON."""
    topic: str = ""
    """What it is about; docs/plugins.md has the list. "" where the platform has only one sort."""


class Shopping(Event, frozen=True, gc=False):
    """Something changed in the shop; `data` is as the wire gives it, and `data["what"]` what it is."""

    kind: ClassVar[str] = "shopping"
    data: dict[str, Any] = msgspec.field(default_factory=dict)


class RankUpdate(Event, frozen=True, gc=False):
    """A ranking or score changed; `data` is as the wire gives it, and `data["what"]` what it is."""

    kind: ClassVar[str] = "rank"
    data: dict[str, Any] = msgspec.field(default_factory=dict)


class Deleted(Event, frozen=True, gc=False):
    """Lines were withdrawn, by the ids of the earlier events, or all lines of some users."""

    kind: ClassVar[str] = "deleted"
    message_ids: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()


class Unknown(Event, frozen=True, gc=False):
    """A message that douyinbot has no event for; `raw` holds its bytes."""

    kind: ClassVar[str] = "unknown"
    method: str = ""
