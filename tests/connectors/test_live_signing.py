"""Rooms that demand signatures, entered whole: by the bot's own, by none, and by a service's."""

import logging
import random
import traceback
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from douyinbot.connectors.douyin import connect_douyin
from douyinbot.connectors.douyin.signing import NativeSigner
from douyinbot.connectors.signer import ToSign
from douyinbot.connectors.simulator import Scenario, Simulator, Step, Times, Trouble
from douyinbot.errors import BlockedError, ConfigError, SendError, SignatureError
from douyinbot.events import Chat, Connected, Failure, Gift
from douyinbot.webcast.douyin.query import PUSH
from douyinbot.webcast.douyin.signature import STUB_FIELDS, open_signature, verify
from tests.connectors.chaos import ChaosProxy
from tests.connectors.proxies import HttpProxy
from tests.connectors.rooms import connector, listening, setup_for, simulator, texts_of
from tests.connectors.servers import serving
from tests.connectors.test_live_secrets import everything

ALL_SIGNED = Trouble(page="verification", enter="unsigned", fetch="unsigned", gift_list="unsigned")
CANARY = "-".join(("can", "ary"))
TOKEN = f"{CANARY}-token"


def demanding(**trouble: Any) -> Simulator:
    return simulator(Scenario(trouble=Trouble(**trouble)))


# ---- signed here --------------------------------------------------------------------------------------


async def test_a_room_whose_every_answer_wants_a_bogus_is_entered() -> None:
    async with simulator(Scenario(trouble=ALL_SIGNED)) as server:
        to = connector(server, enable_extended_gift_info=True, cookies=Simulator.LOGIN)
        async with listening(to) as room:
            await room.until(Connected)
            await server.gift("abc", "小明", "玫瑰", [1])
            gift = await room.until(Gift)
            await to.send("大家好")
        assert gift.extended_gift_info is not None
        assert gift.extended_gift_info["name"] == "玫瑰"
        assert server.report.violations == []
        assert (server.report.enters, server.report.fetches, server.report.gift_lists) == (2, 2, 2)
        assert [line.answer for line in server.report.chat_lines] == ["ok"]


async def test_polling_is_refused_once_and_then_signed() -> None:
    async with simulator(Scenario(trouble=ALL_SIGNED)) as server:
        async with listening(connector(server, enable_websocket_upgrade=False)) as room:
            await room.until(Connected)
            for number in range(5):
                await server.say("abc", "小明", str(number))
                await room.until(Chat, lambda chat, text=str(number): chat.comment == text)
            polls = server.report.fetches
        assert "failure" not in room.kinds
        assert server.report.violations == []
        assert polls >= 7  # the refused first one, that one signed, and a poll for each line
        assert server.report.handshakes == 0


async def test_polling_goes_on_when_the_site_begins_to_want_signatures() -> None:
    async with simulator() as server:
        async with listening(connector(server, enable_websocket_upgrade=False)) as room:
            await room.until(Connected)
            await server.do("abc", Step(do="trouble", trouble=ALL_SIGNED))
            await server.say("abc", "小明", "还在")
            await room.until(Chat)
        assert "failure" not in room.kinds
        assert server.report.violations == []


async def test_without_a_signer_such_a_room_stays_shut() -> None:
    async with simulator(Scenario(trouble=ALL_SIGNED)) as server:
        async with listening(connector(server, signer="none")) as room:
            with pytest.raises(Exception, match="verification"):
                await room.rest()
        assert server.report.enters == 1


# ---- the socket ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("fields", [[], ["room_id", "user_unique_id"], ["aid", "app_name", "nothing"]])
async def test_a_socket_that_wants_other_fields_signed_is_opened_with_them(fields: list[str]) -> None:
    async with demanding(signature_fields=fields) as server:
        async with listening(connector(server, signature_fields=fields)) as room:
            opened = await room.until(Connected)
            await server.say("abc", "小明", "你好")
            await room.until(Chat)
        assert opened.websocket
        assert server.report.refusals == []
        assert server.report.violations == []


async def test_the_order_of_the_fields_counts() -> None:
    async with demanding(signature_fields=["aid", "room_id"]) as server:
        async with listening(connector(server, signature_fields=["room_id", "aid"])) as room:
            failure = await room.until(Failure)
        assert isinstance(failure.exception, BlockedError)
        assert server.report.refusals == ["the signature was made for other values"]


async def test_a_socket_with_the_usual_signature_is_refused_where_another_is_wanted_so_we_poll() -> None:
    async with demanding(signature_fields=[]) as server:
        async with listening(connector(server)) as room:
            connected = await room.until(Connected)
        assert not connected.websocket
        assert server.report.refusals == ["the signature was made for other values"] * 3


async def test_no_signature_at_all_is_refused() -> None:
    async with simulator() as server:
        async with listening(connector(server, signer="none")) as room:
            await room.until(Failure)
        assert server.report.refusals == ["the signature is missing"]


