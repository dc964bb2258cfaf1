"""`douyinbot doctor [FILE]`: what may be wrong with machine, login, database and the way to the platform."""

import asyncio
import platform
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

import aiohttp
import click

from douyinbot import __version__
from douyinbot.cli.database import file_of, opened
from douyinbot.cli.logs import set_up_logging
from douyinbot.cli.why import told
from douyinbot.config import Config, Room, load_config
from douyinbot.connectors.cookies import read_cookies
from douyinbot.connectors.tiktok.address import WWW
from douyinbot.core.journal import JOURNAL, Entry, stored
from douyinbot.core.plugins.discovery import find_candidates
from douyinbot.core.plugins.lockfile import changed
from douyinbot.errors import ConfigError, DouyinbotError, StoreError
from douyinbot.hookspecs import API_VERSION
from douyinbot.outbox import State
from douyinbot.outbox.lines import Cause
from douyinbot.webcast.douyin.query import LIVE

__all__ = ["doctor"]

EXTRAS = {"uvloop": "speed", "asyncpg": "postgres", "prompt-toolkit": "console", "playwright": "browser"}
"""What is used where it is installed, and the extra that brings it."""
SITES = {"douyin": LIVE, "tiktok": WWW}
REFUSALS = frozenset({State.FAILED, State.UNSEEN, State.UNKNOWN, Cause.STOPPED, Cause.MUTED})
MOST_REFUSALS = 3
SOON = timedelta(days=7)
SKEW, PATIENCE = 5.0, 10.0
"""Seconds that the clock may be wrong, and that a site may take to answer."""
MARKS = {"ok": "✔", "note": "·", "bad": "✘"}


class Finding(NamedTuple):
    """One thing that was looked at."""

    level: Literal["ok", "note", "bad"]
    text: str


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--network", is_flag=True, help="Ask the rooms' sites for their page, without any login.")
def doctor(file: Path | None, network: bool) -> int:
    """Look for what may be wrong: versions, and with FILE (a bot.toml) logins, database and last refusals.

    Nothing is changed, and without --network nothing is asked of anybody. `douyinbot check FILE` looks at the
    configuration itself. Exits 1 if something is wrong.
    """
    set_up_logging("error")
    config = load_config(file) if file is not None else None
    findings = list(_versions())
    if config is not None:
        now = datetime.now(UTC)
        findings += _clock(config, now)
        findings += [finding for room in config.rooms for finding in _login(room, now)]
        findings += _lock(config)
        findings += asyncio.run(_database(config))
    if network:
        findings += asyncio.run(_network(config))
    click.echo("\n".join(f"{MARKS[finding.level]} {finding.text}" for finding in findings))
    return 1 if any(finding.level == "bad" for finding in findings) else 0


def _versions() -> Iterator[Finding]:
    from google.protobuf.internal import api_implementation

    yield Finding(
        "ok",
        f"douyinbot {__version__}, plugin API {API_VERSION}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {platform.system()} {platform.machine()}",
    )
    if (kind := api_implementation.Type()) == "upb":
        yield Finding("ok", f"protobuf {version('protobuf')} with its fast decoder (upb)")
    else:
        yield Finding(
            "bad", f"protobuf decodes with its slow {kind} form: pip install --force-reinstall protobuf"
        )
    for package, extra in EXTRAS.items():
        try:
            yield Finding("ok", f"{package} {version(package)}")
        except PackageNotFoundError:
            yield Finding(
                "note", f'{package} is not installed; it comes with pip install "douyinbot[{extra}]"'
            )


def _clock(config: Config, now: datetime) -> Iterator[Finding]:
    here = now.astimezone(config.bot.zone)
    yield Finding("ok", f"it is {here:%Y-%m-%d %H:%M} in {config.bot.timezone}, where timers are meant")


