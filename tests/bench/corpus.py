"""A made-up busy room as frames: mix and sizes of real ones, the same bytes for every contender.

About 15 messages a frame; 35 % chat, 20 % joins, 20 % likes, 10 % gifts, 5 % follows, the rest room
statistics and methods without an event. A real user takes 1-2 KB on the wire, most of it fields that nobody
reads.
"""

import random
from collections.abc import Iterator
from functools import cache

from douyinbot.webcast.composing import Composed, GiftKind, Person, push_frame, response
from douyinbot.webcast.douyin import compose
from douyinbot.webcast.pb import douyin_pb2 as pb

ROOM, START_MS = 7_300_000_000_000_000_001, 1_790_000_000_000
GIFTS = [
    GiftKind(463, "小心心", 1),
    GiftKind(2001, "玫瑰", 1),
    GiftKind(4353, "跑车", 1200),
]
LINES = [
    "主播晚上好！",
    "666",
    "这首歌真好听",
    "!dice 20",
    "有没有人一起打游戏",
    "点点关注不迷路",
    "哈哈哈哈哈",
]


def heavy(composed: Composed) -> Composed:
    """Give a message's user all the fields that the platform sends along and we skip."""
    method, payload = composed
    message = getattr(pb, method.removeprefix("Webcast"), pb.ChatMessage).FromString(payload)
    if not isinstance(getattr(message, "user", None), bytes) or not message.user:
        return composed
    message.user += _skipped(message.user)
    return method, message.SerializeToString()


@cache
def _skipped(user: bytes) -> bytes:
    rng = random.Random(user)
    padding = bytes(rng.choices(b"abcdefghijklmnopqrstuvwxyz0123456789./:-_", k=rng.randint(700, 1500)))
    # Field 17 (a modify time's neighbour) as unknown bytes: tag, length, content.
    return bytes([0xA2, 0x7F, len(padding) & 0x7F | 0x80, len(padding) >> 7]) + padding


def people(count: int = 400) -> list[Person]:
    rng = random.Random(1)
    return [
        Person(
            10**11 + number * 7919,
            f"观众{number}号🐶" if number % 5 else f"viewer_{number}",
            level=rng.randint(0, 40),
            fan_level=rng.choice([0, 0, 0, 3, 12]),
            follows=rng.random() < 0.3,
        )
        for number in range(count)
    ]


def message(rng: random.Random, audience: list[Person], id: int, time_ms: int, room: int = ROOM) -> Composed:
    """Return what happens next."""
    person, dice = rng.choice(audience), rng.random()
    if dice < 0.35:
        return compose.chat(id, room, time_ms, person, rng.choice(LINES))
    if dice < 0.55:
        return compose.member(id, room, time_ms, person, 1000 + id % 500)
    if dice < 0.75:
        return compose.like(id, room, time_ms, person, rng.randint(1, 15), id % 100_000)
    if dice < 0.85:
        return compose.gift(
            id, room, time_ms, person, rng.choice(GIFTS), repeat_count=rng.randint(1, 20), group_id=id // 50
        )
    if dice < 0.90:
        return compose.social(id, room, time_ms, person, "follow", 3000 + id % 50)
    if dice < 0.95:
        return compose.room_stats(id, room, time_ms, 1000 + id % 200)
    return compose.other(id, room, time_ms, "HotRoomMessage")


def frames(count: int, seed: int = 7) -> Iterator[tuple[bytes, int]]:
    """Yield (frame, number of messages)."""
    rng, audience, id = random.Random(seed), people(), 7_000_000_000_000_000_000
    for number in range(count):
        rows, time_ms = [], START_MS + number * 100
        for _ in range(rng.randint(12, 18)):
            id += 1
            method, payload = heavy(message(rng, audience, id, time_ms))
            rows.append((method, id, payload))
        body = response(
            rows,
            cursor=f"t-{time_ms}",
            internal_ext="x",
            now_ms=time_ms,
            need_ack=True,
            heartbeat_duration=15,
        )
        yield push_frame(body, log_id=number + 1, internal_ext="x"), len(rows)
