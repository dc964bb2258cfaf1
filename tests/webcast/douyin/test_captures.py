"""Recorded frames of 2021-2023, compared value for value with what a hand-written decoder found in them.

Once at the wire (the generated classes know every field) and once as events. In the expectations null means
that a field is absent, ids are texts, and a few values stand under other names than on the wire.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message

from douyinbot.events import Event
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.douyin import TABLE
from douyinbot.webcast.frames import Batch, gunzip, parse_batch, parse_frame
from douyinbot.webcast.pb import douyin_pb2, frame_pb2
from tests.webcast.douyin import reference

NAMES = [
    "douyin_2021-08_imfetch_dy.response",
    "douyin_2022-12-28_pushframe_chat",
    "douyin_2023-01_response_gzip",
    "douyin_2023-06_pushframe_chat_like_member",
]
RECEIVED = datetime(2026, 10, 1, tzinfo=UTC)

ELSEWHERE = {
    "honour_level": ("pay_grade", "level"),
    "fans_club": ("fans_club", "data"),
    "status": ("user_fans_club_status",),
    "user_nickname": ("user_value", "user", "nickname"),
    "pattern_ref": ("pattern_ref_value",),
}


class Capture:
    """One recorded file and what is known to be in it."""

    def __init__(self, folder: Path, name: str) -> None:
        self.data = (folder / "frames" / f"{name}.bin").read_bytes()
        text = (folder / "frames" / f"{name}.expected.json").read_text(encoding="utf-8")
        self.expected: dict[str, Any] = json.loads(text)
        self.body = parse_frame(self.data).payload if "frame" in self.expected else self.data

    @property
    def batch(self) -> Batch:
        return parse_batch(self.body)


@pytest.fixture(params=NAMES)
def capture(request: pytest.FixtureRequest, captures: Path) -> Capture:
    return Capture(captures, request.param)


# ---- at the wire --------------------------------------------------------------------------------


def find(message: Message, key: str) -> Any:
    """The value behind an expected key; None where the wire has none."""
    if key == "avatar_thumb_first_url":
        return next(iter(message.avatar_thumb.url_list), None)  # type: ignore[attr-defined]
    if key == "gift_id" and message.DESCRIPTOR.name == "TextPiece":
        return message.gift_value.gift_id  # type: ignore[attr-defined]
    value: Any = message
    for step in ELSEWHERE.get(key, (key,)):
        known = value.DESCRIPTOR.fields_by_name[step]
        if known.message_type is not None and known.has_presence and not value.HasField(step):
            return None
        value = getattr(value, step)
        if reference.is_packed_user(known):
            value = douyin_pb2.User.FromString(value) if value else None
    return value


def differences(expected: Any, found: Any, place: str) -> Iterator[tuple[str, Any, Any] | None]:
    """Yield None for each leaf that agrees and (place, expected, found) for each that does not."""
    if isinstance(expected, dict) and found is not None:
        for key, value in expected.items():
            yield from differences(value, find(found, key), f"{place}.{key}")
    elif isinstance(expected, list) and found is not None:
        if len(expected) != len(found):
            yield place, len(expected), len(found)
        for index, (value, item) in enumerate(zip(expected, found, strict=False)):
            yield from differences(value, item, f"{place}[{index}]")
    elif expected is None:
        blank = not found.ListFields() if isinstance(found, Message) else not found
        yield None if blank else (place, None, found)
    else:
        same = expected == (str(found) if isinstance(expected, str) else found)
        yield None if same else (place, expected, found)


def leaves(expected: Any) -> int:
    if isinstance(expected, dict):
        return sum(map(leaves, expected.values()))
    return sum(map(leaves, expected)) if isinstance(expected, list) else 1


def test_every_expected_value_of_every_message_is_on_the_wire(capture: Capture) -> None:
    rows = capture.expected["messages"]
    response = frame_pb2.Response.FromString(
        gunzip(capture.body) if capture.body[:1] == b"\x1f" else capture.body
    )
    assert len(response.messages) == len(rows) > 0
    for expected, message in zip(rows, response.messages, strict=True):
        head = {key: expected.pop(key) for key in ("method", "msg_id", "msg_type", "payload_length")}
        assert (message.method, str(message.msg_id)) == (head["method"], head["msg_id"])
        assert (message.msg_type, len(message.payload)) == (head["msg_type"] or 0, head["payload_length"])
        decoded = getattr(douyin_pb2, message.method.removeprefix("Webcast")).FromString(message.payload)
        compared = list(differences(expected, decoded, message.method))
        assert [difference for difference in compared if difference] == []
        assert len(compared) == leaves(expected) > 10


def decoded(capture: Capture) -> Iterator[Message]:
    for method, _, payload in capture.batch.messages:
        yield getattr(douyin_pb2, method.removeprefix("Webcast")).FromString(payload)


def test_no_declared_field_comes_with_another_type(capture: Capture) -> None:
    assert [clash for message in decoded(capture) for clash in reference.clashes(message)] == []


def test_everything_else_on_the_wire_is_a_field_that_the_platforms_client_has(
    capture: Capture, record_property: Callable[[str, object], None]
) -> None:
    """What we do not declare is told to whoever reads the report, and must be in the client's tables."""
    tables, strange, left = reference.tables(), set(), set()
    prefix = len(douyin_pb2.DESCRIPTOR.package) + 1
    for message in decoded(capture):
        for kind, number, wire in reference.unread(message):
            name = kind.full_name[prefix:]
            type, label = tables[name].get(number, ("", ""))
            (left if label and wire in reference.wire_types(type) else strange).add((name, number, label))
    record_property("on the wire and not read", sorted(left))
    assert strange == set()
    assert left


