"""What a made-up room does, as data: the format of scenario files and of `Simulator(scenario=...)`.

A scenario is TOML (or the same as JSON). All of it may be left out: then the room is silent.

    restart = false                      # true: the show begins anew for a visitor who finds the room empty

    [room]
    title = "今晚唱歌"                    # also owner, status, viewers, likes, followers
    status = "live"                      # live | paused | preparing | ended
    masked = false                       # true: guests see `吴***` and the id 111111, as on the real site
    polling = false                      # true: the room offers no socket (fetch_type 0)
    fetch_type = 1                       # 0 polling, 1 a socket, 2 polling while the socket is opened
    history = 8                          # how many old lines the first answer carries

    [[people]]                           # those that steps name; anybody else is invented from the name
    name = "小明🐶"
    level = 12                           # also id, fan_level, fan_club, gender, follows, moderator, owner

    [[gifts]]                            # gifts besides those of the usual panel
    name = "大蛋糕"
    price = 88                           # in diamonds; also id, combo

    [[steps]]
    at = "2s"                            # after the first visitor came
    do = "chat"                          # see ACTIONS for the others and their keys
    who = "小明🐶"                        # nobody named: somebody of the audience
    text = "!dice"
    every = "30s"                        # again and again; times = 3 limits that

    [chatter]                            # the background audience
    rate = 1.5                           # messages a second, 0 = none
    start = "4s"
    lines = ["主播好"]                    # instead of the built-in ones
    commands = ["!dice"]                 # typed now and then

    [trouble]                            # what the server does wrong
    page = "throttled"                   # also enter, link, reflow, profile, cookie, fetch, gift_list,
                                         # handshake, frames, chat, speech
    times = { page = 2 }                 # only the first two; without it: always
    retry_after = "5s"
"""

import json
from pathlib import Path
from typing import Any, Literal

import msgspec
import tomli

from douyinbot.config import Duration, Source
from douyinbot.connectors.simulator.panel import PANEL
from douyinbot.connectors.simulator.scenario_trouble import BadFrame, Section, Times, Trouble
from douyinbot.errors import ConfigError

__all__ = [
    "ACTIONS",
    "BadFrame",
    "Chatter",
    "GiftSpec",
    "RoomSpec",
    "Scenario",
    "Step",
    "Times",
    "Trouble",
    "Viewer",
    "load_scenario",
    "parse_scenario",
]

Action = Literal[
    "chat",
    "emoji",
    "member",
    "like",
    "follow",
    "share",
    "gift",
    "fans_club",
    "audio",
    "screen",
    "red_packet",
    "guest",
    "shopping",
    "stats",
    "rank",
    "notice",
    "intro",
    "question",
    "delete",
    "lucky_bag",
    "pk",
    "subscribe",
    "super_fan",
    "pin",
    "caption",
    "poll",
    "goal",
    "unknown",
    "broken",
    "control",
    "pause",
    "resume",
    "end",
    "start",
    "close",
    "reconnect",
    "hangup",
    "drop",
    "stall",
    "bad_frame",
    "offer",
    "trouble",
]
FetchType = Literal[0, 1, 2]
ACTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # What people do.
    "chat": (("text",), ("who",)),
    "emoji": ((), ("who", "text")),
    "member": ((), ("who",)),
    "like": ((), ("who", "count")),
    "follow": ((), ("who",)),
    "share": ((), ("who",)),
    "gift": (("gift",), ("who", "counts", "end", "gap")),
    "fans_club": ((), ("who", "action")),
    "audio": (("text",), ("who",)),
    "screen": (("text",), ("who",)),
    "red_packet": ((), ("who", "count", "text", "phase")),
    "guest": ((), ("who", "phase")),
    "shopping": ((), ("who", "count", "text")),
    # What the room does.
    "stats": ((), ("viewers",)),
    "rank": ((), ()),
    "notice": (("text",), ()),
    "intro": (("text",), ()),
    "question": (("text",), ()),
    "delete": ((), ("count",)),
    "lucky_bag": ((), ("count", "text", "phase")),
    "pk": ((), ("who", "points", "phase")),
    # What only TikTok has; what only Douyin has says shows.py.
    "subscribe": ((), ("who", "count")),
    "super_fan": ((), ("who",)),
    "pin": ((), ("who", "text", "phase")),
    "caption": (("text",), ()),
    "poll": ((), ("text", "points", "phase")),
    "goal": ((), ("who", "text", "count")),
    # A message that nobody knows, one that cannot be decoded, a word about the stream's course that nothing
    # follows from, and that course itself.
    "unknown": ((), ("method",)),
    "broken": ((), ()),
    "control": (("code",), ()),
    "pause": ((), ()),
    "resume": ((), ()),
    "end": ((), ("text",)),
    "start": ((), ()),
    # What happens to the sockets: asked to close or to reconnect, closed with a code, cut off, left without
    # any frame, sent one damaged frame.
    "close": ((), ()),
    "reconnect": ((), ()),
    "hangup": ((), ("code",)),
    "drop": ((), ()),
    "stall": ((), ()),
    "bad_frame": (("frame",), ()),
    # What im/fetch offers from now on: polling, a socket, or polling while the socket is opened.
    "offer": (("fetch_type",), ()),
    # From now on the server does this wrong; an empty table heals the room.
    "trouble": (("trouble",), ()),
}
"""For each `do`: the keys it needs, and those it may have. `at`, `every` and `times` are for all."""


MOST = 100_000
"""The largest `count` of a step."""
OPENS_AFTER = 180
"""Seconds until a red packet opens, as the real ones have it."""
NO_SUCH_GIFT = "there is no such gift; describe it in [[gifts]] or take one of the panel"


