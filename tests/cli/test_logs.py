"""The log: one record a line, no secrets, no control characters."""

import logging
import sys
from zoneinfo import ZoneInfo

from douyinbot.cli.logs import Formatter

CANARY = "CANARY1234567890"


def record(message: str, *args: object, error: Exception | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error is not None else None
    return logging.LogRecord("douyinbot.x", logging.ERROR, "x.py", 1, message, args, info)


def test_a_record_is_one_line_without_control_characters() -> None:
    line = Formatter().format(record("name: %s", "a\x1b]52;c;x\x07\r\nERROR forged\u202e\x00"))
    assert "\n" not in line
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or char == "\u202e" for char in line)
    assert "\\x1b" in line


def test_the_time_is_that_of_a_zone() -> None:
    at = record("x")
    at.created = 0.0
    assert Formatter(ZoneInfo("Asia/Shanghai")).format(at).startswith("08:00:00 ERROR")


def test_a_traceback_is_redacted_too() -> None:
    try:
        raise ValueError(f"sessionid={CANARY}")
    except ValueError as error:
        text = Formatter().format(record("failed", error=error))
    assert "Traceback" in text
    assert CANARY not in text
    assert sys.exc_info() == (None, None, None)


def test_an_errors_text_can_neither_steer_the_terminal_nor_pass_for_a_record() -> None:
    try:
        raise ValueError("x\x1b[2J\r\n20:00:00 ERROR douyinbot: forged\u202e")
    except ValueError as error:
        first, *traceback = Formatter().format(record("failed", error=error)).split("\n")
    assert first.endswith("ERROR douyinbot.x: failed")
    assert all(line.startswith("    ") for line in traceback)
    assert not any(ord(char) < 32 or char == "\u202e" for line in traceback for char in line)
    assert any("forged" in line for line in traceback)
