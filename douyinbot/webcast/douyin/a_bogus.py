"""The a_bogus value that signs an HTTP request to the platform: made, opened and checked.

A value is a short record, wrapped. Each step can be undone, so a captured value opens completely:

    50 slots + window text + tail + XOR byte     what is signed, see FIELDS, DIGESTS and ORDER
    -> every 3 bytes spread over 4               one byte of noise goes into each group
    -> 8 bytes of mask in front                  noise as well, but the XOR byte covers it
    -> stream cipher with a fixed key            hides, does not protect
    -> 4 bytes of prefix in front, base64        188 to 196 characters

This is the generation seen from June 2025 to January 2026. "Four values" means those captured from real
browsers: a web search of 2025-06, a ranking list of 2025-07, a room entered on a phone in 2025-08 and a chat
line sent in 2026-01. Nothing here reads a clock or makes its own randomness.
"""

import base64
import functools
import hashlib
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import xor
from typing import Final, NamedTuple

from douyinbot.errors import SignatureError

__all__ = ["Browser", "Opened", "open_value", "seal", "sign", "sm3", "verify"]

# Ends every hashed text; the generation of 2024 had "cus" in its place.
SALT: Final = b"dhzx"
# Key of the outer cipher, the same in all four values.
OUTER_KEY: Final = bytes([211])
# The script's base64 alphabets. The first is for the User-Agent only, which is enciphered, then hashed.
AGENT_ALPHABET: Final = "ckdp1h4ZKsUB80/Mfvw36XIgR25+WQAlEi7NLboqYTOPuzmFjJnryx9HVGDaStCe"
VALUE_ALPHABET: Final = "Dkdpgh2ZmsQB80/MfvV36XI1R45-WUAlEixNLwoqYTOPuzKFjJnry79HbGcaStCe"
# Constants woven into the prefix and into each half of the mask, the same in all four values.
PREFIX_PAIR: Final = (3, 82)
MASK_PAIR: Final = (1, 0)
# The bits that noise takes from the first, second and third byte of a group. No two overlap.
NOISE_MASKS: Final = (145, 66, 44)
# Slots 24 and 66: the same in all four values, meaning unknown.
FIXED: Final = {"generation": 41, "closing": 3}
# Slot 26 counts fortnights from 2024-07-24 16:00 UTC: 23 in June 2025, 37 in January 2026.
COUNTED_FROM_MS: Final = 1_721_836_800_000
FORTNIGHT_MS: Final = 14 * 24 * 60 * 60 * 1000
# Slot 27 falls as the page makes more values: (calls above, band). Seen: 6 three times, 5 once.
CALL_BANDS: Final = ((10745, 3), (1283, 4), (139, 5))
FIRST_BAND: Final = 6
# What the script adds to the ms it took (slot 28: 3 or 4 seen) and to the clock (the tail, all four values).
EXTRA_MS: Final = 3
# The mask's check byte is odd from 110 up; with this flag it starts there. Seen: 32, 33, 85, 197.
CHECK_LIMIT: Final = 240
ODD_FROM: Final = 110
HIGH_CHECK_FLAG: Final = 1 << 6
# Bits that the mask's last byte may have, and must have. Seen: 179, 183, 250, 251.
PERM_MAY: Final = 77
PERM_MUST: Final = 178
# Numbers in the slots, low byte first: name -> (first slot, bytes).
FIELDS: Final = {
    "generation": (24, 1),
    "fortnight": (26, 1),
    "call_band": (27, 1),
    "elapsed": (28, 1),
    "time_ms": (29, 6),
    "environment": (35, 2),
    "flags": (38, 2),
    "marks": (40, 4),
    "ub": (44, 4),
    "started_ms": (60, 6),
    "closing": (66, 1),
    "page_id": (67, 4),
    "aid": (71, 4),
    "window_length": (79, 2),
    "tail_length": (84, 2),
}
# Order of the slots in the record; two real values re-created byte for byte prove it.
ORDER: Final = (
    *(34, 44, 56, 61, 73, 29, 70, 45, 35, 49, 38, 66, 51, 68, 28, 48, 64, 47, 30, 71, 26, 55, 31, 69, 59),
    *(40, 62, 63, 27, 72, 41, 74, 57, 52, 42, 39, 33, 67, 53, 43, 65, 46, 36, 24, 60, 32, 79, 80, 84, 85),
)
PLACES: Final = {slot: place for place, slot in enumerate(ORDER)}
# The last prefix byte is 0-39 above a mark for the kind of browser (below 40 in all four values). Edge and
# Huawei call themselves Chrome as well, and Chrome calls itself Safari: the first hit counts.
ENGINES: Final = (("Edg", 125), ("HuaweiBrowser", 170), ("Firefox", 40), ("Chrome", 0), ("Safari", 81))
OTHER_ENGINE: Final = 210
ENGINE_SPAN: Final = 40

