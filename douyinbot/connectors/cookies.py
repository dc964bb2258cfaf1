"""A user's cookies, as browsers and their extensions export them: pure functions of the text.

Whatever is wrong is told by format, line and name. A value is a login and never told.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from douyinbot.errors import ConfigError

__all__ = ["Cookies", "cookie_pairs", "read_cookies"]

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[^\x00-\x1f\x7f;]*")
_HEADER_NAME = re.compile(r"\s*cookie:", re.IGNORECASE)
_HTTP_ONLY = "#HttpOnly_"
_FIELDS = 7
"""domain, subdomains too, path, secure, expires, name, value: a line of a cookies.txt."""


@dataclass(frozen=True, slots=True)
class Cookies:
    """What a text holds for the site."""

    pairs: dict[str, str]
    expired: tuple[str, ...] = ()
    """The names of those that are out of date, and therefore left out."""

    def __repr__(self) -> str:
        return f"Cookies({', '.join(self.pairs)})"


@dataclass(frozen=True, slots=True)
class _Cookie:
    name: str
    value: str = field(repr=False)
    domain: str | None = None
    """None where the text does not tell: then it is the site's."""
    expires: float = 0.0
    """Unix time; 0 and less: as long as the browser is open."""


class _Fault(Exception):  # noqa: N818 - it never leaves this module
    """What is wrong, and on which line."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line


def cookie_pairs(text: str) -> dict[str, str]:
    """Read a Cookie header (`a=1; b=2`) into pairs; what is not a pair is left out."""
    pairs = (part.strip().partition("=") for part in text.split(";"))
    return {name.strip(): value.strip() for name, separator, value in pairs if separator and name.strip()}


def read_cookies(text: str, now: float, site: str) -> Cookies:
    """Read a Cookie header, a Netscape cookies.txt, or the JSON of EditThisCookie, Cookie-Editor, Playwright.

    Only cookies of the site and its domain are taken; of several with one name, that which the site gets.

    Args:
        now: Unix time; what expires before it is left out.
        site: the host that they are for, such as `live.douyin.com`.

    Raises:
        ConfigError: nothing usable is in it. The text names the format and the line, never a value.
    """
    name, read = _format_of(text)
    try:
        found = list(read(text))
    except _Fault as fault:
        raise ConfigError(f"read as {name}, line {fault.line}: {fault}.") from None
    ours = [cookie for cookie in found if _is_ours(cookie.domain, site)]
    if not ours:
        raise ConfigError(f"read as {name}: {_none_of(found, site)}.")
    fresh = [cookie for cookie in ours if not 0 < cookie.expires <= now]
    expired = tuple(sorted({cookie.name for cookie in ours} - {cookie.name for cookie in fresh}))
    if not fresh:
        raise ConfigError(
            f"read as {name}: every cookie has expired. Log in with your browser and export them again."
        )
    fresh.sort(key=lambda cookie: _nearness(cookie, site))
    return Cookies({cookie.name: cookie.value for cookie in fresh}, expired)


def _none_of(found: list[_Cookie], site: str) -> str:
    if not found:
        return "there is no cookie in it"
    return f"none of its {len(found)} cookies is of {_domain(site)}. Export them while {site} is open"


def _domain(site: str) -> str:
    return ".".join(site.split(".")[-2:])


def _is_ours(domain: str | None, site: str) -> bool:
    if domain is None:
        return True
    host, ours = domain.strip().lower().removeprefix("."), _domain(site)
    return host == ours or host.endswith(f".{ours}")


def _nearness(cookie: _Cookie, site: str) -> int:
    host = (cookie.domain or "").strip().lower().removeprefix(".")
    return {site: 2, _domain(site): 1}.get(host, 0)


# ---- formats ------------------------------------------------------------------------------------


def _format_of(text: str) -> tuple[str, Callable[[str], Iterator[_Cookie]]]:
    start = text.lstrip("\ufeff \t\r\n")
    if start[:1] in ("[", "{"):
        return "cookies exported as JSON", _from_json
    if start.startswith("#") or text.count("\t") >= _FIELDS - 2:
        return "a Netscape cookies.txt", _from_netscape
    return "a Cookie header", _from_header


def _from_header(text: str) -> Iterator[_Cookie]:
    """A header that was copied in several lines is one header; each of them must hold a cookie."""
    text = _HEADER_NAME.sub("", text.lstrip("\ufeff"), count=1)
    for number, line in _lines(text):
        pairs = cookie_pairs(line)
        if not pairs:
            raise _Fault(number, "there is no name=value in it")
        for name, value in pairs.items():
            yield _checked(_Cookie(name, value), number)


def _from_netscape(text: str) -> Iterator[_Cookie]:
    for number, line in _lines(text.lstrip("\ufeff")):
        if line.startswith("#") and not line.startswith(_HTTP_ONLY):
            continue
        fields = line.removeprefix(_HTTP_ONLY).split("\t")
        if len(fields) == _FIELDS - 1:
            fields.append("")  # an empty value, whose tab an editor took away
        if len(fields) != _FIELDS:
            raise _Fault(number, f"it has {len(fields)} fields between tabs in place of {_FIELDS}")
        domain, _, _, _, expires, name, value = fields
        yield _checked(_Cookie(name, value, domain, _time(expires, number)), number)


def _from_json(text: str) -> Iterator[_Cookie]:
    """A list of cookies, or an object with the list under `cookies`."""
    text = text.lstrip("\ufeff")
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise _Fault(error.lineno, f"it is no JSON ({error.msg})") from None
    except (ValueError, RecursionError):
        raise _Fault(1, "it is no JSON that can be read") from None
    for place, entry in _entries(text):
        line = text.count("\n", 0, place) + 1
        yield _checked(_from_entry(entry, line), line)


def _entries(text: str) -> Iterator[tuple[int, Any]]:
    """Yield the entries of the list in a text that is known to be JSON, with their places in it."""
    decode, place = json.JSONDecoder().raw_decode, _skip(text, 0)
    if text[place] == "{":
        place = _skip(text, place + 1)
        while text[place] != "}":
            key, place = decode(text, place)
            place = _skip(text, place)
            if key == "cookies":
                break
            place = _skip(text, decode(text, place)[1])
    if text[place] != "[":
        raise _Fault(1, "it is no list of cookies, and has none under `cookies`")
    place = _skip(text, place + 1)
    while text[place] != "]":
        entry, end = decode(text, place)
        yield place, entry
        place = _skip(text, end)


def _skip(text: str, place: int) -> int:
    """Return the place of the next value or bracket."""
    while text[place] in " \t\r\n,:":
        place += 1
    return place


def _from_entry(entry: Any, line: int) -> _Cookie:
    if not isinstance(entry, dict):
        raise _Fault(line, "an entry is no object")
    for key in ("name", "value", "domain"):
        if not isinstance(entry.get(key), str):
            raise _Fault(line, f"an entry has no text under `{key}`")
    # `expirationDate` in the exports of extensions, `expires` in Playwright's, where -1 is "none".
    expires = entry.get("expirationDate", entry.get("expires"))
    return _Cookie(entry["name"], entry["value"], entry["domain"], _time(expires or 0, line))


def _lines_of_entries(text: str) -> Iterator[int]:
    """Yield the line on which each entry of the (good) list begins."""
    decoder, place = json.JSONDecoder(), text.index("[")
    if text.lstrip()[0] == "{":
        match = re.search(r'"cookies"\s*:\s*\[', text)
        place = match.end() - 1 if match else place
    while True:
        while text[place : place + 1] in ("[", ",", " ", "\t", "\r", "\n") and text[place : place + 1]:
            place += 1
            if text[place : place + 1] in ("[", "{") and text[place - 1] != "{":
                break
        try:
            _, end = decoder.raw_decode(text, place)
        except ValueError:
            return
        yield text.count("\n", 0, place) + 1
        place = end


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line.rstrip("\r")


def _time(value: Any, line: int) -> float:
    try:
        time = float(value)
    except (TypeError, ValueError, OverflowError):
        raise _Fault(line, "the time of expiry is no number") from None
    return time if time == time else 0.0


def _checked(cookie: _Cookie, line: int) -> _Cookie:
    if not _NAME.fullmatch(cookie.name):
        raise _Fault(line, "the name of a cookie has characters that no cookie may have")
    if not _VALUE.fullmatch(cookie.value):
        raise _Fault(line, f"the value of {cookie.name} has characters that no cookie may have")
    return cookie
