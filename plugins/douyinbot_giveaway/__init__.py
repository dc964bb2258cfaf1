"""抽奖: viewers enter by a keyword or for points; everybody can check that the draw was fair.

Before anybody enters, the bot publishes the SHA-256 of a secret. The draw sorts the entrants by the SHA-256
of secret and viewer, and the first ones win; with the result the secret is published. So nobody, the streamer
included, could choose the winners, and whoever has the list of entrants can do the sum again.

A giveaway outlives a restart of the bot: who has paid with points must not lose them to a crash.
"""

import hashlib
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from douyinbot import Chat, Context, Duration, PluginError, command, hookimpl, name_list

MOST_ENTRANTS = 100_000
MOST_WINNERS = 20
SHOWN = 16
"""Hexadecimal digits of the published hash: 64 bits are beyond anybody's reach within a stream."""


@dataclass
class Config:
    """`[plugins.giveaway]`"""

    duration: Duration = Duration(180)
    """How long one may enter."""
    price: int = 0
    """Points for entering; needs the plugin `points`."""


@dataclass
class Giveaway:
    """A giveaway under way."""

    keyword: str
    winners: int
    secret: str
    until: str
    """When the draw is, as ISO 8601."""


def promise(secret: str) -> str:
    """What is published before anybody enters."""
    return hashlib.sha256(secret.encode()).hexdigest()[:SHOWN]


def draw(secret: str, entrants: Iterable[str], winners: int) -> list[str]:
    """Return the winners: the order depends on nothing but the secret and the entrants."""
    return sorted(entrants, key=lambda key: (hashlib.sha256(f"{secret}:{key}".encode()).digest(), key))[
        :winners
    ]


def fold(text: str) -> str:
    """Full-width forms and case make no difference."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


@hookimpl
async def setup(ctx: Context) -> None:
    if ctx.config.price and ctx.use("points") is None:
        raise PluginError("`price` needs the plugin points: put it before giveaway in `enable`")
    for room in ctx.rooms:
        saved = await ctx.store.get(f"giveaway:{room.id}")
        if saved is not None:
            ctx.shared[room.id] = giveaway = Giveaway(**saved)
            left = datetime.fromisoformat(giveaway.until) - ctx.now
            draw_later(ctx, room.id, giveaway, left.total_seconds())


@command("giveaway", "抽奖", role="admin", examples={"!抽奖 666 2": "发 666 参加"})
async def begin(ctx: Context, keyword: str, winners: int = 1) -> str:
    "开始抽奖: !抽奖 <关键词> [人数]"
    room, config = ctx.room.id, ctx.config
    if room in ctx.shared:
        return "上一个抽奖还没开奖，先 !开奖"
    if not 1 <= winners <= MOST_WINNERS:
        return f"一次抽 1 到 {MOST_WINNERS} 人"
    until = ctx.now + timedelta(seconds=config.duration)
    ctx.shared[room] = giveaway = Giveaway(keyword, winners, secrets.token_hex(16), until.isoformat())
    await ctx.store.set(f"giveaway:{room}", asdict(giveaway))
    draw_later(ctx, room, giveaway, config.duration)
    price = f"，要 {config.price} 积分" if config.price else ""
    return f"抽奖: 发 {keyword} 参加{price}，抽 {winners} 人。承诺 {promise(giveaway.secret)}"


@command("draw", "开奖", role="admin")
async def end(ctx: Context) -> str | list[str]:
    "提前开奖: !开奖"
    return await finish(ctx, ctx.room.id, ctx.shared.get(ctx.room.id)) or "现在没有抽奖"


@hookimpl
async def on_chat(ctx: Context, event: Chat) -> str | None:
    room, user = ctx.room.id, event.user
    giveaway: Giveaway | None = ctx.shared.get(room)
    if giveaway is None or user is None or event.history or fold(event.comment) != fold(giveaway.keyword):
        return None
    key = entrant(room, user.key)
    if await ctx.store.get(key) is not None or await ctx.store.get(f"entered:{room}", 0) >= MOST_ENTRANTS:
        return None
    if ctx.config.price and not await ctx.use("points").take(user, ctx.config.price):
        return f"{user.short_name} 的积分不够，参加要 {ctx.config.price}"
    await ctx.store.set(key, user.short_name)
    await ctx.store.incr(f"entered:{room}")
    return None


def entrant(room: str, key: str = "") -> str:
    return f"entrant:{room}:{key}"


def draw_later(ctx: Context, room: str, giveaway: Giveaway, seconds: float) -> None:
    async def due(ctx: Context) -> None:
        for line in await finish(ctx, room, giveaway):
            ctx.say(line, room=room, priority="high")

    ctx.later(max(0.0, seconds), due)


async def finish(ctx: Context, room: str, giveaway: Giveaway | None) -> list[str]:
    """Draw this giveaway, unless that is done already, and return what to say."""
    running: Giveaway | None = ctx.shared.get(room)
    if running is None or running is not giveaway:
        return []
    del ctx.shared[room]
    keys = await ctx.store.keys(entrant(room))
    names = {key.removeprefix(entrant(room)): await ctx.store.get(key, "") for key in keys}
    for key in (*keys, f"entered:{room}", f"giveaway:{room}"):
        await ctx.store.delete(key)
    if not names:
        return ["抽奖结束，没有人参加"]
    ctx.log.info("giveaway %s: secret %s, entrants %s", running.keyword, running.secret, sorted(names))
    won = [names[key] or "神秘人" for key in draw(running.secret, names, running.winners)]
    return [f"恭喜 {name_list(won, MOST_WINNERS)}！{len(names)} 人参加", f"验证: 种子 {running.secret}"]
