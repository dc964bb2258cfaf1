import math

from douyinbot.outbox.share import Share


def test_zero_means_no_limit():
    share = Share(0)
    for _ in range(50):
        share.said(0)
    assert share.allows(1, 0)
    share.heard(0)
    assert share.free_at() == math.inf


def test_one_line_is_always_allowed():
    assert Share(0.01).allows(1, 0)
    assert Share(0.01).allows(3, 0)


def test_more_must_be_paid_for_by_others():
    share = Share(0.25)
    share.said(0)
    for _ in range(5):
        share.heard(1)
    assert not share.allows(1, 1)  # 2 of 7
    share.heard(2)
    assert share.allows(1, 2)  # 2 of 8
    assert not share.allows(2, 2)  # 3 of 9


def test_five_minutes_later_all_is_forgotten():
    share = Share(0.25)
    share.said(10)
    assert not share.allows(1, 309.9)
    assert share.free_at() == 310
    assert share.allows(1, 310)


def test_what_others_said_five_minutes_ago_does_not_count():
    share = Share(0.5)
    for _ in range(10):
        share.heard(0)
    share.said(299)
    assert share.allows(1, 299)
    assert not share.allows(1, 301)


def test_a_busy_room_takes_no_more_memory_than_a_quiet_one():
    share = Share(0.1)
    for tick in range(10_000):
        share.heard(tick / 10)
    assert len(share._others) <= 61
