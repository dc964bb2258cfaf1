"""The connectors that come with douyinbot, by the name that bot.toml gives them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from douyinbot.connectors.base import Connector, Factory, Setup

if TYPE_CHECKING:
    from douyinbot.connectors.live import LiveConnector

__all__ = ["CONNECTORS", "LIVE_PLATFORMS", "platform_of"]


def _douyin(setup: Setup, cookies: str = "") -> "LiveConnector":
    from douyinbot.connectors.douyin import connect_douyin

    return connect_douyin(setup, cookies)


def _tiktok(setup: Setup, cookies: str = "") -> "LiveConnector":
    from douyinbot.connectors.tiktok import connect_tiktok

    return connect_tiktok(setup, cookies)


def _simulator(setup: Setup) -> Connector:
    from douyinbot.connectors.simulated import SimulatedConnector

    return SimulatedConnector(setup)


def _replay(setup: Setup) -> Connector:
    from douyinbot.connectors.replay import ReplayConnector

    return ReplayConnector(setup)


CONNECTORS: dict[str, Factory] = {
    "douyin": _douyin,
    "tiktok": _tiktok,
    "simulator": _simulator,
    "replay": _replay,
}
"""Everything that `connector` in bot.toml may name, beside what plugins register."""


def platform_of(url: str) -> str:
    """Return the platform whose room an address is; what is not plainly TikTok's must be Douyin's.

    Raises:
        InvalidUniqueIdError: it is no address of a room.
    """
    from douyinbot.connectors import douyin, tiktok

    if tiktok.is_tiktok(url):
        tiktok.parse_address(url)
        return "tiktok"
    douyin.parse_address(url)
    return "douyin"


LIVE_PLATFORMS: dict[str, Callable[[Setup, str], "LiveConnector"]] = {
    "douyin": _douyin,
    "tiktok": _tiktok,
}
"""The platforms of `LiveClient`, each built from a setup and a Cookie header."""
