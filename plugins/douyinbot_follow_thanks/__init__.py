"""感谢关注: thanks new followers, several in one line, each viewer once a day."""

from dataclasses import dataclass

from douyinbot import Context, Duration, Follow, User, hookimpl, name_list

DAY = 24 * 3600.0


@dataclass
class Config:
    """`[plugins.follow_thanks]`"""

    text: str = "谢谢 $(user) 的关注"
    """For one follower."""
    several: str = "谢谢 $(users) 的关注"
    """For several at once."""
    window: Duration = Duration(4)
    """Each follower waits so long for the next one, and then all are thanked in one line."""
    longest: Duration = Duration(15)
    """But nobody waits longer than this."""
    max_names: int = 3
    """So many are named, the others are counted."""


@hookimpl
def setup(ctx: Context) -> None:
    ctx.check_template(ctx.config.text)
    ctx.check_template(ctx.config.several, "users")


@hookimpl
def on_follow(ctx: Context, event: Follow) -> None:
    config: Config = ctx.config
    if event.user is not None and not event.history:
        ctx.collect("followers", event.user, thank, window=config.window, longest=config.longest)


async def thank(ctx: Context, users: list[User]) -> None:
    config: Config = ctx.config
    today = ctx.now.date().isoformat()
    # Whoever follows, leaves and follows again is thanked once.
    names = [
        user.short_name or "神秘人"
        for user in {user.key: user for user in users}.values()
        if await ctx.store.incr(f"thanked:{today}:{ctx.room.id}:{user.key}", ttl=DAY) == 1
    ]
    if len(names) == 1:
        ctx.say(ctx.render(config.text, user=names[0]))
    elif names:
        ctx.say(ctx.render(config.several, users=name_list(names, config.max_names)))
