"""幸运数字: `!lucky` gives every viewer a number a day, and the same one all day long."""

from dataclasses import dataclass

from douyinbot import Context, command

DAY = 86_400.0


@dataclass
class Config:
    """`[plugins.lucky]`"""

    highest: int = 99
    """Numbers go from 1 to this one."""


@command("lucky", aliases=["幸运"], cooldown="5s", examples={"!lucky": r"的幸运数字是 \d+$"})
async def lucky(ctx: Context) -> str | None:
    "今天的幸运数字: !lucky"
    if ctx.user is None:
        return None
    key = f"{ctx.now.date().isoformat()}:{ctx.user.key}"
    number = await ctx.store.get(key)
    if number is None:
        number = ctx.rng.randint(1, ctx.config.highest)
        await ctx.store.set(key, number, ttl=DAY)
    return f"{ctx.user.short_name} 的幸运数字是 {number}"
