"""The rules of gift streaks, one by one. Any mixture of them: test_gifts_any_order.py."""

import pytest

from douyinbot.core.gifts import KEPT, MOST_IDS, MOST_STREAKS, QUIET, GiftTracker, together
from douyinbot.events import Gift, User
from douyinbot.testing.loop import START

MING = User(id="1", nickname="小明")


def gift(total: int = 1, *, end: bool = False, group: str = "1700000000", **fields) -> Gift:
    common = {
        "time": START,
        "received": START,
        "user": MING,
        "gift_id": "7",
        "diamond_count": 3,
        "combo": True,
    }
    return Gift(**{**common, "total": total, "repeat_end": end, "group_id": group, **fields})


@pytest.fixture
def tracker() -> GiftTracker:
    return GiftTracker()


def deltas(tracker: GiftTracker, *gifts: Gift) -> list[int]:
    return [tracker.add(one, now=0.0)[0].delta for one in gifts]


# ---- what is new ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([1, 2, 5, 5], [1, 1, 3, 0]),
        ([1, 2, 3], [1, 1, 1]),
        ([66, 132], [66, 66]),
        ([3, 1, 2, 4], [3, 0, 0, 1]),
        ([4, 4, 4], [4, 0, 0]),
        ([0, 1], [0, 1]),
    ],
    ids=["skips and repeats", "counts up", "in batches", "runs backwards", "repeats", "begins with nothing"],
)
def test_only_growth_beyond_the_highest_count_is_new(tracker, counts, expected):
    assert deltas(tracker, *(gift(count) for count in counts)) == expected


def test_a_message_carries_total_value_and_streak(tracker):
    tracker.add(gift(5), now=0.0)
    late, _ = tracker.add(gift(2), now=1.0)
    assert (late.delta, late.total, late.value) == (0, 5, 15)
    assert late.streak_id == "7-1700000000-1-"


def test_the_count_of_the_platform_stays_as_it_was(tracker):
    tracker.add(gift(5, repeat_count=5), now=0.0)
    late, _ = tracker.add(gift(2, repeat_count=2), now=1.0)
    assert late.repeat_count == 2


@pytest.mark.parametrize(
    "other",
    [
        {"user": User(id="2", nickname="小明")},
        {"receiver_user_id": "99"},
        {"gift_id": "8"},
        {"group": "1700000001"},
    ],
    ids=["giver", "receiver", "gift", "group"],
)
def test_streaks_differ_by(tracker, other):
    first, _ = tracker.add(gift(3), now=0.0)
    second, _ = tracker.add(gift(2, **other), now=0.0)
    assert second.delta == 2
    assert second.streak_id != first.streak_id


def test_several_streaks_of_one_viewer_run_side_by_side(tracker):
    rose, plane = {"gift_id": "7"}, {"gift_id": "8"}
    mixed = [gift(1, **rose), gift(2, **plane), gift(2, **rose), gift(4, **plane), gift(3, **rose)]
    assert deltas(tracker, *mixed) == [1, 2, 1, 2, 1]
    ends = [
        tracker.add(gift(3, end=True, **rose), now=1.0)[1],
        tracker.add(gift(4, end=True, **plane), now=1.0)[1],
    ]
    assert [(end.gift_id, end.total) for end in ends] == [("7", 3), ("8", 4)]


def test_masked_viewers_are_told_apart_by_name_and_picture(tracker):
    masked = [
        User(id="111111", nickname="小***", avatar_url="a.png", is_anonymous=True),
        User(id="111111", nickname="大***", avatar_url="a.png", is_anonymous=True),
        User(id="111111", nickname="小***", avatar_url="b.png", is_anonymous=True),
    ]
    assert deltas(tracker, *(gift(2, user=user) for user in masked)) == [2, 2, 2]


def test_a_gift_of_nobody_is_counted_too(tracker):
    assert deltas(tracker, gift(2, user=None), gift(3, user=None)) == [2, 1]


