"""A whole bot on the real clock, in rooms of a simulator on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from douyinbot.config import parse_config
from douyinbot.connectors.simulator import Limits, RoomSpec, Scenario, Simulator
from douyinbot.core.bot import Bot
from douyinbot.core.notices import Notice
from douyinbot.core.plugins.discovery import Candidate
from douyinbot.events import Event
from douyinbot.outbox import Receipt

__all__ = ["PATIENCE", "Watched", "come_true", "quiet_simulator", "running"]

PATIENCE = 30.0
"""Seconds of real time that anything may take on a busy machine."""

CONFIG = """
[bot]
name = "{login}"
store = "sqlite://"
[[rooms]]
id = "main"
connector = "douyin"
url = "{address}/abc"
cookies = "file:{login}.txt"
send = "live"
[rooms.options]
reconnect = {{ min = "1ms", max = "5ms" }}
{options}
"""


def quiet_simulator(scenario: Scenario | None = None, **options: Any) -> Simulator:
    """Return a simulator whose rooms are silent, and which lets everybody write as fast as they like."""
    return Simulator(
        scenario=scenario or Scenario(room=RoomSpec(history=0)),
        limits=Limits(resend_after=1.0, chat_gap=0.0, poll_gap=0.0),
        **options,
    )


class Watched:
    """A bot at work, and what it told."""

    def __init__(self) -> None:
        self.bot: Bot
        self.events: list[Event] = []
        self.notices: list[Notice] = []
        self.receipts: dict[str, Receipt] = {}

    def event(self, event: Event, *, own: bool) -> None:
        self.events.append(event)

    def line(self, receipt: Receipt) -> None:
        self.receipts[receipt.id] = receipt

    def notice(self, notice: Notice) -> None:
        self.notices.append(notice)

    def heard(self, comment: str) -> bool:
        """Say whether a line has come in."""
        return any(getattr(event, "comment", None) == comment for event in list(self.events))

    def states(self, text: str) -> list[str]:
        """Return how the lines with this text stand."""
        return [str(receipt.state) for receipt in self.receipts.values() if receipt.text == text]


@asynccontextmanager
async def running(
    simulator: Simulator,
    folder: Path,
    *plugins: Any,
    address: str = "",
    login: str = "simulated",
    options: str = "",
    toml: str = "",
) -> AsyncIterator[Watched]:
    """Run a bot in the room "abc" until the block ends.

    Args:
        plugins: modules or objects, each with a `name`.
        address: where the site is, if not at the simulator's own address: a proxy.
        login: the session id with which it speaks.
        options: further lines of `[rooms.options]`.
        toml: further tables of bot.toml.
    """
    (folder / f"{login}.txt").write_text(f"sessionid={login}", encoding="utf-8")
    text = CONFIG.format(address=address or simulator.address, login=login, options=options)
    watched = Watched()
    candidates = [Candidate(plugin.name, "test", lambda plugin=plugin: plugin) for plugin in plugins]
    bot = watched.bot = Bot(parse_config(text + toml, folder=folder), observers=[watched], plugins=candidates)
    work = asyncio.create_task(bot.run())
    try:
        await come_true(lambda: work.done() or any(event.kind == "connected" for event in watched.events))
        assert not work.done(), work.exception()
        yield watched
    finally:
        bot.stop()
        await work


async def come_true(condition: Callable[[], Any]) -> None:
    """Wait until something is so that nobody tells."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
