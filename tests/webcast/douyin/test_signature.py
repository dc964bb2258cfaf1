"""The socket's signature: real values opened and made again, and every change noticed."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from douyinbot.errors import SignatureError
from douyinbot.webcast.douyin.a_bogus import sm3
from douyinbot.webcast.douyin.query import Visit
from douyinbot.webcast.douyin.signature import (
    STUB_FIELDS,
    Nonce,
    frontier_sign,
    open_signature,
    sign,
    stub,
    verify,
)

ALPHABET = "Dkdpgh4ZKsQB80/Mfvw36XI1R25+WUAlEi7NLboqYTOPuzmFjJnryx9HVGcaStCe"
# Public test values of another client (MIT), made there with the vendor's script.
PINNED_STUB = "704f436b2558b0d7a1c7e758527dd8f1"
PINNED = [
    ("6pt0VC0aRZDP7n07", Nonce(counter=1, flags=0x50, filler=63, key=63)),
    ("fD+evFuzasjOC8Uu", Nonce(counter=0, flags=0x40, filler=0, key=6)),
]
FIELDS = {name: f"value of {name}" for name in STUB_FIELDS}
NONCES = st.builds(
    Nonce,
    counter=st.integers(0, 0xFFFF),
    flags=st.sampled_from([0x40, 0x50, 0x60]),
    filler=st.integers(0, 254),
    key=st.integers(0, 254),
)
VALUES = st.fixed_dictionaries({}, optional={name: st.text(max_size=30) for name in STUB_FIELDS})


def vectors(captures: Path, part: str) -> list[dict[str, Any]]:
    path = captures / "signatures/websocket_signature_vectors.json"
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))[part]
    return found


def visit(vector: dict[str, Any]) -> dict[str, str]:
    """The query values behind a real signature."""
    return Visit(
        room_id=vector["room_id"],
        visitor_id=vector["user_unique_id"],
        sdk_version=vector["webcast_sdk_version"],
    ).stub_values()


# ---- known values -------------------------------------------------------------------------------


@pytest.mark.parametrize(("signature", "nonce"), PINNED)
def test_public_values_are_made_again(signature: str, nonce: Nonce) -> None:
    assert frontier_sign(PINNED_STUB, nonce) == signature


def test_stub_is_the_md5_of_the_thirteen_fields_in_their_order() -> None:
    values = Visit(
        room_id="7435441451519232783", visitor_id="7349101092921476660", sdk_version="1.0.14-beta.0"
    ).stub_values()
    assert stub(values) == "27cf41d5ece9003424c61421ccd4f423"
    assert stub(dict(reversed(values.items()))) == stub(values)


def test_stub_of_no_fields_is_the_md5_of_nothing() -> None:
    assert stub(FIELDS, fields=()) == "d41d8cd98f00b204e9800998ecf8427e"
    assert verify("6hRRznwGKRkFJVsQ", {}, fields=()) == []  # the page's own value of 2026-09-30


def test_real_signatures_fit_the_visits_they_were_made_for(captures: Path) -> None:
    real = vectors(captures, "real_urls")
    assert len(real) == 7
    for vector in real:
        assert stub(visit(vector)) == vector["stub_md5"]
        assert verify(vector["signature"], visit(vector)) == []


def test_real_signatures_open_to_what_was_found_in_them(captures: Path) -> None:
    for vector in vectors(captures, "real_urls"):
        opened, decoded = open_signature(vector["signature"]), vector["decoded"]
        assert (opened.flags, opened.key) == (decoded["flags"], decoded["key"])
        assert opened.payload.hex() == decoded["payload"]


def test_real_signatures_are_made_again_to_the_byte(captures: Path) -> None:
    for vector in vectors(captures, "real_urls"):
        decoded = vector["decoded"]
        nonce = Nonce(decoded["counter"], decoded["flags"], decoded["r1"], decoded["key"])
        assert sign(visit(vector), nonce) == vector["signature"]


def test_vendor_script_values_are_made_again_to_the_byte(captures: Path) -> None:
    for vector in vectors(captures, "js_derived"):
        nonce = Nonce(
            counter=vector["counter"],
            flags=0x50 if vector["flag_bit4"] else 0x40,
            filler=vector["payload_random"],
            key=vector["key_random"],
        )
        assert frontier_sign(vector["stub_md5"], nonce) == vector["signature"]


# ---- made and checked ---------------------------------------------------------------------------


@settings(deadline=None)
@given(VALUES, NONCES)
def test_what_is_signed_verifies(values: dict[str, str], nonce: Nonce) -> None:
    signature = sign(values, nonce)
    assert len(signature) == 16
    assert set(signature) <= set(ALPHABET)
    assert verify(signature, values) == []


@settings(deadline=None)
@given(NONCES)
def test_free_choices_can_be_read_back(nonce: Nonce) -> None:
    opened = open_signature(sign(FIELDS, nonce))
    assert (opened.flags, opened.key) == (nonce.flags, nonce.key)
    assert opened.payload[:2] == bytes([nonce.counter & 0x3F, nonce.counter >> 8])
    assert opened.payload[8] == nonce.filler


@pytest.mark.parametrize("field", STUB_FIELDS)
def test_a_changed_field_is_noticed(field: str) -> None:
    signature = sign(FIELDS, Nonce())
    assert verify(signature, FIELDS | {field: "else"}) == ["the signature was made for other values"]
    assert verify(signature, {k: v for k, v in FIELDS.items() if k != field}) != []


@settings(deadline=None)
@given(NONCES, st.integers(2, 15), st.sampled_from(ALPHABET))
def test_a_changed_character_is_noticed(nonce: Nonce, place: int, char: str) -> None:
    signature = sign(FIELDS, nonce)
    changed = signature[:place] + char + signature[place + 1 :]
    assert bool(verify(changed, FIELDS)) == (changed != signature)


def test_flags_are_a_free_choice_and_nothing_else_in_front_is() -> None:
    signature = sign(FIELDS, Nonce(flags=0x40, key=7))
    for place in (0, 1):
        for char in ALPHABET:
            changed = signature[:place] + char + signature[place + 1 :]
            free = open_signature(changed).key == 7
            assert (verify(changed, FIELDS) == []) == free


@pytest.mark.parametrize(
    ("signature", "problem"),
    [
        ("", "has 16 characters, not 0"),
        ("6pt0VC0aRZDP7n0", "has 16 characters, not 15"),
        ("6pt0VC0aRZDP7n077", "has 16 characters, not 17"),
        ("6pt0VC0aRZDP7n0=", "characters that are not in its alphabet"),
        ("6pt0VC0aRZDP7n0\u0661", "characters that are not in its alphabet"),
        ("6pt0VC0aRZDP7n0\ud800", "characters that are not in its alphabet"),
    ],
)
def test_what_is_no_signature_is_told_apart(signature: str, problem: str) -> None:
    with pytest.raises(SignatureError, match=problem):
        open_signature(signature)
    assert len(verify(signature, FIELDS)) == 1
    assert problem in verify(signature, FIELDS)[0]


@settings(deadline=None)
@given(st.text(st.sampled_from(ALPHABET), min_size=16, max_size=16))
def test_any_sixteen_characters_of_the_alphabet_open(signature: str) -> None:
    assert len(open_signature(signature).payload) == 10


def test_first_signature_of_a_visit_is_the_default() -> None:
    assert Nonce() == Nonce(counter=1, flags=0x50, filler=0, key=0)


def test_drawn_choices_are_those_that_a_browser_draws() -> None:
    drawn = [Nonce.draw(random.Random(seed), counter=3) for seed in range(200)]
    assert {nonce.flags for nonce in drawn} == {0x40, 0x50}
    assert {nonce.counter for nonce in drawn} == {3}
    assert len({nonce.key for nonce in drawn}) > 50
    assert all(0 <= nonce.filler < 255 and 0 <= nonce.key < 255 for nonce in drawn)


def test_same_random_source_gives_the_same_signature() -> None:
    first, second = (sign(FIELDS, Nonce.draw(random.Random(5))) for _ in range(2))
    assert first == second


# ---- the captures as a whole ----------------------------------------------------------------------


def test_no_vector_of_the_captures_is_left_out(captures: Path) -> None:
    """A vector that is added must be checked by a test here, too."""
    path = captures / "signatures/websocket_signature_vectors.json"
    parts = json.loads(path.read_text(encoding="utf-8"))
    assert {part: len(entries) for part, entries in parts.items()} == {
        "real_urls": 7,
        "js_derived": 2,
        "building_blocks": 3,
    }
    # The other two are not about the socket: test_a_bogus.py has the one, and the other is about a cookie.
    assert {path.name for path in (captures / "signatures").glob("*.json")} == {
        "websocket_signature_vectors.json",
        "a_bogus_real_browser_vectors.json",
        "ac_signature_vectors.json",
    }


def test_building_blocks_are_those_of_others(captures: Path) -> None:
    path = captures / "signatures/websocket_signature_vectors.json"
    blocks = json.loads(path.read_text(encoding="utf-8"))["building_blocks"]
    tail = blocks["md5_of_md5_tail"]
    payload = open_signature(frontier_sign(tail["input"], Nonce())).payload
    assert payload[6:8].hex() == tail["last2"] == tail["check"]
    assert payload[4:6].hex() == blocks["empty_double_md5"][-4:]
    assert sm3(b"").hex() == blocks["sm3"]["empty"]
    assert sm3(b"abc").hex() == blocks["sm3"]["abc"]