# ---- when it is over ------------------------------------------------------------------------------


def test_the_end_mark_finishes_a_streak_once_with_its_totals(tracker):
    tracker.add(gift(1), now=0.0)
    tracker.add(gift(3), now=0.5)
    update, finished = tracker.add(gift(3, end=True), now=1.0)
    assert update.delta == 0
    assert (finished.total, finished.value, finished.delta, finished.repeat_end) == (3, 9, 3, True)
    assert tracker.add(gift(3, end=True), now=1.1)[1] is None
    assert tracker.deadline is None


def test_an_end_mark_alone_is_the_whole_streak(tracker):
    update, finished = tracker.add(gift(5, end=True), now=0.0)
    assert (update.delta, finished.total) == (5, 5)


def test_the_end_mark_may_bring_the_last_units(tracker):
    tracker.add(gift(2), now=0.0)
    update, finished = tracker.add(gift(4, end=True), now=0.1)
    assert (update.delta, finished.total) == (2, 4)


def test_a_gift_that_cannot_streak_is_finished_at_once(tracker):
    update, finished = tracker.add(gift(2, combo=False), now=0.0)
    assert (update.delta, finished.total) == (2, 2)
    assert tracker.add(gift(2, combo=False), now=0.1)[1] is None


def test_silence_finishes_a_streak_whose_end_was_lost(tracker):
    tracker.add(gift(1), now=10.0)
    tracker.add(gift(4), now=12.0)
    assert tracker.deadline == 12.0 + QUIET
    assert tracker.expire(now=17.9) == []
    assert [(one.total, one.repeat_end) for one in tracker.expire(now=18.0)] == [(4, True)]
    assert tracker.expire(now=30.0) == []


def test_each_message_of_a_streak_puts_its_end_off(tracker):
    for second in range(20):
        tracker.add(gift(second + 1), now=float(second))
        assert tracker.expire(now=float(second)) == []
    assert [one.total for one in tracker.expire(now=19.0 + QUIET)] == [20]


@pytest.mark.parametrize("seen_at", [0.1, 4.35, 10_862.303, 65_536.1, 99_999.99])
def test_at_its_deadline_a_streak_is_over_however_floats_are_rounded(tracker, seen_at):
    tracker.add(gift(1), now=seen_at)
    assert len(tracker.expire(tracker.deadline)) == 1
    assert tracker.deadline is None


def test_the_silence_that_counts_can_be_set():
    tracker = GiftTracker(quiet=3.0)
    tracker.add(gift(1), now=0.0)
    assert tracker.deadline == 3.0
    assert len(tracker.expire(now=3.0)) == 1


def test_silent_streaks_finish_in_the_order_they_began(tracker):
    for number in range(3):
        tracker.add(gift(number + 1, group=str(number)), now=float(number))
    assert [one.total for one in tracker.expire(now=100.0)] == [1, 2, 3]


def test_a_late_end_after_silence_finishes_nothing_again(tracker):
    tracker.add(gift(3), now=0.0)
    assert len(tracker.expire(now=QUIET)) == 1
    update, finished = tracker.add(gift(3, end=True), now=9.0)
    assert (update.delta, finished) == (0, None)
    assert tracker.close_all(now=20.0) == []


@pytest.mark.parametrize("end", [True, False], ids=["with an end mark", "by silence"])
def test_more_units_after_a_silent_end_are_a_remainder(tracker, end):
    tracker.add(gift(3), now=0.0)
    first = tracker.expire(now=QUIET)[0]
    update, finished = tracker.add(gift(5, end=end), now=9.0)
    rest = finished if end else tracker.expire(now=9.0 + QUIET)[0]
    assert (update.delta, update.total) == (2, 5)
    assert (first.total, rest.total, rest.value) == (3, 2, 6)


def test_an_end_before_a_larger_running_message_leaves_a_remainder(tracker):
    _, finished = tracker.add(gift(3, end=True), now=0.0)
    assert tracker.add(gift(5), now=0.1)[1] is None
    assert finished.total == 3
    assert [one.total for one in tracker.expire(now=0.1 + QUIET)] == [2]


