"""The simulator's sign provider, asked by hand: tickets, keys, lines, and what it minds."""

import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from douyinbot.connectors.simulator import Simulator, provider
from douyinbot.connectors.simulator.provider import GOOD_FOR
from douyinbot.webcast.pairs import encode
from douyinbot.webcast.tiktok import parse_fetch_result, query
from tests.connectors.rooms import simulator

USUAL = {"client": "me", "cursor": "", "user_agent": "Mozilla/5.0", "client_enter": "true"}
NEWER = ("version_code", "270000")


class Client:
    def __init__(self, server: Simulator, http: aiohttp.ClientSession) -> None:
        self.server = server
        self._http = http

    async def ask(
        self, path: str, *, key: str = Simulator.PROVIDER_KEY, json: Any = None, **headers: str
    ) -> tuple[int, Any, bytes]:
        method = "GET" if json is None else "POST"
        sent = {"x-api-key": key} if key else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"{self.server.provider}{path}"
        async with self._http.request(method, url, json=json, headers=sent) as response:
            return response.status, response.headers, await response.read()

    async def ticket(self, *, key: str = Simulator.PROVIDER_KEY, **changes: str) -> tuple[int, Any, bytes]:
        pairs = {"room_id": self.server.room_id("@abc"), **USUAL, **changes}
        return await self.ask(f"/webcast/fetch?{encode(list(pairs.items()))}", key=key)

    async def cookie(self) -> str:
        _, headers, _ = await self.ticket()
        return str(headers["X-Set-TT-Cookie"].partition(";")[0])

    async def socket(self, cookie: str, *more: tuple[str, str]) -> int:
        """Try to open a socket, and return the status of the answer."""
        pairs = query.Visit("abc", self.server.room_id("@abc")).push("", "", random.Random(1))
        headers = {"User-Agent": query.USER_AGENT, "Cookie": cookie, "Origin": "https://www.tiktok.com"}
        url = f"{self.server.address}{query.PUSH}?{encode([*pairs, *more])}"
        try:
            async with self._http.ws_connect(url, headers=headers):
                return 101
        except aiohttp.WSServerHandshakeError as error:
            return error.status


@asynccontextmanager
async def client() -> AsyncIterator[Client]:
    async with simulator() as server, aiohttp.ClientSession() as http:
        yield Client(server, http)


async def test_a_ticket_is_an_answer_of_im_fetch_with_a_cookie_for_the_socket() -> None:
    async with client() as ours:
        status, headers, body = await ours.ticket()
        batch = parse_fetch_result(body)
        assert (status, headers["X-Room-Id"]) == (200, ours.server.room_id("@abc"))
        assert batch.cursor
        assert batch.push_server == f"{ours.server.push_address}{query.PUSH}"
        assert headers["X-Set-TT-Cookie"].startswith("ttwid=1%7C")
        assert ours.server.report.tickets == 1
        assert ours.server.report.violations == []


async def test_a_ticket_opens_one_socket_and_in_its_form_only() -> None:
    async with client() as ours:
        first, second = await ours.cookie(), await ours.cookie()
        assert await ours.socket(first, NEWER) == 101
        assert await ours.socket(first, NEWER) == 200
        assert await ours.socket(second) == 200
        assert ours.server.report.refusals == [
            "the ticket is too old, or was used before",
            "the ticket's version_code is missing",
        ]


async def test_a_ticket_is_good_for_half_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    assert GOOD_FOR == 30
    monkeypatch.setattr(provider, "GOOD_FOR", -1.0)
    async with client() as ours:
        assert await ours.socket(await ours.cookie(), NEWER) == 200


@pytest.mark.parametrize(
    ("key", "status"),
    [("", 401), ("wrong", 401), ("unpaid", 402), ("forbidden", 403), ("busy", 429), ("broken", 502)],
)
async def test_the_key_decides_how_a_client_is_treated(key: str, status: int) -> None:
    async with client() as ours:
        assert (await ours.ticket(key=key))[0] == status
        assert (await ours.ask("/webcast/anchors/abc/room_id", key=key))[0] == status
        assert (await ours.ask("/webcast/rooms/1/chat", key=key, json={"content": "x"}))[0] == status
        assert ours.server.report.chat_lines == []


async def test_who_is_detected_gets_nothing() -> None:
    async with client() as ours:
        assert (await ours.ticket(key="detected"))[::2] == (200, b"")
        assert (await ours.ticket(key="garbage"))[2].startswith(b"\xff")


async def test_rooms_that_are_not_there() -> None:
    async with client() as ours:
        assert (await ours.ticket(room_id="1"))[0] == 404
        told = (await ours.ask(f"/webcast/anchors/{'x' * 65}/room_id"))[2]
        assert b'"ok": false' in told


async def test_lines_are_said_for_the_session_or_the_token() -> None:
    async with client() as ours:
        path = f"/webcast/rooms/{ours.server.room_id('@abc')}/chat"
        session = {"x_cookie_header": "sessionid=simulated; tt-target-idc=useast1a"}
        answer = (await ours.ask(path, json={"content": "1"}, **session))[2]
        assert answer == b'{"code": 200, "message": "Sent."}'
        assert (await ours.ask(path, json={"content": "2"}, x_oauth_token="t"))[0] == 200
        half = {"x_cookie_header": "sessionid=simulated"}
        for headers in ({}, half):
            assert b'"code": 20003' in (await ours.ask(path, json={"content": "3"}, **headers))[2]
        assert (await ours.ask(path, json={"text": "4"}, **session))[0] == 400
        assert [line.text for line in ours.server.report.chat_lines if line.answer == "ok"] == ["1", "2"]


async def test_an_address_is_signed_by_adding_tokens() -> None:
    async with client() as ours:
        status, _, body = await ours.ask("/tiktok/sign_url", json={"url": "http://x/?a=1", "userAgent": "me"})
        assert status == 200
        response = json.loads(body)["response"]
        assert response["signedUrl"].startswith("http://x/?a=1&msToken=")
        assert (set(response["tokens"]), response["userAgent"]) == ({"msToken", "X-Bogus", "X-Gnarly"}, "me")
        assert (await ours.ask("/tiktok/sign_url", json={}))[0] == 400
        assert ours.server.report.violations == []
        await ours.ask("/tiktok/sign_url", json={"url": "http://x/?X-Bogus=1", "sessionId": "s"})
        assert len(ours.server.report.violations) == 2


async def test_what_no_client_of_a_provider_does_is_noted() -> None:
    async with client() as ours:
        await ours.ask("/webcast/fetch?room_id=1&session_id=x", Cookie="ttwid=t")
        told = " ".join(ours.server.report.violations)
        assert "cookies of TikTok came along" in told
        assert "session_id and tt_target_idc go together" in told
        assert "client_enter is missing" in told


async def test_the_book_of_tickets_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider, "REMEMBERED", 3)
    async with client() as ours:
        for _ in range(5):
            await ours.ticket()
        assert len(ours.server._provider._tickets) == 3
