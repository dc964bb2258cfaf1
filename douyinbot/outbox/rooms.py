"""The rooms of an account, and what stands against speaking in them now: stops, mutes, the bot's share."""

import math
from dataclasses import dataclass
from typing import Literal

from douyinbot.outbox.lines import Cause, Line
from douyinbot.outbox.sender import Sender
from douyinbot.outbox.share import Share

__all__ = ["Mode", "Room", "Rooms"]

Mode = Literal["dry", "approve", "live"]

MUTE = 600.0
"""How long nothing is tried in a room in which the account is muted."""


@dataclass(eq=False, slots=True)
class Room:
    """A room, how lines are said in it, and whether the account is muted there."""

    id: str
    sender: Sender | None
    mode: Mode
    share: Share
    muted_until: float = -math.inf
    muted_reason: str = ""


class Rooms:
    """The rooms of one account. Rehearsals ("dry") go on when the account's sending is stopped."""

    def __init__(self) -> None:
        self.stopped_reason = ""
        """Why nothing is sent until somebody resumes; "" if all is well."""
        self._rooms: dict[str, Room] = {}

    def __contains__(self, room_id: str) -> bool:
        return room_id in self._rooms

    def get(self, room_id: str) -> Room | None:
        """Return a room, None if it is not (or no longer) one of the account's."""
        return self._rooms.get(room_id)

    def put(self, room_id: str, sender: Sender | None, mode: Mode, share: float) -> None:
        """Add a room, or change it; what has been said and heard in it is kept."""
        known = self._rooms.get(room_id)
        if known is None:
            self._rooms[room_id] = Room(room_id, sender, mode, Share(share))
        else:
            known.sender, known.mode = sender, mode

    def remove(self, room_id: str) -> None:
        """Forget a room."""
        self._rooms.pop(room_id, None)

    def mute(self, room_id: str, reason: str, now: float) -> None:
        """Note that the platform does not let the account speak in a room."""
        if (room := self._rooms.get(room_id)) is not None:
            room.muted_until, room.muted_reason = now + MUTE, reason

    def resume(self) -> None:
        """Forget stops and mutes: somebody has seen to them."""
        self.stopped_reason = ""
        for room in self._rooms.values():
            room.muted_until, room.muted_reason = -math.inf, ""

    def stop(self, reason: str) -> None:
        """Send nothing until somebody resumes."""
        self.stopped_reason = reason

    def refusal(self, room_id: str, now: float, *, dry: bool = False) -> tuple[str, Cause] | None:
        """Return why a new line for a room is not even queued, None if it is; `dry` is one for rehearsal."""
        room = self._rooms.get(room_id)
        if room is None:
            return f'there is no room "{room_id}" to say it in', Cause.NO_ROOM
        if dry or room.mode == "dry":
            return None
        if room.sender is None:
            return "nothing can be sent in this room: it has no sender", Cause.NO_SENDER
        if self.stopped_reason:
            return f"sending is stopped: {self.stopped_reason}", Cause.STOPPED
        if now < room.muted_until:
            return f"sending is stopped in this room for a while: {room.muted_reason}", Cause.MUTED
        return None

    def holds(self, line: Line, now: float) -> str:
        """Return why a queued line must wait, "" if it need not."""
        room = self._rooms[line.room]
        if (refusal := self.refusal(line.room, now, dry=line.dry)) is not None:
            return refusal[0]
        return "" if room.share.allows(line.left, now) else "the bot has had its share of the room's lines"

    def opens_at(self, line: Line, now: float) -> float:
        """Return when to look again at a line that is held; infinity if only an event can free it."""
        room = self._rooms[line.room]
        if not (line.dry or room.mode == "dry") and now < room.muted_until:
            return room.muted_until
        return math.inf if room.share.allows(line.left, now) else room.share.free_at()
