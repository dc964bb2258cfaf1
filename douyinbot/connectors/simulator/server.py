"""The simulator: a server on this computer that speaks Douyin's web-live protocol, with an audience."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Handler

from douyinbot.config import Duration, is_loopback
from douyinbot.connectors.simulator import roompage, visitors
from douyinbot.connectors.simulator.channel import Channel
from douyinbot.connectors.simulator.chat import LONGEST_ON_TIKTOK, REFUSALS_ON_TIKTOK, ChatDesk, say
from douyinbot.connectors.simulator.delivery import Limits
from douyinbot.connectors.simulator.elsewhere import Elsewhere
from douyinbot.connectors.simulator.house import House
from douyinbot.connectors.simulator.provider import FOLDER, KEY, Provider
from douyinbot.connectors.simulator.reception import Reception
from douyinbot.connectors.simulator.report import Asked, Report
from douyinbot.connectors.simulator.room import Room
from douyinbot.connectors.simulator.scenario import NO_SUCH_GIFT, Scenario, Step
from douyinbot.connectors.simulator.shows import lacking
from douyinbot.connectors.simulator.site import Site
from douyinbot.connectors.simulator.stage import perform
from douyinbot.connectors.simulator.tiktok import TikTokSite
from douyinbot.errors import ConfigError
from douyinbot.webcast.douyin import query

__all__ = ["Simulator"]

LARGEST_REQUEST = 64 * 1024
BACKLOG = 1024
PATIENCE = 0.5
"""Seconds that goodbyes may take when the simulator ends."""


class Simulator:
    """A made-up Douyin on a loopback address; an async context manager.

        async with Simulator() as simulator:
            print(simulator.address)   # http://127.0.0.1:40123; any path is a room

    Args:
        host: an address of this computer; any other is refused.
        port: 0 for a free one.
        scenario: what every room does that has no scenario of its own; None for a lively audience.
        seed: decides everything that happens by chance.
        pace: how fast scenarios run: 10 is ten times as fast as written. Limits are not affected.
        rooms: scenarios by room name.
        limits: how patient the server is with clients.
    """

    LOGIN = visitors.LOGIN
    """A login cookie that it accepts. Any other session id is a further account, but for `expired`."""

    PROVIDER_KEY = KEY

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        scenario: Scenario | None = None,
        seed: int = 0,
        pace: float = 1.0,
        rooms: Mapping[str, Scenario] | None = None,
        limits: Limits | None = None,
    ) -> None:
        if not is_loopback(host):
            raise ConfigError(
                f"the simulator listens on this computer only (127.0.0.1, ::1 or localhost), not on {host}"
            )
        for name, known in {"scenario": scenario or Scenario(), **(rooms or {})}.items():
            if (index := known.missing_gift()) is not None:
                raise ConfigError(f"{name}: steps[{index}].gift: {NO_SUCH_GIFT}")
        for name, known in (rooms or {}).items():
            for place, step in enumerate(known.steps):
                _check_platform(step, name, f"steps[{place}].do: ")
        if pace <= 0:
            raise ConfigError(f"the simulator's pace must be above 0, not {pace:g}")
        self.address = ""
        self.push_address = ""
        self.report = Report()
        # "localhost" may be two addresses, which would get a free port each.
        self._host, self._port = "127.0.0.1" if host == "localhost" else host, port
        limits = limits or Limits()
        self._house = House(scenario=scenario, rooms=rooms or {}, seed=seed, pace=pace, limits=limits)
        guests = visitors.Visitors(random.Random(seed))  # noqa: S311 - nothing here is secret
        reception = Reception(self._house, guests, self.report, limits)
        self._site = Site(reception)
        self._elsewhere = Elsewhere(reception)
        self._channel = Channel(reception)
        self._desk = ChatDesk(reception)
        self._tiktok_desk = ChatDesk(reception, REFUSALS_ON_TIKTOK, LONGEST_ON_TIKTOK)
        self._provider = Provider(reception, self._channel, self._tiktok_desk)
        self._tiktok = TikTokSite(reception, self._channel, self._tiktok_desk, self._provider)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        if self._runner is not None:
            raise RuntimeError("this simulator was started before; make a new one")
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=PATIENCE / 2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port, backlog=BACKLOG)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise ConfigError(
                f"the simulator cannot listen on {self._host}:{self._port}: {error.strerror}"
            ) from error
        host = f"[{self._host}]" if ":" in self._host else self._host
        port = self._runner.addresses[0][1]
        self.address, self.push_address = f"http://{host}:{port}", f"ws://{host}:{port}"
        self._channel.push_address = self.push_address
        return self

    async def __aexit__(self, *_: object) -> None:
        self._desk.closing.set()
        self._tiktok_desk.closing.set()
        await self._house.close()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._channel.close()
        except TimeoutError:
            pass  # who does not answer a goodbye is cut off by the cleanup
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def provider(self) -> str:
        """The address of the sign provider of its TikTok rooms; `PROVIDER_KEY` may everything there."""
        return f"{self.address}{FOLDER}"

    def room_id(self, room: str) -> str:
        """Return the id of a room's present stream."""
        return str(self._room(room).room_id)

    async def say(self, room: str, nickname: str, text: str) -> str:
        """Let somebody say a line now, and return the message's id."""
        stage = self._room(room)
        return str(say(stage, stage.who(nickname), text))

    async def gift(
        self, room: str, nickname: str, gift_name: str, counts: Sequence[int], end: bool = True
    ) -> None:
        """Let somebody give a streak now: one running message for each count so far, then the closing one."""
        await self.do(
            room,
            Step(do="gift", who=nickname, gift=gift_name, counts=list(counts), end=end, gap=Duration(0)),
        )

    async def do(self, room: str, step: Step) -> None:
        """Let a step happen now; a gift's further messages come in the time that its `gap` says."""
        stage, passed = self._room(room), 0.0
        _check_platform(step, room)
        if step.gift and step.gift not in stage.gifts:
            raise ConfigError(f'the simulated room "{room}" has no gift "{step.gift}"')
        for delay, cue in perform(stage, step):
            await asyncio.sleep((delay - passed) / self._house.pace)
            passed = delay
            perform(stage, cue)

    def _room(self, name: str) -> Room:
        room = self._house.room(name)
        if room is None:
            raise ConfigError(f'"{name}" cannot be the name of a simulated room')
        return room

    @web.middleware
    async def _note(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        cookies = tuple(sorted(request.cookies))
        self.report.asked(Asked(request.path, request.query.get("cursor", ""), cookies))
        return await handler(request)

    def _application(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_REQUEST, middlewares=[self._note])
        app.router.add_get("/", self._site.front)
        app.router.add_get(query.ENTER, self._site.enter)
        app.router.add_get(query.GIFT_LIST, self._site.gifts)
        app.router.add_get(query.FETCH, self._channel.fetch)
        app.router.add_get(query.PUSH, self._channel.push)
        app.router.add_get(query.CHAT, self._desk.chat)
        app.router.add_post(query.CHAT, self._desk.chat)
        app.router.add_routes(self._elsewhere.routes())
        app.router.add_routes(self._tiktok.routes())
        app.router.add_routes(self._provider.routes())
        app.router.add_get("/{web_rid}", self._site.page)
        app.router.add_get(f"/{{web_rid}}{roompage.LINES}", self._site.lines)
        return app


def _check_platform(step: Step, room: str, where: str = "") -> None:
    tiktok = room.startswith("@")
    if why := lacking(step, tiktok=tiktok):
        platform = "TikTok" if tiktok else "Douyin"
        raise ConfigError(f'{room}: {where}a room of {platform} has no such "{step.do}": {why}')
