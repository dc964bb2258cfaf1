"""A recording, played into a room made of air: the same bytes through the same session, in virtual time."""

from contextlib import aclosing

from douyinbot.config import Room, Source
from douyinbot.connectors.base import Setup
from douyinbot.connectors.replay import ReplayConnector
from douyinbot.testing.loop import VirtualClock
from douyinbot.testing.room import AirRoom

__all__ = ["play"]


async def play(
    path: str, air: AirRoom, clock: VirtualClock, *, room: str, raw: bool, start: str, end: str
) -> None:
    """Let happen what a recording holds, with the pauses that were between; the clock shows its time.

    Raises:
        ConfigError: the file cannot be read, or there is nothing between `start` and `end`.
        DecodeError: it is neither a recording nor a captured frame or answer.
    """
    options = {"speed": 1.0, "from": start, "to": end}
    replay = Room(id=room, connector="replay", url=path, options=options)
    connector = ReplayConnector(Setup(room=replay, source=Source(path), clock=clock.now, raw=raw))
    began = False
    async with connector, aclosing(connector.batches()) as batches:
        async for batch in batches:
            if not began:
                clock.set(batch[0].received)
                began = True
            air.put(*(event.replace(simulated=True) for event in batch))