def test_head_of_the_answer_is_read_as_expected(capture: Capture) -> None:
    expected, batch = capture.expected["response"], capture.batch
    assert (capture.body[:2] == b"\x1f\x8b") == expected["gzipped"]
    assert len(gunzip(capture.body) if expected["gzipped"] else capture.body) == expected["length"]
    assert len(batch.messages) == expected["message_count"]
    assert (batch.cursor, batch.internal_ext) == (expected["cursor"], expected["internal_ext"])
    assert batch.now_ms == expected["now"]
    assert batch.fetch_interval_ms == (expected["fetch_interval"] or 0)
    assert batch.fetch_type == (expected["fetch_type"] or 0)
    assert batch.heartbeat_s == (expected["heartbeat_duration"] or 0)
    assert batch.need_ack == bool(expected["need_ack"])
    assert batch.push_server == (expected["push_server"] or "")


def test_push_frame_is_read_as_expected(capture: Capture) -> None:
    if "frame" not in capture.expected:
        assert b"compress_type" not in capture.data[:500]  # recorded without its frame
        return
    expected, frame = capture.expected["frame"], parse_frame(capture.data)
    wire = frame_pb2.PushFrame.FromString(capture.data)
    headers = dict(expected["headers"])
    assert (frame.payload_type, str(frame.log_id)) == (expected["payload_type"], expected["log_id"])
    assert (frame.internal_ext, frame.gzipped) == (headers["im-internal_ext"], True)
    assert len(frame.payload) == expected["payload_length"]
    assert [[header.key, header.value] for header in wire.headers] == expected["headers"]
    assert (str(wire.seq_id), wire.service, wire.method) == (expected["seq_id"], 8888, 8)
    assert wire.payload_encoding == expected["payload_encoding"] == "pb"


# ---- as events ----------------------------------------------------------------------------------


def user_of(expected: dict[str, Any]) -> dict[str, Any]:
    """What of an expected user an event's user must show."""
    club = expected["fans_club"] or {"club_name": "", "level": 0}
    return {
        "id": expected["id"],
        "unique_id": expected["display_id"] or expected["short_id"],
        "nickname": expected["nickname"],
        "sec_uid": expected["sec_uid"] or "",
        "avatar_url": expected["avatar_thumb_first_url"],
        "gender": {1: "male", 2: "female"}.get(expected["gender"]),
        "level": expected["honour_level"] or 0,
        "fan_club": club["club_name"],
        "fan_level": club["level"],
        "is_anonymous": False,
    }


