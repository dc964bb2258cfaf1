"""`run --console`: to be any viewer, and to decide, from the keyboard."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from douyinbot.cli import console as module
from douyinbot.cli.console import Console
from douyinbot.testing import BotHarness

APPROVE = """
    [[rooms]]
    id = "asks"
    connector = "air"
    send = "approve"
"""


@pytest.fixture
def bot(make_bot: Callable[..., BotHarness]) -> BotHarness:
    return make_bot(APPROVE)


class Typist:
    """A console of the kit's bot."""

    def __init__(self, bot: BotHarness, *, typed: bool = False) -> None:
        self.shown: list[str] = []
        self._bot = bot
        self._console = Console(bot._bot, self.shown.append, typed=typed)

    async def type(self, *lines: str) -> list[str]:
        """Type lines, and return what was shown because of them."""

        async def typed() -> AsyncIterator[str]:
            for line in lines:
                yield line
                await self._bot.settle()

        before = len(self.shown)
        await self._console.run(typed())
        await self._bot.settle()
        return self.shown[before + 1 :]


@pytest.fixture
def typist(bot: BotHarness) -> Typist:
    return Typist(bot)


async def test_one_is_any_viewer(bot: BotHarness, typist: Typist) -> None:
    await bot.load("dice")
    await bot.load("gift_thanks")
    assert await typist.type("!dice", "/as 小红 owner", "！骰子 ６", "/gift 玫瑰 99", "hello") == [
        "console: you are 小红 (owner)"
    ]
    await bot.advance("5s")
    assert [line.partition(" 掷")[0] for line in bot.sent] == ["🎲 观众", "🎲 小红", "谢谢 小红 的 玫瑰x99"]
    assert [event.user.role for event in bot.events if event.kind == "chat" and event.user.id[0] == "9"] == [
        *("viewer", "owner", "owner"),
    ]
    await typist.type("/follow", "/member", "/like 10")
    assert [event.kind for event in bot.events[-4:]] == ["social", "follow", "member", "like"]


async def test_one_decides(bot: BotHarness, typist: Typist) -> None:
    await bot.load("dice")
    shown = await typist.type("/in asks", "!dice", "/as b", "!dice", "/pending")
    first, second = bot.receipts
    assert shown[0] == "console: you are in room asks"
    assert shown[2] == f"{first.id} asks dice: {first.text}  (120 s left)"
    assert await typist.type(f"/approve {first.id}", f"/reject {second.id} not now", "/approve all") == [
        f"console: approved {first.id}",
        f"console: rejected {second.id}",
        "console: approved nothing",
    ]
    assert bot.sent == [first.text]
    assert second.reason == "rejected: not now"
    assert await typist.type("/pending") == ["console: no line awaits approval"]
    (_, story, *_) = await typist.type("/why")
    assert story == f"  dice !dice -> {second.id} {second.text}"
    assert await typist.type("/why no such words") == ["console: nothing is known about that"]


async def test_one_pauses_and_resumes(bot: BotHarness, typist: Typist) -> None:
    await bot.load("dice")
    assert await typist.type("/pause", "!dice", "/resume main", "/as b", "!dice") == [
        "console: nothing is sent in main, asks until /resume",
        "console: sending goes on in main",
        "console: you are b (viewer)",
    ]
    assert [str(line.state) for line in bot.receipts] == ["dropped", "seen"]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("/nix", 'there is no "/nix"'),
        ("/gfit 玫瑰", 'did you mean "/gift"?'),
        ("/gift", "write it so: /gift NAME [COUNT] [DIAMONDS]"),
        ("/gift 玫瑰 many", '"many" is not a whole number from 1 up'),
        ("/gift 玫瑰 0", '"0" is not a whole number from 1 up'),
        ("/as a king", 'there is no role "king"'),
        ('/as "a', "No closing quotation"),
        ("/in nowhere", 'there is no room "nowhere"'),
        ("/wait long", '"long" is not a duration'),
        ("/approve L9", 'no line "L9" awaits approval'),
        ("/resume mian", 'did you mean "main"?'),
    ],
)
async def test_mistakes_are_told(typist: Typist, line: str, answer: str) -> None:
    (shown,) = await typist.type(line)
    assert shown.startswith("console: ")
    assert answer in shown


