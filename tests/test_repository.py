"""What must not be in the repository: the platform's scripts, code in disguise, anybody's cookies."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("douyinbot", "plugins", "proto", "tests", "docs")
BINARY = {".png", ".bin", ".pyc"}
LONGEST_LINE, MOST_LINES = 200, 400  # a script of our own is written to be read; the vendor's is not

# Put together here, so that this file does not find itself.
SCRIPTS = ["".join(parts) for parts in (("byted_", "acrawler."), ("_$", "jsvmprt"), ("web", "mssdk.es5"))]
BLOB = re.compile(r"[A-Za-z0-9+/]{400,}={0,2}")
COOKIES = {
    "ttwid": re.compile(r"\b1(?:%7C|\|)[A-Za-z0-9_-]{40,}(?:%7C|\|)\d{10}(?:%7C|\|)[0-9a-f]{64}"),
    "sessionid": re.compile(r"\bsessionid(?:_ss)?['\"]?\s*[=:]\s*['\"]?[0-9a-f]{32}\b"),
    "sid_tt": re.compile(r"\bsid_(?:tt|guard)['\"]?\s*[=:]\s*['\"]?[0-9a-f]{32}\b"),
    "msToken": re.compile(r"\bmsToken['\"]?\s*[=:]\s*['\"]?[A-Za-z0-9_-]{100,}"),
    "odin_tt": re.compile(r"\bodin_tt['\"]?\s*[=:]\s*['\"]?[0-9a-f]{100,}"),
}


def files() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from (path for path in (ROOT / folder).rglob("*") if path.is_file())
    yield from (path for path in ROOT.iterdir() if path.suffix in (".md", ".toml"))


def texts() -> Iterator[tuple[str, str]]:
    for path in files():
        if path.suffix not in BINARY:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_there_is_no_script_of_the_platform() -> None:
    assert [path for path in files() if path.suffix in (".wasm", ".jsc")] == []
    assert [name for name, text in texts() if any(mark in text for mark in SCRIPTS)] == []
    for name, text in texts():
        if name.endswith((".js", ".mjs", ".cjs")):
            lines = text.splitlines()
            assert len(lines) <= MOST_LINES, name
            assert max(map(len, lines), default=0) <= LONGEST_LINE, name


def test_nothing_is_hidden_in_base64() -> None:
    # A schema inside generated code is escaped text, which the pattern does not take for base64.
    assert [name for name, text in texts() if BLOB.search(text)] == []


@pytest.mark.parametrize("cookie", COOKIES)
def test_there_is_nobodys_cookie(cookie: str) -> None:
    assert [name for name, text in texts() if COOKIES[cookie].search(text)] == []


@pytest.mark.parametrize(
    ("cookie", "text"),
    [
        ("ttwid", f"ttwid=1%7C{'aB-_' * 11}%7C1700000000%7C{'0a' * 32}"),
        ("sessionid", f"sessionid_ss={'0a' * 16};"),
        ("sessionid", f'{{"sessionid": "{"0a" * 16}"}}'),
        ("sid_tt", f"sid_guard={'0a' * 16}%7C1700000000"),
        ("msToken", f"&msToken={'aB3_' * 26}=="),
        ("odin_tt", f"odin_tt={'0a' * 80}"),
    ],
)
def test_a_real_cookie_would_be_found(cookie: str, text: str) -> None:
    assert COOKIES[cookie].search(text)
    assert not COOKIES[cookie].search(f"{cookie}=simulated")


def test_a_blob_would_be_found() -> None:
    assert BLOB.search(f'"{"aB3/" * 120}=="')
