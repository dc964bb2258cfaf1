"""What a user may write for a Douyin room, without asking the network."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from douyinbot.errors import InvalidUniqueIdError

__all__ = ["SITE", "Address", "is_loopback", "parse_address"]

SITE = "https://live.douyin.com"
_NAME = re.compile(r"[A-Za-z0-9_.\-]{2,64}")
_LIVE_PATH = re.compile(r"/(?:(?:follow|root)/live/)?([A-Za-z0-9_.\-]+)/?")


@dataclass(frozen=True, slots=True)
class Address:
    """A room's number or 抖音号, and the site it is on."""

    name: str
    endpoint: str = SITE


def is_loopback(host: str) -> bool:
    """Say whether a host name is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def parse_address(text: str) -> Address:
    """Read `https://live.douyin.com/123`, a bare number or 抖音号, or `http://127.0.0.1:PORT/ROOM`.

    Raises:
        InvalidUniqueIdError: it is no room of Douyin.
    """
    text = text.strip()
    if _NAME.fullmatch(text):
        return Address(text)
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, match = parts.hostname or "", _LIVE_PATH.fullmatch(parts.path)
    except ValueError:
        host, match = "", None
    if match and parts.scheme in ("http", "https"):
        if is_loopback(host):
            return Address(match[1], f"{parts.scheme}://{parts.netloc}")
        if host in ("live.douyin.com", "www.douyin.com", "douyin.com"):
            return Address(match[1])
    raise InvalidUniqueIdError(
        f'"{text[:100]}" is not the address of a Douyin room. Write it as https://live.douyin.com/NUMBER, or '
        "only the number or the 抖音号."
    )
