"""感谢礼物: one line for what came within a few seconds, however many gave."""

from dataclasses import dataclass

from douyinbot import Context, Duration, Gift, hookimpl, name_list


@dataclass
class Config:
    """`[plugins.gift_thanks]`"""

    text: str = "谢谢 $(user) 的 $(gift)x$(count)"
    """For one giver with one kind of gift."""
    again: str = "谢谢 $(user) 的 $(gift)x$(count)，一共 $(total) 个"
    """Instead of `text`, where that was just said (`dedupe` of `[send]`); `$(total)` counts the stream."""
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


MOST_TOTALS = 1000
"""Givers, each with a kind of gift, whose totals are kept; who gave longest ago is forgotten first."""


@hookimpl
def setup(ctx: Context) -> None:
    ctx.check_template(ctx.config.text)
    ctx.check_template(ctx.config.again, "total")
    ctx.check_template(ctx.config.several, "givers")


@hookimpl
def on_gift(ctx: Context, event: Gift) -> None:
    config: Config = ctx.config
    if event.value >= config.min_value:
        ctx.collect("gifts", event, thank, window=config.window, longest=config.longest)


@hookimpl
def on_stream_end(ctx: Context) -> None:
    ctx.state.pop("totals", None)


def thank(ctx: Context, gifts: list[Gift]) -> None:
    config: Config = ctx.config
    first, value = gifts[0], sum(gift.value for gift in gifts)
    priority = "high" if value >= config.high_value else "normal"
    if any(_kind(gift) != _kind(first) for gift in gifts):
        for gift in gifts:
            _count(ctx, gift, gift.total)
        ctx.say(ctx.render(config.several, givers=_givers(gifts, config.max_names)), priority=priority)
        return
    count = sum(gift.total for gift in gifts)
    known = {"user": _name(first), "gift": first.gift_name, "count": count, "value": value}
    total = _count(ctx, first, count)
    if ctx.say(ctx.render(config.text, **known), priority=priority).cause == "duplicate":
        ctx.say(ctx.render(config.again, **known, total=total), priority=priority)


def _count(ctx: Context, gift: Gift, number: int) -> int:
    """Add to what somebody has given of one kind in this stream, and return that."""
    totals: dict[tuple[str, str], int] = ctx.state.setdefault("totals", {})
    total = totals.pop(_kind(gift), 0) + number  # out and in again: who gave last stands last
    totals[_kind(gift)] = total
    if len(totals) > MOST_TOTALS:
        del totals[next(iter(totals))]
    return total


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


def _kind(gift: Gift) -> tuple[str, str]:
    """One giver with one kind of gift."""
    return _giver(gift), gift.gift_id


def _giver(gift: Gift) -> str:
    return gift.user.key if gift.user else ""
