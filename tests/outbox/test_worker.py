import asyncio
import logging
import math
import threading

import pytest

from douyinbot.errors import InvalidSessionError, SendError, TooFastError
from douyinbot.outbox.echo import Echoes
from douyinbot.outbox.queue import Queue
from douyinbot.outbox.rooms import Rooms
from douyinbot.outbox.worker import PATIENCE, Worker


class Parts:
    """A worker and what it works with."""

    def __init__(self, config, sender):
        self.rooms = Rooms()
        self.rooms.put("main", sender, "live", 0)
        self.queue = Queue(config, self.rooms)
        self.echoes = Echoes(10)
        self.told = []
        self.worker = Worker(
            self.queue,
            self.rooms,
            self.echoes,
            lambda: asyncio.get_running_loop().time(),
            self.told.append,
        )

    def offer(self, line):
        self.queue.offer(line, asyncio.get_running_loop().time())
        self.worker.wake()


@pytest.fixture
def parts(settings, scripted):
    return lambda *script, **more: Parts(settings(**more), scripted(*script))


async def test_it_ends_when_it_is_stopped(parts):
    on = parts()
    running = asyncio.create_task(on.worker.run())
    await asyncio.sleep(5)
    await on.worker.stop()
    await asyncio.wait_for(running, 1)


async def test_it_can_be_cancelled_and_run_again(parts, line):
    async def never(text):
        await asyncio.sleep(math.inf)

    on = parts(never)
    first, second = line("a"), line("b")
    on.offer(first)
    running = asyncio.create_task(on.worker.run())
    await asyncio.sleep(1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert first.slips[0].state == "unknown"
    on.offer(second)
    running = asyncio.create_task(on.worker.run())
    await asyncio.sleep(1)
    assert second.slips[0].state == "sent"
    await on.worker.stop()
    await running


async def test_stopped_before_the_sender_was_even_called(parts, line):
    on = parts()
    text = line("a")
    on.offer(text)
    async with asyncio.TaskGroup() as tasks:
        on.worker._turn(tasks)
        assert on.queue.in_flight is text
        await on.worker.stop()
    assert on.queue.in_flight is None
    assert text.slips[0].state == "unknown"


async def test_a_sender_that_hangs_does_not_silence_the_account(parts, line):
    async def never(text):
        await asyncio.sleep(math.inf)

    on = parts(never)
    first, second = line("a", ttl=100), line("b", ttl=100)
    running = asyncio.create_task(on.worker.run())
    on.offer(first)
    on.offer(second)
    await asyncio.sleep(PATIENCE - 1)
    assert first.slips[0].state == "queued"
    await asyncio.sleep(2)
    assert first.slips[0].state == "unknown"
    assert second.slips[0].state == "sent"
    await on.worker.stop()
    await running


async def test_a_sender_that_will_not_be_cancelled_is_not_waited_for(parts, line):
    released = asyncio.Event()

    async def stubborn(text):
        while not released.is_set():
            try:
                await released.wait()
            except asyncio.CancelledError:
                continue

    on = parts(stubborn)
    text = line("a")
    running = asyncio.create_task(on.worker.run())
    on.offer(text)
    await asyncio.sleep(1)
    await on.worker.stop()
    assert text.slips[0].state == "unknown"
    released.set()
    await running
    assert text.slips[0].state == "unknown"


async def test_a_sender_that_is_cancelled_by_itself_leaves_the_worker_alive(parts, line):
    async def cancelled(text):
        raise asyncio.CancelledError

    on = parts(cancelled)
    first, second = line("a"), line("b")
    running = asyncio.create_task(on.worker.run())
    on.offer(first)
    on.offer(second)
    await asyncio.sleep(2)
    assert first.slips[0].state == "unknown"
    assert second.slips[0].state == "sent"
    await on.worker.stop()
    await running


async def test_nothing_is_done_for_nothing(parts, line, monkeypatch):
    on = parts(burst=1, rate="1/10s")
    turns = []
    turn = on.worker._turn
    monkeypatch.setattr(on.worker, "_turn", lambda tasks: turns.append(1) or turn(tasks))
    running = asyncio.create_task(on.worker.run())
    await asyncio.sleep(3600)
    assert len(turns) == 1
    on.offer(line("a"))
    on.offer(line("b"))
    await asyncio.sleep(3600)
    assert len(turns) < 12
    await on.worker.stop()
    await running


async def test_the_cap_of_a_minute_is_told_once_and_refusals_are_no_news(parts, line, caplog):
    on = parts(TooFastError("slow"), rate="1/1s", per_minute=2)
    running = asyncio.create_task(on.worker.run())
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            for id in "abcd":
                on.offer(line(id, ttl=1000))
            await asyncio.sleep(300)
    assert on.told == ["per_minute = 2 was reached; the next line is in 58 s"]
    assert caplog.text == ""
    await on.worker.stop()
    await running


async def test_strange_errors_are_logged_without_their_words(parts, line, caplog):
    on = parts(KeyError("sessionid=CANARY"), SendError("no"), InvalidSessionError("log in again"))
    running = asyncio.create_task(on.worker.run())
    with caplog.at_level(logging.DEBUG):
        for id in "abc":
            on.offer(line(id))
            await asyncio.sleep(5)
    assert "KeyError" in caplog.text
    assert "conftest.py" in caplog.text
    assert "CANARY" not in caplog.text
    assert "sending stops in room main: log in again" in caplog.text
    await on.worker.stop()
    await running


async def test_a_sender_taken_away_between_two_parts(parts, line):
    on = parts(burst=1)
    text = line("a", parts=2)
    running = asyncio.create_task(on.worker.run())
    on.offer(text)
    await asyncio.sleep(1)
    on.rooms.put("main", None, "live", 0)
    await asyncio.sleep(5)
    assert [str(slip.state) for slip in text.slips] == ["sent", "failed"]
    await on.worker.stop()
    await running


def test_calls_from_other_threads_are_made_on_the_loop(parts):
    on = parts()

    async def main():
        running = asyncio.create_task(on.worker.run())
        await asyncio.sleep(0)
        called, done = [], asyncio.Event()

        def call():
            called.append(threading.get_ident())
            done.set()

        thread = threading.Thread(target=on.worker.call, args=[call])
        thread.start()
        await asyncio.wait_for(done.wait(), 5)
        thread.join()
        on.worker.call(call)
        assert called == [threading.get_ident()] * 2
        await on.worker.stop()
        await running

    asyncio.run(main())


def test_calls_are_made_at_once_when_nothing_runs(parts):
    on = parts()
    called = []
    on.worker.wake()
    on.worker.call(lambda: called.append(1))
    assert called


def test_calls_after_a_loop_was_closed_are_made_at_once(parts):
    on = parts()
    loop = asyncio.new_event_loop()
    loop.close()
    on.worker._loop = loop
    called = []
    on.worker.call(lambda: called.append(1))
    assert called
