"""积分: viewers earn points by writing, watching, gifts and checking in; other plugins can take them.

Masked viewers earn nothing: nobody can tell them apart for certain.
"""

from dataclasses import dataclass

from douyinbot import Chat, Context, Duration, Event, Gift, Like, Member, User, command, hookimpl

BALANCE, NAME = "points:", "name:"
MOST_WATCHERS = 5000
"""So many viewers are paid for watching; who was heard of longest ago is forgotten first."""


@dataclass
class Config:
    """`[plugins.points]`"""

    name: str = "积分"
    """What the points are called."""
    per_chat: int = 1
    """For a line."""
    chat_rest: Duration = Duration(60)
    """Lines of a viewer within this time count once."""
    per_watch: int = 5
    """For watching, every `watch_every`."""
    watch_every: Duration = Duration(600)
    """How often watching is paid."""
    watching: Duration = Duration(900)
    """Who did something within this time is taken as watching; the platform does not tell."""
    per_diamond: float = 1.0
    """For each diamond of a gift."""
    per_check_in: int = 20
    """For the check-in, once a day."""
    top: int = 5
    """So many stand in the list of the richest."""


class Points:
    """The accounts: what other plugins get from `ctx.use("points")`. All methods are awaited."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self.name: str = ctx.config.name

    async def of(self, user: User) -> int:
        """Return how many points somebody has."""
        return int(await self._ctx.store.get(BALANCE + user.key, 0))

    async def give(self, user: User, points: int) -> int:
        """Add points, and return how many there are now; masked viewers get none."""
        if user.is_anonymous:
            return 0
        async with self._ctx.store.transaction() as store:
            await store.set(NAME + user.key, user.short_name)
            return int(await store.incr(BALANCE + user.key, points))

    async def take(self, user: User, points: int) -> bool:
        """Take points away, if there are enough; say whether there were."""
        async with self._ctx.store.transaction() as store:
            if int(await store.get(BALANCE + user.key, 0)) < points:
                return False
            await store.incr(BALANCE + user.key, -points)
            return True

    async def richest(self, count: int) -> list[tuple[str, int]]:
        """Return names and points of those who have most."""
        found = await self._ctx.store.top(BALANCE, count)
        return [
            (await self._ctx.store.get(NAME + key.removeprefix(BALANCE), "神秘人"), int(points))
            for key, points in found
        ]


@hookimpl
def provide(ctx: Context) -> Points:
    return Points(ctx)


@hookimpl
def setup(ctx: Context) -> None:
    ctx.every(ctx.config.watch_every, pay_watchers)


@hookimpl
def on_member(ctx: Context, event: Member) -> None:
    note_watcher(ctx, event)


@hookimpl
def on_like(ctx: Context, event: Like) -> None:
    note_watcher(ctx, event)


def note_watcher(ctx: Context, event: Event) -> None:
    user = event.user
    if user is None or user.is_anonymous or event.history:
        return
    seen: dict[str, tuple[float, User]] = ctx.shared.setdefault(event.room, {})
    seen.pop(user.key, None)
    seen[user.key] = (ctx.clock.monotonic(), user)
    if len(seen) > MOST_WATCHERS:
        del seen[next(iter(seen))]


async def pay_watchers(ctx: Context) -> None:
    points: Points = ctx.use("points")
    since = ctx.clock.monotonic() - ctx.config.watching
    for room in ctx.rooms:
        if not room.live:
            continue
        for at, user in list(ctx.shared.get(room.id, {}).values()):
            if at >= since:
                await points.give(user, ctx.config.per_watch)


@hookimpl
async def on_chat(ctx: Context, event: Chat) -> None:
    note_watcher(ctx, event)
    if event.user is None or event.history or not ctx.config.per_chat:
        return
    if await ctx.store.incr(f"wrote:{event.user.key}", ttl=ctx.config.chat_rest) == 1:
        await ctx.use("points").give(event.user, ctx.config.per_chat)


@hookimpl
async def on_gift(ctx: Context, event: Gift) -> None:
    note_watcher(ctx, event)
    earned = round(event.value * ctx.config.per_diamond)
    if event.user is not None and earned > 0:
        await ctx.use("points").give(event.user, earned)


@command("points", "积分", cooldown="10s", examples={"!points": "积分"})
async def balance(ctx: Context) -> str | None:
    "看看自己的积分: !积分"
    if ctx.user is None:
        return None
    if ctx.user.is_anonymous:
        return "看不到你是谁，记不了积分"
    return f"{ctx.user.short_name} 有 {await ctx.use('points').of(ctx.user)} {ctx.config.name}"


@command("top", "排行", cooldown={"room": "20s"})
async def top(ctx: Context) -> str:
    "看看谁的积分最多: !排行"
    richest = await ctx.use("points").richest(ctx.config.top)
    listed = " ".join(f"{place}.{name} {points}" for place, (name, points) in enumerate(richest, 1))
    return f"{ctx.config.name}排行: {listed}" if listed else f"还没有人有{ctx.config.name}"


@command("checkin", "签到", cooldown="10s")
async def check_in(ctx: Context) -> str | None:
    "每天签到领积分: !签到"
    if ctx.user is None or ctx.user.is_anonymous:
        return None
    today = ctx.now.date().isoformat()
    if await ctx.store.incr(f"checked:{today}:{ctx.user.key}", ttl=86400) > 1:
        return f"{ctx.user.short_name} 今天签过到了"
    now = await ctx.use("points").give(ctx.user, ctx.config.per_check_in)
    return f"{ctx.user.short_name} 签到 +{ctx.config.per_check_in}，共 {now} {ctx.config.name}"


@command("give", "发积分", role="admin")
async def give(ctx: Context, viewer: User, points: int) -> str:
    "给观众发积分: !发积分 <@观众> <数量>"
    if viewer.is_anonymous:
        return "看不到是谁，记不了积分"
    now = await ctx.use("points").give(viewer, points)
    return f"{viewer.short_name} {points:+}，共 {now} {ctx.config.name}"
