"""Rooms that drop together come back one after the other."""

import asyncio
import random

import pytest

from douyinbot.config import Rate
from douyinbot.connectors.pace import ConnectPace, ProviderPace, pace_of_process
from douyinbot.connectors.simulator import Step
from douyinbot.core.liveclient.client import LiveClient
from douyinbot.errors import RateLimitedError
from douyinbot.events import Connected, Reconnecting
from tests.connectors.rooms import connector, listening, simulator


async def turns(pace: ConnectPace, count: int) -> list[tuple[int, float]]:
    """Let so many ask at once, and return who had a turn when."""
    now = asyncio.get_running_loop().time
    had: list[tuple[int, float]] = []

    async def one(number: int) -> None:
        await pace.turn()
        had.append((number, now()))

    began = now()
    async with asyncio.TaskGroup() as tasks:
        for number in range(count):
            tasks.create_task(one(number))
    return [(number, time - began) for number, time in had]


async def test_the_first_turn_is_at_once() -> None:
    ((_, time),) = await turns(ConnectPace(1.0), 1)
    assert time < 0.5


async def test_turns_come_in_the_order_of_asking_and_never_closer_than_the_gap() -> None:
    had = await turns(ConnectPace(50.0), 8)
    assert [number for number, _ in had] == list(range(8))
    for number, time in had:
        assert time >= number * 0.02 - 0.0005


async def test_a_pause_is_not_saved_up_for_a_burst() -> None:
    pace = ConnectPace(100.0)
    await turns(pace, 2)
    await asyncio.sleep(0.05)
    had = await turns(pace, 5)
    assert had[-1][1] >= 4 * 0.01 - 0.001


async def test_one_who_gives_up_waiting_does_not_hold_up_the_others() -> None:
    pace = ConnectPace(200.0)
    waiting = [asyncio.create_task(pace.turn()) for _ in range(10)]
    await asyncio.sleep(0)
    for task in waiting[1::2]:
        task.cancel()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [result is None for result in results] == [True, False] * 5


async def test_the_usual_pace_is_twenty_a_second() -> None:
    assert ConnectPace()._gap == 1 / 20


class Watched(ConnectPace):
    """Writes down when turns were asked for and given."""

    def __init__(self, per_second: float) -> None:
        super().__init__(per_second)
        self.asked: list[float] = []
        self.given: list[float] = []

    async def turn(self) -> None:
        now = asyncio.get_running_loop().time
        self.asked.append(now())
        await super().turn()
        self.given.append(now())


async def test_fifty_rooms_that_drop_together_come_back_spread_out() -> None:
    count, per_second = 50, 250.0
    pace = Watched(10_000)
    async with simulator() as server:
        dropped, connected, delays = asyncio.Event(), asyncio.Semaphore(0), list[float]()

        async def visit(number: int) -> None:
            options = {"connect_pace": pace, "rng": random.Random(number)}
            to = connector(server, f"room{number}", reconnect={"min": "20ms", "max": "40ms"}, **options)
            async with listening(to) as room:
                await room.until(Connected)
                connected.release()
                await dropped.wait()
                delays.append((await room.until(Reconnecting)).delay)
                await room.until(Connected)

        async with asyncio.TaskGroup() as tasks:
            for number in range(count):
                tasks.create_task(visit(number))
            for _ in range(count):
                await connected.acquire()
            pace._gap = 1 / per_second
            for number in range(count):
                await server.do(f"room{number}", Step(do="drop"))
            began = asyncio.get_running_loop().time()
            dropped.set()
        assert server.report.handshakes == 2 * count
        assert server.report.violations == []
    first = 2 * count  # each room had a turn for its page and one for its socket
    asked, given = pace.asked[first:], pace.given[first:]
    assert asked[0] - began >= 0.01  # half of the shortest delay
    assert len(set(delays)) == count  # they do not even ask together
    assert max(delays) - min(delays) > 0.008
    for place, time in enumerate(given):
        assert time >= asked[0] + place / per_second - 0.0005


def test_all_rooms_of_the_process_share_one_pace() -> None:
    assert pace_of_process() is pace_of_process()
    clients = [LiveClient(f"room{number}") for number in range(2)]
    assert {client._connector._setup.pace for client in clients} == {pace_of_process()}


# ---- at a sign provider ---------------------------------------------------------------------------


async def test_at_a_provider_there_are_never_more_turns_in_a_period_than_it_allows() -> None:
    now, pace, had = asyncio.get_running_loop().time, ProviderPace(Rate.parse("3/60ms")), list[float]()

    async def one() -> None:
        await pace.turn()
        had.append(now())

    await asyncio.gather(*(one() for _ in range(8)))
    assert len(had) == 8
    began = had[0]
    for place, time in enumerate(had):
        assert time - began >= place // 3 * 0.06 - 0.005


async def test_the_first_turns_at_a_provider_are_at_once() -> None:
    pace = ProviderPace(Rate.parse("5/1h"))
    for _ in range(5):
        await pace.turn()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await pace.turn()


async def test_a_provider_that_wants_to_be_left_alone_is() -> None:
    pace = ProviderPace(Rate.parse("100/1s"))
    pace.rest(60)
    pace.rest(0.01)  # a shorter wish takes nothing back
    with pytest.raises(RateLimitedError, match="it wants to be left alone for another") as caught:
        await pace.turn()
    assert 30 < (caught.value.retry_after or 0) <= 60


async def test_a_rest_comes_to_its_end() -> None:
    pace = ProviderPace(Rate.parse("100/1s"))
    pace.rest(0.02)
    with pytest.raises(RateLimitedError):
        pace.check()
    await asyncio.sleep(0.03)
    await pace.turn()


async def test_who_waits_for_a_turn_learns_that_another_was_sent_away() -> None:
    pace = ProviderPace(Rate.parse("1/50ms"))
    await pace.turn()
    waiting = asyncio.create_task(pace.turn())
    await asyncio.sleep(0)
    pace.rest(60)
    with pytest.raises(RateLimitedError):
        await waiting


async def test_rooms_at_one_provider_share_the_slowest_of_their_rates() -> None:
    pace = ConnectPace()
    slow, quick = Rate.parse("2/1h"), Rate.parse("100/1s")
    first = pace.at_provider("a", quick)
    assert pace.at_provider("a", slow) is first is pace.at_provider("a", quick)
    assert pace.at_provider("b", quick) is not first
    await first.turn()
    await first.turn()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await first.turn()
