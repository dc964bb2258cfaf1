"""Moments of a recording, and the streaks that run there."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from douyinbot.connectors.seeking import FORGOTTEN_AFTER, RunningStreaks, check_moment, moment
from douyinbot.events import Chat, Gift, User

BEGAN = datetime(2026, 10, 1, 12, 0, 30, 500_000, UTC)


@pytest.mark.parametrize(
    ("text", "later"), [("0s", 0), ("10m", 600), ("1h30m", 5400), ("90s", 90), ("500ms", 0.5)]
)
def test_an_offset_counts_from_the_beginning(text: str, later: float) -> None:
    assert moment(text, BEGAN) == BEGAN + timedelta(seconds=later)


def test_a_time_of_day_is_the_first_one_that_is_not_before_the_beginning() -> None:
    local = BEGAN.astimezone()
    for later in (timedelta(minutes=5), timedelta(hours=13), timedelta(hours=23, minutes=59)):
        then = (local + later).replace(second=0, microsecond=0)
        assert moment(f"{then:%H:%M}", BEGAN) == then
    just_now = local.replace(microsecond=0)
    assert moment(f"{just_now:%H:%M:%S}", BEGAN) == just_now  # "from 20:00:30" is the whole of that second


def test_a_date_and_time_is_itself() -> None:
    assert moment("2026-10-01T20:15:00+08:00", BEGAN) == datetime(2026, 10, 1, 12, 15, tzinfo=UTC)


@pytest.mark.parametrize("text", ["soon", "25:99", "-5m", "10", "1e9d", "::"])
def test_anything_else_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match=r"20:15|hour|minute"):
        check_moment(text)


def test_nothing_is_no_moment_and_allowed() -> None:
    check_moment("")


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    with suppress(ValueError):
        assert moment(text, BEGAN).tzinfo is not None


def gift(count: int, *, who: str = "1", end: bool = False, group: str = "7", ago: float = 0.0) -> Gift:
    return Gift(
        room="main",
        time=BEGAN,
        received=BEGAN - timedelta(seconds=ago),
        user=User(id=who),
        gift_id="5",
        gift_type=1,
        combo=True,
        group_id=group,
        repeat_count=count,
        total=count,
        repeat_end=end,
    )


def test_only_the_last_message_of_streaks_that_still_run_is_kept() -> None:
    streaks = RunningStreaks()
    streaks.note([gift(1), Chat(room="main", time=BEGAN, received=BEGAN), gift(2)])
    streaks.note([gift(1, who="2"), gift(3, who="2", end=True), gift(4, who="3", group="")])
    (kept,) = streaks.at(BEGAN)
    assert isinstance(kept, Gift)
    assert (kept.total, kept.history) == (2, True)


def test_a_streak_whose_end_was_lost_is_forgotten() -> None:
    streaks = RunningStreaks()
    streaks.note([gift(1, ago=FORGOTTEN_AFTER.total_seconds() + 1)])
    assert streaks.at(BEGAN) == []
