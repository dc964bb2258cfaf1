"""点歌: viewers ask for songs, the streamer sings them one after the other; the list outlives a restart."""

from dataclasses import dataclass
from typing import Any

from douyinbot import Context, PluginError, command, hookimpl

POINTS = "points"


@dataclass
class Config:
    """`[plugins.song_request]`"""

    most: int = 30
    """So many songs wait at most."""
    per_viewer: int = 2
    """So many of one viewer."""
    longest: int = 20
    """Characters of a song's name."""
    price: int = 0
    """Points for a song; needs the plugin `points`."""
    shown: int = 5
    """So many are shown by !歌单."""


@hookimpl
def setup(ctx: Context) -> None:
    if ctx.config.price and ctx.use(POINTS) is None:
        raise PluginError("`price` needs the plugin points: put it before song_request in `enable`")


@command("song", "点歌", cooldown="5s", examples={"!点歌 晴天": "晴天"})
async def request(ctx: Context, *, song: str) -> str | None:
    "点一首歌: !点歌 <歌名>"
    config: Config = ctx.config
    user, points = ctx.user, ctx.use(POINTS)
    if user is None:
        return None
    songs = await waiting(ctx)
    if len(songs) >= config.most:
        return "歌单满了，等一会儿再点"
    if sum(entry["by"] == user.key for entry in songs) >= config.per_viewer:
        return f"{user.short_name} 已经点了 {config.per_viewer} 首，先听完"
    if any(entry["song"].casefold() == song.casefold() for entry in songs):
        return f"《{song[: config.longest]}》已经在歌单里了"
    if config.price and points is not None and not await points.take(user, config.price):
        return f"{user.short_name} 的{points.name}不够，点歌要 {config.price}"
    songs.append({"song": song[: config.longest], "by": user.key, "name": user.short_name})
    await keep(ctx, songs)
    return f"{user.short_name} 点了《{song[: config.longest]}》，排第 {len(songs)}"


@command("songs", "歌单", cooldown={"room": "10s"})
async def show(ctx: Context) -> str:
    "看看歌单: !歌单"
    songs = await waiting(ctx)
    if not songs:
        return "歌单是空的，发 !点歌 歌名"
    shown = " ".join(f"{place}.{song['song']}" for place, song in enumerate(songs[: ctx.config.shown], 1))
    more = f" 等{len(songs)}首" if len(songs) > ctx.config.shown else ""
    return f"歌单: {shown}{more}"


@command("nextsong", "下一首", role="admin")
async def next_song(ctx: Context) -> str:
    "唱下一首: !下一首"
    songs = await waiting(ctx)
    if not songs:
        return "歌单是空的"
    song = songs.pop(0)
    await keep(ctx, songs)
    return f"下一首《{song['song']}》，{song['name']} 点的"


@command("dropsong", "删歌", role="admin")
async def drop(ctx: Context, place: int) -> str:
    "从歌单删掉一首: !删歌 <序号>"
    songs = await waiting(ctx)
    if not 1 <= place <= len(songs):
        return f"歌单里没有第 {place} 首"
    song = songs.pop(place - 1)
    await keep(ctx, songs)
    return f"删掉了《{song['song']}》"


async def waiting(ctx: Context) -> list[dict[str, Any]]:
    songs: list[dict[str, Any]] = await ctx.store.get(f"songs:{ctx.room.id}", [])
    return songs


async def keep(ctx: Context, songs: list[dict[str, Any]]) -> None:
    await ctx.store.set(f"songs:{ctx.room.id}", songs)
