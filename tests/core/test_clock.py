import asyncio
import time
from datetime import UTC, datetime

from douyinbot.core.clock import SystemClock


def test_the_wall_time_is_aware_and_utc():
    before = datetime.now(UTC)
    assert before <= SystemClock().now() <= datetime.now(UTC)
    assert SystemClock().now().tzinfo is UTC


def test_monotonic_time_is_that_of_the_event_loop():
    async def both() -> tuple[float, float, float]:
        clock, loop = SystemClock(), asyncio.get_running_loop()
        return loop.time(), clock.monotonic(), loop.time()

    before, now, after = asyncio.run(both())
    assert before <= now <= after


def test_monotonic_time_can_be_asked_from_any_thread():
    assert (
        SystemClock().monotonic()
        <= asyncio.run(asyncio.to_thread(SystemClock().monotonic))
        <= time.monotonic()
    )
