"""The connectors that come with douyinbot, by the name that bot.toml gives them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from douyinbot.connectors.base import Connector, Factory, Setup

if TYPE_CHECKING:
    from douyinbot.connectors.live import LiveConnector

__all__ = ["CONNECTORS", "LIVE_PLATFORMS"]


def _douyin(setup: Setup, cookies: str = "") -> "LiveConnector":
    from douyinbot.connectors.douyin import connect_douyin

    return connect_douyin(setup, cookies)


def _simulator(setup: Setup) -> Connector:
    from douyinbot.connectors.simulated import SimulatedConnector

    return SimulatedConnector(setup)


def _replay(setup: Setup) -> Connector:
    from douyinbot.connectors.replay import ReplayConnector

    return ReplayConnector(setup)


CONNECTORS: dict[str, Factory] = {"douyin": _douyin, "simulator": _simulator, "replay": _replay}
"""Everything that `connector` in bot.toml may name, beside what plugins register."""

LIVE_PLATFORMS: dict[str, Callable[[Setup, str], "LiveConnector"]] = {"douyin": _douyin}
"""The platforms of `LiveClient`, each built from a setup and a Cookie header."""
