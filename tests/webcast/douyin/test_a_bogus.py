"""The HTTP signature: real browser values, made again and opened, and everything a damaged value may do."""

import dataclasses
import hashlib
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from douyinbot.errors import SignatureError
from douyinbot.webcast.douyin import a_bogus
from douyinbot.webcast.douyin.a_bogus import Browser, Opened, open_value, seal, sign, sm3, verify

VECTORS = Path(__file__).parents[4] / "shared/captures/douyin/signatures/a_bogus_real_browser_vectors.json"
QUERY = "aid=6383&app_name=douyin_web&live_id=1&room_id=7592148798647094051&msToken="
NOW_MS = 1_767_692_290_983
PINNED = (
    "mfsjkzX7Ex8bcd/GmCplH4xUf0xArPSyfNTOSEVKHNYBOXUaBWPz/acmJoFm4QOgcRp0k9V7enFAbDdc0oXi1M9kompvuFJ6WsVA"
    "n0mLMqwRGFJQLrjYezDFww0xU54qeAVviAkI/UeognxAiNQL/dlr7/Ke5c8BP3xRkMTbT9BhZzgAL3c-PBbpY7rPUjcW"
)
# Latin-1 without control characters is all that a header can carry.
AGENTS = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, blacklist_categories=["Cc"]), max_size=200
)
QUERIES = st.text(st.characters(blacklist_categories=["Cs"]), max_size=300)
TIMES = st.integers(min_value=1, max_value=2**48 - 1)


class Replay(random.Random):
    """Answers every draw with what a real browser once drew."""

    def __init__(self, opened: Opened, decoded: dict[str, Any]) -> None:
        super().__init__(0)
        (prefix_noise, engine), masks = (pair[1] for pair in decoded["pre"]), decoded["a8"]
        left, right, check, perm = (pair[1] for pair in masks)
        self.draws: list[int] = [decoded["f28"] - 3, engine, prefix_noise, check, perm, left, right]
        self.noise = opened.noise

    def randrange(self, *limits: int, **_: Any) -> int:  # type: ignore[override]
        drawn: int = self.draws.pop(0)
        assert drawn in range(*limits), "the script drew what sign() never would"
        return drawn

    def randbytes(self, n: int) -> bytes:
        assert n == len(self.noise)
        return self.noise


def real(count: int) -> dict[str, Any]:
    """Give one real vector, or skip the test where the captures are not at hand."""
    if not VECTORS.is_file():
        pytest.skip(f"real browser values not checked: {VECTORS} is not there")
    vector: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))[count]
    return vector


def make(query: str = QUERY, *, seed: int = 1, now_ms: int = NOW_MS, **arguments: Any) -> str:
    browser = arguments.pop("browser", Browser())
    return sign(query, browser=browser, now_ms=now_ms, rng=random.Random(seed), **arguments)


def subjects(faults: Iterable[str]) -> set[str]:
    return {fault.partition(":")[0] for fault in faults}


# --- real values


@pytest.mark.parametrize("count", [0, 1])
def test_a_real_value_is_made_again_byte_for_byte(count: int) -> None:
    vector = real(count)
    decoded = vector["decoded"]
    browser = Browser(
        user_agent=vector["user_agent_that_matches"],
        window=decoded["geo"],
        environment=decoded["f35_36"],
        flags=decoded["flags"],
        marks=int.from_bytes(decoded["f40"], "little"),
        ub=decoded["v14"],
        page_id=decoded["aid"],
        aid=decoded["aid2"],
    )
    rng = Replay(open_value(vector["a_bogus"]), decoded)
    assert sign(vector["signed_query"], browser=browser, now_ms=decoded["t"], rng=rng) == vector["a_bogus"]
    assert rng.draws == []


