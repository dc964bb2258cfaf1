"""The table of what became of TikTok-Live-Connector's options, methods and events, against `LiveClient`."""

import asyncio
import inspect
import re
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from douyinbot import LiveClient
from douyinbot.connectors.options import NetworkOptions
from douyinbot.connectors.simulator import Scenario, Simulator
from douyinbot.core.liveclient.handlers import NAMES

OPTIONS: dict[str, tuple[str, Any]] = {
    "processInitialData": ("process_initial_data", False),
    "fetchRoomInfoOnConnect": ("fetch_room_info_on_connect", False),
    "enableExtendedGiftInfo": ("enable_extended_gift_info", True),
    "enableWebsocketUpgrade": ("enable_websocket_upgrade", False),
    "requestPollingIntervalMs": ("request_polling_interval_ms", 2000),
    "sessionId": ("session_id", "abc"),
    "clientParams": ("client_params", {"app_language": "en-US"}),
    "requestHeaders": ("request_headers", {"X-A": "1"}),
    "websocketHeaders": ("websocket_headers", {"X-A": "1"}),
    "requestOptions": ("request_options", {"timeout": "3s", "headers": {"X-A": "1"}}),
    "websocketOptions": ("websocket_options", {"timeout": "3s"}),
    "enableRequestPolling": ("enable_request_polling", False),
    "signProviderOptions": ("signer", "none"),
}
METHODS = {
    "connect": "connect",
    "disconnect": "disconnect",
    "getState": "state",
    "getRoomInfo": "get_room_info",
    "getAvailableGifts": "get_available_gifts",
    "sendMessage": "send_message",
    "decodeProtobufMessage": "decode_message",
    "on": "on",
    "off": "off",
}
EVENTS = (
    *("connected", "disconnected", "streamEnd", "rawData", "decodedData", "websocketConnected", "error"),
    *("chat", "member", "gift", "roomUser", "like", "social", "follow", "share", "emote", "envelope"),
    *("questionNew", "linkMicBattle", "linkMicArmies", "liveIntro", "subscribe"),
)
"""All that the seed has (0.9.21 and its later 1.x), with what stands for it."""


@pytest.fixture(params=["readme_md", "chinese_md"])
def manual(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def pairs(manual: Any) -> dict[str, str]:
    """Return the table's names of the seed, and ours."""
    found: dict[str, str] = {}
    for row in manual.table("TikTok-Live-Connector"):
        theirs, ours = row.code("TikTok-Live-Connector"), row.code("`LiveClient`")
        assert not set(found) & set(theirs)
        found |= zip(theirs, ours, strict=True)
    return found


def test_everything_of_the_seed_is_in_the_table_and_nothing_else(manual: Any) -> None:
    told = pairs(manual)
    assert {name: told[name] for name in OPTIONS} == {name: ours for name, (ours, _) in OPTIONS.items()}
    assert {name: told[name] for name in METHODS} == METHODS
    assert {name: told[name] for name in EVENTS} == {name: NAMES[name] for name in EVENTS}
    assert set(told) == {*OPTIONS, *METHODS, *EVENTS}


@pytest.mark.parametrize(("option", "value"), OPTIONS.values(), ids=OPTIONS)
def test_each_option_is_taken_and_not_the_default(option: str, value: Any) -> None:
    client = LiveClient("516466932480", **{option: value})
    if option == "session_id":
        assert client._connector.platform.has_login
    else:
        assert getattr(client._connector.options, option) != getattr(NetworkOptions(), option)


def test_each_method_is_there() -> None:
    client = LiveClient("516466932480")
    for method in METHODS.values():
        assert callable(getattr(client, method)) or method == "state"
    waiting = {"connect", "disconnect", "get_room_info", "get_available_gifts", "send_message"}
    assert {
        name for name in METHODS.values() if inspect.iscoroutinefunction(getattr(client, name))
    } == waiting


@pytest.mark.parametrize("name", EVENTS)
def test_each_event_goes_by_the_seed_s_name_in_both_spellings_and_by_ours(name: str) -> None:
    client = LiveClient("516466932480")
    called: list[Any] = []
    snake = re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()
    for spelling in {name, snake, NAMES[name]}:
        assert client.on(spelling, called.append) == called.append
        client.off(spelling, called.append)
        assert client.on(spelling)(called.append) == called.append
    with pytest.raises(ValueError, match="there is no event"):
        client.on(f"{name}s")


def test_the_example_of_tiktok_hears_of_gifts(manual: Any, capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = manual.blocks("python tiktok")

    async def scene() -> None:
        async with asyncio.timeout(20), Simulator(scenario=Scenario()) as simulator:
            space: dict[str, Any] = {}
            exec(
                compile(example.text.replace("https://www.tiktok.com", simulator.address), "", "exec"), space
            )
            client, done = space["client"], asyncio.Event()
            client.on("gift", lambda event: done.set())
            async with client:
                await simulator.gift("@some.name", "小明", "小心心", [2], end=False)
                await done.wait()

    asyncio.run(scene())
    assert re.fullmatch(r"tiktok \S+ 小心心 2\n", capsys.readouterr().out)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one program there")
def test_the_example_prints_what_is_said_until_ctrl_c(manual: Any, tmp_path: Path) -> None:
    (example,) = manual.blocks("python client")
    program = tmp_path / "example.py"

    async def scene() -> tuple[str, int | None]:
        async with asyncio.timeout(60), Simulator(scenario=Scenario()) as simulator:
            code = example.text.replace("https://live.douyin.com", simulator.address)
            program.write_text(f"print = __import__('functools').partial(print, flush=True)\n{code}")
            pipe = asyncio.subprocess.PIPE
            running = await asyncio.create_subprocess_exec(sys.executable, program, stdout=pipe, stderr=pipe)
            assert running.stdout is not None
            said = asyncio.create_task(running.stdout.readuntil("小明 你好\n".encode()))
            while not said.done():  # until the client is there, nobody hears it
                await simulator.say("516466932480", "小明", "你好")
                await asyncio.wait([said], timeout=0.1)
            await said
            running.send_signal(signal.SIGINT)
            _, errors = await running.communicate()
            return errors.decode(), running.returncode

    assert asyncio.run(scene()) == ("", 0)
