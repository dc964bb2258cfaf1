"""Whose messages a room speaks in: Douyin's, or TikTok's in a room whose name begins with an @."""

from collections.abc import Sequence
from typing import Literal, Protocol

from douyinbot.webcast.composing import Composed, GiftKind, Person
from douyinbot.webcast.douyin import compose
from douyinbot.webcast.tiktok import compose as tiktok

__all__ = ["Tongue", "tongue_of"]


class Tongue(Protocol):
    """What both composers of messages have."""

    SECOND: int

    def chat(self, id: int, room_id: int, time_ms: int, person: Person, text: str) -> Composed: ...

    def emoji_chat(
        self, id: int, room_id: int, time_ms: int, person: Person, emoji_id: int, text: str
    ) -> Composed: ...

    def member(self, id: int, room_id: int, time_ms: int, person: Person, member_count: int) -> Composed: ...

    def like(
        self, id: int, room_id: int, time_ms: int, person: Person, count: int, total: int
    ) -> Composed: ...

    def social(
        self,
        id: int,
        room_id: int,
        time_ms: int,
        person: Person,
        action: Literal["follow", "share"],
        count: int,
    ) -> Composed: ...

    def gift(
        self,
        id: int,
        room_id: int,
        time_ms: int,
        person: Person,
        kind: GiftKind,
        *,
        repeat_count: int,
        group_id: int,
        repeat_end: bool,
    ) -> Composed: ...

    def fans_club(
        self, id: int, room_id: int, time_ms: int, person: Person, action: Literal["join", "upgrade"]
    ) -> Composed: ...

    def room_user_seq(
        self,
        id: int,
        room_id: int,
        time_ms: int,
        total: int,
        total_user: int,
        top: Sequence[tuple[Person, int]],
    ) -> Composed: ...

    def room_stats(self, id: int, room_id: int, time_ms: int, total: int) -> Composed: ...

    def control(self, id: int, room_id: int, time_ms: int, action: int, tips: str) -> Composed: ...

    def other(self, id: int, room_id: int, time_ms: int, method: str) -> Composed: ...


def tongue_of(room: str) -> Tongue:
    """Return what is spoken in the room of this name."""
    return tiktok if room.startswith("@") else compose