@pytest.mark.parametrize("count", range(4))
def test_a_real_value_opens_into_what_is_known_of_it(count: int) -> None:
    vector = real(count)
    decoded = vector["decoded"]
    opened = open_value(vector["a_bogus"])
    assert opened.checksum_ok
    assert opened.time_ms == decoded["t"]
    assert opened.window == decoded["geo"]
    assert opened.tail == decoded["tail"]
    assert opened.checksum == int(decoded["chk"], 16)
    assert [opened.number("generation"), opened.number("closing")] == [decoded["f24"], decoded["f66"]]
    assert [opened.number("fortnight"), opened.number("call_band")] == [decoded["f26"], decoded["f27"]]
    assert [opened.number("elapsed"), opened.number("started_ms")] == [decoded["f28"], decoded["ink"]]
    assert [opened.number("page_id"), opened.number("aid")] == [decoded["aid"], decoded["aid2"]]
    assert [opened.number("environment"), opened.number("flags")] == [decoded["f35_36"], decoded["flags"]]
    assert list(opened.number("marks").to_bytes(4, "little")) == decoded["f40"]
    assert opened.number("ub") == decoded["v14"]
    assert list(opened.hash_bytes("query")) == decoded["h1"]
    assert list(opened.hash_bytes("body")) == decoded["h2"]
    assert list(opened.hash_bytes("user agent")) == decoded["hua"]
    assert seal(opened) == vector["a_bogus"]


@pytest.mark.parametrize("count", [0, 1])
def test_a_real_value_is_fine_for_its_request_only(count: int) -> None:
    vector = real(count)
    value, query, agent = vector["a_bogus"], vector["signed_query"], vector["user_agent_that_matches"]
    assert verify(value, query, user_agent=agent) == []
    assert subjects(verify(value, query + "&", user_agent=agent)) == {"query"}
    assert subjects(verify(value, query, body="x", user_agent=agent)) == {"body"}
    assert subjects(verify(value, query, user_agent=agent.replace("Chrome/1", "Chrome/2"))) == {"user agent"}


@pytest.mark.parametrize("count", [2, 3])
def test_a_real_value_of_an_unknown_request_is_fine_as_far_as_can_be_told(count: int) -> None:
    # Neither query nor User-Agent was captured with these two.
    faults = verify(real(count)["a_bogus"], "", user_agent="Chrome")
    assert subjects(faults) == {"query", "user agent"}


def test_every_real_value_is_checked_and_those_with_a_known_request_are_made_again() -> None:
    # Of the other two neither query nor User-Agent was captured, and the hashes cannot be turned round.
    real(0)
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    known = [count for count, vector in enumerate(vectors) if "signed_query" in vector]
    assert (len(vectors), known) == (4, [0, 1])


# --- made values


def test_a_value_with_a_fixed_seed_stays_the_same() -> None:
    assert make() == PINNED
    assert verify(PINNED, QUERY, user_agent=Browser().user_agent) == []


def test_the_defaults_are_told_as_they_are() -> None:
    opened = open_value(PINNED)
    browser = Browser()
    for name in ("environment", "flags", "marks", "ub", "page_id", "aid"):
        assert opened.number(name) == getattr(browser, name)
    assert opened.window == browser.window
    assert opened.hash_bytes("body") == bytes([82, 177, 44])


@given(query=QUERIES, body=QUERIES, agent=AGENTS, now_ms=TIMES, seed=st.integers())
@settings(database=None, deadline=None)
def test_what_is_signed_verifies_and_opens_and_seals(
    query: str, body: str, agent: str, now_ms: int, seed: int
) -> None:
    value = make(query, body=body, browser=Browser(user_agent=agent), now_ms=now_ms, seed=seed)
    assert verify(value, query, body=body, user_agent=agent) == []
    opened = open_value(value)
    assert opened.time_ms == now_ms
    assert opened.checksum_ok
    assert seal(opened) == value
    assert len(value) in range(188, 197)


@given(
    flags=st.integers(0, 65535),
    marks=st.integers(0, 2**32 - 1),
    ub=st.integers(0, 2**32 - 1),
    environment=st.integers(0, 65535),
    window=st.from_regex(r"\A([0-9]{1,5}\|){8}[A-Za-z0-9 ]{1,60}\Z"),
)
@settings(database=None, deadline=None)
def test_every_browser_can_be_told(**figures: Any) -> None:
    browser = Browser(**figures)
    value = make(browser=browser)
    opened = open_value(value)
    assert verify(value, QUERY, user_agent=browser.user_agent) == []
    assert opened.window == browser.window
    for name in ("flags", "marks", "ub", "environment"):
        assert opened.number(name) == figures[name]


@pytest.mark.parametrize(
    ("calls", "band"),
    [(0, 6), (139, 6), (140, 5), (1283, 5), (1284, 4), (10745, 4), (10746, 3), (10**9, 3)],
)
def test_the_number_of_calls_is_told_in_bands(calls: int, band: int) -> None:
    assert open_value(make(calls=calls)).number("call_band") == band


