"""Whether a stream is over although nobody has said so."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from douyinbot.connectors.platform import Platform
from douyinbot.errors import ConnectError
from douyinbot.webcast.session import Ending, Session

__all__ = ["StatusWatch"]

log = logging.getLogger(__name__)

QUIET = 60.0
"""Seconds without a message after which the room's status is asked for: a socket whose stream has ended may
go on echoing heartbeats."""
QUIETEST = 300.0
"""Seconds between two such questions at most, where a stream is live but nobody says anything."""


class StatusWatch:
    """Asks the platform for the room's status."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def is_over(self) -> bool:
        """Say whether the stream is over; a status that cannot be read counts as live."""
        try:
            return await self._platform.is_over()
        except ConnectError as error:
            log.info("the room's state cannot be read, taking it as still live: %s", error)
            return False

    @asynccontextmanager
    async def watching(self, session: Session) -> AsyncIterator[None]:
        """End the session's connection, by socket or by polling, once its stream is found to be over."""
        task = asyncio.create_task(self._watch(session), name="status of a quiet room")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("asking for the room's status failed", exc_info=error)

    async def _watch(self, session: Session) -> None:
        quiet, messages = QUIET, session.decoder.counts
        while True:
            heard = messages["messages"]
            await asyncio.sleep(quiet)
            if messages["messages"] != heard:
                quiet = QUIET
            elif await self.is_over() and messages["messages"] == heard:
                session.ending = Ending.FOUND_OVER
                return
            else:
                quiet = min(2 * quiet, QUIETEST)
