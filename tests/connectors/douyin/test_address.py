"""What counts as the address of a Douyin room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from douyinbot.connectors.douyin.address import SITE, Address, is_loopback, parse_address
from douyinbot.errors import ConnectError, InvalidUniqueIdError


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("516466932480", "516466932480"),
        ("  516466932480\n", "516466932480"),
        ("xiaolu_2020", "xiaolu_2020"),
        ("A.b-c_d", "A.b-c_d"),
        ("https://live.douyin.com/516466932480", "516466932480"),
        ("http://live.douyin.com/516466932480/", "516466932480"),
        ("live.douyin.com/516466932480", "516466932480"),
        ("https://live.douyin.com/516466932480?enter_from=x&room=1#top", "516466932480"),
        ("https://LIVE.DOUYIN.COM/xiaolu", "xiaolu"),
        ("https://www.douyin.com/follow/live/516466932480", "516466932480"),
        ("https://www.douyin.com/root/live/516466932480?a=1", "516466932480"),
        ("https://live.douyin.com/7", "7"),
    ],
)
def test_every_form_of_an_address_names_its_room(text: str, name: str) -> None:
    assert parse_address(text) == Address(name, SITE)


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("http://127.0.0.1:8000/abc", "http://127.0.0.1:8000"),
        ("http://127.8.9.1:8000/abc", "http://127.8.9.1:8000"),
        ("http://localhost:8000/abc/", "http://localhost:8000"),
        ("http://[::1]:8000/abc", "http://[::1]:8000"),
        ("https://127.0.0.1/abc", "https://127.0.0.1"),
    ],
)
def test_a_room_on_this_machine_brings_its_endpoint(text: str, endpoint: str) -> None:
    assert parse_address(text) == Address("abc", endpoint)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "a",
        "x" * 65,
        "直播间",
        "a room",
        "https://live.douyin.com/",
        "https://live.douyin.com/a/b/c",
        "https://live.douyin.com/直播",
        "https://www.tiktok.com/@user/live",
        "https://live.douyin.com.evil.test/123",
        "https://evil.test/live.douyin.com/123",
        "https://live.douyin.com@evil.test/123",
        "http://10.0.0.1:8000/abc",
        "http://0.0.0.0:8000/abc",
        "http://[",
        "http://[::1/abc",
        "ftp://127.0.0.1/abc",
        "file:///etc/passwd",
        "javascript://live.douyin.com/123",
    ],
)
def test_anything_else_is_refused_with_what_to_write_instead(text: str) -> None:
    with pytest.raises(InvalidUniqueIdError, match=r"https://live\.douyin\.com/NUMBER"):
        parse_address(text)


def test_the_refusal_is_a_connect_error_and_a_value_error_and_short() -> None:
    with pytest.raises(InvalidUniqueIdError) as caught:
        parse_address("?" * 100_000)
    assert isinstance(caught.value, ConnectError)
    assert isinstance(caught.value, ValueError)
    assert len(str(caught.value)) < 300


@given(st.text() | st.from_regex(r"(https?://)?[a-z.\[\]:@/%0-9]{0,40}"))
def test_no_text_whatever_is_worse_than_refused(text: str) -> None:
    try:
        address = parse_address(text)
    except InvalidUniqueIdError:
        return
    assert address.name
    assert address.endpoint.startswith(("http://", "https://"))
    assert not set(address.name) & set("/?#@:% ")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_this_machine_is_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "10.0.0.1", "0.0.0.0", "localhost.evil.test", "127.0.0.1.evil.test"])
def test_any_other_host_is_not(host: str) -> None:
    assert not is_loopback(host)
