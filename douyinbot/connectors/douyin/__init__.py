"""The Douyin connector: `connector = "douyin"`."""

import logging

from douyinbot.config import Secret
from douyinbot.connectors.base import Setup
from douyinbot.connectors.cookies import cookie_pairs, read_cookies
from douyinbot.connectors.douyin.address import Address, parse_address
from douyinbot.connectors.douyin.platform import DouyinPlatform
from douyinbot.connectors.http import Http
from douyinbot.connectors.live import LiveConnector
from douyinbot.connectors.options import NetworkOptions
from douyinbot.errors import ConfigError, InvalidUniqueIdError
from douyinbot.webcast.query import USER_AGENT

__all__ = ["Address", "connect_douyin", "parse_address"]

log = logging.getLogger(__name__)


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
    login = _login(setup, cookies)
    if options.session_id is not None:
        session = options.session_id.reveal()
        login |= dict.fromkeys(("sessionid", "sessionid_ss", "sid_tt"), session)
    for name, value in options.request_headers.items():
        if name.lower() == "cookie":
            login |= cookie_pairs(value)
    http = Http(
        user_agent=USER_AGENT,
        cookies=login,
        headers=options.request_options.headers,
        proxy=options.http_proxy,
        timeout=options.request_options.timeout,
    )
    try:
        platform = DouyinPlatform(address, options, http, rng=setup.rng, clock=setup.clock)
    except ConfigError as error:
        raise setup.source.error((*setup.keys, "options", "signer", "token"), str(error)) from error
    return LiveConnector(setup, platform, options, simulated=simulated)


def _login(setup: Setup, given: str) -> dict[str, str]:
    """Return the user's cookies: `given` ones, themselves or where they are, before those of the room."""
    try:
        secret = Secret.parse(given) if given else setup.room.cookies
    except ValueError:  # it is the cookies themselves
        secret = None
    try:
        text = given if secret is None else secret.reveal()
        if not text.strip():
            return {}
        found = read_cookies(text, setup.clock().timestamp())
    except ConfigError as error:
        raise setup.wrong("cookies", str(error)) from error
    for name in found.expired:
        log.warning("room %s: the cookie %s has expired and is left out", setup.room.id, name)
    return found.pairs
