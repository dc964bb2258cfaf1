"""bot.toml as typed values. Every key is explained in bot.example.toml and docs/configuration.md."""

from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from douyinbot.config.source import Source
from douyinbot.config.values import Duration, Rate, Secret, is_loopback

__all__ = [
    "BotSection",
    "Config",
    "PluginsSection",
    "Room",
    "Scope",
    "Send",
    "TextCommand",
    "Timer",
    "TimerGroup",
    "Web",
]

RoleName = Literal["viewer", "follower", "fans", "admin", "owner"]


class Section(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """A table of bot.toml: a key that is not declared is an error."""


class BotSection(Section, kw_only=True, frozen=True):
    """`[bot]`"""

    name: str = "小助手"
    prefix: list[str] = msgspec.field(default_factory=lambda: ["!"])
    timezone: str = "Asia/Shanghai"
    store: str = "sqlite:///data/bot.sqlite"
    log: Literal["debug", "info", "warning", "error"] = "info"

    def __post_init__(self) -> None:
        if not self.prefix or any(not prefix.strip() for prefix in self.prefix):
            raise ValueError("`prefix` needs at least one entry, and none of them may be empty")
        try:
            self.zone  # noqa: B018  # only a look at this one: listing all of them takes longer than the rest
        except (KeyError, ValueError, OSError):
            raise ValueError(
                f'"{self.timezone}" is not a time zone; write for instance "Asia/Shanghai" or "Europe/Berlin"'
            ) from None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Room(Section, kw_only=True, frozen=True):
    """One entry of `[[rooms]]`."""

    id: str
    connector: str
    url: str = ""
    cookies: Secret | None = None
    send: Literal["dry", "approve", "live"] = "dry"
    sender: str = "http"
    browser: str = "http://127.0.0.1:9222"
    owner: str = ""
    admins: list[str] = []
    vips: list[str] = []
    after_end: Literal["wait", "stop"] = "wait"
    gift_silence: Duration = Duration(6)
    options: dict[str, Any] = {}

    def __repr__(self) -> str:
        """Leave out the options: there are cookies and proxy passwords among them."""
        return (
            f"Room(id={self.id!r}, connector={self.connector!r}, url={self.url!r}, cookies={self.cookies!r})"
        )

    def __post_init__(self) -> None:
        if not self.id.strip():
            raise ValueError("a room needs an `id` that is not empty")
        if not 1 <= self.gift_silence <= 60:
            raise ValueError("`gift_silence` must be between 1s and 60s")


class Send(Section, kw_only=True, frozen=True):
    """`[send]`: how an account speaks."""

    rate: Rate = Rate(1, Duration(4))
    burst: int = 2
    per_minute: int = 10
    max_length: int = 50
    max_parts: int = 3
    dedupe: Duration = Duration(60)
    ttl: Duration = Duration(20)
    approval: Duration = Duration(120)
    queue: int = 100
    echo: Duration = Duration(10)
    share: float = 0.0

    def __post_init__(self) -> None:
        for name in ("burst", "per_minute", "max_parts", "queue"):
            if getattr(self, name) < 1:
                raise ValueError(f"`{name}` must be at least 1")
        if self.max_length < 10:
            raise ValueError("`max_length` must be at least 10")
        if not 0 <= self.share <= 1:
            raise ValueError("`share` is a part of 1: write 0 (off) to 1")


class Scope(Section, kw_only=True, frozen=True):
    """`rooms` and `except_rooms`: where a plugin, timer or command is at work. Neither means everywhere."""

    rooms: list[str] | None = None
    except_rooms: list[str] = []

    def covers(self, room: str) -> bool:
        return room not in self.except_rooms and (self.rooms is None or room in self.rooms)


class TextCommand(Scope, kw_only=True, frozen=True):
    """One entry of `[commands]` in its long form."""

    say: str | list[str]
    cooldown: Duration | None = None
    role: RoleName = "viewer"
    aliases: list[str] = []
    hidden: bool = False


class Timer(Scope, kw_only=True, frozen=True):
    """One entry of `[[timers]]`: one of `every`, `cron`, `at` or `idle`, and what to say."""

    name: str
    say: str | list[str] | None = None
    file: str | None = None
    every: Duration | None = None
    cron: str | None = None
    at: list[str] | None = None
    idle: Duration | None = None
    jitter: Duration = Duration(0)
    min_lines: int = 0
    only_live: bool = True
    order: Literal["rotate", "shuffle"] = "rotate"
    group: str | None = None
    priority: Literal["low", "normal", "high"] = "low"

    def __post_init__(self) -> None:
        given = [name for name in ("every", "cron", "at", "idle") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("a timer needs exactly one of `every`, `cron`, `at` and `idle`")
        for name in ("every", "idle"):
            if (value := getattr(self, name)) is not None and value < 5:
                raise ValueError(f"`{name}` must be at least 5s: a room is not a place to flood")
        if self.at == [] or self.cron == "":
            raise ValueError(f"`{given[0]}` must not be empty")
        if self.file == "":
            raise ValueError("`file` must not be empty")
        if self.file is None and self.say is None:
            raise ValueError("the key `say` is missing; it has the text, or use `file`")
        if self.file is None and (not self.lines or any(not line.strip() for line in self.lines)):
            raise ValueError("`say` needs at least one text, and none of them may be empty")
        if self.min_lines < 0:
            raise ValueError("`min_lines` must not be negative")

    @property
    def lines(self) -> list[str]:
        return [self.say] if isinstance(self.say, str) else self.say or []


class TimerGroup(Section, kw_only=True, frozen=True):
    """One entry of `[timer_groups]`: timers that never speak close to each other."""

    gap: Duration

    def __post_init__(self) -> None:
        if self.gap <= 0:
            raise ValueError("`gap` must be longer than 0s")


class Web(Section, kw_only=True, frozen=True):
    """`[web]`: where the dashboard, the overlay and the API are, and who may use them."""

    listen: str = "127.0.0.1:8765"
    token: Secret | None = None
    hosts: list[str] = []

    def __post_init__(self) -> None:
        host, _ = self.address
        if self.token is None and not is_loopback(host):
            raise ValueError(
                f"`listen` is open to other computers ({host}), so it needs a `token`; "
                'or write listen = "127.0.0.1:8765"'
            )

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of `listen`.

        Raises:
            ValueError: it is not written HOST:PORT.
        """
        host, colon, port = self.listen.rpartition(":")
        bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
        if not (colon and bare and port.isascii() and port.isdigit() and int(port) < 65536) or (
            ":" in bare and bare == host
        ):
            raise ValueError(
                f'`listen` must be HOST:PORT, for instance "127.0.0.1:8765", not "{self.listen}"'
            )
        return bare, int(port)


class PluginsSection(msgspec.Struct, kw_only=True, frozen=True):
    """`[plugins]`, with the settings of each plugin taken out into `settings`."""

    dirs: list[str] = []
    enable: list[str] = []
    settings: dict[str, dict[str, Any]] = {}


class Config(msgspec.Struct, kw_only=True, frozen=True):
    """A whole bot.toml, checked. `source` makes located errors for what is checked later."""

    source: Source
    bot: BotSection
    rooms: list[Room]
    send: Send
    plugins: PluginsSection
    commands: dict[str, TextCommand]
    timers: list[Timer]
    timer_groups: dict[str, TimerGroup] = {}
    web: Web | None = None

    @property
    def folder(self) -> Path:
        """Where relative paths start."""
        return self.source.folder
