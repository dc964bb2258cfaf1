"""Recordings made on the spot, of a room that never was."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from douyinbot.webcast.composing import GiftKind, Person, push_frame, response
from douyinbot.webcast.douyin import compose
from douyinbot.webcast.dyrec import MAGIC, Description, Kind, pack

BEGAN = datetime(2026, 10, 1, 12, 15, tzinfo=UTC)  # 20:15 in Shanghai
MING, HONG = Person(id=5, nickname="小明"), Person(id=6, nickname="小红")
ROSE = GiftKind(id=463, name="玫瑰", price=1, combo=True)

Step = tuple[float, str, tuple[object, ...]]

EVENING: Sequence[Step] = (
    (0, "member", (MING, 1)),
    (2, "chat", (MING, "!dice 6")),
    (3, "chat", (MING, "!dice 6")),  # within the cooldown
    (5.5, "chat", (HONG, "！骰子 6")),
    (8, "gift", (HONG, ROSE, 1)),
    (9, "gift", (HONG, ROSE, 5)),  # and no closing message
    (40, "like", (MING, 3, 3)),
    (125, "social", (HONG, "follow", 1)),
)


def record(path: Path, steps: Sequence[Step] = EVENING) -> Path:
    """Write a recording in which each step is a frame of its own, so many seconds after the beginning."""
    description = Description(room_id="7", title="唱歌", owner="小鹿")
    records = [pack(Kind.DESCRIPTION, BEGAN, description)]
    numbers = count(1)
    for seconds, what, arguments in steps:
        time, number = BEGAN + timedelta(seconds=seconds), next(numbers)
        sent = round(time.timestamp() * 1000)
        if what == "gift":
            person, kind, repeat = arguments
            method, payload = compose.gift(number, 7, sent, person, kind, repeat_count=repeat, group_id=1_000)
        else:
            method, payload = getattr(compose, what)(number, 7, sent, *arguments)
        body = response([(method, number, payload)], cursor=str(number))
        records.append(pack(Kind.FRAME, time, push_frame(body, log_id=number)))
    path.write_bytes(MAGIC + b"".join(records))
    return path
