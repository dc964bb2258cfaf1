"""Which values of a configuration nobody is shown."""

import json

import pytest

from douyinbot.config import parse_config
from douyinbot.core.secrets import known_secrets
from tests import canaries

ROOM = '[[rooms]]\nid = "main"\nconnector = "douyin"\nurl = "1234"\n'
JAR = [{"name": "sessionid", "value": canaries.SESSION_ID, "domain": ".douyin.com"}]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (canaries.COOKIES, {canaries.SESSION_ID, canaries.TTWID, canaries.CSRF, canaries.ODIN}),
        (json.dumps(JAR), {canaries.SESSION_ID}),
        (f".douyin.com\tTRUE\t/\tTRUE\t1\tsessionid\t{canaries.SESSION_ID}\n", {canaries.SESSION_ID}),
        ("sessionid=short", set()),
        ("there is no cookie in it", set()),
    ],
    ids=["header", "JSON", "expired", "short", "none"],
)
def test_the_values_of_cookies_in_any_form(monkeypatch, text, values):
    monkeypatch.setenv("CANARY", text)
    assert set(known_secrets(parse_config(ROOM + 'cookies = "env:CANARY"\n'))) == values


def test_a_token_and_the_password_of_a_proxy_the_longest_first(monkeypatch):
    monkeypatch.setenv("CANARY", canaries.WEB_TOKEN)
    proxy = f'[rooms.options]\nproxy = "http://me:{canaries.PROXY_PASSWORD}@127.0.0.1:1"\n'
    known = known_secrets(parse_config(f'{ROOM}{proxy}[web]\ntoken = "env:CANARY"\n'))
    assert set(known) == {canaries.WEB_TOKEN, canaries.PROXY_PASSWORD}
    assert list(known) == sorted(known, key=len, reverse=True)


def test_what_cannot_be_read_is_left_out(monkeypatch):
    monkeypatch.delenv("CANARY", raising=False)
    assert known_secrets(parse_config(ROOM + 'cookies = "env:CANARY"\n')) == ()
