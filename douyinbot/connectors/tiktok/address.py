"""What a user may write for a TikTok room, without asking the network."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from douyinbot.connectors.options import is_loopback
from douyinbot.errors import InvalidUniqueIdError

__all__ = ["SITE", "WEBCAST", "WWW", "Address", "is_tiktok", "parse_address", "site_url"]

WWW = "www.tiktok.com"
SITE = f"https://{WWW}"
WEBCAST = "webcast.tiktok.com"
_NAME = re.compile(r"@?([A-Za-z0-9_.]{1,64})(?:/live)?/?")
_PATH = re.compile(r"/@([A-Za-z0-9_.]{1,64})(?:/live)?/?")
_SHORT = frozenset({"vm.tiktok.com", "vt.tiktok.com"})


@dataclass(frozen=True, slots=True)
class Address:
    """A user's unique id, and the site that their room is on."""

    unique_id: str
    endpoint: str = SITE


def site_url(endpoint: str, host: str, path: str) -> str:
    """Return where a path of one of TikTok's hosts is asked for.

    On the real site at that host. Another endpoint stands for all hosts: for www.tiktok.com itself, and for
    the others in a folder of their name.
    """
    if endpoint == SITE:
        return f"https://{host}{path}"
    return f"{endpoint}{path}" if host == WWW else f"{endpoint}/{host}{path}"


def is_tiktok(text: str) -> bool:
    """Say whether an address is plainly TikTok's: a host of it, or an `@name`."""
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, path = parts.hostname or "", parts.path
    except ValueError:
        return False
    return text.startswith("@") or _is_host(host) or (is_loopback(host) and path.startswith("/@"))


def parse_address(text: str) -> Address:
    """Read `@name`, `name`, `https://www.tiktok.com/@name/live`, or `http://127.0.0.1:PORT/@name`.

    Raises:
        InvalidUniqueIdError: it is no room of TikTok.
    """
    text = text.strip()
    if found := _NAME.fullmatch(text):
        return Address(found[1])
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, match = parts.hostname or "", _PATH.fullmatch(parts.path)
    except ValueError:
        host, match = "", None
    if host in _SHORT:
        raise InvalidUniqueIdError(
            f'"{text[:100]}" is a short link, which is not followed. Open it in your browser, and copy the '
            "address that it leads to: https://www.tiktok.com/@NAME/live."
        )
    if match and parts.scheme in ("http", "https"):
        if is_loopback(host):
            return Address(match[1], f"{parts.scheme}://{parts.netloc}")
        if _is_host(host):
            return Address(match[1])
    raise InvalidUniqueIdError(
        f'"{text[:100]}" is not the address of a TikTok room. Write it as https://www.tiktok.com/@NAME/live, '
        "or only as @NAME."
    )


def _is_host(host: str) -> bool:
    return host == "tiktok.com" or host.endswith(".tiktok.com")
