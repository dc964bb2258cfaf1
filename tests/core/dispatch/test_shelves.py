from collections import Counter
from typing import NamedTuple

import hypothesis.strategies as st
import pytest
from hypothesis import given

from douyinbot.core.dispatch.shelves import PURSES, Shelves, worth


class Item(NamedTuple):
    kind: str
    number: int = 0
    units: int = 1
    count: int = 1
    purse: str = ""

    def joined(self, newer: "Item") -> "Item":
        return newer._replace(units=self.units + newer.units, count=self.count + newer.count)


def put(shelves: Shelves[Item], *kinds: str) -> None:
    for number, kind in enumerate(kinds):
        shelves.put(Item(kind, number))


def names(items: list[Item]) -> list[str]:
    return [f"{item.kind}{item.number}" for item in items]


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
def test_full_shelves_drop_what_matters_least_and_count_it(kinds, kept, dropped):
    counted = Counter()
    shelves: Shelves[Item] = Shelves(3, counted)
    put(shelves, *kinds)
    assert counted == dropped
    assert names(shelves.take(9)) == kept


def gift(number: int, giver: str, units: int = 1) -> Item:
    return Item("gift", number, units, 1, giver)


def test_when_only_gifts_are_left_those_of_one_giver_add_up():
    counted = Counter()
    shelves: Shelves[Item] = Shelves(2, counted)
    for number, giver in enumerate("abababa"):
        shelves.put(gift(number, giver))
    assert (len(shelves), counted) == (4, {})
    assert [(item.purse, item.units) for item in shelves.take(9)] == [("a", 1), ("b", 1), ("a", 3), ("b", 2)]


def test_a_purse_comes_before_what_arrived_after_its_first_gift_and_is_open_until_it_is_taken():
    shelves: Shelves[Item] = Shelves(3, Counter())
    for number in range(4):
        shelves.put(gift(number, "a"))
    assert names(shelves.take(3)) == ["gift0", "gift1", "gift2"]
    shelves.put(Item("chat", 4))
    shelves.put(gift(5, "a"))
    assert [(item.kind, item.units) for item in shelves.take(1)] == [("gift", 2)]
    shelves.put(gift(6, "a"))
    assert names(shelves.take(9)) == ["chat4", "gift6"]


def test_a_gift_is_dropped_only_when_there_are_too_many_purses():
    counted = Counter()
    shelves: Shelves[Item] = Shelves(2, counted)
    for number in range(2 + 2 * PURSES):
        shelves.put(gift(number, str(number)))
    assert (len(shelves), counted) == (2 + 2 * PURSES, {})
    shelves.put(gift(99, "one more giver"))
    shelves.put(gift(100, "5"))
    assert counted == {"gift": 1}
    assert sum(item.units for item in shelves.take(99)) == 2 + 2 * PURSES + 1


steps = st.lists(
    st.one_of(
        st.sampled_from(["like", "member", "follow", "chat"]),
        st.tuples(st.sampled_from("abc"), st.integers(1, 99)),
        st.integers(1, 5),
    ),
    max_size=120,
)


@given(steps, st.integers(1, 6))
def test_whatever_comes_nothing_is_lost_uncounted_no_unit_of_a_gift_is_lost_and_all_is_in_order(todo, size):
    """Letters are gifts of three givers, numbers are how many the plugin takes at that moment."""
    dropped, came, taken = Counter(), Counter(), []
    given_units, number = Counter(), 0
    shelves: Shelves[Item] = Shelves(size, dropped)
    for step in todo:
        if isinstance(step, int):
            taken += shelves.take(step)
            continue
        number += 1
        item = Item(step, number) if isinstance(step, str) else gift(number, *step)
        given_units[item.purse] += item.units if item.kind == "gift" else 0
        came[item.kind] += 1
        shelves.put(item)
        assert len(shelves) <= size + 3
    taken += shelves.take(len(shelves))
    got = Counter(dropped)
    got_units = Counter()
    for item in taken:
        got[item.kind] += item.count
        got_units[item.purse] += item.units if item.kind == "gift" else 0
    assert (got, dropped["gift"]) == (came, 0)
    assert +got_units == +given_units
    for giver in "abc":
        numbers = [item.number for item in taken if item.purse == giver]
        assert numbers == sorted(numbers)
    others = [item.number for item in taken if item.kind != "gift"]
    assert others == sorted(others)
