"""Whether a stream is over although nobody has said so."""

import logging

from douyinbot.connectors.platform import Platform
from douyinbot.errors import ConnectError

__all__ = ["StatusWatch"]

log = logging.getLogger(__name__)


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
