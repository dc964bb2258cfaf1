"""The connectors that come with douyinbot, by the name that bot.toml gives them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from douyinbot.connectors.base import Connector, Factory, Setup

if TYPE_CHECKING:
    from douyinbot.connectors.live import LiveConnector

__all__ = ["CONNECTORS", "LIVE_PLATFORMS", "platform_of"]


def _douyin(setup: Setup, cookies: str = "") -> "LiveConnector":
    from douyinbot.connectors.douyin import connect_douyin
    from douyinbot.connectors.tiktok import is_tiktok

    _check_url(setup, 'connector = "tiktok"' if is_tiktok(setup.room.url) else "")
    return connect_douyin(setup, cookies)


def _tiktok(setup: Setup, cookies: str = "") -> "LiveConnector":
    from douyinbot.connectors.douyin.address import parse_link
    from douyinbot.connectors.tiktok import connect_tiktok

    _check_url(setup, 'connector = "douyin"' if parse_link(setup.room.url.strip()) is not None else "")
    return connect_tiktok(setup, cookies)


def _check_url(setup: Setup, rather: str) -> None:
    """Say in plain words that a room has no address, or that of another platform; `rather` fits it.

    Raises:
        ConfigError: one of these.
    """
    if not setup.room.url.strip():
        raise setup.wrong("url", "the key is missing: the address of the room, or its number or name")
    if rather:
        raise setup.wrong("url", f"this is a room of another platform; write {rather} for it")


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
