"""Who signs Douyin's requests, how, and which refusals a signature may heal."""

import random
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest

from douyinbot.config import Secret
from douyinbot.connectors.douyin.signing import SIGNABLE, NativeSigner, choose_signer, is_refused
from douyinbot.connectors.http import Answer
from douyinbot.connectors.options import NetworkOptions, SignerOptions
from douyinbot.connectors.sign_service import SignService
from douyinbot.connectors.signer import Signer, ToSign
from douyinbot.errors import ConfigError, SignatureError
from douyinbot.webcast.douyin import a_bogus, query, signature

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
FIELDS = {"room_id": "1", "aid": "6383", "ac": ""}


def native() -> NativeSigner:
    return NativeSigner(rng=random.Random(1), clock=lambda: NOW)


def choose(**options: object) -> Signer | None:
    given = NetworkOptions(**options)  # type: ignore[arg-type]
    return choose_signer(given, rng=random.Random(1), clock=lambda: NOW)


def test_the_options_choose_who_signs() -> None:
    assert isinstance(choose(), NativeSigner)
    assert isinstance(choose(signer="native"), NativeSigner)
    assert choose(signer="none") is None
    assert isinstance(choose(signer=SignerOptions(url="https://signer.test/v1")), SignService)


def test_a_service_whose_token_is_missing_cannot_be_chosen() -> None:
    token = Secret.parse("env:DOUYINBOT_NO_SUCH_TOKEN")
    with pytest.raises(ConfigError, match="is not set"):
        choose(signer=SignerOptions(url="https://signer.test/v1", token=token))


@pytest.mark.parametrize("fields", [FIELDS, dict(reversed(FIELDS.items())), {}], ids=["3", "turned", "none"])
async def test_a_sockets_signature_covers_the_given_fields_in_their_order(fields: dict[str, str]) -> None:
    signed = await native().sign(ToSign(kind="socket", url="wss://x/", user_agent="", fields=fields, count=5))
    ((name, value),) = signed.params
    assert name == "signature"
    assert signature.verify(value, fields, tuple(fields)) == []
    assert signature.open_signature(value).payload[0] == 5
    other = (*FIELDS, "more")
    assert signature.verify(value, FIELDS, other) != []


async def test_any_other_request_gets_an_a_bogus_over_its_query() -> None:
    raw = "aid=6383&content=%E4%BD%A0%20"
    values = []
    for count in (1, 141):
        request = ToSign(kind="http", url=f"https://x/p/?{raw}", user_agent=query.USER_AGENT, count=count)
        signed = await native().sign(request)
        ((name, value),) = signed.params
        assert name == "a_bogus"
        assert signed.complete(request.url).startswith(f"https://x/p/?{raw}&a_bogus=")
        assert unquote(signed.complete(request.url).rpartition("a_bogus=")[2]) == value
        assert a_bogus.verify(value, raw, user_agent=query.USER_AGENT) == []
        values.append(a_bogus.open_value(value))
    assert values[0].time_ms == round(NOW.timestamp() * 1000)
    assert [value.number("call_band") for value in values] == [6, 5]


async def test_what_cannot_be_signed_says_so() -> None:
    with pytest.raises(SignatureError, match="User-Agent cannot be signed"):
        await native().sign(ToSign(kind="http", url="https://x/?a=1", user_agent="浏览器"))


# ---- refusals -----------------------------------------------------------------------------------------


def refused(path: str, body: bytes = b"", status: int = 200) -> bool:
    return is_refused(path, Answer(status, {}, body))


@pytest.mark.parametrize("path", SIGNABLE)
@pytest.mark.parametrize(
    ("status", "expected"), [(403, True), (444, True), (404, False), (429, False), (503, False), (302, False)]
)
def test_some_statuses_are_refusals(path: str, status: int, expected: bool) -> None:
    assert refused(path, b"whatever", status) == expected


@pytest.mark.parametrize("path", [query.ENTER, query.GIFT_LIST])
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", True),
        (b" \n", True),
        (b"\n<!DOCTYPE html>", True),
        (b'{"status_code":101}', True),
        (b'{"status_code":10011,"data":{}}', True),
        (b' {"status_code":4001038}', True),
        (b'{"status_code":0}', False),
        (b'{"status_code":30003}', False),
        (b'{"status_code":20003}', False),
        (b'{"status_code":"101"}', False),
        (b"{}", False),
        (b'{"data": [', False),
        (b"[]", False),
        (b"[" * 100_000, False),
        (b"\xff", False),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_json_answers_that_are_refusals(path: str, body: bytes, expected: bool) -> None:
    assert refused(path, body) == expected


@pytest.mark.parametrize(
    ("body", "expected"), [(b"", True), (b'{"status_code":0}', True), (b"<html>", True), (b"\xff", False)]
)
def test_message_answers_that_are_refusals(body: bytes, expected: bool) -> None:
    assert refused(query.FETCH, body) == expected


@pytest.mark.parametrize("length", [ord("{"), ord("<")])
def test_a_message_whose_length_looks_like_text_is_none(length: int) -> None:
    """0x0a is the first field's tag, and white space; then comes the length of the first message."""
    assert not refused(query.FETCH, b"\n" + bytes([length]) + bytes(length))
