"""A room's login: which of the cookies that a user gave count."""

import logging
from pathlib import Path

import pytest

from douyinbot.config import Room, Secret, Source
from douyinbot.connectors.base import Setup
from douyinbot.connectors.login import login_cookies, visitor
from douyinbot.connectors.options import NetworkOptions
from douyinbot.errors import ConfigError

SITE = "www.tiktok.com"
NETSCAPE = "# Netscape HTTP Cookie File\n{domain}\tTRUE\t/\tTRUE\t{expires}\tsessionid\tS3CRET\n"


def setup(cookies: str | None = None) -> Setup:
    room = Room(id="main", connector="tiktok", cookies=None if cookies is None else Secret(cookies))
    return Setup(room=room, source=Source("bot.toml"))


def test_the_given_ones_go_before_those_of_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOM", "sessionid=room")
    monkeypatch.setenv("GIVEN", "sessionid=given")
    options = NetworkOptions()
    assert login_cookies(setup(), options, "", SITE) == {}
    assert login_cookies(setup("env:ROOM"), options, "", SITE) == {"sessionid": "room"}
    assert login_cookies(setup("env:ROOM"), options, "env:GIVEN", SITE) == {"sessionid": "given"}
    assert login_cookies(setup("env:ROOM"), options, "sessionid=literal", SITE) == {"sessionid": "literal"}


def test_a_session_id_and_a_header_are_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SESSION", "S1")
    options = NetworkOptions(session_id=Secret("env:SESSION"), request_headers={"cookie": "mine=1; a=b"})
    assert login_cookies(setup(), options, "ttwid=t", SITE) == {
        "ttwid": "t",
        "mine": "1",
        "a": "b",
        **dict.fromkeys(("sessionid", "sessionid_ss", "sid_tt"), "S1"),
    }


def test_cookies_of_another_site_are_no_login(tmp_path: Path) -> None:
    file = tmp_path / "cookies.txt"
    file.write_text(NETSCAPE.format(domain=".douyin.com", expires=0), encoding="utf-8")
    with pytest.raises(
        ConfigError, match=r"rooms\[0\]\.cookies: .* none of its 1 cookies is of tiktok\.com"
    ) as e:
        login_cookies(setup(f"file:{file}"), NetworkOptions(), "", SITE)
    assert "S3CRET" not in str(e.value)


def test_an_expired_one_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "cookies.txt"
    text = NETSCAPE.format(domain=".tiktok.com", expires=1)
    file.write_text(f"{text}.tiktok.com\tTRUE\t/\tTRUE\t0\tttwid\tx\n", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert login_cookies(setup(f"file:{file}"), NetworkOptions(), "", SITE) == {"ttwid": "x"}
    assert "sessionid has expired" in caplog.text
    assert "S3CRET" not in caplog.text


def test_a_visitor_is_logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOM", "sessionid=room")
    http = visitor(setup("env:ROOM"), NetworkOptions(), "", site=SITE, user_agent="Mozilla/5.0")
    assert http.cookie_header == "sessionid=room"
