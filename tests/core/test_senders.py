"""The senders that come with douyinbot, and whose account rooms speak with."""

from typing import Any

import pytest

from douyinbot.config import Room, Secret
from douyinbot.connectors.base import Setup
from douyinbot.connectors.browser import Browsers, BrowserSender
from douyinbot.core.senders import SENDERS, account_of
from douyinbot.errors import ConfigError


def room(id: str = "main", **given: Any) -> Room:
    return Room(**{"id": id, "connector": "douyin", "url": "1234", **given})


def test_http_is_the_rooms_own_connector_and_none_is_nobody():
    speaker, setup, browsers = object(), Setup(room=room()), Browsers()
    assert SENDERS["http"](setup, speaker, browsers) is speaker
    assert SENDERS["none"](setup, speaker, browsers) is None
    assert isinstance(SENDERS["browser"](setup, speaker, browsers), BrowserSender)


def test_a_provider_speaks_by_the_rooms_own_connector_on_tiktok_only():
    speaker, browsers = object(), Browsers()
    there = Setup(room=room(connector="tiktok", url="@abc"))
    assert SENDERS["provider"](there, speaker, browsers) is speaker
    with pytest.raises(ConfigError, match=r'rooms\[0\]\.sender: the sender "provider" speaks in rooms of'):
        SENDERS["provider"](Setup(room=room()), speaker, browsers)


def provided(id: str, token: str, **given: Any) -> Room:
    options = {"provider": {"url": "https://sign.example", "oauth_token": f"env:{token}"}}
    return room(id, connector="tiktok", sender="provider", options=options, **given)


def cookie(name: str) -> Secret:
    return Secret(f"env:{name}")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (room("a"), room("b"), False),
        (room("a", cookies=cookie("X")), room("b", cookies=cookie("X")), True),
        (room("a", cookies=cookie("X")), room("b", cookies=cookie("Y")), False),
        (room("a", sender="browser"), room("b", sender="browser"), True),
        (provided("a", "X"), provided("b", "X"), True),
        (provided("a", "X"), provided("b", "Y"), False),
        (provided("a", "X", cookies=cookie("X")), provided("b", "Y", cookies=cookie("X")), True),
        (room("a", sender="browser"), room("b", sender="browser", cookies=cookie("X")), True),
        (room("a", sender="browser", browser="http://127.0.0.1:9222/"), room("b", sender="browser"), True),
        (room("a", sender="browser", browser="http://127.0.0.1:9223"), room("b", sender="browser"), False),
        (room("a", sender="browser", cookies=cookie("X")), room("b", cookies=cookie("X")), False),
    ],
)
def test_rooms_that_speak_with_one_account_keep_one_pace(one, other, same):
    assert (account_of(one) == account_of(other)) is same