_STANDARD: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_WINDOW: Final = re.compile(r"(?:[0-9]{1,5}\|){8}[ -~]+")


class _Digest(NamedTuple):
    """Which three bytes of a hash are sent, and in which slots."""

    slots: tuple[int, int, int]
    picks: tuple[int, int, int]
    # The bit of "flags" for an alarm of the script, and the byte that then stands third. No alarm was seen.
    alarm: int
    reserved: int


DIGESTS: Final = {
    "query": _Digest(slots=(48, 49, 51), picks=(9, 18, 3), alarm=1 << 1, reserved=11),
    # All four values have 82, 177 and 44 here: they come from requests without a body.
    "body": _Digest(slots=(52, 53, 55), picks=(10, 19, 4), alarm=1 << 2, reserved=8),
    "user agent": _Digest(slots=(56, 57, 59), picks=(11, 21, 5), alarm=1 << 3, reserved=12),
}


@dataclass(frozen=True, slots=True)
class Browser:
    """What a value tells about the browser; the defaults are a desktop Chrome on Windows."""

    # Must be the header of the same request. Chrome 143 sent the captured chat line.
    user_agent: str = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
        "(KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36"
    )
    # Inner, outer, available and screen size, then the platform; the heights are those of the 2025-06 search.
    # In both values whose query is known, the screen is its screen_width and screen_height.
    window: str = "1920|953|1920|1040|1920|1040|1920|1080|Win32"
    environment: int = 1  # 1 on the three desktops, 65 on the phone
    flags: int = 129  # 129 in the newest value, 1 in the three before it
    marks: int = 0  # meaning unknown: 0 on the phone, three different numbers on the desktops
    ub: int = 0  # 0, 0 and 8 on the desktops, 14 on the phone; part of the key for the User-Agent as well
    page_id: int = 7571  # 7571 on live pages, 6241 on the search page
    aid: int = 6383  # the web client's number, in all four values and in every query


@dataclass(frozen=True, slots=True)
class Opened:
    """One value, taken apart."""

    prefix: bytes
    mask: bytes
    slots: bytes  # in ORDER
    window: str
    tail: str
    checksum: int
    noise: bytes  # one byte for each group of three

    def number(self, name: str) -> int:
        """Read the number called `name` in FIELDS."""
        first, width = FIELDS[name]
        return int.from_bytes(self._at(range(first, first + width)), "little")

    def hash_bytes(self, name: str) -> bytes:
        """Read the three hash bytes called `name` in DIGESTS."""
        return self._at(DIGESTS[name].slots)

    @property
    def time_ms(self) -> int:
        """When the value was made, in ms since 1970."""
        return self.number("time_ms")

    @property
    def checksum_ok(self) -> bool:
        """Whether the XOR byte is right; it covers the mask and the slots, but no text and no other noise."""
        return self.checksum == functools.reduce(xor, self.mask + self.slots)

    def _at(self, slots: Sequence[int]) -> bytes:
        return bytes(self.slots[PLACES[slot]] for slot in slots)


