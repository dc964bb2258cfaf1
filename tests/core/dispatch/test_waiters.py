import asyncio

import pytest

from douyinbot.core.dispatch.waiters import Waiters
from douyinbot.errors import PluginError
from douyinbot.events import Chat, Like
from douyinbot.testing.loop import START


def line(text: str) -> Chat:
    return Chat(time=START, received=START, comment=text)


LIKE = Like(time=START, received=START)


async def waiting(waiters: Waiters, room="main", kind="chat", where=None, timeout=30.0) -> asyncio.Task:
    """Begin to wait, and return once that is known."""
    task = asyncio.create_task(waiters.wait(room, kind, where, timeout))
    await asyncio.sleep(0)
    return task


async def test_the_next_event_of_the_kind_is_handed_over():
    waiters = Waiters(set())
    task = await waiting(waiters)
    waiters.offer("main", line("first"))
    waiters.offer("main", line("second"))
    assert (await task).comment == "first"


@pytest.mark.parametrize(
    ("room", "event"), [("other", line("x")), ("main", LIKE)], ids=["other room", "other kind"]
)
async def test_other_events_are_passed_by(room, event):
    waiters = Waiters(set())
    task = await waiting(waiters)
    waiters.offer(room, event)
    await asyncio.sleep(0)
    assert not task.done()
    waiters.offer("main", line("mine"))
    assert (await task).comment == "mine"


async def test_a_condition_picks():
    waiters = Waiters(set())
    task = await waiting(waiters, where=lambda event: "42" in event.comment)
    for text in ("41", "42!", "42?"):
        waiters.offer("main", line(text))
    assert (await task).comment == "42!"


async def test_all_who_wait_get_it():
    waiters = Waiters(set())
    tasks = [await waiting(waiters) for _ in range(3)]
    waiters.offer("main", line("x"))
    assert [(await task).comment for task in tasks] == ["x", "x", "x"]


async def test_none_after_the_time_is_over():
    waiters, loop = Waiters(set()), asyncio.get_running_loop()
    start = loop.time()
    assert await waiters.wait("main", "chat", None, 12.5) is None
    assert loop.time() - start == pytest.approx(12.5)


async def test_an_unknown_kind_is_refused():
    kinds: set[str] = set()
    with pytest.raises(ValueError, match='no event of the kind "caht"'):
        await Waiters(kinds).wait("main", "caht", None, 1.0)
    assert kinds == set()


async def test_a_kind_that_somebody_waits_for_is_decoded_from_then_on():
    kinds = {"chat"}
    task = await waiting(Waiters(kinds), kind="like", timeout=1.0)
    assert kinds == {"chat", "like"}
    assert await task is None
    assert kinds == {"chat", "like"}


def broken_condition(event):
    raise KeyError("x")


def exiting_condition(event):
    raise SystemExit(3)


def exhausted_condition(event):
    return next(iter(()))


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (broken_condition, "KeyError: 'x'"),
        (exiting_condition, "SystemExit: 3"),
        (exhausted_condition, "StopIteration: "),
    ],
)
async def test_a_condition_that_fails_harms_only_whoever_brought_it(condition, told):
    waiters = Waiters(set())
    broken, good = await waiting(waiters, where=condition), await waiting(waiters)
    waiters.offer("main", line("x"))
    assert (await good).comment == "x"
    with pytest.raises(PluginError, match="the condition of wait_for failed") as error:
        await broken
    assert told in str(error.value)


async def test_nobody_is_remembered_after_waiting():
    waiters = Waiters(set())
    answered, cancelled = await waiting(waiters), await waiting(waiters, kind="like")
    waiters.offer("main", line("x"))
    cancelled.cancel()
    await asyncio.gather(answered, cancelled, return_exceptions=True)
    assert await waiters.wait("main", "chat", None, 1.0) is None
    assert waiters._waiting == []
