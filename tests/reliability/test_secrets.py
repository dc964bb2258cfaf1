"""Case 43: secrets are nowhere in what a whole bot prints, logs, serves and writes down, at debug level."""

import json
import os
import re
import signal
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from douyinbot.config import load_config
from tests import canaries
from tests.cli.conftest import Program
from tests.connectors.servers import closed_port

CONFIG = """
[bot]
store = "sqlite:///bot.sqlite"
log = "debug"
[[rooms]]
id = "main"
connector = "douyin"
url = "{address}/abc"
cookies = "{cookies}"
send = "live"
[rooms.options]
client_params = {{ msToken = "{canaries.MS_TOKEN}" }}
request_headers = {{ X-Token = "{canaries.HEADER}" }}
websocket_headers = {{ X-Token = "{canaries.HEADER}" }}
[[rooms]]
id = "beyond"
connector = "douyin"
url = "{address}/def"
[rooms.options]
proxy = "http://me:{canaries.PROXY_PASSWORD}@127.0.0.1:1"
[plugins]
dirs = ["mine"]
enable = ["leaks", "dice"]
[web]
listen = "127.0.0.1:{port}"
token = "env:CANARY_TOKEN"
"""
LEAKS = """
import logging, os, urllib.request
from douyinbot import hookimpl
log = logging.getLogger("somebody.else")
COOKIES, TOKEN = os.environ["CANARY_COOKIES"], os.environ["CANARY_TOKEN"]
VALUE = COOKIES.partition("=")[2].partition(";")[0]

@hookimpl
def setup(ctx):
    ctx.log.info("cookies: %s", COOKIES)
    ctx.log.debug("the value alone is %s", VALUE)
    log.warning("https://me:%s@example.test/?sessionid=%s&token=%s", VALUE, VALUE, TOKEN)

@hookimpl
def on_connected(ctx, event):
    print_me = VALUE
    try:
        raise ValueError(f"Cookie: {COOKIES}")
    except ValueError as error:
        raise RuntimeError(f"session {VALUE} and web {TOKEN}") from error
"""
"""What no plugin should do."""


@pytest.mark.parametrize("options", [("--jsonl",), ()], ids=["jsonl", "view"])
@pytest.mark.parametrize("place", ["env", "file"])
def test_case_43_no_secret_is_in_anything_that_comes_out(
    program: Callable[..., Program],
    simulator: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place,
    options,
) -> None:
    monkeypatch.setenv("CANARY_COOKIES", canaries.COOKIES)
    monkeypatch.setenv("CANARY_TOKEN", canaries.WEB_TOKEN)
    (tmp_path / "cookies.txt").write_text(canaries.COOKIES, encoding="utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "leaks.py").write_text(LEAKS, encoding="utf-8")
    cookies = {"env": "env:CANARY_COOKIES", "file": "file:cookies.txt"}[place]
    text = CONFIG.format(address=simulator, cookies=cookies, canaries=canaries, port=closed_port())
    (tmp_path / "bot.toml").write_text(text, encoding="utf-8")

    bot = program("run", "bot.toml", *options)
    bot.wait_for(lambda p: "on_connected failed" in p.text)
    bot.wait_for(lambda p: "seen" in p.text)  # dice has answered the audience: requests, signatures and all
    served = "".join(asked(text, path) for path in ("/api/status", "/api/plugins", "/api/lines", "/api/why"))
    assert bot.interrupt(signal.SIGINT) == 130
    checked = program("check", "bot.toml")
    checked.end()
    listed = program("plugins", "bot.toml", "--json")
    listed.end()
    config = load_config(tmp_path / "bot.toml")
    outputs = {
        "what is printed and logged": bot.text,
        "the web's answers": served,
        "check": checked.text,
        "plugins": listed.text,
        "repr": f"{config!r}{config}{config.rooms!r}{config.web!r}",
    }
    for name, output in outputs.items():
        assert canaries.MARK not in output, f"{name}: {context(output)}"
    assert "somebody.else" in bot.text
    assert len(served) > 500


def asked(config: str, path: str) -> str:
    """Return what the bot's web server says to its owner."""
    (port,) = re.findall(r"127\.0\.0\.1:(\d+)\"\ntoken", config)
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    request.add_header("Authorization", f"Bearer {os.environ['CANARY_TOKEN']}")
    with urllib.request.urlopen(request, timeout=20) as answer:
        text: str = answer.read().decode()
    assert json.loads(text) is not None
    return text


def context(output: str) -> str:
    at = output.index(canaries.MARK)
    return output[max(0, at - 200) : at + 100]
