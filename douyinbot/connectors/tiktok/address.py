"""What a user may write for a TikTok room, without asking the network."""

import re
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, urlsplit

from douyinbot.connectors.options import is_loopback
from douyinbot.connectors.short_links import Trail
from douyinbot.errors import InvalidUniqueIdError

__all__ = ["SITE", "TRAIL", "WEBCAST", "WWW", "Address", "is_tiktok", "parse_address", "site_url"]

WWW = "www.tiktok.com"
SITE = f"https://{WWW}"
WEBCAST = "webcast.tiktok.com"
_NAME = re.compile(r"@?([A-Za-z0-9_.]{1,64})(?:/live)?/?")
_PATH = re.compile(r"/@([A-Za-z0-9_.]{1,64})(?:/live)?/?")
_CODE = re.compile(r"/([A-Za-z0-9_\-]{1,64})/?")
_SHORT = frozenset({"vm.tiktok.com", "vt.tiktok.com"})
_LOCAL = re.compile(r"/(v[mt]\.tiktok\.com)(/.*)")


@dataclass(frozen=True, slots=True)
class Address:
    """A user's unique id, or the short link that stands for it, and the site that their room is on."""

    unique_id: str
    endpoint: str = SITE
    short: str = ""
    """As `https://vm.tiktok.com/CODE/`; then the unique id is empty until the link was followed."""


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
    local = is_loopback(host) and (path.startswith("/@") or _LOCAL.fullmatch(path) is not None)
    return text.startswith("@") or _is_host(host) or local


def parse_address(text: str) -> Address:
    """Read `@name`, `name`, `https://www.tiktok.com/@name/live`, `https://vm.tiktok.com/CODE/`.

    `http://127.0.0.1:PORT/@name`, on this machine only, names an endpoint, too; so does a short link behind
    it (`http://127.0.0.1:PORT/vm.tiktok.com/CODE`).

    Raises:
        InvalidUniqueIdError: it is no room of TikTok.
    """
    text = text.strip()
    if found := _NAME.fullmatch(text):
        return Address(found[1])
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        found_at = _typed(parts) if parts.scheme in ("http", "https") else None
    except ValueError:
        found_at = None
    if found_at is not None:
        return found_at
    raise InvalidUniqueIdError(
        f'"{text[:100]}" is not the address of a TikTok room. Write it as https://www.tiktok.com/@NAME/live, '
        "or only as @NAME, or paste the short link that the app shares."
    )


def _typed(parts: SplitResult) -> Address | None:
    host, path = parts.hostname or "", parts.path
    if not is_loopback(host):
        return _linked(host, path)
    local = _LOCAL.fullmatch(path)
    found = _linked(*local.groups()) if local else _linked(WWW, path)
    return found and replace(found, endpoint=f"{parts.scheme}://{parts.netloc}")


def _linked(host: str, path: str) -> Address | None:
    """Return what a path of a host names: a user's room, or a link to one."""
    if host in _SHORT:
        return Address("", short=f"https://{host}/{code[1]}/") if (code := _CODE.fullmatch(path)) else None
    match = _PATH.fullmatch(path) if _is_host(host) else None
    return Address(match[1]) if match else None


def _lead(link: str) -> str | None:
    """Return the user to whom a link leads; the hosts were checked before."""
    found = _linked(urlsplit(link).netloc, urlsplit(link).path)
    return found.unique_id or None if found else None


def _is_host(host: str) -> bool:
    return host == "tiktok.com" or host.endswith(".tiktok.com")


TRAIL = Trail(
    site="TikTok",
    hosts=_SHORT | {WWW, "m.tiktok.com"},
    read=_lead,
    instead="Write the room as https://www.tiktok.com/@NAME/live, or only as @NAME.",
    share="Let the app share the live room, and take that link, or write @NAME.",
)
"""Where the app's short links may lead."""
