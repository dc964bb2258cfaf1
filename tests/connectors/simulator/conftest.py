"""A client written by hand: it speaks the protocol with raw HTTP and sockets, and knows no connector."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import quote

import aiohttp
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError
from yarl import URL

from douyinbot.connectors.simulator import Limits, Scenario, Simulator
from douyinbot.errors import DecodeError
from douyinbot.events import Event
from douyinbot.webcast import frames
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.douyin import TABLE, a_bogus, query, signature
from douyinbot.webcast.douyin.page import parse_room_page
from douyinbot.webcast.douyin.query import Visit
from douyinbot.webcast.frames import Batch, Frame
from douyinbot.webcast.pairs import Pairs, encode
from douyinbot.webcast.room_state import RoomState

PATIENCE = 5.0


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Guest:
    """One visitor with one ttwid; with a session id it is logged in."""

    def __init__(self, simulator: Simulator, http: aiohttp.ClientSession, session_id: str) -> None:
        self.simulator = simulator
        self.visit = Visit()
        self.cookies = {"sessionid": session_id} if session_id else {}
        self._http = http

    async def get(self, path: str, raw_query: str = "", *, method: str = "GET", **keys: Any) -> Answer:
        url = URL(f"{self.simulator.address}{path}?{raw_query}".rstrip("?"), encoded=True)
        headers = {"User-Agent": query.USER_AGENT, "Cookie": self.cookie, **keys.pop("headers", {})}
        async with self._http.request(method, url, headers=headers, **keys) as response:
            if "ttwid" in response.cookies:
                self.cookies["ttwid"] = response.cookies["ttwid"].value
            return Answer(response.status, dict(response.headers), await response.read())

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    async def open(self, room: str = "abc") -> RoomState:
        """Load a room's page, and keep what it tells."""
        answer = await self.get(f"/{room}")
        assert answer.status == 200
        state = parse_room_page(answer.body.decode())
        self.visit = Visit(web_rid=room, room_id=state.room_id, visitor_id=state.visitor_id)
        return state

    async def enter(self, room: str = "") -> Answer:
        visit = Visit(web_rid=room) if room else self.visit
        return await self.get(query.ENTER, encode(visit.enter()))

    async def fetch(self, cursor: str = "", internal_ext: str = "") -> Answer:
        return await self.get(query.FETCH, encode(self.visit.fetch(cursor, internal_ext)))

    async def signed(self, path: str, pairs: Pairs, *, spoil: str = "") -> Answer:
        """Ask for a path with a_bogus; `spoil` is added to the query after it was signed."""
        raw_query = encode(pairs)
        browser = a_bogus.Browser(user_agent=query.USER_AGENT)
        now_ms = round(time.time() * 1000)
        value = a_bogus.sign(raw_query, browser=browser, now_ms=now_ms, rng=random.Random(4))
        return await self.get(path, f"{raw_query}{spoil}&a_bogus={quote(value, safe='')}")

    async def batch(self, cursor: str = "") -> Batch:
        return frames.parse_batch((await self.fetch(cursor)).body)

    def push_url(self, cursor: str = "", **changes: str) -> str:
        """Return a signed socket address; changes are made after signing."""
        signed = signature.sign(self.visit.stub_values(), signature.Nonce(counter=1, key=7))
        pairs = dict(self.visit.push(cursor, "", signed)) | changes
        return f"{self.simulator.push_address}{query.PUSH}?{encode(list(pairs.items()))}"

    @asynccontextmanager
    async def socket(self, cursor: str = "", **changes: str) -> AsyncIterator["Socket"]:
        async with connect(
            self.push_url(cursor, **changes),
            additional_headers={"Cookie": self.cookie, "Origin": "https://live.douyin.com"},
            user_agent_header=query.USER_AGENT,
            compression=None,
        ) as connection:
            yield Socket(connection)

    async def chat(self, text: str, *, spoil: str = "", method: str = "GET", timeout: float = 5.0) -> Answer:
        """Say a line; `spoil` is added to the query after it was signed."""
        pairs, rng = self.visit.chat(text), random.Random(4)
        browser = a_bogus.Browser(user_agent=query.USER_AGENT)
        if method == "POST":
            body, raw_query = (
                encode([pair for pair in pairs if pair[0] == "content"]),
                encode([pair for pair in pairs if pair[0] != "content"]),
            )
        else:
            body, raw_query = "", encode(pairs)
        now_ms = round(time.time() * 1000)
        value = a_bogus.sign(raw_query, body=body, browser=browser, now_ms=now_ms, rng=rng)
        keys: dict[str, Any] = {"timeout": aiohttp.ClientTimeout(total=timeout)}
        if method == "POST":
            keys |= {"data": body, "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
        signed = f"{raw_query}{spoil}&a_bogus={quote(value, safe='')}"
        return await self.get(query.CHAT, signed, method=method, **keys)


class Socket:
    """An open socket that acknowledges nothing by itself."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self._left: list[tuple[str, int, bytes]] = []

    async def data(self) -> bytes:
        async with asyncio.timeout(PATIENCE):
            data = await self.connection.recv()
        assert isinstance(data, bytes)
        return data

    async def frame(self) -> Frame:
        return frames.parse_frame(await self.data())

    async def batch(self) -> tuple[Frame, Batch]:
        """Return the next frame of messages, acknowledged."""
        while (frame := await self.frame()).payload_type != "msg":
            pass
        await self.connection.send(frames.ack(frame.log_id, frame.internal_ext))
        return frame, frames.parse_batch(frame.payload, gzipped=frame.gzipped)

    async def messages(self, count: int) -> list[tuple[str, int, bytes]]:
        """Return so many messages, in order."""
        while len(self._left) < count:
            self._left += (await self.batch())[1].messages
        found, self._left = self._left[:count], self._left[count:]
        return found

    async def events(self, count: int) -> list[Event]:
        return decoded(await self.messages(count))

    async def outcomes(self, count: int) -> list[str]:
        """Return what becomes of the next frames: "good", "bad" or the type of an odd one."""
        found: list[str] = []
        while len(found) < count:
            try:
                frame = await self.frame()
                if frame.payload_type == "msg":
                    frames.parse_batch(frame.payload, gzipped=frame.gzipped)
                    await self.connection.send(frames.ack(frame.log_id, frame.internal_ext))
                found.append("good" if frame.payload_type == "msg" else frame.payload_type)
            except DecodeError:
                found.append("bad")
        return found

    async def code(self) -> int | None:
        """Read to the end, and return with which code it came."""
        try:
            async with asyncio.timeout(PATIENCE):
                async for _ in self.connection:
                    pass
        except ConnectionClosedError:
            pass  # ended without a goodbye
        return self.connection.close_code


def decoded(messages: list[tuple[str, int, bytes]]) -> list[Event]:
    decoder = Decoder(TABLE, room="main")
    return decoder.decode(messages, decoder.arrival(Batch([]), datetime.now(UTC)))


Scene = Callable[[Simulator, Callable[..., Guest]], Coroutine[Any, Any, None]]
Play = Callable[..., Simulator]


@pytest.fixture
def play() -> Play:
    """Run a scene at a simulator: `play(scene, rooms=..., limits=...)`; returns the simulator afterwards."""

    def run(scene: Scene, **options: Any) -> Simulator:
        options.setdefault("scenario", Scenario())
        options.setdefault("limits", Limits(resend_after=0.2, chat_gap=0.0, poll_gap=0.0))

        async def main() -> Simulator:
            jar = aiohttp.DummyCookieJar()
            async with Simulator(**options) as simulator, aiohttp.ClientSession(cookie_jar=jar) as http:
                await scene(simulator, lambda session_id="": Guest(simulator, http, session_id))
            return simulator

        return asyncio.run(main())

    return run


@pytest.fixture
def events() -> Callable[[list[tuple[str, int, bytes]]], list[Event]]:
    """Decode messages as douyinbot does."""
    return decoded
