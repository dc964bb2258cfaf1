"""Viewers that somebody at the keyboard plays, in any room of the bot. Their events are `simulated`."""

import itertools
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from douyinbot.core.clock import Clock
from douyinbot.core.room import RoomRunner
from douyinbot.events import Chat, Event, Follow, Gift, Like, Member, Role, Social, User
from douyinbot.webcast.douyin.panel import PANEL

__all__ = ["PRICES", "Puppets"]

E = TypeVar("E", bound=Event)

PRICES: Mapping[str, int] = {gift.name: gift.price for gift in PANEL}
"""Diamonds of the gifts that are known by name; any other costs 1."""


class Puppets:
    """Lets made-up viewers do things in real and simulated rooms."""

    def __init__(self, rooms: Sequence[RoomRunner], clock: Clock) -> None:
        self._rooms = {room.live_room.id: room for room in rooms}
        self._clock = clock
        self._numbers = itertools.count(1)
        self._likes = 0

    @property
    def rooms(self) -> list[str]:
        """The ids of the rooms."""
        return list(self._rooms)

    def viewer(self, name: str, role: Role = "viewer") -> User:
        """Return a viewer; the same name is always the same person, and nobody else's id begins with 9."""
        number = f"9{zlib.crc32(name.encode()):010d}"
        return User(
            id=number,
            unique_id=f"dy{number}",
            nickname=name,
            role=role,
            is_moderator=role == "admin",
            fan_level=int(role == "fans"),
            follow_role=int(role != "viewer"),
        )

    def say(self, room: str, user: User, text: str) -> None:
        """Let somebody write a line."""
        self._play(room, self._event(Chat, room, user, comment=text))

    def give(self, room: str, user: User, gift: str, count: int = 1, diamonds: int | None = None) -> None:
        """Let somebody give a gift so many times, in one streak that is over at once."""
        group = f"9{next(self._numbers)}"
        fields = {
            "gift_id": str(zlib.crc32(gift.encode())),
            "gift_name": gift,
            "diamond_count": PRICES.get(gift, 1) if diamonds is None else diamonds,
            "repeat_count": count,
            "total": count,
            "combo": True,
            "gift_type": 1,
            "group_id": group,
        }
        ends = (False, True)
        self._play(room, *(self._event(Gift, room, user, **fields, repeat_end=end) for end in ends))

    def come(self, room: str, user: User) -> None:
        """Let somebody come in."""
        self._play(room, self._event(Member, room, user, action=1))

    def follow(self, room: str, user: User) -> None:
        """Let somebody follow the streamer; the platform tells it twice."""
        fields: dict[str, Any] = {"display_type": "follow"}
        self._play(room, self._event(Social, room, user, **fields), self._event(Follow, room, user, **fields))

    def like(self, room: str, user: User, count: int = 1) -> None:
        """Let somebody like so many times."""
        self._likes += count
        self._play(room, self._event(Like, room, user, like_count=count, total_like_count=self._likes))

    def _play(self, room: str, *events: Event) -> None:
        self._rooms[room].process(events)

    def _event(self, kind: type[E], room: str, user: User, **fields: Any) -> E:
        now = self._clock.now()
        return kind(
            time=now,
            received=now,
            id=f"console-{next(self._numbers)}",
            room=room,
            platform=self._rooms[room].live_room.platform,
            user=user,
            simulated=True,
            **fields,
        )
