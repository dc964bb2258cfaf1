"""`[rooms.options]` as typed values, and what is said about wrong ones."""

from typing import Any

import pytest

from douyinbot.config import Duration
from douyinbot.connectors.options import NetworkOptions, Reconnect, SignerOptions
from douyinbot.errors import ConfigError
from tests.connectors.rooms import setup_for


def options(**given: Any) -> NetworkOptions:
    return setup_for("123456", **given).options(NetworkOptions)


def test_the_defaults_are_those_of_the_seed_library() -> None:
    usual = options()
    assert usual.process_initial_data
    assert usual.fetch_room_info_on_connect
    assert not usual.enable_extended_gift_info
    assert usual.enable_websocket_upgrade
    assert usual.request_polling_interval_ms == 1000
    assert usual.session_id is None
    assert usual.client_params == usual.request_headers == usual.websocket_headers == {}
    assert usual.request_options.timeout == usual.websocket_options.timeout == 10
    assert usual.request_options.headers is None
    assert (usual.proxy, usual.endpoint, usual.push_hosts) == ("", "", [])
    assert usual.reconnect is True
    assert usual.stale_after is None
    assert usual.refusals_before_polling == 3


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (True, True),
        (False, False),
        ({}, Reconnect(min=Duration(1), max=Duration(60))),
        ({"min": "500ms"}, Reconnect(min=Duration(0.5), max=Duration(60))),
        ({"min": "2s", "max": "2s"}, Reconnect(min=Duration(2), max=Duration(2))),
    ],
)
def test_reconnecting_is_yes_or_no_or_how(written: Any, read: Any) -> None:
    assert options(reconnect=written).reconnect == read


def test_durations_are_written_with_their_unit() -> None:
    given = options(stale_after="90s", request_options={"timeout": "1m"}, websocket_options={"timeout": "2s"})
    assert given.stale_after == 90
    assert given.request_options.timeout == 60
    assert given.websocket_options.timeout == 2


