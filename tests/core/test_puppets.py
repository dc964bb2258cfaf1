"""Viewers that somebody at the keyboard plays."""

import pytest


@pytest.fixture
def puppets(bot):
    return lambda: bot._bot.puppets


async def test_every_kind_of_event_reaches_the_plugins(bot, heard, puppets):
    hooks = ("on_chat", "on_gift", "on_member", "on_follow", "on_like")
    calls = await heard(*hooks)
    on, who = puppets(), puppets().viewer("小红", "fans")
    on.say("main", who, "hello")
    on.give("main", who, "跑车", 2)
    on.come("main", who)
    on.follow("main", who)
    on.like("main", who, 5)
    on.like("main", who)
    await bot.settle()
    assert [hook for hook, _ in calls] == [*hooks, "on_like"]
    events = [event for _, event in calls]
    assert all(event.simulated and event.user == who and event.room == "main" for event in events)
    assert len({event.id for event in events}) == len(events)
    chat, gift, _, _, first, second = events
    assert chat.comment == "hello"
    assert (gift.gift_name, gift.total, gift.value) == ("跑车", 2, 2400)
    assert (first.total_like_count, second.total_like_count) == (5, 6)


async def test_gifts_have_prices(bot, heard, puppets):
    calls = await heard("on_gift")
    on = puppets()
    on.give("main", on.viewer("a"), "火箭", 3, 1000)
    on.give("main", on.viewer("a"), "什么", 3)
    await bot.settle()
    assert [event.value for _, event in calls] == [3000, 3]


async def test_a_name_is_a_person(puppets):
    on = puppets()
    assert on.viewer("小红") == on.viewer("小红")
    assert on.viewer("小红").id != on.viewer("小明").id
    assert on.viewer("小红", "owner").role == "owner"
    assert on.rooms == ["main"]