class RoomSpec(Section, kw_only=True, frozen=True):
    """`[room]`"""

    title: str = "今晚陪你聊聊天"
    owner: str = "主播小鹿"
    status: Literal["live", "paused", "preparing", "ended"] = "live"
    viewers: int = 128
    likes: int = 2000
    followers: int = 3200
    masked: bool = False
    polling: bool = False
    fetch_type: FetchType = 1
    fetch_interval: Duration = Duration(1)
    push_server: str = ""
    """Announced in place of the simulator's own socket."""
    history: int = 8


class Viewer(Section, kw_only=True, frozen=True):
    """One of `[[people]]`; an id that is not given follows from the name."""

    name: str
    id: int = 0
    level: int = 0
    fan_level: int = 0
    fan_club: str = ""
    gender: Literal["male", "female"] | None = None
    follows: bool = False
    moderator: bool = False
    owner: bool = False

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a person needs a `name` that is not empty")


class GiftSpec(Section, kw_only=True, frozen=True):
    """One of `[[gifts]]`; `price` in diamonds, an id that is not given follows from the name."""

    name: str
    price: int = 1
    id: int = 0
    combo: bool = True


class Step(Section, kw_only=True, frozen=True):
    """One of `[[steps]]`."""

    do: Action
    at: Duration = Duration(0)
    every: Duration | None = None
    times: int = 0
    who: str = ""
    text: str = ""
    count: int = 0
    gift: str = ""
    counts: list[int] = msgspec.field(default_factory=lambda: [1])
    """One running message for each count of the streak so far."""
    end: bool = True
    """Whether the streak's closing message comes, too."""
    gap: Duration = Duration(0.5)
    action: Literal["join", "upgrade"] = "join"
    phase: Literal["start", "going", "end"] = "start"
    """How far a packet, a bag, a PK, a guest's visit, a poll or a pinned line is."""
    points: list[int] = msgspec.field(default_factory=lambda: [0, 0])
    """The streamer's, and those of the rival; the votes of a poll."""
    viewers: int = 0
    method: str = "WebcastHotRoomMessage"
    code: int = 1000
    frame: BadFrame = "none"
    fetch_type: FetchType | None = None
    trouble: Trouble | None = None

    def __post_init__(self) -> None:
        needed, allowed = ACTIONS[self.do]
        given = {name for name, default in _DEFAULTS.items() if getattr(self, name) != default}
        if missing := [name for name in needed if name not in given]:
            raise ValueError(f'the step "{self.do}" needs the key `{missing[0]}`')
        if stray := sorted(given - {*needed, *allowed}):
            known = ", ".join((*needed, *allowed)) or "none of its own"
            raise ValueError(f'the step "{self.do}" has no key `{stray[0]}` (its keys: {known})')
        if self.every is not None and self.every <= 0:
            raise ValueError("`every` must be longer than nothing")
        if not self.counts or min(self.counts) < 1:
            raise ValueError("`counts` needs at least one number, each 1 or more")
        if len(self.points) != 2 or not all(0 <= points < 2**31 for points in self.points):
            raise ValueError("`points` needs two numbers: the streamer's and the rival's")
        if not 0 <= self.count <= MOST:
            raise ValueError(f"`count` must be between 0 and {MOST}")


_DEFAULTS: dict[str, Any] = {
    field.name: field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    for field in msgspec.structs.fields(Step)
    if field.name not in ("do", "at", "every", "times")
}


class Chatter(Section, kw_only=True, frozen=True):
    """`[chatter]`"""

    rate: float = 0.0
    start: Duration = Duration(0)
    lines: list[str] = msgspec.field(default_factory=list)
    commands: list[str] = msgspec.field(default_factory=list)

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= 1000:
            raise ValueError("`rate` must be between 0 and 1000 messages a second")


class Scenario(Section, kw_only=True, frozen=True):
    """All that a room does."""

    restart: bool = False
    room: RoomSpec = RoomSpec()
    people: list[Viewer] = msgspec.field(default_factory=list)
    gifts: list[GiftSpec] = msgspec.field(default_factory=list)
    steps: list[Step] = msgspec.field(default_factory=list)
    chatter: Chatter = Chatter()
    trouble: Trouble = Trouble()

    def missing_gift(self) -> int | None:
        """Return the number of the first step whose gift does not exist."""
        known = {gift.name for gift in self.gifts} | {gift.name for gift in PANEL}
        return next((n for n, step in enumerate(self.steps) if step.gift and step.gift not in known), None)


def load_scenario(path: Path) -> Scenario:
    """Read a scenario file.

    Raises:
        ConfigError: the file cannot be read or is wrong; the text says where and what to do.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such file.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: the file is not UTF-8 text; save it as UTF-8.") from error
    except OSError as error:
        raise ConfigError(f"{path}: the file cannot be read: {error.strerror}.") from error
    return parse_scenario(text, name=str(path))


def parse_scenario(text: str, *, name: str = "scenario") -> Scenario:
    """Check a scenario given as TOML or JSON text.

    Raises:
        ConfigError: as load_scenario.
    """
    kind = "JSON" if text.lstrip().startswith("{") else "TOML"
    try:
        tables = json.loads(text) if kind == "JSON" else tomli.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{name}: this is not valid {kind}: {error}.") from error
    source = Source(name, text)
    scenario = source.convert(tables, Scenario, ())
    if (index := scenario.missing_gift()) is not None:
        raise source.error(("steps", index, "gift"), f"{NO_SUCH_GIFT}: {scenario.steps[index].gift}")
    return scenario