async def test_the_signature_covers_client_params_and_is_made_anew_for_each_socket() -> None:
    own = {"webcast_sdk_version": "1.0.99", "update_version_code": "1.0.99", "signature": "mine"}
    async with simulator() as server, ChaosProxy(server.address) as tap:
        to = connector(server, endpoint=tap.address, push_hosts=[tap.push_host], client_params=own)
        async with listening(to) as room:
            for _ in range(3):
                await room.until(Connected)
                await server.do("abc", Step(do="drop"))
        assert server.report.refusals == []
        assert server.report.violations == []
    queries = [request.query for request in tap.requests if request.path == PUSH]
    assert [open_signature(query["signature"]).payload[0] for query in queries[:3]] == [1, 2, 3]
    assert {query["webcast_sdk_version"] for query in queries} == {"1.0.99"}
    assert all(verify(query["signature"], query) == [] for query in queries)
    assert len({query["signature"] for query in queries}) == len(queries)


# ---- a service ----------------------------------------------------------------------------------------


class Service:
    """Signs as the bot itself would: whoever trusts it gets in. Then it may be told to fail."""

    def __init__(self) -> None:
        self.status = 200
        self.asked: list[dict[str, Any]] = []
        self.heads: list[str] = []

    async def serve(self, request: web.Request) -> web.Response:
        self.heads.append(str(sorted(request.headers.items())))
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=401)
        if self.status != 200:
            return web.Response(status=self.status, headers={"Retry-After": "0"}, text=CANARY)
        question = await request.json()
        self.asked.append(question)
        native = NativeSigner(rng=random.Random(9), clock=lambda: datetime(2026, 10, 1, tzinfo=UTC))
        signed = await native.sign(ToSign(**question))
        return web.json_response({"params": dict(signed.params)})


@pytest.fixture
def signing(monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setenv("SIGNER_TOKEN", TOKEN)
    return Service()


def options(where: str, **given: Any) -> dict[str, Any]:
    return {"signer": {"url": f"{where}/{CANARY}", "token": "env:SIGNER_TOKEN"}, **given}


async def test_a_service_opens_a_room_that_wants_everything_signed(signing: Service) -> None:
    async with simulator(Scenario(trouble=ALL_SIGNED)) as server, serving(signing.serve) as where:
        to = connector(server, cookies=f"{Simulator.LOGIN}; odin_tt={CANARY}", **options(where))
        async with listening(to) as room:
            await room.until(Connected)
            await server.say("abc", "小明", "你好")
            await room.until(Chat)
            await to.send("大家好")
        assert server.report.violations == []
        assert server.report.refusals == []
        assert [line.answer for line in server.report.chat_lines] == ["ok"]
    kinds = [question["kind"] for question in signing.asked]
    assert sorted(kinds) == ["http", "http", "http", "socket"]
    socket = signing.asked[kinds.index("socket")]
    assert tuple(socket["fields"]) == STUB_FIELDS
    assert "signature" not in socket["url"]
    # What it was told holds no cookie and no login.
    told = str(signing.asked) + str(signing.heads)
    for secret in ("sessionid", "simulated", "ttwid", "odin_tt", CANARY):
        assert secret not in told.replace(TOKEN, "")


async def test_the_service_is_asked_through_the_rooms_proxy(signing: Service) -> None:
    async with simulator() as server, serving(signing.serve) as where, HttpProxy() as proxy:
        async with listening(connector(server, proxy=proxy.address, **options(where))) as room:
            await room.until(Connected)
        assert where.removeprefix("http://") in proxy.targets


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "refuses our token"), (402, "wants to be paid"), (429, "too often"), (500, "HTTP 500")],
)
async def test_a_service_that_fails_leaves_polling_and_nothing_secret_is_told(
    signing: Service, caplog: pytest.LogCaptureFixture, status: int, words: str
) -> None:
    caplog.set_level(logging.DEBUG)
    signing.status = status
    async with simulator() as server, serving(signing.serve) as where:
        to = connector(server, cookies=Simulator.LOGIN, **options(where))
        async with listening(to) as room:
            connected = await room.until(Connected)
            with pytest.raises(SendError, match="The line was not sent: the signing service") as caught:
                await to.send("大家好")
        assert not connected.websocket
        assert server.report.chat_lines == []
        assert server.report.refusals == []  # nobody knocked without a signature
    failures = [event for event in room.events if isinstance(event, Failure)]
    assert len(failures) == 3
    assert all(words in str(failure.exception) for failure in failures)
    told = everything(room.events, caplog) + "".join(traceback.format_exception(caught.value))
    assert CANARY not in told
    assert "SIGNER_TOKEN" not in told


async def test_a_socket_comes_back_when_the_service_does(signing: Service) -> None:
    async with simulator() as server, serving(signing.serve) as where:
        async with listening(connector(server, **options(where))) as room:
            await room.until(Connected)
            signing.status = 500
            await server.do("abc", Step(do="drop"))
            failure = await room.until(Failure)
            signing.status = 200
            again = await room.until(Connected)
            await server.say("abc", "小明", "你好")
            await room.until(Chat)
        assert isinstance(failure.exception, SignatureError)
        assert again.reconnected
        assert texts_of(room.events) == ["你好"]


def test_a_token_that_is_not_there_is_named_with_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIGNER_TOKEN", raising=False)
    with pytest.raises(ConfigError, match=r"rooms\[0\]\.options\.signer\.token: .*SIGNER_TOKEN is not set"):
        connect_douyin(setup_for("abc", **options("https://signer.test")))


async def test_trouble_that_ends_after_the_first_times() -> None:
    async with demanding(fetch="unsigned", times=Times(fetch=1)) as server:
        async with listening(connector(server, signer="none", enable_websocket_upgrade=False)) as room:
            await room.until(Connected)
        assert server.report.fetches == 2
