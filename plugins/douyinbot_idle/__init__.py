"""暖场: says something when nobody has written for a while."""

from typing import Literal

from msgspec import field

from douyinbot import Context, Duration, Timer, hookimpl

TEXTS = [
    "{大家/家人们}，今天过得怎么样？",
    "新来的朋友可以点点关注，不迷路",
    "有什么想看的、想聊的，打在公屏上",
]


class Config(Timer, kw_only=True, frozen=True):
    """`[plugins.idle]`: the keys of `[[timers]]`; `idle` is how long the room must be silent."""

    name: str = "idle"
    idle: Duration | None = Duration(120)
    say: str | list[str] | None = field(default_factory=lambda: list(TEXTS))
    order: Literal["rotate", "shuffle"] = "shuffle"


@hookimpl
def setup(ctx: Context) -> None:
    ctx.add_timer(ctx.config)
