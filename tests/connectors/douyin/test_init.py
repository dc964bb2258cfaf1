"""Building a connector from the room's part of bot.toml."""

from pathlib import Path

import pytest

from douyinbot.config import Room, Secret, Source
from douyinbot.connectors.base import Setup
from douyinbot.connectors.douyin import connect_douyin
from douyinbot.connectors.live import LiveConnector
from douyinbot.errors import ConfigError
from douyinbot.webcast.douyin.query import USER_AGENT

TOML = '[[rooms]]\nid = "main"\nconnector = "douyin"\nurl = "{url}"\n\n[rooms.options]\n{options}\n'


def setup(tmp_path: Path, url: str = "123456", cookies: str = "", **options: object) -> Setup:
    lines = "\n".join(f"{key} = {value!r}" for key, value in options.items())
    source = Source("bot.toml", TOML.format(url=url, options=lines), tmp_path)
    secret = Secret(cookies, tmp_path) if cookies else None
    room = Room(id="main", connector="douyin", url=url, cookies=secret, options=options)
    return Setup(room=room, source=source)


def cookies_of(made: LiveConnector) -> dict[str, str]:
    return made.platform._requests.http.cookies  # type: ignore[attr-defined]


def test_a_number_is_enough(tmp_path: Path) -> None:
    made = connect_douyin(setup(tmp_path))
    assert made.platform.visit.web_rid == "123456"
    assert made.platform.visit.user_agent == USER_AGENT
    assert made.capabilities.send_chat
    assert made.account_id == ""
    assert made.counts == {}


def test_a_wrong_address_is_an_error_of_the_file_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r'^bot\.toml:4: rooms\[0\]\.url: "not a room" is not the address'):
        connect_douyin(setup(tmp_path, url="not a room"))


@pytest.mark.parametrize("url", ["", "http://["])
def test_no_address_at_all_is_such_an_error_too(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match="is not the address of a Douyin room"):
        connect_douyin(setup(tmp_path, url=url))


def test_an_unknown_option_is_named_with_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r'bot\.toml:7: rooms\[0\]\.options\.reconect: .*"reconnect"'):
        connect_douyin(setup(tmp_path, reconect=True))


def test_cookies_come_from_a_file_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "cookie.txt").write_text(" ttwid=1%7Cabc; sessionid=s3cret ; broken; =x\n", encoding="utf-8")
    made = connect_douyin(setup(tmp_path, cookies="file:cookie.txt"))
    assert cookies_of(made) == {"ttwid": "1%7Cabc", "sessionid": "s3cret"}


def test_a_session_id_goes_under_all_its_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_SESSION", "s3cret")
    made = connect_douyin(setup(tmp_path, session_id="env:TEST_SESSION"))
    assert cookies_of(made) == dict.fromkeys(("sessionid", "sessionid_ss", "sid_tt"), "s3cret")


def test_cookies_that_cannot_be_read_stop_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="TEST_NOT_SET is not set"):
        connect_douyin(setup(tmp_path, cookies="env:TEST_NOT_SET"))


def test_nothing_of_the_login_shows_in_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_SESSION", "CANARY")
    monkeypatch.setenv("TEST_COOKIES", "sessionid=CANARY; ttwid=CANARY")
    given = setup(tmp_path, cookies="env:TEST_COOKIES", session_id="env:TEST_SESSION")
    made = connect_douyin(given)
    for thing in (given, given.room, made, made.options, made.platform, made.session):
        assert "CANARY" not in f"{thing!r} {thing}"
