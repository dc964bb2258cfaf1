"""Recorded payloads in a push socket's frames, and what a capture of 2026 held: counted once, in order."""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from douyinbot.core.gifts import GiftTracker
from douyinbot.events import Event, Gift, Like
from douyinbot.webcast.frames import inflate, parse_frame
from douyinbot.webcast.pb import tiktok_pb2 as pb
from douyinbot.webcast.session import Ending, Session
from douyinbot.webcast.tiktok import modern
from tests.webcast.tiktok.messages import AT, decoder
from tests.webcast.tiktok.test_captures import lines

RECEIVED = datetime(2026, 1, 1, tzinfo=UTC)
STREAMS = ["gifts_by_time", "gifts_duplicated", "mixed_gzip", "mixed_plain"]


def frames(tiktok: Path, name: str) -> Iterator[bytes]:
    """The frames of a recording: each has its length before it, in four bytes, the lowest first."""
    data = (tiktok / f"streams/{name}.bin").read_bytes()
    place = 0
    while place < len(data):
        end = place + 4 + int.from_bytes(data[place : place + 4], "little")
        yield data[place + 4 : end]
        place = end


def sidecar(tiktok: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((tiktok / f"streams/{name}.json").read_text(encoding="utf-8"))
    return found


def replay(tiktok: Path, name: str) -> tuple[Session, list[Event]]:
    session = Session(decoder(), dialect=modern(7291000000000000000, 5))
    session.opened(0.0)
    for second, frame in enumerate(frames(tiktok, name)):
        session.receive(frame, float(second), RECEIVED)
    return session, session.events_received()


# ---- streams ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", STREAMS)
def test_every_message_of_a_stream_gives_its_events_once_and_in_order(tiktok: Path, name: str) -> None:
    session, events = replay(tiktok, name)
    sent = [
        (message.method, message.msg_id)
        for frame in map(parse_frame, frames(tiktok, name))
        if frame.payload_type == "msg"
        for message in pb.FetchResult.FromString(inflate(frame.payload)).messages
    ]
    # An introduction comes again with its number, at times with other bytes.
    expected = dict(zip(reversed(sent), reversed(sidecar(tiktok, name)["payload_sha1_8"]), strict=True))
    found = [hashlib.sha1(event.raw).hexdigest()[:8] for event in events]
    merged = [one for one, before in zip(found, [None, *found], strict=False) if one != before]
    assert merged == [expected[key] for key in dict.fromkeys(sent)]
    assert session.counts["duplicates"] == len(sent) - len(expected)
    assert session.counts["bad_frames"] == 0
    assert not [count for count in session.decoder.counts if count.startswith("bad:")]


@pytest.mark.parametrize("name", STREAMS)
def test_every_batch_is_acknowledged_with_its_internal_ext(tiktok: Path, name: str) -> None:
    session, _ = replay(tiktok, name)
    expected = sidecar(tiktok, name)["payload_types"]["msg"]
    sent = [parse_frame(data) for data in session.data_to_send()]
    acks = [frame for frame in sent if frame.payload_type == "ack"]
    asked = [frame for frame in map(parse_frame, frames(tiktok, name)) if frame.payload_type == "msg"]
    assert len(acks) == expected == session.counts["acks"]
    assert [(frame.log_id, frame.payload) for frame in acks] == [
        (frame.log_id, pb.FetchResult.FromString(inflate(frame.payload)).internal_ext.encode())
        for frame in asked
    ]


@pytest.mark.parametrize("name", ["mixed_gzip", "mixed_plain"])
def test_stream_ends_once_and_nothing_comes_after(tiktok: Path, name: str) -> None:
    session, events = replay(tiktok, name)
    kinds = [event.kind for event in events]
    assert (kinds.count("stream_end"), kinds[-1]) == (1, "stream_end")
    assert session.ending is Ending.STREAM_END
    told = sidecar(tiktok, name)["message_types"]
    assert kinds.count("gift") == told["WebcastGiftMessage"] == 136
    assert kinds.count("social") == kinds.count("follow") + kinds.count("share") == 12
    assert kinds.count("member") == told["WebcastMemberMessage"] + told["WebcastBarrageMessage"]
    assert kinds.count("chat") == told["WebcastChatMessage"]


def test_first_fetch_gives_history_and_where_to_go_on(tiktok: Path) -> None:
    session = Session(decoder(), dialect=modern(1, 5))
    body = (tiktok / "streams/im_fetch_initial.pb").read_bytes()
    session.receive_response(body, RECEIVED, history=True)
    events = session.events_received()
    assert [event.kind for event in events] == ["chat", "member", "room_user"]
    assert all(event.history for event in events)
    assert session.cursor == "1697634623696_7291000000000000000_1_1_0_0"
    assert session.internal_ext == "internal_src:dim|wss_push_room_id:7291000000000000000"
    assert session.push_server == "ws://127.0.0.1:0/webcast/im/push/"
    assert session.route_params == {"imprp": "IMPRP_TEST", "compress": "gzip"}
    assert session.stale_after == 2 * 10 + 10


# ---- gifts --------------------------------------------------------------------------------------

Key = tuple[str, str, str]


def totals(tiktok: Path, wanted: set[str]) -> dict[Key, int]:
    """The highest count per (user, gift, group) of the given payloads, as the seed read them."""
    highest: dict[Key, int] = {}
    for row in lines(tiktok / "pseudonymised/golden/v123/WebcastGiftMessage.jsonl"):
        if row["sha1"][:8] in wanted:
            flat = row["flat"]
            key = (flat["userId"], str(flat["giftId"]), flat["groupId"])
            highest[key] = max(highest.get(key, 0), flat["repeatCount"])
    return highest


@pytest.mark.parametrize(("name", "count"), [("gifts_by_time", 136), ("gifts_duplicated", 30)])
def test_totals_are_the_highest_counts_of_each_streak(tiktok: Path, name: str, count: int) -> None:
    session, events = replay(tiktok, name)
    assert len(events) == count
    assert session.counts["duplicates"] == sidecar(tiktok, name)["frames"] - count
    tracker, given, highest = GiftTracker(), Counter[Key](), dict[Key, int]()
    for second, event in enumerate(events):
        assert isinstance(event, Gift)
        update, _ = tracker.add(event, second / 100)
        key = (event.user.id if event.user else "", event.gift_id, event.group_id or "0")
        given[key] += update.delta
        highest[key] = max(highest.get(key, 0), update.total)
    assert highest == totals(tiktok, set(sidecar(tiktok, name)["payload_sha1_8"]))
    assert given == highest


def test_groups_belong_to_gifts_that_can_streak(tiktok: Path) -> None:
    _, events = replay(tiktok, "gifts_by_time")
    kinds = Counter((event.combo, bool(event.group_id)) for event in events if isinstance(event, Gift))
    assert kinds == {(True, True): 133, (False, False): 3}


# ---- what three captures of 2026 held -----------------------------------------------------------

ROOMS = ["calvinterest6", "fox4newsdallasfortworth", "happyhappygaltv"]


@pytest.fixture(params=ROOMS)
def room(request: pytest.FixtureRequest, tiktok: Path) -> dict[str, Any]:
    text = (tiktok / "other/piratetok-2026-expectations.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)["files"][request.param]
    return found


def test_likes_never_fall_and_end_at_the_highest_total(room: dict[str, Any]) -> None:
    told = room["likes"]
    series = told.get("all_count_total") or told.get("first_24_count_total") or []
    messages = [
        ("WebcastLikeMessage", number, pb.LikeMessage(count=count, total=total).SerializeToString())
        for number, (count, total) in enumerate(series, 1)
    ]
    likes = [event for event in decoder().decode(messages, AT) if isinstance(event, Like)]
    assert [like.like_count for like in likes] == [count for count, _ in series]
    shown = [like.total_like_count for like in likes]
    assert shown == [max(total for _, total in series[: n + 1]) for n in range(len(series))]
    if "all_count_total" in told:
        behind = sum(total < highest for (_, total), highest in zip(series, shown, strict=True))
        assert behind == told["backwards"] == 43
        assert (sum(like.like_count for like in likes), shown[-1]) == (329, 519_615)
        assert (told["sum_of_counts"], told["final_max_total"]) == (329, 519_615)


def gift(number: int, gift_id: int, group: int, count: int, final: bool) -> tuple[str, int, bytes]:
    message = pb.GiftMessage(
        gift_id=gift_id,
        group_id=group,
        repeat_count=count,
        repeat_end=int(final),
        user=pb.User(id=7),
        gift=pb.GiftMessage.Gift(id=gift_id, type=1 if group else 2, diamond_count=5),
    )
    return "WebcastGiftMessage", number, message.SerializeToString()


def test_streaks_finish_once_with_the_highest_count(room: dict[str, Any]) -> None:
    told = room.get("gifts", {})
    groups = told.get("groups", {})
    finals = 0
    for group, row in groups.items():
        steps = [(step["repeat_count"], step["final"]) for step in row["seq"]]
        deltas, finished = streak(row["gift_id"], int(group), steps)
        assert sum(deltas) == max(count for count, _ in steps)
        assert finished == [sum(deltas)]
        finals += 1
    single = told.get("group_0")
    for _ in range(single["events"] if single else 0):
        assert streak(single["gift_id"], 0, [(1, False)]) == ([1], [1])
        finals += 1
    assert finals == told.get("finals", 0)


def streak(gift_id: int, group: int, steps: list[tuple[int, bool]]) -> tuple[list[int], list[int]]:
    """What is new in each message of a streak, and the totals that were handed out as finished."""
    messages = [gift(number, gift_id, group, *step) for number, step in enumerate(steps, 1)]
    tracker, deltas, finished = GiftTracker(), [], []
    for event in decoder().decode(messages, AT):
        assert isinstance(event, Gift)
        update, done = tracker.add(event, 1.0)
        deltas.append(update.delta)
        finished += [done.total] if done else []
    return deltas, finished


@pytest.mark.parametrize(
    "counts",
    [
        [13, 15, 14, 17, 16, 18, 19, 20, 21, 22, 23, 23],
        [1, 3, 7, 10, 11, 11],
        [1, 2, 5, 7, 8, 9, 10, 10],
    ],
)
def test_counts_that_skip_and_overtake_each_other(counts: list[int]) -> None:
    steps = [(count, place == len(counts) - 1) for place, count in enumerate(counts)]
    deltas, finished = streak(5655, 1_697_634_617_041, steps)
    assert sum(deltas) == max(counts)
    assert finished == [max(counts)]


def test_payload_hashes_of_the_files_are_those_of_the_streams(tiktok: Path) -> None:
    rows = lines(tiktok / "pseudonymised/payloads/WebcastGiftMessage.jsonl")
    hashes = {hashlib.sha1(base64.b64decode(row["b64"])).hexdigest()[:8] for row in rows}
    assert set(sidecar(tiktok, "gifts_by_time")["payload_sha1_8"]) == hashes