@pytest.mark.parametrize(
    ("agent", "first"),
    [
        ("Mozilla/5.0 Chrome/143.0.0.0 Safari/537.36", 0),
        ("Mozilla/5.0 Gecko/20100101 Firefox/140.0", 40),
        ("Mozilla/5.0 Version/18.0 Safari/605.1.15", 81),
        ("Mozilla/5.0 Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0", 125),
        ("Mozilla/5.0 Chrome/114.0 HuaweiBrowser/16.0 Safari/537.36", 170),
        ("curl/8.5", 210),
    ],
)
def test_the_prefix_names_the_kind_of_browser(agent: str, first: int) -> None:
    for seed in range(30):
        a, b = open_value(make(browser=Browser(user_agent=agent), seed=seed)).prefix[2:]
        assert (a & 0xAA) | (b & 0x55) in range(first, first + 40)
    other = "Opera" if first == 0 else "Chrome"
    assert "prefix" in subjects(verify(make(browser=Browser(user_agent=agent)), QUERY, user_agent=other))


@pytest.mark.parametrize("name", ["query", "body", "user agent"])
def test_an_alarm_of_the_script_takes_the_reserved_byte(name: str) -> None:
    rule = a_bogus.DIGESTS[name]
    value = make(browser=Browser(flags=rule.alarm))
    assert open_value(value).hash_bytes(name)[2] == rule.reserved
    assert verify(value, QUERY, user_agent=Browser().user_agent) == []


@pytest.mark.parametrize("name", ["query", "body"])
def test_a_hash_never_has_the_reserved_byte_without_an_alarm(name: str) -> None:
    rule = a_bogus.DIGESTS[name]
    for count in range(5000):
        text = f"room_id={count}"
        hashed = sm3(sm3(text.encode() + b"dhzx"))
        if hashed[rule.picks[2]] == rule.reserved:
            break
    else:
        pytest.fail("no text hashes to the reserved byte")
    sent = open_value(make(text, body=text)).hash_bytes(name)
    assert sent[2] == hashed[rule.picks[2] + 1]


def test_the_mask_starts_high_when_the_flag_says_so() -> None:
    checks = []
    for seed in range(200):
        a, b = open_value(make(browser=Browser(flags=64), seed=seed)).mask[4:6]
        checks.append((a & 0xAA) | (b & 0x55))
    assert min(checks) > 110
    assert max(checks) < 240
    assert all(check % 2 for check in checks)


# --- damaged values


@given(place=st.integers(0, len(PINNED) - 1), letter=st.sampled_from(a_bogus.VALUE_ALPHABET + "=+ \u00e9"))
@settings(database=None, deadline=None, max_examples=400)
def test_a_changed_letter_is_told_or_was_noise(place: int, letter: str) -> None:
    assume(PINNED[place] != letter)
    value = PINNED[:place] + letter + PINNED[place + 1 :]
    if verify(value, QUERY, user_agent=Browser().user_agent):
        return
    # All that the platform itself can check is unharmed: noise and the sizes of the window have no checksum.
    before, after = open_value(PINNED), open_value(value)
    assert after != before
    assert after == dataclasses.replace(before, prefix=after.prefix, noise=after.noise, window=after.window)


def test_most_changed_letters_are_told() -> None:
    agent = Browser().user_agent
    told = total = 0
    for place in range(len(PINNED)):
        for letter in a_bogus.VALUE_ALPHABET.replace(PINNED[place], "")[::9]:
            total += 1
            told += bool(verify(PINNED[:place] + letter + PINNED[place + 1 :], QUERY, user_agent=agent))
    assert told / total > 0.8


@pytest.mark.parametrize("slot", a_bogus.ORDER)
def test_every_changed_slot_breaks_the_checksum(slot: int) -> None:
    opened = open_value(PINNED)
    slots = bytearray(opened.slots)
    slots[a_bogus.PLACES[slot]] ^= 64
    damaged = dataclasses.replace(opened, slots=bytes(slots))
    assert not damaged.checksum_ok
    assert verify(seal(damaged), QUERY, user_agent=Browser().user_agent)


