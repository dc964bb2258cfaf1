"""A status that cannot be read is no end."""

from douyinbot.connectors.live_status import StatusWatch
from douyinbot.errors import BlockedError, ConnectError
from tests.connectors.rooms import connector, simulator


async def test_the_platform_is_asked() -> None:
    async with simulator() as server:
        to = connector(server)
        async with to:
            await to.platform.enter()
            assert not await StatusWatch(to.platform).is_over()
    assert server.report.pages == 2


async def test_a_platform_that_does_not_answer_counts_as_live() -> None:
    async with simulator() as server:
        to = connector(server)

        async def refuse() -> bool:
            raise BlockedError("no.")

        to.platform.is_over = refuse  # type: ignore[method-assign]
        async with to:
            assert not await StatusWatch(to.platform).is_over()
    assert issubclass(BlockedError, ConnectError)
