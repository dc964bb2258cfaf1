import asyncio
from collections import Counter
from typing import NamedTuple

import pytest

from douyinbot.core.dispatch.mailbox import Mailbox, only_gifts


class Item(NamedTuple):
    kind: str
    name: str
    count: int = 1

    @property
    def purse(self) -> str:
        return self.name


def taken(box: Mailbox[Item], most: int = 64) -> list[str]:
    return [item.name for item in box.take(most)]


async def waited_for(box: Mailbox[Item]) -> list[str]:
    await box.filled()
    return taken(box)


def filled(*kinds: str, size: int = 3) -> Mailbox[Item]:
    """A mailbox into which items were put, each named after its kind and place: chat0, gift1."""
    box: Mailbox[Item] = Mailbox(size)
    for place, kind in enumerate(kinds):
        box.put([Item(kind, f"{kind}{place}")])
    return box


def test_items_come_out_in_order():
    assert taken(filled("chat", "gift", "like")) == ["chat0", "gift1", "like2"]


def test_what_comes_together_stays_in_order():
    box = filled("chat")
    box.put([Item("like", "a"), Item("chat", "b")])
    assert taken(box) == ["chat0", "a", "b"]
    assert box.dropped == {}


@pytest.mark.parametrize("together", [True, False], ids=["at once", "one by one"])
def test_a_full_mailbox_drops_what_matters_least_and_keeps_the_order(together):
    box: Mailbox[Item] = Mailbox(3)
    items = [Item(kind, f"{kind}{n}") for n, kind in enumerate(("like", "chat", "gift", "member", "chat"))]
    for part in [items] if together else [[item] for item in items]:
        box.put(part)
    assert (len(box), box.dropped) == (3, {"like": 1, "member": 1})
    assert taken(box) == ["chat1", "gift2", "chat4"]


def test_once_all_is_taken_it_begins_anew():
    box = filled("like", "like", "like", "like")
    assert taken(box, 2) == ["like1", "like2"]
    box.put([Item("chat", "a")])
    assert taken(box) == ["like3", "a"]
    for name in "bcd":
        box.put([Item("like", name)])
    assert taken(box) == ["b", "c", "d"]
    assert box.dropped == {"like": 1}


def test_clearing_counts_what_is_thrown_away():
    box = filled("chat", "chat", "gift")
    assert box.clear() == 3
    assert len(box) == 0
    assert box.dropped == Counter(chat=2, gift=1)


@pytest.mark.parametrize("size", [2, 20])
def test_gifts_can_be_spared(size):
    box = filled("chat", "gift", "chat", "gift", "like", size=size)
    box.clear(spare_gifts=True)
    assert box.dropped == Counter(chat=2, like=1)
    assert taken(box) == ["gift1", "gift3"]


def test_only_gifts_is_what_is_left_and_the_others_are_counted():
    dropped = Counter(like=1)
    items = [Item("like", "a", 2), Item("gift", "b"), Item("chat", "c")]
    assert [item.name for item in only_gifts(items, dropped)] == ["b"]
    assert dropped == {"like": 3, "chat": 1}


async def test_taking_waits_until_something_comes():
    box: Mailbox[Item] = Mailbox()
    taking = asyncio.create_task(waited_for(box))
    await asyncio.sleep(1)
    assert not taking.done()
    box.put([Item("chat", "first")])
    assert await taking == ["first"]


async def test_a_taker_waits_again_after_it_has_taken_all():
    box: Mailbox[Item] = Mailbox()
    box.put([Item("chat", "first")])
    assert await waited_for(box) == ["first"]
    taking = asyncio.create_task(waited_for(box))
    await asyncio.sleep(1)
    box.put([])
    await asyncio.sleep(1)
    assert not taking.done()
    box.put([Item("chat", "second")])
    assert await taking == ["second"]


def test_taking_leaves_what_is_more_than_asked_for():
    box = filled("chat", "chat", "chat")
    assert taken(box, most=2) == ["chat0", "chat1"]
    assert taken(box, most=2) == ["chat2"]
