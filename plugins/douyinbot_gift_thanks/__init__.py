"""感谢礼物: one line for what came within a few seconds, however many gave."""

from dataclasses import dataclass

from douyinbot import Context, Duration, Gift, hookimpl, name_list


@dataclass
class Config:
    """`[plugins.gift_thanks]`"""

    text: str = "谢谢 $(user) 的 $(gift)x$(count)"
    """For one giver with one kind of gift."""
    several: str = "谢谢 $(givers) 的礼物"
    """For everything else that comes together."""
    min_value: int = 1
    """Diamonds that a streak must be worth."""
    window: Duration = Duration(3)
    """Each gift waits so long for the next one, and then all are thanked in one line."""
    longest: Duration = Duration(12)
    """But nobody waits longer than this."""
    max_names: int = 3
    """So many givers are named, the others are counted."""
    high_value: int = 1000
    """From so many diamonds on the thanks go before other lines."""


@hookimpl
def setup(ctx: Context) -> None:
    ctx.check_template(ctx.config.text)
    ctx.check_template(ctx.config.several, "givers")


@hookimpl
def on_gift(ctx: Context, event: Gift) -> None:
    config: Config = ctx.config
    if event.value >= config.min_value:
        ctx.collect("gifts", event, thank, window=config.window, longest=config.longest)


def thank(ctx: Context, gifts: list[Gift]) -> None:
    config: Config = ctx.config
    text = _one(ctx, gifts) or ctx.render(config.several, givers=_givers(gifts, config.max_names))
    value = sum(gift.value for gift in gifts)
    ctx.say(text, priority="high" if value >= config.high_value else "normal")


def _one(ctx: Context, gifts: list[Gift]) -> str | None:
    """The line for one giver with one kind of gift, None where there is more to thank for."""
    first = gifts[0]
    if any((_giver(gift), gift.gift_id) != (_giver(first), first.gift_id) for gift in gifts):
        return None
    return ctx.render(
        ctx.config.text,
        user=_name(first),
        gift=first.gift_name,
        count=sum(gift.total for gift in gifts),
        value=sum(gift.value for gift in gifts),
    )


def _givers(gifts: list[Gift], most: int) -> str:
    """The givers, the most generous first: `小明、小红 等5位`."""
    values: dict[str, int] = {}
    names: dict[str, str] = {}
    for gift in gifts:
        values[_giver(gift)] = values.get(_giver(gift), 0) + gift.value
        names[_giver(gift)] = _name(gift)
    return name_list([names[giver] for giver in sorted(values, key=lambda giver: -values[giver])], most)


def _name(gift: Gift) -> str:
    return (gift.user.short_name if gift.user else "") or "神秘人"


def _giver(gift: Gift) -> str:
    return gift.user.key if gift.user else ""
