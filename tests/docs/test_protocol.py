"""docs/protocol.md against the code: the table of messages, limits, numbers, errors and file names."""

import re
from pathlib import Path
from typing import Any

import pytest

from douyinbot import errors
from douyinbot.connectors import backoff, http, live
from douyinbot.connectors.douyin import platform
from douyinbot.core import gifts
from douyinbot.webcast import chat_answer, decoding, douyin, frames, page, query, session, signature

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
    assert len(unknown) > 100
    assert not set(unknown) & set(douyin.TABLE)
    assert not {f"Webcast{method}" for method in unknown} & set(douyin.TABLE)


def test_the_whole_list_is_there(protocol_md: Any) -> None:
    assert len(message_rows(protocol_md)) >= 117


def test_values_of_messages(protocol_md: Any) -> None:
    values = {row.code("value")[0]: row["meaning"] for row in protocol_md.section("Values").table("value")}
    assert douyin._FANS_CLUB_ACTIONS == {1: "upgrade", 2: "join"}
    assert '1 rose (`"upgrade"`), 2 joined (`"join"`)' in values["FansclubMessage.action"]
    assert douyin._GENDERS == {1: "male", 2: "female"}
    assert values["User.gender"].startswith("1 male, 2 female")
    assert f"{douyin.MASKED_ID}" in protocol_md.flat
    for action, event in {
        1: "stream_paused",
        2: "stream_resumed",
        3: "stream_end",
        4: "stream_end",
        6: "stream_end",
    }.items():
        assert [one.kind for one in _control(action)] == [event]
    assert not _control(5)
    assert not _control(7)


def _control(action: int) -> Any:
    from datetime import UTC, datetime

    from douyinbot.webcast.compose import control

    method, payload = control(1, 2, 3, action)
    at = decoding.Arrival(room="main", received=datetime(2026, 1, 1, tzinfo=UTC))
    return douyin.TABLE[method].decode(payload, "1", at)


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
    assert f"tries the socket again every {live.SOCKET_RETRY:g} s" in text
    assert f"{live.QUIET_POLLS:g} s without a message make it ask" in text
    assert live.REFRESH_EVERY == 3
    assert "After three lost or refused connections in a row" in text
    assert f"Two readings, {platform.SECOND_LOOK:g} s apart" in text
    assert backoff._SHORTEST == {1001: 2.0, 1012: 3.0, 1013: 5.0}
    assert "code 1001 waits at least 2 s, 1012 3 s, 1013 5 s" in text
    assert backoff.STABLE_AFTER == 60
    assert "must live for a minute" in text
    assert gifts.QUIET == 6
    assert "six seconds of silence, finish the streak" in text
    assert (page.LIVE, page.PAUSED, page.ENDED) == (2, 3, 4)
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


@pytest.mark.parametrize("section", ["Refusals", "Sending"])
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
    modules = {
        f"douyinbot/webcast/{path.name}"
        for path in (ROOT / "douyinbot" / "webcast").glob("*.py")
        if path.name != "__init__.py"
    }
    assert modules <= documented


def test_short_file_names_are_of_the_wire(protocol_md: Any) -> None:
    short = set(re.findall(r"`(\w+\.py)`", protocol_md.text))
    assert all((ROOT / "douyinbot" / "webcast" / name).exists() for name in short)


def test_names_in_code_exist(protocol_md: Any) -> None:
    for module, name in ((query, "PUSH_HOSTS"), (douyin, "TABLE"), (douyin, "_units")):
        assert f"`{name}`" in protocol_md.flat
        assert hasattr(module, name)
