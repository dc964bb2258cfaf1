"""Guests who talk with the streamer: who sits where, comes, goes and is muted."""

from collections.abc import Iterable

from douyinbot.events import Event, LinkMicGuests, Unknown, User
from douyinbot.webcast.decoding import Arrival, Head
from douyinbot.webcast.douyin.people import head, user_from
from douyinbot.webcast.pb import douyin_pb2 as pb

__all__ = ["group", "link", "seats", "silence"]

_SILENCE = {1: "mute", 2: "unmute"}


def link(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """A guest comes or goes, or the list changes; invitations and the technical rest stay unknown."""
    m = pb.LinkMessage.FromString(payload)
    if m.HasField("enter_content"):
        guests = _guests(m.enter_content.linked_users, at)
        who = _somebody(m.enter_content.user_id, guests)
        action = "enter"
    elif m.HasField("leave_content"):
        guests = _guests(m.leave_content.linked_users, at)
        gone = m.leave_content.user
        who = user_from(gone.user, at) if gone.HasField("user") else None
        who = who or _somebody(m.leave_content.user_id, guests)
        action = "leave"
    elif m.HasField("linked_list_change_content"):
        guests, who = _guests(m.linked_list_change_content.linked_users, at), None
        action = "seats"
    else:
        return (Unknown(*head(m.common, id, at, payload), method=f"LinkMessage/{m.message_type}"),)
    return (LinkMicGuests(*head(m.common, id, at, payload, who), action=action, guests=guests),)


def silence(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.AnchorLinkmicSilenceMessage.FromString(payload)
    action = _SILENCE.get(m.silence_action, str(m.silence_action))
    who = User(id=m.to_user_id) if m.to_user_id else None
    return (LinkMicGuests(*head(m.common, id, at, payload, who), action=action),)


def group(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """The members of a group that streams together."""
    m = pb.GroupLiveMemberChangeMessage.FromString(payload)
    return (LinkMicGuests(*head(m.common, id, at, payload), action="group", guests=_guests(m.members, at)),)


def seats(state: bytes, first: Head, at: Arrival) -> Event:
    """Who sits where, as the room's state tells it."""
    m = pb.RoomLinkMicSyncData.FromString(state)
    return LinkMicGuests(*first, action="seats", guests=_guests(m.linked_users, at))


def _guests(rows: Iterable[pb.ListUser | pb.GroupLiveMemberInfo], at: Arrival) -> tuple[User, ...]:
    return tuple(user_from(row.user, at) for row in rows if row.HasField("user"))


def _somebody(number: int, guests: Iterable[User]) -> User | None:
    """Return the guest of this id, known by the id alone where the list does not have them."""
    if not number:
        return None
    id = str(number)
    return next((guest for guest in guests if guest.id == id), User(id=id))
