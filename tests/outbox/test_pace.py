import math
from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from douyinbot.config import Rate, Send
from douyinbot.outbox.lines import Held
from douyinbot.outbox.pace import Pace


def test_a_minute_has_room_for_so_many_lines(settings):
    pace = Pace(settings("1/1s", burst=5, per_minute=3))
    assert [pace.take(now) for now in (0, 0.9, 1, 2, 3, 59.9, 60, 60.5, 61)] == [
        *(True, False, True, True, False, False, True, False, True),
    ]


def test_backing_off_doubles_up_to_five_minutes(settings):
    pace = Pace(settings("1/4s"))
    assert [pace.back_off(0) for _ in range(8)] == [8, 16, 32, 64, 128, 256, 300, 300]
    assert pace.ready_at() == 300
    assert pace.held_by(299) is Held.BACK_OFF


def test_a_very_fast_account_backs_off_in_seconds_not_milliseconds(settings):
    assert Pace(settings("100/1s")).back_off(0) == 2


def test_the_platforms_own_wish_is_honoured_if_it_is_longer(settings):
    pace = Pace(settings("1/4s"))
    assert pace.back_off(100, retry_after=45) == 45
    assert pace.ready_at() == 145
    assert pace.back_off(200, retry_after=1) == 16


def test_a_wild_wish_is_not(settings):
    pace = Pace(settings("1/4s"))
    assert pace.back_off(0, math.inf) == 3600
    assert Pace(settings("1/4s")).back_off(0, math.nan) == 8
    assert Pace(settings("1/4s")).back_off(0, -5) == 8


def test_nothing_is_taken_during_the_silence(settings):
    pace = Pace(settings("1/4s"))
    pace.back_off(0)
    assert not pace.take(7.9)
    assert pace.take(8)


def test_success_ends_the_doubling(settings):
    pace = Pace(settings("1/4s"))
    pace.back_off(0)
    pace.back_off(0)
    pace.reset()
    assert pace.held_by(100) is None
    assert pace.back_off(0) == 8


@given(st.lists(st.floats(0, 8), max_size=60), st.integers(1, 6), st.sampled_from(["1/4s", "5/1s", "9/60s"]))
def test_two_lines_are_never_closer_than_a_second_or_the_interval_of_the_rate(waits, burst, text):
    rate = Rate.parse(text)
    pace = Pace(Send(rate=rate, burst=burst, per_minute=1000))
    taken = [now for now in accumulate(waits) if pace.take(now)]
    assert all(later >= earlier + min(1, rate.period / rate.count) for earlier, later in pairwise(taken))


@given(st.lists(st.floats(0, 8), max_size=60), st.integers(1, 3))
def test_what_holds_it_up_is_named_exactly_while_something_does(waits, per_minute):
    pace = Pace(Send(per_minute=per_minute))
    for now in accumulate(waits):
        held = pace.held_by(now)
        assert pace.take(now) == (held is None)
        assert held in (None, Held.RATE, Held.PER_MINUTE)


def test_while_the_gap_is_widened_lines_go_one_by_one(settings):
    pace = Pace(settings("1/4s", burst=3))
    pace.back_off(0)
    assert [pace.take(now) for now in (100, 101, 104)] == [True, False, True]
    pace.reset()
    assert [pace.take(now) for now in (105, 108, 200, 201, 202)] == [False, True, True, True, True]
