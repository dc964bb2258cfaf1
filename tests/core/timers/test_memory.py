"""What timers remember. Restarts of a whole bot: test_timers.py."""

from datetime import timedelta

import pytest

from douyinbot.core.timers.memory import DAY, TimerMemory
from douyinbot.errors import StoreError
from douyinbot.store import open_database
from douyinbot.testing.loop import START


async def test_a_timer_is_remembered(bot):
    memory = TimerMemory(bot.store("bot.toml"))
    assert await memory.recall("timers:main:rules") == {}
    await memory.note("timers:main:rules", {"due": 12.5, "last": "公告"})
    assert await memory.recall("timers:main:rules") == {"due": 12.5, "last": "公告"}
    assert await memory.recall("timers:other:rules") == {}


async def test_a_due_time_is_taken_once(bot):
    memory, other = (TimerMemory(bot.store("bot.toml")) for _ in range(2))
    assert await memory.claim("rules", START)
    assert not await other.claim("rules", START)
    assert await memory.claim("rules", START + timedelta(minutes=10))
    assert await memory.claim("other", START)


async def test_what_was_taken_is_forgotten_after_a_day(bot):
    store = bot.store("bot.toml")
    assert await TimerMemory(store).claim("rules", START)
    await bot.advance(DAY + 1)
    assert [key for key in await store.keys("timer:") if "@" in key] == []


async def test_somebody_elses_note_is_no_state(bot):
    await bot.store("bot.toml").set("timer:rules", "nonsense")
    assert await TimerMemory(bot.store("bot.toml")).recall("rules") == {}


async def test_without_a_disk_a_timer_is_new_and_may_speak(bot, caplog):
    async with await open_database("sqlite://", clock=bot.clock.now) as database:
        store = database.namespace("bot.toml")
    memory = TimerMemory(store)
    with pytest.raises(StoreError):
        await store.get("x")
    assert await memory.recall("rules") == {}
    await memory.note("rules", {})
    assert await memory.claim("rules", START)
    assert len(caplog.records) == 3


async def test_who_took_a_time_may_take_it_again_where_the_clock_does_not_matter(bot):
    memory, other = (TimerMemory(bot.store("bot.toml")) for _ in range(2))
    assert await memory.claim("rules", START, again=True)
    assert await memory.claim("rules", START, again=True)
    assert not await memory.claim("rules", START)
    assert not await other.claim("rules", START, again=True)
