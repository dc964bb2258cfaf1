"""The log: one record a line, no secrets, no control characters."""

import logging
import sys

import pytest

from douyinbot.cli.logs import Formatter, redact

CANARY = "CANARY1234567890"


@pytest.mark.parametrize(
    "text",
    [
        f"Cookie: sessionid={CANARY}; ttwid=1",
        f"sid_tt={CANARY}",
        f"GET /webcast/room/chat/?content=hi&msToken={CANARY}&a_bogus={CANARY}",
        f"wss://host/push?signature={CANARY}",
        f"{{'sessionid_ss': '{CANARY}'}}",
        f'{{"passport_csrf_token": "{CANARY}"}}',
        f"Authorization: Bearer {CANARY}",
        f"password={CANARY}",
        f"token = {CANARY}",
    ],
)
def test_the_values_of_secrets_never_reach_the_log(text: str) -> None:
    assert CANARY not in redact(text)
    assert "***" in redact(text)


@pytest.mark.parametrize("text", ["room main: 3 events", "the token bucket is empty", "谢谢 小明 的 玫瑰x3"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


def record(message: str, *args: object, error: Exception | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error is not None else None
    return logging.LogRecord("douyinbot.x", logging.ERROR, "x.py", 1, message, args, info)


def test_a_record_is_one_line_without_control_characters() -> None:
    line = Formatter().format(record("name: %s", "a\x1b]52;c;x\x07\r\nERROR forged\u202e\x00"))
    assert "\n" not in line
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or char == "\u202e" for char in line)
    assert "\\x1b" in line


def test_a_traceback_is_redacted_too() -> None:
    try:
        raise ValueError(f"sessionid={CANARY}")
    except ValueError as error:
        text = Formatter().format(record("failed", error=error))
    assert "Traceback" in text
    assert CANARY not in text
    assert sys.exc_info() == (None, None, None)
