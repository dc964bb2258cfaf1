"""docs/protocol.md against the code: the table of messages, limits, numbers, errors and file names."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from douyinbot import errors
from douyinbot.connectors import backoff, http, live, live_polling, live_status, sign_service
from douyinbot.connectors.douyin import lookup, signing
from douyinbot.core import gifts
from douyinbot.events import EVENTS
from douyinbot.webcast import chat_answer, decoding, douyin, frames, session, tiktok
from douyinbot.webcast.douyin import query, signature
from douyinbot.webcast.pb import douyin_pb2 as pb
from douyinbot.webcast.pb import tiktok_pb2
from douyinbot.webcast.room_state import ENDED, LIVE, PAUSED
from tests.webcast.douyin.methods import METHODS, SYNC_KEYS

ROOT = Path(__file__).parents[2]
NAMES = [name for name in douyin.TABLE if not name.startswith("Webcast")]


def message_rows(protocol_md: Any) -> dict[str, frozenset[str]]:
    """Return the kinds of event of each method in the table."""
    rows = protocol_md.section("Messages").table("method")
    found = [(method, frozenset(row.code("event"))) for row in rows for method in row.code("method")]
    assert len(found) == len(dict(found)), "a method stands twice in the table"
    return dict(found)


def test_the_table_of_messages_is_the_code_s(protocol_md: Any) -> None:
    documented = message_rows(protocol_md)
    decoded = {method: kinds for method, kinds in documented.items() if kinds != {"unknown"}}
    assert decoded == {method: douyin.TABLE[method].kinds for method in NAMES}


def test_what_is_said_to_be_unknown_has_no_decoder(protocol_md: Any) -> None:
    unknown = [method for method, kinds in message_rows(protocol_md).items() if kinds == {"unknown"}]
    assert unknown
    assert not set(unknown) & set(douyin.TABLE)
    assert not {f"Webcast{method}" for method in unknown} & set(douyin.TABLE)


def test_the_whole_list_is_there_and_nothing_else(protocol_md: Any) -> None:
    assert set(message_rows(protocol_md)) == METHODS
    assert set(NAMES) <= METHODS


def test_what_stays_unknown_says_why(protocol_md: Any) -> None:
    rows = protocol_md.section("Messages").rows
    assert [
        row.first for row in rows if "`unknown`" in row["event"] and not row["what of it, or why not"]
    ] == []


def test_keys_of_state(protocol_md: Any) -> None:
    rows = protocol_md.section("State by a key").table("key of `RoomDataSyncMessage`")
    documented = {
        key: set(row.code("event")) for row in rows for key in row.code("key of `RoomDataSyncMessage`")
    }
    assert set(documented) == SYNC_KEYS
    for key, kinds in documented.items():
        message = pb.RoomDataSyncMessage(sync_key=key).SerializeToString()
        assert {event.kind for event in decode("RoomDataSyncMessage", message)} == kinds


def test_topics_and_rankings(protocol_md: Any) -> None:
    """Every word that the table names is what the decoder says, and every such word of the code is there."""
    rows = protocol_md.section("Messages").table("method")
    named: dict[str, set[str]] = {"room_notice": set(), "rank": set(), "shopping": set()}
    for row in rows:
        for kind in named.keys() & set(row.code("event")):
            named[kind] |= set(row.code("what of it, or why not")) - {"user", "what", "chat"}
    given: dict[str, set[str]] = {kind: set() for kind in named}
    for method in NAMES:
        for event in decode(method, b""):
            if event.kind == "room_notice":
                given[event.kind].add(event.topic)
            elif event.kind in given:
                given[event.kind].add(event.data["what"])
    assert named["room_notice"] == given["room_notice"] | {"unpinned"}
    assert {kind: named[kind] for kind in ("rank", "shopping")} == {
        kind: given[kind] for kind in ("rank", "shopping")
    }


def decode(method: str, payload: bytes) -> Any:
    at = decoding.Arrival(room="main", received=datetime(2026, 1, 1, tzinfo=UTC))
    return douyin.TABLE[method].decode(payload, "1", at)


def test_values_of_messages(protocol_md: Any) -> None:
    values = {row.code("value")[0]: row["meaning"] for row in protocol_md.section("Values").table("value")}
    clubs = [
        decode("FansclubMessage", pb.FansclubMessage(action=action).SerializeToString())
        for action in (1, 2, 5)
    ]
    assert [event.action for (event,) in clubs] == ["upgrade", "join", "5"]
    assert '1 rose (`"upgrade"`), 2 joined (`"join"`)' in values["FansclubMessage.action"]
    at = decoding.Arrival(room="main", received=datetime(2026, 1, 1, tzinfo=UTC))
    genders = [douyin.user_from(pb.User(gender=number), at).gender for number in (1, 2, 0)]
    assert genders == ["male", "female", None]
    assert values["User.gender"] == "1 male, 2 female, 0 unknown"
    assert f"`User.id` {douyin.MASKED_ID}" in protocol_md.flat


def test_values_of_control(protocol_md: Any) -> None:
    values = {row.code("value")[0]: row["meaning"] for row in protocol_md.section("Values").table("value")}
    found = {
        action: [
            event.kind
            for event in decode("ControlMessage", pb.ControlMessage(action=action).SerializeToString())
        ]
        for action in range(1, 8)
    }
    end = ["stream_end"]
    assert found == {1: ["stream_paused"], 2: ["stream_resumed"], 3: end, 4: end, 5: [], 6: end, 7: []}
    assert values["ControlMessage.action"].startswith(
        "1 pause, 2 resume; 3 ended by the streamer, 4 by an admin, 6"
    )


def test_numbers(protocol_md: Any) -> None:
    text = protocol_md.flat
    assert f"| largest frame | {frames.MAX_FRAME // 2**20} MiB |" in text
    assert f"| largest inflated payload | {frames.MAX_INFLATED // 2**20} MiB |" in text
    assert f"| largest HTTP body | {http.MAX_BODY // 2**20} MiB |" in text
    assert f"the four bytes `{frames.HEARTBEAT.hex(' ')}`" in text
    assert f"at most {session.LONGEST_HEARTBEAT:g} s apart" in text
    assert f"Two heartbeats and {session.STALE_MARGIN:g} s without a frame" in text
    assert f"The last {session.REMEMBERED} messages are remembered" in text
    assert f"messages older than {decoding.HISTORY_AGE_MS // 1000} s, are marked" in text
    assert f"tries the socket again every {live_polling.SOCKET_RETRY:g} s" in text
    assert f"{live_status.QUIET:g} s without a message make it ask" in text
    assert live.REFRESH_EVERY == 3
    assert "After three lost or refused connections in a row" in text
    assert f"Two readings, {lookup.SECOND_LOOK:g} s apart" in text
    service = f"At most {sign_service.MOST_PARAMS} values of at most {sign_service.LONGEST_PARAM} printable"
    assert service in text
    assert f"{sign_service.MAX_ANSWER // 1024} KiB in all" in text
    assert {101, 10011, 4001038} == signing.REFUSALS
    assert "`status_code` 101, 10011 or 4001038" in text
    assert backoff._SHORTEST == {1001: 2.0, 1012: 3.0, 1013: 5.0}
    assert "code 1001 waits at least 2 s, 1012 3 s, 1013 5 s" in text
    assert backoff.STABLE_AFTER == 60
    assert "must live for a minute" in text
    assert gifts.QUIET == 6
    assert "six seconds of silence, finish the streak" in text
    assert (LIVE, PAUSED, ENDED) == (2, 3, 4)
    assert "`status` is 2 live, 3 paused, 4 ended" in text


def test_fields_under_the_signature(protocol_md: Any) -> None:
    sentence = re.search(r"in this order: (.*?)\. A field", protocol_md.text, re.DOTALL)
    assert sentence is not None
    assert tuple(re.findall(r"`(\w+)`", sentence[1])) == signature.STUB_FIELDS


def test_paths_of_requests(protocol_md: Any) -> None:
    requests = " ".join(row["request"] for row in protocol_md.table("step"))
    for path in (query.ENTER, query.FETCH, query.PUSH):
        assert f"`GET {path}`" in requests
    assert f"`GET {query.CHAT}`" in protocol_md.section("Sending").text


def test_answers_to_a_line(protocol_md: Any) -> None:
    rows = {row.code("error")[0]: row["answer"] for row in protocol_md.section("Sending").table("answer")}
    codes = {
        "InvalidSessionError": chat_answer._LOGGED_OUT,
        "TooFastError": chat_answer._TOO_FAST,
        "RoomEndedError": chat_answer._ENDED,
    }
    for error, expected in codes.items():
        told = re.search(r"code ([\d, or]+)", rows[error])
        assert told is not None
        assert {int(code) for code in re.findall(r"\d+", told[1])} == expected
    for words, kind in chat_answer._WORDS:
        assert all(word in rows[kind.__name__] for word in words)


@pytest.mark.parametrize("section", ["A signing service", "A sign provider", "Refusals", "Sending"])
def test_errors_exist(protocol_md: Any, section: str) -> None:
    rows = [row for row in protocol_md.section(section).rows if "error" in row]
    assert rows
    assert {code for row in rows for code in row.code("error")} <= set(errors.__all__)


def test_files_exist(protocol_md: Any) -> None:
    named = re.findall(r"`((?:douyinbot|proto|tests)/[\w/.]+)`", protocol_md.text)
    assert len(named) > 20
    missing = [name for name in named if not (ROOT / name).exists()]
    assert not missing


def test_every_module_of_the_wire_is_there(protocol_md: Any) -> None:
    rows = protocol_md.section("Where things are").table("file")
    documented = {row.code("file")[0] for row in rows}
    folder = ROOT / "douyinbot" / "webcast"
    modules = {
        path.relative_to(ROOT).as_posix()
        for path in folder.rglob("*.py")
        if path.parent.name != "pb" and path != folder / "__init__.py"
    }
    assert modules <= documented


def test_short_file_names_are_of_the_wire(protocol_md: Any) -> None:
    short = set(re.findall(r"`(\w+\.py)`", protocol_md.text))
    wire = ROOT / "douyinbot" / "webcast"
    assert [name for name in short if not ((wire / name).exists() or (wire / "douyin" / name).exists())] == []


def test_names_in_code_exist(protocol_md: Any) -> None:
    for module, name in ((query, "PUSH_HOSTS"), (douyin, "TABLE")):
        assert f"`{name}`" in protocol_md.flat
        assert hasattr(module, name)


# ---- TikTok -------------------------------------------------------------------------------------

OF_THE_SEED = {
    *("chat", "member", "gift", "room_user", "like", "social", "emote", "envelope", "question"),
    *("link_mic_battle", "link_mic_armies", "live_intro", "subscribe", "stream_end"),
}
OF_ITS_SUCCESSORS = {
    *("follow", "share", "stream_paused", "stream_resumed", "fans_club", "rank", "room_notice", "shopping"),
    "deleted",
}
TIKTOK = {name: row.kinds for name, row in tiktok.TABLE.items() if not name.startswith("Webcast")}


def tiktok_rows(protocol_md: Any) -> dict[str, frozenset[str]]:
    rows = protocol_md.section("TikTok's messages").table("method")
    found = [(method, frozenset(row.code("event"))) for row in rows for method in row.code("method")]
    assert len(found) == len(dict(found)), "a method stands twice in the table"
    return dict(found)


def test_tiktok_s_table_of_messages_is_the_code_s(protocol_md: Any) -> None:
    documented = tiktok_rows(protocol_md)
    assert {method: kinds for method, kinds in documented.items() if kinds != {"unknown"}} == TIKTOK


def test_every_method_that_was_seen_on_tiktok_is_there(protocol_md: Any) -> None:
    captures = ROOT.parent / "shared" / "captures" / "tiktok"
    if not captures.is_dir():
        pytest.skip(f"NOT CHECKED against real recorded data: {captures} is not there")
    seen = {path.stem for path in (captures / "pseudonymised" / "payloads").glob("*.jsonl")}
    text = (captures / "other" / "piratetok-2026-expectations.json").read_text(encoding="utf-8")
    for room in json.loads(text)["files"].values():
        seen |= set(room["message_types"])
    for path in (captures / "f2").glob("*.json"):
        seen |= set(re.findall(r'"method":"(\w+)"', path.read_text(encoding="utf-8")))
    assert len(seen) > 30
    assert {method.removeprefix("Webcast") for method in seen} <= set(tiktok_rows(protocol_md))


def test_what_stays_unknown_on_tiktok_says_why_and_has_no_decoder(protocol_md: Any) -> None:
    rows = [
        row for row in protocol_md.section("TikTok's messages").table("method") if "unknown" in row["event"]
    ]
    assert [row.first for row in rows if not row["what of it, or why not"]] == []
    undecoded = {method for row in rows if row.code("event") == ["unknown"] for method in row.code("method")}
    assert len(undecoded) > 15
    assert not undecoded & set(tiktok.TABLE)


def test_tiktok_gives_every_event_of_the_seed_and_what_its_successors_added(protocol_md: Any) -> None:
    named = {kind for kinds in tiktok_rows(protocol_md).values() for kind in kinds}
    assert set(EVENTS) >= OF_THE_SEED | OF_ITS_SUCCESSORS
    assert named >= OF_THE_SEED | OF_ITS_SUCCESSORS
    values = protocol_md.section("TikTok's messages").flat
    for word in ("super fans", "barrage", "`poll`", "`goal`", "`caption`", "`pinned`", "`place`", "box"):
        assert word.lower() in values.lower()


def test_words_of_tiktok_s_notices_and_rankings(protocol_md: Any) -> None:
    rows = protocol_md.section("TikTok's messages").table("method")
    named = {method: set(row.code("what of it, or why not")) for row in rows for method in row.code("method")}
    at = decoding.Arrival(room="main", received=datetime(2026, 1, 1, tzinfo=UTC))
    filled: dict[str, Any] = {
        "CaptionMessage": tiktok_pb2.CaptionMessage(contents=[{}]),
        "PollMessage": tiktok_pb2.PollMessage(start={}),
        "LinkMicFanTicketMethod": tiktok_pb2.LinkMicFanTicketMethod(tickets={"tickets": [{}]}),
        "LinkMicMethod": tiktok_pb2.LinkMicMethod(type=8),
    }
    for method, kinds in TIKTOK.items():
        payload = filled[method].SerializeToString() if method in filled else b""
        events: Any = tiktok.TABLE[method].decode(payload, "1", at)
        words = {event.topic for event in events if event.kind == "room_notice"}
        words |= {event.data["what"] for event in events if event.kind in ("rank", "shopping")}
        if kinds & {"room_notice", "rank", "shopping"}:
            assert named[method] == words | ({"unpinned"} if method == "RoomPinMessage" else set())


def test_bytes_of_tiktok_s_frames(protocol_md: Any) -> None:
    text = protocol_md.section("TikTok").flat
    told = re.search(r"`([\da-f ]+)` ROOM `([\da-f ]+)`", text)
    assert told is not None
    beat = tiktok.modern(2**62, 1).heartbeat(1)
    assert beat.startswith(bytes.fromhex(told[1]))
    assert beat.endswith(bytes.fromhex(told[2]))
    ack = tiktok.LEGACY.acknowledge(frames.Frame("msg", b"", 7777), None)
    assert ack is not None
    assert f"`{ack.hex(' ')}` for 7777" in text
    assert tiktok.LEGACY.heartbeat(1) == frames.HEARTBEAT


def test_values_of_tiktok_are_fields(protocol_md: Any) -> None:
    for row in protocol_md.section("TikTok").table("value on TikTok"):
        name, *path = row.code("value on TikTok")[0].split(".")
        kind = getattr(tiktok_pb2, name).DESCRIPTOR
        for step in path:
            inner, field = kind.nested_types_by_name.get(step), kind.fields_by_name.get(step)
            assert inner or field, (name, step)
            kind = inner or field.message_type
