"""`connector = "simulator"`: the embedded room, and its platform's connector talking to it over loopback."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Self

import msgspec

from douyinbot.connectors import tiktok
from douyinbot.connectors.base import Accepted, Capabilities, Setup
from douyinbot.connectors.douyin import Address, build
from douyinbot.connectors.live import LiveConnector
from douyinbot.connectors.options import NetworkOptions
from douyinbot.connectors.simulator import Simulator, load_scenario
from douyinbot.events import Event

__all__ = ["SimulatedConnector", "SimulatorOptions"]


class SimulatorOptions(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[rooms.options]` of the simulator."""

    room: str = "516466932480"
    """The room to enter; docs/simulator.md lists those that make trouble."""
    scenario: str = ""
    """A scenario file for that room, relative to bot.toml."""
    seed: int = 0
    pace: float = 1.0
    """How many times as fast as real life the audience is."""

    def __post_init__(self) -> None:
        if self.pace <= 0:
            raise ValueError("`pace` must be more than 0")


class SimulatedConnector:
    """A simulator of its own and a connector to it. Nothing is short-cut between the two."""

    capabilities = Capabilities(send_chat=True, room_info=True, gift_list=True, simulated=True)

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._options = setup.options(SimulatorOptions)
        folder: Path = setup.source.folder
        scenario = load_scenario(folder / self._options.scenario) if self._options.scenario else None
        rooms = {self._options.room: scenario} if scenario is not None else None
        self.simulator = Simulator(rooms=rooms, seed=self._options.seed, pace=self._options.pace)
        self._inner: LiveConnector | None = None

    @property
    def account_id(self) -> str:
        return self._inner.account_id if self._inner is not None else ""

    @property
    def counts(self) -> Mapping[str, int]:
        return self._inner.counts if self._inner is not None else {}

    async def __aenter__(self) -> Self:
        await self.simulator.__aenter__()
        options = NetworkOptions(endpoint=self.simulator.address, push_hosts=[self.simulator.push_address])
        name, site, login = self._options.room, self.simulator.address, Simulator.LOGIN
        if name.startswith("@"):
            there = tiktok.Address(name[1:], site)
            wanted = tiktok.TikTokOptions(endpoint=options.endpoint, push_hosts=options.push_hosts)
            self._inner = tiktok.build(self._setup, there, wanted, cookies=login, simulated=True)
        else:
            self._inner = build(self._setup, Address(name, site), options, cookies=login, simulated=True)
        return self

    async def __aexit__(self, *exc: object) -> None:
        try:
            if self._inner is not None:
                await self._inner.__aexit__(*exc)
        finally:
            await self.simulator.__aexit__(*exc)

    async def __aiter__(self) -> AsyncIterator[Event]:
        async with aclosing(self.batches()) as batches:
            async for batch in batches:
                for event in batch:
                    yield event

    def batches(self) -> AsyncGenerator[list[Event]]:
        return self._connected.batches()

    async def send(self, text: str) -> Accepted:
        return await self._connected.send(text)

    @property
    def _connected(self) -> LiveConnector:
        if self._inner is None:
            raise RuntimeError("the simulator is not running: use it as `async with`")
        return self._inner
