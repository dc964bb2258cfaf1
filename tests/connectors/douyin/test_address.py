"""What counts as the address of a Douyin room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from douyinbot.connectors.douyin.address import (
    SITE,
    Address,
    Kind,
    is_loopback,
    parse_address,
    parse_link,
    site_url,
)
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


STREAM = "7630361251285076745"
SEC_UID = "MS4wLjABAAAAST6dH6cH21CKpRwyTtipw8c5nbMPo9vJVcdol_3Nh7ky0lYfJwbK7573FJfULcUN"
SHORTER = "MS4wLjABAAAA9vu26dOBhxCJqk5_0qQPeQcz3I50cGnotzNOP6CTutI"
SHARED = (
    "7- #在抖音，记录美好生活#【主播小鹿】正在直播，来和我一起支持Ta吧。复制下方链接，打开【抖音】，"
    "直接观看直播！ https://v.douyin.com/iRNBho6u/ 0@3.com :2pm"
)


@pytest.mark.parametrize(
    ("text", "kind", "name", "sec_uid"),
    [
        (STREAM, Kind.STREAM, STREAM, ""),
        (f"https://live.douyin.com/{STREAM}", Kind.STREAM, STREAM, ""),
        ("763036125128507674", Kind.STREAM, "763036125128507674", ""),
        ("8630361251285076745", Kind.ROOM, "8630361251285076745", ""),
        ("76303612512", Kind.ROOM, "76303612512", ""),
        ("https://v.douyin.com/iRNBho6u/", Kind.SHORT, "iRNBho6u", ""),
        ("http://v.douyin.com/i-R_6u", Kind.SHORT, "i-R_6u", ""),
        ("v.douyin.com/iRNBho6u", Kind.SHORT, "iRNBho6u", ""),
        (SHARED, Kind.SHORT, "iRNBho6u", ""),
        ("看直播https://v.douyin.com/iRNBho6u/，快来", Kind.SHORT, "iRNBho6u", ""),
        ("【抖音】v.douyin.com/iRNBho6u复制打开", Kind.SHORT, "iRNBho6u", ""),
        ("see (https://v.douyin.com/iRNBho6u).", Kind.SHORT, "iRNBho6u", ""),
        ("主播：https://live.douyin.com/123456?from=a。", Kind.ROOM, "123456", ""),
        (f"https://www.douyin.com/user/{SEC_UID}", Kind.USER, SEC_UID, ""),
        (f"https://www.douyin.com/user/{SHORTER}?from_tab_name=main#x", Kind.USER, SHORTER, ""),
        (f"https://www.iesdouyin.com/share/user/51921489890?sec_uid={SEC_UID}&u=1", Kind.USER, SEC_UID, ""),
        (f"https://www.iesdouyin.com/share/user/{SEC_UID}", Kind.USER, SEC_UID, ""),
        (
            f"https://webcast.amemv.com/douyin/webcast/reflow/{STREAM}?u_code=0&sec_user_id={SEC_UID}",
            Kind.STREAM,
            STREAM,
            SEC_UID,
        ),
        (f"https://webcast.amemv.com/webcast/reflow/{STREAM}?sec_user_id=../x", Kind.STREAM, STREAM, ""),
    ],
)
def test_every_other_form_is_told_apart(text: str, kind: Kind, name: str, sec_uid: str) -> None:
    assert parse_address(text) == Address(name, kind=kind, sec_uid=sec_uid)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (f"http://127.0.0.1:8/{STREAM}", Address(STREAM, "http://127.0.0.1:8", Kind.STREAM)),
        ("http://127.0.0.1:8/v.douyin.com/abc/", Address("abc", "http://127.0.0.1:8", Kind.SHORT)),
        (f"http://[::1]:8/www.douyin.com/user/{SEC_UID}", Address(SEC_UID, "http://[::1]:8", Kind.USER)),
        ("http://127.0.0.1:8/v.douyin.com", Address("v.douyin.com", "http://127.0.0.1:8")),
        ("http://127.0.0.1:8/follow/live/abc", Address("abc", "http://127.0.0.1:8")),
    ],
)
def test_an_endpoint_on_this_machine_stands_for_all_hosts(text: str, address: Address) -> None:
    assert parse_address(text) == address


def test_a_path_of_a_host_goes_to_it_or_into_its_folder_of_the_endpoint() -> None:
    assert site_url(SITE, "live.douyin.com", "/123?a=b") == "https://live.douyin.com/123?a=b"
    assert site_url(SITE, "v.douyin.com", "/abc/") == "https://v.douyin.com/abc/"
    assert site_url("http://127.0.0.1:8", "live.douyin.com", "/123") == "http://127.0.0.1:8/123"
    assert site_url("http://127.0.0.1:8", "v.douyin.com", "/abc/") == "http://127.0.0.1:8/v.douyin.com/abc/"


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
        "https://v.douyin.com/",
        "https://v.douyin.com/a/b",
        "https://v.douy\u0456n.com/abc",  # a Cyrillic letter
        "https://\uff56.douyin.com/abc",
        "https://v.douyin.com.evil.test/abc",
        "https://v.douyin.com@evil.test/abc",
        "https://someone@v.douyin.com/abc",
        "https://v.douyin.com:8443/abc",
        "https://evil.test/?u=https://v.douyin.com/abc",
        "https://evil.test/#v.douyin.com/abc",
        "看直播 http://127.0.0.1:8000/abc 快来",  # this machine is never linked to in a text
        "https://www.douyin.com/user/self",
        "https://www.douyin.com/discover",
        "https://www.iesdouyin.com/share/user/51921489890",
        "https://www.iesdouyin.com/share/video/7630361251285076745/",
        "https://webcast.amemv.com/douyin/webcast/reflow/",
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
    assert address.name.isascii()


WORDS = st.text(st.characters(blacklist_categories=("Cs",), min_codepoint=0x2E80), max_size=20)


@given(WORDS, st.from_regex(r"[A-Za-z0-9_\-]{1,20}", fullmatch=True), WORDS, st.sampled_from(["", "/"]))
def test_a_short_link_is_found_in_whatever_chinese_surrounds_it(
    before: str, code: str, after: str, slash: str
) -> None:
    text = f"{before}https://v.douyin.com/{code}{slash}{after}"
    assert parse_address(text) == Address(code, kind=Kind.SHORT)


@given(st.from_regex(r"https?://[\w.@:\\/\[\]\-]{1,40}", fullmatch=True) | st.text())
def test_no_link_to_another_host_names_anything(link: str) -> None:
    """Whoever asks a link's host finds it in the table, letter for letter."""
    hosts = {"live", "www", "v"}
    known = {f"{name}.douyin.com" for name in hosts}
    known |= {"douyin.com", "www.iesdouyin.com", "iesdouyin.com", "webcast.amemv.com"}
    if parse_link(link) is not None:
        assert link.removeprefix("https://").removeprefix("http://").partition("/")[0].lower() in known


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_this_machine_is_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "10.0.0.1", "0.0.0.0", "localhost.evil.test", "127.0.0.1.evil.test"])
def test_any_other_host_is_not(host: str) -> None:
    assert not is_loopback(host)
