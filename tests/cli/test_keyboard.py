"""Lines from stdin, and from a prompt."""

import asyncio
import os
import sys

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
        return [line async for line in keyboard.lines()]

    assert asyncio.run(asyncio.wait_for(main(), 20)) == []


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
