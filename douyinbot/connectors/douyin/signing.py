"""How Douyin's requests are signed, which may be, and how a refusal looks that a signature may heal."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec

from douyinbot.connectors.http import Answer
from douyinbot.connectors.options import NetworkOptions
from douyinbot.connectors.sign_service import SignService
from douyinbot.connectors.signer import Signed, Signer, ToSign
from douyinbot.webcast.douyin import a_bogus, query, signature

__all__ = ["SIGNABLE", "NativeSigner", "choose_signer", "is_refused"]

REFUSALS = frozenset({101, 10011, 4001038})
"""`status_code`: a problem with the signature; bad parameters; unavailable, or risk (2025-07 to 2026-06)."""


def choose_signer(
    options: NetworkOptions, *, rng: random.Random, clock: Callable[[], datetime]
) -> Signer | None:
    """Return who signs, as `signer` of the options says; None for nobody.

    Raises:
        ConfigError: the service's token cannot be read.
    """
    if options.signer == "none":
        return None
    if options.signer == "native":
        return NativeSigner(rng=rng, clock=clock)
    return SignService(options.signer, proxy=options.http_proxy, clock=clock)


class NativeSigner:
    """Signs on this machine, without the vendor's script."""

    def __init__(self, *, rng: random.Random, clock: Callable[[], datetime]) -> None:
        self._rng = rng
        self._clock = clock

    async def sign(self, request: ToSign) -> Signed:
        """Make the socket's `signature`, or `a_bogus` for any other request.

        Raises:
            SignatureError: the request cannot be signed.
        """
        if request.kind == "socket":
            nonce = signature.Nonce.draw(self._rng, request.count)
            made = signature.sign(request.fields, nonce, tuple(request.fields))
            return Signed(params=[("signature", made)])
        made = a_bogus.sign(
            request.url.partition("?")[2],
            browser=a_bogus.Browser(user_agent=request.user_agent),
            now_ms=round(self._clock().timestamp() * 1000),
            rng=self._rng,
            calls=request.count - 1,
        )
        return Signed(params=[("a_bogus", made)])

    async def close(self) -> None:
        """There is nothing to close."""


def is_refused(path: str, answer: Answer) -> bool:
    """Say whether a signature might help: the platform answers, but does not hand out what was asked for."""
    if answer.status != 200:
        return answer.status in (403, 444)
    return SIGNABLE[path](answer.body)


class _Coded(msgspec.Struct):
    status_code: int = 0


def _no_json(body: bytes) -> bool:
    """Whether a body is empty, a page, or JSON with the code of a refusal."""
    start = body.lstrip()[:1]
    if not start or start == b"<":
        return True
    try:
        return msgspec.json.decode(body, type=_Coded).status_code in REFUSALS
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False  # damaged, which no signature heals


def _no_protobuf(body: bytes) -> bool:
    """Whether a body is empty or text. White space is not skipped: 0x0a is how a protobuf answer begins."""
    return body[:1] in (b"", b"{", b"<")


SIGNABLE: Mapping[str, Callable[[bytes], bool]] = MappingProxyType(
    {query.ENTER: _no_json, query.GIFT_LIST: _no_json, query.FETCH: _no_protobuf}
)
"""The requests that are asked unsigned first, and how their refusal looks. Saying a line is always signed."""
