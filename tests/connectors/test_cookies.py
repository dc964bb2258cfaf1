"""Cookies as users have them: headers, cookies.txt, JSON of extensions. No value is ever told."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from douyinbot.connectors.cookies import Cookies, cookie_pairs, read_cookies
from douyinbot.errors import ConfigError

NOW = 1_790_000_000.0
LATER, EARLIER = NOW + 1000, NOW - 1000
SITE = "live.douyin.com"
SECRET = "S3CRET"


def entry(name: str, value: str = "1", domain: str = ".douyin.com", **others: Any) -> dict[str, Any]:
    return {"name": name, "value": value, "domain": domain, "path": "/", **others}


def netscape(*lines: tuple[Any, ...]) -> str:
    head = "# Netscape HTTP Cookie File\n# https://curl.se/docs/http-cookies.html\n\n"
    return head + "".join("\t".join(map(str, line)) + "\n" for line in lines)


def read(text: str) -> dict[str, str]:
    return read_cookies(text, NOW, SITE).pairs


# ---- headers ------------------------------------------------------------------------------------


def test_a_cookie_header_is_read_into_pairs() -> None:
    assert cookie_pairs(" a=1; b = x=y ;;c; =d; e=") == {"a": "1", "b": "x=y", "e": ""}


@given(st.text())
def test_any_text_at_all_can_be_given_as_a_header(text: str) -> None:
    assert all(name.strip() == name and name for name in cookie_pairs(text))


@pytest.mark.parametrize(
    "text",
    [
        "ttwid=1%7Cabc; sessionid=s=x",
        "Cookie: ttwid=1%7Cabc; sessionid=s=x",
        "cookie:ttwid=1%7Cabc;sessionid=s=x;",
        "\ufeffttwid=1%7Cabc;\r\nsessionid=s=x\n",
        "  ttwid=1%7Cabc ; broken; =x; sessionid=s=x\n\n",
    ],
)
def test_a_header_is_taken_as_it_was_copied(text: str) -> None:
    assert read_cookies(text, NOW, SITE) == Cookies({"ttwid": "1%7Cabc", "sessionid": "s=x"})


# ---- files of browsers --------------------------------------------------------------------------


def test_a_cookies_txt_is_read() -> None:
    text = netscape(
        (".douyin.com", "TRUE", "/", "TRUE", int(LATER), "ttwid", "1%7Cabc"),
        ("#HttpOnly_.douyin.com", "TRUE", "/", "TRUE", 0, "sessionid", "s"),
        ("live.douyin.com", "FALSE", "/", "FALSE", 0, "empty", ""),
    )
    assert read(text) == {"ttwid": "1%7Cabc", "sessionid": "s", "empty": ""}
    assert read(text.replace("\n", "\r\n")) == read(text)
    assert read(text.rstrip()) == read(text)  # an editor took the last tab away


def test_a_cookies_txt_without_its_head_is_recognised() -> None:
    assert read(".douyin.com\tTRUE\t/\tTRUE\t0\ta\t1") == {"a": "1"}


EXPORTS: dict[str, Any] = {
    "EditThisCookie": [entry("a", expirationDate=LATER, hostOnly=False, session=False, id=1), entry("b")],
    "Cookie-Editor": [entry("a", expirationDate=LATER, storeId=None), entry("b", session=True)],
    "Playwright": {
        "cookies": [entry("a", expires=LATER, httpOnly=True), entry("b", expires=-1)],
        "origins": [
            {"origin": "https://live.douyin.com", "localStorage": [{"name": "cookies", "value": "["}]}
        ],
    },
    "Playwright, the other way round": {
        "origins": [{"cookies": [entry("x")]}],
        "cookies": [entry("a", expires=LATER), entry("b")],
    },
}


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize("indent", [None, 2])
def test_exports_as_json_are_read(name: str, indent: int | None) -> None:
    assert read(json.dumps(EXPORTS[name], indent=indent)) == {"a": "1", "b": "1"}
    assert read("\ufeff \n" + json.dumps(EXPORTS[name])) == {"a": "1", "b": "1"}


# ---- which are taken ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("domain", "taken"),
    [
        (".douyin.com", True),
        ("douyin.com", True),
        ("live.douyin.com", True),
        (".LIVE.douyin.COM", True),
        ("www.douyin.com", True),
        ("evildouyin.com", False),
        ("douyin.com.evil.test", False),
        (".douyin.com.cn", False),
        ("", False),
        (".com", False),
        ("www.tiktok.com", False),
    ],
)
def test_only_cookies_of_douyin_are_taken(domain: str, taken: bool) -> None:
    cookies = [entry("own"), entry("a", SECRET, domain)]
    lines = [
        (cookie["domain"], "TRUE", "/", "TRUE", 0, cookie["name"], cookie["value"]) for cookie in cookies
    ]
    for text in (json.dumps(cookies), netscape(*lines)):
        assert read(text) == {"own": "1", **({"a": SECRET} if taken else {})}


def test_of_several_with_one_name_it_is_that_which_the_live_site_gets() -> None:
    found = [entry("a", "live", "live.douyin.com"), entry("a", "all"), entry("a", "www", "www.douyin.com")]
    assert read(json.dumps(found)) == {"a": "live"}
    assert read(json.dumps(found[::-1])) == {"a": "live"}
    assert read(json.dumps(found[1:])) == {"a": "all"}


def test_what_has_expired_is_left_out_and_named() -> None:
    found = read_cookies(
        json.dumps(
            [entry("new", expires=LATER), entry("old", SECRET, expires=EARLIER), entry("kept", expires=0)]
        ),
        NOW,
        SITE,
    )
    assert found == Cookies({"new": "1", "kept": "1"}, expired=("old",))
    assert SECRET not in f"{found} {found!r}"


def test_an_older_one_beside_a_newer_one_is_no_loss() -> None:
    found = [entry("a", "old", expires=EARLIER), entry("a", "new", "live.douyin.com", expires=LATER)]
    assert read_cookies(json.dumps(found), NOW, SITE) == Cookies({"a": "new"})


# ---- what is wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SECRET, "read as a Cookie header, line 1: there is no name=value"),
        (f"a=1\n\n{SECRET}", "read as a Cookie header, line 3: there is no name=value"),
        (f"sess ion={SECRET}", "read as a Cookie header, line 1: the name of a cookie has characters"),
        (f"sessionid={SECRET}\x00", "read as a Cookie header, line 1: the value of sessionid has characters"),
        (f"{netscape()}.douyin.com\tTRUE\t/\t{SECRET}", "a Netscape cookies.txt, line 4: it has 4 fields"),
        (
            netscape((".douyin.com", "TRUE", "/", "TRUE", SECRET, "a", SECRET)),
            "line 4: the time of expiry is no",
        ),
        (netscape(("a.test", "TRUE", "/", "TRUE", 0, "a", SECRET)), "none of its 1 cookies is of douyin.com"),
        (netscape(), "read as a Netscape cookies.txt: there is no cookie in it"),
        ("[]", "read as cookies exported as JSON: there is no cookie in it"),
        (f'[\n{{"name": "{SECRET}\n', "read as cookies exported as JSON, line 2: it is no JSON"),
        (f'{{"token": "{SECRET}"}}', "JSON, line 1: it is no list of cookies, and has none under `cookies`"),
        (f'{{"cookies": "{SECRET}"}}', "JSON, line 1: it is no list of cookies"),
        (f'[\n {{"name":"a","value":"","domain":""}},\n "{SECRET}"]', "JSON, line 3: an entry is no object"),
        (f'[{{"name": "a", "value": "{SECRET}"}}]', "JSON, line 1: an entry has no text under `domain`"),
        (json.dumps([entry("a", SECRET, expires="soon")]), "JSON, line 1: the time of expiry is no number"),
        (json.dumps([entry("a", SECRET, expires=EARLIER)]), "every cookie has expired. Log in"),
        (json.dumps([entry("a", f"{SECRET};b=1")]), "the value of a has characters"),
        (json.dumps([entry("a", f"{SECRET}\r\nX: y")]), "the value of a has characters"),
        ("[" * 100_000, "read as cookies exported as JSON, line 1: it is no JSON"),
        ("[" + "9" * 10_000 + "]", "read as cookies exported as JSON, line 1: it is no JSON"),
    ],
)
def test_what_is_wrong_is_told_by_format_and_line_and_never_by_value(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_cookies(text, NOW, SITE)
    assert told in str(caught.value)
    assert SECRET not in repr(caught.value)
    assert caught.value.__cause__ is None


TEXTS = st.text() | st.text("#HttpOnly_.douyincmTRUE\t\n/0=;") | st.text('[]{}",:\n\\name valuedomain')


@given(TEXTS)
@example("\ufeff")
@example("{}")
@example("[[]]")
def test_no_text_whatever_is_worse_than_refused(text: str) -> None:
    try:
        found = read_cookies(text, NOW, SITE)
    except ConfigError:
        return
    for name, value in found.pairs.items():
        assert name
        assert not set(name) & set("=; \t\r\n")
        assert not set(value) & set(";\r\n\0")


NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_\-]{0,15}", fullmatch=True)
VALUES = st.from_regex(r"[A-Za-z0-9%|_.~\-]{1,30}", fullmatch=True)


@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=8))
def test_all_formats_tell_the_same(pairs: dict[str, str]) -> None:
    header = "; ".join(f"{name}={value}" for name, value in pairs.items())
    lines = [(".douyin.com", "TRUE", "/", "TRUE", 0, name, value) for name, value in pairs.items()]
    listed = [entry(name, value) for name, value in pairs.items()]
    for text in (header, netscape(*lines), json.dumps(listed), json.dumps({"cookies": listed}, indent=1)):
        assert read(text) == pairs
