"""Lines from stdin, and from a prompt."""

import asyncio
import os
import sys
from types import SimpleNamespace

import pytest

from douyinbot.cli import keyboard


def read_all(data: bytes, *, pieces: int = 1) -> list[str]:
    """Write something into a pipe, and return the lines that are read from it."""

    async def main() -> list[str]:
        reading, writing = os.pipe()
        try:
            for number in range(pieces):
                os.write(writing, data[number::pieces] if pieces == 1 else data[number : number + 1])
            if pieces > 1:
                os.write(writing, data[pieces:])
            os.close(writing)
            return [line async for line in keyboard._plain(reading)]
        finally:
            os.close(reading)

    return asyncio.run(asyncio.wait_for(main(), 20))


@pytest.mark.parametrize("pieces", [1, 5])
def test_lines_of_a_pipe(pieces: int) -> None:
    assert read_all("你好\n!dice 6\r\n\nlast".encode(), pieces=pieces) == ["你好", "!dice 6", "", "last"]


def test_more_lines_than_may_wait() -> None:
    count = 3 * keyboard.WAITING
    assert read_all(b"x\n" * count) == ["x"] * count


def test_what_is_no_utf8_is_replaced() -> None:
    assert read_all(b"\xff\n") == ["\ufffd"]


def test_a_program_without_stdin_has_no_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)

    async def main() -> list[str]:
        return [line async for line in keyboard.lines(print)]

    assert asyncio.run(asyncio.wait_for(main(), 20)) == []


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminal can be made here")
def test_a_terminal_without_prompt_toolkit_is_read_and_told_how_to_get_a_prompt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys, terminal = os.openpty()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True, fileno=lambda: terminal))
    monkeypatch.setitem(sys.modules, "prompt_toolkit", None)
    told: list[str] = []

    async def main() -> str:
        os.write(keys, b"!dice\n")
        typed = keyboard.lines(told.append)
        return await anext(typed)

    try:
        assert asyncio.run(asyncio.wait_for(main(), 20)) == "!dice"
    finally:
        os.close(keys)  # it ends the reading thread
        os.close(terminal)
    assert len(told) == 1
    assert "pip install 'douyinbot[console]'" in told[0]


def test_a_prompt_gives_lines_ctrl_c_and_the_end() -> None:
    prompt_toolkit = pytest.importorskip("prompt_toolkit")
    from prompt_toolkit.input import create_pipe_input
    from prompt_toolkit.output import DummyOutput
    from prompt_toolkit.patch_stdout import patch_stdout

    async def main() -> list[str]:
        with create_pipe_input() as typed:
            session = prompt_toolkit.PromptSession("> ", input=typed, output=DummyOutput())
            typed.send_text("!dice\r")
            found = []
            async for line in keyboard._prompted(session, patch_stdout):
                found.append(line)
                typed.send_text({1: "\x03", 2: "/help\r", 3: "\x04"}[len(found)])
            return found

    assert asyncio.run(asyncio.wait_for(main(), 20)) == ["!dice", keyboard.INTERRUPT, "/help"]
