"""Whether a request is signed: right ones pass, each wrong one is told."""

import random
from urllib.parse import quote

import pytest

from douyinbot.connectors.simulator.signing import handshake_faults, signature_faults
from douyinbot.webcast.douyin import a_bogus, signature
from douyinbot.webcast.douyin.query import USER_AGENT, Visit
from douyinbot.webcast.pairs import encode

VISIT = Visit(web_rid="abc", room_id="7123456789012345678", visitor_id="7300000000000000001")
RAW = encode(VISIT.chat("你好 !"))
VALUE = quote(
    a_bogus.sign(
        RAW, browser=a_bogus.Browser(user_agent=USER_AGENT), now_ms=1_795_000_000_000, rng=random.Random(1)
    ),
    safe="",
)


def faults(raw_query: str, *, body: str = "", user_agent: str = USER_AGENT) -> str:
    return "; ".join(signature_faults(raw_query, body=body, user_agent=user_agent))


def test_a_right_signature_passes() -> None:
    assert faults(f"{RAW}&a_bogus={VALUE}") == ""


def test_wrong_signatures_are_told() -> None:
    assert faults(RAW) == "a_bogus is missing"
    assert "not the last value" in faults(f"{RAW}&a_bogus={VALUE}&more=1")
    assert "query: another hash" in faults(f"{RAW}&more=1&a_bogus={VALUE}")
    assert "query: another hash" in faults(f"{RAW.replace('%20', '+')}&a_bogus={VALUE}")  # as on the wire
    assert "body: another hash" in faults(f"{RAW}&a_bogus={VALUE}", body="x=1")
    assert "user agent: another hash" in faults(f"{RAW}&a_bogus={VALUE}", user_agent="curl/8")
    assert "value:" in faults(f"{RAW}&a_bogus=nonsense")


def test_what_cannot_be_hashed_is_a_fault_too() -> None:
    assert "cannot be signed" in faults(f"{RAW}&a_bogus={VALUE}", user_agent="浏览器")


def push(**changes: str) -> list[str]:
    pairs = dict(VISIT.push("", "", signature.sign(VISIT.stub_values(), signature.Nonce()))) | changes
    return handshake_faults({key: value for key, value in pairs.items() if value != "-"})


def test_a_right_socket_address_passes() -> None:
    assert push() == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"signature": "-"}, "the signature is missing"),
        ({"signature": "short"}, "16 characters"),
        ({"room_id": "7999999999999999999"}, "made for other values"),
        ({"user_unique_id": "7300000000000000002"}, "made for other values"),
        ({"webcast_sdk_version": "1.0.14"}, "update_version_code is not the webcast_sdk_version"),
        ({"webcast_sdk_version": "-"}, "webcast_sdk_version is missing"),
        ({"aid": "1128"}, "aid is 1128, not 6383"),
        ({"identity": "-"}, "identity is missing, not audience"),
        ({"browser_version": "143.0.0.0"}, "browser_version is not what follows"),
    ],
)
def test_wrong_socket_addresses_are_told(changes: dict[str, str], told: str) -> None:
    assert told in "; ".join(push(**changes))


def test_the_shortest_known_query_passes() -> None:
    """Two clients leave out cursor, internal_ext and the browser's habits (2026)."""
    left_out = (
        "cursor",
        "internal_ext",
        "update_version_code",
        "browser_version",
        "tz_name",
        "endpoint",
        "host",
    )
    assert push(**dict.fromkeys(left_out, "-")) == []


def test_other_fields_may_be_demanded() -> None:
    def told(fields: tuple[str, ...], signed: tuple[str, ...]) -> list[str]:
        made = signature.sign(dict(VISIT.push("", "")), signature.Nonce(), signed)
        return handshake_faults(dict(VISIT.push("", "", made)), fields)

    assert told((), ()) == []
    assert told(("aid", "room_id"), ("aid", "room_id")) == []
    assert told(("aid", "room_id"), ("room_id", "aid")) == ["the signature was made for other values"]
    assert told((), signature.STUB_FIELDS) == ["the signature was made for other values"]
