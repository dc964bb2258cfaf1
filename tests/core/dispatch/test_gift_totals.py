"""Whatever a plugin does, it gets every unit of every gift once it is back."""

import asyncio
from collections import Counter
from datetime import UTC, datetime

import hypothesis.strategies as st
from hypothesis import given

from douyinbot import Gift, User
from douyinbot.core.dispatch.job import Job, Target
from douyinbot.core.dispatch.lane import FAILURES, REST
from douyinbot.core.gifts import GiftTracker

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
DIAMONDS = 3


def message(number: int, giver: str, group: str, units: int, end: bool) -> Gift:
    return Gift(
        time=NOON,
        received=NOON,
        id=str(number),
        user=User(id=giver, nickname=giver),
        gift_id="463",
        diamond_count=DIAMONDS,
        group_id=group,
        total=units,
        repeat_end=end,
        combo=True,
    )


gifts = st.tuples(st.sampled_from("abc"), st.sampled_from(["", "1", "2"]), st.integers(1, 9), st.booleans())
happenings = st.sampled_from(["hangs", "works a while", "is put to rest", "has a line to read"])


@given(st.lists(gifts | happenings, max_size=60), st.sampled_from([1, 3, 20]), st.booleans())
def test_no_unit_of_a_gift_is_lost_for_a_plugin_that_comes_back(run_lane, todo, size, is_async):
    """Its mailbox is much too small, and it hangs, or rests, when it likes."""
    sent: Counter[str] = Counter()
    updates: Counter[str] = Counter()
    finished: Counter[str] = Counter()
    values: Counter[str] = Counter()

    def on_update(gift: Gift) -> None:
        assert gift.total >= gift.delta
        updates[gift.user.id] += gift.delta

    def on_gift(gift: Gift) -> None:
        assert gift.total == gift.delta
        finished[gift.user.id] += gift.total
        values[gift.user.id] += gift.value

    async def on_update_async(gift: Gift) -> None:
        on_update(gift)

    update_target = Target("on_gift_update", on_update_async if is_async else on_update, is_async)
    gift_target = Target("on_gift", on_gift, False)

    async def work(one) -> None:
        tracker = GiftTracker()
        for number, step in enumerate(todo):
            if step == "works a while":
                await asyncio.sleep(0.01)
            elif step == "hangs":
                one.put(asyncio.sleep, 0.1)
                await asyncio.sleep(0)
            elif step == "is put to rest":
                for _ in range(FAILURES):
                    one.lane.failed("on_like", KeyError("x"))
            elif step == "has a line to read":
                one.put(str, kind="chat")
            else:
                update, over = tracker.add(message(number, *step), float(number))
                sent[update.user.id] += update.delta
                one.lane.put(Job("gift", update_target, (update,)))
                if over is not None:
                    one.lane.put(Job("gift", gift_target, (over,)))
        for over in tracker.close_all(0.0):
            one.lane.put(Job("gift", gift_target, (over,)))
        await asyncio.sleep(REST + 1)
        await one.idle()
        assert one.lane.mailbox.dropped["gift"] == 0
        assert all(label != "on_gift" for _, label, _ in one.failures)

    run_lane(work, size=size)
    assert +updates == +sent
    assert +finished == +sent
    assert values == Counter({giver: DIAMONDS * units for giver, units in finished.items()})
