"""直播统计: counts what happens in a stream; `!stats` tells it, and the end of the stream keeps a report."""

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from douyinbot import Chat, Context, Follow, Gift, RoomUser, StreamEnd, command, hookimpl

MOST_PEOPLE = 100_000
REPORT = "report:"


@dataclass
class Config:
    """`[plugins.stats]`"""

    keep: int = 30
    """Days for which reports are kept."""


@dataclass
class Tally:
    """What happened in one stream."""

    lines: int = 0
    diamonds: int = 0
    followers: int = 0
    most_viewers: int = 0
    writers: set[str] = field(default_factory=set)
    givers: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def most_generous(self) -> str:
        if not self.givers:
            return ""
        key = max(self.givers, key=lambda giver: self.givers[giver])
        return f"{self.names[key]} {self.givers[key]}钻"

    def report(self) -> dict[str, Any]:
        counted = asdict(self)
        for people in ("names", "writers", "givers"):
            del counted[people]
        return counted | {
            "writers": len(self.writers),
            "givers": len(self.givers),
            "most_generous": self.most_generous(),
        }


def tally(ctx: Context) -> Tally:
    found: Tally = ctx.state.setdefault("tally", Tally())
    return found


@hookimpl
def on_chat(ctx: Context, event: Chat) -> None:
    if event.history:
        return
    counted = tally(ctx)
    counted.lines += 1
    if event.user is not None and len(counted.writers) < MOST_PEOPLE:
        counted.writers.add(event.user.key)


@hookimpl
def on_gift(ctx: Context, event: Gift) -> None:
    counted = tally(ctx)
    counted.diamonds += event.value
    if event.user is not None and len(counted.givers) < MOST_PEOPLE:
        key = event.user.key
        counted.givers[key] = counted.givers.get(key, 0) + event.value
        counted.names[key] = event.user.short_name


@hookimpl
def on_follow(ctx: Context, event: Follow) -> None:
    tally(ctx).followers += not event.history


@hookimpl
def on_room_user(ctx: Context, event: RoomUser) -> None:
    counted = tally(ctx)
    counted.most_viewers = max(counted.most_viewers, event.viewer_count)


@hookimpl
async def on_stream_end(ctx: Context, event: StreamEnd) -> None:
    report = ctx.state.pop("tally", Tally()).report()
    ctx.log.info("the stream in %s is over: %s", ctx.room.id, report)
    key = f"{REPORT}{ctx.room.id}:{ctx.now:%Y-%m-%dT%H:%M}"
    await ctx.store.set(key, report, ttl=timedelta(days=ctx.config.keep).total_seconds())


@command("stats", "统计", role="admin", cooldown={"room": "10s"}, examples={"!统计": "弹幕"})
def show(ctx: Context) -> str:
    "本场统计: !统计"
    counted = tally(ctx)
    best = f"，最豪 {counted.most_generous()}" if counted.givers else ""
    return (
        f"本场 弹幕 {counted.lines} 条/{len(counted.writers)} 人，礼物 {counted.diamonds} 钻，"
        f"新关注 {counted.followers}，最高 {counted.most_viewers} 人{best}"
    )
