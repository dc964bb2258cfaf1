import asyncio
from collections import Counter
from typing import NamedTuple

import hypothesis.strategies as st
import pytest
from hypothesis import given

from douyinbot.core.dispatch.mailbox import Mailbox, worth


class Item(NamedTuple):
    kind: str
    name: str


async def taken(box: Mailbox[Item], most: int = 64) -> list[str]:
    return [item.name for item in await box.take(most)]


def drained(box: Mailbox[Item]) -> list[str]:
    async def take_all():
        names = []
        while len(box):
            names += await taken(box)
        return names

    return asyncio.run(take_all())


def filled(*kinds: str, size: int = 3) -> Mailbox[Item]:
    """A mailbox into which items were put, each named after its kind and place: chat0, gift1."""
    box: Mailbox[Item] = Mailbox(size)
    for place, kind in enumerate(kinds):
        box.put(Item(kind, f"{kind}{place}"))
    return box


def test_items_come_out_in_order():
    assert drained(filled("chat", "gift", "like")) == ["chat0", "gift1", "like2"]


def test_worth_rises_from_likes_over_joins_and_chat_to_gifts():
    assert worth("like") < worth("member") < worth("follow") < worth("chat") < worth("gift")
    assert worth("stream_end") == worth("follow")


@pytest.mark.parametrize(
    ("kinds", "kept", "dropped"),
    [
        (["like", "chat", "gift", "chat"], ["chat1", "gift2", "chat3"], {"like": 1}),
        (["chat", "member", "like", "chat"], ["chat0", "member1", "chat3"], {"like": 1}),
        (["member", "member", "chat", "member"], ["member1", "chat2", "member3"], {"member": 1}),
        (["chat", "chat", "chat", "chat"], ["chat1", "chat2", "chat3"], {"chat": 1}),
        (["chat", "follow", "gift", "gift"], ["chat0", "gift2", "gift3"], {"follow": 1}),
        (["chat", "chat", "chat", "like"], ["chat0", "chat1", "chat2"], {"like": 1}),
        (["gift", "gift", "gift", "chat"], ["gift0", "gift1", "gift2"], {"chat": 1}),
        (["gift", "gift", "chat", "chat"], ["gift0", "gift1", "chat3"], {"chat": 1}),
    ],
    ids=[
        "likes first",
        "likes before joins",
        "the oldest join",
        "the oldest line",
        "what lies between before chat",
        "a new like is worth less than all chat",
        "a new line never costs a gift",
        "chat makes room for newer chat",
    ],
)
def test_a_full_mailbox_drops_what_matters_least_and_counts_it(kinds, kept, dropped):
    box = filled(*kinds)
    assert box.dropped == Counter(dropped)
    assert drained(box) == kept


def test_gifts_are_kept_beyond_the_size_up_to_ten_times():
    box = filled(*["gift"] * 30)
    assert (len(box), box.dropped) == (30, Counter())
    box.put(Item("gift", "one more"))
    assert (len(box), box.dropped) == (30, Counter(gift=1))
    assert drained(box)[-1] == "one more"


def test_clearing_counts_what_is_thrown_away():
    box = filled("chat", "chat", "gift")
    assert box.clear() == 3
    assert len(box) == 0
    assert box.dropped == Counter(chat=2, gift=1)


async def test_taking_waits_until_something_comes():
    box: Mailbox[Item] = Mailbox()
    taking = asyncio.create_task(taken(box))
    await asyncio.sleep(1)
    assert not taking.done()
    box.put(Item("chat", "first"))
    assert await taking == ["first"]


async def test_a_taker_waits_again_after_it_has_taken_all():
    box: Mailbox[Item] = Mailbox()
    box.put(Item("chat", "first"))
    assert await taken(box) == ["first"]
    taking = asyncio.create_task(taken(box))
    await asyncio.sleep(1)
    assert not taking.done()
    box.put(Item("chat", "second"))
    assert await taking == ["second"]


async def test_taking_leaves_what_is_more_than_asked_for():
    box = filled("chat", "chat", "chat")
    assert await taken(box, most=2) == ["chat0", "chat1"]
    assert await taken(box, most=2) == ["chat2"]


@given(
    st.lists(st.sampled_from(["like", "member", "follow", "chat", "gift"]), max_size=80), st.integers(1, 6)
)
def test_whatever_comes_nothing_is_lost_uncounted_and_no_gift_goes(kinds, size):
    box = filled(*kinds, size=size)
    gifts = kinds.count("gift")
    assert len(box) <= max(size, min(gifts, 10 * size))
    kept = drained(box)
    assert len(kept) + box.dropped.total() == len(kinds)
    assert sorted(kept, key=lambda item: int(item.lstrip("abcdefghijklmnopqrstuvwxyz"))) == kept
    assert sum(item.startswith("gift") for item in kept) == min(gifts, 10 * size)
