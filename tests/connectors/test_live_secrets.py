"""Cookies, tokens, signatures and queries: in no log line, no event and no error, at any level."""

import logging
import traceback
from typing import Any

import pytest

from douyinbot.connectors.simulator import Scenario, Simulator, Step, Trouble
from douyinbot.errors import ConnectError, SendError
from douyinbot.events import Chat, Connected, Event, Failure
from tests import canaries
from tests.connectors.proxies import HttpProxy
from tests.connectors.rooms import connector, listening, simulator

CANARY = canaries.MARK
COOKIES = f"sessionid={CANARY}1; passport_csrf_token={CANARY}2"
OPTIONS: dict[str, Any] = {
    "client_params": {"msToken": f"{CANARY}3"},
    "request_headers": {"X-Token": f"{CANARY}4", "Cookie": f"odin_tt={CANARY}5"},
    "websocket_headers": {"X-Token": f"{CANARY}6"},
}
TELLTALES = (CANARY, "signature=", "a_bogus=", "ttwid=", "internal_ext=", "sessionid")


def assert_nothing_told(text: str) -> None:
    for telltale in TELLTALES:
        assert telltale not in text


def everything(events: list[Event], caplog: pytest.LogCaptureFixture) -> str:
    """Return all that anybody could print or write down."""
    formatter = logging.Formatter("%(name)s %(message)s")
    lines = [formatter.format(entry) for entry in caplog.records if entry.name.startswith("douyinbot")]
    for event in events:
        lines += [repr(event), str(event.to_dict())]
        if isinstance(event, Failure) and event.exception is not None:
            lines += traceback.format_exception(event.exception)
    return "\n".join(lines)


@pytest.mark.parametrize(
    "trouble",
    [
        {},
        {"page": "verification"},
        {"fetch": "garbage"},
        {"fetch": "throttled"},
        {"handshake": "refuse"},
        {"handshake": "http_429"},
        {"handshake": "http_502"},
        {"frames": "corrupt_gzip"},
    ],
    ids=str,
)
async def test_a_connection_tells_nothing_whatever_goes_wrong(
    caplog: pytest.LogCaptureFixture, trouble: dict[str, Any]
) -> None:
    caplog.set_level(logging.DEBUG)
    async with simulator(Scenario(trouble=Trouble(**trouble))) as server:
        to = connector(server, cookies=COOKIES, **OPTIONS)
        async with listening(to) as room:
            if "handshake" in trouble:
                await room.until(Failure)
            else:
                await room.until(Connected)
                for number in range(3):
                    await server.say("abc", "小明", str(number))
                    await room.until(Chat, lambda chat, text=str(number): chat.comment == text)
                await server.do("abc", Step(do="drop"))
                await room.until(Connected)
                await to.send("大家好")
    assert_nothing_told(everything(room.events, caplog))
    assert_nothing_told(repr(to) + str(to.counts) + repr(to.platform))


@pytest.mark.parametrize(
    "trouble",
    [
        {"page": "not_found"},
        {"page": "throttled"},
        {"page": "verification", "enter": "garbage"},
        {"page": "offline"},
    ],
    ids=str,
)
async def test_a_failed_connection_tells_nothing(
    caplog: pytest.LogCaptureFixture, trouble: dict[str, Any]
) -> None:
    caplog.set_level(logging.DEBUG)
    async with simulator(Scenario(trouble=Trouble(**trouble))) as server:
        async with listening(connector(server, cookies=COOKIES, **OPTIONS)) as room:
            with pytest.raises(ConnectError) as caught:
                await room.rest()
    told = "".join(traceback.format_exception(caught.value))
    assert_nothing_told(told.replace("visit.fetch(session.cursor, session.internal_ext)", ""))
    assert_nothing_told(everything(room.events, caplog))


async def test_debug_logs_of_the_socket_library_do_not_show_the_request(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with simulator() as server:
        async with listening(connector(server, cookies=COOKIES, **OPTIONS)) as room:
            await room.until(Connected)
    told = [f"{entry.name} {entry.getMessage()}" for entry in caplog.records]
    assert_nothing_told("\n".join(told))


async def test_a_proxys_password_is_told_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with simulator() as server, HttpProxy("me", f"{CANARY}7") as proxy:
        to = connector(server, proxy=proxy.address, cookies=Simulator.LOGIN)
        async with listening(to) as room:
            await room.until(Connected)
            await proxy.stop()
            with pytest.raises(SendError) as caught:
                await to.send("大家好")
    assert CANARY not in everything(room.events, caplog)
    assert CANARY not in "".join(traceback.format_exception(caught.value))
