"""What a user may write for a TikTok room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from douyinbot.connectors.tiktok.address import SITE, TRAIL, Address, is_tiktok, parse_address, site_url
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
def test_a_short_link_is_kept_to_be_followed(host: str) -> None:
    link = f"https://{host}/ZMabc/"
    for text in (link, f"{host}/ZMabc", f"http://{host}/ZMabc?x=1"):
        assert parse_address(text) == Address("", SITE, link)
        assert is_tiktok(text)
    assert parse_address(f"{HERE}/{host}/ZMabc") == Address("", HERE, link)
    assert is_tiktok(f"{HERE}/{host}/ZMabc")


@pytest.mark.parametrize("path", ["", "/", "/a/b/", "/@abc/", "/a%2f", f"/{'x' * 65}"])
def test_what_is_no_code_is_no_short_link(path: str) -> None:
    with pytest.raises(InvalidUniqueIdError):
        parse_address(f"https://vm.tiktok.com{path}")


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("https://www.tiktok.com/@gise.la_1/live?_t=1", "gise.la_1"),
        ("https://m.tiktok.com/@gisela", "gisela"),
        ("https://vm.tiktok.com/ZMabc/", None),
        ("https://www.tiktok.com/@gisela/video/7", None),
        ("https://m.tiktok.com/share/live/7137682087200557829", None),
    ],
)
def test_what_a_hop_of_a_short_link_names(link: str, name: str | None) -> None:
    assert TRAIL.read(link) == name


@given(st.text())
def test_any_text_is_a_room_or_refused(text: str) -> None:
    try:
        found = parse_address(text)
    except InvalidUniqueIdError:
        return
    assert (found.unique_id or found.short).isascii()
    assert bool(found.unique_id) is not bool(found.short)


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