def sign(
    query: str, *, body: str = "", browser: Browser, now_ms: int, rng: random.Random, calls: int = 0
) -> str:
    """Make the a_bogus value of one request, not yet percent-encoded.

    The query is the one that goes over the wire, letter for letter, up to but without a_bogus. `calls` is how
    many values the page has made before. Raises SignatureError when an argument does not fit into a value.
    """
    tail = _tail(now_ms)
    numbers = {
        **FIXED,
        "fortnight": _fortnight(now_ms),
        "call_band": next((band for above, band in CALL_BANDS if calls > above), FIRST_BAND),
        "elapsed": EXTRA_MS + rng.randrange(2),
        "time_ms": now_ms,
        "environment": browser.environment,
        "flags": browser.flags,
        "marks": browser.marks,
        "ub": browser.ub,
        "started_ms": now_ms - 1,
        "page_id": browser.page_id,
        "aid": browser.aid,
        "window_length": len(browser.window),
        "tail_length": len(tail),
    }
    found = {slot: byte for name, number in numbers.items() for slot, byte in _in_slots(name, number)}
    agent = _agent_hash(browser.user_agent, browser.environment, browser.ub)
    for name, three in _hash_bytes(_hash(query), _hash(body), agent, browser.flags).items():
        found.update(zip(DIGESTS[name].slots, three, strict=True))
    slots = bytes(found[slot] for slot in ORDER)
    engine = _first_mark(browser.user_agent) + rng.randrange(ENGINE_SPAN)
    prefix = _weave(PREFIX_PAIR, (rng.randrange(256), engine))
    mask = _drawn_mask(rng, browser.flags)
    checksum = functools.reduce(xor, mask + slots)
    noise = rng.randbytes((len(slots) + len(browser.window) + len(tail) + 1) // 3)
    return seal(Opened(prefix, mask, slots, browser.window, tail, checksum, noise))


def seal(opened: Opened) -> str:
    """Put an opened value together again just as it is: the inverse of open_value()."""
    texts = _encoded(opened.window + opened.tail, "ascii", "the window text")
    record = opened.slots + texts + bytes([opened.checksum])
    secret = _cipher(OUTER_KEY, opened.mask + _spread(record, opened.noise))
    return _base64(opened.prefix + secret, VALUE_ALPHABET)


def open_value(value: str) -> Opened:
    """Take a value apart, or raise SignatureError if it is none; a wrong checksum is left to checksum_ok."""
    raw = _unbase64(value)
    prefix, secret = raw[:4], _cipher(OUTER_KEY, raw[4:])
    mask = secret[:8]
    if len(mask) < 8:
        raise SignatureError(f"a_bogus is cut off: it has only {len(value)} characters")
    pairs = [_unweave(part)[0] for part in (prefix, mask[:4], mask[4:])]
    if pairs != [PREFIX_PAIR, MASK_PAIR, MASK_PAIR]:
        raise SignatureError("a_bogus is damaged or of another generation: its constants are wrong")
    record, noise = _gather(secret[8:])
    if len(record) <= len(ORDER):
        raise SignatureError("a_bogus is cut off: slots are missing")
    slots, texts = record[: len(ORDER)], record[len(ORDER) : -1].decode("latin-1")
    split = int.from_bytes((slots[PLACES[79]], slots[PLACES[80]]), "little")
    opened = Opened(prefix, mask, slots, texts[:split], texts[split:], record[-1], noise)
    if split > len(texts) or len(opened.tail) != opened.number("tail_length") or not texts.isascii():
        raise SignatureError("a_bogus is damaged: its texts are not as long as it says, or not text")
    return opened


def verify(value: str, query: str, *, body: str = "", user_agent: str) -> list[str]:
    """Say what is wrong with a value for this request, one text per fault; an empty list means nothing is.

    The value comes percent-decoded, the query as it was on the wire but without a_bogus. Nothing can be said
    about the sizes in the window text and about the noise. Raises SignatureError only when the request itself
    cannot be hashed.
    """
    try:
        opened = open_value(value)
    except SignatureError as error:
        return [f"value: {error}"]
    time_ms = opened.time_ms
    agent = _agent_hash(user_agent, opened.number("environment"), opened.number("ub"))
    engine = _unweave(opened.prefix)[1][1] - _first_mark(user_agent)
    checks = {
        "checksum: the XOR byte is wrong": opened.checksum_ok,
        "slots: 24 or 66 is wrong": all(opened.number(name) == fixed for name, fixed in FIXED.items()),
        "time: another fortnight": opened.number("fortnight") == _fortnight(time_ms),
        "time: the start is not 1 ms earlier": opened.number("started_ms") == time_ms - 1,
        "time: another tail": opened.tail == _tail(time_ms),
        "window: not eight sizes and a platform": _WINDOW.fullmatch(opened.window) is not None,
        "prefix: another kind of browser": 0 <= engine < ENGINE_SPAN,
    }
    hashes = _hash_bytes(_hash(query), _hash(body), agent, opened.number("flags"))
    checks |= {f"{name}: another hash": opened.hash_bytes(name) == three for name, three in hashes.items()}
    return [fault for fault, fine in checks.items() if not fine]


def sm3(data: bytes) -> bytes:
    """Hash with SM3, the Chinese standard GB/T 32905."""
    try:
        return hashlib.new("sm3", data, usedforsecurity=False).digest()
    except ValueError as error:
        raise SignatureError(
            "this Python cannot sign requests: its OpenSSL lacks the SM3 hash. "
            'Use a Python where hashlib.new("sm3") works'
        ) from error


def _hash(text: str) -> bytes:
    return sm3(sm3(_encoded(text, "utf-8", "the request") + SALT))


@functools.lru_cache(maxsize=16)
def _agent_hash(user_agent: str, environment: int, ub: int) -> bytes:
    key = bytes([environment >> 8 & 255, environment & 255, ub & 255])
    secret = _cipher(key, _encoded(user_agent, "latin-1", "the User-Agent"))
    return sm3(_base64(secret, AGENT_ALPHABET).encode("ascii"))


def _hash_bytes(query: bytes, body: bytes, agent: bytes, flags: int) -> dict[str, bytes]:
    picked = {}
    for (name, digest), hashed in zip(DIGESTS.items(), (query, body, agent), strict=True):
        first, second, third = digest.picks
        # Only an alarm may put the reserved byte there: a hash that has it shows its next byte instead.
        last = hashed[third + (hashed[third] == digest.reserved)]
        last = digest.reserved if flags & digest.alarm else last
        picked[name] = bytes([hashed[first], hashed[second], last])
    return picked


def _fortnight(time_ms: int) -> int:
    return (time_ms - COUNTED_FROM_MS) // FORTNIGHT_MS & 255


def _tail(time_ms: int) -> str:
    return f"{time_ms + EXTRA_MS & 255},"


def _first_mark(user_agent: str) -> int:
    return next((mark for word, mark in ENGINES if word in user_agent), OTHER_ENGINE)


def _drawn_mask(rng: random.Random, flags: int) -> bytes:
    check = rng.randrange(ODD_FROM if flags & HIGH_CHECK_FLAG else 0, CHECK_LIMIT)
    check |= check >= ODD_FROM
    perm = (rng.randrange(256) & PERM_MAY) | PERM_MUST
    return _weave(MASK_PAIR, (rng.randrange(256), rng.randrange(256))) + _weave(MASK_PAIR, (check, perm))


def _in_slots(name: str, number: int) -> enumerate[int]:
    first, width = FIELDS[name]
    if not 0 <= number < 1 << 8 * width:
        raise SignatureError(f"{name} cannot be signed: {number} does not fit into {width} bytes")
    return enumerate(number.to_bytes(width, "little"), first)


def _encoded(text: str, encoding: str, what: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        raise SignatureError(f"{what} cannot be signed: {error}") from error


def _weave(constants: tuple[int, int], noise: tuple[int, int]) -> bytes:
    """Make two bytes of each constant and its noise; every bit of both is kept."""
    pairs = zip(constants, noise, strict=True)
    return bytes(byte for c, r in pairs for byte in ((r & 170) | (c & 85), (r & 85) | (c & 170)))


def _unweave(data: bytes) -> tuple[tuple[int, int], tuple[int, int]]:
    a, b, c, d = data
    return ((a & 85) | (b & 170), (c & 85) | (d & 170)), ((a & 170) | (b & 85), (c & 170) | (d & 85))


def _spread(record: bytes, noise: bytes) -> bytes:
    """Make four bytes of every three: noise takes some bits of each, the fourth keeps what they gave up."""
    if len(noise) != len(record) // 3:
        raise SignatureError(f"a record of {len(record)} bytes needs {len(record) // 3} bytes of noise")
    out = bytearray()
    for index, r in enumerate(noise):
        group = tuple(zip(record[3 * index : 3 * index + 3], NOISE_MASKS, strict=True))
        out += bytes((r & mask) | (byte & ~mask) for byte, mask in group)
        out.append(sum(byte & mask for byte, mask in group))
    return bytes(out) + record[3 * len(noise) :]


def _gather(data: bytes) -> tuple[bytes, bytes]:
    """Undo _spread(): the record, and the noise that was in it."""
    if len(data) % 4 == 3:
        raise SignatureError("a_bogus is cut off in the middle of a group")
    record, noise = bytearray(), bytearray()
    for index in range(len(data) // 4):
        *three, kept = data[4 * index : 4 * index + 4]
        group = tuple(zip(three, NOISE_MASKS, strict=True))
        record += bytes((byte & ~mask) | (kept & mask) for byte, mask in group)
        noise.append(sum(byte & mask for byte, mask in group))
    return bytes(record) + data[4 * len(noise) :], bytes(noise)


def _base64(data: bytes, alphabet: str) -> str:
    return base64.b64encode(data).decode("ascii").translate(str.maketrans(_STANDARD, alphabet))


def _unbase64(value: str) -> bytes:
    try:
        data = base64.b64decode(value.translate(str.maketrans(VALUE_ALPHABET, _STANDARD)), validate=True)
    except ValueError as error:
        raise SignatureError(f"a_bogus is not base64: {error}") from error
    # Refuses the standard alphabet's own letters, and stray bits before the padding.
    if _base64(data, VALUE_ALPHABET) != value:
        raise SignatureError("a_bogus is not base64 in the platform's alphabet")
    return data


@functools.lru_cache(maxsize=16)
def _key_schedule(key: bytes) -> bytes:
    table = list(range(255, -1, -1))
    j = 0
    for i in range(256):
        j = (j * table[i] + j + key[i % len(key)]) & 255
        table[i], table[j] = table[j], table[i]
    return bytes(table)


def _cipher(key: bytes, data: bytes) -> bytes:
    """Encipher or decipher: RC4, but the table starts upside down and its schedule multiplies."""
    table = bytearray(_key_schedule(key))
    out = bytearray()
    j = 0
    for count, byte in enumerate(data, 1):
        i = count & 255
        j = (j + table[i]) & 255
        table[i], table[j] = table[j], table[i]
        out.append(byte ^ table[(table[i] + table[j]) & 255])
    return bytes(out)
