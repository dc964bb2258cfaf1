"""Whatever the network does to the messages of several streaks, every unit is counted once."""

from collections import Counter

import hypothesis.strategies as st
from hypothesis import given

from douyinbot.core.gifts import KEPT, QUIET, GiftTracker
from douyinbot.events import Gift, User
from douyinbot.testing.loop import START

Message = tuple[str, str, str, int, bool]
"""Giver, gift, group, count, end mark."""

streaks = st.dictionaries(
    st.tuples(st.sampled_from("AB"), st.sampled_from("78"), st.sampled_from(["100", "101"])),
    st.tuples(st.lists(st.integers(1, 60), min_size=1, max_size=6), st.booleans()),
    min_size=1,
    max_size=5,
)


@st.composite
def disorder(draw: st.DrawFn) -> list[tuple[float, Message]]:
    """Messages of several streaks with their arrival: mixed up, doubled, some of their end marks lost."""
    messages: list[Message] = []
    for key, (counts, has_end) in draw(streaks).items():
        messages += [(*key, count, False) for count in counts]
        if has_end:
            messages.append((*key, draw(st.sampled_from(counts)), True))
    messages += draw(st.lists(st.sampled_from(messages), max_size=8))
    messages = draw(st.permutations(messages))
    size = len(messages)
    times = sorted(draw(st.lists(st.floats(0, KEPT - 1), min_size=size, max_size=size)))
    return list(zip(times, messages, strict=True))


def as_gift(message: Message) -> Gift:
    giver, gift_id, group, total, end = message
    return Gift(
        time=START,
        received=START,
        user=User(id=giver, nickname=giver),
        gift_id=gift_id,
        group_id=group,
        diamond_count=2,
        combo=True,
        total=total,
        repeat_end=end,
    )


@given(disorder())
def test_deltas_and_finished_totals_both_add_up_to_the_highest_count(arrivals):
    tracker = GiftTracker()
    highest: dict[tuple[str, str, str], int] = {}
    new: Counter[tuple[str, str, str]] = Counter()
    finished: Counter[tuple[str, str, str]] = Counter()
    diamonds = 0

    def finish(gifts: list[Gift]) -> None:
        nonlocal diamonds
        for one in gifts:
            finished[one.user.id, one.gift_id, one.group_id] += one.total
            diamonds += one.value

    for now, message in arrivals:
        finish(tracker.expire(now))
        key = message[:3]
        highest[key] = max(highest.get(key, 0), message[3])
        update, end = tracker.add(as_gift(message), now)
        new[key] += update.delta
        assert update.total == highest[key] == new[key]
        finish([end] if end is not None else [])
        assert all(finished[key] <= highest[key] for key in finished)
    finish(tracker.close_all(KEPT))

    assert new == finished == highest
    assert diamonds == 2 * sum(highest.values())
    assert tracker.deadline is None


@st.composite
def one_streak(draw: st.DrawFn) -> tuple[list[Message], int, bool]:
    """The messages of one streak, mixed up and doubled; the end mark, if one comes, has the final count."""
    counts = draw(st.lists(st.integers(1, 60), min_size=1, max_size=8))
    has_end = draw(st.booleans())
    messages: list[Message] = [("A", "7", "100", count, False) for count in counts]
    if has_end:
        messages.append(("A", "7", "100", max(counts), True))
    messages += draw(st.lists(st.sampled_from(messages), max_size=6))
    return draw(st.permutations(messages)), max(counts), has_end


@given(one_streak(), st.lists(st.floats(0, QUIET / 20), min_size=15, max_size=15))
def test_a_streak_in_any_order_ends_once_by_its_mark_or_by_silence(streak, gaps):
    messages, highest, has_end = streak
    tracker, now = GiftTracker(), 0.0
    updates, ends = [], []
    for message, gap in zip(messages, gaps[: len(messages)], strict=True):
        now += gap
        update, end = tracker.add(as_gift(message), now)
        updates.append(update)
        ends += [end] if end is not None else []
        ends += tracker.expire(now)
    by_mark = len(ends)
    ends += tracker.expire(now + QUIET)

    assert sum(update.delta for update in updates) == highest
    assert all(update.delta >= 0 for update in updates)
    assert [(end.total, end.value, end.repeat_end) for end in ends] == [(highest, 2 * highest, True)]
    assert by_mark == int(has_end)
    assert {update.streak_id for update in [*updates, *ends]} == {ends[0].streak_id}
    assert (tracker.expire(now + 10 * KEPT), tracker.close_all(now + 10 * KEPT)) == ([], [])


@given(one_streak(), st.floats(0, KEPT - 0.1))
def test_what_comes_late_after_the_end_adds_nothing(streak, late):
    """A streak must be remembered for half a minute after its end."""
    messages, highest, _ = streak
    tracker = GiftTracker()
    tracker.add(as_gift(("A", "7", "100", highest, True)), 0.0)
    tracker.expire(late)
    for message in messages:
        update, end = tracker.add(as_gift(message), late)
        assert (update.delta, update.total, end) == (0, highest, None)
    assert KEPT >= 30


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(1, 9)), max_size=20))
def test_gifts_without_a_group_count_once_whatever_comes_twice(packets):
    tracker = GiftTracker()
    first: dict[str, int] = {}
    done = []
    for id, count in packets:
        first.setdefault(id, count)
        _, finished = tracker.add(as_gift(("A", "7", "", count, False)).replace(id=id), now=0.0)
        done += [finished] if finished is not None else []
    assert {one.id: one.total for one in done} == first
    assert len(done) == len(first)


@given(st.floats(0, 1e6), st.floats(0.001, 100))
def test_a_deadline_never_lies_before_the_end_of_the_silence(seen_at, quiet):
    tracker = GiftTracker(quiet)
    tracker.add(as_gift(("A", "7", "100", 1, False)), seen_at)
    assert len(tracker.expire(tracker.deadline)) == 1
