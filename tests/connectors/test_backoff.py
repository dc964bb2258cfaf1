"""How long to wait, as pure functions."""

import math
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from douyinbot.connectors.backoff import (
    LONGEST_WISH,
    STABLE_AFTER,
    Backoff,
    PollPace,
    asked_for,
    refuses,
    retry_after,
    shortest_wait,
)
from douyinbot.errors import ConnectError, RateLimitedError

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)


def delays(backoff: Backoff, count: int) -> list[float]:
    return [backoff.next_delay() for _ in range(count)]


@given(st.randoms(use_true_random=False))
def test_delays_double_and_are_drawn_from_the_upper_half(rng: random.Random) -> None:
    ceilings = [1, 2, 4, 8, 16, 32, 60, 60, 60]
    for delay, ceiling in zip(delays(Backoff(rng), len(ceilings)), ceilings, strict=True):
        assert ceiling / 2 <= delay <= ceiling


@given(st.floats(0.001, 10), st.floats(1, 100), st.integers(1, 200), st.randoms(use_true_random=False))
def test_delays_stay_within_their_bounds_for_ever(
    shortest: float, times: float, count: int, rng: random.Random
) -> None:
    longest = shortest * times
    backoff = Backoff(rng, shortest=shortest, longest=longest)
    assert all(shortest / 2 <= delay <= longest * 1.0000001 for delay in delays(backoff, count))
    assert backoff.attempt == count


def test_two_connections_do_not_wait_equally_long() -> None:
    assert delays(Backoff(random.Random(1)), 5) != delays(Backoff(random.Random(2)), 5)
    assert delays(Backoff(random.Random(1)), 5) == delays(Backoff(random.Random(1)), 5)


def test_a_connection_that_was_short_does_not_count_as_success() -> None:
    backoff = Backoff(random.Random(1))
    for _ in range(6):
        backoff.next_delay()
        backoff.lived(STABLE_AFTER - 0.001)
    assert backoff.attempt == 6
    backoff.lived(STABLE_AFTER)
    assert backoff.attempt == 0
    assert backoff.next_delay() <= 1.0


def test_a_flapping_server_sees_few_connections_in_ten_minutes() -> None:
    for seed in range(50):
        backoff, now, connections = Backoff(random.Random(seed)), 0.0, 0
        while now < 600:
            connections += 1
            now += 1.0  # up for a second
            backoff.lived(1.0)
            now += backoff.next_delay()
        assert connections <= 20


def test_a_wish_of_the_server_is_at_least_fulfilled() -> None:
    backoff = Backoff(random.Random(1))
    assert backoff.next_delay(30.0) == 30.0
    assert backoff.next_delay(0.0) <= 2.0


@pytest.mark.parametrize(
    ("code", "asked", "wait"),
    [
        (None, None, 0.0),
        (1000, None, 0.0),
        (1006, None, 0.0),
        (1001, None, 2.0),
        (1012, None, 3.0),
        (1013, None, 5.0),
        (1013, 9.0, 9.0),
        (1013, 1.0, 5.0),
        (None, 30.0, 30.0),
        (4000, 0.0, 0.0),
    ],
)
def test_close_codes_and_wishes_have_a_shortest_wait(
    code: int | None, asked: float | None, wait: float
) -> None:
    assert shortest_wait(code, asked) == wait


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("30", 30.0),
        (" 30 ", 30.0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0.0),
        ("Thu, 01 Oct 2026 20:00:10 +0800", 10.0),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("Thu, 99 Oct 2026 12:00:00 GMT", None),
        ("Thu, 01 Oct 2026 12:00:00 -0000", None),  # names no zone
    ],
)
def test_retry_after_is_read_in_both_of_its_forms(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(st.text())
def test_any_retry_after_at_all_can_be_read(value: str) -> None:
    wait = retry_after(value, NOW)
    assert wait is None or wait >= 0


@pytest.mark.parametrize(
    "value", ["3601", "86400", "9" * 400, format_datetime(NOW + timedelta(days=3), usegmt=True)]
)
def test_nobody_is_kept_away_for_more_than_an_hour_and_the_log_says_so(
    value: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert retry_after(value, NOW) == LONGEST_WISH == 3600
    assert "waiting 3600 s and trying again then" in caplog.text


@pytest.mark.parametrize("value", ["inf", "nan", "-1", "1e9", "0x10", "Fri, 31 Dec 99999 00:00:00 GMT"])
def test_what_is_no_number_of_seconds_is_no_wish(value: str) -> None:
    assert retry_after(value, NOW) is None


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [(None, None), (5.0, 5.0), (-5.0, 0.0), (math.nan, None), (math.inf, 3600.0), (1e300, 3600.0)],
)
def test_errors_of_others_may_ask_for_anything(wish: float | None, seconds: float | None) -> None:
    assert asked_for(RateLimitedError("slowly.", wish)) == seconds
    assert asked_for(ValueError()) is None
    assert asked_for(None) is None


def test_only_two_close_codes_refuse() -> None:
    assert [code for code in (None, *range(1000, 5000)) if refuses(code)] == [1007, 1008]


# ---- polling ------------------------------------------------------------------------------------------

BUSY = RateLimitedError("too often.")


def test_polls_keep_the_distance_that_platform_server_or_user_want() -> None:
    pace = PollPace(1.2)
    assert pace.succeeded(0.7) == 1.2
    assert pace.succeeded(1.5) == 1.5
    assert PollPace(0.0).succeeded(0.0) == 0.0


def test_failed_polls_are_ever_further_apart() -> None:
    pace = PollPace(0.0)
    assert [pace.failed(0.7, ConnectError("no.")) for _ in range(3)] == [1.4, 2.8, 5.6]
    assert pace.failures == 3
    assert pace.succeeded(0.7) == 0.7
    assert pace.failed(0.7, ConnectError("no.")) == 1.4


def test_an_overrun_server_doubles_the_floor_and_is_left_alone_for_long() -> None:
    pace = PollPace(1.2)
    assert [pace.failed(1.0, BUSY) for _ in range(6)] == [5.0, 10.0, 20.0, 40.0, 60.0, 60.0]
    assert pace.succeeded(1.0) == pace.floor == 15.0  # 2.4, 4.8, 9.6, and no further


def test_a_time_to_wait_that_is_named_is_kept() -> None:
    pace = PollPace(1.2)
    assert pace.failed(1.0, RateLimitedError("too often.", 7.0)) == 7.0
    assert pace.failed(1.0, RateLimitedError("too often.", 0.0)) == 4.8  # the floor all the same


@pytest.mark.parametrize("shortest", [0.0, 1.2])
def test_good_polls_lower_the_floor_again(shortest: float) -> None:
    pace = PollPace(shortest)
    for _ in range(5):
        pace.failed(0.0, BUSY)
    floors = [pace.succeeded(0.0) for _ in range(10 * PollPace.GOOD_RUN)]
    assert floors == sorted(floors, reverse=True)
    assert floors[PollPace.GOOD_RUN - 2] == 15.0
    assert floors[PollPace.GOOD_RUN] == 7.5
    assert floors[-1] == shortest
