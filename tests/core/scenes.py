"""Scenes of a `LiveClient` in a simulated room."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from douyinbot import LiveClient
from douyinbot.connectors.simulator import Limits, RoomSpec, Scenario, Simulator

__all__ = ["QUIET", "play", "until"]

QUIET = Scenario(room=RoomSpec(history=3))


def play(
    scene: Callable[..., Coroutine[Any, Any, None]],
    scenario: Scenario = QUIET,
    room: str = "abc",
    **options: Any,
) -> None:
    """Run a scene with a client of a simulator's room, and the kinds of its events as they come."""

    async def main() -> None:
        async with asyncio.timeout(20), _simulator(room, scenario) as simulator:
            address = f"{simulator.address}/{room}"
            client = LiveClient(address, push_hosts=[simulator.push_address], **options)
            kinds: list[str] = []
            client.on("*", lambda event: kinds.append(event.kind))
            try:
                await scene(client, simulator, kinds)
            finally:
                await client.close()

    asyncio.run(main())


async def until(condition: Callable[[], Any]) -> None:
    while not condition():  # noqa: ASYNC110 - it is somebody else's state
        await asyncio.sleep(0.005)


def _simulator(room: str, scenario: Scenario) -> Simulator:
    return Simulator(rooms={room: scenario}, limits=Limits(chat_gap=0.0, poll_gap=0.0))
