"""What a user may write for a Douyin room, without asking the network."""

import ipaddress
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, urlsplit

from douyinbot.errors import InvalidUniqueIdError
from douyinbot.webcast.douyin.query import AMEMV, IESDOUYIN, LIVE, SHORT, WWW

__all__ = ["SITE", "Address", "Kind", "is_loopback", "parse_address", "parse_link", "site_url"]

SITE = f"https://{LIVE}"


class Kind(StrEnum):
    """What an address names, and so what has to be asked to find the room."""

    ROOM = "room"
    """The room itself, by its number (web_rid) or 抖音号."""
    STREAM = "stream"
    """One stream of a room, by its 19-digit id."""
    USER = "user"
    """The streamer, by sec_uid."""
    SHORT = "short link"
    """A code of v.douyin.com, which stands for one of the others."""


@dataclass(frozen=True, slots=True)
class Address:
    """What a user wrote for a room, and the site it is on."""

    name: str
    """The number, the 抖音号, the id, the sec_uid or the code, as `kind` says."""
    endpoint: str = SITE
    kind: Kind = Kind.ROOM
    sec_uid: str = ""
    """The streamer, where the address of a stream names them, too."""


_NAME = r"[A-Za-z0-9_.\-]{1,64}"
_STREAM_ID = re.compile(r"7\d{17,18}")
_SEC_UID = re.compile(r"MS4wLjABAAAA[A-Za-z0-9_\-]{6,100}")

_PATHS: tuple[tuple[tuple[str, ...], re.Pattern[str], Kind], ...] = (
    ((LIVE,), re.compile(rf"/({_NAME})/?"), Kind.ROOM),
    ((LIVE, WWW, "douyin.com"), re.compile(rf"/(?:follow|root)/live/({_NAME})/?"), Kind.ROOM),
    ((WWW, "douyin.com"), re.compile(rf"/user/({_SEC_UID.pattern})/?"), Kind.USER),
    ((IESDOUYIN, "iesdouyin.com"), re.compile(r"/share/user/([A-Za-z0-9_\-]{1,120})/?"), Kind.USER),
    ((AMEMV,), re.compile(r"/(?:douyin/)?webcast/reflow/(\d{15,20})/?"), Kind.STREAM),
    ((SHORT,), re.compile(r"/([A-Za-z0-9_\-]{1,64})/?"), Kind.SHORT),
)
"""Hosts, path and what the path names: all that leads to a room, be it typed or the end of a short link."""

_HOSTS = frozenset(host for hosts, _, _ in _PATHS for host in hosts)
_IN_A_TEXT = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
"""A run of the letters that a link has: Chinese text and spaces around a link end it."""
_AROUND_A_LINK = ".,;:!?()[]'"
_LONGEST_TEXT = 4096


def is_loopback(host: str) -> bool:
    """Say whether a host name is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def site_url(endpoint: str, host: str, path: str) -> str:
    """Return where a path of one of Douyin's hosts is asked for.

    On the real site at that host. Another endpoint stands for all hosts: for live.douyin.com itself, and for
    the others in a folder of their name.
    """
    if endpoint == SITE:
        return f"https://{host}{path}"
    return f"{endpoint}{path}" if host == LIVE else f"{endpoint}/{host}{path}"


def parse_address(text: str) -> Address:
    """Read a number or 抖音号, a stream's id, a link to a room or its streamer, or a text with such a link.

    `http://127.0.0.1:PORT/ROOM`, on this machine only, names an endpoint, too; so does a link of another of
    Douyin's hosts behind it (`http://127.0.0.1:PORT/v.douyin.com/CODE`).

    Raises:
        InvalidUniqueIdError: it is no room of Douyin.
    """
    text = text.strip()
    if len(text) > 1 and re.fullmatch(_NAME, text):
        return _room(text)
    if (found := _typed(text)) is not None:
        return found
    for match in _IN_A_TEXT.finditer(text[:_LONGEST_TEXT]):
        if (linked := parse_link(match[0].strip(_AROUND_A_LINK))) is not None:
            return linked
    raise InvalidUniqueIdError(
        f'"{text[:100]}" is not the address of a Douyin room. Write it as https://live.douyin.com/NUMBER, '
        "only the number or the 抖音号, or paste the link that the app shares."
    )


def parse_link(link: str) -> Address | None:
    """Return what a link to one of Douyin's hosts names; None for any other link. It may lack `https://`."""
    parts = _split(link)
    if parts is None or parts.netloc.lower() not in _HOSTS:
        return None
    return _linked(parts.netloc.lower(), parts.path, parts.query)


def _typed(text: str) -> Address | None:
    """Read an address that stands alone: only such a one may be on this machine."""
    parts = _split(text)
    if parts is None or not is_loopback(parts.hostname or ""):
        return None
    endpoint = f"{parts.scheme}://{parts.netloc}"
    host, slash, path = parts.path.removeprefix("/").partition("/")
    found = _linked(host, slash + path, parts.query) if path and host in _HOSTS else None
    found = found or _linked(LIVE, parts.path, parts.query)
    return found and replace(found, endpoint=endpoint)


def _split(link: str) -> SplitResult | None:
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if usable and parts.scheme in ("http", "https") and "@" not in parts.netloc else None


def _linked(host: str, path: str, query: str) -> Address | None:
    for hosts, pattern, kind in _PATHS:
        if host in hosts and (match := pattern.fullmatch(path)):
            return _of_kind(kind, match[1], query)
    return None


def _of_kind(kind: Kind, name: str, query: str) -> Address | None:
    if kind is Kind.ROOM:
        return _room(name)
    if kind is Kind.SHORT:
        return Address(name, kind=kind)
    told = parse_qs(query)
    given = (told.get("sec_uid") or told.get("sec_user_id") or [""])[0]
    sec_uid = given if _SEC_UID.fullmatch(given) else ""
    if kind is Kind.STREAM:
        return Address(name, kind=kind, sec_uid=sec_uid)
    sec_uid = sec_uid or (name if _SEC_UID.fullmatch(name) else "")
    return Address(sec_uid, kind=kind) if sec_uid else None  # a user's number alone leads nowhere


def _room(name: str) -> Address:
    """A room's number has 6 to 12 digits; 18 or 19, the first a 7, are the id of one stream."""
    return Address(name, kind=Kind.STREAM if _STREAM_ID.fullmatch(name) else Kind.ROOM)
