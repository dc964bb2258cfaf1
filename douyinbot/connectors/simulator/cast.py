"""Who is in a made-up room and what they say: the words, no behaviour."""

import hashlib

from douyinbot.connectors.simulator.scenario import GiftSpec, Viewer
from douyinbot.webcast.composing import GiftKind, Person

__all__ = ["AUDIENCE", "COMMANDS", "EMOJI", "LINES", "gift_kind", "masked", "number_from", "person"]

MASKED_ID = 111111

AUDIENCE: tuple[Viewer, ...] = (
    Viewer(name="小明🐶", level=12, gender="male"),
    Viewer(name="爱吃火锅的阿花", level=21, gender="female", fan_level=8, fan_club="小鹿家", follows=True),
    Viewer(name="风清扬", level=34, gender="male", fan_level=15, fan_club="小鹿家", follows=True),
    Viewer(name="场控-糖糖🍬", level=28, gender="female", follows=True, moderator=True),
    Viewer(name="吴***"),
    Viewer(name="李***"),
    Viewer(name="清晨的第一缕阳光洒在窗台上的那只橘猫", level=5, gender="female"),
    Viewer(name="🌸🌸🌸", level=3, gender="female"),
    Viewer(name="东北老铁666", level=17, gender="male", fan_level=3, fan_club="小鹿家", follows=True),
    Viewer(name="Lucky_Star", level=9),
    Viewer(name="在逃公主👸", level=14, gender="female", follows=True),
    Viewer(name="用户7391846205"),
    Viewer(name="奶茶半糖去冰", level=7, gender="female"),
    Viewer(name="老王不在隔壁", level=25, gender="male", fan_level=11, fan_club="小鹿家", follows=True),
    Viewer(name="ヾ(≧▽≦*)o", level=2),
    Viewer(name="人间烟火", level=40, gender="male", fan_level=20, fan_club="小鹿家", follows=True),
    Viewer(name="一只小绵羊🐑", level=1, gender="female"),
    Viewer(name="打工人小张", level=11, gender="male"),
    Viewer(name="👨‍👩‍👧‍👦幸福一家人", level=6),
    Viewer(name="K", level=19, gender="male"),
    Viewer(name="月亮不睡我不睡🌙", level=8, gender="female", follows=True),
    Viewer(name="江南烟雨客", level=23, gender="male"),
    Viewer(name="豆豆妈", level=10, gender="female", follows=True),
    Viewer(name="陈***"),
)
"""Names with emoji (joined ones too), long and short ones, masked guests, a moderator, fans with levels."""

LINES: tuple[str, ...] = (
    "主播好",
    "来了来了",
    "晚上好呀",
    "今天唱什么歌",
    "哈哈哈哈哈",
    "哈哈哈笑死我了",
    "666",
    "主播声音好好听",
    "这首歌叫什么名字",
    "求歌名",
    "第一次来，主播几点播",
    "每天都来报到",
    "刚下班，累死了",
    "想听《后来》",
    "可以点歌吗",
    "好听好听👏👏",
    "爱了爱了❤️",
    "主播吃饭了吗",
    "我在广东，你们那边下雨了吗",
    "东北的举个手🙋",
    "老铁们点点赞",
    "关注了，下次再来",
    "这个背景好漂亮",
    "麦克风声音有点小",
    "卡了卡了",
    "不卡，很流畅",
    "主播多大了",
    "[鲜花][鲜花][鲜花]",
    "[赞][赞]",
    "笑不活了家人们",
    "太可爱了吧",
    "猫呢？把猫抱出来",
    "下播了吗别走啊",
    "再唱一首嘛",
    "？？？",
    "刚刚发生了什么",
    "同意楼上",
    "+1",
    "谢谢主播",
    "榜一大哥大气",
    "加油加油💪",
    "我先去吃饭了，一会儿回来",
    "有没有人一起打游戏",
    "今天心情不好，来听听歌",
    "抱抱你",
    "好久不见",
    "这个链接在哪里",
    "已经拍了，什么时候发货",
    "主播看看我",
    "生日快乐🎂",
)

COMMANDS: tuple[str, ...] = ("!dice", "！dice 20", "!dice 6", "!help", "！骰子", "!uptime", "!群")

EMOJI: tuple[str, ...] = ("[比心]", "[鼓掌]", "[捂脸]", "[玫瑰]", "[点赞]", "[666]")


def number_from(text: str, digits: int) -> int:
    """Return a number of so many digits that always belongs to the same text."""
    lowest = int("1".ljust(digits, "0"))
    return lowest + int.from_bytes(hashlib.sha256(text.encode()).digest()[:12]) % (9 * lowest)


def person(viewer: Viewer) -> Person:
    """Return a viewer as the wire composer wants it."""
    guest = viewer.name.endswith("***")
    return Person(
        id=viewer.id or (MASKED_ID if guest else number_from(f"person {viewer.name}", 13)),
        nickname=viewer.name,
        level=viewer.level,
        fan_level=viewer.fan_level,
        fan_club=viewer.fan_club,
        gender=viewer.gender,
        follows=viewer.follows,
        is_admin=viewer.moderator,
    )


def masked(someone: Person) -> Person:
    """Return what a visitor without a login sees of somebody."""
    return Person(id=MASKED_ID, nickname=f"{someone.nickname[:1]}***", level=someone.level)


def gift_kind(spec: GiftSpec) -> GiftKind:
    return GiftKind(spec.id or number_from(f"gift {spec.name}", 5), spec.name, spec.price, spec.combo)
