"""Who visits a room: the cookies that its user gave, from wherever they are, and the client that has them."""

import logging

from douyinbot.config import Secret
from douyinbot.connectors.base import Setup
from douyinbot.connectors.cookies import cookie_pairs, read_cookies
from douyinbot.connectors.http import Http
from douyinbot.connectors.options import NetworkOptions
from douyinbot.errors import ConfigError

__all__ = ["SESSION", "login_cookies", "visitor"]

SESSION = ("sessionid", "sessionid_ss", "sid_tt")
"""The cookies that a session id stands in, on both platforms."""

log = logging.getLogger(__name__)


def visitor(setup: Setup, options: NetworkOptions, given: str, *, site: str, user_agent: str) -> Http:
    """Return the HTTP client of a room: logged in, by the proxy and with the headers that the options name.

    Args:
        given, site: as for `login_cookies`.

    Raises:
        ConfigError: the cookies cannot be read.
    """
    return Http(
        user_agent=user_agent,
        cookies=login_cookies(setup, options, given, site),
        headers=options.request_options.headers,
        proxy=options.http_proxy,
        timeout=options.request_options.timeout,
    )


def login_cookies(setup: Setup, options: NetworkOptions, given: str, site: str) -> dict[str, str]:
    """Return the cookies to begin with: `given` ones before the room's, then `session_id`, then a header.

    Args:
        given: cookies, or where they are.
        site: the host that they must be for.

    Raises:
        ConfigError: they cannot be read.
    """
    login = _from_user(setup, given, site)
    if options.session_id is not None:
        login |= dict.fromkeys(SESSION, options.session_id.reveal())
    for name, value in options.request_headers.items():
        if name.lower() == "cookie":
            login |= cookie_pairs(value)
    return login


def _from_user(setup: Setup, given: str, site: str) -> dict[str, str]:
    try:
        secret = Secret.parse(given) if given else setup.room.cookies
    except ValueError:  # it is the cookies themselves
        secret = None
    try:
        text = given if secret is None else secret.reveal()
        if not text.strip():
            return {}
        found = read_cookies(text, setup.clock().timestamp(), site)
    except ConfigError as error:
        raise setup.wrong("cookies", str(error)) from error
    for name in found.expired:
        log.warning("room %s: the cookie %s has expired and is left out", setup.room.id, name)
    return found.pairs
