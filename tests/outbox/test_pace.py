import math

from douyinbot.outbox.pace import Pace


def test_a_minute_has_room_for_so_many_lines(settings):
    pace = Pace(settings("1/1s", burst=5, per_minute=3))
    assert [pace.take(now) for now in (0, 0, 1, 2, 59.9, 60, 60, 60.5, 61)] == [
        *(True, True, True, False, False, True, True, False, True),
    ]


def test_backing_off_doubles_up_to_five_minutes(settings):
    pace = Pace(settings("1/4s"))
    assert [pace.back_off(0) for _ in range(8)] == [8, 16, 32, 64, 128, 256, 300, 300]
    assert pace.ready_at() == 300
    assert pace.backing_off()


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
    assert not pace.backing_off()
    assert pace.back_off(0) == 8
