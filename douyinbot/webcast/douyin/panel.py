"""The gifts of made-up rooms and viewers: one table of prices for simulator, console and testing kit."""

from douyinbot.webcast.composing import GiftKind

__all__ = ["PANEL"]

PANEL: tuple[GiftKind, ...] = (
    GiftKind(463, "小心心", 1),
    GiftKind(2001, "玫瑰", 1),
    GiftKind(164, "抖音", 1),
    GiftKind(2002, "大啤酒", 2),
    GiftKind(165, "棒棒糖", 9),
    GiftKind(2006, "鲜花", 10),
    GiftKind(3597, "加油鸭", 15),
    GiftKind(3621, "爱你哟", 52),
    GiftKind(3200, "爱的纸鹤", 99, combo=False),
    GiftKind(2114, "礼花筒", 199, combo=False),
    GiftKind(3773, "热气球", 520, combo=False),
    GiftKind(4353, "跑车", 1200, combo=False),
    GiftKind(3729, "私人飞机", 3000, combo=False),
)
"""A choice from the real panel of 2023, with its ids and prices."""
