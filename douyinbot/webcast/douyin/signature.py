"""The socket's `signature` parameter: made, and (for the simulator) checked.

An MD5 over thirteen named fields, then a 16-character "frontier sign": flags, a key byte and ten bytes under
RC4, in a shuffled base64 alphabet. No clock, User-Agent or cookie enters it. The layout agrees with all seven
real values that were found in public logs (2023-03 to 2026-04).
"""

import base64
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import md5

from douyinbot.errors import SignatureError

__all__ = ["STUB_FIELDS", "Nonce", "frontier_sign", "open_signature", "sign", "stub", "verify"]

STUB_FIELDS: tuple[str, ...] = (
    *("live_id", "aid", "version_code", "webcast_sdk_version", "room_id", "sub_room_id", "sub_channel_id"),
    *("did_rule", "user_unique_id", "device_platform", "device_type", "ac", "identity"),
)
"""The fields under the MD5, in the order that counts. On 2026-09-30 the page itself was seen to use none."""

_ALPHABET = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "Dkdpgh4ZKsQB80/Mfvw36XI1R25+WUAlEi7NLboqYTOPuzmFjJnryx9HVGcaStCe",
)
_PLAIN = {new: old for old, new in _ALPHABET.items()}
_EMPTY_TAIL = md5(md5(b"", usedforsecurity=False).digest(), usedforsecurity=False).digest()[14:]
_ENVIRONMENT = 1  # in all real values; 9 (another client's choice) was accepted, too
_BEHAVIOUR = 14  # in all real values but one, which has 12


@dataclass(frozen=True, slots=True)
class Nonce:
    """The free choices in one signature."""

    counter: int = 1
    """1 for the first signature of a visit, one more for each further one."""
    flags: int = 0x50
    """0x40 or 0x50 in values of 2024-2026, 0x60 in one of 2023."""
    filler: int = 0
    key: int = 0

    @classmethod
    def draw(cls, rng: random.Random, counter: int = 1) -> "Nonce":
        return cls(counter, 0x40 | rng.getrandbits(1) << 4, rng.randrange(255), rng.randrange(255))


@dataclass(frozen=True, slots=True)
class Opened:
    """A signature taken apart."""

    flags: int
    key: int
    payload: bytes


def stub(values: Mapping[str, str], fields: Sequence[str] = STUB_FIELDS) -> str:
    """Return the MD5 (hex) of the given fields; a field without a value still counts, as `name=`."""
    joined = ",".join(f"{name}={values.get(name, '')}" for name in fields)
    return md5(joined.encode(), usedforsecurity=False).hexdigest()


def frontier_sign(stub_hex: str, nonce: Nonce) -> str:
    """Return the 16 characters for a stub."""
    payload = bytes(
        [
            nonce.counter & 0x3F,
            (nonce.counter >> 8) & 0xFF,
            *(_ENVIRONMENT, _BEHAVIOUR),
            *_EMPTY_TAIL,
            *_stub_tail(stub_hex),
            nonce.filler,
        ]
    )
    sealed = _rc4(nonce.key, payload + bytes([_xor(payload)]))
    return base64.b64encode(bytes([nonce.flags, nonce.key]) + sealed).decode().translate(_ALPHABET)


def sign(values: Mapping[str, str], nonce: Nonce, fields: Sequence[str] = STUB_FIELDS) -> str:
    """Return the signature for the query values of a socket address."""
    return frontier_sign(stub(values, fields), nonce)


def open_signature(signature: str) -> Opened:
    """Take a signature apart.

    Raises:
        SignatureError: it is not sixteen characters of the alphabet.
    """
    if len(signature) != 16:
        raise SignatureError(f"a socket signature has 16 characters, not {len(signature)}")
    try:
        raw = base64.b64decode("".join(chr(_PLAIN[ord(char)]) for char in signature), validate=True)
    except KeyError as error:
        raise SignatureError("a socket signature has characters that are not in its alphabet") from error
    return Opened(flags=raw[0], key=raw[1], payload=_rc4(raw[1], raw[2:]))


def verify(signature: str, values: Mapping[str, str], fields: Sequence[str] = STUB_FIELDS) -> list[str]:
    """Return what is wrong with a signature for these query values; an empty list means that it is right."""
    try:
        payload = open_signature(signature).payload
    except SignatureError as error:
        return [str(error)]
    wrong = []
    if payload[9] != _xor(payload[:9]):
        wrong.append("the signature's checksum does not match")
    if payload[4:6] != _EMPTY_TAIL:
        wrong.append("the signature lacks the empty hash")
    if payload[6:8] != _stub_tail(stub(values, fields)):
        wrong.append("the signature was made for other values")
    return wrong


def _stub_tail(stub_hex: str) -> bytes:
    return md5(bytes.fromhex(stub_hex), usedforsecurity=False).digest()[14:]


def _xor(data: bytes) -> int:
    result = 0
    for byte in data:
        result ^= byte
    return result


def _rc4(key: int, data: bytes) -> bytes:
    """RC4 with a key of one byte."""
    table = list(range(256))
    j = 0
    for i in range(256):
        j = (j + table[i] + key) & 0xFF
        table[i], table[j] = table[j], table[i]
    out = bytearray()
    j = 0
    for i, byte in enumerate(data, start=1):
        j = (j + table[i & 0xFF]) & 0xFF
        table[i & 0xFF], table[j] = table[j], table[i & 0xFF]
        out.append(byte ^ table[(table[i & 0xFF] + table[j]) & 0xFF])
    return bytes(out)