def test_a_running_message_that_comes_after_the_end_opens_nothing(tracker):
    tracker.add(gift(3, end=True), now=0.0)
    tracker.add(gift(2), now=0.1)
    assert tracker.deadline is None
    assert tracker.close_all(now=1.0) == []


def test_a_streak_of_nothing_is_never_handed_out(tracker):
    tracker.add(gift(0), now=0.0)
    assert tracker.expire(now=QUIET) == []


def test_closing_all_finishes_what_is_open_and_only_that(tracker):
    tracker.add(gift(1, group="1", end=True), now=0.0)
    tracker.add(gift(2, group="2"), now=0.0)
    tracker.add(gift(3, group="3"), now=0.0)
    assert [one.total for one in tracker.close_all(now=1.0)] == [2, 3]
    assert tracker.close_all(now=1.0) == []
    assert tracker.deadline is None


def test_a_closed_streak_is_forgotten_after_a_while(tracker):
    tracker.add(gift(3, end=True), now=0.0)
    tracker.expire(now=KEPT - 0.1)
    assert tracker.add(gift(3, end=True), now=KEPT - 0.1)[0].delta == 0
    tracker.expire(now=2 * KEPT)
    assert tracker.add(gift(3, end=True), now=2 * KEPT)[0].delta == 3


# ---- gifts without a group ------------------------------------------------------------------------


def test_a_gift_without_a_group_counts_once_for_each_id(tracker):
    update, finished = tracker.add(gift(2, group="", id="m1"), now=0.0)
    assert (update.delta, update.value, update.streak_id) == (2, 6, "")
    assert (finished.total, finished.repeat_end, finished.streak_id) == (2, True, "")
    again, nothing = tracker.add(gift(2, group="", id="m1"), now=0.1)
    assert (again.delta, nothing) == (0, None)
    assert tracker.add(gift(2, group="", id="m2"), now=0.2)[1].total == 2


def test_gifts_without_group_and_id_all_count(tracker):
    assert deltas(tracker, gift(1, group=""), gift(1, group="")) == [1, 1]


# ---- memory ---------------------------------------------------------------------------------------


def test_streaks_are_bounded_and_closed_ones_go_first(tracker):
    tracker.add(gift(7, group="open"), now=0.0)
    for number in range(MOST_STREAKS + 50):
        tracker.add(gift(1, group=f"g{number}", end=True), now=0.0)
    assert len(tracker._open) + len(tracker._closed) == MOST_STREAKS
    assert [one.total for one in tracker.close_all(now=1.0)] == [7]


def test_open_streaks_are_bounded_too(tracker):
    for number in range(MOST_STREAKS + 50):
        tracker.add(gift(1, group=f"g{number}"), now=0.0)
    assert len(tracker._open) + len(tracker._closed) == MOST_STREAKS


def test_counted_ids_are_bounded(tracker):
    for number in range(MOST_IDS + 50):
        tracker.add(gift(1, group="", id=str(number)), now=0.0)
    assert len(tracker._counted_ids) == MOST_IDS


# ---- two events made one --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("older", "newer", "whole"),
    [
        ((1, 1), (2, 3), (3, 3)),
        ((2, 7), (1, 8), (3, 8)),
        ((1, 5), (0, 5), (1, 5)),
        ((5, 5), (2, 2), (7, 7)),
        ((1, 9), (2, 2), (3, 3)),
    ],
    ids=[
        "the first of a streak",
        "further ones",
        "a repeated one",
        "two finished ones",
        "two streaks meet",
    ],
)
def test_units_add_up_when_two_events_are_made_one(older, newer, whole):
    first, second = (gift(total, delta=delta) for delta, total in (older, newer))
    both = together(first, second)
    assert (both.delta, both.total, both.value) == (*whole, 3 * whole[1])
