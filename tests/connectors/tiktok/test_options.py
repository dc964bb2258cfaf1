"""`provider` of a TikTok room: what may be written, and whom a login may be shown to."""

from typing import Any

import pytest

from douyinbot.config import Duration, Rate
from douyinbot.connectors.options import NetworkOptions
from douyinbot.connectors.tiktok.options import ProviderOptions, TikTokOptions
from douyinbot.errors import ConfigError
from tests.connectors.rooms import setup_for


def options(**given: Any) -> TikTokOptions:
    return setup_for("@abc", connector="tiktok", **given).options(TikTokOptions)


def test_there_is_no_provider_by_default() -> None:
    assert options().provider is None


def test_a_provider_sees_no_session_and_is_no_way_around_itself_by_default() -> None:
    provider = options(provider={"url": "https://sign.example/v1"}).provider
    assert provider is not None
    assert (provider.host, provider.key, provider.session_host) == ("sign.example", None, "")
    assert (provider.oauth_token, provider.fallback, provider.sign) == (None, False, False)
    assert (provider.rate, provider.timeout) == (Rate(5, Duration(60)), 15)


def test_only_tiktok_s_rooms_have_one() -> None:
    setup = setup_for("123", provider={"url": "https://sign.example"})
    with pytest.raises(ConfigError, match=r"rooms\[0\]\.options\.provider: unknown key"):
        setup.options(NetworkOptions)


@pytest.mark.parametrize("host", ["sign.example", "SIGN.example"])
def test_the_host_that_may_see_the_session_is_written_out(host: str) -> None:
    assert ProviderOptions(url="https://Sign.Example/v1", session_host=host).session_host == host


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://sign.example", "example"),
        ("https://sign.example", "evil.example"),
        ("https://sign.example:8443", "sign.example"),
        ("https://sign.example.evil.example", "sign.example"),
        ("https://sign.example", "https://sign.example"),
    ],
)
def test_a_session_is_allowed_to_the_very_host_or_to_none(url: str, host: str) -> None:
    with pytest.raises(ConfigError, match=r"`provider\.session_host` is not the host of `provider\.url`"):
        options(provider={"url": url, "session_host": host})


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"url": "http://sign.example"}, r"`provider\.url` must begin with https:// unless"),
        ({"url": "ftp://sign.example"}, r"`provider\.url` must begin with https:// or http://"),
        ({"url": "https://me:pass@sign.example"}, r"must hold no password; .* as `key`"),
        ({"url": "https://sign.example?apiKey=S3CRET"}, "must end with its path"),
        ({"url": "https://sign.example#S3CRET"}, "must end with its path"),
        ({"url": "https://sign.example", "timeout": "0s"}, "longer than nothing"),
        ({"url": "https://sign.example", "key": "S3CRET"}, "a secret does not belong into this file"),
        ({"url": "https://sign.example", "oauth_token": "S3CRET"}, "a secret does not belong into this file"),
        ({"url": "https://sign.example", "kye": "env:K"}, r'provider\.kye: .*"key"'),
        ({}, "the key `url` is missing"),
    ],
)
def test_what_is_wrong_is_said_without_repeating_secrets(given: dict[str, str], problem: str) -> None:
    with pytest.raises(ConfigError, match=problem) as caught:
        options(provider=given)
    assert "S3CRET" not in str(caught.value)
    assert "pass@" not in str(caught.value)


def test_plain_http_is_for_this_machine() -> None:
    assert ProviderOptions(url="http://127.0.0.1:9000/provider").host == "127.0.0.1:9000"


def test_two_who_sign_are_one_too_many() -> None:
    provider = {"url": "https://sign.example", "sign": True}
    assert options(provider=provider, signer="none").provider is not None
    with pytest.raises(ConfigError, match="`signer` names a service that signs, and `provider` has"):
        options(provider=provider, signer={"url": "https://other.example"})


def test_a_provider_without_sockets_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match="`provider` opens sockets, and `enable_websocket_upgrade"):
        options(provider={"url": "https://sign.example"}, enable_websocket_upgrade=False)
