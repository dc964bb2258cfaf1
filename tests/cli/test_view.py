"""The live view and the JSON lines, on hand-made events."""

import io
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from douyinbot.cli.view import JsonLines, Screen, View
from douyinbot.core.notices import Notice
from douyinbot.events import EVENTS, Chat, Event, Gift, Member, RoomUser, User
from douyinbot.outbox import Receipt, State

TIME = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
USER = User(id="7", nickname="小明", role="fans")


def shown(*events: Event, own: bool = False, several_rooms: bool = False) -> list[str]:
    out = io.StringIO()
    view = View(console=Console(file=out, width=200), several_rooms=several_rooms)
    for event in events:
        view.event(event, own=own)
    return [line.split(" ", 1)[1] for line in out.getvalue().splitlines()]


def event(kind: type[Event], **fields: Any) -> Any:
    return kind(**{"time": TIME, "received": TIME, "room": "main", "user": USER, **fields})


def test_a_line_of_chat_is_shown_with_its_writer() -> None:
    assert shown(event(Chat, comment="你好")) == ["💬 小明: 你好"]


def test_rooms_are_named_when_there_are_several() -> None:
    assert shown(event(Chat, comment="你好"), several_rooms=True) == ["main 💬 小明: 你好"]


def test_the_bots_own_line_is_left_to_its_receipt() -> None:
    assert shown(event(Chat, comment="🎲 3"), own=True) == []


def test_a_gift_is_shown_when_it_grows() -> None:
    gift = event(Gift, gift_name="玫瑰", diamond_count=1, delta=2, total=5, value=5, combo=True)
    assert shown(gift, gift.replace(delta=0)) == ["🎁 小明 玫瑰 ×5 (5 diamonds) …"]


def test_a_finished_streak_is_shown_once_without_dots() -> None:
    gift = event(Gift, gift_name="玫瑰", streak_id="s", delta=1, total=1, value=1, combo=True)
    end = gift.replace(delta=0, total=99, value=99, repeat_end=True)
    assert shown(gift, end, end, gift.replace(streak_id="t", repeat_end=True)) == [
        "🎁 小明 玫瑰 ×1 (1 diamond) …",
        "🎁 小明 玫瑰 ×99 (99 diamonds)",
        "🎁 小明 玫瑰 ×1 (1 diamond)",
    ]


def test_streaks_that_never_end_are_forgotten() -> None:
    view = View(console=Console(file=io.StringIO()))
    for number in range(2000):
        view.event(event(Gift, streak_id=str(number), delta=1, total=1, combo=True), own=False)
    assert len(view._running) == 500


def test_only_entering_is_shown_of_what_members_do() -> None:
    assert shown(event(Member, action=1), event(Member, action=3)) == ["→ 小明 came in"]


def test_how_many_watch_is_not_shown_all_the_time() -> None:
    later = TIME + timedelta(seconds=20)
    first, again = event(RoomUser, viewer_count=5), event(RoomUser, viewer_count=6)
    last = event(RoomUser, viewer_count=7, received=later)
    assert shown(first, again, last) == ["👀 5 watching", "👀 7 watching"]


@pytest.mark.parametrize("kind", EVENTS)
def test_every_kind_of_event_can_be_shown_even_without_a_viewer(kind: str) -> None:
    assert len(shown(event(EVENTS[kind], user=None))) <= 1


@pytest.mark.parametrize("name", ["a\x1b[2Jb", "x\u202ey", "a\nb", "[red]markup[/red]", "\x00\x07", "👨‍👩‍👧"])
def test_hostile_names_cannot_touch_the_terminal(name: str) -> None:
    lines = shown(event(Chat, user=User(nickname=name), comment=name))
    assert len(lines) == 1
    assert not any(ord(char) < 32 or char == "\u202e" for char in lines[0])
    if "markup" in name:
        assert "[red]markup[/red]" in lines[0]


def receipt(state: State, reason: str = "") -> Receipt:
    made = Receipt("L1", "🎲 3", room="main", plugin="dice", clock=lambda: TIME)
    made.record(state, reason)
    return made


def followed(*steps: State | tuple[State, str], view: View | None = None) -> list[str]:
    """Let a line pass through some states, and return what the view shows of it."""
    out = io.StringIO()
    view = view or View()
    view._console = Console(file=out, width=200)
    line = Receipt("L1", "🎲 3", room="main", plugin="dice", clock=lambda: TIME)
    for step in steps:
        state, reason = step if isinstance(step, tuple) else (step, "")
        line.record(state, reason)
        view.line(line)
    return [line.split(" ", 1)[1] for line in out.getvalue().splitlines()]


def test_a_line_is_shown_once_when_its_end_is_known() -> None:
    assert followed(State.QUEUED, State.SENT, State.SEEN) == ["✔ 🤖 🎲 3  [seen in the room; dice]"]


def test_it_is_shown_when_somebody_has_to_decide() -> None:
    shown = followed(
        State.QUEUED, State.AWAITING_APPROVAL, (State.QUEUED, "approved"), State.SENT, State.SEEN
    )
    assert shown == [
        "? 🤖 🎲 3  [waits for your approval as L1; dice]",
        "✔ 🤖 🎲 3  [seen in the room; dice]",
    ]


