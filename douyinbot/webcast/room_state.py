"""What a room is like when it is entered, whichever platform told it."""

from dataclasses import dataclass

__all__ = ["ENDED", "LIVE", "PAUSED", "RoomState"]

LIVE, PAUSED, ENDED = 2, 3, 4
"""Values of `status`; 1 is preparing, 0 never started."""


@dataclass(frozen=True, slots=True)
class RoomState:
    """A room as the platform describes it; empty where it does not say."""

    room_id: str = ""
    """The id of the running (or last) stream, 19 digits."""
    web_rid: str = ""
    """The number in the room's address."""
    status: int | None = None
    title: str = ""
    owner_id: str = ""
    owner_name: str = ""
    owner_sec_uid: str = ""
    visitor_id: str = ""
    account_id: str = ""
    """The logged-in account's user id; empty for a guest."""
    viewers: str = ""
    notice: str = ""
    """What the platform itself says about the room (`prompts`)."""
    chat_closed: str = ""
    """Why the visitor may not chat, in the platform's words; "" where nothing is known against it."""

    @property
    def is_live(self) -> bool:
        """Whether somebody is on air; a pause counts, and so does a status that is not told."""
        return self.status in (LIVE, PAUSED) or (self.status is None and bool(self.room_id))
