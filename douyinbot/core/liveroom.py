"""What the bot knows about a room at this moment: what plugins see as `ctx.room`."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from douyinbot.config import Room
from douyinbot.core.commands.arguments import fold
from douyinbot.events import (
    Chat,
    Connected,
    Disconnected,
    Event,
    RoomUser,
    StreamEnd,
    StreamPaused,
    StreamResumed,
    User,
)

__all__ = ["LiveRoom"]

MOST_VIEWERS = 2000
"""Viewers remembered by name, so that a command can take `@name`."""

_TELLING = frozenset(
    kind.kind for kind in (Chat, RoomUser, Connected, Disconnected, StreamPaused, StreamResumed, StreamEnd)
)
"""Events that tell something about the room itself."""


@dataclass(slots=True)
class LiveRoom:
    """A room as it is now. Read it freely; only the bot writes to it."""

    id: str
    config: Room
    platform: str = "douyin"
    simulated: bool = False
    """Whether the room itself is made up: the simulator's, or a recording of it."""
    room_id: str = ""
    """The platform's id of the stream."""
    title: str = ""
    owner: str = ""
    """The streamer's nickname."""
    connected: bool = False
    live: bool = False
    """Whether somebody is on air (a pause does not count as live)."""
    since: datetime | None = None
    """Since when it has been live, as far as the bot has seen it."""
    viewers: int = 0
    lines: int = 0
    """Chat lines of other people since the bot started."""
    last_line: datetime | None = None
    """When the last of them came."""
    _viewers: OrderedDict[str, User] = field(default_factory=OrderedDict)

    def note(self, event: Event, *, own: bool = False) -> None:
        """Keep up with an event; `own` marks the bot's own line coming back."""
        user = event.user
        if user is not None and user.nickname:
            self._remember(user)
        if event.kind in _TELLING:
            self._take(event, own)

    def _take(self, event: Event, own: bool) -> None:
        match event:
            case Chat(history=False) if not own:
                self.lines += 1
                self.last_line = event.received
            case RoomUser():
                self.viewers = event.viewer_count
            case Connected():
                self.platform, self.room_id = event.platform, event.room_id
                self.simulated = event.simulated
                self.title, self.owner = event.title, event.owner
                self.connected = self.live = True
                self.since = self.since or event.received
            case Disconnected():
                self.connected = False
            case StreamPaused():
                self.live = False
            case StreamResumed():
                self.live = True
            case StreamEnd():
                self.live, self.since = False, None

    def made_up(self, event: Event) -> bool:
        """Tell whether an event was made up by somebody at the keyboard, in a room that is real."""
        return event.simulated and not self.simulated

    def uptime(self, now: datetime) -> float | None:
        """Return the seconds it has been live, None while it is not."""
        return (now - self.since).total_seconds() if self.since is not None else None

    def find_user(self, name: str) -> User | None:
        """Return a viewer seen here by nickname, 抖音号 or id, whichever fits; the latest one of a name."""
        folded = fold(name)
        for user in reversed(self._viewers.values()):
            names = (user.nickname, user.unique_id, "" if user.is_anonymous else user.id)
            if any(fold(known) == folded for known in names if known):
                return user
        return None

    def _remember(self, user: User) -> None:
        """Keep the viewers in the order in which they were heard last; names are folded when asked for."""
        viewers, key = self._viewers, user.key
        viewers[key] = user
        viewers.move_to_end(key)
        if len(viewers) > MOST_VIEWERS:
            viewers.popitem(last=False)
