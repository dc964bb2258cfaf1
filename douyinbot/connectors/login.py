"""A room's login: the cookies that its user gave, from wherever they are."""

import logging

from douyinbot.config import Secret
from douyinbot.connectors.base import Setup
from douyinbot.connectors.cookies import cookie_pairs, read_cookies
from douyinbot.connectors.options import NetworkOptions
from douyinbot.errors import ConfigError

__all__ = ["SESSION", "login_cookies"]

SESSION = ("sessionid", "sessionid_ss", "sid_tt")
"""The cookies that a session id stands in, on both platforms."""

log = logging.getLogger(__name__)


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
