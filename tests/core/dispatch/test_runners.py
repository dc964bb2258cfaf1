"""Real threads, and no sleeping: what has to wait waits for an event."""

import asyncio
import contextvars
import threading
from datetime import datetime

import pytest

from douyinbot.core.dispatch.runners import InlineRunner, ThreadRunner
from douyinbot.outbox import Receipt, State


async def double(number: int) -> int:
    await asyncio.sleep(0)
    return 2 * number


async def fail() -> None:
    raise KeyError("x")


# ---- a thread of its own --------------------------------------------------------------------------


def test_calls_run_in_order_on_the_plugins_own_thread():
    async def main() -> None:
        runner = ThreadRunner("toy")
        where: list[tuple[int, str]] = []
        await runner.run([lambda n=n: where.append((n, threading.current_thread().name)) for n in range(3)])
        await runner.run([lambda: where.append((3, threading.current_thread().name))])
        assert where == [(n, "plugin-toy") for n in range(4)]
        runner.close()

    asyncio.run(main())


def test_a_call_that_blocks_does_not_hold_up_the_event_loop():
    async def main() -> None:
        runner, gate, began = ThreadRunner("toy"), threading.Event(), threading.Event()

        def block() -> None:
            began.set()
            gate.wait()

        running = asyncio.create_task(runner.run([block]))
        await asyncio.to_thread(began.wait)
        assert not running.done()
        gate.set()
        await running
        runner.close()

    asyncio.run(main())


def test_two_plugins_block_side_by_side():
    async def main() -> None:
        both = threading.Barrier(2)
        one, two = ThreadRunner("one"), ThreadRunner("two")
        await asyncio.gather(one.run([both.wait]), two.run([both.wait]))
        one.close()
        two.close()

    asyncio.run(main())


def test_a_plain_function_waits_for_the_event_loop():
    async def main() -> None:
        runner, results = ThreadRunner("toy"), []
        await runner.run([lambda: results.append(runner.wait(double(21)))])
        assert results == [42]
        runner.close()

    asyncio.run(main())


def test_what_the_event_loop_raises_comes_back():
    async def main() -> None:
        runner, errors = ThreadRunner("toy"), []

        def call() -> None:
            for bridge in (lambda: runner.wait(fail()), lambda: runner.call(lambda: {}["x"])):
                with pytest.raises(KeyError) as error:
                    bridge()
                errors.append(error)

        await runner.run([call])
        assert len(errors) == 2
        runner.close()

    asyncio.run(main())


def test_a_quick_call_happens_on_the_event_loop():
    async def main() -> None:
        runner, where = ThreadRunner("toy"), []
        await runner.run([lambda: where.append(runner.call(threading.get_ident))])
        assert where == [threading.get_ident()]
        assert runner.call(threading.get_ident) == threading.get_ident()
        assert await asyncio.to_thread(runner.call, threading.get_ident) == threading.get_ident()
        runner.close()

    asyncio.run(main())


def test_waiting_on_the_event_loop_itself_is_refused_instead_of_hanging():
    async def main() -> None:
        runner = ThreadRunner("toy")
        with pytest.raises(RuntimeError, match="cannot wait in an `async def`"):
            runner.wait(double(21))

    asyncio.run(main())


def test_a_thread_that_comes_back_after_the_loop_has_gone_ends_quietly():
    gate, ended = threading.Event(), threading.Event()

    async def main() -> None:
        runner = ThreadRunner("toy")
        running = asyncio.create_task(runner.run([gate.wait, ended.set]))
        await asyncio.sleep(0)
        running.cancel()

    asyncio.run(main())
    gate.set()
    assert ended.wait(10)


def test_a_plugin_that_hangs_does_not_keep_the_program_alive():
    async def main() -> None:
        runner, daemon = ThreadRunner("toy"), []
        await runner.run([lambda: daemon.append(threading.current_thread().daemon)])
        runner.close()
        assert daemon == [True]

    asyncio.run(main())


def test_without_calls_there_is_no_thread():
    async def main() -> None:
        before = threading.active_count()
        ThreadRunner("toy").close()
        assert threading.active_count() == before

    asyncio.run(main())


@pytest.mark.parametrize("make", [lambda: ThreadRunner("toy"), InlineRunner], ids=["thread", "inline"])
def test_a_blocking_function_of_a_coroutine_runs_aside(make):
    async def main() -> None:
        runner = make()
        assert await runner.aside(pow, 2, 5) == 32
        with pytest.raises(ZeroDivisionError):
            await runner.aside(lambda: 1 // 0)

    asyncio.run(main())


# ---- inline, for tests ----------------------------------------------------------------------------


async def test_inline_calls_run_in_order_on_this_very_thread():
    runner, where = InlineRunner(), []
    await runner.run([lambda n=n: where.append((n, threading.get_ident())) for n in range(3)])
    assert where == [(n, threading.get_ident()) for n in range(3)]


async def test_inline_calls_can_wait_and_others_go_on_meanwhile():
    runner, gate, happened = InlineRunner(), asyncio.Event(), []

    async def wait_for_gate() -> str:
        await gate.wait()
        return "open"

    def plain() -> None:
        happened.append("begins")
        happened.append(runner.wait(wait_for_gate()))

    running = asyncio.create_task(runner.run([plain]))
    await asyncio.sleep(1)
    happened.append("elsewhere")
    gate.set()
    await running
    assert happened == ["begins", "elsewhere", "open"]


async def test_inline_calls_pass_errors_through():
    runner = InlineRunner()

    def plain() -> None:
        with pytest.raises(KeyError):
            runner.wait(fail())

    await runner.run([plain])


async def test_inline_quick_calls_are_just_calls():
    assert InlineRunner().call(threading.get_ident) == threading.get_ident()


async def test_inline_calls_see_the_context_of_their_caller():
    here: contextvars.ContextVar[str] = contextvars.ContextVar("here")
    here.set("test")
    seen: list[str] = []
    await InlineRunner().run([lambda: seen.append(here.get())])
    assert seen == ["test"]


@pytest.mark.parametrize("aside", [False, True], ids=["plain function", "ctx.run_sync"])
async def test_inline_calls_can_wait_for_a_receipt(aside):
    runner, seen = InlineRunner(), []
    slip, other = (Receipt("L1", "好", room="main", plugin="toy", clock=datetime.now) for _ in range(2))

    def plain() -> None:
        seen.append(slip.wait(2))
        seen.append(slip.wait())

    running = asyncio.create_task(runner.aside(plain) if aside else runner.run([plain]))
    await asyncio.sleep(3)
    assert seen == [False]
    slip.record(State.SEEN)
    await running
    assert seen == [False, True]
    with pytest.raises(RuntimeError, match="await receipt"):
        other.wait()
