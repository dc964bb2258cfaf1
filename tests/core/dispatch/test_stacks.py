"""Where something stands: a thread, a chain of coroutines, and the record that tells it."""

import asyncio
import logging
import threading

from douyinbot.core.dispatch.stacks import INNERMOST, stack_of_coroutine, stack_of_thread, tell


def test_a_thread_is_shown_where_it_stands_and_nothing_is_known_of_one_that_is_gone():
    began, gate = threading.Event(), threading.Event()

    def stand_still():
        began.set()
        gate.wait()

    thread = threading.Thread(target=stand_still)
    thread.start()
    began.wait()
    shown = stack_of_thread(thread.ident)
    gate.set()
    thread.join()
    assert "gate.wait()" in shown
    assert "in stand_still" in shown
    assert stack_of_thread(None) == stack_of_thread(-1) == ""


def test_a_coroutine_is_shown_with_those_that_it_waits_for():
    async def outer():
        await inner()

    async def inner():
        await asyncio.Event().wait()

    async def deep(levels):
        await (deep(levels - 1) if levels else asyncio.Event().wait())

    async def main():
        tasks = [asyncio.create_task(outer()), asyncio.create_task(deep(50))]
        await asyncio.sleep(0)
        shown = [stack_of_coroutine(task.get_coro()) for task in tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return [*shown, stack_of_coroutine(tasks[0].get_coro())]

    short, long, over = asyncio.run(main())
    assert short.index("in outer") < short.index("in inner") < short.index("in wait")
    assert 0 < long.count("File ") <= INNERMOST
    assert over == ""


def test_a_record_has_the_stack_below_its_text(caplog):
    log = logging.getLogger("douyinbot.stacks")
    tell(log, logging.WARNING, "  File x\n", "%s stands here:", "it")
    (record,) = caplog.records
    assert (record.getMessage(), record.stack_info) == ("it stands here:", "  File x")
    with caplog.at_level(logging.ERROR, logger=log.name):
        tell(log, logging.WARNING, "  File x\n", "not asked for")
    assert len(caplog.records) == 1