def test_a_back_off_is_told_once_until_the_platform_takes_a_line() -> None:
    view = View()
    refused = (State.QUEUED, "slow; the next try is in 8 s")
    told = "… 🤖 🎲 3  [waits: slow; the next try is in 8 s; dice]"
    assert followed(State.QUEUED, refused, refused, view=view) == [told]
    assert followed(State.QUEUED, refused, State.SENT, view=view) == []
    assert followed(State.QUEUED, refused, view=view) == [told]


def test_the_clock_is_that_of_the_bot() -> None:
    out = io.StringIO()
    view = View(console=Console(file=out, width=200), zone=ZoneInfo("Asia/Shanghai"))
    view.event(event(Chat, comment="x"), own=False)
    view.line(receipt(State.SEEN))
    assert [line.split(" ")[0] for line in out.getvalue().splitlines()] == ["20:00:00"] * 2
    view.notice(Notice("info", "now"))
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    minutes = {(now - timedelta(seconds=back)).strftime("%H:%M") for back in (0, 30, 60)}
    assert out.getvalue().splitlines()[-1][:5] in minutes


def test_where_nobody_reads_any_more_the_program_is_asked_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    stops: list[int] = []
    monkeypatch.setattr("douyinbot.cli.view._stop_in_order", lambda: stops.append(1))
    View(console=Screen(file=Closed(), width=80)).event(event(Chat, comment="x"), own=False)
    assert stops == [1]


@pytest.mark.parametrize(
    ("state", "reason", "line"),
    [
        (State.SEEN, "", "✔ 🤖 🎲 3  [seen in the room; dice]"),
        (State.DRY, "", "◌ 🤖 🎲 3  [dry run, not sent; dice]"),
        (State.DROPPED, "said the same 3 s ago", "✘ 🤖 🎲 3  [not said: said the same 3 s ago; dice]"),
        (State.FAILED, "muted", "✘ 🤖 🎲 3  [refused: muted; dice]"),
    ],
)
def test_what_the_bot_says_is_shown_with_how_far_it_came_and_why_not(
    state: State, reason: str, line: str
) -> None:
    out = io.StringIO()
    view = View(console=Console(file=out, width=200))
    view.line(receipt(state, reason))
    assert out.getvalue().rstrip().split(" ", 1)[1] == line


def test_every_final_state_has_a_line() -> None:
    for state in State:
        out = io.StringIO()
        View(console=Console(file=out, width=200)).line(receipt(state))
        assert bool(out.getvalue()) == (state not in (State.QUEUED, State.SENT))


def test_notices_are_shown() -> None:
    out = io.StringIO()
    View(console=Console(file=out, width=200)).notice(
        Notice("error", "plugin boom: on_chat failed", plugin="boom")
    )
    assert "⚠ plugin boom: on_chat failed" in out.getvalue()


def test_the_summary_names_what_was_lost() -> None:
    out = io.StringIO()
    view = View(console=Console(file=out, width=200))
    view.event(event(Chat, comment="x"), own=False)
    view.line(receipt(State.SEEN))
    view.summary(Counter({"messages": 9, "unknown": 2, "bad:X": 1, "like dropped by dice": 4}))
    assert (
        out.getvalue().splitlines()[-1]
        == "1 event, 1 line said; 2 of an unknown kind, 1 bad:X, 4 like dropped by dice"
    )


def test_the_summary_tells_rehearsals_from_lines_that_were_said() -> None:
    out = io.StringIO()
    view = View(console=Console(file=out, width=200))
    for state in (State.DRY, State.DRY, State.DROPPED, State.UNKNOWN):
        view.line(receipt(state))
    late = receipt(State.UNSEEN)
    view.line(late)
    late.record(State.SEEN, "seen late")
    view.line(late)
    view.summary(Counter())
    assert (
        out.getvalue().splitlines()[-1]
        == "0 events, 1 line said, 2 lines rehearsed, 1 line not said, 1 line of which nobody knows"
    )
    assert view.lines.total() == 5


def test_a_listener_has_said_nothing_and_needs_not_be_told() -> None:
    out = io.StringIO()
    view = View(console=Console(file=out, width=200))
    view.event(event(Chat, comment="x"), own=False)
    view.summary(Counter())
    assert out.getvalue().splitlines()[-1] == "1 event"


def test_where_nothing_was_there_is_nothing_to_sum_up() -> None:
    out = io.StringIO()
    View(console=Console(file=out)).summary(Counter())
    assert out.getvalue() == ""


def test_json_lines_are_events_and_lines() -> None:
    lines: list[str] = []
    watcher = JsonLines(lines.append)
    watcher.event(event(Chat, comment="你好"), own=False)
    watcher.line(receipt(State.DROPPED, "why"))
    first, second = map(json.loads, lines)
    assert (first["kind"], first["comment"], first["time"]) == (
        "chat",
        "你好",
        "2026-10-01T12:00:00.000+00:00",
    )
    assert (second["kind"], second["text"], second["state"], second["reason"]) == (
        "send",
        "🎲 3",
        "dropped",
        "why",
    )
