"""`douyinbot why`: what the journal of a bot tells."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from douyinbot.cli.why import told
from douyinbot.core.journal import Entry, Step


def test_a_bot_that_ran_can_tell(
    program: Callable[..., Any], invoke: Callable[..., Any], example: Path
) -> None:
    bot = program("run", example, "--dry")
    bot.wait_for(lambda p: any("🎲" in line for line in p.out))
    assert bot.interrupt() == 130
    asked = invoke("why", example, "!dice")
    assert asked.code == 0
    assert any("dice !dice -> L" in line for line in asked.out)
    assert any(line.endswith("dry") for line in asked.out)
    assert invoke("why", example, "there is no such line").out == [
        'nothing is known about "there is no such line"'
    ]


def test_a_bot_that_never_ran_has_nothing_to_tell(invoke: Callable[..., Any], example: Path) -> None:
    asked = invoke("why", example)
    assert (asked.code, asked.out) == (0, ["nothing was left unsaid"])
    assert not (example.parent / "data").exists()


def test_only_the_last_entries_are_shown(invoke: Callable[..., Any], example: Path) -> None:
    from douyinbot.core.journal import JOURNAL, Journal
    from douyinbot.store import open_database

    async def note() -> None:
        def clock() -> datetime:
            return datetime.now(UTC)

        async with await open_database(
            "sqlite:///data/bot.sqlite", clock=clock, base=example.parent
        ) as database:
            journal = Journal(database.namespace(JOURNAL), clock)
            for number in range(5):
                journal.silent(None, f"toy{number}", "on_chat", "error", "it failed with KeyError: 'x'")
            await journal.close()

    asyncio.run(note())
    shown = invoke("why", example, "--last", "2").out
    assert [line for line in shown if "toy" in line] == [
        f"  toy{number} on_chat: nothing was said (error: it failed with KeyError: 'x')" for number in (3, 4)
    ]


def test_a_whole_story() -> None:
    at = datetime(2026, 1, 1, 12, 0, tzinfo=UTC).isoformat()
    shown = list(
        told(
            Entry(
                time=at,
                room="main",
                event="chat",
                user="小明",
                words="!dice",
                simulated=True,
                plugin="dice",
                handler="!dice",
                line="L7",
                text="🎲 5",
                before="🎲 5 bad",
                changed_by=["tamer", "polite"],
                words_before="!骰子",
                words_changed_by=["translator"],
                steps=[Step("queued", at), Step("dropped", at, "said the same 3 s ago")],
                cause="duplicate",
                why="said the same 3 s ago",
            )
        )
    )
    assert shown[0].endswith(" main chat 小明: !dice (made up)")
    assert shown[1:4] == [
        "  translator (filter_event) changed that, from: !骰子",
        "  dice !dice -> L7 🎲 5",
        "  tamer and polite (filter_message) changed it, from: 🎲 5 bad",
    ]
    assert shown[4].endswith(" queued")
    assert shown[5].endswith(" dropped (duplicate): said the same 3 s ago")


def test_who_dropped_it_and_what_was_wrong_with_the_arguments() -> None:
    at = datetime(2026, 1, 1, 12, 0, tzinfo=UTC).isoformat()
    entry = Entry(
        time=at, plugin="dice", handler="!dice", line="L1", text="usage", room="main", note="wrong arguments"
    )
    assert list(told(entry))[1:] == ["  dice !dice: wrong arguments", "  dice !dice -> L1 usage"]
    entry = Entry(
        time=at, plugin="dice", line="L1", text="x", dropped_by="tamer", cause="filtered", why="an ad"
    )
    assert list(told(entry))[1:] == ["  dice -> L1 x", "  tamer (filter_message) dropped it: an ad"]


def test_many_alike_are_one_entry() -> None:
    at = datetime(2026, 1, 1, 12, 0, tzinfo=UTC).isoformat()
    entry = Entry(time=at, plugin="dice", handler="!dice", cause="cooldown", why="it rests", times=41)
    assert list(told(entry))[2] == "  and 40 more like this one within a minute"


def test_what_came_by_itself() -> None:
    at = datetime(2026, 1, 1, 12, 0, tzinfo=UTC).isoformat()
    first, second = told(Entry(time=at, plugin="announce", line="L1", text="hello", room="main"))
    assert first.endswith(" main by itself")
    assert second == "  announce -> L1 hello"


def test_times_are_those_of_the_bots_zone() -> None:
    step = Step("seen", "2026-01-01T12:00:00+00:00")
    entry = Entry(time="2026-01-01T12:00:00+00:00", room="main", line="L1", text="x", steps=[step])
    first, *_, last = told(entry, ZoneInfo("Asia/Shanghai"))
    assert first.startswith("01-01 20:00:00 main")
    assert last == "  20:00:00 seen"
