"""A TikTok platform and a connector, to the simulator or to a server of the test's own."""

import random
from datetime import UTC, datetime
from typing import Any

from douyinbot.connectors.http import Http
from douyinbot.connectors.live import LiveConnector
from douyinbot.connectors.simulator import RoomSpec, Scenario, Simulator, Trouble
from douyinbot.connectors.tiktok import Address, connect_tiktok
from douyinbot.connectors.tiktok.options import TikTokOptions
from douyinbot.connectors.tiktok.platform import TikTokPlatform
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.session import Session
from douyinbot.webcast.tiktok import TABLE, modern
from douyinbot.webcast.tiktok.query import USER_AGENT
from tests.connectors.rooms import QUICK, setup_for, simulator

__all__ = ["NOW", "connector", "platform", "provided", "session", "troubled"]

NOW = datetime(2026, 10, 1, tzinfo=UTC)


def platform(endpoint: str = "https://www.tiktok.com", cookies: str = "", **options: Any) -> TikTokPlatform:
    pairs = dict(pair.split("=", 1) for pair in cookies.split("; ") if pair)
    return TikTokPlatform(
        Address("abc", endpoint),
        TikTokOptions(**options),
        Http(user_agent=USER_AGENT, cookies=pairs),
        rng=random.Random(3),
        clock=lambda: NOW,
    )


def session(push_server: str = "", **route_params: str) -> Session:
    made = Session(Decoder(TABLE, room="main", platform="tiktok"), dialect=modern(1, 5))
    made.push_server, made.route_params = push_server, route_params
    return made


def troubled(**trouble: Any) -> Simulator:
    """Return a simulator whose room `@abc` has some trouble."""
    return simulator(None, rooms={"@abc": Scenario(room=RoomSpec(history=0), trouble=Trouble(**trouble))})


def connector(server: Simulator, cookies: str = "", **given: Any) -> LiveConnector:
    given = {"reconnect": QUICK, "request_polling_interval_ms": 1, **given}
    return connect_tiktok(setup_for(f"{server.address}/@abc", connector="tiktok", **given), cookies)


def provided(server: Simulator, **given: Any) -> dict[str, Any]:
    """Return `provider` with the simulator's; the tests' variable PROVIDER_KEY says how it is treated."""
    return {"url": server.provider, "key": "env:PROVIDER_KEY", "rate": "1000/1s", **given}
