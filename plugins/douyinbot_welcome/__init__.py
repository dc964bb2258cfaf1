"""欢迎观众: greets who comes in, by the time of day, each viewer once a day, a crowd in one line."""

from dataclasses import dataclass

from douyinbot import Context, Duration, Member, Registry, Role, User, hookimpl, name_list

CAME_IN = 1
DAY = 24 * 3600.0
GREETINGS = ((5, "夜深了"), (11, "早上好"), (13, "中午好"), (18, "下午好"), (24, "晚上好"))
"""Until which hour of the day which greeting goes."""


@dataclass
class Config:
    """`[plugins.welcome]`"""

    text: str = "$(greet)，欢迎 $(user) 来到直播间"
    """For one viewer."""
    several: str = "$(greet)，欢迎 $(users) 来到直播间"
    """For several at once."""
    window: Duration = Duration(4)
    """Each viewer waits so long for the next one, and then all are greeted in one line."""
    longest: Duration = Duration(15)
    """But nobody waits longer than this."""
    max_names: int = 3
    """So many are named, the others are counted."""
    min_role: Role = "viewer"
    """The lowest role that is greeted."""
    min_level: int = 0
    """The lowest honour level that is greeted."""


@hookimpl
def register(registry: Registry) -> None:
    registry.variable("greet", greeting)


@hookimpl
def setup(ctx: Context) -> None:
    ctx.check_template(ctx.config.text)
    ctx.check_template(ctx.config.several, "users")


def greeting(ctx: Context) -> str:
    hour = ctx.now.hour
    return next(text for until, text in GREETINGS if hour < until)


@hookimpl
def on_member(ctx: Context, event: Member) -> None:
    config: Config = ctx.config
    user = event.user
    if user is None or event.action != CAME_IN or event.history or not ctx.room.live:
        return
    if user.level >= config.min_level and ctx.has_role(config.min_role):
        ctx.collect("members", user, greet, window=config.window, longest=config.longest)


async def greet(ctx: Context, users: list[User]) -> None:
    config: Config = ctx.config
    today = ctx.now.date().isoformat()
    names = [
        user.short_name or "神秘人"
        for user in {user.key: user for user in users}.values()
        if await ctx.store.incr(f"met:{today}:{ctx.room.id}:{user.key}", ttl=DAY) == 1
    ]
    if len(names) == 1:
        text = ctx.render(config.text, user=names[0])
    elif names:
        text = ctx.render(config.several, users=name_list(names, config.max_names))
    else:
        return
    # A greeting that still waits when the next one comes is too late to be friendly.
    ctx.say(text, priority="low", key="welcome")
