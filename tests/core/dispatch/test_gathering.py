"""Things that come close together: all in one go, none lost, nobody waits for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from douyinbot import hookimpl
from douyinbot.core.dispatch.gathering import MOST_ITEMS, Gatherings


class Later:
    """Timers by hand: `fire` calls those that are not cancelled."""

    def __init__(self):
        self.waiting = []

    def __call__(self, seconds, function):
        job = Job(seconds, function)
        self.waiting.append(job)
        return job

    def fire(self):
        due, self.waiting = [job for job in self.waiting if not job.cancelled], []
        for job in due:
            job.function(None)


class Job:
    def __init__(self, seconds, function):
        self.seconds, self.function, self.cancelled = seconds, function, False

    def cancel(self):
        self.cancelled = True


@pytest.fixture
def later():
    return Later()


def test_each_item_begins_the_wait_anew_up_to_the_longest(later):
    now = [0.0]
    gatherings = Gatherings(later, lambda: now[0])
    waits = []
    for second in (0.0, 2.0, 4.0, 5.5):
        now[0] = second
        gatherings.add("x", second, lambda ctx, items: None, window=3.0, longest=6.0)
        waits.append(later.waiting[-1].seconds)
    assert waits == [3.0, 3.0, 2.0, 0.5]
    assert [job.cancelled for job in later.waiting] == [True, True, True, False]


def test_names_are_kept_apart(later):
    seen = []
    gatherings = Gatherings(later, lambda: 0.0)
    for name, item in (("a", 1), ("b", 2), ("a", 3)):
        gatherings.add(name, item, lambda ctx, items: seen.append(items), window=1.0, longest=9.0)
    later.fire()
    assert seen == [[2], [1, 3]]


def test_an_overtaken_timer_finds_nothing(later):
    seen = []
    gatherings = Gatherings(later, lambda: 0.0)
    gatherings.add("x", 1, lambda ctx, items: seen.append(items), window=1.0, longest=9.0)
    first = later.waiting[0].function
    gatherings.add("x", 2, lambda ctx, items: seen.append(items), window=1.0, longest=9.0)
    first(None)  # it was due already when the second item came
    later.fire()
    assert seen == [[1, 2]]


def test_a_flood_is_counted_not_kept(later):
    gatherings = Gatherings(later, lambda: 0.0)
    seen = []
    for number in range(MOST_ITEMS + 3):
        gatherings.add("x", number, lambda ctx, items: seen.append(len(items)), window=1.0, longest=9.0)
    later.fire()
    assert seen == [MOST_ITEMS]
    assert gatherings.left_out == 3


@given(st.lists(st.tuples(st.floats(0, 5), st.booleans()), max_size=40))
def test_every_item_comes_exactly_once_and_in_order(steps):
    later, now, seen = Later(), [0.0], []
    gatherings = Gatherings(later, lambda: now[0])
    for number, (pause, fire) in enumerate(steps):
        now[0] += pause
        gatherings.add("x", number, lambda ctx, items: seen.extend(items), window=3.0, longest=9.0)
        if fire:
            later.fire()
    later.fire()
    assert seen == list(range(len(steps)))


@pytest.mark.parametrize("is_async", [True, False], ids=["async", "plain"])
async def test_a_plugin_collects(bot, plugin, is_async):
    async def later(ctx, items):
        return f"{len(items)}: {'、'.join(items)}"

    def now(ctx, items):
        return f"{len(items)}: {'、'.join(items)}"

    @hookimpl
    def on_chat(ctx, event):
        ctx.collect("lines", event.comment, later if is_async else now, window="2s", longest=5)

    await bot.load(plugin(on_chat))
    for line in ("a", "b"):
        await bot.chat(line)
    assert await bot.advance("1.9s") == []
    assert await bot.advance("0.2s") == ["2: a、b"]
    await bot.chat("c")
    await bot.engine.unload("toy")
    assert await bot.advance("10s") == []
