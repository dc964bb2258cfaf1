"""掷骰子: `!dice`, `!dice 20`."""

from douyinbot import Context, command

MOST_SIDES = 1000


@command(
    "dice", aliases=["骰子"], cooldown="3s", examples={"!dice 6": r"🎲 .+ [1-6]$", "!dice 0": "1 到 1000"}
)
def dice(ctx: Context, sides: int = 6) -> str:
    "掷骰子: !dice [面数]"
    if not 1 <= sides <= MOST_SIDES:
        return f"骰子要有 1 到 {MOST_SIDES} 面"
    # By name: two viewers may throw the same, and one line twice is not said again (nor five times, a loop).
    who = ctx.user.short_name if ctx.user is not None else ""
    return f"🎲 {who} 掷出 {ctx.rng.randint(1, sides)}"