def own_fields(expected: dict[str, Any]) -> dict[str, Any]:
    """What the event of an expected message must show beside its user and times."""
    match expected["method"].removeprefix("Webcast"):
        case "ChatMessage":
            return {"kind": "chat", "comment": expected["content"]}
        case "LikeMessage":
            return {"kind": "like", "like_count": expected["count"]}
        case "MemberMessage":
            return {"kind": "member", "action": expected["action"], "member_count": expected["member_count"]}
        case "SocialMessage":
            text = expected["common"]["display_text"]
            return {
                "kind": {1: "follow", 3: "share"}[expected["action"]],
                "follow_count": expected["follow_count"],
                "display_type": text["key"],
                "label": text["default_pattern"],
            }
        case "GiftMessage":
            gift, units = expected["gift"], expected["repeat_count"] * expected["group_count"]
            return {
                "kind": "gift",
                "gift_id": expected["gift_id"],
                "gift_name": gift["name"],
                "describe": gift["describe"],
                "diamond_count": gift["diamond_count"],
                "gift_type": gift["type"],
                "combo": gift["combo"],
                "repeat_count": expected["repeat_count"],
                "repeat_end": expected["repeat_end"] == 1,
                "group_id": expected["group_id"],
                "total": units,
                "value": units * gift["diamond_count"],
            }
        case "RoomUserSeqMessage":
            return {
                "kind": "room_user",
                "viewer_count": expected["total"],
                "total_viewers": None if expected["total_user"] == -1 else expected["total_user"],
            }
    raise AssertionError(expected["method"])


def shows(event: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """The part of an event that is asked for."""
    return {key: event[key] for key in wanted}


def test_every_message_gives_the_event_with_the_expected_values(capture: Capture) -> None:
    decoder, batch = Decoder(TABLE, room="main"), capture.batch
    at = decoder.arrival(batch, RECEIVED)
    for expected, message in zip(capture.expected["messages"], batch.messages, strict=True):
        events: list[Event] = decoder.decode([message], at)
        event = events[-1].to_dict()
        own = own_fields(expected)
        assert len(events) == (2 if own["kind"] in ("follow", "share") else 1)
        assert shows(event, own) == own
        assert event["id"] == expected["msg_id"]

        stamp = expected["common"]["create_time"] or expected.get("event_time", 0) or 0
        time = datetime.fromtimestamp(stamp / (1000 if stamp > 1e11 else 1), UTC) if stamp else RECEIVED
        assert event["time"] == time.isoformat(timespec="milliseconds")
        assert event["history"] == bool(stamp and batch.now_ms / 1000 - time.timestamp() > 30)

        if "user" in expected:
            assert shows(event["user"], user_of(expected["user"])) == user_of(expected["user"])
        for row, shown in zip(expected.get("ranks", ()), event.get("top_viewers", ()), strict=True):
            assert (shown["rank"], shown["coin_count"]) == (row["rank"], int(row["exactly_score"]))
            assert shows(shown["user"], user_of(row["user"])) == user_of(row["user"])
    assert decoder.counts == {"messages": len(batch.messages)}


def test_like_totals_of_a_capture_are_the_highest_so_far(capture: Capture) -> None:
    decoder, batch = Decoder(TABLE, room="main", kinds={"like"}), capture.batch
    totals = [row["total"] for row in capture.expected["messages"] if row["method"] == "WebcastLikeMessage"]
    events = decoder.decode(batch.messages, decoder.arrival(batch, RECEIVED))
    shown = [event.to_dict()["total_like_count"] for event in events]
    assert shown == [max(totals[: n + 1]) for n in range(len(totals))]


def test_all_37_recorded_messages_were_compared(captures: Path) -> None:
    assert sum(len(Capture(captures, name).expected["messages"]) for name in NAMES) == 37
    assert {path.name.removesuffix(".bin") for path in (captures / "frames").glob("*.bin")} == set(NAMES)