def test_a_right_checksum_does_not_hide_a_lie() -> None:
    lies = {24: "slots", 66: "slots", 26: "time", 60: "time", 48: "query", 52: "body", 56: "user agent"}
    opened = open_value(PINNED)
    for slot, subject in lies.items():
        slots = bytearray(opened.slots)
        slots[a_bogus.PLACES[slot]] ^= 1
        lie = dataclasses.replace(opened, slots=bytes(slots), checksum=opened.checksum ^ 1)
        assert lie.checksum_ok
        assert subjects(verify(seal(lie), QUERY, user_agent=Browser().user_agent)) == {subject}


def test_a_wrong_text_is_told() -> None:
    opened = open_value(PINNED)
    agent = Browser().user_agent
    tail = dataclasses.replace(opened, tail="9" * (len(opened.tail) - 1) + ",")
    assert subjects(verify(seal(tail), QUERY, user_agent=agent)) == {"time"}
    window = dataclasses.replace(opened, window="x" * len(opened.window))
    assert subjects(verify(seal(window), QUERY, user_agent=agent)) == {"window"}


@pytest.mark.parametrize(
    "value",
    [
        "",
        "D",
        "Dkdp",
        "====",
        "D" * 15 + "=",
        "D" * 188,
        PINNED[:-1],
        PINNED[:-4],
        PINNED[:16],
        PINNED[:80],
        PINNED + "DDDD",
        PINNED + "=",
        " " + PINNED,
        PINNED + "\n",
        PINNED.replace(PINNED[50], "+"),
        PINNED.replace(PINNED[50], "%2F"),
        PINNED.replace(PINNED[50], "签"),
        PINNED.replace(PINNED[50], "\ud800"),
        "\x00" * 188,
        # 28 characters of X-Bogus, which the platform used until 2023.
        "DFSzswVVUyXANrqJSkdAhRXAIQ5i",
    ],
)
def test_what_is_no_value_is_refused(value: str) -> None:
    with pytest.raises(SignatureError):
        open_value(value)
    assert subjects(verify(value, QUERY, user_agent="")) == {"value"}


@given(value=st.one_of(st.text(max_size=300), st.text(a_bogus.VALUE_ALPHABET, min_size=180, max_size=200)))
@settings(database=None, deadline=None)
def test_no_text_raises_anything_else(value: str) -> None:
    with pytest.raises(SignatureError):
        open_value(value)


@given(st.binary(max_size=200))
@settings(database=None, deadline=None)
def test_no_record_behind_the_right_constants_raises_anything_else(record: bytes) -> None:
    # Gets past the alphabet and the constants, to where lengths are read from the value itself.
    prefix, mask = open_value(PINNED).prefix, open_value(PINNED).mask
    raw = prefix + a_bogus._cipher(a_bogus.OUTER_KEY, mask + record)
    value = a_bogus._base64(raw, a_bogus.VALUE_ALPHABET)
    try:
        opened = open_value(value)
    except SignatureError:
        return
    assert seal(opened) == value


# --- what cannot be signed


@pytest.mark.parametrize(
    "arguments",
    [
        {"query": "nickname=\ud800"},
        {"body": "\udfff"},
        {"now_ms": 0},
        {"now_ms": -1},
        {"now_ms": 2**48},
        {"browser": Browser(user_agent="浏览器")},
        {"browser": Browser(window="1|2|3|4|5|6|7|8|微软")},
        {"browser": Browser(window="9" * 65536)},
        {"browser": Browser(flags=65536)},
        {"browser": Browser(environment=-1)},
        {"browser": Browser(ub=2**32)},
    ],
)
def test_what_does_not_fit_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(SignatureError, match="cannot be signed"):
        make(**arguments)


def test_a_seal_needs_noise_for_every_group() -> None:
    with pytest.raises(SignatureError, match="noise"):
        seal(dataclasses.replace(open_value(PINNED), noise=b""))


def test_sm3_is_the_standard_one() -> None:
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_a_python_without_sm3_is_told_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_sm3(name: str, *_: Any, **__: Any) -> Any:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(hashlib, "new", without_sm3)
    with pytest.raises(SignatureError, match="OpenSSL lacks the SM3 hash"):
        make()
    with pytest.raises(SignatureError, match="OpenSSL lacks the SM3 hash"):
        verify(PINNED, QUERY, user_agent=Browser().user_agent)
