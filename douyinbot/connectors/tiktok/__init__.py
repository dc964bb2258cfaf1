"""The TikTok connector: `connector = "tiktok"`."""

from douyinbot.connectors.base import Setup
from douyinbot.connectors.http import Http
from douyinbot.connectors.live import LiveConnector
from douyinbot.connectors.login import visitor
from douyinbot.connectors.tiktok.address import WWW, Address, is_tiktok, parse_address
from douyinbot.connectors.tiktok.options import TikTokOptions
from douyinbot.connectors.tiktok.platform import TikTokPlatform
from douyinbot.connectors.tiktok.provider import SESSION, Provider
from douyinbot.errors import ConfigError, InvalidUniqueIdError
from douyinbot.webcast.tiktok.query import USER_AGENT

__all__ = ["Address", "TikTokOptions", "build", "connect_tiktok", "is_tiktok", "parse_address"]


def connect_tiktok(setup: Setup, cookies: str = "") -> LiveConnector:
    """Build the connector for one TikTok room; `cookies` stand in for those of the room.

    Raises:
        ConfigError: the room's address or an option is wrong, or the cookies cannot be read.
    """
    options = setup.options(TikTokOptions)
    try:
        address = parse_address(setup.room.url)
    except InvalidUniqueIdError as error:
        raise setup.wrong("url", str(error)) from error
    return build(setup, address, options, cookies=cookies)


def build(
    setup: Setup, address: Address, options: TikTokOptions, *, cookies: str = "", simulated: bool = False
) -> LiveConnector:
    """Wire platform, HTTP client and connector together."""
    http = visitor(setup, options, cookies, site=WWW, user_agent=USER_AGENT)
    provider = _provider(setup, options, http)
    try:
        platform = TikTokPlatform(
            address,
            options,
            http,
            rng=setup.rng,
            clock=setup.clock,
            provider=provider,
            speaks_there=setup.room.sender == "provider",
        )
    except ConfigError as error:
        raise setup.source.error((*setup.keys, "options", "signer", "token"), str(error)) from error
    return LiveConnector(setup, platform, options, simulated=simulated)


def _provider(setup: Setup, options: TikTokOptions, http: Http) -> Provider | None:
    """Return the client of the room's sign provider, if it has one.

    Raises:
        ConfigError: its key cannot be read, or the user's login cannot be shown to it although it should be.
    """
    if options.provider is None:
        if setup.room.sender == "provider":
            raise setup.wrong(
                "sender",
                "there is no sign provider to speak through. Name one in [rooms.options] "
                '(`provider = { url = "https://..." }`), or use `sender = "http"`',
            )
        return None
    keys = (*setup.keys, "options", "provider")
    try:
        provider = Provider(options.provider, proxy=options.http_proxy, clock=setup.clock, pace=setup.pace)
    except ConfigError as error:
        raise setup.source.error(keys, str(error)) from error
    if options.provider.session_host and not provider.session(http.cookies):
        missing = " and ".join(name for name in SESSION if not http.cookies.get(name))
        raise setup.source.error(
            (*keys, "session_host"),
            f"the provider may see your login, but the cookies of the room have no {missing}. Export all "
            "cookies of a browser that is logged in at www.tiktok.com (`cookies`), or take the key out",
        )
    if setup.room.sender == "provider" and not provider.identity(http.cookies):
        raise setup.wrong(
            "sender",
            f"the sign provider {options.provider.host} has nobody to speak as. Allow it your login "
            f'(`session_host = "{options.provider.host}"` and the cookies of the room), or give it the token '
            "that it gave you (`oauth_token`)",
        )
    return provider
