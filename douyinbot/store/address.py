"""Read the `store` setting: which database, and where it is, without ever showing its password."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from douyinbot.errors import StoreError

__all__ = ["Address", "check_address", "read_address"]

FORMS = "sqlite:///FILE, sqlite:// (in memory) or postgresql://USER:PASSWORD@HOST/NAME"

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://(.*)", re.DOTALL)
_POSTGRES = ("postgresql", "postgres", "postgresql+asyncpg")


@dataclass(frozen=True)
class Address:
    """Where a database is, and a name for it that may be shown to anyone."""

    label: str
    url: URL = field(repr=False)
    # The file, if the database is one.
    path: Path | None = None


def check_address(url: str) -> None:
    """Check the URL of a database without opening it.

    Raises:
        StoreError: the URL is none that we know. The text repeats nothing that could be a password.
    """
    read_address(url)


def read_address(url: str, base: Path | None = None) -> Address:
    """Read the URL of a database; a relative file is looked for in `base`.

    Raises:
        StoreError: the URL is none that we know. The text repeats nothing that could be a password.
    """
    match = _SCHEME.fullmatch(url)
    if match is None:
        raise StoreError(f"the store's address is not a URL; write {FORMS}")
    scheme, rest = match.groups()
    if scheme == "sqlite":
        return _sqlite(rest, base)
    if scheme in _POSTGRES:
        return _postgres(f"postgresql+asyncpg://{rest}")
    raise StoreError(f"a store at {scheme}:// is unknown; write {FORMS}")


def _sqlite(rest: str, base: Path | None) -> Address:
    if rest in ("", "/", "/:memory:"):
        return Address("in memory", URL.create("sqlite+aiosqlite"))
    if not rest.startswith("/"):
        raise StoreError("a SQLite file is written with three slashes: sqlite:///data/bot.sqlite")
    # Taken as it stands: "%", "?" and "#" are ordinary letters of a file's name.
    path = ((base or Path.cwd()) / rest[1:]).absolute()
    return Address(str(path), URL.create("sqlite+aiosqlite", database=str(path)), path)


def _postgres(text: str) -> Address:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # Not chained: these errors quote the URL, and so the password.
        raise StoreError("the store's postgresql:// address cannot be read; write " + FORMS) from None
    options = dict(url.query)
    unknown = sorted(set(options) - {"ssl", "sslmode"})
    if unknown:
        raise StoreError(
            f"the store's postgresql:// address has an unknown option {unknown[0]!r}; known: sslmode"
        )
    if "sslmode" in options:
        # libpq's name for it, which providers print; asyncpg calls it ssl.
        options["ssl"] = options.pop("sslmode")
    place = f"{url.host or 'localhost'}:{url.port or 5432}/{url.database or ''}"
    return Address(f"postgresql://{place}", url.set(query=options))
