"""What the audience does by itself: the lively room of every unknown name, and background chatter."""

import random
from collections.abc import Sequence

from douyinbot.config import Duration
from douyinbot.connectors.simulator.cast import COMMANDS, EMOJI, LINES
from douyinbot.connectors.simulator.scenario import Chatter, Scenario, Step

__all__ = ["lively", "random_step"]

RATE = 1.5
"""Messages a second in the lively room."""

_ACTS: dict[str, int] = {
    "chat": 46,
    "command": 4,
    "member": 20,
    "like": 12,
    "gift": 6,
    "follow": 3,
    "emoji": 3,
    "share": 2,
    "unknown": 2,
    "fans_club": 1,
}
"""What happens by chance, and how often of a hundred times."""
_SMALL_GIFTS = ("小心心", "玫瑰", "抖音", "大啤酒", "棒棒糖", "鲜花", "加油鸭")
_BIG_GIFTS = ("爱的纸鹤", "礼花筒", "热气球")
_STREAKS: tuple[tuple[int, ...], ...] = (
    (1,),
    (1, 2),
    (1, 2, 3, 5),
    (1, 3, 6, 10),
    (1, 2, 2, 4),
    (10, 20, 30),
)
_UNKNOWN = ("WebcastRoomStreamAdaptationMessage", "WebcastHotRoomMessage", "WebcastGiftSortMessage")


def random_step(rng: random.Random, chatter: Chatter) -> Step:
    """Return something that somebody in the room does."""
    (act,) = rng.choices(list(_ACTS), list(_ACTS.values()))
    if act == "chat":
        return Step(do="chat", text=rng.choice(chatter.lines or LINES))
    if act == "command":
        return Step(do="chat", text=rng.choice(chatter.commands or COMMANDS))
    if act == "gift":
        if rng.random() < 0.1:
            return Step(do="gift", gift=rng.choice(_BIG_GIFTS))
        return Step(do="gift", gift=rng.choice(_SMALL_GIFTS), counts=list(rng.choice(_STREAKS)))
    if act == "emoji":
        return Step(do="emoji", text=rng.choice(EMOJI))
    if act == "like":
        return Step(do="like", count=rng.randint(1, 15))
    if act == "unknown":
        return Step(do="unknown", method=rng.choice(_UNKNOWN))
    if act == "fans_club":
        return Step(do="fans_club", action=rng.choice(("join", "upgrade")))
    if act == "member":
        return Step(do="member")
    return Step(do="follow" if act == "follow" else "share")


def lively(steps: Sequence[Step] = (), *, rate: float = RATE) -> Scenario:
    """Return the room that every unknown name shows: a little of everything in ten seconds, then chatter."""
    return Scenario(
        restart=True,
        steps=[*_opening(), *steps],
        chatter=Chatter(rate=rate, start=Duration(4)),
    )


def _opening() -> list[Step]:
    at = Duration
    return [
        Step(at=at(0.5), do="member", who="小明🐶"),
        Step(at=at(0.9), do="chat", who="小明🐶", text="主播晚上好！"),
        Step(at=at(1.2), do="stats", every=at(5)),
        Step(at=at(1.5), do="gift", who="风清扬", gift="小心心", counts=[1, 2, 5, 5], gap=at(0.6)),
        Step(at=at(2.0), do="chat", who="爱吃火锅的阿花", text="!dice"),
        Step(at=at(2.5), do="like", who="东北老铁666", count=8),
        Step(at=at(3.0), do="follow", who="奶茶半糖去冰"),
        Step(at=at(3.5), do="member", who="人间烟火"),
        Step(at=at(5.0), do="unknown", every=at(20)),
        Step(at=at(5.5), do="emoji", who="🌸🌸🌸", text="[比心]"),
        Step(at=at(6.0), do="chat", who="Lucky_Star", text="！dice 20"),
        Step(at=at(6.6), do="chat", who="吴***", text="第一次来"),
        Step(at=at(7.2), do="share", who="豆豆妈"),
        Step(at=at(8.0), do="gift", who="人间烟火", gift="跑车"),
        Step(at=at(8.6), do="chat", who="场控-糖糖🍬", text="感谢大哥的跑车！欢迎新来的宝宝"),
        Step(at=at(9.2), do="fans_club", who="月亮不睡我不睡🌙"),
    ]