def _login(room: Room, now: datetime) -> Iterator[Finding]:
    """Look at a room's cookies; their values are never told."""
    if room.connector not in SITES:
        return
    if room.cookies is None:
        yield Finding("note", f"room {room.id}: no cookies; it can be watched, but hardly spoken in")
        return
    site = SITES[room.connector]
    try:
        text = room.cookies.reveal()
        found = read_cookies(text, now.timestamp(), site)
    except ConfigError as error:
        yield Finding("bad", f"room {room.id}: cookies: {error}")
        return
    age = ""
    if (path := room.cookies.path) is not None:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        age = f", {max(0, (now - written).days)} days old"
    yield Finding("ok", f"room {room.id}: {len(found.pairs)} cookies from {room.cookies}{age}")
    for name in found.expired:
        yield Finding("note", f"room {room.id}: the cookie {name} has expired")
    try:
        expiring = set(read_cookies(text, (now + SOON).timestamp(), site).expired) - set(found.expired)
    except ConfigError:
        expiring = set(found.pairs)
    if expiring:
        yield Finding("bad", f"room {room.id}: within {SOON.days} days expire {', '.join(sorted(expiring))}")


def _lock(config: Config) -> Iterator[Finding]:
    known = find_candidates([config.folder / folder for folder in config.plugins.dirs])
    enabled = [known[name] for name in dict.fromkeys(config.plugins.enable) if name in known]
    for difference in changed(config.folder, enabled):
        yield Finding("bad", difference)


async def _database(config: Config) -> list[Finding]:
    """Look at the database, and at what its journal has of lines that were refused."""
    try:
        async with opened(config) as database:
            if database is None:
                return [Finding("note", "there is no database yet: the bot has not run")]
            entries = await stored(database.namespace(JOURNAL))
    except StoreError as error:
        return [Finding("bad", str(error))]
    findings = [Finding("ok", "the database can be opened")]
    if (path := file_of(config)) is not None:
        copies = sorted(path.parent.glob(f"{path.name}.backup-????????"))
        size = path.stat().st_size / 1024
        last = f"its last copy is {copies[-1].name}" if copies else "it has no daily copy yet"
        findings = [Finding("ok", f"the database {path} is sound ({size:.0f} KiB); {last}")]
    return findings + list(_refusals(entries))


def _refusals(entries: list[Entry]) -> Iterator[Finding]:
    refused = [
        entry
        for entry in entries
        if entry.cause in REFUSALS or (entry.steps and entry.steps[-1].state in REFUSALS)
    ]
    if not refused:
        yield Finding("ok", "the journal has no line that the platform refused or nobody saw")
        return
    yield Finding(
        "note", f"the journal has {len(refused)} lines that were refused or not seen; the last ones:"
    )
    for entry in refused[-MOST_REFUSALS:]:
        yield Finding("note", "\n    ".join(line.strip() for line in told(entry)))


async def _network(config: Config | None) -> list[Finding]:
    """Ask each site that a room needs for its page."""
    rooms = config.rooms if config is not None else []
    places = {
        str(room.options.get("endpoint") or f"https://{SITES[room.connector]}"): str(
            room.options.get("proxy", "")
        )
        for room in rooms
        if room.connector in SITES
    }
    if not places and config is not None:
        return [Finding("note", "no room of this bot is on a platform's site")]
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session:
        found = [
            await _reach(session, place, proxy)
            for place, proxy in (places or {f"https://{LIVE}": ""}).items()
        ]
    return [finding for findings in found for finding in findings]


async def _reach(session: aiohttp.ClientSession, place: str, proxy: str) -> list[Finding]:
    host = urlsplit(place).netloc
    if proxy.startswith("socks"):
        return [Finding("note", f"{host}: not asked, as that goes through a SOCKS proxy")]
    before = datetime.now(UTC)
    try:
        async with session.get(place, allow_redirects=False, proxy=proxy or None) as answer:
            took = (datetime.now(UTC) - before).total_seconds()
            date = answer.headers.get("Date", "")
    except (aiohttp.ClientError, TimeoutError, DouyinbotError) as error:
        return [
            Finding(
                "bad", f"{host} cannot be reached: {type(error).__name__}. Look at the network and the proxy"
            )
        ]
    findings = [Finding("ok", f"{host} answers (HTTP {answer.status}) in {took * 1000:.0f} ms")]
    try:
        skew = (before - parsedate_to_datetime(date)).total_seconds()
    except (TypeError, ValueError):
        return findings
    if abs(skew) > SKEW + took:
        findings.append(
            Finding(
                "bad", f"this machine's clock is {skew:+.0f} s off that of {host}: signatures may be refused"
            )
        )
    return findings
