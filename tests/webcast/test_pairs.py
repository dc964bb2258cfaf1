"""Query strings: what goes over the wire is exactly what is signed."""

from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from douyinbot.webcast.pairs import encode


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("你好", "content=%E4%BD%A0%E5%A5%BD"),
        ("a b+c/d&e=f?", "content=a%20b%2Bc%2Fd%26e%3Df%3F"),
        ("-_.~", "content=-_.~"),
        ("🎲", "content=%F0%9F%8E%B2"),
        ("", "content="),
    ],
)
def test_encoding_is_percent_only(text: str, encoded: str) -> None:
    assert encode([("content", text)]) == encoded


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(min_size=1), st.text()), min_size=1))
def test_encoding_loses_nothing_and_keeps_the_order(pairs: list[tuple[str, str]]) -> None:
    encoded = encode(pairs)
    assert encoded.isascii()
    assert [tuple(map(unquote, pair.split("="))) for pair in encoded.split("&")] == pairs
