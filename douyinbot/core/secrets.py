"""The secrets of a configuration, so that they are taken out of what is shown wherever they turn up."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from douyinbot.config import Config, Secret
from douyinbot.connectors.cookies import read_cookies
from douyinbot.errors import ConfigError

__all__ = ["known_secrets"]

SHORTEST = 8
"""Characters: what is shorter is no secret, and may well be a part of some word."""
SITES = ("live.douyin.com", "www.tiktok.com")


def known_secrets(config: Config) -> tuple[str, ...]:
    """Return the values that must not be shown, the longest first; what cannot be read is left out."""
    values: set[str] = set()
    for room in config.rooms:
        values.update(_cookie_values(room.cookies))
        values.update(filter(None, [urlsplit(str(room.options.get("proxy", ""))).password]))
    if config.web is not None:
        values.update(_text(config.web.token))
    return tuple(sorted((value for value in values if len(value) >= SHORTEST), key=len, reverse=True))


def _text(secret: Secret | None) -> Iterator[str]:
    try:
        if secret is not None:
            yield secret.reveal()
    except ConfigError:
        return  # whoever needs it says so


def _cookie_values(secret: Secret | None) -> Iterator[str]:
    for text in _text(secret):
        for site in SITES:
            try:
                yield from read_cookies(text, 0.0, site).pairs.values()
            except ConfigError:
                continue