def test_a_proxy_is_for_both_unless_one_has_its_own() -> None:
    both = options(proxy="http://a:1")
    assert (both.http_proxy, both.socket_proxy) == ("http://a:1", "http://a:1")
    own = options(
        proxy="http://a:1",
        request_options={"proxy": "socks5://b:2"},
        websocket_options={"proxy": "socks4://c:3"},
    )
    assert (own.http_proxy, own.socket_proxy) == ("socks5://b:2", "socks4://c:3")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"endpont": "x"}, r'options\.endpont: unknown key - did you mean "endpoint"\?'),
        ({"reconnect": {"maks": "1s"}}, r"options\.reconnect\.maks: unknown key"),
        ({"reconnect": "yes"}, r"options\.reconnect: expected "),
        ({"reconnect": {"min": 1}}, r"write it as text in quotes, not as a number"),
        (
            {"reconnect": {"min": "5s", "max": "1s"}},
            r"`min` must be longer than nothing and not longer than `max`",
        ),
        ({"reconnect": {"min": "0s"}}, r"`min` must be longer than nothing"),
        ({"stale_after": "long"}, r'"long" is not a duration'),
        ({"process_initial_data": "no"}, r"options\.process_initial_data: expected true or false, got text"),
        ({"request_polling_interval_ms": -1}, r"`request_polling_interval_ms` must not be negative"),
        ({"request_polling_interval_ms": 1.5}, r"expected a whole number, got a number"),
        ({"endpoint": "127.0.0.1:8000"}, r"`endpoint` must begin with http:// or https://"),
        ({"endpoint": "ftp://x"}, r"`endpoint` must begin with http:// or https://"),
        ({"push_hosts": ["x.douyin.com"]}, r"`push_hosts` must begin with ws:// or wss://"),
        ({"push_hosts": "ws://x"}, r"options\.push_hosts: expected a list, got text"),
        ({"proxy": "127.0.0.1:1080"}, r"`proxy` must begin with http://, https://, socks4:// or socks5://"),
        ({"request_options": {"proxy": "ftp://x"}}, r"`proxy` must begin with http://"),
        (
            {"endpoint": "http://"},
            r'`endpoint` must be like "http://127\.0\.0\.1:8000"; its host or port is none',
        ),
        ({"endpoint": "http://["}, r"`endpoint` must be like"),
        ({"endpoint": "http://127.0.0.1:99999"}, r"`endpoint` must be like"),
        ({"endpoint": "http://a..b"}, r"`endpoint` must be like"),
        ({"push_hosts": ["ws://127.0.0.1:9000", "ws://x:0"]}, r'`push_hosts` must be like "ws://127'),
        ({"proxy": "http://:8080"}, r"`proxy` must be like"),
        (
            {"proxy": "socks5://127.0.0.1"},
            r'`proxy` needs its port, for instance "socks5://127\.0\.0\.1:1080"',
        ),
        ({"websocket_options": {"proxy": "x"}}, r"`proxy` must begin with http://"),
        ({"client_params": {"a": 1}}, r"client_params\.?.*: expected text, got a whole number"),
        ({"request_headers": ["a"]}, r"options\.request_headers: expected a table, got a list"),
        ({"session_id": "abc"}, r"a secret does not belong into this file"),
        ({"signature_fields": ["aid", "room_id", "aid"]}, r'`signature_fields` names "aid" twice'),
        ({"signature_fields": "aid"}, r"options\.signature_fields: expected a list, got text"),
        ({"signer": "nobody"}, r'options\.signer: must be one of "native", "none", a table'),
        ({"signer": 5}, r'options\.signer: must be one of "native", "none", a table'),
        ({"signer": {}}, r"options\.signer: the key `url` is missing"),
        ({"signer": {"url": "signer.test"}}, r"`signer.url` must begin with https:// or http://"),
        ({"signer": {"url": "https://"}}, r"`signer.url` must be like"),
        (
            {"signer": {"url": "http://signer.test"}},
            r"must begin with https:// unless the service is on this",
        ),
        ({"signer": {"url": "https://s3cret@signer.test"}}, r"must hold no password; .* as `token`"),
        ({"signer": {"url": "https://x.test", "token": "abc"}}, r"options\.signer\.token: a secret does not"),
        ({"signer": {"url": "https://x.test", "timeout": "0s"}}, r"`signer.timeout` must be longer than"),
        ({"signer": {"url": "https://x.test", "key": "abc"}}, r"options\.signer\.key: unknown key"),
    ],
)
def test_a_wrong_option_is_named_with_what_to_write(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        options(**given)
    assert str(caught.value).startswith("bot.toml: rooms[0].options")


@pytest.mark.parametrize("proxy", ["ftp://me:s3cret@x:1", "http://me:s3cret@:1", "socks5://me:s3cret@x"])
def test_a_proxys_password_is_not_repeated_in_the_error(proxy: str) -> None:
    with pytest.raises(ConfigError) as caught:
        options(proxy=proxy)
    assert "s3cret" not in str(caught.value)


def test_a_literal_secret_is_not_repeated_in_the_error() -> None:
    with pytest.raises(ConfigError) as caught:
        options(session_id="s3cret-cookie")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["https://signer.test/v1?x=1", "http://127.0.0.1:9/", "http://[::1]:9", "http://localhost"]
)
def test_a_signing_service_is_far_away_and_safe_or_on_this_machine(url: str) -> None:
    signer = options(signer={"url": url}).signer
    assert isinstance(signer, SignerOptions)
    assert (signer.url, signer.token, signer.timeout) == (url, None, 5.0)


def test_the_users_parameters_replace_the_defaults_but_for_the_cursor() -> None:
    options = NetworkOptions(client_params={"a": "9", "z": "1", "cursor": "c", "internal_ext": "x"})
    assert options.merged([("a", "1"), ("b", "2"), ("cursor", "")]) == [
        ("a", "9"),
        ("b", "2"),
        ("cursor", ""),
        ("z", "1"),
    ]
    assert options.merged([]) == []  # a page that is asked for without any stays so
