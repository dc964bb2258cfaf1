"""A bot that runs, with its web server open, and somebody who asks it."""

import asyncio
from pathlib import Path
from typing import Any, Self

import aiohttp

from douyinbot.config import parse_config
from douyinbot.connectors.base import Setup
from douyinbot.core.bot import Bot
from douyinbot.core.plugins.discovery import Candidate
from douyinbot.events import EVENTS, User
from douyinbot.testing.room import AirRoom
from douyinbot.web import Server

__all__ = ["House"]

CONFIG = """
[bot]
store = "sqlite://"
[[rooms]]
id = "main"
connector = "air"
send = "live"
[[rooms]]
id = "asks"
connector = "air"
send = "approve"
cookies = "file:other.txt"
[send]
rate = "1000/1s"
burst = 1000
per_minute = 100000
dedupe = "0s"
"""


class House:
    """Everything that one test needs, `async with`.

    Args:
        folder: where the token's file is.
        toml: further tables.
        plugins: objects with a `name`.
        token: with one, `[web]` asks for it.
        hosts: `hosts` of `[web]`.
    """

    def __init__(
        self, folder: Path, toml: str = "", *plugins: Any, token: str = "", hosts: str = "[]"
    ) -> None:
        web = f'[web]\nlisten = "127.0.0.1:0"\nhosts = {hosts}\n'
        if token:
            (folder / "token.txt").write_text(token, encoding="utf-8")
            web += 'token = "file:token.txt"\n'
        self.token = token
        self.rooms: dict[str, AirRoom] = {}
        self.said: list[str] = []
        self.bot = Bot(
            parse_config(CONFIG + toml + web, folder=folder),
            connectors={"air": self._connect},
            plugins=[Candidate(one.name, "test", lambda one=one: one) for one in plugins],
        )
        self.server = Server(self.bot)
        self.http: aiohttp.ClientSession
        self._running: asyncio.Task[None]

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        self.http = aiohttp.ClientSession(base_url=self.server.url)
        self._running = asyncio.create_task(self.bot.run())
        await self.bot.started.wait()
        await self.until(lambda: all(room.live_room.connected for room in self.bot.rooms))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.bot.stop()
        await self._running
        await self.server.__aexit__()
        await self.http.close()

    @property
    def key(self) -> dict[str, str]:
        """The headers with which one may do everything."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    async def ask(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """Ask the server; return the status and what the JSON says."""
        headers = {**self.key, **options.pop("headers", {})}
        async with self.http.request(method, path, headers=headers, **options) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str, **options: Any) -> Any:
        """Ask for something that is there."""
        status, value = await self.ask("GET", path, **options)
        assert status == 200, value
        return value

    async def post(self, path: str, **options: Any) -> Any:
        """Let something be done that can be done."""
        status, value = await self.ask("POST", path, **options)
        assert status == 200, value
        return value

    def watch(self, query: str = "", **headers: str) -> Any:
        """Open the socket."""
        return self.http.ws_connect(f"/ws?{query}", headers={**self.key, **headers})

    def emit(self, kind: str, user: str = "小明", room: str = "main", **fields: Any) -> str:
        """Let something happen in a room, and return the event's id."""
        air, now = self.rooms[room], self.bot.engine.clock.now()  # type: ignore[union-attr]
        common = {"id": air.next_id(), "room": room, "time": now, "received": now}
        viewer = {"id": "7", "unique_id": "dy7", "nickname": user, **fields.pop("of", {})}
        event = EVENTS[kind](**common, user=User(**viewer), **fields)
        air.put(event)
        return event.id

    def say(self, text: str, room: str = "main") -> None:
        """Let the bot say something."""
        assert self.bot.engine is not None
        self.bot.engine.say(text, room=room, plugin="test")

    async def until(self, true: Any) -> Any:
        """Wait until something is true, and return it; the test's own time limit is its end."""
        while not (value := true()):  # noqa: ASYNC110 - there is no event for all that may be waited for
            await asyncio.sleep(0.005)
        return value

    def _connect(self, setup: Setup) -> AirRoom:
        air = self.rooms[setup.room.id] = AirRoom(setup, self.said)
        return air
