"""What the server does wrong on request: which request it hits, and what damaged frames look like."""

import functools
import gzip
import random
import zlib
from collections import Counter

from douyinbot.connectors.simulator.scenario import BadFrame, Trouble
from douyinbot.webcast import composing

__all__ = ["BOMB_SIZE", "Faults", "bad_frame"]

BOMB_SIZE = 64 * 1024 * 1024
"""What the bomb inflates to; as it travels it has about 64 KiB."""
FIRST_N = 2
"""How many sockets `refuse_first_n` refuses where the scenario names no number."""


class Faults:
    """The trouble of one room, used up as it happens."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        self._happened: Counter[str] = Counter()

    def page(self) -> str:
        return self._next("page", self.trouble.page)

    def enter(self) -> str:
        return self._next("enter", self.trouble.enter)

    def link(self) -> str:
        return self._next("link", self.trouble.link)

    def reflow(self) -> str:
        return self._next("reflow", self.trouble.reflow)

    def profile(self) -> str:
        return self._next("profile", self.trouble.profile)

    def fetch(self) -> str:
        return self._next("fetch", self.trouble.fetch)

    def gift_list(self) -> str:
        return self._next("gift_list", self.trouble.gift_list)

    def handshake(self) -> str:
        kind = self._next("handshake", self.trouble.handshake)
        return "refuse" if kind == "refuse_first_n" else kind

    def chat(self) -> str:
        return self._next("chat", self.trouble.chat)

    def frame(self) -> BadFrame:
        kind = self.trouble.frames
        return "none" if self._next("frames", kind) == "none" else kind

    def _next(self, what: str, kind: str) -> str:
        """Return what goes wrong this time, or "none"."""
        limit: int | None = getattr(self.trouble.times, what)
        if limit is None and kind == "refuse_first_n":
            limit = FIRST_N
        if kind == "none" or (limit is not None and self._happened[what] >= limit):
            return "none"
        self._happened[what] += 1
        return kind


def bad_frame(kind: BadFrame, log_id: int) -> bytes:
    """Return one damaged push frame; where the envelope is whole, it carries the log id."""
    rng = random.Random(log_id)  # noqa: S311 - filler
    if kind == "garbage":
        return b"\xff" + rng.randbytes(99)  # 0xff cannot begin a protobuf message: its wire type is 7
    if kind == "unknown_type":
        return composing.push_frame(b"\x08\x01", log_id=log_id, payload_type="im_unheard_of")
    if kind == "bomb":
        return composing.push_frame(_bomb(), log_id=log_id, gzipped=True)
    # The inner message starts with a tag of wire type 7, which does not exist.
    message = ("WebcastChatMessage", log_id, b"\x0f" + rng.randbytes(60))
    response = composing.response([message], need_ack=True)
    if kind == "wrong_type":
        return composing.push_frame(response, log_id=log_id)
    packed = bytearray(gzip.compress(response))
    if kind == "truncated":
        return composing.push_frame(bytes(packed[: len(packed) // 2]), log_id=log_id, gzipped=True)
    packed[-8] ^= 0xFF  # the checksum: every length is still right
    return composing.push_frame(bytes(packed), log_id=log_id, gzipped=True)


@functools.lru_cache(maxsize=1)
def _bomb() -> bytes:
    packer = zlib.compressobj(1, wbits=31)
    block = bytes(1024 * 1024)
    blocks = [packer.compress(block) for _ in range(BOMB_SIZE // len(block))]
    return b"".join([*blocks, packer.flush()])
