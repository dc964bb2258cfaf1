"""Operations that run to their end, whoever waits for them."""

import asyncio
import logging

import pytest

from douyinbot.errors import StoreError
from douyinbot.store.inflight import InFlight


async def turns(n: int = 5) -> None:
    for _ in range(n):
        await asyncio.sleep(0)


def test_result_and_error_reach_the_caller() -> None:
    async def work(value: int) -> int:
        await asyncio.sleep(0)
        return 10 // value

    async def main() -> None:
        flights = InFlight()
        assert await flights.finish(work(5)) == 2
        with pytest.raises(ZeroDivisionError):
            await flights.finish(work(0))
        assert flights.pending == 0

    asyncio.run(main())


def test_pending_until_the_caller_goes_on() -> None:
    async def main() -> None:
        flights = InFlight()
        done = asyncio.Event()
        seen: list[int] = []

        async def caller() -> None:
            work = flights.finish(done.wait())
            asyncio.get_running_loop().call_soon(watch)
            await work
            seen.append(flights.pending)

        def watch() -> None:
            # Each turn of the loop until the caller has gone on: there is none in which nothing is pending.
            if not seen:
                assert flights.pending == 1
                asyncio.get_running_loop().call_soon(watch)

        task = asyncio.create_task(caller())
        await turns()
        assert flights.pending == 1
        done.set()
        await task
        assert seen == [0]
        assert flights.pending == 0

    asyncio.run(main())


def test_work_outlives_its_caller() -> None:
    async def main() -> None:
        flights = InFlight()
        gate = asyncio.Event()
        done: list[str] = []

        async def work() -> str:
            await gate.wait()
            done.append("worked")
            return "result"

        caller = asyncio.create_task(
            flights.finish(work(), undo=lambda result: done.append(f"undid {result}"))
        )
        await turns()
        caller.cancel()
        await turns()
        assert caller.cancelled()
        assert flights.pending == 1
        gate.set()
        await flights.wait()
        await turns()
        assert done == ["worked", "undid result"]
        assert flights.pending == 0

    asyncio.run(main())


def test_work_that_is_cancelled_with_the_loop_is_quiet(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        flights = InFlight()
        caller = asyncio.create_task(flights.finish(asyncio.Event().wait(), undo=lambda result: None))
        await turns()
        caller.cancel()
        await turns()
        assert flights.pending == 1

    asyncio.run(main())
    assert caplog.text == ""


def test_an_error_that_nobody_waits_for_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        flights = InFlight()
        gate = asyncio.Event()

        async def work() -> None:
            await gate.wait()
            raise StoreError("the disk is full")

        caller = asyncio.create_task(flights.finish(work()))
        await turns()
        caller.cancel()
        gate.set()
        await flights.wait()
        await turns()

    with caplog.at_level(logging.WARNING):
        asyncio.run(main())
    assert "caller had been cancelled failed: the disk is full" in caplog.text
