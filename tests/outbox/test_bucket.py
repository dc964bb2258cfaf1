from hypothesis import given
from hypothesis import strategies as st

from douyinbot.config import Duration, Rate
from douyinbot.outbox import TokenBucket

steps = st.lists(st.floats(0, 20, allow_nan=False), min_size=1, max_size=80)


def test_a_burst_goes_at_once_and_the_rest_at_the_rate():
    bucket = TokenBucket(Rate(1, Duration(4)), burst=2)
    assert [bucket.take(now) for now in (0, 0, 0, 3.9, 4, 4, 8)] == [
        True,
        True,
        False,
        False,
        True,
        False,
        True,
    ]


def test_it_fills_up_to_the_burst_and_no_further():
    bucket = TokenBucket(Rate(1, Duration(4)), burst=2)
    bucket.take(0)
    assert [bucket.take(1000) for _ in range(3)] == [True, True, False]


def test_ready_at_is_in_the_past_when_there_is_a_token():
    bucket = TokenBucket(Rate(10, Duration(60)))
    assert bucket.ready_at() < 0
    bucket.take(5)
    assert bucket.ready_at() == 11


@given(steps, st.integers(1, 5), st.integers(1, 9), st.floats(0.05, 30))
def test_no_window_holds_more_than_burst_and_rate_allow(waits, burst, count, period):
    bucket = TokenBucket(Rate(count, Duration(period)), burst)
    now, taken = 0.0, []
    for wait in waits:
        now += wait
        if bucket.take(now):
            taken.append(now)
    for first, start in enumerate(taken):
        for last in range(first, len(taken)):
            assert last - first + 1 <= burst + (taken[last] - start) * count / period + 1e-6


@given(steps, st.integers(1, 5), st.floats(0.001, 30))
def test_there_is_a_token_at_the_promised_moment(waits, burst, period):
    bucket = TokenBucket(Rate(3, Duration(period)), burst)
    now = 12345.678
    for wait in waits:
        now = max(now + wait / 100, bucket.ready_at())
        assert bucket.take(now)