CUT = "10m, the most that is waited, not 1h"


async def test_any_line_that_is_typed_ends_a_wait_and_is_obeyed(bot: BotHarness) -> None:
    shown: list[str] = []
    console = Console(bot._bot, shown.append, typed=True)
    for line in ("/wait 1h", "/as 小红", "/wait 2m", "/wait 3m"):
        await console.handle(line)
    assert shown[:2] == [
        f"console: waiting for {CUT}; any line ends the wait. Time cannot be skipped here",
        "console: you are 小红 (viewer)",
    ]
    await bot.advance("20m")
    assert shown[4:] == [
        "console: the wait is over"
    ]  # of the last one; nobody hears of those that were ended


async def test_a_script_waits_as_long_as_it_says_but_no_longer_than_the_most(bot: BotHarness) -> None:
    shown: list[str] = []
    console = Console(bot._bot, shown.append)
    waiting = asyncio.create_task(console.handle("/wait 1h"))
    await bot.advance("9m")
    assert shown == [f"console: the next line is read in {CUT}; time cannot be skipped here"]
    assert not waiting.done()
    await bot.advance("2m")
    assert waiting.done()


async def test_a_defect_harms_nobody(
    bot: BotHarness, typist: Typist, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(bot._bot.puppets, "say", fail)
    assert await typist.type("hello") == ["console: that failed with KeyError; the log has more"]
    assert "could not do this: hello" in caplog.text


async def test_help_lists_everything(typist: Typist) -> None:
    shown = "\n".join(await typist.type("/help"))
    assert all(f"/{word}" in shown for word in module.ORDERS)
    assert all(usage.split()[0] == f"/{word}" for word, (usage, _, _) in module.ORDERS.items())


@pytest.mark.parametrize("line", ["/quit", "\x03"])
async def test_it_stops_the_bot(bot: BotHarness, typist: Typist, line: str) -> None:
    await typist.type(line)
    assert bot._bot._stop.is_set()


# ---- the program ----------------------------------------------------------------------------------


def run(example: Path, *options: str, typed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "douyinbot", "run", str(example), "--console", *options],
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=example.parent,
        timeout=60,
        check=False,
    )


def test_a_script_is_piped_in(example: Path) -> None:
    done = run(example, typed="/wait 1s\n/as 小红\n!dice 6\n/wait 500ms\n/why !dice\n/quit\n")
    assert done.returncode == 0, done.stderr
    assert "console: you are 小红 (viewer)" in done.stdout
    assert any("💬 小红: !dice 6" in line for line in done.stdout.splitlines())
    assert any("dice !dice -> L" in line and "小红" in line for line in done.stdout.splitlines())
    assert "Error" not in done.stderr
    assert "Traceback" not in done.stderr


def test_the_first_line_is_answered_in_a_made_up_room_even_if_it_is_quicker_than_the_connection(
    example: Path,
) -> None:
    done = run(example, typed="!dice 6\n/wait 1s\n/quit\n")
    (answer,) = (line for line in done.stdout.splitlines() if "🎲 观众" in line)
    assert "✔" in answer
    assert "dry run" not in done.stdout


def test_answers_stay_out_of_the_programs_way(example: Path) -> None:
    done = run(example, "--jsonl", typed="/wait 500ms\n/quit\n")
    assert done.returncode == 0
    assert all(line.startswith("{") for line in done.stdout.splitlines())
    assert "console: you are" in done.stderr


def test_the_bot_goes_on_when_stdin_is_over(program: Callable[..., Any], example: Path) -> None:
    bot = program("run", example, "--console")
    bot.wait_for(lambda p: any("💬" in line for line in p.out))
    assert bot.interrupt() == 130
