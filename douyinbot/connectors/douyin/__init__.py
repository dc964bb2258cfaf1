"""The Douyin connector: `connector = "douyin"`."""

from douyinbot.connectors.base import Setup
from douyinbot.connectors.douyin.address import Address, parse_address
from douyinbot.connectors.douyin.platform import DouyinPlatform
from douyinbot.connectors.live import LiveConnector
from douyinbot.connectors.login import visitor
from douyinbot.connectors.options import NetworkOptions
from douyinbot.errors import ConfigError, InvalidUniqueIdError
from douyinbot.webcast.douyin.query import LIVE, USER_AGENT

__all__ = ["Address", "connect_douyin", "parse_address"]


def connect_douyin(setup: Setup, cookies: str = "") -> LiveConnector:
    """Build the connector for one Douyin room; `cookies` stand in for those of the room.

    Raises:
        ConfigError: the room's address or an option is wrong, or the cookies cannot be read.
    """
    options = setup.options(NetworkOptions)
    try:
        address = parse_address(setup.room.url)
    except InvalidUniqueIdError as error:
        raise setup.wrong("url", str(error)) from error
    return build(setup, address, options, cookies=cookies)


def build(
    setup: Setup, address: Address, options: NetworkOptions, *, cookies: str = "", simulated: bool = False
) -> LiveConnector:
    """Wire platform, HTTP client and connector together."""
    http = visitor(setup, options, cookies, site=LIVE, user_agent=USER_AGENT)
    try:
        platform = DouyinPlatform(address, options, http, rng=setup.rng, clock=setup.clock)
    except ConfigError as error:
        raise setup.source.error((*setup.keys, "options", "signer", "token"), str(error)) from error
    return LiveConnector(setup, platform, options, simulated=simulated)
