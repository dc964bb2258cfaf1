"""What a user may write for a TikTok room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from douyinbot.connectors.tiktok.address import SITE, Address, is_tiktok, parse_address, site_url
from douyinbot.errors import InvalidUniqueIdError

HERE = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    "text",
    [
        *("gise.la_1", "@gise.la_1", " @gise.la_1 ", "gise.la_1/live", "@gise.la_1/live/"),
        "https://www.tiktok.com/@gise.la_1/live",
        "https://www.tiktok.com/@gise.la_1/live?lang=en#x",
        *("https://m.tiktok.com/@gise.la_1", "http://tiktok.com/@gise.la_1", "www.tiktok.com/@gise.la_1/"),
    ],
)
def test_every_form_is_the_same_user(text: str) -> None:
    assert parse_address(text) == Address("gise.la_1", SITE)


@pytest.mark.parametrize("text", ["http://127.0.0.1:8000/@gisela", "http://127.0.0.1:8000/@gisela/live"])
def test_a_room_on_this_machine_is_an_endpoint(text: str) -> None:
    assert parse_address(text) == Address("gisela", HERE)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "@",
            "us@er",
            "名字",
            "a b",
            "https://www.tiktok.com/",
            "https://www.tiktok.com/@gisela/video/7",
        ),
        *("https://evil.example/@gisela", "https://tiktok.com.evil.example/@gisela", "http://[::1"),
        "ftp://www.tiktok.com/@gisela",
    ],
)
def test_what_is_no_room_is_refused_with_the_right_form(text: str) -> None:
    with pytest.raises(InvalidUniqueIdError, match=r"Write it as https://www.tiktok.com/@NAME/live"):
        parse_address(text)


@pytest.mark.parametrize("host", ["vm.tiktok.com", "vt.tiktok.com"])
def test_a_short_link_is_not_followed_and_says_so(host: str) -> None:
    with pytest.raises(InvalidUniqueIdError, match="short link"):
        parse_address(f"https://{host}/ZMabc/")


@given(st.text())
def test_any_text_is_a_room_or_refused(text: str) -> None:
    try:
        found = parse_address(text)
    except InvalidUniqueIdError:
        return
    assert found.unique_id.isascii()
    assert found.unique_id


@pytest.mark.parametrize(
    ("text", "is_it"),
    [
        ("@gisela", True),
        ("https://www.tiktok.com/@gisela/live", True),
        ("m.tiktok.com/@gisela", True),
        ("http://127.0.0.1:8000/@gisela", True),
        ("http://127.0.0.1:8000/516466932480", False),
        ("516466932480", False),
        ("gisela", False),
        ("https://live.douyin.com/516466932480", False),
        ("http://[::1", False),
    ],
)
def test_what_is_plainly_tiktoks(text: str, is_it: bool) -> None:
    assert is_tiktok(text) is is_it


def test_another_endpoint_stands_for_every_host() -> None:
    assert site_url(SITE, "webcast.tiktok.com", "/a/") == "https://webcast.tiktok.com/a/"
    assert site_url(SITE, "www.tiktok.com", "/a/") == "https://www.tiktok.com/a/"
    assert site_url(HERE, "www.tiktok.com", "/a/") == f"{HERE}/a/"
    assert site_url(HERE, "webcast.tiktok.com", "/a/") == f"{HERE}/webcast.tiktok.com/a/"
